"""Rules on what the document cites: it exists, it was read, it was in force, it holds, and it says what is claimed."""

import re
from collections.abc import Iterable, Iterator

from mandats import blocks
from mandats.blocks import Node
from mandats.checks.rule import Finding, rule
from mandats.content import STATUTS, Source
from mandats.document import Rendered
from mandats.problem import DECISIF, DEPASSE, ERREUR, NOTE, PROVISOIRE, Place

PRUDENT = re.compile(
    r"ordonnance|référé|doute sérieux|provisoire|en l.état de l.instruction|pendant|en instance|appel", re.I
)
NUMBER = re.compile(r"[0-9]+")
MAX_SPAN = 1000  # points: no decision has more


@rule("source-non-verifiee", final=True, rang=DECISIF)
def source_non_verifiee(rendered: Rendered) -> Iterator[Finding]:
    """Every source cited was read by someone, the adverse ones that a clause discusses included."""
    document = rendered.document
    for cle, source, _ in rendered.sources():
        # An instrument is vouched for by the article that was read.
        if source.verifie is None and source.type != "texte" and cle not in document.case.assume:
            message = "source non vérifiée : à lire avant dépôt, ou à assumer dans le dossier"
            yield document.library.source_places[cle], cle, message


@rule("source-modifiee", ERREUR)
def source_modifiee(rendered: Rendered) -> Iterator[Finding]:
    """A source still says what was read when it was verified; an entry without a seal is not compared."""
    library = rendered.document.library
    owners = [source.texte for _, source, _ in rendered.sources() if source.texte]
    for cle in dict.fromkeys([*rendered.uses(), *owners]):
        if library.sources[cle].altered:
            todo = f"relisez-la à l'adresse indiquée, puis mandats sources sceller {cle}"
            yield library.source_places[cle], cle, f"source modifiée depuis sa vérification : {todo}"


@rule("point-non-releve")
def point_non_releve(rendered: Rendered) -> Iterator[Finding]:
    """A point, a considérant or a § that a text refers to was read: in `points`, or a key of the passages."""
    for cle, source, uses in rendered.sources():
        if source.type not in ("decision", "document"):
            continue
        known = {n for words in (*source.points, *source.passages) for n in _spread(words)}
        for use in uses:
            numbers = NUMBER.findall(use.passage) if use.passage not in source.passages else []
            if missing := ", ".join(n for n in numbers if n not in known):
                yield use.place, cle, f"« {use.passage} » : point que le registre ne dit pas lu ({missing})"


def _spread(words: str) -> list[str]:
    """« 9-11 » is 9, 10 and 11.

    >>> _spread("9-11"), _spread("12"), len(_spread("1-99999999"))
    (['9', '10', '11'], ['12'], 1000)
    """
    span = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", words)
    return [str(n) for n in range(int(span[1]), int(span[2]) + 1)[:MAX_SPAN]] if span else NUMBER.findall(words)


@rule("source-posterieure")
def source_posterieure(rendered: Rendered) -> Iterator[Finding]:
    """No act cites a decision or a document later than itself."""
    day = rendered.document.date
    for cle, source, uses in rendered.sources():
        if source.date and source.date[: len(day)] > day[: len(source.date)]:
            yield uses[0].place, cle, f"postérieure à l'acte (elle date du {source.date}, l'acte du {day})"


@rule("texte-abroge")
def texte_abroge(rendered: Rendered) -> Iterator[Finding]:
    """A text cited is still in force at the date of the act."""
    day = rendered.document.date
    for cle, source, uses in rendered.sources():
        end = source.vigueur.jusqu_a if source.vigueur else None
        if end and end < day:
            instead = f" ; voir « {source.remplacee_par} »" if source.remplacee_par else ""
            alert = f" : {source.alerte}" if source.alerte else ""
            message = f"version qui n'est plus en vigueur depuis le {end}, l'acte est du {day}{instead}{alert}"
            yield uses[0].place, cle, message


@rule("texte-futur")
def texte_futur(rendered: Rendered) -> Iterator[Finding]:
    """A text cited was already in force at the date of the act."""
    day = rendered.document.date
    for cle, source, uses in rendered.sources():
        start = source.vigueur.depuis if source.vigueur else None
        if start and start > day:
            message = f"version en vigueur depuis le {start} seulement, l'acte est du {day} : relire la version d'alors"
            yield uses[0].place, cle, message


@rule("source-hors-regime")
def source_hors_regime(rendered: Rendered) -> Iterator[Finding]:
    """In an argument, a text is used under its own legal regime (art. 2 § 2 d RGPD; art. 2 directive (UE) 2016/680)."""
    # Standing and jurisdiction compare the two regimes by nature; a moyen names the rule that was broken.
    arguments = {c.corps.fichier for c in rendered.document.clauses if c.header.cause in ("interne", "externe")}
    for cle, source, uses in rendered.sources():
        wrong = (u for u in uses if u.place.fichier in arguments and u.regime and u.regime not in source.regimes)
        if source.regimes and (use := next(wrong, None)):
            here = f"employé ici sous le régime {use.regime} : à citer par comparaison seulement"
            yield use.place, cle, f"texte du régime {', '.join(source.regimes)}, {here}"


# A source relied on, not discussed (`autorites.contre`) nor knowingly assumed (`assume`): rule, fates, why, `final`,
# rank among the warnings.
FALLEN = (
    # A decision annulled or reversed has no authority left: relying on it ruins the moyen.
    ("source-annulee", ("annulee", "infirmee"), "employée à l'appui d'un argument", True, DECISIF),
    # The adversary will read to the judge an authority that went the other way: discussed, never invoked.
    ("source-defavorable", ("defavorable",), "invoquée à l'appui d'un argument", True, DECISIF),
    # Later law has changed the rule it applied (drones were given a legal basis after the rulings that forbade them).
    ("source-depassee", ("depassee",), "à citer seulement pour ce qui en reste", False, DEPASSE),
)


def _declare(id: str, statuts: tuple[str, ...], why: str, final: bool, rang: int) -> None:
    @rule(id, final=final, rang=rang)
    def fallen(rendered: Rendered) -> Iterator[Finding]:
        for cle, source, uses in rendered.sources():
            if source.statut in statuts and (relied := rendered.relied_on(cle, uses)):
                for use in relied:
                    yield use.place, cle, f"source {STATUTS[source.statut]}, {why}{_told(source)}"


for _fallen in FALLEN:
    _declare(*_fallen)


@rule("source-provisoire", rang=PROVISOIRE)
def source_provisoire(rendered: Rendered) -> Iterator[Finding]:
    """A provisional ruling is presented as one, in the paragraph that cites it (art. L. 511-1 CJA)."""
    bold = _presented_as_final(rendered)
    remedy = "dites « ordonnance », « juge des référés » ou « en l'état de l'instruction »"
    for cle, source, uses in rendered.sources():
        for use in uses if cle in bold else ():
            yield use.place, cle, f"décision provisoire présentée comme définitive : {remedy}{_told(source)}"


@rule("source-alerte", rang=NOTE)
def source_alerte(rendered: Rendered) -> Iterator[Finding]:
    """What the register says of a source is shown, until the case says that it was read (`assume`)."""
    assume = rendered.document.case.assume
    bold = _presented_as_final(rendered)
    for cle, source, uses in rendered.sources():
        fallen = any(source.statut in statuts for _, statuts, *_ in FALLEN)
        own_rule = cle in bold or (fallen and rendered.relied_on(cle, uses))
        if cle in assume or own_rule or (source.statut == "en-vigueur" and not source.alerte):
            continue
        status = f"source {STATUTS[source.statut]}" if STATUTS[source.statut] else "source à citer avec précaution"
        for use in uses:
            yield use.place, cle, status + _told(source)


def _told(source: Source) -> str:
    """The register's own words."""
    return f" : {source.alerte}" if source.alerte else ""


def _presented_as_final(rendered: Rendered) -> set[str]:
    """The provisional sources that some paragraph, notes included, cites without a word of caution outside them."""
    provisional = {cle for cle, source, _ in rendered.sources() if source.statut in ("provisoire", "pendante")}
    found = provisional.difference(rendered.document.case.assume)
    cited = ((found.intersection(blocks.cited(node)), node) for node in _paragraphs(rendered.blocks) if found)
    return set().union(*(keys for keys, node in cited if keys and not PRUDENT.search(blocks.plain(node))))


def _paragraphs(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        if node["t"] == "Div":
            yield from _paragraphs(node["c"][1])
        elif node["t"] in ("Para", "Plain", "BlockQuote", "BulletList", "OrderedList"):
            yield node


@rule("source-repetee")
def source_repetee(rendered: Rendered) -> Iterator[Finding]:
    """A passage is quoted once in an act, and a decision developed once."""
    found: dict[tuple[str, str], dict[Place, None]] = {}
    for use in rendered.developed:
        found.setdefault((use.cle, use.passage), {})[use.appel or use.place] = None
    for (cle, passage), places in found.items():
        if len(places) > 1 and cle not in rendered.document.case.assume:
            first, *others = places
            what = "passage cité" if passage else "décision développée"
            remedy = "renvoyez-y" if passage else f"ôtez-l'en ici (« sans: [{cle}] »)"
            also = f", puis par {', '.join(map(str, others[1:]))}" if others[1:] else ""
            yield others[0], cle, f"{what} aussi par {first}{also} : {remedy}, ou assumez la redite (« assume »)"
