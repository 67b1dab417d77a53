"""Files appear whole or not at all, and a private one is nobody else's from its first byte."""

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
        assert [stat.S_IMODE(p.stat().st_mode) for p in tmp_path.glob(".a.csv.*")] == [0o600]
        file.write("é\r\n")
    assert (tmp_path / "a.csv").read_bytes() == "é\r\n".encode()
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o600
    assert not killed.exists() and other.exists()


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
