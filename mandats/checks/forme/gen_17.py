"""A lawyer, where the law demands one."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONTENTIEUX, IRRECEVABLE, Regle

REGLE = Regle(
    id="GEN-17",
    titre="Avocat obligatoire",
    pourquoi="Devant le tribunal, l'avocat est obligatoire pour demander une somme, ou dans un litige d'exécution d'un contrat (article R. 431-2 CJA), sauf "
    "notamment contre une collectivité territoriale (article R. 431-3, 5°) ; devant la cour, toujours (article R. 811-7) ; devant le Conseil d'État, "
    "un avocat aux Conseils, sauf pour un recours pour excès de pouvoir (articles R. 432-1 et R. 432-2).",
    remede="Prenez un avocat (`avocat` de la partie) ou retirez la demande d'argent ; les frais de l'article L. 761-1 ne comptent pas.",
    court="R. 431-2, R. 432-1 et R. 811-7 CJA",
    documents=CONTENTIEUX,
    gravite=IRRECEVABLE,
    sources=("cja-r431-2", "cja-r431-3", "cja-r432-2"),
)
LOCAUX = ("commune", "collectivite")


def check(acte: Acte) -> Constats:
    if acte.avocat or not acte.deposants:
        return
    path = ("parties", acte.deposants[0][0], "avocat")
    defenders = [p.type for _, p in acte.parties("defendeur")]
    money = acte.indemnite
    if acte.juridiction == "caa":
        yield acte.constat(REGLE, path, "cour administrative d'appel saisie sans avocat", "constituez un avocat")
    elif money and acte.juridiction == "ce":
        yield acte.constat(
            REGLE,
            money.path,
            "somme demandée au Conseil d'État sans avocat aux Conseils",
            "constituez un avocat aux Conseils, ou retirez la demande",
        )
    elif money and not (defenders and all(t in LOCAUX for t in defenders)):
        if "etablissement-public" in defenders:
            yield acte.confirmer(
                REGLE,
                money.path,
                "somme demandée sans avocat : l'établissement relève-t-il d'une collectivité territoriale, ou est-il un établissement de santé ?",
            )
        else:
            yield acte.constat(
                REGLE, money.path, "somme demandée sans avocat", "constituez un avocat, ou retirez la demande"
            )
