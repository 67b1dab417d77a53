"""Every shipped clause, source, template and sample case loads, renders and says only what the register says."""


import pytest

from mandats import checks
from mandats.build import examine
from mandats.document import Document, Item
from mandats.load.case import load_case
from mandats.load.library import list_clauses, load_library
from mandats.model import DocumentOrder, Moyen
from mandats.problem import ERREUR
from mandats.render import cite
from mandats.render.plan import render_document
from mandats.resolve import Resolver
from tests.conftest import CASES, FINAL_CASES, ROOT

LIBRARY, PROBLEMS = load_library(ROOT)
EXAMPLE, EXAMPLE_PROBLEMS = load_case(ROOT / "clauses" / "exemple.yaml")
RENDERINGS = [(slug, registre) for slug, c in LIBRARY.clauses.items() for registre in (c.header.registres or ["plainte"])]


def test_the_library_loads_without_a_problem():
    assert PROBLEMS == []
    assert EXAMPLE_PROBLEMS == []


def test_the_library_is_the_promised_size():
    assert len(list_clauses(ROOT)) >= 10
    assert sum(s.verifie is not None for s in LIBRARY.sources.values()) >= 30


@pytest.mark.parametrize(("slug", "registre"), RENDERINGS, ids=lambda v: v)
def test_each_clause_renders_its_example_in_each_register(slug, registre):
    """No hole, no unknown name, no quotation foreign to the register, no rule broken but the sources' own alerts."""
    clause = LIBRARY.clauses[slug]
    order = EXAMPLE.case.documents[0]
    name = next(n for n, s in LIBRARY.templates[order.modele].header.sections.items() if n == "moyens")
    moyen = Moyen(clause=slug, avec=clause.header.exemple, regime=clause.header.regimes[0])
    resolver = Resolver(EXAMPLE, LIBRARY)
    path = ("documents", 0)
    values = resolver.values_of(clause, clause.header.exemple, path)
    assert resolver.problems == []
    template = LIBRARY.templates[order.modele]
    order = DocumentOrder.model_validate({**order.model_dump(exclude=set(order.sections)), "registre": registre})
    roles = {r: tuple(EXAMPLE.case.parties[k] for k in ([v] if isinstance(v, str) else v)) for r, v in order.roles.items()}
    item = Item(moyen, path, EXAMPLE.places[path], clause, values=values)
    document = Document(EXAMPLE, order, 0, template, LIBRARY, roles, {name: (item,)}, EXAMPLE.case.pieces, item.place)
    rendered, problems = render_document(document)
    problems += checks.check(rendered, final=True)
    allowed = {"piece-non-citee", "source-alerte", "source-non-verifiee", "source-hors-periode", "fait-sans-piece"}
    assert [str(p) for p in problems if p.id not in allowed and p.place.fichier == clause.corps.fichier] == []


def test_arguments_speak_in_the_three_first_registers():
    for clause in LIBRARY.clauses.values():
        if clause.header.cause in ("interne", "externe"):
            assert {"rep", "refere-suspension", "plainte"} <= set(clause.header.registres), clause.id


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.stem)
def test_sample_cases_are_final(case):
    found = examine(case.relative_to(ROOT), ROOT, final=True)
    assert [str(p) for p in found.problems if p.gravite == ERREUR or p.id in ("blanc", "source-non-verifiee", "source-hors-periode")] == []
    assert found.documents


@pytest.mark.parametrize("name", FINAL_CASES)
def test_sample_cases_are_specimens_without_private_people(name):
    loaded, _ = load_case(ROOT / "cases" / f"{name}.yaml")
    assert loaded.case.specimen
    for party in loaded.case.parties.values():
        person = party.represente_par.nom if party.represente_par else None
        assert person is None or "Spécimen" in person


def test_no_annulled_decision_is_cited_by_a_sample():
    for case in CASES:
        for rendered in examine(case.relative_to(ROOT), ROOT).documents:
            cited = {u.cle for u in rendered.cited_sources}
            assert not {c for c in cited if LIBRARY.sources[c].statut in ("annulee", "infirmee")}


@pytest.mark.parametrize(
    ("cle", "printed"),
    [
        ("cjue-c-439-19-latvijas-republikas-saeima", "CJUE, gr. ch., 22 juin 2021, Latvijas Republikas Saeima (Points de pénalité), C-439/19, EU:C:2021:504"),
        ("ce-2020-05-18-440442-drones", "CE, ord., 18 mai 2020, Association La Quadrature du Net et autre, nos 440442, 440445"),
        ("ce-2020-12-22-446155-drones-manifestations", "CE, 10e-9e ch. réunies, 22 décembre 2020, Association La Quadrature du Net, n° 446155"),
        ("cedh-s-et-marper-c-royaume-uni", "CEDH, gr. ch., 4 décembre 2008, S. et Marper c. Royaume-Uni, nos 30562/04 et 30566/04"),
        ("cnil-san-2021-003-drones", "CNIL, formation restreinte, délibération n° SAN-2021-003 du 12 janvier 2021"),
        ("rgpd-5-1-c", "article 5, paragraphe 1, sous c), du règlement (UE) 2016/679 du Parlement européen et du Conseil du 27 avril 2016"),
        ("cja-l521-1", "article L. 521-1 du code de justice administrative"),
    ],
)  # fmt: skip
def test_conventional_forms(cle, printed):
    """Written out by hand from the conventions of citation, not computed."""
    from mandats import blocks

    words = blocks.plain(cite.full(LIBRARY.sources[cle], LIBRARY.sources))
    assert words.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'") == printed.replace("’", "'")
