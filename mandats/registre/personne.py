"""One mandant as the ledger gives it to others: the forms, the annex, the counts. No file, no key, no database."""

from collections.abc import Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Inscrit:
    """A person entered in the ledger. Every text is what the person wrote, in NFC; an absent value is `""`."""

    numero: int  # rank in the ledger, from 1; never reused; what file names carry
    code: str  # short random code printed on the form, to match a returned paper (no meaning, not derived from data)
    prenom: str
    nom: str
    courriel: str
    date_naissance: str  # ISO or ""
    adresse: str
    code_postal: str
    commune: str
    pays: str
    signe_le: str  # ISO date-time of the consent or signature, UTC
    preuve: str  # one of PREUVES
    etat: str  # donne, confirme, retire or refuse

    def __repr__(self) -> str:
        """The number only: a value printed by accident (log, traceback, failed assertion) must not name anyone."""
        return f"Inscrit({self.numero})"


NAMES = tuple(f.name for f in fields(Inscrit))
PERSON = NAMES[2:-2]  # what the person answered: encrypted, erased on request
FIRST = ("prenom", "nom", "courriel", "date_naissance", "adresse", "code_postal", "commune", "pays", "signe_le")


def later_answers(person: Mapping[str, str]) -> list[str]:
    """The answers to fields that the first ledgers had not, by name: an absent one changes no digest of theirs."""
    return [f"{name}={person[name]}" for name in PERSON if name not in FIRST and person[name]]
