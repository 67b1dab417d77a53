"""Every shipped clause, source, template and sample case loads, renders and says only what the register says."""

import functools
import itertools
import operator
import re
from dataclasses import replace

import pytest

from mandats import blocks, checks
from mandats.bibliotheque import rapport
from mandats.bibliotheque.exemple import example_case, render_example
from mandats.build import examine
from mandats.checks.clauses import unsourced_numbers
from mandats.load.case import load_case
from mandats.load.library import list_clauses, load_library, load_templates
from mandats.problem import ERREUR
from mandats.render import cite
from tests.conftest import AWAITING, CASES, FINAL_CASES, ROOT, each

LIBRARY, PROBLEMS = load_library(ROOT)
CLAUSES = sorted(LIBRARY.clauses)
ARGUED = {"interne", "externe", "reponse"}
# The sources' own alerts are the reader's affair; the fictional case is of 2030 and cites few of its pièces.
ALLOWED = {"piece-non-citee", "source-alerte", "source-depassee", "fait-sans-piece", "texte-abroge"}


HOLES = re.compile(r"à compléter|\{\{|\}\}|\bNone\b|  |\(\)| ,|\.\.(?!\.)|« »|,\.")


def example_values(clause, optional=True):
    """The clause's `exemple:`; without the parameters it can do without when `optional` is False."""
    spared = {k for k, p in clause.header.parametres.items() if p.facultatif and not optional}
    return {k: v for k, v in clause.header.exemple.items() if k not in spared}


def rendered_with(values, clause, *args):
    """The clause alone, its example replaced by these values."""
    given = replace(clause, header=clause.header.model_copy(update={"exemple": values}))
    return render_example(given, LIBRARY, *args)


def combinations(clause):
    """Each register × each regime the clause claims × with and without its optional parameters."""
    full, least = example_values(clause), example_values(clause, optional=False)
    registres = tuple(clause.header.registres) or ("rep", "plainte")
    return [*itertools.product(clause.header.regimes, registres, [full] if full == least else [full, least])]


def test_the_library_loads_without_a_problem():
    assert PROBLEMS == []


def test_the_library_is_the_promised_size():
    arguments = [c for c in LIBRARY.clauses.values() if c.header.cause in (*rapport.ARGUMENTS, "reponse")]
    assert len(arguments) >= 110
    assert sum(c.header.cause == "reponse" for c in arguments) >= 45
    assert len(list_clauses(ROOT)) == len(LIBRARY.clauses)


def unread_and_discussed(problem, clause):
    """An adverse text of the register that is still to be read: whoever signs is told, and must."""
    against = clause.header.autorites.contre if clause.header.autorites else ()
    return problem.id == "source-non-verifiee" and problem.chemin in against


@pytest.mark.one_in(4)
@pytest.mark.parametrize("slug", CLAUSES)
def test_each_clause_renders_in_each_combination(slug):
    """No hole, no unknown name, no quotation foreign to the register, nothing rests on a source that does not hold."""
    clause = LIBRARY.clauses[slug]
    told = set()
    for regime, registre, values in combinations(clause):
        rendered, problems = rendered_with(values, clause, registre, regime)
        problems += checks.check(rendered, final=True)
        problems = [p for p in problems if p.id not in ALLOWED and not unread_and_discussed(p, clause)]
        told |= {f"[{registre}, {regime}] {p}" for p in problems}
        words = blocks.plain(rendered.blocks, notes=True)
        told |= {f"[{registre}, {regime}] {m[0]}" for m in HOLES.finditer(words)}
    assert sorted(told) == []


@pytest.mark.parametrize("slug", [c for c in CLAUSES if LIBRARY.clauses[c].header.cause in ARGUED])
def test_arguments_speak_in_every_register_and_tell_their_strength(slug):
    header = LIBRARY.clauses[slug].header
    spoken = {"rep", "refere-suspension", "refere-liberte", "replique", "intervention", "plainte", "clair"}
    assert spoken <= {*header.registres, *header.sans_objet}
    assert header.autorites
    assert header.sources
    assert bool(header.repond_a) == (header.cause == "reponse")
    named = (*header.sources, *header.autorites.pour, *header.autorites.contre)
    assert [k for k in named if k not in LIBRARY.sources] == []
    assert [c for c in header.pendants.values() if c not in LIBRARY.clauses] == []


@pytest.mark.parametrize("slug", [c for c in CLAUSES if c.startswith("replique/")])
def test_what_a_reply_answers_is_in_the_words_of_the_case_or_a_possible_objection(slug):
    clause = LIBRARY.clauses[slug]
    lines = clause.corps.contenu.split("\n")
    said = {part.conditions: "\n".join(lines[part.debut : part.fin - 1]) for part in clause.parts[:2]}
    objection = f"Il pourrait être objecté que {clause.header.repond_a}."
    given, supposed, unheaded = ("si", "these", ""), ("sauf", "these", ""), ("sauf", "argument", "")
    assert said == {(given, unheaded): "Il est soutenu {{ these }}.", (supposed, unheaded): objection}


def parties(**changes):
    """The fictional case with every party that a text may agree with replaced by one of another gender or number."""
    loaded = example_case()
    made = {
        k: p if k in ("juridiction", "autorite") else p.model_copy(update=changes)
        for k, p in loaded.case.parties.items()
    }
    return replace(loaded, case=loaded.case.model_copy(update={"parties": made}))


def refusal():
    """The same, against a decision whose name is masculine."""
    loaded = parties(nom="commune Exemple", article="la", genre="f")
    decision = loaded.case.decision.model_copy(update={"designation": "le refus attaqué"})
    return replace(loaded, case=loaded.case.model_copy(update={"decision": decision}))


BY = operator.itemgetter(1)  # a combination's register
VARIANTS = {
    "commune": parties(nom="commune Exemple", article="la", genre="f"),
    "État": parties(nom="État", article="l'", genre="m"),
    "ministères": parties(nom="ministères Exemple", article="les", nombre="pluriel"),
    "sociétés": parties(nom="sociétés Exemple", article="les", genre="f", nombre="pluriel"),
    "sans article": parties(nom="Exemplia", article="aucun", genre="f"),
    "refus": refusal(),
}
SINGULAR = (
    "est|a|doit|peut|fait|prend|met|soutient|tient|entend|impose|collecte|recueille|traite|manque|méconnaît|établit|justifie|"
    "produit|invoque|dispose|agit|choisit|décide|demande|conclut|oppose|reconnaît|emploie|utilise|confie|était|avait|pourrait|"
    "pouvait|devait|devra|pourra|sera|aurait|serait|donne|garde|porte|ajoute|admet|affirme|indique|répond|place|expose|viole|commet"
)
ELISIONS = r"(?:(?:qui|ne|n’|se|s’|en|y|lui|leur|le|la|les|l’) ?)*"


PARTICIPLES = "tenu|fondé|requis|soumis|dispensé|obligé|autorisé|contraint|tenus|fondés"


def disagreements(party):
    """What no text says of this party, nor of a refusal."""
    name = party.nom
    yield r"\b(?:de|à) le refus"
    yield r"refus attaqué,? (?:[^.;,]{0,12} )?(?:annulée|entachée|illégale|prise|privée|dépourvue|regardée)\b"
    yield r"refus attaqué, qui [^.;]{0,120}\b(?:annulée|entachée|dépourvue|(?<!vie )privée)\b"
    yield rf"\b(?:de|à) les? {name}"
    yield rf"\b(?:le|la|les|l’) (?:le|la|les|l’) ?{name}"
    yield rf"\b(?:d’|l’|du|au) ?(?:la|les|l’) ?{name}"
    if party.nombre == "pluriel":
        yield rf"{name},? {ELISIONS}(?:{SINGULAR})\b"
    if party.genre == "f":
        yield rf"{name}[^.;,]{{0,14}}\b(?:{PARTICIPLES})\b"


def pairs(clause):
    """Each variant with each register, and with each regime × values: every pair once, not every triple.

    A text chooses its words by register, or by regime and values; the triples that the parties leave out are gone
    through by `test_each_clause_renders_in_each_combination`.
    """
    of = {registre: [*same] for registre, same in itertools.groupby(sorted(combinations(clause), key=BY), BY)}
    registres = list(of)
    rounds = max(len(registres), len(of[registres[0]]))
    for v, kind in enumerate(VARIANTS):
        for i in range(rounds):
            same = of[registres[i % len(registres)]]
            yield kind, *same[(i + v) % len(same)]


@pytest.mark.one_in(4)
@pytest.mark.parametrize("slug", CLAUSES)
def test_texts_agree_with_any_party(slug):
    """Articles contract, verbs follow a plural, adjectives a feminine: un, une, des responsable·s."""
    clause = LIBRARY.clauses[slug]
    wrong = set()
    for kind, regime, registre, values in pairs(clause):
        loaded = VARIANTS[kind]
        rendered, problems = rendered_with(values, clause, registre, regime, loaded)
        wrong |= {f"{kind} : {p}" for p in problems}
        words = blocks.plain(rendered.blocks, notes=True).replace("\u00a0", " ")
        for pattern in disagreements(loaded.case.parties["responsable"]):
            wrong |= {f"{kind} : …{m[0]}…" for m in re.finditer(pattern, words)}
    assert sorted(wrong) == []


def test_every_pair_of_a_party_and_a_setting_is_read():
    for clause in LIBRARY.clauses.values():
        read = [(k, r, c, str(v)) for k, r, c, v in pairs(clause)]
        asked = [(r, c, str(v)) for r, c, v in combinations(clause)]
        for kind in VARIANTS:
            assert {c for k, _, c, _ in read if k == kind} == {c for _, c, _ in asked}
            assert {(r, v) for k, r, _, v in read if k == kind} == {(r, v) for r, _, v in asked}


@pytest.mark.parametrize(
    ("manner", "word"),
    [("masculin", "requérants"), ("point-median", "requérant·es"), ("doublet", "requérantes et requérants")],
)
def test_mixed_parties_follow_the_setting(manner, word):
    from mandats.render.sandbox import accord

    group = example_case().case.parties["requerant"].model_copy(update={"genre": "mixte", "nombre": "pluriel"})
    assert accord(group, "requérant", "requérante", "requérants", "requérantes", mixte=manner) == word


def test_numbers_and_dates_come_from_the_sources():
    assert [str(p) for c in LIBRARY.clauses.values() for p in unsourced_numbers(c, LIBRARY.sources)] == []


# Openings that need the sentence before, which a case may drop, or the day of the act.
LEANING = re.compile("|".join((ROOT / "tests" / "data" / "ouvertures.txt").read_text("utf-8").splitlines()[1:]))


def opening(clause, part):
    """The first words of a block, its heading apart."""
    lines = clause.corps.contenu.split("\n")[part.debut : part.fin - 1]
    return next((line for line in lines if line.strip() and not line.startswith(("{%", "#"))), "")


def meet(one, other):
    """Whether some document has both blocks."""
    return all(
        not (a and b) or {*a} & {*b} for a, b in ((one.regimes, other.regimes), (one.registres, other.registres))
    )


@pytest.mark.parametrize("slug", [c for c in CLAUSES if LIBRARY.clauses[c].header.cause != "demande"])
def test_a_block_leans_on_none_that_may_go_without_it(slug):
    """« Elle », « Cette décision »: what they mean is in a block of the same name, there whenever this one is."""
    clause, leaning = LIBRARY.clauses[slug], []
    for i, part in enumerate(clause.parts):
        before = [p for p in clause.parts[:i] if meet(p, part)][-1:]
        kept = (
            before and before[0].nom == part.nom and {*before[0].sources} <= {*part.sources} and before[0].si in part.si
        )
        leaning += [] if kept or not LEANING.match(opening(clause, part)) else [opening(clause, part)[:90]]
    assert leaning == []


# What only a public authority can be told: the clause says so to whoever would use it, or is of the street.
OF_AUTHORITIES = {"libertes/qualite-de-la-loi", "replique/silence-de-la-loi", "vsa/couplage-son-image"}


@pytest.mark.parametrize("slug", [c for c in CLAUSES if "cedh-8-2" in LIBRARY.clauses[c].header.sources])
def test_a_private_body_is_not_told_that_a_law_must_provide_for_its_interference(slug):
    """Article 8 § 2 of the Convention binds public authorities; a company answers to the regulation."""
    clause, loaded = LIBRARY.clauses[slug], private(example_case())
    case = loaded.case
    auteur = case.parties[case.decision.auteur].model_copy(update={"type": "entreprise"})
    case = case.model_copy(update={"parties": {**case.parties, case.decision.auteur: auteur}})
    if "rgpd" not in clause.header.regimes or slug in OF_AUTHORITIES:
        return
    for registre in clause.header.registres:
        rendered, _ = rendered_with(example_values(clause), clause, registre, "rgpd", replace(loaded, case=case))
        assert "cedh-8-2" not in rendered.uses(), registre


@pytest.mark.parametrize(("registre", "public"), [("rep", True), ("refere-suspension", True), ("plainte", False)])
def test_an_act_that_binds_a_company_is_a_public_interference_where_it_is_attacked(registre, public):
    clause = LIBRARY.clauses["rgpd/necessite-proportionnalite"]
    rendered, _ = rendered_with(example_values(clause), clause, registre, "rgpd", private(example_case()))
    assert ("cedh-8-2" in rendered.uses()) is public


def private(loaded):
    """The case, where the processing is a private body's."""
    traitement = loaded.case.traitement.model_copy(update={"organisme": "prive"})
    return replace(loaded, case=loaded.case.model_copy(update={"traitement": traitement}))


@pytest.mark.slow
def test_nine_statements_of_law_in_ten_carry_a_source():
    made = rapport.report(LIBRARY, {})
    assert made.affirmations > 800
    assert made.sourcees / made.affirmations >= 0.9


def test_every_shipped_source_is_sealed_and_unchanged():
    assert LIBRARY.altered == frozenset()
    assert [k for k, s in LIBRARY.sources.items() if not s.empreinte] == []


def test_a_source_in_a_clause_is_in_force_or_discussed():
    """Nothing annulled, reversed, adverse or unread is invoked in support by a shipped clause."""
    for clause in LIBRARY.clauses.values():
        against = clause.header.autorites.contre if clause.header.autorites else ()
        for cle in clause.header.sources:
            source = LIBRARY.sources[cle]
            unread = source.verifie is None and source.type != "texte"
            weak = unread or source.statut in ("annulee", "infirmee", "defavorable")
            assert not weak or cle in against, (clause.id, cle)


@functools.cache
def examined(case):
    """A shipped case, examined once in each process: its tests are kept together."""
    return examine(case.relative_to(ROOT), ROOT, final=True)


# What says that an authority does not hold, or not yet.
FAILING = {"source-posterieure", "texte-futur", "texte-abroge", "point-non-releve", "source-provisoire"}


@each(CASES)
def test_sample_cases_hold(case):
    """Final for those that leave no blank; the others say which blanks only the user can fill, and nothing else."""
    found = examined(case)
    faults = [p for p in found.problems if p.gravite == ERREUR and p.id != "a-completer"]
    assert [str(p) for p in faults] == []
    assert {p.chemin for p in found.problems if p.id == "a-completer"} == AWAITING.get(case.stem, set())
    assert [str(p) for p in found.problems if p.id in FAILING] == []
    assert [r.document.template.slug for r in found.documents] == [d.modele for d in load_case(case)[0].case.documents]
    formal = {p.id for p in found.problems if re.fullmatch(r"[A-Z]+-\d+", p.id)}
    assert formal <= UNANSWERED.get(case.stem, set())


# What a rule of form still asks of a shipped case: a date or a number that only the user has, or that a decision lacks.
UNANSWERED = {
    "cnaf": {"ECR-02", "ECR-13"},
    "cnaf-cada": {"CADA-02", "GEN-04", "GEN-19"},
    "marseille": {"CADA-02"},
    "veesion": {"CNIL-15"},
}


def test_every_template_has_a_final_sample():
    """Those of the cases that `test_sample_cases_hold` finds final."""
    made = {document.modele for case in FINAL_CASES for document in load_case(case)[0].case.documents}
    assert made == set(load_templates(ROOT)[0])


NUMBERS = re.compile(
    r"\bC-\d+/\d+|\b\d{6}\b(?!\s?[A-ZÀ-Ý])|\b\d{7}\b|\b(?:SAN|MED)-\d{4}-\d{3}|\b20\d\d-\d+ (?:DC|QPC)|"
    r"\b\d{4,5}/\d\d\b|\bEU:C:\d{4}:\d+|\b\d\d[A-Z]{2}\d{5}\b"
)
ARTICLES = re.compile(r"\b(?:articles?|et|,) ((?:[LRDA]\. ?(?:\*)?)\d+(?:-\d+)*)|\barticles? (\d+(?:-\d+)*)")


@functools.cache
def registered():
    """(the dockets, ECLI and names of the register in one text, its articles)."""
    known = " ".join(" ".join([*s.numeros, s.titre or "", s.nom or "", s.ecli or ""]) for s in LIBRARY.sources.values())
    labels = " ; ".join(v.libelle or "" for s in LIBRARY.sources.values() for v in (s, *s.versions))
    return known, set(re.findall(r"(?:[LRDA]\. ?\*?)?\d+(?:-\d+)*", labels))


@each(CASES)
def test_every_docket_number_ecli_and_article_is_in_the_register(case):
    """Wherever they stand: notes, tables, prose, sentences typed in a plan. A case's own numbers are its facts."""
    known, articles = registered()
    loaded, _ = load_case(case)
    own = str(loaded.case.model_dump())
    for rendered in examined(case).documents:
        text = blocks.plain(rendered.blocks, notes=True).replace("\u00a0", " ").replace("\u202f", " ")
        assert [n for n in NUMBERS.findall(text) if n not in known and n not in own] == [], rendered.document.nom
        cited = {a or b for a, b in ARTICLES.findall(text)}
        assert cited - articles == set(), rendered.document.nom


@each(CASES)
def test_sample_cases_are_specimens_without_private_people(case):
    loaded, _ = load_case(case)
    assert loaded.case.specimen
    for party in loaded.case.parties.values():
        person = party.represente_par.nom if party.represente_par else None
        assert person is None or "Spécimen" in person
        assert party.type != "personne-physique" or "Spécimen" in party.nom


@each(CASES)
def test_what_a_sample_case_says_of_real_bodies_has_a_source_or_is_declared_invented(case):
    loaded, _ = load_case(case)
    told = {"faits": loaded.case.faits, "arguments_adverses": loaded.case.arguments_adverses}
    assert [(key, i) for key, held in told.items() for i, h in enumerate(held) if bool(h.source) == h.fictif] == []
    registered = re.findall(r"registre, ([a-z0-9-]+)", " ".join(h.source or "" for held in told.values() for h in held))
    assert set(registered) <= set(LIBRARY.sources)


def test_the_regime_of_a_case_decides_its_articles(tmp_path):
    """Turned into a police file, a case under the RGPD is told which clauses do not fit, and their counterparts."""
    text = (ROOT / "cases" / "testwe.yaml").read_text("utf-8").replace("regime: rgpd", "regime: police-justice")
    (tmp_path / "testwe.yaml").write_text(text, "utf-8")
    (tmp_path / "testwe").symlink_to(ROOT / "cases" / "testwe")
    found = examine(tmp_path / "testwe.yaml", ROOT)
    told = [p.message for p in found.problems if p.id == "moyen-hors-regime"]
    assert any("police-justice/aipd-police" in m for m in told)
    using = set()
    for rendered in found.documents:
        clauses = [i.clause for i in rendered.document.items() if i.clause]
        argued = [c for c in clauses if "police-justice" in c.header.regimes and c.header.cause in ARGUED]
        files = {c.corps.fichier for c in argued}
        using |= {u.cle for u in rendered.cited_sources if u.place.fichier in files}
    assert using
    assert not {k for k in using if k.startswith(("rgpd-5-", "rgpd-6-", "rgpd-9-", "rgpd-35-"))}


@pytest.mark.parametrize(
    ("cle", "printed"),
    [
        (
            "cjue-c-439-19-latvijas-republikas-saeima",
            "CJUE, gr. ch., 22 juin 2021, Latvijas Republikas Saeima (Points de pénalité), C-439/19, EU:C:2021:504",
        ),
        (
            "ce-2020-05-18-440442-drones",
            "CE, ord., 18 mai 2020, Association La Quadrature du Net et autre, nos 440442, 440445",
        ),
        (
            "ce-2020-12-22-446155-drones-manifestations",
            "CE, 10e-9e ch. réunies, 22 décembre 2020, Association La Quadrature du Net, n° 446155",
        ),
        (
            "cedh-s-et-marper-c-royaume-uni",
            "CEDH, gr. ch., 4 décembre 2008, S. et Marper c. Royaume-Uni, nos 30562/04 et 30566/04",
        ),
        (
            "cnil-san-2021-003-drones",
            "CNIL, formation restreinte, délibération n° SAN-2021-003 du 12 janvier 2021",
        ),
        (
            "rgpd-5-1-c",
            "article 5, paragraphe 1, sous c), "
            "du règlement (UE) 2016/679 du Parlement européen et du Conseil du 27 avril 2016",
        ),
        ("cja-l521-1", "article L. 521-1 du code de justice administrative"),
    ],
)
def test_conventional_forms(cle, printed):
    """Written out by hand from the conventions of citation, not computed."""
    words = blocks.plain(cite.reference(LIBRARY.sources[cle], LIBRARY.sources))
    assert words.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'") == printed.replace("’", "'")


def test_several_authorities_in_one_note_stand_in_the_conventional_order():
    keys = [
        "ta-orleans-2024-07-12-2104478-sensivic",
        "ce-2020-05-18-440442-drones",
        "cjue-c-439-19-latvijas-republikas-saeima",
        "cnil-san-2021-003-drones",
        "rgpd-5-1-c",
    ]
    ranked = sorted(keys, key=lambda k: cite.rank(LIBRARY.sources[k], LIBRARY.sources))
    assert ranked == [keys[4], keys[2], keys[1], keys[0], keys[3]]


@pytest.mark.parametrize("slug", CLAUSES)
def test_a_quotation_names_its_source(slug):
    """`norme()` and `extrait()` print the words only: the same clause gives the reference."""
    clause = LIBRARY.clauses[slug]
    text = clause.corps.contenu + " ".join(clause.header.registres.values())
    quoted = set(re.findall(r"\b(?:norme|extrait)\([\"']([^\"']+)", text))
    calls = " ".join(re.findall(r"\b(?:citation|reference)\(([^)]*)\)", text))
    named = set(re.findall(r"[\"']([a-z0-9-]+)[\"']", calls))

    def same(one, other):
        return one == other or one.startswith(other + "-") or other.startswith(one + "-")

    assert {q for q in quoted if not any(same(q, n) for n in named)} == set()
