"""The attacked act is produced; for a silent refusal, the proof of the day the demand was received."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import IRRECEVABLE, Regle

REGLE = Regle(
    id="GEN-04",
    titre="Acte attaqué joint, ou preuve de la demande",
    pourquoi="La requête est accompagnée, à peine d'irrecevabilité et sauf impossibilité justifiée, de l'acte attaqué ; contre un refus "
    "implicite, de la pièce qui établit la date de la demande (articles R. 412-1 et R. 421-2 CJA).",
    remede="Joignez l'acte (`decision.piece`) ou, pour un refus implicite, la demande avec son avis de réception (`demande.piece`, "
    "`demande.recue_le`), et mettez la pièce dans la liste du document. Décision révélée par des faits : nommez dans `decision.piece` la pièce qui les prouve.",
    court="R. 412-1 et R. 421-2 CJA",
    documents=("requete-rep", "recours-cada", "refere-suspension"),
    gravite=IRRECEVABLE,
    sources=("cja-r412-1", "cja-r421-2"),
)


def check(acte: Acte) -> Constats:
    decision, demande = acte.case.decision, acte.case.demande
    if decision is None:
        return
    path = ("decision", "piece")
    if decision.nature in ("implicite", "refus-d-abroger"):
        if acte.joint(decision.piece):
            return
        if demande is None:
            yield acte.confirmer(
                REGLE,
                path,
                "refus implicite : quelle pièce prouve la demande et le jour de sa réception ? décrivez la demande",
            )
        elif not acte.joint(demande.piece):
            yield acte.constat(
                REGLE,
                ("demande", "piece"),
                "preuve de la demande non jointe à ce document",
                "joignez la demande et son avis de réception",
            )
        elif not demande.recue_le and acte.inconnu("demande", "recue_le"):
            if decision.nature == "implicite":  # for a refusal to repeal, ECR-13 asks
                yield acte.confirmer(
                    REGLE, ("demande", "recue_le"), "jour de réception de la demande, à établir par tous moyens"
                )
        elif not demande.recue_le:
            yield acte.constat(
                REGLE, ("demande", "recue_le"), "date de réception de la demande absente", "donnez-la avec sa preuve"
            )
    elif decision.nature == "revelee":
        if not decision.piece:
            yield acte.confirmer(
                REGLE, path, "décision révélée : quelle pièce prouve les faits qui la révèlent ? nommez-la ici"
            )
        elif not acte.joint(decision.piece):
            yield acte.constat(REGLE, path, "pièce qui révèle la décision non jointe à ce document", "joignez-la")
    elif not decision.piece and acte.inconnu(*path):
        yield acte.confirmer(
            REGLE, path, "l'acte attaqué n'est pas produit : dites dans la requête pourquoi c'est impossible"
        )
    elif not acte.joint(decision.piece):
        yield acte.constat(
            REGLE, path, "acte attaqué non joint à ce document", "joignez-le, ou justifiez que c'est impossible"
        )
