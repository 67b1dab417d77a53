"""What a local group without a lawyer stumbled on at first: the points that no other test holds.

A1, A2, A3, A7, B4, B5, B7, B12, B13: tests/test_nouveau.py. A4, A5, B14, B17: tests/test_actualiser.py and
test_campagne.py. A6: tests/test_case_features.py, as « Madame la Maire, Monsieur le Maire ». B1: tests/test_depot.py,
test_numeros.py, test_kills.py. B3, and the journey to the court: tests/test_parcours.py. B6: GEN-14,
tests/data/formes.yaml. B8, B9, B10: tests/test_library_commands.py. B15: tests/test_cli.py.
"""

import re
import shutil

import pikepdf
import pypdfium2
import pytest

from mandats import api, readback
from mandats.deposes import plain_text
from tests.conftest import PIECE, ROOT

LETTER = """titre: Caméras à Valmont
date: 2026-11-29
lieu: Valmont
parties:
  moi: {type: association, nom: association Exemple, article: l', genre: f,
    adresse: "1, rue de l'Exemple, 25000 Valmont",
    courriel: a@example.org, represente_par: {nom: A. Exemple, qualite: sa présidente}}
  commune: {type: commune, nom: commune de Valmont-sur-Loue, article: la, genre: f,
    adresse: "2, chemin de la Rivière-aux-Truites-Arc-en-Ciel, 25000 Valmont-le-Haut-sur-Loue"}
documents:
  - modele: lettre-maire
    roles: {expediteur: moi, destinataire: commune}
    presentation: [{texte: Nous sommes une association.}]
    moyens: [{clause: vsa/absence-de-texte}]
    demandes: [{texte: Nous vous demandons un rendez-vous.}]
"""


def test_plain_words_ask_for_no_value_that_they_do_not_print(tmp_path, mandats):
    """B11; and in a letter without a processing, whom it is written to is who may not do it."""
    (tmp_path / "lettre.yaml").write_text(LETTER, "utf-8")
    done = mandats("verifier", "lettre.yaml", cwd=tmp_path)
    assert "parametre-manquant" not in done.stderr and "blanc" not in done.stderr
    assert mandats("construire", "lettre.yaml", "--format", "pdf", cwd=tmp_path).returncode == 0
    pdf = (tmp_path / "sortie" / "lettre" / "lettre-maire.pdf").read_bytes()
    words = readback.normalise(" ".join(line for _, line in readback.read_pdf(pdf).lines))
    assert "la commune de Valmont-sur-Loue n'en a pas le droit" in words.replace("’", "'")
    # C: an address is not broken at its hyphen.
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    lines = page.get_text_range().splitlines()
    assert not [line for line in lines if re.search(r"(?:Haut|sur|le|Arc|en|aux)[-\u2010\u00ad\ufffe]$", line.strip())]
    # The register that demonstrates asks for them.
    other = LETTER.replace("    roles:", "    registre: plainte\n    roles:")
    (tmp_path / "lettre.yaml").write_text(other, "utf-8")
    assert "parametre-manquant" in mandats("verifier", "lettre.yaml", cwd=tmp_path).stderr


def test_what_is_pasted_in_a_letter_asks_only_for_what_it_prints(tmp_path, mandats):
    (tmp_path / "lettre.yaml").write_text(LETTER.replace("[{clause: vsa/absence-de-texte}]", "argument.md"), "utf-8")
    (tmp_path / "lettre").mkdir()
    (tmp_path / "lettre" / "argument.md").write_text("# Un\n\nDeux.\n", "utf-8")
    done = mandats("clauses", "proposer", "lettre.yaml", "--coller", "vsa/absence-de-texte", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "null" not in (tmp_path / "lettre" / "argument.md").read_text("utf-8")
    assert "a-completer" not in mandats("verifier", "lettre.yaml", cwd=tmp_path).stderr


def test_one_space_too_many_is_told_as_one(tmp_path, mandats):
    """B16."""
    (tmp_path / "lettre.yaml").write_text(LETTER.replace("  commune: {", "   commune: {"), "utf-8")
    told = mandats("verifier", "lettre.yaml", cwd=tmp_path).stderr
    assert "retrait" in told and "deux-points" not in told
    assert told.startswith("lettre.yaml:8:")


def test_a_box_does_not_touch_its_text(tmp_path, mandats):
    """C: the form to fill on screen."""
    done = mandats("publiposter", "vierge", "cases/gafam.yaml", "--sortie", tmp_path)
    assert done.returncode == 0, done.stderr
    (file,) = tmp_path.rglob("*a-remplir.pdf")
    boxes = [
        (n, [float(x) for x in note.Rect])
        for n, page in enumerate(pikepdf.open(file).pages)
        for note in page.get("/Annots", [])
        if note.get("/FT") == "/Btn"
    ]
    assert len(boxes) >= 3
    shown = pypdfium2.PdfDocument(file)
    for n, (_, bottom, right, top) in boxes:
        text = shown[n].get_textpage()
        chars = [text.get_charbox(i) for i in range(text.count_chars()) if text.get_text_range(i, 1).strip()]
        near = min(x0 for x0, y0, _, _ in chars if x0 >= right - 1 and bottom - 2 <= y0 <= top)
        assert near - right > 3


def test_a_model_is_shown_whole(mandats):
    """C."""
    words = mandats("modeles", "saisine-cada").stdout
    assert all(
        w in words for w in ("destinataire : la Commission", "moyens (facultatif)", "CADA-03! ", "□ ", "nouveau")
    )
    assert "rgpd" not in words
    wrong = mandats("modeles", "saisine-cda")
    assert wrong.returncode == 2 and "vouliez-vous dire « saisine-cada »" in wrong.stderr


def test_nothing_is_said_of_what_a_folder_does_not_hold(tmp_path, mandats):
    """C: out of the repository, neither « relue non » nor « dans aucun dossier »."""
    words = mandats("clauses", "rgpd/minimisation", cwd=tmp_path).stdout
    assert "relue" not in words and "aucun dossier" not in words


def test_the_agendas_of_two_towns_are_told_apart(tmp_path, mandats):
    """C: two cases of one name, in two folders."""
    shown = []
    for town in ("valmont", "ornans"):
        (tmp_path / town).mkdir()
        text = (ROOT / "cases" / "cada-commune.yaml").read_text("utf-8")
        (tmp_path / town / "cada.yaml").write_text(text, "utf-8")
        mandats("delais", "cada.yaml", "--le", "2025-06-10", "--ics", "a.ics", cwd=tmp_path / town)
        shown.append((tmp_path / town / "a.ics").read_text("utf-8").replace("\r\n ", ""))
        assert f"SUMMARY:[{town}/cada] " in shown[-1]
    uids = [set(re.findall(r"UID:\S+", text)) for text in shown]
    assert uids[0] and not uids[0] & uids[1]


def test_a_name_with_les_agrees_in_the_plural(tmp_path, mandats):
    """A3, of what nobody says twice."""
    text = LETTER.replace("association Exemple, article: l'", "Veilleurs de Valmont, article: les")
    (tmp_path / "lettre.yaml").write_text(text.replace("genre: f,\n    adresse", "genre: m,\n    adresse"), "utf-8")
    assert mandats("construire", "lettre.yaml", "--format", "docx", cwd=tmp_path).returncode == 0
    lines = readback.read_docx((tmp_path / "sortie" / "lettre" / "lettre-maire.docx").read_bytes()).lines
    assert any("représentés par A. Exemple" in line.replace("\u00a0", " ") for _, line in lines), lines


def test_a_key_that_changed_its_name_is_told_where_it_is_written(tmp_path, mandats):
    """In single quotes, as a new case writes it; what its comment shows is no call."""
    mandats("nouveau", "a.yaml", "--modele", "plainte-cnil", cwd=tmp_path)
    case, argument = tmp_path / "a.yaml", tmp_path / "a" / "argument.md"
    case.write_text(case.read_text("utf-8").replace("piece-1", "photo"), "utf-8")
    lines = argument.read_text("utf-8").splitlines()
    line = next(n for n, text in enumerate(lines, 1) if "piece('piece-1')" in text and text.startswith("["))
    assert f"argument.md:{line}:" in mandats("verifier", "a.yaml", cwd=tmp_path).stderr.partition("« piece-1 »")[0]


@pytest.mark.parametrize("modele", ["plainte-cnil", "plainte-cnil-collective", "plainte-police-justice"])
def test_a_complaint_says_what_is_complained_of(modele, tmp_path, mandats):
    """What it is, who does it, what for, which data: once, from what the drafter answered, even with no section."""
    mandats("nouveau", "p.yaml", "--modele", modele, cwd=tmp_path)
    case = tmp_path / "p.yaml"
    text = re.sub(r'(?m)^  description: ".*"$', "  description: un logiciel suit les mains", case.read_text("utf-8"))
    text = re.sub(r'(?m)^  finalite: ".*"$', "  finalite: la détection des vols\n  nombre: pluriel", text)
    text = text.replace("  # donnees: [{categorie: des images de passants}]", "  donnees: [{categorie: leur image}]")
    case.write_text(text, "utf-8")
    (shown,) = api.examine_case(case, tmp_path).documents
    words = plain_text(shown)
    assert words.count("Un logiciel suit les mains.") == 1, words
    assert "les met en œuvre ; leur finalité est la détection des vols" in words.replace("\u202f", " ")
    assert "La donnée suivante est traitée" in words and "leur image" in words
    assert words.count("Les traitements en cause") == 2  # the heading, the contents


@pytest.mark.parametrize(
    ("avis", "says", "lacks"),
    [
        ("sens: defavorable, discussion: Il retient la sûreté.", "L’avis défavorable n’y fait pas obstacle", []),
        ("sens: partiel, discussion: Il retient la sûreté.", "L’avis n’est favorable qu’en partie", []),
        ("sens: defavorable", "L’avis défavorable", ["avis_cada.discussion"]),
        ("sens: favorable", "", []),
    ],
)
def test_an_opinion_against_the_request_is_answered(avis, says, lacks, tmp_path):
    """Of itself; what it is answered with is asked of the case, at its place."""
    text = (ROOT / "cases" / "cada-commune.yaml").read_text("utf-8")
    line = "avis_cada: {saisie_le: 2025-03-05, "
    (tmp_path / "cada.yaml").write_text(text.replace(line, f'{line}date: 2025-04-10, numero: "1", {avis}, '), "utf-8")
    shutil.copytree(ROOT / "cases" / "cada-commune", tmp_path / "cada")
    found = api.examine_case(tmp_path / "cada.yaml", ROOT, final=True, only=("recours-cada",))
    words = plain_text(found.documents[0]).replace("\u202f", " ").replace("\u00a0", " ")
    assert (says in words if says else "défavorable" not in words) and ("Il retient la sûreté." in words) == (
        "discussion" in avis
    )
    assert [p.chemin for p in found.problems if p.id == "blanc"] == lacks
    assert all(p.place.fichier.endswith("cada.yaml") for p in found.problems if p.id == "blanc")
    # Each thing asked for has its number; no short form comes before the words it stands for.
    assert re.search(r"1°\) ANNULER [^;]+ ;\s+2°\) ENJOINDRE .*\s3°\) ASSORTIR", words)
    for short in ("CRPA", "CADA"):
        told = f"(ci-après « {short} »)"
        assert words.count(told) == 1 and short not in words[: words.index(told)]


def test_a_referral_speaks_as_to_a_commission(tmp_path):
    (shown,) = api.examine_case(ROOT / "cases" / "cada-commune.yaml", ROOT, only=("saisine-cada",)).documents
    words = plain_text(shown).replace("\u00a0", " ")
    assert "ce sont des documents administratifs (article L. 300-2 du CRPA)" in words
    assert not re.search(r"aux gens|recettes|On (?:nous dit|répond)|tricher", words)


BAKERY = """titre: Caméras de la boulangerie
date: 2026-11-29
lieu: Valmont
parties:
  moi: {type: personne-physique, nom: D. Cliente, genre: f, adresse: "8, rue Haute, 25000 Valmont"}
  boulangerie: {type: entreprise, nom: société Le Fournil, article: la, genre: f}
  cnil: {type: autorite, nom: Commission nationale de l'informatique et des libertés, article: la, genre: f}
traitement:
  {nom: les caméras de la boulangerie, finalite: la lutte contre le vol, responsable: boulangerie, regime: rgpd,
   techniques: [videosurveillance]}
faits: [{date: 2026-10-03, fait: elle découvre deux caméras au-dessus des tables, pieces: [photo]}]
pieces:
  - {cle: photo, titre: Photographies, date: 2026-10-03, fichier: photo.pdf}
documents:
  - modele: plainte-cnil
    roles: {plaignant: moi, mis_en_cause: boulangerie, autorite: cnil}
    qualite:
      - clause: plainte/personne-concernee
        avec: {auteur: moi, rattachement: Elle y a acheté son pain, preuves: [photo], donnees: [son image, ses gestes]}
    moyens:
      - clause: rgpd/information
        avec: {personnes: les clients, annonce: Aucun panneau n'annonce les caméras, piece_annonce: photo,
               acces: Rien n'est consultable, piece_acces: photo, manquantes: [la durée]}
      - {clause: rgpd/absence-de-base-legale, avec: {textes: Aucun texte ne prévoit cette analyse.}}
      - clause: droits/acces
        avec: {demande: "[à compléter : clé]", date_demande: 2026-10-12, reponse: Rien n'est venu,
               manquantes: [les images]}
    demandes: [{texte: "**ORDONNER** de cesser."}]
"""


def test_each_sentence_of_a_complaint_stands_alone(tmp_path):
    """With the least that its clauses ask: no pronoun without its noun, no rule without what it is applied to."""
    (tmp_path / "b.yaml").write_text(BAKERY, "utf-8")
    found = api.examine_case(tmp_path / "b.yaml", ROOT)
    words = plain_text(found.documents[0]).replace("\u202f", " ").replace("\u00a0", " ")
    assert "Le traitement porte ainsi sur son image et ses gestes." in words
    assert "c’est recueillir des données auprès d’elle : la Cour de justice l’a jugé d’une caméra portée" in words
    assert "à la société Le Fournil qu’il appartient d’établir un intérêt légitime" in words
    assert "N’ont pas été communiquées les informations suivantes : les images." in words
    assert not re.search(r"Cela concerne|Il manque :|L’obligation légale suppose|Pour les images que prend", words)
    # A pièce left blank is asked for once, where it is left.
    asked = [(p.id, p.chemin) for p in found.problems if p.id in ("blanc", "a-completer")]
    assert asked == [("a-completer", "documents[0].moyens[2].avec.demande")]


def test_the_words_of_an_e_mail_are_signed_as_the_letter_is(tmp_path, mandats):
    (tmp_path / "lettre.yaml").write_text(LETTER, "utf-8")
    words = mandats("envoyer", "lettre.yaml", "--texte", cwd=tmp_path).stdout
    assert words.rstrip().endswith("Pour l'association Exemple, A. Exemple, sa présidente")
    assert "une lettre de l'association Exemple" in words


def test_a_case_that_exists_is_gone_on_with(tmp_path, mandats):
    """B2: `nouveau` does not write over it, and says what does go on."""
    (tmp_path / "lettre.yaml").write_text(LETTER, "utf-8")
    done = mandats("nouveau", "lettre.yaml", "--modele", "saisine-cada", cwd=tmp_path)
    assert done.returncode == 2 and "mandats suite lettre.yaml" in done.stderr
    assert (tmp_path / "lettre.yaml").read_text("utf-8") == LETTER


def test_how_long_mandates_are_kept_is_asked_with_what_it_must_be(tmp_path, mandats):
    """B18."""
    (tmp_path / "texte.pdf").write_bytes(PIECE)
    creation = ("registre", "creer", "essai", "--texte", "texte.pdf", "--date", "2026-01-01", "--sans-phrase")
    done = mandats(*creation, "--registre", "r.db", "--cle", "cle", cwd=tmp_path)
    assert done.returncode == 2 and "--conservation AAAA-MM-JJ" in done.stderr
    assert "dernier jour de ce que vous avez annoncé" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("sample", "nom"),
    [
        ("briefcam-police", "plainte-police-justice"), ("cnam", "plainte-cnil"), ("gafam", "plainte-apple"),
        ("prefecture-police", "plainte"), ("prevent-pcp", "plainte-cnil"), ("veesion", "plainte-cnil"),
        ("technopolice", "plainte-cnil-collective"), ("technopolice", "plainte-videosurveillance"),
    ],
)  # fmt: skip
def test_what_is_complained_of_is_said_once(sample, nom):
    """No ten words of what the keys of the case say of a processing come again before the grievances."""
    (shown,) = api.examine_case(ROOT / "cases" / f"{sample}.yaml", ROOT, only=(nom,)).documents
    lines = plain_text(shown).splitlines()
    told = next(i for i, line in enumerate(lines) if line in ("Le traitement en cause", "Les traitements en cause"))
    lead = lines[told + 1 :][: 3 if lines[told + 3].endswith(":") else 2]
    rest = " ".join([*lines[4:told], *lines[told + 1 + len(lead) : lines.index("Manquements")]]).split()
    said = {tuple(rest[i : i + 10]) for i in range(len(rest))}
    words = " ".join(lead).split()
    assert not [" ".join(words[i : i + 10]) for i in range(len(words) - 9) if tuple(words[i : i + 10]) in said]
