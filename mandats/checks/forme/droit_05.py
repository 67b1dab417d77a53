"""There will be a proof that the letter was received."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, DROITS, Regle

REGLE = Regle(
    id="DROIT-05",
    titre="Preuve de l'envoi et de la réception",
    pourquoi="Le délai d'un mois court de la réception (article 12, paragraphe 3, du RGPD), et la CNIL demande les justificatifs (cnil.fr).",
    remede="Envoyez en recommandé avec avis de réception (`envoi`), ou gardez l'accusé du téléservice.",
    court="art. 12, § 3, RGPD ; cnil.fr",
    documents=(*DROITS, "acces-fichier-police"),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    if not acte.order.envoi:
        yield acte.constat(
            REGLE,
            (*acte.here, "envoi"),
            "mode d'envoi non indiqué",
            "écrivez-le : une preuve de réception sera demandée",
        )
