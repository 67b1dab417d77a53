"""An act edited in Word comes back: what was approved is in the case, and the act built from it says the same words."""

import json
import random
import re
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mandats.load.case import load_case
from mandats.load.library import load_library
from mandats.relecture.motifs import FORM, why_of
from mandats.relecture.paquet import Package
from mandats.relecture.reconstruction import Reconstruction
from mandats.relecture.reperes import alike, touches
from mandats.relecture.reprise import DERIVED, TOLD, told_of, units_of
from mandats.relecture.retour import Retour, approve, left_over, read_back, write_back
from mandats.relecture.revisions import settle
from mandats.relecture.unites import Unite
from mandats.relecture.versions import render_act, write_word

from . import relu as editing
from .conftest import CASES, ROOT, each
from .relu import Edited, W, add_note, change_word, comment, made, new_paragraph, text, track_removal, track_word
from .test_comparer import hostile, libreoffice

AUTHOR = "Me Exemple"


def copied(stem: str, folder: Path) -> Path:
    """A case of its own, with a comment at its end."""
    source = ROOT / "cases" / f"{stem}.yaml"
    shutil.copy(source, folder / source.name)
    shutil.copytree(source.with_suffix(""), folder / stem, ignore=shutil.ignore_patterns("pieces"))
    case = folder / source.name
    case.write_text(case.read_text("utf-8") + "# un commentaire à la fin\n", "utf-8")
    return case


def edit_as_a_lawyer(docx: bytes, seed: int, commented: bool = True) -> bytes:
    """Words with and without tracking, a paragraph removed, one added, a footnote, a comment."""
    rng, edited = random.Random(seed), Edited(docx)
    paragraphs = edited.paragraphs(words=9)
    chosen = rng.sample(paragraphs, min(len(paragraphs), 8))
    for paragraph in chosen[:4]:
        track_word(paragraph, rng, AUTHOR)
    for paragraph in chosen[4:6]:
        change_word(paragraph, rng, "vraiment")
    plain = [p for p in chosen[6:] if p.find(f".//{W}footnoteReference") is None]
    if plain and commented:
        comment(edited, plain[0], AUTHOR, "Avons-nous la preuve ?")
    if len(plain) > 1:
        track_removal(plain[1], AUTHOR)
    if paragraphs:
        after = rng.choice([p for p in paragraphs if p.getparent() is not None])
        after.addnext(new_paragraph(after, "Un alinéa que l'avocat ajoute, et que rien ne disait."))
        add_note(edited, chosen[min(5, len(chosen) - 1)], "Note que l'avocat ajoute.")
    return edited.data


def rearrange(docx: bytes, seed: int) -> bytes:
    return editing.rearranged(docx, seed, AUTHOR)


NAMES = {  # of texts, in full and in short: a letter has no table of them
    word
    for text in load_library(ROOT)[0].sources.values()
    if text.type == "texte"
    for word in re.findall(r"\w+", f"{text.titre} {text.court}".lower())
}


def accepted(docx: bytes, derived: bool = False) -> list[str]:
    """What an act says, all accepted; with `derived`, what the program makes of it instead."""
    package = Package(docx)
    for tree in package.stories.values():
        settle(tree, accept=True)
    units = [u for u in units_of(package) if u.said().strip() and u.genre == "paragraphe"]
    return [told_of(u) for u in units if u.style.startswith(DERIVED) == derived]


def check(retour: Retour, made: Reconstruction, relu: bytes, case: Path, nom: str) -> list[str]:
    """Every change is in the act built again, or told; gives what the reader wants and it does not say."""
    decided = {c.rang for c in retour.reprise.retouches if c.genre not in TOLD}
    assert decided == {*made.placees} | made.restes.keys()
    act = write_word(render_act(case, ROOT, nom))
    built, wanted = accepted(act), accepted(relu)
    before = [told_of(u) for u in retour.reprise.nos if u.genre == "paragraphe" and not u.style.startswith(DERIVED)]
    # A citation is in full or in short by those before it: its words are of the table of sources, and it is told.
    sources = {word for line in accepted(act, True) + accepted(relu, True) for word in _words(line)} | NAMES
    pairs = [(alike(before), alike(after)) for before, after in made.recalcules]
    missing = [line for line in wanted if line not in built]
    kept = [c for c in retour.reprise.retouches if c.rang in made.restes]

    def follows(line: str) -> bool:
        return any(line in pair and {*_words(pair[0])} ^ {*_words(pair[1])} <= sources for pair in pairs)

    for line in missing:  # of a change that was told, or of a number that follows another change
        tried = any(told_of(u) == line for c in kept for u in c.apres)
        assert tried or _bare(line) in map(_bare, built) or follows(line), line
    for line in built:
        known = line in wanted or line in before or _bare(line) in map(_bare, wanted + before)
        assert known or follows(line), line
    return missing


def _bare(line: str) -> str:
    return re.sub("[0-9]+", "0", line)


def _words(line: str) -> list[str]:
    return [word for word in re.findall(r"\w+", line.lower()) if word not in ("ci", "après")]


def keep_all(retour: Retour) -> dict[int, str]:
    return {change.rang: "garder" for change in retour.reprise.retouches}


def test_what_a_lawyer_changed_is_in_the_act_built_again(tmp_path):
    case = copied("cada-commune", tmp_path)
    relu = tmp_path / "recours-cada-relu.docx"
    relu.write_bytes(edit_as_a_lawyer(write_word(render_act(case, ROOT, "recours-cada")), 4))
    retour = read_back(relu, case, ROOT)
    assert retour.acte == "recours-cada" and retour.reprise.placees > 0.98
    assert {AUTHOR, "sans suivi"} <= {name for c in retour.reprise.retouches for name in c.auteurs}
    assert [c.commentaires[0].texte for c in retour.reprise.retouches if c.commentaires] == ["Avons-nous la preuve ?"]
    files = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    made = approve(retour, keep_all(retour))
    assert files == {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert len(made.placees) >= 4
    write_back(retour, made, keep_all(retour), tmp_path / "s")
    check(retour, made, relu.read_bytes(), case, "recours-cada")
    comments = re.findall(r"^ *#.*", files[case].decode(), re.M)
    assert re.findall(r"^ *#.*", case.read_text("utf-8"), re.M) == comments
    left = (tmp_path / "s" / "reprise-recours-cada.md").read_text("utf-8")
    assert "Avons-nous la preuve ?" in left
    for rank in made.restes:
        assert f"## {rank}. " in left


def paragraph_saying(edited: Edited, words: str):
    (found,) = [p for p in edited.body.iter(W + "p") if words in text(p).replace("\u00a0", " ")]
    return found


def replace_words(paragraph, old: str, new: str) -> None:
    (said,) = [t for t in paragraph.iter(W + "t") if old in (t.text or "")]
    said.text = said.text.replace(old, new)


@pytest.fixture
def edited_act(tmp_path):
    case = copied("cada-commune", tmp_path)
    return case, Edited(write_word(render_act(case, ROOT, "recours-cada"))), tmp_path / "recours-cada.docx"


@pytest.fixture
def changed_act(edited_act):
    case, edited, relu = edited_act
    words = "La communication est la règle"
    replace_words(paragraph_saying(edited, words), words, "Communiquer est la règle")
    relu.write_bytes(edited.data)
    return case, edited, relu


def test_a_library_improved_gets_its_parameters_back(changed_act, tmp_path):
    case, _, relu = changed_act
    retour = read_back(relu, case, ROOT)
    (change,) = retour.reprise.retouches
    assert retour.ou[change.rang].startswith("clause ")
    old = case.read_bytes()
    made = approve(retour, {change.rang: "ameliorer"})
    assert not made.fichiers and made.placees == [change.rang]
    ((name, patch),) = made.patchs.items()
    assert f"+++ b/{name}.md" in patch and "+" in patch
    assert any(
        line.startswith("+") and "Communiquer est la règle" in line and "{{" in line for line in patch.splitlines()
    )
    written = write_back(retour, made, {change.rang: "ameliorer"}, tmp_path / "s")
    assert [file.suffix for file in written] == [".patch"] and case.read_bytes() == old


def test_a_clause_kept_otherwise_for_this_case_keeps_the_rest_of_the_library(changed_act, tmp_path):
    case, _, relu = changed_act
    retour = read_back(relu, case, ROOT)
    made = approve(retour, keep_all(retour))
    (told,) = made.fichiers.values()
    assert "remplace:" in told and "{{" in told.split("remplace:")[1] and "version:" in told.split("remplace:")[1]
    write_back(retour, made, keep_all(retour), tmp_path / "s")
    assert not check(retour, made, relu.read_bytes(), case, "recours-cada")


def test_what_is_refused_or_left_writes_nothing_in_the_case(changed_act, mandats, tmp_path):
    case, _, relu = changed_act
    old = case.read_bytes()
    done = mandats("reprendre", relu, "--dossier", case, "--refuser", "tout", "--sortie", tmp_path / "s")
    assert done.returncode == 0, done.stderr
    assert case.read_bytes() == old and not (tmp_path / "s").exists()
    assert "1 ~" in done.stdout and "Communiquer" in done.stdout
    done = mandats("reprendre", relu, "--dossier", case, "--garder", "9", "--sortie", tmp_path / "s")
    assert done.returncode == 2 and "il y a 1 changements" in done.stderr


def test_a_number_changed_by_hand_is_told_and_kept_in_a_file(edited_act, mandats, tmp_path):
    """Within the field that shows it, whoever opens the file computes it again; typed instead, it is a change."""
    case, edited, relu = edited_act
    old = case.read_bytes()
    paragraph = next(p for p in edited.paragraphs() if re.search("\\(pièce\u00a0n°\u00a02\\)", text(p)))
    number = [t for t in paragraph.iter(W + "t") if t.text == "2"][-1]
    number.text = "4"
    relu.write_bytes(edited.data)
    done = mandats("reprendre", relu, "--dossier", case, "--garder", "tout", "--sortie", tmp_path / "s")
    assert done.returncode == 0 and "un numéro" in done.stdout and "[-2-]{+4+}" in done.stdout
    assert "n°\u00a04" in (tmp_path / "s" / "reprise-recours-cada.md").read_text("utf-8")
    for sign in list(paragraph.iter(W + "fldChar", W + "instrText")):
        sign.getparent().getparent().remove(sign.getparent())
    relu.write_bytes(edited.data)
    done = mandats("reprendre", relu, "--dossier", case, "--garder", "tout", "--sortie", tmp_path / "s")
    assert done.returncode == 1 and "numéro de pièce" in done.stderr
    assert case.read_bytes() == old


def test_a_case_that_changed_meanwhile_is_not_written_over(changed_act, tmp_path):
    case, _, relu = changed_act
    retour = read_back(relu, case, ROOT)
    made = approve(retour, keep_all(retour))
    case.write_text(case.read_text("utf-8") + "# entre-temps\n", "utf-8")
    with pytest.raises(ValueError, match="a changé depuis"):
        write_back(retour, made, keep_all(retour), tmp_path / "s")
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("kind", ["autre", "macros", "tronque"])
def test_a_file_that_is_not_this_act_is_told_in_a_line(kind, edited_act, mandats, tmp_path):
    case, edited, relu = edited_act
    other = write_word(render_act(ROOT / "cases" / "gafam.yaml", ROOT, "mandat-google-vierge"))
    relu.write_bytes(other if kind == "autre" else hostile(edited.data, kind))
    done = mandats("reprendre", relu, "--dossier", case, "--garder", "tout", "--sortie", tmp_path / "s")
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1, done.stderr
    assert not (tmp_path / "s").exists()


def test_a_case_says_otherwise_one_block_of_several_and_a_conclusion(edited_act):
    """`remplace:` names a block by its rank, and what a clause concludes."""
    case, edited, _ = edited_act
    before = accepted(edited.data)
    told = case.read_text("utf-8")
    at = told.index("- clause: cada/secret-affaires", told.index("modele: recours-cada"))
    margin = " " * (at - told.rfind("\n", 0, at) + 1)
    more = f"\n{margin}remplace: {{consequence: {{texte: 'En conclusion, tout se communique.'}}}}"
    line = told.index("\n", at)
    case.write_text(told[:line] + more + told[line:], "utf-8")
    after = accepted(write_word(render_act(case, ROOT, "recours-cada")))
    assert len(after) == len(before)
    assert [line for line in after if line not in before] == [alike("En conclusion, tout se communique.")]


def test_a_note_and_paragraphs_moved_in_a_prose_come_back(tmp_path):
    case = copied("cada-commune", tmp_path)
    prose = tmp_path / "cada-commune" / "refus.md"
    prose.write_text(
        "Le premier alinéa de cette prose recevra une note de bas de page.\n\n"
        "Le deuxième alinéa de cette prose est celui qui changera de place.\n\n"
        "Le troisième alinéa de cette prose ne dit rien que de simple.\n\n"
        "{# un mot pour qui écrit #}\n",
        "utf-8",
    )
    edited = Edited(write_word(render_act(case, ROOT, "recours-cada")))
    moved = paragraph_saying(edited, "changera de place")
    noted = paragraph_saying(edited, "une note de bas de page")
    paragraph_saying(edited, "rien que de simple").addnext(moved)
    add_note(edited, noted, "Voyez la pièce [1].")
    relu = tmp_path / "recours-cada.docx"
    relu.write_bytes(edited.data)
    retour = read_back(relu, case, ROOT)
    assert [c.genre for c in retour.reprise.retouches].count("déplacement") == 1
    made = approve(retour, keep_all(retour))
    assert not [why for rank, why in made.restes.items() if retour.reprise.retouches[rank - 1].lieu.genre != "note"]
    write_back(retour, made, keep_all(retour), tmp_path / "s")
    told = prose.read_text("utf-8")
    assert told.index("changera") > told.index("simple") and "\n\n\n" not in told
    assert "page.^[Voyez la pièce \\[1\\].]\n" in told
    assert "{# un mot pour qui écrit #}" in told
    assert not check(retour, made, edited.data, case, "recours-cada")


def take_back(edited: Edited, case: Path, folder: Path) -> tuple[Retour, Reconstruction]:
    """All that was changed in the request to the administration is kept, and written in the case."""
    relu = folder / "demande-cada-relue.docx"
    relu.write_bytes(edited.data)
    retour = read_back(relu, case, ROOT)
    made = approve(retour, keep_all(retour))
    assert not made.restes
    write_back(retour, made, keep_all(retour), folder / "s")
    return retour, made


def test_a_note_in_a_sentence_that_is_composed_is_a_retouche(tmp_path):
    case = copied("cada-commune", tmp_path)
    edited = Edited(write_word(render_act(case, ROOT, "demande-cada")))
    closing = paragraph_saying(edited, "Je vous prie d’agréer")
    replace_words(closing, "de ma considération", "de toute ma considération")
    add_note(edited, closing, "Voyez [ici], L’Exemple \\ page 3.")
    retour, made = take_back(edited, case, tmp_path)
    assert "^[Voyez" in case.read_text("utf-8")
    again = units_of(Package(write_word(render_act(case, ROOT, "demande-cada"))))
    assert "Voyez [ici], L’Exemple \\ page\u00a03." in [u.said().strip() for u in again if u.genre == "note"]
    assert not check(retour, made, edited.data, case, "demande-cada")


def test_the_words_of_a_template_are_kept_as_retouches_of_the_act(tmp_path):
    case = copied("cada-commune", tmp_path)
    edited = Edited(write_word(render_act(case, ROOT, "demande-cada")))
    closing = paragraph_saying(edited, "Je vous prie d’agréer")
    replace_words(closing, "Je vous prie d’agréer", "Veuillez agréer")
    closing.addnext(new_paragraph(closing, "Un dernier mot, que la lettre ne disait pas."))
    gone = paragraph_saying(edited, "Le silence gardé pendant un mois")
    gone.getparent().remove(gone)
    retour, made = take_back(edited, case, tmp_path)
    assert case.read_text("utf-8").count("- texte: ") >= 3 and "retouches:" in case.read_text("utf-8")
    assert not check(retour, made, edited.data, case, "demande-cada")


@pytest.mark.parametrize(("where", "words", "kept"), [
    ("qui signale aux agents", "aux agents", 0),  # a fact and its pièce, that the program puts together
    ("La commune n’a rien communiqué", "Par une lettre", 2),
])  # fmt: skip
def test_a_paragraph_cut_in_two_is_kept_whole_or_not_at_all(where, words, kept, edited_act, tmp_path):
    case, edited, relu = edited_act
    editing.cut(paragraph_saying(edited, where), words)
    relu.write_bytes(edited.data)
    retour = read_back(relu, case, ROOT)
    made_ = approve(retour, keep_all(retour))
    assert len(retour.reprise.retouches) == 2 and len(made_.placees) == kept
    assert kept or any("ne fait qu'un avec" in why for why in made_.restes.values())
    write_back(retour, made_, keep_all(retour), tmp_path / "s")
    check(retour, made_, relu.read_bytes(), case, "recours-cada")


@pytest.mark.parametrize(("added", "kept"), [(" Personne ne l’a démenti.", True), (" Voir la pièce n° 2.", False)])
def test_words_added_after_what_is_computed_are_a_retouche(added, kept, edited_act, tmp_path):
    case, edited, relu = edited_act
    paragraph_saying(edited, "qui signale aux agents").extend(made(f"<w:r><w:t>{added}</w:t></w:r>"))
    relu.write_bytes(edited.data)
    retour = read_back(relu, case, ROOT)
    made_ = approve(retour, keep_all(retour))
    assert bool(made_.placees) == kept
    write_back(retour, made_, keep_all(retour), tmp_path / "s")
    assert bool(check(retour, made_, relu.read_bytes(), case, "recours-cada")) != kept


def test_a_clause_moved_and_changed_is_kept_whole_or_not_at_all(edited_act, tmp_path):
    case, edited, relu = edited_act
    first, second = [*editing.clauses(edited).values()][:2]
    change_word(first[-1], random.Random(1), "autrement")
    editing.move_after(first, second[-1])
    relu.write_bytes(edited.data)
    retour = read_back(relu, case, ROOT)
    made_ = approve(retour, keep_all(retour))
    told = {c.rang for c in retour.reprise.retouches if c.lieu.clause != "cada__recevabilite"}
    assert len(told) > 1 and (told <= made_.restes.keys() or told <= {*made_.placees})
    write_back(retour, made_, keep_all(retour), tmp_path / "s")
    check(retour, made_, relu.read_bytes(), case, "recours-cada")


def test_a_new_fact_is_of_this_act_and_shows_its_pieces(edited_act, tmp_path):
    case, edited, relu = edited_act
    after = paragraph_saying(edited, "qui signale aux agents")
    after.addnext(new_paragraph(after, "Un fait nouveau est établi (pièce n° 2)."))
    relu.write_bytes(edited.data)
    retour = read_back(relu, case, ROOT)
    made_ = approve(retour, keep_all(retour))
    write_back(retour, made_, keep_all(retour), tmp_path / "s")
    fact = '{fait: "Un fait nouveau est établi", pieces: [refus], documents: [recours-cada]}'
    assert fact in case.read_text("utf-8") and not check(retour, made_, relu.read_bytes(), case, "recours-cada")


@pytest.mark.parametrize(("old", "new", "times", "found"), [
    ("A.\u00a0Spécimen", "B. Modèle", 9, "nom: B. Modèle"),
    ("A.\u00a0Spécimen", "B. Modèle", 1, None),
    ("15\u00a0janvier\u00a02025", "17 janvier 2025", 9, "recue_le: 2025-01-17"),
    ("15\u00a0janvier\u00a02025", "17 janvier 2025", 1, None),
    ("50\u00a0euros", "70 euros", 9, None),
], ids=["nom", "nom-une-fois", "date", "date-une-fois", "somme"])  # fmt: skip
def test_a_value_of_the_case_is_changed_at_its_key_or_told(old, new, times, found, edited_act, tmp_path):
    """Wherever it is printed, since all that prints it follows; of one place alone, a number is no retouche."""
    case, edited, relu = edited_act
    said = [t for t in edited.body.iter(W + "t") if old in (t.text or "")]
    for one in said[-times:] if times > 1 else said[1:2]:
        one.text = one.text.replace(old, new)
    relu.write_bytes(edited.data)
    retour = read_back(relu, case, ROOT)
    made_ = approve(retour, keep_all(retour))
    write_back(retour, made_, keep_all(retour), tmp_path / "s")
    told = case.read_text("utf-8")
    assert (found in told) if found else f"{new}\n" not in told
    assert bool(found) == (not made_.restes) or (new == "B. Modèle" and "devient:" in told)
    assert found or "devient:" not in told or not re.search("[0-9]", new)
    check(retour, made_, relu.read_bytes(), case, "recours-cada")


def test_the_number_of_a_new_piece_may_be_typed_and_a_title_that_is_none_is_told(edited_act, tmp_path):
    case, edited, relu = edited_act
    number = editing.new_row(edited, "Procès-verbal de constat du 3 mai 2030", "3 mai 2030")
    row = [*edited.body.iter(W + "tr")][-1]
    first = row.find(f"{W}tc/{W}p")
    first.remove(first.find(W + "pPr"))
    first.extend(made(f"<w:r><w:t>{number}</w:t></w:r>"))
    style = f"{W}pPr/{W}pStyle"
    heading = editing.styled(edited, [*edited.body.iter(W + "p")], heading=True)
    paragraph_saying(edited, "La communication est la règle").find(style).set(
        W + "val", heading.find(style).get(W + "val")
    )
    relu.write_bytes(edited.data)
    retour = read_back(relu, case, ROOT)
    assert Counter(c.genre for c in retour.reprise.retouches) == {"ajout": 1, "titre": 1}
    made_ = approve(retour, keep_all(retour))
    assert len(made_.placees) == 1 and not made_.restes
    write_back(retour, made_, keep_all(retour), tmp_path / "s")
    assert "titre, sans suivi" in (tmp_path / "s" / "reprise-recours-cada.md").read_text("utf-8")


IN_A_BOX = "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>zozo</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"


@pytest.mark.parametrize("xml", [
    IN_A_BOX,
    "<m:oMath><m:f><m:num><m:r><m:t>zozo</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>",
    "<w:r><w:t>zozo</w:t><w:sym w:font='Wingdings' w:char='F0E0'/></w:r>",
    "",
], ids=["encadre", "equation", "signe", "entete"])  # fmt: skip
def test_what_no_case_holds_is_told_and_kept_in_a_file(xml, edited_act, tmp_path):
    case, edited, relu = edited_act
    old = case.read_bytes()
    if xml:
        paragraph_saying(edited, "Cette décision confirme").extend(made(xml))
    else:
        frame = next(tree for name, tree in edited.trees.items() if "header" in name)
        next(frame.iter(W + "p")).extend(made("<w:r><w:t>zozo</w:t></w:r>"))
    relu.write_bytes(edited.data)
    retour = read_back(relu, case, ROOT)
    made_ = approve(retour, keep_all(retour))
    assert [*made_.restes] == [1]
    write_back(retour, made_, keep_all(retour), tmp_path / "s")
    assert "zozo" in (tmp_path / "s" / "reprise-recours-cada.md").read_text("utf-8") and case.read_bytes() == old


def test_every_comment_is_told(edited_act):
    """On a paragraph that moved after another, in a box, on what went."""
    case, edited, relu = edited_act
    held = next(blocks for blocks in editing.clauses(edited).values() if len(blocks) > 2)
    comment(edited, held[1], AUTHOR, "Sur ce qui a bougé.")
    editing.move_after(held, edited.paragraphs()[-1])
    box = made(IN_A_BOX)[0]
    edited.paragraphs()[0].append(box)
    comment(edited, next(box.iter(W + "p")), AUTHOR, "Dans un encadré.")
    relu.write_bytes(edited.data)
    told = {c.texte for change in read_back(relu, case, ROOT).reprise.retouches for c in change.commentaires}
    assert told == {"Sur ce qui a bougé.", "Dans un encadré."}


def test_words_that_would_be_a_program_have_no_place_and_print_nothing(edited_act, mandats, tmp_path):
    case, edited, relu = edited_act
    words = "La communication est la règle"
    replace_words(paragraph_saying(edited, words), words, "{{ affaire.titre }} \u009b31m\u202eest la règle")
    relu.write_bytes(edited.data)
    done = mandats("reprendre", relu, "--dossier", case, "--garder", "tout", "--sortie", tmp_path / "s")
    assert done.returncode == 1 and "accolades" in done.stderr
    assert not {"\u009b", "\u202e"} & {*done.stdout, *done.stderr}
    assert "affaire.titre" in (tmp_path / "s" / "reprise-recours-cada.md").read_text("utf-8")


# --- whole clauses, titles, pièces ------------------------------------------------------------------------------------


def test_a_clause_moved_one_gone_a_title_and_a_piece_come_back(edited_act, tmp_path):
    """With their comments, each in its list: nothing that was in the case is lost but what went."""
    case, edited, relu = edited_act
    relu.write_bytes(rearrange(edited.data, 3))
    retour = read_back(relu, case, ROOT)
    genres = Counter(c.genre for c in retour.reprise.retouches)
    assert genres == {"déplacement": 1, "suppression": 1, "ajout": 3} and retour.reprise.placees == 1
    made = approve(retour, keep_all(retour))
    assert not made.restes
    before = case.read_text("utf-8")
    write_back(retour, made, keep_all(retour), tmp_path / "s")
    check(retour, made, relu.read_bytes(), case, "recours-cada")
    now = case.read_text("utf-8")
    assert re.findall(r"#.*", before) == re.findall(r"#.*", now)
    assert "- {cle: proces-verbal-constat-mai-2030, titre: " in now and '"[à compléter' in now
    assert '{{ piece("proces-verbal-constat-mai-2030") }}' in " ".join(now.split())
    assert '- titre: "Sur une question que rien n' in now


@pytest.mark.slow
def test_what_moves_in_a_markdown_file_takes_its_fences_along(tmp_path):
    case, nom = copied("testwe", tmp_path), "refere-suspension"
    prose, relu = tmp_path / "testwe" / "argument-refere-suspension.md", tmp_path / "relu.docx"
    opened = re.compile(r"^::: (?:#+ )?(\S+/\S+)$", re.M)
    edited, slugs = Edited(write_word(render_act(case, ROOT, nom))), opened.findall(prose.read_text("utf-8"))
    held = editing.clauses(edited)
    first, second = (held[slug.replace("/", "__").replace("-", "_")] for slug in slugs[-2:])
    editing.move_after(first, second[-1])
    relu.write_bytes(edited.data)
    retour = read_back(relu, case, ROOT, nom)
    made = approve(retour, keep_all(retour))
    assert not made.restes and len(retour.reprise.retouches) == 1
    write_back(retour, made, keep_all(retour), tmp_path / "s")
    check(retour, made, relu.read_bytes(), case, nom)
    assert opened.findall(prose.read_text("utf-8")) == [*slugs[:-2], slugs[-1], slugs[-2]]


def test_what_word_corrects_by_itself_is_no_change(edited_act):
    case, edited, relu = edited_act
    for said in edited.body.iter(W + "t"):
        for old, new in (("\u2011", "-"), ("’", "'"), ("«\u00a0", "“"), ("\u00a0»", "”"), ("\u00a0", " "), ("œ", "oe")):
            said.text = (said.text or "").replace(old, new)
    relu.write_bytes(edited.data)
    assert not read_back(relu, case, ROOT).reprise.retouches


def test_a_title_in_a_markdown_file_leaves_the_rank_of_the_next_clause(tmp_path):
    case, nom = copied("testwe", tmp_path), "refere-suspension"
    edited, relu = Edited(write_word(render_act(case, ROOT, nom))), tmp_path / "relu.docx"
    blocks = editing.clauses(edited)["rgpd__absence_de_base_legale"]
    said = new_paragraph(editing.styled(edited, blocks, heading=False), "Cet alinéa suit le titre nouveau.")
    blocks[-1].addnext(said)
    said.addprevious(new_paragraph(editing.styled(edited, blocks, heading=True), "Sur une question nouvelle"))
    relu.write_bytes(edited.data)
    retour = read_back(relu, case, ROOT, nom)
    made = approve(retour, keep_all(retour))
    assert not made.restes
    (told,) = made.fichiers.values()
    assert "\n# Sur une question nouvelle\n\nCet alinéa" in told and "\n::: # rgpd/consentement-non-libre\n" in told


def test_of_a_form_the_words_of_the_case_come_back_and_the_drawing_is_named(tmp_path):
    case, nom = copied("technopolice", tmp_path), "mandat-vierge"
    edited, relu = Edited(write_word(render_act(case, ROOT, nom))), tmp_path / "relu.docx"
    replace_words(paragraph_saying(edited, "mandat spécial"), "automatisée des visages", "automatique des visages")
    replace_words(paragraph_saying(edited, "révoquer ce mandat"), "sans motif ni frais", "sans aucun frais")
    relu.write_bytes(edited.data)
    retour = read_back(relu, case, ROOT, nom)
    made = approve(retour, keep_all(retour))
    assert len(made.placees) == 1 and [*made.restes.values()] == [FORM]
    assert "automatique des visages" in made.fichiers[case]


# --- the case has moved since -----------------------------------------------------------------------------------------


def test_a_case_that_moved_since_gets_the_changes_of_the_reader_alone(edited_act, mandats, tmp_path):
    """From the file that was built when it is there; else from what Word tracks, and that is told."""
    case, edited, relu = edited_act
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "recours-cada.docx").write_bytes(edited.data)
    prose = tmp_path / "cada-commune" / "refus.md"
    old = prose.read_text("utf-8")
    rng, tracked = random.Random(1), paragraph_saying(edited, "C’est ce second refus")
    track_word(tracked, rng, AUTHOR)
    words = "La communication est la règle"
    replace_words(paragraph_saying(edited, words), words, "Communiquer est la règle")
    relu = tmp_path / "relu.docx"
    relu.write_bytes(edited.data)
    prose.write_text(old + "\n\nUn alinéa que le dossier dit depuis.\n", "utf-8")
    case.write_text(
        re.sub(
            r"\n +- clause: cada/secret-affaires(?:\n {10,}.*)+(?=\n +- clause: cada/occ)", "", case.read_text("utf-8")
        ),
        "utf-8",
    )
    before = case.read_text("utf-8")

    retour = read_back(relu, case, ROOT, out=tmp_path / "s")
    assert retour.base and retour.base.sure and "le fichier construit" in retour.base.nom
    assert sorted(c.auteurs for c in retour.reprise.retouches) == [(AUTHOR,), ("sans suivi",)]
    made = approve(retour, keep_all(retour))
    assert not made.restes
    write_back(retour, made, keep_all(retour), tmp_path / "s")
    built = accepted(write_word(render_act(case, ROOT, "recours-cada")))
    assert alike("Un alinéa que le dossier dit depuis.") in built
    assert any("Communiquer est la règle" in line for line in built) and any("prudemment" in line for line in built)

    case.write_text(before, "utf-8")
    (tmp_path / "s" / "recours-cada.docx").unlink()
    done = mandats("reprendre", relu, "--dossier", case, "--sortie", tmp_path / "s", "--document", "recours-cada")
    assert done.returncode == 0 and "le dossier a changé depuis" in done.stderr and "--base" in done.stderr
    assert "prudemment" in done.stdout and "Communiquer" not in done.stdout


def test_what_the_case_and_the_reader_both_changed_is_merged_or_told(tmp_path):
    case = copied("cada-commune", tmp_path)
    prose = tmp_path / "cada-commune" / "refus.md"
    prose.write_text(
        "Le premier mot de cet alinéa changera sans doute deux fois.\n\nLe second alinéa aussi changera.\n", "utf-8"
    )
    edited = Edited(write_word(render_act(case, ROOT, "recours-cada")))
    (tmp_path / "recours-cada.docx").write_bytes(edited.data)
    replace_words(paragraph_saying(edited, "sans doute deux fois"), "deux fois", "trois fois")
    replace_words(paragraph_saying(edited, "Le second alinéa"), "changera", "bougera")
    relu = tmp_path / "relu.docx"
    relu.write_bytes(edited.data)
    prose.write_text(
        "Le tout premier mot de cet alinéa changera sans doute deux fois.\n\nLe second alinéa aussi restera.\n", "utf-8"
    )
    retour = read_back(relu, case, ROOT, "recours-cada")
    made = approve(retour, keep_all(retour))
    assert [*made.restes.values()] == ["le dossier dit à présent autre chose à cet endroit"]
    write_back(retour, made, keep_all(retour), tmp_path / "s")
    assert prose.read_text("utf-8").startswith("Le tout premier mot de cet alinéa changera sans doute trois fois.")
    assert "bougera" in (tmp_path / "s" / "reprise-recours-cada.md").read_text("utf-8")


def test_a_filed_act_is_read_from_its_copy_and_not_written(edited_act, mandats):
    case, edited, relu = edited_act
    day = "2025-06-02"
    folder = case.with_suffix("") / "deposes" / f"{day}-recours-cada"
    folder.mkdir(parents=True)
    (folder / "recours-cada.docx").write_bytes(edited.data)
    told = {"document": "recours-cada", "le": day, "canal": None, "fichiers": {}, "pieces": [], "mandants": 0}
    (folder / "manifeste.json").write_text(json.dumps(told), "utf-8")
    words = "La communication est la règle"
    replace_words(paragraph_saying(edited, words), words, "Communiquer est la règle")
    relu.write_bytes(edited.data)
    text_ = case.read_text("utf-8").replace(
        "  - modele: recours-cada\n",
        f"  - modele: recours-cada\n    depose: {{le: {day}, dossier: {day}-recours-cada}}\n",
    )
    case.write_text(text_.replace("À titre subsidiaire, la présence", "Subsidiairement, la présence"), "utf-8")
    done = mandats("reprendre", relu, "--dossier", case)
    assert done.returncode == 0 and "l'acte déposé" in done.stderr, done.stderr
    assert done.stdout.count("sans suivi") == 1 and "Communiquer" in done.stdout
    done = mandats("reprendre", relu, "--dossier", case, "--garder", "tout")
    assert done.returncode == 2 and "rien ne s'y écrit plus" in done.stderr and "--annuler" in done.stderr


# --- every act, at random, and LibreOffice ----------------------------------------------------------------------------


@pytest.mark.slow
@each(CASES)
def test_each_act_comes_back(case, tmp_path):
    """Each act with its words, paragraphs and notes changed, saved by LibreOffice; and, in turn, as it is, with a
    comment; with whole clauses changed; with these, saved by LibreOffice."""
    loaded, _ = load_case(case)
    acts, saved = list[tuple[str, Path]](), list[Path]()
    for rank, order in enumerate(loaded.case.documents):
        nom = order.nom or order.modele
        built = write_word(render_act(case, ROOT, nom))
        # LibreOffice 7.4 gives a note the words of the one before when a comment stands above them: none then.
        ways = ((edit_as_a_lawyer(built, rank), False), (rearrange(built, rank), False), (rearrange(built, rank), True))
        chosen = (edit_as_a_lawyer(built, rank + 7, commented=False), True), ways[(CASES.index(case) + rank) % 3]
        for turn, (data, by_libreoffice) in enumerate(chosen):
            file = tmp_path / f"{rank}-{turn}.docx"
            file.write_bytes(data)
            saved += [file] if by_libreoffice else []
            acts.append((nom, tmp_path / "lo" / file.name if by_libreoffice else file))
    libreoffice(saved, tmp_path / "lo")
    for nom, relu in acts:
        own = tmp_path / relu.stem
        own.mkdir()
        mine = copied(case.stem, own)
        retour = read_back(relu, mine, ROOT, nom)
        lost = (1 - retour.reprise.placees) * len(retour.reprise.nos)
        assert lost <= max(1.01, 0.01 * len(retour.reprise.nos)), relu  # of a short act, one changed beyond knowing
        made = approve(retour, keep_all(retour))
        write_back(retour, made, keep_all(retour), own / "s")
        check(retour, made, relu.read_bytes(), mine, nom)


@pytest.mark.slow
def test_an_act_saved_in_libreoffice_comes_back_the_same(tmp_path):
    case = copied("cada-commune", tmp_path)
    built = write_word(render_act(case, ROOT, "recours-cada"))
    ours, saved = tmp_path / "recours-cada.docx", tmp_path / "lo"
    ours.write_bytes(built)
    libreoffice([ours], saved)
    assert not read_back(saved / ours.name, case, ROOT).reprise.retouches
    # LibreOffice 7.4 gives a note the words of the one before when a comment stands above them: none here.
    ours.write_bytes(edit_as_a_lawyer(built, 4, commented=False))
    libreoffice([ours], saved)
    direct, again = (read_back(file, case, ROOT) for file in (ours, saved / ours.name))
    shown = [[(c.genre, [u.said() for u in c.apres]) for c in r.reprise.retouches] for r in (direct, again)]
    assert shown[0] == shown[1]
    for relu in (edit_as_a_lawyer(built, 4, commented=False), rearrange(built, 3)):
        ours.write_bytes(relu)
        libreoffice([ours], saved)
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        case = copied("cada-commune", folder)  # what was kept of the former is written in its prose too
        again = read_back(saved / ours.name, case, ROOT)
        made = approve(again, keep_all(again))
        write_back(again, made, keep_all(again), folder / "s")
        check(again, made, (saved / ours.name).read_bytes(), case, "recours-cada")


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_at_random_nothing_is_lost(seed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hasard")
    case = copied("cada-commune", folder)
    relu = folder / "recours-cada.docx"
    edit = rearrange if seed % 2 else edit_as_a_lawyer
    relu.write_bytes(edit(write_word(render_act(case, ROOT, "recours-cada")), seed))
    retour = read_back(relu, case, ROOT)
    made = approve(retour, keep_all(retour))
    write_back(retour, made, keep_all(retour), folder / "s")
    check(retour, made, relu.read_bytes(), case, "recours-cada")
    left = left_over(retour, made, keep_all(retour))
    assert all(f"## {rank}. " in left for rank in made.restes)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("saisie le 5 mars 2025 (pièce n° 3)", "saisie le 6 mars 2025 (pièce n° 3)", "une date ou un nombre"),
        ("saisie le 5 mars 2025 (pièce n° 3)", "saisie le 5 mars 2025 (pièce n° 4)", "un numéro de pièce"),
        ("les pièces n°s 3, 6 et 14", "les pièces n°s 3, 6 et 15", "un numéro de pièce"),
        ("voir §§ 12 et 14", "voir §§ 13 et 14", "un numéro de pièce"),
        ("l'article 6, pièce n° 2", "l'article 7, pièce n° 2", "une citation"),
        ("l'article L. 311-5 du code", "l'article L. 311-6 du code", "une citation"),
        ("dans les 2 mois (pièce n° 2)", "dans les 3 mois (pièce n° 2)", "une date ou un nombre"),
    ],
)
def test_why_a_number_has_no_place(before, after, told):
    unit = Unite("paragraphe", "body text", "", (), "", ())
    assert told in why_of(unit, before, touches(before, after))
