"""Facts that meet: the matrix of `figures/chaines.yaml`, and what holds of any chain whatever the matrix says."""

import datetime as dt
import shutil
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandats.delais.calcul import compare
from mandats.delais.figures import read_figures
from mandats.delais.regles import time_limits
from tests.conftest import ROOT
from tests.test_delais import D, limits

MATRIX = read_figures("chaines.yaml")
STAGES = tuple(MATRIX["stades"])
CELLS = [(row, stage) for row in MATRIX["lignes"] for stage in STAGES if "sans" not in MATRIX["lignes"][row][stage]]
DAY = dt.timedelta(days=1)


def plain(value: Any) -> Any:
    """What the figures' reader froze, as a case may hold it."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, tuple) else {"true": True, "false": False}.get(value, value)


@pytest.mark.parametrize(("row", "stage"), CELLS)
def test_each_cell_gives_its_days(row, stage):
    cell = MATRIX["lignes"][row][stage]["exemple"]
    found, _ = limits("2026-03-25", **plain(cell["faits"]))
    limit = found[cell["regle"]]
    days = [day and day.isoformat() for day in (limit.prudent, limit.theorique, limit.defendable)]
    assert days == [cell.get(name) for name in ("prudent", "dernier", "defendable")]
    assert bool(limit.defendable) == bool(limit.defendable_si)


def test_each_cell_is_a_rule_or_a_reason():
    for row in MATRIX["lignes"].values():
        assert set(row) == {"libelle", *STAGES}
        assert all(bool(row[s].get("sans")) != bool(row[s].get("exemple") and row[s]["dit"]) for s in STAGES)


def test_an_order_of_the_conseil_d_etat_has_no_remedy():
    for judge, remedies in (("Conseil d'État", set()), ("tribunal administratif de Paris", {"pourvoi-refere"})):
        told = [{"quoi": "ordonnance notifiée", "le": "2026-03-10"}]
        found, _ = limits("2026-03-12", modeles=["refere-suspension"], juge=judge, evenements=told)
        assert {"pourvoi-refere", "appel-refere-liberte"} & set(found) == remedies


def test_each_order_has_its_own_remedy():
    """Two orders of one case: what is said of one does not touch the other."""
    told = [
        {"quoi": "ordonnance notifiée", "le": "2026-03-10", "refere": "suspension", "motif": "defaut-d-urgence"},
        {"quoi": "ordonnance notifiée", "le": "2026-03-20", "refere": "liberte", "motif": "irrecevabilite"},
    ]
    found, _ = limits("2026-03-22", modeles=["refere-suspension", "refere-liberte"], evenements=told)
    assert found["pourvoi-refere"].depart.jour == D("2026-03-10")
    assert found["appel-refere-liberte"].depart.jour == D("2026-03-20")
    assert "confirmation-fond" not in found


def test_what_interrupts_is_counted_to_the_day():
    """Two months « francs » from 3 February 2026: until 7 April, the 4th being a Saturday and the 6th Easter Monday."""
    for sent, touched in (("2026-04-07", "interrompu"), ("2026-04-08", "passe-sauf-si")):
        for what in ("recours gracieux envoyé", "recours hiérarchique envoyé", "RAPO envoyé", "AJ demandée"):
            told = [{"quoi": what, "le": sent}]
            found, _ = limits("2026-04-09", decision={"notifiee_le": "2026-02-03"}, evenements=told)
            assert found["rep-decision-notifiee"].etat == touched, (what, sent)


@pytest.mark.parametrize(
    ("second", "day"),
    [(None, "2026-04-20"), ("2026-03-10", "2026-05-26"), ("2026-04-20", "2026-07-06"), ("2026-04-21", "2026-04-20")],
)
def test_a_second_decision_on_legal_aid_counts_while_the_limit_runs(second, day):
    told = [{"quoi": "AJ demandée", "le": "2026-01-20"}, {"quoi": "AJ accordée", "le": "2026-02-03"}]
    told += [{"quoi": "AJ accordée", "le": second}] if second else []
    found, _ = limits("2026-02-10", decision={"notifiee_le": "2026-01-05", "voies_et_delais": True}, evenements=told)
    limit = found["rep-decision-notifiee"]
    assert limit.theorique == D(day)
    # A refusal that was contested ends with the answer to that (art. 43): the later reading, and what it supposes.
    late = second == "2026-04-21"
    assert (limit.defendable == D("2026-07-07"), "statue sur un recours" in limit.defendable_si) == (late, late)


# --- properties that do not read the matrix ------------------------------------------------------------------------

KINDS = [
    "recours gracieux envoyé", "recours gracieux reçu", "recours gracieux rejeté", "recours hiérarchique envoyé",
    "recours hiérarchique reçu", "recours hiérarchique rejeté", "RAPO envoyé", "RAPO reçu", "RAPO rejeté",
    "aide juridictionnelle demandée", "aide juridictionnelle accordée", "avocat désigné", "demande de motifs reçue",
    "motifs communiqués", "médiation commencée", "médiation terminée", "refus reçu", "CADA saisie", "jugement notifié",
]  # fmt: skip
DAYS = st.dates(D("2024-01-01"), D("2026-06-30"))
EVENTS = st.lists(
    st.builds(lambda quoi, le: {"quoi": quoi, "le": le.isoformat()}, st.sampled_from(KINDS), DAYS), max_size=7
)
BASES = st.one_of(
    st.builds(
        lambda day, told: {"decision": {"notifiee_le": day.isoformat(), "voies_et_delais": told}},
        DAYS, st.sampled_from([True, False, None]),
    ),
    st.builds(
        lambda day, told: {
            "decision": {"nature": "implicite"},
            "demande": {"recue_le": day.isoformat(), "reponse": "silence", "accuse_reception": told},
        },
        DAYS, st.sampled_from([True, False, None]),
    ),
    st.builds(
        lambda day: {"modeles": ["recours-cada"], "demande": {"recue_le": day.isoformat(), "documents": ["x"]}}, DAYS
    ),
)  # fmt: skip
COURT = {name for effet in time_limits().effets.values() for name in (*effet.sur, effet.ensuite) if name}


def days_of(le: str, **blocks) -> dict[str, tuple]:
    """The days of each limit that a chain may touch: of the earliest, when several days start it."""
    found = sorted((d for d in limits(le, **blocks)[1].delais if d.prudent), key=lambda d: d.prudent, reverse=True)
    return {d.id: (d.prudent, d.theorique, d.defendable) for d in found if d.id in COURT}


@given(BASES, EVENTS, st.sampled_from([None, "guyane", "etranger"]))
def test_the_prudent_day_is_never_later_than_any_other(base, events, home):
    for limit in limits("2026-07-01", **base, evenements=events, requerant_demeure=home)[1].delais:
        if limit.prudent:
            assert limit.prudent <= limit.theorique <= (limit.defendable or limit.theorique), limit.id


@given(BASES, EVENTS, st.sampled_from(KINDS), st.integers(1, 400))
def test_what_comes_after_every_last_day_changes_no_day(base, events, kind, later):
    before = days_of("2026-07-01", **base, evenements=events)
    last = max((day for days in before.values() for day in days if day), default=D("2026-06-30"))
    waits = [
        d
        for d in limits("2026-07-01", **base, evenements=events)[1].delais
        if d.etat in ("interrompu", "attendu", "advenu")
    ]
    last = max([last, *(d.theorique for d in waits if d.theorique)])
    if any(d.etat == "interrompu" for d in waits) or kind in ("CADA saisie", "jugement notifié", "avocat désigné"):
        return  # what is interrupted awaits its end; the others begin limits of their own, a lawyer's day however late
    events = [*events, {"quoi": kind, "le": (last + later * DAY).isoformat()}]
    after = days_of("2026-07-01", **base, evenements=events)
    # An express answer, however late, may always be said to start the limit that its silence could not be opposed to; a
    # second decision on legal aid, to be the answer to an appeal against the first.
    sure = slice(2 if kind.endswith(("rejeté", "refus reçu", "accordée")) else 3)
    assert {n: after.get(n, ())[sure] for n in before} == {n: days[sure] for n, days in before.items()}


@given(BASES, EVENTS)
def test_less_known_of_the_notification_never_shortens(base, events):
    told = base.get("decision", {}).get("voies_et_delais")
    if not told:
        return
    without = {**base, "decision": {k: v for k, v in base["decision"].items() if k != "voies_et_delais"}}
    known, unknown = (days_of("2026-07-01", **one, evenements=events) for one in (base, without))
    for name, (prudent, last, defendable) in known.items():
        p, t, d = unknown[name]
        assert p >= prudent and t >= last and (d or t) >= (defendable or last), name


# --- the guide and the commands ------------------------------------------------------------------------------------


def test_the_guide_says_what_the_data_say():
    spec = spec_from_file_location("guide_delais", ROOT / "tools" / "guide_delais.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.page() == module.TARGET.read_text("utf-8"), "run: python tools/guide_delais.py"


def test_noting_an_event_adds_a_line_and_says_what_changes(tmp_path, mandats):
    case = tmp_path / "testwe.yaml"
    shutil.copy(ROOT / "cases" / "testwe.yaml", case)
    shutil.copytree(ROOT / "cases" / "testwe", tmp_path / "testwe")
    before = case.read_text("utf-8")
    done = mandats("noter", case, "ORDONNANCE notifiee", "--le", "2022-12-16", "--document", "refere-suspension")
    assert done.returncode == 0, done.stderr
    last = "  - {quoi: clôture, le: 2022-12-13}\n"
    after = before.replace(
        last, last + "  - {quoi: ordonnance notifiée, le: 2022-12-16, document: refere-suspension}\n"
    )
    assert case.read_text("utf-8") == after != before
    assert "Pourvoi contre l'ordonnance de référé : commence" in done.stdout
    assert "samedi 31 décembre 2022" in done.stdout
    for words, told in (("ordonnance notifié", "vouliez-vous dire « ordonnance notifiée »"), ("rien", "inconnu")):
        wrong = mandats("noter", case, words, "--le", "2022-12-17")
        assert wrong.returncode == 2 and told in wrong.stderr and "Traceback" not in wrong.stderr
    assert case.read_text("utf-8") == after


def test_a_date_without_a_case(mandats):
    done = mandats("delais", "--depart", "2025-01-31", "--regle", "droits-reponse")
    assert "VENDREDI 28 FÉVRIER 2025" in done.stdout and "RGPD, art. 12" in done.stdout
    assert "rep-decision-notifiee" in mandats("delais", "--regle", "?").stdout
    for wrong, told in (
        (["--depart", "2025-01-31", "--regle", "droit-reponse"], "droits-reponse"),
        (["--depart", "2025-01-31"], "--regle"),
        (["--depart", "1200-01-31", "--regle", "appel"], "1978"),
        (["x.yaml", "--regle", "appel"], "sans dossier"),
    ):
        answer = mandats("delais", *wrong)
        assert answer.returncode == 2 and told in answer.stderr, wrong


def test_a_sheet_to_print_holds_on_one_page(tmp_path, mandats):
    done = mandats("delais", ROOT / "cases" / "testwe.yaml", "--le", "2022-12-20", "--fiche", tmp_path / "f.pdf")
    assert done.returncode in (0, 1), done.stderr
    with pdfium.PdfDocument(tmp_path / "f.pdf") as sheet:
        words = sheet[0].get_textpage().get_text_range().replace("\u00a0", " ")
        assert len(sheet) == 1 and "Délais : testwe" in words and "Second compte" in words
        assert "TestWe" not in words and "Exemple" not in words  # no party, no title


def test_what_starts_from_another_fact_is_the_same_limit():
    """The rejection of a recours gracieux by silence, then by letter: one limit that moved, not one lost, one found."""
    sent = [
        {"quoi": "recours gracieux envoyé", "le": "2026-01-20"},
        {"quoi": "recours gracieux reçu", "le": "2026-01-21"},
    ]
    before, after = (
        limits("2026-03-01", decision={"notifiee_le": "2026-01-12"}, evenements=[*sent, *more])[1]
        for more in ([], [{"quoi": "recours gracieux rejeté", "le": "2026-02-27"}])
    )
    found = {(c.avant and c.avant.id, c.apres and c.apres.id): c for c in compare(before, after)}
    moved = found["rep-apres-gracieux", "rep-apres-gracieux"]
    assert (moved.avant.depart.jour, moved.apres.depart.jour) == (D("2026-03-21"), D("2026-02-27"))
    assert not any("rep-apres-gracieux" in pair and None in pair for pair in found)
    assert compare(after, after) == []
