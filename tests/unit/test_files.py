"""Files appear whole or not at all, and a private one is nobody else's from its first byte."""

import functools
import itertools
import os
import stat

import pytest

from mandats.files import write_set, write_whole, writing


def test_what_an_exception_interrupts_leaves_the_former_file_and_nothing_aside(tmp_path):
    path = write_whole(tmp_path / "a.txt", b"avant")
    with pytest.raises(KeyboardInterrupt), writing(path) as file:
        file.write(b"apr")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"avant" and os.listdir(tmp_path) == ["a.txt"]


def test_a_private_file_is_private_before_it_has_its_name_and_sweeps_what_a_kill_left(tmp_path):
    killed, other = tmp_path / ".a.csv.0123abcd", tmp_path / ".b.csv.0123abcd"
    for left in (killed, other):
        left.write_text("un nom")
    with writing(tmp_path / "a.csv", private=True, encoding="utf-8") as file:
        named = tmp_path.glob(".a.csv.*")  # where the system has no unnamed files
        assert {stat.S_IMODE(os.fstat(file.fileno()).st_mode), *(stat.S_IMODE(p.stat().st_mode) for p in named)} == {
            0o600
        }
        file.write("é\r\n")
    assert (tmp_path / "a.csv").read_bytes() == "é\r\n".encode()
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o600
    assert not killed.exists() and other.exists()


def dying(calls, real, *arguments, **options):
    """What is called in place of a system call: the process ends when its turn has come."""
    if next(calls) == 0:
        os._exit(9)
    return real(*arguments, **options)


@pytest.mark.parametrize("unnamed", [True, False])
def test_a_kill_at_any_step_leaves_the_former_file_the_new_one_or_nothing(unnamed, tmp_path, monkeypatch):
    """Each call that changes a folder is where a process dies, in its turn; what is left has no other name."""
    from mandats import files

    if not unnamed:
        monkeypatch.delattr(os, "O_TMPFILE")
    for step in range(4):
        for private in (True, False):
            path = tmp_path / f"{step}{private}" / "liste.csv"
            path.parent.mkdir()
            path.write_text("avant")
            if not (pid := os.fork()):
                calls = itertools.count(-step)
                for name in ("link", "replace", "unlink", "fsync"):
                    monkeypatch.setattr(files.os, name, functools.partial(dying, calls, getattr(os, name)))
                files.write_whole(path, b"un nom", private=private)
                os._exit(0)
            os.waitpid(pid, 0)
            left = {p.name: p.read_text() for p in path.parent.iterdir()}
            if unnamed and private:
                assert left in ({"liste.csv": "avant"}, {"liste.csv": "un nom"}, {})
            assert left.pop("liste.csv", "avant") in ("avant", "un nom")
            files.write_whole(path, b"un nom", private=private)
            assert not (unnamed and private) or [p.name for p in path.parent.iterdir()] == ["liste.csv"]


def test_a_taken_name_is_refused_and_keeps_its_file(tmp_path):
    path = write_whole(tmp_path / "cle", b"1", private=True, replace=False)
    with pytest.raises(FileExistsError):
        write_whole(path, b"2", private=True, replace=False)
    assert path.read_bytes() == b"1" and os.listdir(tmp_path) == ["cle"]


def test_a_set_of_files_is_written_whole_or_not_at_all(tmp_path):
    assert [p.name for p in write_set(tmp_path / "neuf", {"a": b"1", "b": b"2"})] == ["a", "b"]
    with pytest.raises(OSError):
        write_set(tmp_path / "neuf", {"a": b"3", "absent/b": b"4"})
    assert sorted(os.listdir(tmp_path / "neuf")) == ["a", "b"] and (tmp_path / "neuf" / "a").read_bytes() == b"1"
