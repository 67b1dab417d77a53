"""What rules know of a document: who files, before whom, what its sections say, what they are looked at in turn."""

import shutil

import pytest
import yaml

from mandats.build import examine
from mandats.checks.forme.acte import DEPOSANTS, GROUPEMENTS, MORALES, Acte, absent, debut, jour_ecrit
from mandats.checks.forme.sujet import sujets
from tests.conftest import ROOT
from tests.test_forme_cas import BASES, changed


@pytest.fixture
def acte(tmp_path):
    """`acte(base, changes, index)`: the document of a sound case once keys have other values."""

    def make(base="fond", index=0, **changes) -> Acte:
        source = ROOT / "tests" / "bad" / BASES[base]
        case = yaml.load((source / "case.yaml").read_text("utf-8"), yaml.BaseLoader)
        if (source / "case").is_dir():
            shutil.copytree(source / "case", tmp_path / "case", dirs_exist_ok=True)
        changes = {path.replace("__", "."): value for path, value in changes.items()}
        (tmp_path / "case.yaml").write_text(yaml.safe_dump(changed(case, changes), allow_unicode=True), "utf-8")
        return Acte(examine(tmp_path / "case.yaml", ROOT).documents[index])

    return make


def test_who_files_is_the_first_role_that_is_filled(acte):
    assert [cle for cle, _ in acte().deposants] == ["asso"]
    assert [cle for cle, _ in acte("interv").deposants] == ["asso"]
    assert [cle for cle, _ in acte("plainte", 1).deposants] == ["asso"]
    assert DEPOSANTS == ("intervenant", "requerant", "mandataire", "plaignant", "demandeur", "mandant", "expediteur")


@pytest.mark.parametrize("kind", [*MORALES, "personne-physique"])
def test_a_group_is_an_association_a_union_or_a_collective(kind, acte):
    found = acte(parties__asso__type=kind)
    assert bool(found.groupements) == (kind in ("association", "syndicat", "collectif")) == (kind in GROUPEMENTS)
    assert not found.avocat
    assert acte(parties__asso__avocat="Me A.").avocat


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Conseil d'État", "ce"), ("cour administrative d'appel de Lyon", "caa"), ("tribunal administratif de Nice", "ta"),
     ("tribunal judiciaire", "")],
)  # fmt: skip
def test_the_court_seized(name, kind, acte):
    found = acte(parties__ta__nom=name)
    assert (found.juridiction, found.juge.nom) == (kind, name)
    written_to = acte("adm", parties__univ__nom=name)
    assert (written_to.juridiction, written_to.juge) == (kind, None)


def test_the_tribunal_seized_and_the_one_expected(acte):
    found = acte()
    assert (found.saisi.nom, found.attendu) == ("Montreuil", None)
    other = acte(parties__ta__nom="tribunal administratif de Paris")
    assert (other.saisi.nom, other.attendu.nom) == ("Paris", "Montreuil")
    unknown = acte(parties__ta__nom="tribunal administratif de Montreil")
    assert (unknown.saisi, unknown.attendu.nom) == (None, "Montreuil")
    assert "Montreuil" in unknown.proche
    assert acte(parties__univ__adresse="absent", parties__ta__nom="tribunal administratif de Paris").attendu is None
    nobody = acte("plainte")
    assert (nobody.juge, nobody.saisi, nobody.proche, nobody.auteur, nobody.attendu) == (None,) * 5


def test_the_author_is_that_of_the_decision_or_the_defendant(acte):
    assert acte(decision__auteur="ta").auteur.type == "juridiction"
    assert acte(decision="absent").auteur.nom == "université Exemple"


def test_the_first_page_says_whether_it_is_urgent(acte):
    main, urgent = acte(), acte("refere")
    assert ("requête" in main.garde, main.urgent, main.en_refere) == (True, False, False)
    assert ("juge des référés" in urgent.garde, urgent.urgent, urgent.en_refere) == (True, True, True)
    assert "\u00a0" not in main.garde and main.garde == main.garde.lower()
    assert len(main.garde) < len(main.imprime)
    assert "l'association exemple" in main.imprime


def test_other_documents_of_the_case(acte):
    first, reply = acte("replique"), acte("replique", 1)
    assert [i for i, _ in first.autres("requete")] == [0, 2]
    assert [i for i, _ in reply.autres("memoire", "requete")] == [0, 1, 2]
    assert ([i for i, _ in reply.fond], first.here, reply.here) == ([0], ("documents", 0), ("documents", 1))
    assert [i for i, _ in acte("plainte").mandats] == [1]
    assert (first.est("requete"), first.est("memoire"), first.est("memoire", "requete")) == (True, False, True)


def test_what_a_section_says_and_cites(acte):
    found = acte(documents__0__conclusions=[
        {"texte": "**ANNULER** la décision."}, {"texte": "**CONDAMNER** l'université à payer 500 euros."},
        {"clause": "conclusions/frais", "avec": {"montant": "1 500"}},
    ])  # fmt: skip
    assert [item.path[-1] for item in found.demandes] == [0, 1, 2]
    kinds = {"annulation", "somme", "frais"}
    assert [(d.item.path[-1], *(d.sortes & kinds)) for d in found.dispositif] == [
        (0, "annulation"), (1, "somme"), (2, "frais"),
    ]  # fmt: skip
    assert "METTRE À LA CHARGE" in found.mots("conclusions") and "{{" not in found.mots("conclusions")  # as printed
    complaint = acte("plainte", documents__0__demandes=[{"clause": "demandes/information-des-plaignants"}])
    assert "un recours est ouvert" in complaint.mots("demandes")  # the tone of a complaint
    assert found.propre(found.demandes[0]) == "ANNULER la décision ;\n"
    assert found.causes == ()  # a moyen in free text has none
    assert not found.cite_piece("moyens") and not found.a_ecrire("moyens")
    assert acte("replique", 1).cite_piece("moyens")
    assert acte("refere").cite_piece("recevabilite")


def test_which_pieces_go_with_it(acte):
    found = acte(documents__0__pieces=["statuts", "decision"])
    assert [found.joint(cle) for cle in ("statuts", "deliberation", None)] == [True, False, False]
    assert [found.piece_path(p) for p in found.case.pieces] == [("pieces", 0), ("pieces", 1), ("pieces", 2)]


@pytest.mark.parametrize(
    ("pour", "paths"),
    [
        ((), [()]), (("pieces",), [("pieces", 0), ("pieces", 1), ("pieces", 2)]), (("faits",), [("faits", 0)]),
        (("conclusions",), [("documents", 0, "conclusions", 0)]), (("moyens",), [("documents", 0, "moyens", 0)]),
        (("deposants",), [("parties", "asso")]), (("premier-deposant",), [("parties", "asso")]),
        (("groupements",), [("parties", "asso")]), (("premier-groupement",), [("parties", "asso")]),
        (("intervenant", "defendeur"), [("parties", "univ")]), (("fond",), [("documents", 0)]), (("mandats",), []),
    ],
)  # fmt: skip
def test_a_rule_looks_at_each_thing_in_turn(pour, paths, acte):
    lengths = {"d": 1}
    found = list(sujets(acte(), pour, lengths))
    assert [s.racine for s in found] == paths
    assert all(s.durees == lengths for s in found)
    held = {"pieces": "piece", "faits": "fait", "conclusions": "element", "moyens": "element", "fond": "autre", (): ""}
    assert {s.genre for s in found} <= {held.get(pour[0] if pour else (), "partie")}


def test_dates_and_absences():
    assert [absent(value) for value in (None, (), [], "", 0, False)] == [True, True, True, False, False, False]
    assert (str(debut("2026-02")), debut(None), debut("")) == ("2026-02-01", None, None)
    assert jour_ecrit(debut("2026-02-03")) == "03/02/2026"
