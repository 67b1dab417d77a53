"""The address of the authority seized is the right one."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, PLAINTES, Regle

REGLE = Regle(
    id="AUT-01",
    titre="Adresse de la CNIL et de la CADA",
    pourquoi="Une plainte ou une saisine mal adressée se perd, et avec elle la date certaine de son dépôt. Adresses relevées et datées dans mandats/figures/tribunaux.yaml.",
    remede="Recopiez l'adresse indiquée, ou déposez par le téléservice de l'autorité.",
    court="cnil.fr ; service-public.fr",
    documents=(*PLAINTES, "saisine-cada", "acces-fichier-police"),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    from mandats.delais.figures import court_areas

    for role in ("autorite", "destinataire"):
        for cle, party in acte.parties(role):
            known = next(
                (a for a in court_areas().autorites.values() if a.nom.lower() == party.nom.replace("’", "'").lower()),
                None,
            )
            if known and party.adresse and known.code not in party.adresse:
                yield acte.constat(
                    REGLE,
                    ("parties", cle, "adresse"),
                    "adresse différente de celle que l'on connaît",
                    f"« {known.adresse} »",
                )
            elif known and not party.adresse and acte.order.canal != "teleservice-cnil":
                yield acte.constat(
                    REGLE, ("parties", cle, "adresse"), "adresse de l'autorité absente", f"« {known.adresse} »"
                )
