"""Time limits: the vectors, the properties of the arithmetic, the refusal to guess, the calendar read back."""

import datetime as dt
import json
import re
from pathlib import Path

import pytest
import yaml
from dateutil.easter import easter
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from mandats import procedure
from mandats.delais.agenda import write_calendar
from mandats.delais.calcul import AVERTISSEMENT, list_time_limits
from mandats.delais.calendrier import compute
from mandats.delais.faits import distance_months, territory_of
from mandats.delais.figures import Ressorts, read_figures
from mandats.delais.regles import WITHOUT_DATE, TimeLimits, time_limits
from mandats.keys import TERRITOIRES
from mandats.load.library import load_families, load_library
from mandats.model import Case
from tests.conftest import CASES, ROOT
from tests.figures import longer

VECTORS = yaml.safe_load((Path(__file__).parent / "data" / "delais.yaml").read_text("utf-8"))["exemples"]
MODELES = sorted(path.parent.name for path in (ROOT / "templates").glob("*/template.yaml"))
FAMILLES = load_families(ROOT)
RULES = time_limits().regles
DATED = {name: r for name, r in RULES.items() if r.methode not in WITHOUT_DATE}
DAYS = st.dates(dt.date(1978, 1, 1), dt.date(2100, 12, 31))
D = dt.date.fromisoformat


def term(name: str, start: dt.date, territoire: str = "metropole", distance: int = 0):
    rule = RULES[name]
    return compute(rule.methode, start, rule.duree, rule.unite, territoire, distance)


def case(**blocks) -> Case:
    """A case with the given blocks; the court is in Paris unless `adresse` or `juge` say otherwise."""
    modeles = blocks.pop("modeles", ["requete-rep"])
    adresse, juge = (
        blocks.pop("adresse", "7, rue de Jouy, 75004 Paris"),
        blocks.pop("juge", "tribunal administratif de Paris"),
    )
    told = {key: blocks.pop(key) for key in ("instance", "jugement") if key in blocks}
    requerant = blocks.pop("requerant", "1, rue de l'Exemple, 75001 Paris")
    parties = {
        "asso": {"type": "association", "nom": "Jeanne Exemple", "adresse": requerant},
        "ville": {"type": "commune", "nom": "Exemple"},
        "juge": {"type": "juridiction", "nom": juge, "adresse": adresse},
        "haut": {"type": "juridiction", "nom": "Conseil d'État"},
    }
    roles = {"requerant": "asso", "juridiction": "juge"}
    documents = [{"modele": m, "roles": roles, **told} for m in modeles]
    if "decision" in blocks:
        blocks["decision"] = {
            "auteur": "ville",
            "date": "2026-01-10",
            "nature": "explicite",
            "objet": "la décision",
            **blocks["decision"],
        }
    if "demande" in blocks:
        blocks["demande"] = {"destinataire": "ville", "objet": "la demande", **blocks["demande"]}
    return Case.model_validate(
        {
            "titre": "Dossier de Jeanne Exemple",
            "date": "2026-03-01",
            "parties": parties,
            "documents": documents,
            **blocks,
        }
    )


def limits(le: str, territoire: str | None = None, **blocks):
    bilan = list_time_limits(case(**blocks), FAMILLES, D(le), territoire)
    return {d.id: d for d in bilan.delais}, bilan


# --- the arithmetic ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v['regle']}-{v['depart']}")
def test_the_vectors(vector):
    found = term(vector["regle"], vector["depart"])
    assert (found.theorique, found.prudent) == (vector["theorique"], vector["prudent"])


def closed(day: dt.date) -> bool:
    """Independent of the program: weekends and the eleven holidays of the labour code, with Easter from dateutil."""
    moving = {easter(day.year) + dt.timedelta(days=n) for n in (1, 39, 50)}
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    return day.weekday() >= 5 or (day.month, day.day) in fixed or day in moving


def last_day(rule, start: dt.date) -> dt.date:
    """The theoretical day, computed another way."""
    span = relativedelta(years=rule.duree) if rule.unite == "ans" else relativedelta(months=rule.duree)
    one = dt.timedelta(days=1)
    match rule.methode:
        case "mois-francs":
            day = min(start + span + one, start + one + span)
        case "jours-francs":
            day = start + (rule.duree + 1) * one
        case "mois-reportes":
            day = start + span
        case "mois-veille":
            day = start + span - one
        case "mois":
            return start + span
        case "mois-avant":
            return start + span - one
        case "heures":
            return start + rule.duree * dt.timedelta(hours=1)
        case "jours-francs-avant":
            return start - (rule.duree + 1) * one
        case "jours-avant":
            return start - rule.duree * one
        case "date-ecrite":
            return start
        case "jours-ouvres":
            day = start
            for _ in range(rule.duree):
                day += one
                while closed(day):
                    day += one
            return day
    while closed(day):
        day += one
    return day


@given(st.sampled_from(sorted(DATED)), DAYS, st.sampled_from(TERRITOIRES), st.integers(0, 2))
def test_the_prudent_day_is_never_after_the_theoretical(name, start, territoire, distance):
    found = term(name, start, territoire, distance)
    assert found.prudent <= found.theorique
    assert found.steps


@given(st.sampled_from(sorted(DATED)), DAYS)
def test_never_later_than_an_independent_count(name, start):
    assert term(name, start).theorique <= last_day(DATED[name], start)


@given(
    st.sampled_from(sorted(DATED)), DAYS.filter(lambda d: 1983 <= d.year <= 2090 and d.year not in range(2003, 2009))
)
def test_the_same_as_an_independent_count_where_holidays_did_not_change(name, start):
    assert term(name, start).theorique == last_day(DATED[name], start)


@given(st.sampled_from(sorted(DATED)), DAYS, st.integers(0, 40), st.sampled_from(TERRITOIRES))
def test_a_later_start_never_ends_earlier(name, start, days, territoire):
    later = start + dt.timedelta(days=days)
    if later.year <= 2100:
        first, second = term(name, start, territoire), term(name, later, territoire)
        assert first.theorique <= second.theorique
        assert first.prudent <= second.prudent


@given(DAYS, st.sampled_from(TERRITOIRES))
def test_territory_and_distance_never_move_the_prudent_day(start, territoire):
    assert term("rep-decision-notifiee", start, territoire, 2).prudent == term("rep-decision-notifiee", start).prudent


@pytest.mark.parametrize("year", [1900, 1977, 2101, 9999])
def test_a_year_out_of_range_is_asked_not_computed(year):
    with pytest.raises(ValueError, match="1978"):
        term("rep-decision-notifiee", dt.date(year, 6, 1))
    found, bilan = limits("2026-03-01", decision={"notifiee_le": f"{year}-06-01"})
    assert "rep-decision-notifiee" not in found
    assert any("1978–2100" in q.texte for q in bilan.questions)


def test_local_holidays_count_where_they_are():
    # 26 December 2025, a Friday, is a holiday in Strasbourg; so is Good Friday, 3 April 2026.
    assert term("rep-decision-notifiee", D("2025-10-25")).theorique == D("2025-12-26")
    there = term("rep-decision-notifiee", D("2025-10-25"), "alsace-moselle")
    assert there.theorique == D("2025-12-29")
    assert any("à confirmer" in said(s) for s in there.steps)
    assert term("rep-decision-notifiee", D("2026-10-19"), "la-reunion").theorique == D(
        "2026-12-21"
    )  # Sunday the 20th anyway


def test_the_day_of_the_audience_counts_backwards():
    found = term("cloture-sans-ordonnance", D("2026-11-20"))
    assert (found.theorique, found.prudent) == (D("2026-11-16"), D("2026-11-13"))


def test_a_passed_limit_says_what_is_left_and_the_template_that_prepares_it():
    every = load_families(ROOT)
    for name, rule in RULES.items():
        for reste in (time_limits().restes[r] for r in rule.reste):
            fit = [slug for slug, own in every.items() if {*reste.modele} <= {*own}]
            assert fit, (name, reste.dit)
    told = {"nature": "reglementaire", "publiee_le": "2025-03-03"}
    found, _ = limits("2025-05-05", decision=told)
    assert found["rep-acte-publie"].restes == ()  # still open
    found, _ = limits("2025-05-06", decision=told)
    left = found["rep-acte-publie"].restes
    assert [one.modele for one in left] == ["recours-gracieux", "requete-rep", "plainte-cnil"]
    assert "sauf les vices de forme" in left[0].dit
    found, _ = limits("2026-05-06", decision={"nature": "individuelle", "notifiee_le": "2025-03-03"})
    assert not any("règlement" in one.dit for one in found["rep-decision-notifiee"].restes[:1])


@pytest.mark.parametrize(("refere", "again"), [("suspension", True), ("liberte", False), ("mesures-utiles", False)])
def test_after_a_rejection_only_a_suspension_is_asked_again(refere, again):
    order = {"quoi": "ordonnance notifiée", "le": "2026-01-05", "refere": refere}
    found, _ = limits("2026-03-01", decision={}, evenements=[order], modeles=["requete-rep"])
    passed = [d for d in found.values() if d.restes and d.id in ("pourvoi-refere", "appel-refere-liberte")]
    assert passed
    assert any("de nouveau la suspension" in one.dit for d in passed for one in d.restes) is again


# --- the rules as data ---------------------------------------------------------------------------------------------


def test_every_rule_is_whole():
    data = time_limits()
    assert len(RULES) >= 45
    for name, rule in RULES.items():
        assert re.fullmatch(r"[a-z0-9-]+", name)
        for key in rule.depart:
            assert not key.startswith("regle:") or RULES[key.removeprefix("regle:")].methode == "mois", (
                "a chained rule must have one day"
            )
        assert rule.methode in (*data.conventions, *WITHOUT_DATE)
        assert rule.role == "attendre" or rule.si_manque, name
        assert not rule.envoi or rule.envoi in data.conventions
        assert not rule.suite_de or data.effets[rule.suite_de].ensuite == name
        assert bool(rule.voies) == bool(rule.au_dela) and (not rule.voies or rule.voies in data.opposabilite)
        assert rule.question or not rule.demander, name
        assert rule.sous_condition or not rule.condition, name
        assert {*rule.reste} <= {*data.restes}, name
    assert {*data.restes} == {name for rule in RULES.values() for name in rule.reste}
    for kind in data.demandes.values():
        assert kind.silence is None or RULES[kind.silence].unite == "mois"


def test_the_shipped_figures_are_of_the_declared_types():
    """They are read without a validator, for speed."""
    found = TypeAdapter(TimeLimits).validate_python(read_figures("delais.yaml"))
    assert found.distances == time_limits().distances
    assert {n: r.duree for n, r in found.regles.items()} == {n: r.duree for n, r in RULES.items()}
    areas = TypeAdapter(Ressorts).validate_python(read_figures("tribunaux.yaml"))
    assert set(areas.territoires.values()) <= set(TERRITOIRES)


# Durations that another text of law gives, and no rule of the file counts: written where they are said.
SAID_ONCE = {
    "communication-motifs": "what the reasons, once given, add (art. L. 232-4 CRPA)",
    "appel-refere-liberte": "the Conseil d'État's own time to rule (art. L. 523-1 CJA)",
    "memoire-complementaire-ce": "other kinds of appeals and of elections",
    "cloture-par-ordonnance": "the least notice of a closing order (art. R. 613-1 CJA)",
    "avis-d-audience": "urgent matters, and the Conseil d'État (art. R. 711-2 and R. 712-1 CJA)",
    "regularisation": "the least time that an invitation gives (art. R. 612-1 CJA)",
    "notification-telerecours": "when a court rules within a month (art. R. 611-8-6 CJA)",
    "droits-reponse": "the two months that an announcement adds to the first (art. 12, § 3 GDPR)",
    "droits-prolongation": "the same",
    "prescription-delit": "other offences",
    "action-groupe-agrement": "how long the approval lasts",
}
STATED = re.compile(
    r"\b(?:\d+|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|"
    r"quarante-huit|soixante-douze) (?:heures|jours|semaines|mois|ans?)\b",
    re.I,
)


def texts(name: str) -> list[str]:
    """What `mandats delais` says of a rule: its own words, then the steps of one calculation that state a duration."""
    rule = time_limits().regles[name]
    words = [v for k, v in vars(rule).items() if isinstance(v, str) and k not in ("ref", "methode", "unite")]
    return words + [said(step) for step in steps_of(rule) if STATED.search(said(step))]


def said(step):
    return time_limits().conventions[step.convention].say(step.valeurs)


def steps_of(rule):
    if rule.methode in WITHOUT_DATE:
        return ()
    return compute(rule.methode, D("2026-01-15"), rule.duree, rule.unite).steps


def test_a_duration_is_written_once():
    raw = read_figures("delais.yaml")["regles"]
    held = {name for name, entry in raw.items() for v in entry.values() if isinstance(v, str) and STATED.search(v)}
    assert held == set(SAID_ONCE)
    assert not any("{" in text for name in RULES for text in texts(name))


@pytest.mark.parametrize("name", [n for n, r in RULES.items() if r.duree])
def test_one_unit_more_changes_each_message_that_states_the_duration(name):
    before = {n: texts(n) for n in RULES}
    ends = steps_of(RULES[name])
    with longer(name):
        after = {n: texts(n) for n in RULES}
        assert steps_of(time_limits().regles[name])[-1] != ends[-1]
    for other, entry in read_figures("delais.yaml")["regles"].items():
        written = [v for v in entry.values() if isinstance(v, str)]
        named = rf"\{{(?:{name}{'|duree' if other == name else ''})[.}}]"
        stating = sum(bool(re.search(named, v)) for v in written)
        stating += sum(bool(STATED.search(said(step))) for step in ends) if other == name else 0
        changed = [old for old, new in zip(before[other], after[other], strict=True) if old != new]
        assert len(changed) == stating, other


def test_keys_and_sources_exist():
    register = set()
    for path in (ROOT / "clauses" / "sources").glob("*.yaml"):
        register |= set(re.findall(r"^([a-z0-9][a-z0-9_-]*):", path.read_text("utf-8"), re.M))
    known = {
        f"{b}.{k}"
        for b in ("decision", "instance_fond", "demande", "avis_cada", "evenements")
        for k in model_of(b).model_fields
    }
    derived = {"demande.refusee_le", "demande.refus_tardif_le", "instance.audience_le"}
    assert {source for reste in time_limits().restes.values() for source in reste.sources} <= register
    for effet in time_limits().effets.values():
        assert {*effet.sur, *filter(None, [effet.ensuite, effet.silence])} <= {*RULES} and {*effet.sources} <= register
        keys = {key for acte in effet.actes for key in (acte.ouvre, acte.recu, *acte.ferme, *acte.marges) if key}
        assert keys <= known | derived, keys
    families = {famille for own in FAMILLES.values() for famille in own}
    assert {f for kind in time_limits().demandes.values() for f in kind.familles} <= families
    for name, rule in RULES.items():
        assert set(rule.sources) <= register, name
        for key in (*rule.depart, *rule.fait, *rule.sauf, *rule.devance_par):
            block, _, last = key.partition(".")
            assert (
                key.startswith("regle:")
                or key in known | derived
                or (block in families and last in ("enregistree_le", "audience_le", "deposee_le"))
            ), key
        for mark in (*rule.demander, *rule.si.get("repere", ())):
            kind, _, word = mark.partition(":")
            assert (
                mark in known or kind in ("nature", "demande", "avis_cada") or (kind == "famille" and word in families)
            ), mark


def test_a_rule_is_no_newer_than_what_was_read_nor_older_than_what_it_relies_on():
    """Its state is the oldest of what its `ref` names; no text it relies on began later, and each was read since."""
    states = time_limits().etats
    assert RULES["rep-rejet-implicite"].etat_du_droit == states["CJA"] == time_limits().etat_du_droit
    assert RULES["cada-saisine"].etat_du_droit == states["CRPA"]
    assert RULES["delai-raisonnable"].etat_du_droit == states["autres"]
    assert RULES["taj-via-cnil"].etat_du_droit < time_limits().etat_du_droit
    register = load_library(ROOT)[0].sources
    for name, rule in RULES.items():
        for source in map(register.__getitem__, rule.sources):
            assert not source.vigueur or source.vigueur.depuis <= rule.etat_du_droit, name
            assert source.verifie and source.verifie.le >= rule.etat_du_droit, name


def model_of(block: str):
    return {"decision": procedure.Decision, "instance_fond": procedure.InstanceFond, "demande": procedure.Demande,
            "avis_cada": procedure.AvisCada, "evenements": procedure.Carnet}[block]  # fmt: skip


# --- what a case gives ---------------------------------------------------------------------------------------------


def test_no_start_no_date_but_a_question():
    found, bilan = limits("2026-03-01", decision={})
    assert "rep-decision-notifiee" not in found
    (question,) = [q for q in bilan.questions if q.id == "rep-decision-notifiee"]
    assert question.cle == "decision.notifiee_le"
    assert "notifiée" in question.texte


def test_a_partial_date_is_no_start():
    found, bilan = limits(
        "2026-03-01", modeles=["memoire-complementaire"], juge="Conseil d'État", instance={"enregistree_le": "2026-01"}
    )
    assert not any(d.prudent for d in found.values())
    assert "memoire-complementaire-ce" in {q.id for q in bilan.questions}


@pytest.mark.parametrize(
    ("le", "etat", "reste"),
    [
        ("2026-04-01", "a-faire", 0),
        ("2026-03-31", "a-faire", 1),
        ("2026-04-02", "prudent-depasse", -1),
        ("2026-04-03", "expire", -2),
    ],
)
def test_where_a_limit_stands(le, etat, reste):
    found, bilan = limits(le, decision={"notifiee_le": "2026-02-01", "voies_et_delais": True})
    delai = found["rep-decision-notifiee"]
    assert (delai.etat, delai.reste_jours) == (etat, reste)
    assert bool(bilan.expires) == (etat == "expire")


def test_without_remedies_told_the_limit_stays_shown_and_the_year_is_advice():
    found, bilan = limits("2026-06-01", decision={"notifiee_le": "2026-02-01", "voies_et_delais": False})
    assert found["rep-decision-notifiee"].etat == "inopposable"
    assert found["delai-raisonnable"].a_confirmer
    assert found["delai-raisonnable"].theorique == D("2027-02-01")
    assert not bilan.expires
    assert "delai-raisonnable" not in limits("2026-06-01", decision={"notifiee_le": "2026-02-01"})[0]


def test_filing_closes_the_limit_and_says_if_it_was_in_time():
    filed = {"instance_fond": {"date_depot": "2026-03-15", "piece": "fond"}}
    found, bilan = limits("2026-06-01", decision={"notifiee_le": "2026-02-01"}, **filed)
    assert found["rep-decision-notifiee"].etat == "fait"
    found, bilan = limits("2026-06-01", decision={"notifiee_le": "2026-01-01"}, **filed)
    assert found["rep-decision-notifiee"].etat == "fait-hors-delai"
    assert bilan.expires
    found, _ = limits("2026-03-20", decision={"notifiee_le": "2026-03-18"}, **filed)
    assert found["rep-decision-notifiee"].etat == "a-faire"  # filed before the start: to be looked at


def test_silence_then_the_court():
    found, _ = limits(
        "2026-02-01", decision={"nature": "implicite"}, demande={"recue_le": "2026-01-15", "reponse": "silence"}
    )
    assert found["rejet-implicite"].theorique == D("2026-03-15")
    assert found["rep-rejet-implicite"].prudent == D("2026-05-15")
    assert "organe collégial" in found["rep-rejet-implicite"].a_confirmer[0]  # asked of a commune
    found, _ = limits("2026-02-01", decision={"nature": "implicite"}, demande={"recue_le": "2026-01-15"})
    assert found["rep-rejet-implicite"].a_confirmer  # the case does not say that nobody answered


def test_a_request_of_unknown_kind_is_asked():
    found, bilan = limits("2026-02-01", demande={"recue_le": "2026-01-15"})
    assert not found
    assert [q.id for q in bilan.questions] == ["demande-a-qualifier"]


def test_documents_go_through_the_commission():
    demande = {"recue_le": "2026-02-15", "documents": ["le marché"], "reponse": "silence"}
    found, _ = limits("2026-03-20", demande=demande)
    assert found["cada-refus-implicite"].theorique == D("2026-03-15")
    assert found["cada-saisine"].prudent == D("2026-05-14")
    assert "rejet-implicite" not in found
    found, _ = limits("2026-05-01", demande=demande, avis_cada={"saisie_le": "2026-04-10", "date": "2026-06-20"})
    assert found["cada-saisine"].etat == "fait"
    assert found["cada-recours-ta"].prudent == D("2026-08-10")  # from the registration, not from the opinion


def test_an_express_refusal_starts_as_early_as_it_can():
    demande = {"recue_le": "2026-02-15", "documents": ["le marché"], "reponse": "refus"}
    early, _ = limits("2026-03-20", demande={**demande, "reponse_le": "2026-02-20"})
    assert early["cada-saisine"].prudent == D("2026-04-19")
    late, _ = limits("2026-03-20", demande={**demande, "reponse_le": "2026-04-20"})
    assert late["cada-saisine"].prudent == D("2026-05-14")  # silence had its effect first
    none, bilan = limits("2026-03-20", demande=demande)
    assert "cada-saisine" not in none
    assert "cada-saisine" in {q.id for q in bilan.questions}


@pytest.mark.parametrize(
    ("kind", "silent", "heard"), [("documents", "2026-02-16", "2026-02-15"), ("decision", "2026-03-16", "2026-03-15")]
)
def test_a_refusal_after_the_silence_comes_too_late(kind, silent, heard):
    """One month for documents (art. R. 311-13 CRPA), two for the rest (art. L. 231-4): silence has had its effect."""
    rule = "cada-refus-implicite" if kind == "documents" else "rejet-implicite"
    said = {"documents": ["le marché"]} if kind == "documents" else {}
    more = {} if said else {"decision": {"nature": "implicite"}}
    for answered, effect in ((silent, True), (heard, False)):
        demande = {"recue_le": "2026-01-15", "reponse": "refus", "reponse_le": answered, **said}
        assert (rule in limits("2026-03-20", demande=demande, **more)[0]) == effect


def test_a_template_of_one_s_own_has_the_limits_of_its_family():
    made = case(modeles=["mon-refere"], evenements={"ordonnance_notifiee_le": "2026-03-10"})
    for families, same_as in (
        (("contentieux", "requete", "refere", "suspension", "le-mien"), "refere-suspension"),
        ((), "mandat"),
    ):
        mine = list_time_limits(made, {"mon-refere": families}, D("2026-03-12"))
        shipped, _ = limits("2026-03-12", modeles=[same_as], evenements={"ordonnance_notifiee_le": "2026-03-10"})
        assert {d.id for d in mine.delais} == set(shipped)
    assert "appel-refere-liberte" in shipped  # an order in an unknown matter: each remedy is told, « à confirmer »


def test_a_recours_gracieux_in_time_interrupts():
    decision = {"notifiee_le": "2026-02-01"}
    sent = {"recours_gracieux_envoye_le": "2026-03-20", "recours_gracieux_recu_le": "2026-03-23"}
    found, _ = limits("2026-04-20", decision=decision, evenements=sent)
    assert found["rep-decision-notifiee"].etat == "interrompu"
    assert found["rep-apres-gracieux"].prudent == D("2026-07-23")
    assert not found["rep-apres-gracieux"].a_confirmer
    late = {"recours_gracieux_envoye_le": "2026-04-10", "recours_gracieux_recu_le": "2026-04-12"}
    found, bilan = limits("2026-04-20", decision=decision, evenements=late)
    assert found["rep-decision-notifiee"].etat == "passe-sauf-si"
    assert "rep-apres-gracieux" not in found
    assert bilan.expires


@pytest.mark.parametrize(
    ("sent", "etat", "verb"),
    [("2026-02-01", "interrompu", "interrompt"), ("2026-04-02", "interrompu", "interrompt"),
     ("2026-04-03", "passe-sauf-si", "est parti trop tard pour interrompre")],
)  # fmt: skip
def test_a_recours_gracieux_counts_from_the_first_day_to_the_last(sent, etat, verb):
    found, _ = limits(
        "2026-04-20", decision={"notifiee_le": "2026-02-01"}, evenements={"recours_gracieux_envoye_le": sent}
    )
    delai = found["rep-decision-notifiee"]
    assert delai.etat == etat
    assert [f" {verb} le délai" in told for told, _ in delai.etapes if "recours gracieux envoyé" in told] == [True]


@pytest.mark.parametrize(
    ("done", "etat", "verdict"),
    [
        ("2026-04-02", "fait", "dans le délai"), ("2026-04-03", "fait-hors-delai", "hors délai"),
        ("2026-04", "fait", "au jour près, à vérifier"), ("2026-05", "fait-hors-delai", "hors délai"),
    ],
)  # fmt: skip
def test_what_is_done_on_the_last_day_is_in_time(done, etat, verdict):
    filed = {"date_depot": done, "piece": "fond"}
    found, _ = limits("2026-06-01", decision={"notifiee_le": "2026-02-01"}, instance_fond=filed)
    delai = found["rep-decision-notifiee"]
    assert (delai.etat, delai.fait_le) == (etat, done)
    assert [told.endswith(f": {verdict}.") for told, _ in delai.etapes if told.startswith("Fait (")] == [True]


def test_after_an_order_in_refere():
    told = {"ordonnance_notifiee_le": "2026-03-10"}
    found, _ = limits("2026-03-12", modeles=["refere-suspension"], evenements=told)
    assert found["confirmation-fond"].a_confirmer
    assert "Désistement" in found["confirmation-fond"].regle.si_manque
    found, _ = limits(
        "2026-03-12", modeles=["refere-suspension"], evenements={**told, "ordonnance_motif": "defaut-de-doute-serieux"}
    )
    assert not found["confirmation-fond"].a_confirmer
    assert found["confirmation-fond"].prudent == D("2026-04-10")
    assert found["pourvoi-refere"].prudent == D("2026-03-25")
    found, _ = limits(
        "2026-03-12", modeles=["refere-suspension"], evenements={**told, "ordonnance_motif": "defaut-d-urgence"}
    )
    assert "confirmation-fond" not in found
    found, _ = limits(
        "2026-03-12", modeles=["refere-liberte"], evenements={**told, "ordonnance_motif": "irrecevabilite"}
    )
    assert "appel-refere-liberte" in found
    assert "pourvoi-refere" not in found
    found, _ = limits(
        "2026-03-12", modeles=["refere-liberte"], evenements={**told, "ordonnance_motif": "demande-accueillie"}
    )
    assert not [d for d in found.values() if d.regle.role == "agir"]


def test_an_order_without_hearing_goes_to_cassation():
    """Art. L. 523-1 and R. 523-1 CJA: no appeal from an order given without hearing (art. L. 522-3)."""
    for motif, remedy, other in (
        ("sans-audience", "pourvoi-refere", "appel-refere-liberte"),
        ("defaut-d-urgence", "appel-refere-liberte", "pourvoi-refere"),
    ):
        told = {"ordonnance_notifiee_le": "2026-03-10", "ordonnance_motif": motif}
        found, _ = limits("2026-03-12", modeles=["refere-liberte"], evenements=told)
        assert remedy in found
        assert other not in found


@pytest.mark.parametrize(
    ("modele", "told", "opened"),
    [
        ("appel-refere-liberte", {"motif": "defaut-d-urgence"}, {"appel-refere-liberte"}),
        ("appel-refere-liberte", {"motif": "sans-audience"}, {"pourvoi-refere"}),
        ("pourvoi-refere", {"refere": "suspension", "motif": "defaut-d-urgence"}, {"pourvoi-refere"}),
        ("pourvoi-refere", {"refere": "mesures-utiles"}, {"pourvoi-refere"}),
        ("pourvoi-refere", {"refere": "suspension", "juridiction": "haut"}, set()),
        ("appel", {"nature": "jugement"}, {"appel"}),
        ("appel", {"nature": "jugement", "dernier_ressort": True}, {"cassation"}),
        ("pourvoi", {"nature": "arret"}, {"cassation"}),
    ],
)
def test_the_decision_that_an_act_attacks_starts_its_limit(modele, told, opened):
    """Art. L. 523-1, R. 523-1, R. 811-2 and R. 821-1 CJA; none runs against an order of the Conseil d'État itself."""
    jugement = {"nature": "ordonnance", "juridiction": "juge", "date": "2026-03-06", "numero": "1", "solution": "x"}
    jugement |= {"notifie_le": "2026-03-10", **told}
    found, _ = limits("2026-03-12", modeles=[modele], jugement=jugement)
    ways = {"appel-refere-liberte", "pourvoi-refere", "appel", "cassation"}
    assert {
        name for name, delai in found.items() if name in ways and delai.theorique and not delai.a_confirmer
    } == opened
    noted = [{"quoi": "jugement notifié", "le": "2026-03-10"}, {"quoi": "ordonnance notifiée", "le": "2026-03-10"}]
    _, once = limits("2026-03-12", modeles=[modele], jugement=jugement, evenements=noted)
    assert len({d.id for d in once.delais}) == len(once.delais)  # the same day, noted twice, counts once


def test_a_refere_hearing_closes_nothing_beforehand():
    assert (
        "cloture-sans-ordonnance"
        not in limits("2026-03-12", modeles=["refere-liberte"], instance={"audience_le": "2026-03-14"})[0]
    )
    assert (
        "cloture-sans-ordonnance"
        not in limits(
            "2026-03-12", modeles=["memoire-replique"], juge="Conseil d'État", instance={"audience_le": "2026-03-14"}
        )[0]
    )
    assert (
        "cloture-sans-ordonnance"
        in limits("2026-03-12", modeles=["memoire-replique"], instance={"audience_le": "2026-03-30"})[0]
    )


def test_distance_lengthens_the_theoretical_day_only():
    found, _ = limits("2026-02-10", decision={"notifiee_le": "2026-02-01"}, requerant="2, rue X, 97300 Cayenne")
    assert found["rep-decision-notifiee"].theorique == D("2026-05-04")
    assert found["rep-decision-notifiee"].prudent == D("2026-04-01")
    assert [
        distance_months(*pair)
        for pair in (("guyane", "metropole"), ("metropole", "metropole"), ("metropole", "etranger"), ("guyane", None))
    ] == [1, 0, 2, 0]


def test_the_court_s_address_says_the_territory():
    assert limits("2026-02-10", adresse="31, avenue de la Paix, 67000 Strasbourg")[1].territoire == "alsace-moselle"
    assert limits("2026-02-10", "mayotte")[1].territoire == "mayotte"
    unknown = limits("2026-02-10", adresse="à Paris")[1]
    assert (unknown.territoire, unknown.suppose) == ("metropole", True)
    assert territory_of("3, place de Fontenoy, TSA 80715, 75334 Paris Cedex 07") == "metropole"


@given(st.data())
def test_no_case_crashes_and_no_date_is_without_a_start(data):
    events = {}
    for name in model_of("evenements").model_fields:
        if name.endswith("_le") and data.draw(st.booleans()):
            events[name] = data.draw(DAYS).isoformat()
    nature = data.draw(
        st.sampled_from(
            ["explicite", "implicite", "reglementaire", "individuelle", "refus-d-abroger", "contrat", "revelee"]
        )
    )
    decision = {"nature": nature, **({"notifiee_le": data.draw(DAYS).isoformat()} if data.draw(st.booleans()) else {}),
                **({"publiee_le": data.draw(DAYS).isoformat()} if data.draw(st.booleans()) else {})}  # fmt: skip
    modeles = data.draw(st.lists(st.sampled_from(MODELES), min_size=1, max_size=4))
    bilan = list_time_limits(case(decision=decision, evenements=events, modeles=modeles), FAMILLES, data.draw(DAYS))
    for delai in bilan.delais:
        assert delai.depart or not delai.prudent
        assert not delai.prudent or delai.prudent <= delai.theorique
        assert (delai.regle.confiance == "lu" and not delai.regle.conseil) or delai.a_confirmer
    assert write_calendar(bilan, "x", bilan.le)


def test_the_most_urgent_comes_first():
    events = {
        "ordonnance_notifiee_le": "2026-03-10",
        "violation_connue_le": "2026-03-11",
        "demande_de_maintien_recue_le": "2026-03-01",
    }
    _, bilan = limits("2026-03-12", modeles=["refere-suspension"], evenements=events)
    days = [d.prudent for d in bilan.delais if d.etat == "a-faire"]
    assert days == sorted(days)
    assert bilan.delais[0].id == "violation-72h"


# --- the calendar --------------------------------------------------------------------------------------------------


def unfolded(data: bytes) -> list[str]:
    """RFC 5545 read by hand: lines of at most 75 octets, CRLF, continuation by a space."""
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert data.endswith(b"END:VCALENDAR\r\n")
    return data.decode().replace("\r\n ", "").split("\r\n")


def test_the_calendar_reads_back():
    made = case(
        modeles=["refere-suspension"],
        decision={"notifiee_le": "2026-02-01"},
        evenements={"ordonnance_notifiee_le": "2026-03-10"},
    )
    bilan = list_time_limits(made, FAMILLES, D("2026-03-12"))
    lines = unfolded(write_calendar(bilan, "dossier", D("2026-03-12")))
    to_do = [d for d in bilan.delais if d.etat == "a-faire"]
    expected = {day.strftime("%Y%m%d") for d in to_do for day in (d.prudent, d.theorique)}
    assert (
        {line.rpartition(":")[2] for line in lines if line.startswith("DTSTART")}
        == expected
        == {"20260325", "20260326", "20260401", "20260402", "20260410", "20260413"}
    )
    assert [line for line in lines if line.startswith("TRIGGER")] == [
        "TRIGGER:-P6DT15H",
        "TRIGGER:-P1DT15H",
        "TRIGGER:-PT15H",
    ] * 6
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 6
    titles = [line.partition(":")[2] for line in lines if line.startswith("SUMMARY")]
    assert all(t.startswith(("[dossier] Date prudente : ", "[dossier] Dernier jour : ")) for t in titles)
    assert not [line for line in lines if "Jeanne" in line or "Exemple" in line or "Dossier" in line]
    uids = {line for line in lines if line.startswith("UID")}
    assert len(uids) == 6
    # The date corrected, the event keeps its identity: the calendar moves it instead of adding one.
    again = case(
        modeles=["refere-suspension"],
        decision={"notifiee_le": "2026-02-02"},
        evenements={"ordonnance_notifiee_le": "2026-03-11"},
    )
    moved = list_time_limits(again, FAMILLES, D("2026-03-12"))
    later = unfolded(write_calendar(moved, "dossier", D("2026-03-12")))
    assert {line for line in later if line.startswith("UID")} == uids


# --- the command ---------------------------------------------------------------------------------------------------


@pytest.fixture
def dossier(tmp_path):
    path = tmp_path / "dossier.yaml"
    made = case(decision={"notifiee_le": "2026-02-01"}).model_dump(
        exclude_defaults=True, exclude_none=True, mode="json"
    )
    path.write_text(json.dumps(made, ensure_ascii=False), "utf-8")
    return path


def test_the_command_says_what_when_and_why(dossier, mandats):
    done = mandats("delais", dossier, "--le", "2026-03-25", "--ics", dossier.with_suffix(".ics"))
    assert done.returncode == 0, done.stderr
    words = " ".join(done.stdout.split())
    for expected in (
        "AU PLUS TARD LE MERCREDI 1ER AVRIL 2026, AVANT MINUIT · dans 7 jours",
        "jeudi 2 avril 2026",
        "decision.notifiee_le",
        "R. 421-1",
        "cachet",
        "si on le manque",
        "preuve",
    ):
        assert expected in words
    assert words.endswith(AVERTISSEMENT)
    assert AVERTISSEMENT == "Calcul indicatif, à vérifier ; déposez avant la date prudente."
    assert max(map(len, done.stdout.splitlines())) <= 110
    assert unfolded(dossier.with_suffix(".ics").read_bytes())


def test_the_day_of_calculation_changes_the_answer_and_the_code(dossier, mandats):
    assert "TOUT DE SUITE" in mandats("delais", dossier, "--le", "2026-04-02").stdout
    late = mandats("delais", dossier, "--le", "2026-04-03")
    assert late.returncode == 1
    assert "EXPIRÉ" in late.stdout


def test_json_carries_the_reasoning(dossier, mandats):
    made = json.loads(mandats("delais", dossier, "--le", "2026-03-25", "--json").stdout)
    (delai,) = made["delais"]
    assert (delai["prudent"], delai["theorique"], delai["reste_jours"]) == ("2026-04-01", "2026-04-02", 7)
    assert delai["etapes"][1]["source"]
    assert made["avertissement"] == AVERTISSEMENT


@pytest.mark.parametrize(
    "words",
    [
        ["--le", "2026-13-01"],
        ["--le", "demain"],
        ["--territoire", "corse"],
        ["--ics", "/proc/x/y.ics"],
        ["--ics", "/proc"],
    ],
)
def test_bad_options_are_told_in_french(dossier, mandats, words):
    done = mandats("delais", dossier, *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not [e for e in ("Invalid", "Error", "No such", "not ") if e in done.stderr]
    assert " is a " not in done.stderr


def test_an_absent_file_and_a_wrong_one(tmp_path, mandats):
    assert mandats("delais", tmp_path / "rien.yaml").returncode == 2
    (tmp_path / "faux.yaml").write_text("titre: x\n", "utf-8")
    assert mandats("delais", tmp_path / "faux.yaml").returncode == 1


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_the_shipped_cases_answer(path, mandats):
    done = mandats("delais", path.relative_to(ROOT), "--le", "2022-12-01")
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout.strip().endswith(AVERTISSEMENT)


def test_a_hearing_in_refere_closes_the_inquiry_itself(mandats):
    """Art. R. 522-8 CJA: no three clear days before the hearing, as art. R. 613-2 gives on the merits."""
    done = mandats("delais", "cases/testwe.yaml", "--le", "2022-12-01")
    assert "audience_le" in (ROOT / "cases" / "testwe.yaml").read_text("utf-8")
    assert "R. 613-2" not in done.stdout
