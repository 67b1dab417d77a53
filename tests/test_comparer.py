"""Two versions of an act: accepting all gives the second, refusing all the first, as others than us read them."""

import io
import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader

from mandats.relecture.alignement import align, find_moves
from mandats.relecture.comparaison import Changement, compare, print_comparison
from mandats.relecture.paquet import Package
from mandats.relecture.revisions import settle
from mandats.relecture.unites import read_flow, units
from mandats.relecture.versions import render_act, write_word
from mandats.write.pandoc import pandoc_path

from .conftest import CASES, ROOT, each
from .relu import Edited, W, made, second_version, text

INSTANT = "2030-02-01T09:30:00Z"
RICH = ROOT / "cases" / "cada-commune.yaml", "recours-cada"


@pytest.fixture(scope="module")
def act() -> bytes:
    return write_word(render_act(*([RICH[0], ROOT, RICH[1]])))


def said(docx: bytes, folder: Path, changes: str) -> list[str]:
    """The lines of an act as pandoc reads it, its tracked changes accepted or refused, without the signs of lists."""
    file = folder / "lu.docx"
    file.write_bytes(docx)
    command = [pandoc_path(), "--from=docx", "--to=plain", "--wrap=none", f"--track-changes={changes}", file]
    read = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines = (re.sub(r"^[-+0-9.\s|:=]+", "", " ".join(line.split())) for line in read.splitlines())
    return [line for line in lines if line]


def libreoffice(files: list[Path], out: Path, kind: str = "docx") -> None:
    home = out / "profil"
    command = ["soffice", f"-env:UserInstallation={home.as_uri()}", "--headless", "--convert-to", kind, "--outdir", out]
    subprocess.run([*command, *files], capture_output=True, check=True, timeout=600)


def count(docx: bytes, *names: str) -> int:
    tree = Edited(docx).trees["word/document.xml"]
    return sum(1 for _ in tree.iter(*(W + name for name in names)))


@pytest.mark.parametrize("seed", [1, 2])
def test_accepting_all_gives_the_second_and_refusing_all_the_first(seed, act, tmp_path):
    other = second_version(act, seed)
    made = compare(act, other, "Me Exemple", INSTANT).docx
    assert said(made, tmp_path, "accept") == said(other, tmp_path, "accept")
    assert said(made, tmp_path, "reject") == said(act, tmp_path, "accept")


def test_each_change_is_signed_dated_and_listed(act, tmp_path):
    found = compare(act, second_version(act, 3), "Me Exemple", INSTANT)
    edited = Edited(found.docx)
    for tree in (edited.trees["word/document.xml"], edited.trees["word/footnotes.xml"]):
        for change in tree.iter(*(W + name for name in ("ins", "del", "moveFrom", "moveTo"))):
            assert (change.get(W + "author"), change.get(W + "date")) == ("Me Exemple", INSTANT)
    assert {c.genre for c in found.changements} >= {"ajout", "suppression", "modification", "arrivée", "départ"}
    assert {c.lieu for c in found.changements} == {"texte", "note", "tableau"}
    assert all(c.titres for c in found.changements if c.lieu == "texte" and c.clause)
    moved = [c for c in found.changements if c.genre in ("arrivée", "départ")]
    assert moved[0].avant + moved[0].apres == moved[1].avant + moved[1].apres
    bounds = [e.get(W + "name") for e in edited.body.iter(W + "moveFromRangeStart", W + "moveToRangeStart")]
    assert bounds == ["deplacement1", "deplacement1"]


def test_the_file_is_valid_and_the_same_twice(act, tmp_path):
    other = second_version(act, 2)
    made = compare(act, other, "Me Exemple", INSTANT).docx
    assert made == compare(act, other, "Me Exemple", INSTANT).docx
    (tmp_path / "fait.docx").write_bytes(made)
    audit = Path(pandoc_path()).parents[5] / "bin" / "openxml-audit"
    told = subprocess.run([audit, tmp_path / "fait.docx"], capture_output=True, text=True, check=False)
    assert "Errors: 0" in told.stdout, told.stdout


def test_an_act_compared_with_itself_has_no_change(act):
    found = compare(act, act, "Me Exemple", INSTANT)
    assert not found.changements and not count(found.docx, "ins", "del", "moveFrom", "moveTo")


def test_the_changes_that_a_version_had_are_read_as_accepted(act, tmp_path):
    other = second_version(act, 2)
    pending = compare(act, other, "Me Exemple", INSTANT).docx
    again = compare(pending, other, "Me Exemple", INSTANT)
    assert again.revues == (True, False) and not again.changements
    back = compare(act, pending, "Me Exemple", INSTANT)
    assert back.revues == (False, True)
    assert said(back.docx, tmp_path, "accept") == said(other, tmp_path, "accept")


def test_words_that_a_link_or_a_control_holds_stay_in_it(act, tmp_path):
    from lxml import etree

    def controlled(words: str) -> bytes:
        edited = Edited(act)
        paragraph = edited.paragraphs()[3]
        control = f'<w:sdt xmlns:w="{W[1:-1]}"><w:sdtPr><w:id w:val="7"/></w:sdtPr><w:sdtContent><w:r><w:t>{words}</w:t></w:r></w:sdtContent></w:sdt>'  # noqa: E501
        paragraph.append(etree.fromstring(control))
        return edited.data

    before, after = controlled("remis le 3 mai par la commune"), controlled("remis le 4 mai par la commune")
    made = compare(before, after, "Me Exemple", INSTANT).docx
    inside = [text(e) for e in Edited(made).body.iterfind(f".//{W}sdtContent/{W}ins")]
    assert inside == ["4"]
    assert len([*Edited(made).body.iterfind(f".//{W}sdtContent/{W}del")]) == 1
    assert said(made, tmp_path, "reject") == said(before, tmp_path, "accept")


def test_a_field_counts_for_its_result(act, tmp_path):
    from lxml import etree

    def numbered(result: str, field: bool) -> bytes:
        edited = Edited(act)
        signs = ("begin", "code", "separate", result, "end")
        runs = "".join(
            "<w:r><w:instrText> REF piece-3 \\n \\h </w:instrText></w:r>" if sign == "code"
            else f"<w:r><w:t>{sign}</w:t></w:r>" if sign == result
            else f'<w:r><w:fldChar w:fldCharType="{sign}"/></w:r>'
            for sign in (signs if field else [result])
        )  # fmt: skip
        holder = etree.fromstring(f'<w:p xmlns:w="{W[1:-1]}">{runs}</w:p>')
        edited.paragraphs()[3].extend(list(holder))
        return edited.data

    assert not compare(numbered("3", True), numbered("3", False), "Me Exemple", INSTANT).changements
    before, after = numbered("3", True), numbered("4", True)
    made = compare(before, after, "Me Exemple", INSTANT)
    (change,) = made.changements
    assert [piece for piece in change.extrait if piece[0]] == [("del", "3"), ("ins", "4")]
    assert count(made.docx, "delInstrText") == 1
    assert said(made.docx, tmp_path, "reject") == said(before, tmp_path, "accept")


def test_the_pages_tell_changes_by_more_than_colour(act):
    found = compare(act, second_version(act, 2), "Me Exemple", INSTANT)
    pdf = print_comparison(found, "Recours", ("a.docx", "b.docx"), "Me Exemple", INSTANT[:10])
    pages = PdfReader(io.BytesIO(pdf))
    words = " ".join("".join(page.extract_text() for page in pages.pages).replace("\xad", "").split())
    for change in found.changements:
        for genre, piece in change.extrait:
            if genre and len(piece.split()) == 1:
                assert piece.strip() in words
    drawn = b"".join(page.get_contents().get_data() for page in pages.pages)
    blank = compare(act, act, "Me Exemple", INSTANT)
    plain = PdfReader(io.BytesIO(print_comparison(blank, "Recours", ("a", "b"), "Me Exemple", INSTANT[:10])))
    assert drawn.count(b" l") > b"".join(p.get_contents().get_data() for p in plain.pages).count(b" l") + 20
    assert pages.trailer["/Root"]["/MarkInfo"]["/Marked"]


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path) -> Path:
    """A case in a git repository, whose configuration runs a program at every occasion that git gives."""
    home = tmp_path / "depot"
    home.mkdir()
    for source in (RICH[0], *sorted(RICH[0].with_suffix("").rglob("*"))):
        target = home / source.relative_to(RICH[0].parent)
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())

    def git(*words: str) -> None:
        identity = ["-c", "user.name=A. Exemple", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *identity, *words], cwd=home, check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "première version")
    git("tag", "v1")
    (home / ".gitattributes").write_text("*.yaml filter=mal diff=mal\n*.md filter=mal diff=mal\n")
    trap = home / "piege.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/pris\ncat\n")
    trap.chmod(0o755)
    for key in ("filter.mal.smudge", "filter.mal.clean", "diff.mal.textconv", "diff.external", "core.fsmonitor",
                "core.pager", "core.sshCommand", "core.editor"):  # fmt: skip
        git("config", key, str(trap))
    git("config", "core.hooksPath", str(home))
    return home


def test_a_case_at_a_revision_is_compared_with_the_case_now(repository, mandats, tmp_path):
    case = repository / "cada-commune.yaml"
    case.write_text(case.read_text().replace("le bulletin municipal a annoncé", "la lettre d'information a annoncé"))
    done = mandats("comparer", f"{case}@v1", case, "--document", "recours-cada", "--sortie", tmp_path / "s", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert any("lettre d" in change["apres"] and "bulletin" in change["avant"] for change in told["changements"])
    assert [Path(f).name for f in told["fichiers"]] == ["comparaison-recours-cada.docx", "comparaison-recours-cada.pdf"]
    assert not (tmp_path / "pris").exists()


@pytest.mark.parametrize(
    "avant, message",
    [
        ("{case}@v9", "version inconnue de git « v9 »"),
        ("{case}@--output=x", "version inconnue de git « --output=x »"),
        ("{case}", "a plusieurs documents"),
        ("rien", "ni un dossier, ni un fichier Word"),
        ("rien.docx", "ni un dossier, ni un fichier Word"),
    ],
)
def test_what_names_no_version_is_told_in_a_line(avant, message, repository, mandats, tmp_path):
    case = repository / "cada-commune.yaml"
    named = [] if avant == "{case}" else ["--document", "recours-cada"]
    done = mandats("comparer", avant.format(case=case), case, *named, "--sortie", tmp_path / "s")
    assert done.returncode == 2 and message in done.stderr
    assert not (tmp_path / "s").exists()


def test_an_act_that_left_is_named_by_its_document(repository, mandats, tmp_path):
    case = repository / "cada-commune.yaml"
    case.write_text(re.sub(r"\n *(specimen|fictif): true", "", case.read_text()))
    done = mandats("deposer", case, "--document", "saisine-cada", "--le", "2025-03-05", cwd=repository)
    assert done.returncode == 0, done.stderr
    prose = repository / "cada-commune" / "saisine-securite-publique.md"
    prose.write_text(prose.read_text() + "\nUn alinéa que la lettre partie ne disait pas.\n")
    done = mandats("comparer", "saisine-cada", case, "--document", "saisine-cada", "--sortie", tmp_path / "s")
    assert done.returncode == 0, done.stderr
    assert "+ Un alinéa que la lettre partie ne disait pas." in done.stdout


ENTITY = b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LINK = b'<Relationship Id="z" Type="http://x/image" Target="http://127.0.0.1:9/x.png" TargetMode="External"/>'


INSERTED = {
    "champ": '<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO x'
    '</w:instrText><w:fldChar w:fldCharType="end"/></w:r></w:p>',
    "image": '<w:p><w:fldSimple w:instr=" INCLUDEPICTURE http://127.0.0.1:9/x.png "/></w:p>',
    "morceau": '<w:altChunk xmlns:r="urn:x" r:id="z"/>',
}


def hostile(docx: bytes, kind: str) -> bytes:
    """The same file made dangerous."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in archive.namelist():
            data = archive.read(name)
            if kind == "entites" and name == "word/document.xml":
                data = data.replace(b"<w:document", ENTITY + b"<w:document", 1)
            if kind == "exterieur" and name == "word/_rels/document.xml.rels":
                data = data.replace(b"</Relationships>", LINK + b"</Relationships>")
            if kind == "strict":
                data = data.replace(W[1:-1].encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main")
            if kind in INSERTED and name == "word/document.xml":
                data = data.replace(b"<w:sectPr", INSERTED[kind].encode() + b"<w:sectPr", 1)
            if kind == "coupe" and name == "word/document.xml":
                data = data[: len(data) // 2]
            made.writestr(name, data)
        if kind == "macros":
            made.writestr("word/vbaProject.bin", b"x")
        if kind == "bombe":
            made.writestr("word/bombe.xml", b" " * 30_000_000)
    if kind == "rtf":
        return rb"{\rtf1 Un acte.}"
    return out.getvalue()[:9_000] if kind == "tronque" else out.getvalue()


@pytest.mark.parametrize(
    "kind, message",
    [
        ("entites", "entités XML"), ("exterieur", "va chercher un fichier ailleurs"), ("macros", "avec des macros"),
        ("bombe", "trop volumineux"), ("coupe", "endommagé"), ("tronque", "illisible"),
        ("strict", "au format strict"), ("champ", "va chercher ailleurs (DDEAUTO)"), ("rtf", "d'un autre format"),
        ("image", "va chercher ailleurs (INCLUDEPICTURE)"), ("morceau", "qui en contient un autre"),
    ],
)  # fmt: skip
def test_a_word_file_that_nobody_should_open_is_told_in_a_line(kind, message, act, mandats, tmp_path):
    (tmp_path / "a.docx").write_bytes(act)
    (tmp_path / "b.docx").write_bytes(hostile(act, kind))
    done = mandats("comparer", "b.docx", "a.docx", "--sortie", "s", cwd=tmp_path)
    assert done.returncode == 2 and message in done.stderr and len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("b.docx : document Word ")
    assert not (tmp_path / "s").exists()


def beside(docx: bytes, header: str, note: str, controls: bool = False) -> bytes:
    """Words at the head of the pages, in an endnote, in a box; rows and cells in content controls."""
    edited = Edited(docx)
    for name in filter(re.compile("word/header[0-9]+.xml").fullmatch, edited.parts):
        next(edited.trees[name].iter(W + "p")).extend(made(f"<w:r><w:t>{header}</w:t></w:r>"))
    edited.parts["word/endnotes.xml"] = (
        f'<w:endnotes xmlns:w="{W[1:-1]}"><w:endnote w:id="7"><w:p><w:r><w:t>{note}</w:t></w:r></w:p></w:endnote>'
        "</w:endnotes>"
    ).encode()
    box = f"<w:txbxContent><w:p><w:r><w:t>encadré {note}</w:t></w:r></w:p></w:txbxContent>"
    shape = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    edited.paragraphs()[3].extend(made(f'<w:r><w:endnoteReference w:id="7"/></w:r><w:r>{shape}</w:r>'))
    for held in (edited.body.find(f".//{W}tr"), edited.body.find(f".//{W}tc")) if controls else ():
        (control,) = made("<w:sdt><w:sdtPr/><w:sdtContent/></w:sdt>")
        held.addprevious(control)
        control[-1].append(held)
    return edited.data


def test_what_stands_beside_the_text_is_compared_too(act, tmp_path):
    before, after = beside(act, " de tête", "de fin"), beside(act, " nouvel en-tête", "plus loin", controls=True)
    assert not compare(before, beside(act, " de tête", "de fin", controls=True), "Me Exemple", INSTANT).changements
    found = compare(before, after, "Me Exemple", INSTANT)
    told = {(c.lieu, words) for c in found.changements for genre, words in c.extrait if genre == "ins"}
    assert {("en-tête", "nouvel en-"), ("note", "plus loin"), ("texte", "□encadré plus loin")} <= told
    assert said(found.docx, tmp_path, "accept") == said(after, tmp_path, "accept")
    assert said(found.docx, tmp_path, "reject") == said(before, tmp_path, "accept")


# --- every act, and LibreOffice ---------------------------------------------------------------------------------------


@pytest.mark.slow
@each(CASES)
def test_two_versions_of_each_act(case, mandats, tmp_path):
    mandats("construire", case.relative_to(ROOT), "--format", "docx", "--sortie", tmp_path)
    files = sorted((tmp_path / case.stem).glob("*.docx"))
    assert files
    for rank, file in enumerate(files):
        before = file.read_bytes()
        after = second_version(before, rank)
        made = compare(before, after, "Me Exemple", INSTANT)
        assert made.changements, file
        assert said(made.docx, tmp_path, "accept") == said(after, tmp_path, "accept"), file
        assert said(made.docx, tmp_path, "reject") == said(before, tmp_path, "accept"), file


@pytest.mark.slow
def test_libreoffice_shows_the_changes_and_saving_in_it_is_none(mandats, tmp_path):
    mandats("construire", "cases/testwe.yaml", "cases/cada-commune.yaml", "--format", "docx", "--sortie", tmp_path)
    files = sorted(tmp_path.glob("*/*.docx"))
    saved, shown = tmp_path / "enregistres", tmp_path / "montres"
    pairs = {}
    for rank, file in enumerate(files):
        pairs[file.name] = compare(file.read_bytes(), second_version(file.read_bytes(), rank), "Me Exemple", INSTANT)
        (tmp_path / f"suivi-{file.name}").write_bytes(pairs[file.name].docx)
    libreoffice(files, saved)
    libreoffice([tmp_path / f"suivi-{file.name}" for file in files], shown)
    for file in files:
        again = compare(file.read_bytes(), (saved / file.name).read_bytes(), "Me Exemple", INSTANT)
        assert not again.changements, (file, again.changements[:3])
        ours, theirs = pairs[file.name].docx, (shown / f"suivi-{file.name}").read_bytes()
        for name in ("ins", "del"):
            assert bool(count(ours, name)) == bool(count(theirs, name)), (file, name)
        assert folded(ours) == folded(theirs), file


def folded(docx: bytes) -> list[str]:
    """What the paragraphs say, all accepted, without the numbers that LibreOffice computes again as it opens a file."""
    package = Package(docx)
    for tree in package.stories.values():
        settle(tree, accept=True)
    told = (" ".join(u.said().split()) for u in units(read_flow(package)))
    return sorted(re.sub("Error: Reference source not found|[0-9]+", "0", one) for one in told if one)


@pytest.mark.parametrize(
    ("before", "after", "only"),
    [
        ("II. Recevabilité § 14", "II. Recevabilité § 15", True),
        ("article 7 (§§ 43, 48 et 58)", "article 7 (§§ 44, 49 et 59)", True),
        ("(pièces n°s 3 à 7)", "(pièces n°s 4 à 8)", True),
        ("le 5 mars 2025 (pièce n° 3)", "le 6 mars 2025 (pièce n° 3)", False),
        ("(pièce n° 3) et son avis", "(pièce n° 3) et un avis", False),
    ],
)
def test_numbers_that_only_follow_from_another_change_are_told_apart(before, after, only):
    change = Changement("modification", "texte", (), "", "", before, after, ())
    assert change.renvois is only


def test_what_went_and_came_to_the_letter_moved_whatever_stood_alike_there():
    """A note that goes where an alike one was: nothing became it."""
    moved = ["Le premier moyen est fondé.", "Article 8, paragraphe 3, de la Charte."]
    stays = ["Un autre.", "Encore un.", "Le dernier."]
    ours, theirs = [*moved, *stays, "Article 7, paragraphe 1, de la Charte."], [*stays, *moved]
    pairs = align(ours, theirs)
    assert (5, 4) not in pairs
    assert [[i for i, _ in run] for run in find_moves(ours, theirs, pairs)] == [[0, 1]]
