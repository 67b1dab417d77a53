"""What the rules on the fate of a source share: who relies on it, and the register's own words."""

from collections.abc import Iterator

from mandats.content import STATUTS, Source
from mandats.document import Rendered, Use
from mandats.problem import AVERTISSEMENT, Problem


def fragile(rendered: Rendered, rule: str, statuts: tuple[str, ...], why: str) -> Iterator[Problem]:
    """One finding per source of these `statuts` that the document relies on, with the alert."""
    for cle, uses in rendered.uses().items():
        source = rendered.document.library.sources[cle]
        relied = rendered.relied_on(cle, uses) if source.statut in statuts else []
        if relied:
            yield Problem(
                rule,
                relied[0].place,
                cle,
                f"source {STATUTS[source.statut]}, {why}{told(source, relied, rendered)}",
                AVERTISSEMENT,
            )


def told(source: Source, uses: list[Use], rendered: Rendered) -> str:
    times = f" (citée {len(uses)} fois dans {rendered.document.nom})" if len(uses) > 1 else ""
    return times + (f" : {source.alerte}" if source.alerte else "")
