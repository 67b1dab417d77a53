"""What the register says of a source is shown with its first use.

Why: a doubtful date, an appeal under way, a decision known through a comment only: whoever signs must know. Sources
that the document relies on in spite of their fate have rules of their own (`source-annulee` and its neighbours).
"""

from collections.abc import Iterator

from mandats.checks.fragile import told
from mandats.checks.source_provisoire import presented_as_final
from mandats.content import STATUTS
from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, Problem

ID = "source-alerte"


def check(rendered: Rendered) -> Iterator[Problem]:
    assume = rendered.document.case.assume
    bold = presented_as_final(rendered)
    for cle, uses in rendered.uses().items():
        source = rendered.document.library.sources[cle]
        own_rule = cle in bold or (
            source.statut in ("annulee", "infirmee", "defavorable", "depassee") and rendered.relied_on(cle, uses)
        )
        if own_rule or (source.statut == "en-vigueur" and not source.alerte):
            continue
        status = f"source {STATUTS[source.statut]}" if STATUTS[source.statut] else "source à citer avec précaution"
        status += f", assumée par le dossier ({assume[cle]})" if cle in assume else ""
        yield Problem(ID, uses[0].place, cle, status + told(source, uses, rendered), AVERTISSEMENT)
