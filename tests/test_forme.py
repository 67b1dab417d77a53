"""The procedural rules: what the issue promises of them, how they explain themselves, and the data they rest on."""

import json
import re
import shutil
import sys
from dataclasses import asdict, replace
from inspect import getsource, isfunction, signature
from pathlib import Path

import jsonschema
import pytest
from pydantic import TypeAdapter

from mandats import report
from mandats.build import examine
from mandats.checks import forme
from mandats.checks.forme import mots, predicats, regle
from mandats.checks.forme.regle import Chapitre, Formes, RegleDeForme, all_rules, fill, formes
from mandats.delais.figures import FIGURES, court_areas, read_figures
from mandats.delais.regles import time_limits
from mandats.load.library import load_library
from mandats.problem import ERREUR
from mandats.words import in_words
from tests.conftest import ROOT
from tests.figures import longer

RULES = all_rules()
PETIT = ROOT / "tests" / "golden" / "petit"
PRIORITY = {
    *(f"GEN-{n:02}" for n in (*range(3, 7), *range(9, 13), *range(14, 18), *range(19, 25), *range(26, 31), 32, 34)),
    *(f"REF-{n:02}" for n in (1, 2, 5, 10, 12)), *(f"ECR-{n:02}" for n in (6, 7, 11)), "CADA-04", "CADA-08",
    *(f"MAND-{n:02}" for n in (3, 6, 7, 8, 9)), "CNIL-03", "CNIL-05", "PIE-01", "PIE-03", "PIE-07",
}  # fmt: skip
# The published schema (tests/data/sarif-schema-2.1.0.NOTICE.txt says where it comes from).
SARIF = jsonschema.Draft4Validator(
    json.loads((ROOT / "tests" / "data" / "sarif-schema-2.1.0.json").read_text("utf-8")),
    format_checker=jsonschema.FormatChecker(),
)
JSON_REPORT = {
    "type": "object", "required": ["problemes"], "additionalProperties": False,
    "properties": {"problemes": {"type": "array", "items": {
        "type": "object", "additionalProperties": False,
        "required": ["fichier", "ligne", "colonne", "chemin", "message", "regle", "gravite"],
        "properties": {
            "fichier": {"type": "string"}, "ligne": {"type": "integer", "minimum": 1},
            "colonne": {"type": "integer", "minimum": 1},
            "chemin": {"type": "string"}, "message": {"type": "string", "minLength": 1},
            "regle": {"type": "string", "minLength": 1},
            "gravite": {"enum": ["erreur", "avertissement"]},
            "documents": {"type": "array", "items": {"type": "string"}},
            "aussi": {"type": "array", "items": {"type": "object", "required": ["fichier", "ligne", "colonne"]}},
        },
    }}},
}  # fmt: skip


@pytest.fixture
def petit(tmp_path):
    """A copy of the sound case, and what `verifier` says of it once `old` became `new`."""
    shutil.copytree(PETIT, tmp_path / "petit")
    return tmp_path / "petit" / "case.yaml"


def test_at_least_sixty_rules_check_and_every_priority_is_there():
    assert sum(not rule.par for rule in RULES.values()) >= 60
    assert set(RULES) >= PRIORITY


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_says_who_why_and_what_to_do(rule):
    titre, pourquoi, remede = (rule.told(text) for text in (rule.titre, rule.pourquoi, rule.remede))
    assert titre[0].isupper() and pourquoi.endswith(".") and remede.endswith((".", ".)"))
    assert re.search(r"\d|usage|pratique|cnil\.fr|telerecours", f"{pourquoi} {rule.court}")
    told = report.explain_rule(rule.id.lower())
    assert told.startswith(f"{rule.id} – {titre}\n")
    assert all(f"\n{word} : " in told for word in ("Pourquoi", "Que faire", "Articles", "Gravité", "Documents"))


def test_what_a_rule_names_exists():
    library, _ = load_library(ROOT)
    families = {famille for own in library.familles.values() for famille in own}
    for rule in RULES.values():
        assert set(rule.sources) <= set(library.source_places), rule.id
        assert set(rule.familles) <= families, rule.id
        assert set(rule.par) <= set(report.guide_sections()), rule.id
        assert set(rule.seuils.values()) <= set(formes().seuils), rule.id
        assert set(rule.delais.values()) <= set(time_limits().regles), rule.id
        conditions = str([constat.si for constat in rule.constats.values()])
        assert set(re.findall(r" \+ (\w+)", conditions)) <= set(rule.durees), rule.id
    assert set(formes().seuils) == {name for rule in RULES.values() for name in rule.seuils.values()}
    final = formes().sans_regularisation
    assert {*final.familles, *final.devant_le_juge_des_referes} <= families


def test_the_shipped_rules_are_of_the_declared_types():
    """They are read without a validator, for speed."""
    assert TypeAdapter(Formes).validate_python(read_figures("formes.yaml")) == formes()
    for rule in RULES.values():
        assert TypeAdapter(RegleDeForme).validate_python(asdict(rule)) == rule


def test_every_predicate_is_named_by_a_rule_and_every_word_is_used():
    own = [f for f in vars(predicats).values() if isfunction(f) and f.__module__ == predicats.__name__]
    public = {f.__name__ for f in own if f.__name__[0] != "_"}
    assert public == {rule.predicat for rule in RULES.values()} - {""}
    used = {word for rule in RULES.values() for constat in rule.constats.values() for word in mots.words(constat.si)}
    assert {*mots.WORDS} == used
    shipped = {path.stem for path in (FIGURES / "formes").glob("*.yaml")}
    assert shipped == {prefix.lower() for prefix in formes().chapitres}


def test_what_a_predicate_finds_has_a_sentence():
    """Each finding without a condition is named in the module of the predicate, and nothing else (`trouve(…, "x")`)."""
    for rule in RULES.values():
        if rule.predicat:
            source = getsource(sys.modules[forme.predicate_of(rule).__module__])
            for name, constat in rule.constats.items():
                assert constat.si or not name or f'"{name}"' in source, (rule.id, name)


SOUND = {"titre": "T", "pourquoi": "P.", "remede": "R.", "court": "art. 1", "familles": {"requete": "irrecevable"}}
TOLD = {"constat": "c", "faire": "f"}


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({}, ValueError),
        (TOLD, ValueError),  # nothing finds it
        ({"predicat": "shared_file"}, ValueError),  # and nothing is said of it
        ({"predicat": "shared_file", **TOLD, "si": {"absent": "lieu"}}, ValueError),  # nothing left to find
        ({"par": ("blanc",), **TOLD, "si": {"absent": "lieu"}}, ValueError),
        ({**TOLD, "si": {"abscent": "lieu"}}, ValueError),
        (
            {**TOLD, "si": {"absent": "lieu", "sauf_si": {"l_un": ({"present": "titre"}, {"abscent": "lieu"})}}},
            ValueError,
        ),
        ({"constat": "c", "si": {"absent": "lieu"}}, ValueError),  # nothing to do
        ({**TOLD, "question": "q", "si": {"absent": "lieu"}}, ValueError),
        ({**TOLD, "si": {"absent": "lieu"}, "confiance": "memoire"}, ValueError),
        ({**TOLD, "si": {"absent": "lieu"}, "gravité": "conseil"}, TypeError),
        ({**TOLD, "si": {"absent": "lieu"}}, None),
        ({"par": ("blanc",)}, None),
    ],
)
def test_a_rule_that_nothing_checks_is_refused_when_it_is_read(monkeypatch, more, error):
    head = {"requete": {"X-01": {**SOUND, **more}}}
    monkeypatch.setattr(regle, "read_figures", lambda file: {"X-01": {**SOUND, **more}})
    monkeypatch.setitem(formes().chapitres, "X", Chapitre("X", tuple(head)))
    regle.chapter_of.cache_clear()
    try:
        if error is None:
            assert regle.chapter_of("X")["X-01"].vise(["contentieux", "requete"])
        else:
            with pytest.raises(error):
                regle.chapter_of("X")
    finally:
        regle.chapter_of.cache_clear()


def test_in_refere_nothing_is_put_right():
    """What warns on the merits because the judge would ask for it blocks where he does not (art. R. 522-2 CJA)."""
    templates = load_library(ROOT)[0].familles
    # On appeal, what was joined before the first judge is in the file.
    referes = [
        familles for familles in templates.values() if "refere" in familles and "voie-de-recours" not in familles
    ]
    assert len(referes) >= 3
    for name in ("GEN-02", "GEN-08", "GEN-11", "GEN-22", "POUV-03"):
        assert {RULES[name].gravite_de(familles) for familles in referes} == {ERREUR}
        assert RULES[name].gravite_de(templates["requete-rep"]) != ERREUR
        # A memorandum before the judge of urgent matters follows.
        assert RULES[name].gravite_de(templates["intervention"]) != ERREUR
        assert RULES[name].gravite_de(templates["intervention"], urgent=True) == ERREUR


STATING = [(rule.id, cle) for rule in RULES.values() for cle in dict.fromkeys(rule.delais.values())]


@pytest.mark.parametrize(("name", "cle"), STATING)
def test_one_unit_more_changes_what_a_rule_states_or_adds(name, cle):
    """Each text that prints a length changes, and no other; a length that is not printed is given to the predicate."""
    rule, before, held = RULES[name], texts_of(RULES[name]), RULES[name].durees
    names = [n for n, key in rule.delais.items() if key == cle]
    with longer(cle):
        again = all_rules()[name]
        for (raw, old), (_, new) in zip(before, texts_of(again), strict=True):
            stated = any(re.search(rf"\{{{n}[.}}]", raw) for n in names)
            assert (old != new) == stated, raw
        assert all(again.durees[n] != held[n] for n in names)
    given = signature(forme.predicate_of(rule)).parameters if rule.predicat else ()
    assert all(n in given or any(f"{{{n}" in raw for raw, _ in before) for n in names)


def texts_of(rule) -> list[tuple[str, str]]:
    """Each text of a rule as it is written, and with its lengths in words; what predicates find stays unsaid."""
    told = [rule.titre, rule.pourquoi, rule.remede]
    for constat in rule.constats.values():
        told += [constat.constat, constat.faire, constat.question]
    found = {name.strip("{}"): "…" for text in told for name in re.findall(r"\{[a-z_.]+\}", text)}
    found = {name: value for name, value in found.items() if name.partition(".")[0] not in rule.durees}
    return [(text, fill(text, {**rule.durees, **found})) for text in told]


def test_no_duration_is_typed():
    """Neither in the rules' texts nor in Python: each is a key of delais.yaml, or a threshold with its reason."""
    unit = r"(?:heures?|jours?|semaines?|mois|ans?)"
    typed = re.compile(rf"\b(?:{'|'.join(in_words(n) for n in range(1, 17))}|quarante-huit|\d+) {unit}\b", re.I)
    for rule in RULES.values():
        for raw, _ in texts_of(rule):
            assert not typed.search(raw), (rule.id, raw)
    for path in Path(forme.__file__).parent.glob("*.py"):
        source = path.read_text("utf-8")
        assert not re.search(r"add_months\([^)]*, \d|timedelta\(\w+=\d|compute\(", source), path.name


def test_three_months_to_seize_the_cada_are_told_and_counted():
    """`cada-saisine.duree: 3`: CADA-04 says three months, and only asks of what came on the last day of the third."""
    folder = ROOT / "tests" / "bad" / "cada-04"
    with longer("cada-saisine"):
        found = {p.id: p.message for p in examine(folder / "case.yaml", ROOT).problems}
        assert "la commission compte les trois mois jusqu'à la veille" in found["CADA-04"]
        assert "dans les trois mois du refus" in report.explain_rule("cada-04").replace("\n", " ")


@pytest.mark.parametrize(
    ("old", "new", "rule", "article"),
    [
        (", piece: fond}", "}", "REF-02", "R. 522-1"),
        ("    statuts: statuts\n", "", "GEN-11", "R. 431-4"),
        (" notifiee_le: 2022-10-26,", "", "GEN-07", "R. 421-1"),
    ],
)
def test_each_thing_taken_away_has_its_own_error(petit, mandats, old, new, rule, article):
    text = petit.read_text("utf-8")
    assert old in text
    petit.write_text(text.replace(old, new), "utf-8")
    done = mandats("verifier", "case.yaml", cwd=petit.parent)
    (line,) = [row for row in done.stderr.splitlines() if f"[{rule}]" in row]
    assert article in line
    assert "avertissement" not in line
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("slug", "gone", "rule", "article", "remedy"),
    [
        ("testwe", r"(?<=numero: null), piece: requete-fond(?=\})", "REF-02", "R. 522-1", "joignez-la"),
        ("testwe", r"    statuts: statuts-lqdn\n", "GEN-11", "R. 431-4", "joignez-les"),
        ("testwe", r"  notifiee_le: .*\n", "GEN-07", "R. 421-1", "donnez-la avec sa preuve"),
        ("orleans", r"    reponse:\n(?:      .*\n)+", "argument-sans-reponse", "R. 611-1", "répondez-y"),
    ],
    ids=["petition", "statutes", "notification", "answer"],
)
def test_a_shipped_case_with_one_thing_taken_away_has_its_own_error(
    tmp_path, mandats, slug, gone, rule, article, remedy
):
    shutil.copytree(ROOT / "cases" / slug, tmp_path / slug)
    text, count = re.subn(gone, "", (ROOT / "cases" / f"{slug}.yaml").read_text("utf-8"), count=1)
    assert count
    (tmp_path / f"{slug}.yaml").write_text(text, "utf-8")
    done = mandats("verifier", f"{slug}.yaml", cwd=tmp_path)
    assert "Traceback" not in done.stderr
    (line,) = {
        row.partition(" · ")[2]
        for row in done.stderr.splitlines()
        if row.endswith(f"[{rule}]") and "avertissement" not in row
    }
    assert article in line
    assert remedy in line
    assert done.returncode == 1


@pytest.mark.parametrize("slug", ["testwe", "prefecture-police", "drones-2020"])
def test_a_shipped_refere_sent_to_the_conseil_d_etat_is_refused(slug):
    """Neither a university nor a prefect is for the Conseil d'État: in référé the error means rejection."""
    loaded = examine(ROOT / "cases" / f"{slug}.yaml", ROOT).documents
    (refere, *_) = [r for r in loaded if "refere" in r.document.template.header.famille]
    court = next(cle for cle, p in refere.document.case.parties.items() if p.type == "juridiction")
    parties = dict(refere.document.case.parties)
    parties[court] = parties[court].model_copy(update={"nom": "Conseil d'État"})
    case = refere.document.case.model_copy(update={"parties": parties})
    document = replace(refere.document, loaded=replace(refere.document.loaded, case=case))
    (told,) = [p for p in forme.check(replace(refere, document=document)) if p.id == "GEN-01"]
    assert told.gravite == ERREUR
    assert "R. 522-8-1" in told.message


def test_a_case_may_assume_a_rule_with_its_reason(petit, mandats):
    text = petit.read_text("utf-8").replace(" notifiee_le: 2022-10-26,", "")
    petit.write_text(text + "assume: {gen-07: décision révélée par la presse}\n", "utf-8")
    done = mandats("verifier", "case.yaml", cwd=petit.parent)
    assert done.returncode == 0
    assert "assumé par le dossier : décision révélée par la presse [GEN-07]" in done.stderr


def test_a_question_answered_in_the_case_is_not_asked_again(petit, mandats):
    text = petit.read_text("utf-8").replace("notifiee_le: 2022-10-26", "notifiee_le: null")
    petit.write_text(text + "assume: {gen-07: ni notifiée ni publiée ; connue par la presse le 26 octobre}\n", "utf-8")
    done = mandats("verifier", "case.yaml", cwd=petit.parent)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "Aucun problème.\n")


def test_a_rule_assumed_by_a_wrong_name_is_told_once(petit, mandats):
    petit.write_text(petit.read_text("utf-8") + "assume: {gen-70: notifiée par affichage}\n", "utf-8")
    done = mandats("verifier", "case.yaml", cwd=petit.parent)
    (line,) = [row for row in done.stderr.splitlines() if "[source-inconnue]" in row]
    assert "règle de forme inconnue « gen-70 » (vouliez-vous dire" in line


def test_null_asks_and_does_not_block(petit, mandats):
    petit.write_text(petit.read_text("utf-8").replace("notifiee_le: 2022-10-26", "notifiee_le: null"), "utf-8")
    done = mandats("verifier", "case.yaml", cwd=petit.parent)
    assert done.returncode == 0
    assert "avertissement, à confirmer" in done.stderr


@pytest.mark.parametrize(
    ("write", "code", "rule"),
    [
        (lambda text: text, 0, None),
        (lambda text: text.replace("    statuts: statuts\n", ""), 1, "GEN-11"),
        (lambda text: "titre: x\n  date: [\n", 2, "yaml"),
        (lambda text: b"\xff\xfe\x00", 2, "fichier-illisible"),
        (lambda text: None, 2, "fichier-absent"),
    ],
    ids=["sound", "finding", "syntax", "unreadable", "absent"],
)
def test_reports_are_what_their_schemas_say(petit, mandats, write, code, rule):
    made = write(petit.read_text("utf-8"))
    case = petit.rename(petit.with_name("été #2.yaml"))
    (petit.parent / "case").rename(petit.parent / "été #2")
    case.unlink() if made is None else case.write_bytes(made if isinstance(made, bytes) else made.encode())
    done = mandats("verifier", case.name, "--format", "sarif", cwd=case.parent)
    assert (done.returncode, done.stderr) == (code, "")
    log = json.loads(done.stdout)
    assert not [f"{e.json_path}: {e.message}" for e in SARIF.iter_errors(log)]
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
    assert {r["ruleId"] for r in run["results"] if r["level"] == "error"} == ({rule} if rule else set())
    uris = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]}
    assert uris == ({"%C3%A9t%C3%A9%20%232.yaml"} if rule else set())
    done = mandats("verifier", case.name, "--format", "json", cwd=case.parent)
    assert done.returncode == code
    report = json.loads(done.stdout)
    jsonschema.validate(report, JSON_REPORT)
    assert {p["regle"] for p in report["problemes"] if p["gravite"] == "erreur"} == ({rule} if rule else set())


def test_json_is_the_same_by_both_names(mandats):
    assert (
        mandats("verifier", "case.yaml", "--json", cwd=PETIT).stdout
        == mandats("verifier", "case.yaml", "--format", "json", cwd=PETIT).stdout
    )


def test_explaining_needs_no_case_and_knows_both_families(mandats):
    assert "R. 431-4 CJA" in mandats("verifier", "--expliquer", "GEN-12").stdout
    assert "Un mot faux dans une citation" in mandats("verifier", "--expliquer", "citation-inexacte").stdout
    wrong = mandats("verifier", "--expliquer", "GEN-99")
    assert wrong.returncode == 2
    assert "règle inconnue" in wrong.stderr


def test_the_page_of_rules_is_in_step():
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("guide_rules", ROOT / "tools" / "guide_rules.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.page() == module.TARGET.read_text("utf-8"), "run: python tools/guide_rules.py"
    assert all(f"### {name} · " in module.page() for name in RULES)


def test_every_department_has_its_tribunal():
    """Art. R. 221-3 CJA; a postal code begins with its department, 20 in Corsica, three digits overseas."""
    areas = court_areas()
    codes = [d for t in areas.tribunaux for d in t.departements]
    assert len(codes) == len(set(codes))
    mainland = {f"{n:02}" for n in range(1, 96)}
    assert mainland <= set(codes)
    assert len(areas.tribunaux) == 42
    found = {code: areas.tribunal_of(code).nom for code in ("93526", "13001", "97400", "97133", "20000", "75001")}
    assert found == {
        "93526": "Montreuil",
        "13001": "Marseille",
        "97400": "La Réunion",
        "97133": "Saint-Barthélemy",
        "20000": "Bastia",
        "75001": "Paris",
    }
    assert areas.tribunal_of("99999") is None


@pytest.mark.parametrize(
    ("court", "kind", "code", "told"),
    [
        (
            "tribunal administratif de Paris",
            "etablissement-public",
            "93000 Saint-Denis",
            "saisissez le tribunal « Montreuil »",
        ),
        ("tribunal administratif de Lyon", "commune", "97400 Saint-Denis", "saisissez le tribunal « La Réunion »"),
        ("tribunal administratif de La Réunion", "commune", "97400 Saint-Denis", None),
        ("tribunal administratif de Noumea", "collectivite", "98800 Nouméa", None),
        ("tribunal administratif de Montreil", "commune", "93000 Saint-Denis", "vouliez-vous dire « Montreuil »"),
        ("Conseil d'État", "commune", "93000 Saint-Denis", "saisissez le tribunal administratif « Montreuil »"),
        ("tribunal judiciaire de Bobigny", "commune", "93000 Saint-Denis", "ne juge pas les actes administratifs"),
        ("cour administrative d'appel de Paris", "commune", "93000 Saint-Denis", "quel texte la désigne"),
    ],
)
def test_a_wrong_court_is_found_and_the_right_one_is_left_alone(petit, mandats, court, kind, code, told):
    text = petit.read_text("utf-8").replace("nom: tribunal administratif d'Exemple", f"nom: {court}")
    petit.write_text(
        text.replace("univ: {type: etablissement-public,", f'univ: {{type: {kind}, adresse: "1, rue X, {code}",'),
        "utf-8",
    )
    lines = [row for row in mandats("verifier", "case.yaml", cwd=petit.parent).stderr.splitlines() if "[GEN-01]" in row]
    assert [told in row for row in lines] == ([True] if told else []), lines


def test_a_regulation_goes_to_the_conseil_d_etat(petit, mandats):
    text = petit.read_text("utf-8").replace(
        "auteur: univ, date: 2022-10-26, nature: explicite", "auteur: ministre, date: 2022-10-26, nature: reglementaire"
    )
    petit.write_text(text, "utf-8")
    assert "saisissez le Conseil d'État" in mandats("verifier", "case.yaml", cwd=petit.parent).stderr


def test_a_term_is_carried_over_a_weekend_before_anything_blocks(petit, mandats):
    """One clear month from Thursday 10 November 2022 ends on Sunday 11 December: Monday the 12th is in time."""
    events = (
        "evenements: {{ordonnance_notifiee_le: 2022-11-10, ordonnance_motif: defaut-de-doute-serieux, "
        "maintien_confirme_le: 2022-12-{}}}\n"
    )
    text = petit.read_text("utf-8")
    for day, late in ((12, False), (13, True)):
        petit.write_text(text + events.format(day), "utf-8")
        assert ("[REF-12]" in mandats("verifier", "case.yaml", cwd=petit.parent).stderr) == late


def test_a_file_too_heavy_for_the_application_is_told(petit, mandats):
    with (petit.parent / "case" / "pieces" / "01-decision.pdf").open("r+b") as file:
        file.truncate(40_000_000)
    assert "fichier de 40 Mo" in mandats("verifier", "case.yaml", cwd=petit.parent).stderr


@pytest.mark.parametrize(
    ("named", "organ", "same"),
    [
        ("la présidence", "sa présidente", True), ("conseil d'administration", "conseil d'administration", True),
        ("le conseil", "conseil d'administration", True),
        ("conseil d'administration", "conseil collégial", False), ("président", "vice-présidente", False),
        ("bureau", "conseil d'administration", False),
    ],
)  # fmt: skip
def test_one_organ_is_not_another(named, organ, same):
    from mandats.checks.forme.mots import _same

    assert _same(named, organ) == same


@pytest.fixture
def fond(tmp_path, mandats):
    """What `verifier` says of a request on the merits, filed on a day, once `old` became `new`."""
    source = (ROOT / "tests" / "bad" / "pie-04" / "case.yaml").read_text("utf-8")
    shutil.copytree(ROOT / "tests" / "bad" / "pie-04" / "case", tmp_path / "case")

    def verify(day: str, old: str = "", new: str = "", rule: str = "GEN-0") -> list[str]:
        assert old in source
        (tmp_path / "case.yaml").write_text(
            source.replace("date: 2022-11-28", f"date: {day}", 1).replace(old, new, 1).replace("specimen: true\n", ""),
            "utf-8",
        )
        return [
            row.partition(" : ")[2]
            for row in mandats("verifier", "case.yaml", cwd=tmp_path).stderr.splitlines()
            if f"[{rule}" in row
        ]

    return verify


def test_on_the_merits_a_filing_in_time_by_itself_is_not_blocked_for_want_of_a_date(fond):
    (line,) = fond("2022-11-28", " notifiee_le: 2022-10-26,", rule="GEN-07")
    assert line.startswith("avertissement, date de notification absente (formé le 28/11/2022")
    (line,) = fond("2023-01-15", " notifiee_le: 2022-10-26,", rule="GEN-07")
    assert line.startswith("date de notification absente : donnez-la")


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2022-11-28", []),
        ("2022-12-20", ["avertissement, le délai expire le 26/12/2022 (date prudente)"]),
        ("2022-12-27", ["avertissement, recours daté du 27/12/2022, après la date prudente (26/12/2022)"]),
        ("2022-12-28", ["recours déposé le 28/12/2022, alors que le délai expirait le 27/12/2022"]),
    ],
)
def test_the_time_limit_warns_before_it_blocks(fond, day, told):
    assert [line.partition(" : ")[0] for line in fond(day, rule="GEN-06")] == told


@pytest.mark.parametrize(
    ("court", "told"),
    [("tribunal administratif de Montreuil", "elle signe elle-même"), ("Conseil d'État", "son mandat est-il joint ?")],
)
def test_someone_else_signs_only_before_the_conseil_d_etat(fond, court, told):
    old = "  univ: {"
    person = (
        '  asso: {type: personne-physique, nom: B. Spécimen, genre: f, adresse: "1, rue X, 75011 Paris", '
        "represente_par: {nom: C. Spécimen, qualite: son amie}}\n"
    )
    source = (ROOT / "tests" / "bad" / "pie-04" / "case.yaml").read_text("utf-8")
    start = source.index("  asso: {")
    block = source[start : source.index("  ta: {", start)]
    new = person + block[block.index(old) :]
    court_line = source[source.index("  ta: {") :].splitlines()[0]
    (line,) = fond(
        "2022-11-28",
        block + court_line,
        new + court_line.replace("tribunal administratif de Montreuil", court),
        rule="GEN-16",
    )
    assert told in line


@pytest.mark.parametrize(
    ("organ", "silent"),
    [
        ("assemblée générale", False),
        ("conseil désigné par les statuts", False),
        ("conseil désigné par le règlement", True),
    ],
)
def test_where_statutes_are_silent_the_assembly_or_whom_they_are_said_to_designate_decides(fond, organ, silent):
    """CE, 19 juin 2013, n° 347346."""
    given = "organe_statutaire: muets, habilitation: {organe: " + organ
    lines = fond("2022-11-28", "habilitation: {organe: assemblée générale", given, rule="GEN-12")
    assert [line.startswith("statuts muets et décision d'agir prise par un autre") for line in lines] == [True] * silent
