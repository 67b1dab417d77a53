"""A later memorandum bears the number of the case."""

from mandats.checks.forme.acte import Acte, Constats
from mandats.checks.forme.regle import CONSEIL, MEMOIRES, Regle

REGLE = Regle(
    id="ECR-02",
    titre="Numéro d'affaire",
    pourquoi="Le greffe rattache le mémoire à l'affaire par son numéro d'enregistrement (usage constant).",
    remede="Recopiez `instance.numero` de l'accusé de réception.",
    court="usage ; R. 413-5 CJA",
    documents=(*MEMOIRES, "note-en-delibere", "qpc"),
    gravite=CONSEIL,
)


def check(acte: Acte) -> Constats:
    if acte.order.instance and not acte.order.instance.numero:
        yield acte.constat(
            REGLE,
            (*acte.here, "instance", "numero"),
            "numéro d'affaire absent",
            "lisez-le dans l'accusé d'enregistrement",
        )
