"""The main petition is filed before the référé, or the same day."""

from mandats.checks.forme.acte import Acte, Constats, debut, jour_ecrit
from mandats.checks.forme.regle import IRRECEVABLE, Regle

REGLE = Regle(
    id="REF-03",
    titre="Requête au fond déposée d'abord",
    pourquoi="Seule peut être suspendue une décision qui fait l'objet d'une requête en annulation ou en réformation (article L. 521-1 CJA).",
    remede="Déposez la requête au fond avant le référé, ou en même temps, et donnez `instance_fond.date_depot`.",
    court="L. 521-1 CJA",
    documents=("refere-suspension",),
    gravite=IRRECEVABLE,
    sources=("cja-l521-1",),
)


def check(acte: Acte) -> Constats:
    fond = acte.case.instance_fond
    if fond is None:
        return
    path = ("instance_fond", "date_depot")
    if fond.date_depot is None:
        yield acte.confirmer(
            REGLE, path, "requête au fond : quel jour a-t-elle été déposée ? (au plus tard le jour du référé)"
        )
    elif debut(fond.date_depot) > acte.jour:
        yield acte.constat(
            REGLE, path, f"requête au fond postérieure au référé, daté du {jour_ecrit(acte.jour)}", "déposez-la d'abord"
        )
