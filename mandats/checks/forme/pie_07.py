"""Each text cited is known with the period it was in force."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, CONTENTIEUX, PLAINTES, Regle

REGLE = Regle(
    id="PIE-07",
    titre="Version datée de chaque texte cité",
    pourquoi="Le juge applique le texte en vigueur au jour de la décision ; une version non datée a pu changer (écarts rencontrés dans des modèles réels).",
    remede="Lisez le texte sur Légifrance et donnez sa période au registre (`vigueur: {depuis: …}`).",
    court="bonne pratique",
    documents=(*CONTENTIEUX, *PLAINTES),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    sources = acte.document.library.sources
    # A charter, a convention or a recital does not change by the month.
    changing = [
        k
        for k in acte.rendered.uses()
        if k in sources
        and (owner := sources.get(sources[k].texte or ""))
        and owner.groupe in ("Lois et codes", "Règlements")
    ]
    undated = [k for k in changing if sources[k].vigueur is None and not sources[k].versions]
    if undated:
        shown = ", ".join(undated[:4]) + ("…" if len(undated) > 4 else "")
        yield acte.constat(
            REGLE,
            acte.here,
            f"{len(undated)} article{'s' * (len(undated) > 1)} cité{'s' * (len(undated) > 1)} sans date de version ({shown})",
            "datez-les au registre",
        )
