"""Forms for everyone: the words of `construire`, whatever the names; whole files after a kill; no name out of place."""

import ctypes
import dataclasses
import hashlib
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from mandats import readback
from mandats.build import examine, write_document
from mandats.formulaire.printer import Printer
from mandats.formulaire.valeurs import RowError
from mandats.problem import UnusableInput
from mandats.publiposter import annex, dossier, job
from mandats.publiposter.encrypt import recipients, write_encrypted
from mandats.publiposter.orders import prepare
from mandats.registre.personne import Inscrit
from tests.conftest import ROOT
from tests.roster import FAR, mandants

GAFAM = ROOT / "cases" / "gafam.yaml"
FORM = ROOT / "templates" / "mandat" / "formulaire.docx"
KEPT = ("--conservation", "2029-12-31", "--sans-phrase")
HOSTILE = (
    *FAR, ('=HYPERLINK("http://x.example";"a")', "@SUM(1+1)"), ("{{7*7}}", "{{ mandataire.nom }}"),
    ("#eval(\"1+1\")", "#sys.inputs"), ("<w:p>", "</w:t>&amp;]]>"),
    ("Zqv0vqZ", "Zqv1vqZ"), ("N" * 300, "É" * 300), ("a\\", '"))'), ("\u202eivrE", "\u200fشهرزاد"),
    ("]", "[#strong[x]]"), ("- x", "= titre"), ("{%p if 1 %}", "{# x #}"),
)  # fmt: skip


def person(prenom="Camille", nom="SPÉCIMEN", numero=12, **more):
    given = {"courriel": (
        "camille.specimen@example.org"
    ), "date_naissance": "", "adresse": "", "code_postal": "", "commune": "Villespécimen", "pays": "",
             "signe_le": "2018-05-01T10:00:00Z", "preuve": "case-horodatee", "etat": "donne"}  # fmt: skip
    return Inscrit(numero, "7K3QM-P9XTR", prenom, nom, **(given | more))


@pytest.fixture(scope="module")
def prepared():
    made, problems = prepare(GAFAM, ROOT, "mandat-google-vierge")
    assert not problems
    return made


@pytest.fixture(scope="module")
def printer(prepared):
    return Printer(prepared)


def words(data: bytes) -> str:
    reading = readback.read_docx(data) if data[:2] == b"PK" else readback.read_pdf(data)
    return " ".join(reading.words())


def redraw(folder: Path, change) -> Path:
    """A working folder whose mandate was redrawn in Word: `change` of document.xml."""
    target = folder / "templates" / "mandat"
    target.mkdir(parents=True)
    (target / "template.yaml").write_bytes((FORM.parent / "template.yaml").read_bytes())
    with zipfile.ZipFile(FORM) as source, zipfile.ZipFile(target / "formulaire.docx", "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            data = source.read(name)
            out.writestr(name, change(data.decode()).encode() if name == "word/document.xml" else data)
    case = folder / "cases" / "gafam.yaml"
    case.parent.mkdir()
    case.write_bytes(GAFAM.read_bytes())
    (case.parent / "gafam").symlink_to(ROOT / "cases" / "gafam")
    return case


# --- what is printed ---------------------------------------------------------------------------------------------


def test_a_form_says_what_construire_says(printer):
    """To the word, in both formats: the shipped sample has the same person pre-filled."""
    rendered = examine(GAFAM, ROOT, only=["mandat-linkedin-pre-rempli"]).documents[0]
    files, _ = write_document(rendered)
    made, _ = prepare(GAFAM, ROOT, "mandat-linkedin-pre-rempli")
    own = Printer(made)
    values = own.values(person())
    assert words(own.docx(values)) == words(files["docx"])
    assert words(own.pdf(values)) == words(files["pdf"])


def test_the_number_and_code_stand_at_the_head_of_each_page(printer):
    values = printer.values(person(numero=7))
    with zipfile.ZipFile(io.BytesIO(printer.docx(values))) as archive:
        heads = "".join(archive.read(n).decode() for n in archive.namelist() if "header" in n)
    assert "n°\u00a0000007" in heads and "7K3QM-P9XTR" in heads
    import pypdfium2

    pages = pypdfium2.PdfDocument(printer.pdf(values))
    assert all("7K3QM-P9XTR" in pages[i].get_textpage().get_text_bounded() for i in range(len(pages)))


@pytest.mark.parametrize("folder", ["commun", "mandat"])
def test_a_drafters_page_of_an_earlier_version_still_serves(printer, folder, tmp_path):
    """It was copied before pages had an `en-tete` to share: the forms take the house's."""
    case = redraw(tmp_path, lambda text: text)
    page = (ROOT / "templates" / "commun" / "page.typ").read_text("utf-8").replace("en-tete", "tete-ancienne")
    own = tmp_path / "templates" / folder / "page.typ"
    own.parent.mkdir(exist_ok=True)
    own.write_text(page, "utf-8")
    made, problems = prepare(case, tmp_path, "mandat-google-vierge")
    assert not problems and made.page == own
    earlier = Printer(made)
    values = printer.values(person(numero=7))
    assert earlier.pdf(values) == printer.pdf(values)
    assert earlier.volume([values, values]) == printer.volume([values, values])
    assert earlier.fillable() == printer.fillable()


@pytest.mark.parametrize("prenom, nom", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_is_read_as_markup(printer, prenom, nom):
    values = printer.values(person(prenom, nom, commune="Y"))
    docx = printer.docx(values)
    shown = words(docx)
    from mandats.formulaire.valeurs import REORDERING
    from mandats.render.typography import french

    for name in (prenom, nom):
        assert readback.normalise(french(" ".join(REORDERING.sub("", name).split()))) in shown
    assert shown.count("49") == 0
    blank = words(printer.docx(printer.values(person("Q", "Q", commune="Y"))))
    assert len(readback.read_docx(docx).lines) == len(
        readback.read_docx(printer.docx(printer.values(person("Q", "Q")))).lines
    )
    page = words(printer.pdf(values))
    if all(printer.drawable(t) == t and re.fullmatch(r"(?!.*--)[ -~À-ÿ]{1,40}", t) for t in (prenom, nom)):
        assert readback.normalise(french(" ".join(nom.split()))) in page
    # All but the names is as for anyone else.
    assert abs(len(shown.split()) - len(blank.split())) <= len(f"{prenom} {nom}".split()) + 2


@pytest.mark.parametrize("name", ["N" * 300, "W" * 300, "[]" * 150, "Marie-" * 49 + "Mariee", "😀" * 75])
def test_a_name_of_300_characters_stays_on_the_page(printer, name):
    import pypdfium2

    page = pypdfium2.PdfDocument(
        printer.pdf(printer.values(person("Q", name, courriel=f"{'a' * 60}@{'b' * 60}.example.org")))
    )[0]
    text = page.get_textpage()
    right = max(text.get_charbox(i)[2] for i in range(text.count_chars()))
    assert right <= page.get_width() - 40  # points
    assert text.get_text_bounded().count(name[0]) >= name.count(name[0]) or name[0] == "😀"


def test_a_character_without_font_is_written_by_its_number(printer):
    assert "[U+1F984]" in words(printer.pdf(printer.values(person("Zoé 🦄"))))
    assert "🦄" in words(printer.docx(printer.values(person("Zoé 🦄"))))


def test_the_archive_is_sound_and_its_parts_are_those_docxtpl_makes(printer):
    from docxtpl import DocxTemplate

    from mandats.formulaire.valeurs import XML
    from mandats.model import Mandant as CaseMandant
    from mandats.render.cover import page_inputs

    rendered = examine(GAFAM, ROOT, only=["mandat-google-vierge"]).documents[0]
    for who in (person(), person("<w:p>", "{{7*7}}"), person(commune="")):
        template = DocxTemplate(FORM)
        asked = CaseMandant(prenom=who.prenom, nom=who.nom, commune=who.commune or None, courriel=who.courriel)
        template.render(
            {**page_inputs(rendered.document, rendered.title), **rendered.values, "mandant": asked},
            jinja_env=XML,
        )
        theirs = io.BytesIO()
        template.save(theirs)
        ours = printer.docx(printer.values(who))
        with zipfile.ZipFile(io.BytesIO(ours)) as mine, zipfile.ZipFile(theirs) as other:
            assert mine.testzip() is None
            assert sorted(mine.namelist()) == sorted(other.namelist())
            texts = [re.findall(r"<w:t[^>]*>([^<]*)", a.read("word/document.xml").decode()) for a in (mine, other)]
            assert "".join(texts[0]).replace("&#x27;", "'").replace("&quot;", '"') == "".join(texts[1]).replace(
                "&#x27;", "'"
            ).replace("&quot;", '"')


def test_the_docx_follows_the_schema(printer, tmp_path):
    audit = pytest.importorskip("openxml_audit")
    path = tmp_path / "mandat.docx"
    path.write_bytes(printer.docx(printer.values(person())))
    result = audit.OpenXmlValidator().validate(path)
    assert result.is_valid, result.errors


def test_a_row_word_cannot_carry_is_refused_by_its_column(printer):
    with pytest.raises(RowError) as error:
        printer.values(person(nom="Dur\x07and"))
    assert error.value.colonne == "nom" and "Dur" not in str(error.value)


# --- a form redrawn in Word --------------------------------------------------------------------------------------


def test_runs_split_by_word_are_mended(tmp_path):
    split = '{{ mandant</w:t></w:r><w:proofErr w:type="spellStart"/><w:r><w:t xml:space="preserve">.nom }}'
    case = redraw(tmp_path, lambda xml: xml.replace("{{ mandant.nom }}", split))
    made, problems = prepare(case, tmp_path, "mandat-google-vierge")
    assert not problems
    own = Printer(made)
    assert "Nom : SPÉCIMEN" in words(own.docx(own.values(person()))) and "Nom : SPÉCIMEN" in words(
        own.pdf(own.values(person()))
    )


def test_a_condition_on_the_person_holds_in_both_formats(tmp_path):
    choice = (
        "{% if mandant.commune %}{{ mandant.commune }}{% elif mandant.pays %}pays {{ mandant.pays }}{% else %}sans "
        "domicile{% endif %} (code {{ mandant.code }})"
    )
    case = redraw(tmp_path, lambda xml: xml.replace("{{ mandant.commune }}", choice))
    made, problems = prepare(case, tmp_path, "mandat-google-vierge")
    assert not problems
    own = Printer(made)
    for who, shown in (
        (person(), "Villespécimen"),
        (person(commune="", pays="Sénégal"), "pays Sénégal"),
        (person(commune=""), "sans domicile"),
    ):
        for data in (own.docx(own.values(who)), own.pdf(own.values(who))):
            assert f"Commune de résidence : {shown} (code 7K3QM-P9XTR)" in words(data)


def test_an_unknown_field_is_told_before_the_first_row(tmp_path):
    case = redraw(tmp_path, lambda xml: xml.replace("{{ mandant.nom }}", "{{ mandant.patronyme }}"))
    made, problems = prepare(case, tmp_path, "mandat-google-vierge")
    assert made is None and [p.id for p in problems] == ["nom-inconnu"] and "mandant.patronyme" in str(problems[0])


def test_a_redrawn_form_prints_each_field_of_a_person_alike_for_a_case_and_for_the_ledger(tmp_path):
    """One list of names: what `publiposter` fills from the ledger, `construire` fills from the case, to the word."""
    from dataclasses import fields

    from mandats.formulaire.valeurs import COMPOSED, FIELDS
    from mandats.registre.personne import PERSON

    assert FIELDS == ("numero", "code", *PERSON) == tuple(f.name for f in fields(Inscrit))[:-2]
    names = (*FIELDS, *COMPOSED)
    asked = (
        " ; ".join(f"{n} {{{{ mandant.{n} }}}}" for n in names)
        + " ; le {{ mandant.signe_le | date }} ; {{ mandant.commune | upper }}"
    )
    case = redraw(tmp_path, lambda xml: xml.replace("{{ mandant.nom }}", asked))
    someone = person(
        numero=7,
        date_naissance="1980-02-01",
        adresse="1, rue de l'Œuf",
        code_postal="97400",
        pays="France",
        signe_le="2022-05-23T22:30:00Z",
    )
    for who in (someone, person(numero=7, commune="")):
        values = {n: getattr(who, n) for n in FIELDS if getattr(who, n)}
        text = GAFAM.read_text("utf-8")
        start = text.index("mandant: {prenom")
        text = text[:start] + f"mandant: {json.dumps(values, ensure_ascii=False)}" + text[text.index("\n", start) :]
        case.write_text(text, "utf-8")
        examined = examine(case, tmp_path, only=["mandat-linkedin-pre-rempli"])
        assert not examined.errors
        files, _ = write_document(examined.documents[0])
        made, problems = prepare(case, tmp_path, "mandat-linkedin-pre-rempli")
        assert not problems
        own = Printer(made)
        printed = own.values(who)
        for name, data in (("docx", own.docx(printed)), ("pdf", own.pdf(printed))):
            assert words(data) == words(files[name])
        if who is someone:
            shown = words(files["docx"])
            assert (
                "le 24 mai 2022 ; VILLESPÉCIMEN" in shown
                and "adresse_complete 1, rue de l’Œuf, 97400 Villespécimen" in shown
            )
    # A blank one shows a line to fill for each of them, and a field for each on screen.
    blank = words(own.blank()[0])
    assert blank.count("……") >= len(names) and " 0 " not in blank
    assert {f[0] for f in form_fields(own.fillable())} >= set(names)


def test_a_person_s_value_is_not_repeated_by_a_message(tmp_path):
    case = redraw(tmp_path, lambda xml: xml)
    text = case.read_text("utf-8")
    wrong = text.replace(
        "mandant: {prenom: Camille,",
        "mandant: {prenom: Camille, date_naissance: 31/02/1980, signe_le: hier soir, numero: douze, patronyme: Xyz,",
    )
    assert wrong != text
    case.write_text(wrong, "utf-8")
    told = [str(p) for p in examine(case, tmp_path).errors]
    assert len(told) == 4 and not [t for t in told for v in ("31/02", "hier", "douze", "Xyz", "Camille") if v in t]


def test_a_letter_is_mailed_the_same_way():
    case = ROOT / "cases" / "cnaf-acces.yaml"
    made, problems = prepare(case, ROOT, "demande-acces", "demandeur")
    assert not problems
    own = Printer(made)
    values = own.values(person("Zoé", "<b>d'Arc</b>", adresse="1, rue *Basse*", code_postal="01000"))
    for data in (own.docx(values), own.pdf(values)):
        assert words(data).count("Zoé <b>d’Arc</b>") == 2 and "1, rue *Basse*, 01000 Villespécimen" in words(data)
    refused, problems = prepare(case, ROOT, "demande-acces")
    assert refused is None and "--role" in str(problems[0])


def letter(folder: Path, change) -> Path:
    """The sample request of access, changed, in a folder of its own."""
    case = folder / "cases" / "cnaf-acces.yaml"
    case.parent.mkdir(parents=True)
    case.write_text(change((ROOT / "cases" / "cnaf-acces.yaml").read_text("utf-8")), "utf-8")
    (case.parent / "cnaf-acces").symlink_to(ROOT / "cases" / "cnaf-acces")
    return case


def test_who_gave_no_address_gets_a_letter_without_that_line(tmp_path):
    made, problems = prepare(letter(tmp_path, str), tmp_path, "demande-acces", "demandeur", everyone=True)
    assert not problems
    own = Printer(made)
    for commune, shown in (("Villespécimen", "Zoé d’Arc Villespécimen camille"), ("", "Zoé d’Arc camille")):
        values = own.values(person("Zoé", "d'Arc", commune=commune))
        said = [words(data).replace(" ", "") for data in (own.docx(values), own.pdf(values))]
        assert all(one.startswith(shown.replace(" ", "")) and "……" not in one for one in said)


def test_who_gave_no_address_is_refused_a_letter_that_prints_it(tmp_path):
    sentence = '- {titre: Mon adresse, texte: "J\'habite {{ demandeur.adresse }}."}'
    case = letter(tmp_path, lambda text: re.sub(r"(?m)^( +)(precisions:)\n", rf"\1\2\n\1  {sentence}\n", text))
    made, problems = prepare(case, tmp_path, "demande-acces", "demandeur", everyone=True)
    assert not problems and sentence in case.read_text("utf-8")
    own = Printer(made)
    assert "J’habite 1, rue Basse, 01000 Villespécimen." in words(
        own.pdf(own.values(person(adresse="1, rue Basse", code_postal="01000")))
    )
    with pytest.raises(RowError) as refused:
        own.values(person(commune=""))
    assert refused.value.colonne == "adresse_complete"


@pytest.mark.parametrize(
    "written, seen",
    (
        ("Écrire^[À {{ demandeur.courriel }}, {{ demandeur.nom }}.] à {{ demandeur.nom }}.", "écrire à zoé d’arc."),
        ("Écrire^[À {{ demandeur.courriel }}, {{ demandeur.nom }}.].", "à camille.specimen@example.org, zoé d’arc."),
        ("Zqv0vqZ {{ 'Zqv1' ~ 'vqZ' }} &#90;qv2vqZ Zq\\u0076", "zqv0vqz zqv1vqz zqv2vqz zqv"),
        ("`{{ demandeur.nom }}`", ""),
        ("[écrire](mailto:{{ demandeur.courriel }})", ""),
        ("[voir](https://example.org/{{ demandeur.nom }})", ""),
        ("{{ demandeur.nom | lower }}", ""),
    ),
)
def test_a_value_of_a_letter_is_printed_to_each_person_or_refused(tmp_path, written, seen):
    """`seen`, in small letters: words of both formats; refused when there are none."""
    item = f'- {{titre: T, texte: "{written}"}}'
    case = letter(tmp_path, lambda text: re.sub(r"(?m)^( +)(precisions:)\n", lambda m: f"{m[0]}{m[1]}  {item}\n", text))
    made, problems = prepare(case, tmp_path, "demande-acces", "demandeur", everyone=True)
    if not seen:
        assert made is None and ["dans le texte, telle quelle" in str(p) for p in problems] == [True]
        return
    own = Printer(made)
    values = own.values(person("Zoé", "d'Arc"))
    assert all(seen in words(data).lower() for data in (own.docx(values), own.pdf(values)))


def test_a_letter_without_a_place_and_a_form_with_a_blank_are_not_sent(tmp_path):
    case = letter(tmp_path, lambda text: re.sub(r"(?m)^lieu:.*\n", "", text))
    made, problems = prepare(case, tmp_path, "demande-acces", "demandeur", everyone=True)
    assert made is None and "« lieu: »" in str(problems[0])
    case = redraw(
        tmp_path / "b", lambda xml: xml.replace("{{ mandant.nom }}", "{{ mandant.nom }} {{ mandataire.siren }}")
    )
    made, problems = prepare(case, tmp_path / "b", "mandat-google-vierge")
    assert made is not None  # to complete by hand
    made, problems = prepare(case, tmp_path / "b", "mandat-google-vierge", everyone=True)
    assert made is None and [p.id for p in problems] == ["blanc"]


def test_a_loop_over_the_case_prints_the_person_in_both_formats(tmp_path):
    loop = "{% for x in [1, 2] %}{{ x }} {{ mandant.nom }} {% endfor %}"
    case = redraw(tmp_path, lambda xml: xml.replace("{{ mandant.nom }}", loop))
    own = Printer(prepare(case, tmp_path, "mandat-google-vierge", everyone=True)[0])
    for data in (own.docx(own.values(person())), own.pdf(own.values(person()))):
        assert "1 SPÉCIMEN 2 SPÉCIMEN" in words(data)


def test_a_loop_over_each_person_s_answers_is_for_docx_alone(tmp_path):
    loop = "{% for x in [mandant.nom, mandant.prenom] %}{{ x }} {% endfor %}"
    case = redraw(tmp_path, lambda xml: xml.replace("{{ mandant.nom }}", loop))
    made, problems = prepare(case, tmp_path, "mandat-google-vierge")
    assert made is None and "possible en DOCX seulement" in str(problems[0])
    made, problems = prepare(case, tmp_path, "mandat-google-vierge", formats=("docx",))
    assert made is not None and not problems


# --- the run -----------------------------------------------------------------------------------------------------

RUN = """
import sys; sys.path.insert(0, {root!r})
from pathlib import Path
from mandats.publiposter import job
from mandats.publiposter.orders import prepare
from tests.roster import mandants
if __name__ == "__main__":
    job.LOT = 5
    made, _ = prepare(Path({case!r}), Path({root!r}), "mandat-google-vierge")
    order = job.Order(Path(sys.argv[1]), ("docx", "pdf"), 0, int(sys.argv[2]))
    stated = {{"empreinte": "e", "instant": "i", "nombre": {n}}}
    job.run(made, mandants({n}), stated, order, lambda done, resumed: print(done, flush=True))
"""
ROWS = 400  # so many lots that ten kills fall inside the run, on a fast machine too


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    path = tmp_path_factory.mktemp("script") / "run.py"
    path.write_text(RUN.format(root=str(ROOT), case=str(GAFAM), n=ROWS))
    return path


def snapshot(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


@pytest.fixture(scope="module")
def undisturbed(script, tmp_path_factory):
    out = tmp_path_factory.mktemp("calme") / "out"
    subprocess.run([sys.executable, script, out, "1"], check=True, capture_output=True, timeout=300)
    made = snapshot(out)
    assert len(made) == 2 * ROWS + 2
    return made


@pytest.mark.slow
def test_two_processes_write_the_bytes_of_one(script, undisturbed, tmp_path):
    subprocess.run([sys.executable, script, tmp_path / "out", "2"], check=True, capture_output=True, timeout=300)
    assert snapshot(tmp_path / "out") == undisturbed


@pytest.mark.slow
def test_killed_anywhere_it_resumes_to_the_same_bytes(script, undisturbed, tmp_path):
    """`kill -9` at ten random moments of one run; nothing lost, doubled or half-written; nobody's name left aside."""
    out, temporary = tmp_path / "out", tmp_path / "tmp"
    temporary.mkdir()
    chance, kills = random.Random(5), 0
    known = {v for m in mandants(ROWS) for v in (m.nom, m.prenom, m.courriel) if len(v) > 4}
    for _ in range(10):
        run = subprocess.Popen(
            [sys.executable, script, out, "2"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "TMPDIR": str(temporary)},
        )
        wanted = chance.choice((0, 1, 1, 2))  # lots done before the blow
        for _ in range(wanted):
            run.stdout.readline()
        time.sleep(chance.random() * (0.05 if wanted else 0.8))
        kills += run.poll() is None
        run.send_signal(signal.SIGKILL)
        told = b"".join(run.communicate())
        assert not [v for v in known if v.encode() in told]
        time.sleep(0.2)  # its processes end with it
        for path in [*temporary.rglob("*"), *(out / dossier.WORK).rglob("*")]:
            assert not path.name.startswith(".mandat-") or not hasattr(os, "O_TMPFILE")  # a form half written
            if path.is_file() and not path.name.startswith(".mandat-"):
                data = path.read_text("utf-8", "replace")
                assert not [v for v in known if v in data], path.name
        for path in out.glob("mandat-*"):
            assert undisturbed[path.name] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert kills == 10
    subprocess.run([sys.executable, script, out, "2"], check=True, capture_output=True, timeout=300)
    assert snapshot(out) == undisturbed


def order(out: Path, **more) -> job.Order:
    return job.Order(out, **({"formats": ("docx",)} | more))


STATE = {"empreinte": "e", "instant": "2022-09-24T12:00:00Z", "nombre": 30}


def test_a_wrong_row_does_not_stop_the_others(prepared, tmp_path):
    people = [dataclasses.replace(m, nom="\x01") if m.numero == 7 else m for m in mandants(30)]
    made = job.run(prepared, people, STATE, order(tmp_path / "o"), lambda *_: None)
    assert (made.formulaires, made.erreurs) == (29, 1)
    assert not (tmp_path / "o" / "mandat-000007.docx").exists()
    assert (tmp_path / "o" / "erreurs.csv").read_text("utf-8-sig").splitlines()[1].startswith("7;nom;")


def test_another_roster_or_form_is_refused_in_the_same_folder(prepared, tmp_path):
    job.run(prepared, mandants(30), STATE, order(tmp_path / "o"), lambda *_: None)
    assert job.run(prepared, mandants(30), STATE, order(tmp_path / "o"), lambda *_: None).deja
    with pytest.raises(UnusableInput, match="registre a changé"):
        job.run(prepared, mandants(30), STATE | {"empreinte": "f"}, order(tmp_path / "o"), lambda *_: None)
    with pytest.raises(UnusableInput, match="formulaire"):
        job.run(
            dataclasses.replace(prepared, reference=False), mandants(30), STATE, order(tmp_path / "o"), lambda *_: None
        )
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x").write_text("")
    with pytest.raises(UnusableInput, match="pas vide"):
        job.run(prepared, mandants(30), STATE, order(tmp_path / "other"), lambda *_: None)


def test_what_a_kill_leaves_at_the_edges_of_a_run_is_taken_up(prepared, tmp_path):
    """Before the manifest stands; while the working folder is being removed; as the index is written."""
    out = tmp_path / "o"
    (out / dossier.WORK).mkdir(parents=True)
    (out / dossier.WORK / f".123-{dossier.MANIFEST}").write_text("{")
    out.chmod(0o755)
    assert job.run(prepared, mandants(30), STATE, order(out), lambda *_: None).formulaires == 30
    calm = snapshot(out)
    assert len(calm) == 32 and out.stat().st_mode & 0o777 == 0o700
    (out / dossier.WORK).mkdir()
    (out / dossier.WORK / "journal.jsonl").write_text("")
    assert job.run(prepared, mandants(30), STATE, order(out), lambda *_: None).deja
    assert snapshot(out) == calm
    import pyrage

    (out / ".index.csv.age.0123abcd").write_bytes(b"half")
    write_encrypted(out / "index.csv.age", [b"x"], [str(pyrage.x25519.Identity.generate().to_public())])
    assert [p.name for p in out.iterdir() if p.name.startswith(".")] == []


def test_a_resumed_run_makes_again_what_was_removed_or_cut_short_since(prepared, tmp_path, monkeypatch):
    """The journal alone proves nothing: the files of a lot must still stand, whole."""
    monkeypatch.setattr(job, "LOT", 5)
    job.run(prepared, mandants(30), STATE, order(tmp_path / "calme"), lambda *_: None)

    def stopped():
        yield from mandants(20)
        raise KeyboardInterrupt

    out = tmp_path / "o"
    with pytest.raises(KeyboardInterrupt):
        job.run(prepared, stopped(), STATE, order(out), lambda *_: None)
    made = sorted(out.glob("mandat-*.docx"))
    assert len(made) >= 10
    made[0].unlink()
    made[7].write_bytes(made[7].read_bytes()[:-1])
    resumed = []
    done = job.run(prepared, mandants(30), STATE, order(out), lambda _, repris: resumed.append(repris))
    assert done.formulaires == 30 and sum(resumed) == done.repris == len(made) - 10  # both lots are done again
    assert snapshot(out) == snapshot(tmp_path / "calme")


@pytest.mark.slow
def test_volumes_hold_everyone_once(prepared, tmp_path):
    job.run(prepared, mandants(30), STATE, order(tmp_path / "v", formats=("docx", "pdf"), volume=12), lambda *_: None)
    names = sorted(p.name for p in (tmp_path / "v").glob("mandat-volume-*"))
    assert names == [f"mandat-volume-000{i}.{e}" for i in (1, 2, 3) for e in ("pdf", "zip")]
    inside = [n for p in sorted((tmp_path / "v").glob("*.zip")) for n in zipfile.ZipFile(p).namelist()]
    assert inside == [f"mandat-{i:06d}.docx" for i in range(1, 31)]
    text = "".join(words(p.read_bytes()) for p in sorted((tmp_path / "v").glob("*.pdf")))
    assert [text.count(m.courriel) for m in mandants(30)] == [1] * 30


def kinds(node: pikepdf.Object) -> list[str]:
    """The tags of a structure tree, in reading order."""
    if not isinstance(node, pikepdf.Dictionary):
        return []
    under = node.get("/K", [])
    below = [kinds(child) for child in (under if isinstance(under, pikepdf.Array) else [under])]
    return [str(node.get("/S", "")), *(kind for each in below for kind in each)]


def test_a_volume_has_the_pages_and_the_tags_of_each_form(printer):
    rows = [printer.values(m) for m in mandants(2400) if m.numero in (1, 2, 8, 219, 430, 2118)]  # some from FAR
    alone, volume = [printer.pdf(row) for row in rows], printer.volume(rows)
    assert printer.volume(rows) == volume

    def drawn(data: bytes) -> list[bytes]:  # but for the foot, where a volume has no count of pages
        pages = pypdfium2.PdfDocument(data)
        return [bytes(page.render(scale=1, grayscale=True, crop=(0, 45, 0, 0)).buffer) for page in pages]

    assert [page for data in alone for page in drawn(data)] == drawn(volume)

    def tags(data: bytes) -> list[str]:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            root, document, *rest = kinds(pdf.Root.StructTreeRoot)
        assert (root, document) == ("", "/Document")
        return rest

    assert [kind for data in alone for kind in tags(data)] == tags(volume)
    assert tags(volume).count("/Strong") > 8 * len(rows)  # in what changes and in what does not


def test_no_name_stands_in_file_names_or_manifest(prepared, tmp_path):
    out = tmp_path / "o"
    job.run(prepared, mandants(30), STATE, order(out), lambda *_: None)
    told = "".join(p.name for p in out.iterdir()) + "".join(
        (out / n).read_text("utf-8") for n in (dossier.MANIFEST, dossier.SUMS)
    )
    assert not [m for m in mandants(30) for v in (m.nom, m.prenom, m.courriel, m.commune) if len(v) > 3 and v in told]


# --- blank forms, annex, index -----------------------------------------------------------------------------------


def form_fields(data: bytes) -> list[tuple[str, str, int]]:
    """(name, alternate name, type) of the fields, as pdfium sees them: not the library that wrote them."""
    import pypdfium2
    import pypdfium2.raw as raw

    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    found = []

    def text(function, annotation) -> str:
        size = function(document.formenv, annotation, None, 0)
        buffer = ctypes.create_string_buffer(size)
        function(document.formenv, annotation, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
        return buffer.raw.decode("utf-16-le").rstrip("\0")

    for page in document:
        for i in range(raw.FPDFPage_GetAnnotCount(page)):
            annotation = raw.FPDFPage_GetAnnot(page, i)
            if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_WIDGET:
                kind = raw.FPDFAnnot_GetFormFieldType(document.formenv, annotation)
                found.append(
                    (
                        text(raw.FPDFAnnot_GetFormFieldName, annotation),
                        text(raw.FPDFAnnot_GetFormFieldAlternateName, annotation),
                        kind,
                    )
                )
    return found


def test_the_form_to_complete_on_screen_has_named_explained_fields(printer):
    data = printer.fillable()
    fields = form_fields(data)
    assert [f[0] for f in fields] == [
        "prenom",
        "nom",
        "commune",
        "courriel",
        *(f"case_{i}" for i in range(1, 6)),
        "fait_a",
        "le",
        "signature",
    ]
    assert all(help_ for _, help_, _ in fields)
    import pikepdf

    pdf = pikepdf.open(io.BytesIO(data))
    assert all(p.obj.Tabs == "/S" for p in pdf.pages)
    assert len(pdf.Root.AcroForm.Fields) == len(fields)
    assert b"champ.invalid" not in data and len(pdf.pages) == 2
    for field in pdf.Root.AcroForm.Fields:
        if field.FT == "/Tx":
            field.V = pikepdf.String("Zoé")
    filled = io.BytesIO()
    pdf.save(filled)
    assert form_fields(filled.getvalue()) == fields
    assert printer.fillable() == data


def test_the_dots_of_a_drafter_s_form_are_fields_and_its_words_are_not(tmp_path):
    typed = "Objet : ................ Zqsign Zqv0vqZ {{ mandant.nom }}"
    case = redraw(tmp_path, lambda xml: xml.replace("{{ mandant.nom }}", typed))
    fields = [
        name for name, _, _ in form_fields(Printer(prepare(case, tmp_path, "mandat-google-vierge")[0]).fillable())
    ]
    assert "nom_objet" in fields and fields.count("signature") == 1 and "signature_2" not in fields


def test_a_blank_form_is_that_of_construire(printer):
    rendered = examine(GAFAM, ROOT, only=["mandat-google-vierge"]).documents[0]
    files, _ = write_document(rendered)
    docx, pdf = printer.blank()
    assert words(docx) == words(files["docx"]) and words(pdf) == words(files["pdf"])


def test_the_annex_is_sorted_counted_and_bears_its_hash():
    state = {"nombre": 300, "empreinte": "ab" * 32, "instant": "2022-09-24T12:00:00Z", "texte": "cd" * 32}
    data = annex.annex_pdf(mandants(300), state, "Annexe", "LQDN")
    import pypdfium2

    pages = pypdfium2.PdfDocument(data)
    assert all("ab" * 32 in pages[i].get_textpage().get_text_bounded() for i in range(len(pages)))
    lines = [text for _, text in readback.read_pdf(data).lines]
    text = "\n".join(lines)
    assert "300 mandats valides" in readback.normalise(text)
    numbers = [int(t) for t in lines if t.strip().isdigit()]
    assert sorted(numbers) == list(range(1, 301))
    assert numbers == [
        m.numero
        for m in sorted(mandants(300), key=lambda m: (annex.sort_key(m.nom), annex.sort_key(m.prenom), m.numero))
    ]
    assert b"pdfaid" in data or b"/Metadata" in data
    with pytest.raises(UnusableInput, match="rien n'est écrit"):
        annex.annex_pdf(mandants(299), state, "Annexe", "LQDN")
    assert annex.annex_pdf(mandants(300), state, "Annexe", "LQDN") == data


def test_hostile_names_stay_text_in_the_annex():
    people = [person(p, n, i) for i, (p, n) in enumerate(HOSTILE, 1)]
    state = {"nombre": len(people), "empreinte": "e", "instant": "2022-09-24T12:00:00Z"}
    shown = words(annex.annex_pdf(people, state, "Annexe", "LQDN")).replace("\u200b", "")
    for name in (
        "{{7*7}}",
        "{{ mandataire.nom }}",
        '#eval("1+1")',
        "<w:p>",
        "[#strong[x]]",
        "= titre",
        "@SUM(1+1)",
        "N" * 300,
    ):
        assert name in shown


def test_a_sealed_annex_names_nobody_and_opens_with_the_key(tmp_path):
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    path = write_encrypted(tmp_path / "a.age", [b"une", b" liste"], [str(identity.to_public())])
    assert pyrage.decrypt(path.read_bytes(), [identity]) == b"une liste"
    assert path.stat().st_mode & 0o777 == 0o600
    state = {"nombre": 300, "empreinte": "ab" * 32, "instant": "2022-09-24T12:00:00Z"}
    page = words(annex.withheld_pdf(state, "Annexe", "LQDN", "", "a.age", "0" * 64, "1" * 64))
    assert "ab" * 32 in page and "300 mandats" in page
    for key in ("age1zz", str(identity)):
        with pytest.raises(UnusableInput) as error:
            recipients([key])
        assert key not in str(error.value)


def test_the_index_computes_nothing():
    rows = b"".join(annex.index_csv([person("=1+1", '=HYPERLINK("x")')], "mandat")).decode("utf-8-sig").splitlines()
    assert rows[1] == '12;mandat-000012;7K3QM-P9XTR;"\'=HYPERLINK(""x"")";\'=1+1;camille.specimen@example.org'


def test_what_a_killed_run_left_beside_an_index_is_swept_whatever_its_version(tmp_path):
    import pyrage

    key = str(pyrage.x25519.Identity.generate().to_public())
    for name in (".4242-index.csv.age", ".index.csv.age.0123abcd"):
        (tmp_path / name).write_bytes(b"x")
    for name in (".notes-index.csv.age", ".index.csv.age.bak", "4242-index.csv.age"):
        (tmp_path / name).write_bytes(b"the drafter's")
    write_encrypted(tmp_path / "index.csv.age", [b"x"], [key])
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        ".index.csv.age.bak", ".notes-index.csv.age", "4242-index.csv.age", "index.csv.age",
    ]  # fmt: skip


# --- the command -------------------------------------------------------------------------------------------------


def test_from_the_ledger_to_the_forms(mandats, tmp_path):
    """The count is the same in the ledger, the forms, the annex; no value reaches the terminal."""
    from tests.roster import values, write_roster

    write_roster(tmp_path / "r.csv", 40, 4)
    place = {
        "MANDATS_REGISTRE": str(tmp_path / "m.registre"),
        "MANDATS_CLE": str(tmp_path / "m.cle"),
        "TMPDIR": str(tmp_path),
    }
    said = [mandats("publiposter", "vierge", GAFAM, "--sortie", tmp_path / "vierge", **place)]
    text = tmp_path / "vierge" / "gafam" / "mandat-a-remplir.pdf"
    created = mandats("registre", "creer", "gafam", "--texte", text, *KEPT, **place)
    assert "texte du 16 avril 2018" in created.stdout, created.stderr
    said.append(created)
    empty = mandats("publiposter", "produire", GAFAM, "--sortie", tmp_path / "forms", **place)
    assert empty.returncode == 2
    assert "aucun mandat valide" in empty.stderr
    assert not (tmp_path / "forms").exists()
    said.append(mandats("registre", "importer", tmp_path / "r.csv", **place))
    run = mandats("publiposter", "produire", GAFAM, "--sortie", tmp_path / "forms", "--processus", 2, **place)
    said += [run, mandats("publiposter", "produire", GAFAM, "--sortie", tmp_path / "forms", **place)]
    said.append(mandats("publiposter", "annexe", GAFAM, "--sortie", tmp_path / "annexe.pdf", **place))
    assert run.returncode == 0, run.stderr
    manifest = json.loads((tmp_path / "forms" / dossier.MANIFEST).read_text("utf-8"))
    n = manifest["nombre"]
    assert n == 36 == len(list((tmp_path / "forms").glob("*.docx"))) == len(list((tmp_path / "forms").glob("*.pdf")))
    assert f"{n} mandats valides" in words((tmp_path / "annexe.pdf").read_bytes()) and manifest["empreinte"] in words(
        (tmp_path / "annexe.pdf").read_bytes()
    )
    told = "".join(s.stdout + s.stderr for s in said) + "".join(p.name for p in tmp_path.rglob("*"))
    assert not [v for v in values(40) if len(v) > 4 and v in told]
    import pyrage

    from mandats.registre.secret import read_key

    identity = pyrage.x25519.Identity.from_str(read_key(tmp_path / "m.cle").identite)
    assert pyrage.decrypt((tmp_path / "forms" / "index.csv.age").read_bytes(), [identity]).count(b"\r\n") == n + 1
    opened = mandats("publiposter", "index", tmp_path / "forms", "--sortie", tmp_path / "index.csv", **place)
    assert opened.returncode == 0 and (tmp_path / "index.csv").stat().st_mode & 0o777 == 0o600
    assert oct((tmp_path / "forms").stat().st_mode & 0o777) == "0o700"
