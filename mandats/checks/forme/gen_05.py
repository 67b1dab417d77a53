"""What is attacked is a decision: not an opinion, a draft, nor a contract attacked as if it were one."""

import re

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, Regle

REGLE = Regle(
    id="GEN-05",
    titre="Acte attaquable",
    pourquoi="Le juge n'est saisi que par un recours contre une décision (article R. 421-1 CJA) : un avis, un projet ou un vœu ne s'attaquent pas ; "
    "un contrat se conteste par un recours de pleine juridiction, ouvert au tiers lésé (CE, Ass., 4 avril 2014, n° 358994).",
    remede="Attaquez la décision elle-même (après un avis de la CADA : le refus confirmé), ou provoquez-en une en demandant de cesser ou d'abroger. "
    "Pour un contrat, écrivez `nature: contrat` : le modèle devient un recours de pleine juridiction.",
    court="R. 421-1 CJA",
    documents=("requete-rep", "recours-cada", "refere-suspension"),
    gravite=IRRECEVABLE,
    sources=("cja-r421-1",),
)
JAMAIS = re.compile(
    r"(?:l'|le |la |les |un |une )?(avis|projet|vœu|voeu|réponse ministérielle|recommandation de la cada)\b"
)
CONTRAT = re.compile(r"(?:l'|le |la |les |un |une )?(contrat|convention|marché)\b")


def check(acte: Acte) -> Constats:
    decision = acte.case.decision
    if decision is None:
        return
    objet = decision.objet.lower().replace("’", "'")
    path = ("decision", "objet")
    if found := JAMAIS.match(objet):
        yield acte.constat(
            REGLE,
            path,
            f"un acte de cette sorte (« {found[1]} ») n'est pas une décision que l'on attaque",
            "visez la décision qui l'a suivi",
        )
    elif re.match(r"(?:le |la |un |une )?(?:communiqué|lettre d'information|foire aux questions)\b", objet):
        yield acte.confirmer(
            REGLE, path, "un communiqué ne s'attaque que s'il décide quelque chose : quels effets produit-il ?"
        )
    elif CONTRAT.match(objet) and decision.nature != "contrat":
        yield acte.constat(
            REGLE,
            path,
            "un contrat ne s'attaque pas par un recours pour excès de pouvoir",
            "écrivez nature: contrat, ou visez un acte réglementaire du contrat",
        )
    if decision.nature == "contrat" and acte.modele == "refere-suspension":
        yield acte.confirmer(
            REGLE,
            ("decision", "nature"),
            "suspension d'un contrat : le requérant est-il lésé de façon directe et certaine, et le recours de pleine juridiction déposé ?",
        )
