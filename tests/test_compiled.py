"""What is kept from one run to the next spares time and changes nothing; no drafter's word is in it."""

import marshal
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mandats import build, compiled
from mandats.cli.terminal import cache_folder
from mandats.load import library
from mandats.render import sandbox

from .conftest import ROOT

CASE = ROOT / "cases" / "acces-taj.yaml"
WORDS = "chouette effraie au clocher"  # of nobody's act


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder where what is worked out here is kept; and nothing worked out yet."""

    def forget():
        sandbox._COMPILED.clear()
        library._parse.cache_clear()
        compiled._used.clear()
        compiled._new.clear()
        compiled.use(None)
        compiled.use(tmp_path / "cache")

    monkeypatch.setattr(compiled.atexit, "register", lambda save: None)
    forget()
    yield tmp_path / "cache", forget
    compiled.use(None)
    compiled._used.clear()
    compiled._new.clear()


def kept_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_what_is_kept_is_given_back_and_is_its_owners_alone(place):
    folder, forget = place
    assert compiled.kept("essai", "texte", lambda: ["un", 2, {"trois": None}]) == ["un", 2, {"trois": None}]
    compiled.save()
    forget()
    assert compiled.kept("essai", "texte", lambda: 1 / 0) == ["un", 2, {"trois": None}]
    assert compiled.kept("essai", "autre texte", lambda: "fait") == "fait"
    assert folder.stat().st_mode & 0o777 == 0o700


def damage(file: Path, how: str) -> None:
    data = file.read_bytes()
    if how == "coupé":
        file.write_bytes(data[: len(data) // 2])
    elif how == "vide":
        file.write_bytes(b"")
    elif how == "un octet":
        file.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    elif how == "autre chose":
        file.write_bytes(os.urandom(5000))
    elif how == "d'un autre programme":  # whole, under our name
        body = data[compiled.DIGEST :]
        file.write_bytes(compiled.hashlib.sha256(b"0" * 32 + b".bin" + body).digest() + body)
    elif how == "un lien":
        file.rename(file.parent.parent / "ailleurs.bin")
        file.symlink_to(file.parent.parent / "ailleurs.bin")
    elif how == "un dossier":
        file.unlink()
        file.mkdir()
    elif how == "ouvert à d'autres":
        file.parent.chmod(0o755)
    elif how == "effacé":
        shutil.rmtree(file.parent)


HARM = ["coupé", "vide", "un octet", "autre chose", "d'un autre programme", "un lien", "un dossier",
        "ouvert à d'autres", "effacé"]  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="no links, no modes")
@pytest.mark.parametrize("how", HARM)
def test_a_damaged_file_is_as_if_there_were_none(place, how):
    folder, forget = place
    compiled.kept("essai", "texte", lambda: "avant")
    compiled.save()
    damage(kept_file(folder), how)
    forget()
    assert compiled.kept("essai", "texte", lambda: "après") == "après"
    compiled.save()
    forget()
    again = compiled.kept("essai", "texte", lambda: "encore")
    assert again == ("encore" if how in ("un dossier", "ouvert à d'autres") else "après")


def test_a_change_of_the_program_or_of_its_libraries_is_another_file(place, monkeypatch):
    names = set()
    for version in ("0.1.0", "0.2.0"):
        monkeypatch.setattr(compiled, "__version__", version)
        names.add(compiled._program.__wrapped__())
    monkeypatch.setattr(compiled.sys, "version", "3.99")
    names.add(compiled._program.__wrapped__())
    assert len(names) == 3


def test_programs_that_left_are_removed(place):
    folder, _ = place
    folder.mkdir(mode=0o700)
    for n in range(9):
        (folder / f"{n}.bin").write_bytes(b"ancien")
        os.utime(folder / f"{n}.bin", (n, n))
    compiled.kept("essai", "texte", lambda: "un")
    compiled.save()
    left = {p.name for p in folder.iterdir()}
    assert len(left) == compiled.MAX_FILES and compiled._program() in left and "8.bin" in left


def test_past_its_bound_only_what_served_stays(place, monkeypatch):
    _, forget = place
    compiled.kept("essai", "ancien", lambda: "a" * 5000)
    compiled.save()
    forget()
    monkeypatch.setattr(compiled, "MAX_BYTES", 6000)
    compiled.kept("essai", "récent", lambda: "r" * 5000)
    compiled.save()
    forget()
    assert compiled.kept("essai", "récent", lambda: "perdu") == "r" * 5000
    assert compiled.kept("essai", "ancien", lambda: "perdu") == "perdu"


def test_a_drafters_words_are_never_kept(place, tmp_path, monkeypatch):
    """Of the case, of its prose, of a clause and of a template of its own, of what it replaces in one that ships."""
    folder, _ = place
    working = tmp_path / "travail"
    working.mkdir()
    for name in ("testwe.yaml", "testwe"):
        origin = ROOT / "cases" / name
        (shutil.copytree if origin.is_dir() else shutil.copy)(origin, working / name)
    case = working / "testwe.yaml"
    case.write_text(case.read_text("utf-8").replace("\ntitre: ", "\ntitre: Hermine et "), "utf-8")
    argument = working / "testwe" / "argument-refere-suspension.md"
    prose = f"\n\nIci {{{{ affaire.titre }}}} parle d'une {WORDS}, dans sa prose.\n"
    argument.write_text(argument.read_text("utf-8") + prose, "utf-8")
    own = working / "clauses" / "refere" / "urgence-imminence.md"
    own.parent.mkdir(parents=True)
    shipped = (ROOT / "clauses" / "refere" / "urgence-imminence.md").read_text("utf-8")
    own.write_text(f"{shipped}\nIci {{{{ affaire.titre }}}} parle d'une {WORDS}, dans sa clause.\n", "utf-8")
    plan = working / "templates" / "refere-suspension" / "plan.md"
    plan.parent.mkdir(parents=True)
    used = (ROOT / "templates" / "commun" / "refere.md").read_text("utf-8")
    plan.write_text(f"{used}\n{WORDS} de {{{{ affaire.titre }}}}\n", "utf-8")
    monkeypatch.setattr(compiled, "_hidden", lambda data, secret: data)  # what is kept, as it would be read
    done = build.examine(working / "testwe.yaml", working, only=["refere-suspension"])
    printed = str([r.blocks for r in done.documents])
    assert printed.count("effraie") >= 3 and "Hermine" in printed
    compiled.save()
    data = kept_file(folder).read_bytes()
    assert len(data) > 100_000 and b"affaire" in data
    assert "Ce principe exprime, en matière de données, celui de".encode() in data  # of a clause that ships
    for word in ("effraie", "clocher", "Hermine"):
        assert word.encode() not in data, word


def test_what_is_kept_is_read_by_whoever_has_the_text_alone(place):
    folder, _ = place
    compiled.kept("essai", "texte", lambda: WORDS)
    compiled.save()
    data = kept_file(folder).read_bytes()
    assert WORDS.encode() not in data and len(marshal.loads(data[compiled.DIGEST :])) == 1


@pytest.mark.parametrize("variable", ["MANDATS_CACHE", "XDG_CACHE_HOME", "HOME"])
def test_where_it_is_kept(monkeypatch, tmp_path, variable):
    for name in ("MANDATS_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv(variable, str(tmp_path))
    told = {"MANDATS_CACHE": "", "XDG_CACHE_HOME": "mandats", "HOME": ".cache/mandats"}
    assert cache_folder() == tmp_path / told[variable]
    monkeypatch.setenv("MANDATS_CACHE", "")
    assert cache_folder() is None


def test_who_has_no_home_keeps_nothing(monkeypatch):
    import pwd

    for name in ("MANDATS_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: {}[uid])
    assert cache_folder() is None


@pytest.mark.slow
def test_the_documents_are_the_same_whatever_is_kept(tmp_path):
    """Same bytes, same lines: nothing kept, first run, second run; a file damaged, of another program, deleted; a place
    that cannot be made."""
    folder, made = tmp_path / "cache", []

    def build_it(cache: object) -> None:
        out = tmp_path / str(len(made))
        env = {**os.environ, "MANDATS_CACHE": str(cache)}
        command = [sys.executable, "-m", "mandats", "construire", str(CASE), "--sortie", str(out)]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        lines = (done.stdout + done.stderr).replace(str(out), "")
        made.append((lines, {p.name: p.read_bytes() for p in (out / CASE.stem).iterdir()}))

    build_it("")
    build_it(folder)
    build_it(folder)
    assert kept_file(folder).stat().st_size > 10_000
    for how in ("un octet", "d'un autre programme", "effacé"):
        damage(kept_file(folder), how)
        build_it(folder)
        assert kept_file(folder).stat().st_size > 10_000
    (tmp_path / "fichier").write_text("")
    build_it(tmp_path / "fichier")
    build_it(tmp_path / "fichier" / "dessous")
    assert all(one == made[0] for one in made) and len(made[0][1]) == 2


def test_a_program_that_cannot_be_looked_into_keeps_nothing(tmp_path, monkeypatch):
    """A folder goes while it is read, as an installer's does: the value is worked out, and nothing is said."""

    def gone(folder):
        raise FileNotFoundError(folder)

    tmp_path.chmod(0o700)
    monkeypatch.setattr(compiled, "_modules", gone)
    compiled._program.cache_clear()
    compiled.use(tmp_path)
    try:
        assert compiled.kept("essai", "texte", lambda: 7) == 7
    finally:
        compiled.use(None)
        compiled._program.cache_clear()
