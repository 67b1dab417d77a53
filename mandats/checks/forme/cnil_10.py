"""The complaint follows the regime of the processing."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, Regle

REGLE = Regle(
    id="CNIL-10",
    titre="Régime de la plainte",
    pourquoi="Un traitement de police ou de justice relève du titre III de la loi du 6 janvier 1978 et de la directive (UE) 2016/680, un autre du RGPD (article 2, paragraphe 2, d, du RGPD) ; "
    "la sûreté de l'État suit une autre voie (titre IV).",
    remede="Employez plainte-police-justice pour un traitement pénal, plainte-cnil pour les autres, ou corrigez `traitement.regime`.",
    court="art. 2, § 2, d, RGPD ; directive 2016/680",
    documents=("plainte-cnil", "plainte-police-justice"),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    traitement = acte.document.traitement
    wanted = "rgpd" if acte.modele == "plainte-cnil" else "police-justice"
    if traitement and traitement.regime != wanted:
        other = {"rgpd": "plainte-cnil", "police-justice": "plainte-police-justice"}.get(
            traitement.regime, "acces-fichier-police"
        )
        path = ("traitements", acte.order.vise, "regime") if acte.order.vise else ("traitement", "regime")
        yield acte.constat(
            REGLE,
            path,
            f"traitement au régime {traitement.regime} dans {acte.document.nom}",
            f"employez {other}, ou corrigez le régime",
        )
