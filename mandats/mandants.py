"""The mandates that a complaint counts, as its case says them; their state, and the texts signed, as a ledger does."""

from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, StringConstraints, model_validator

from mandats.keys import Cle, DateEntiere, Model, NomFichier, Texte
from mandats.preuves import PREUVES, Preuve
from mandats.words import in_paris, paris_hour

Empreinte = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Collecte(Model):
    du: DateEntiere
    au: DateEntiere


class TexteMandat(Model):
    """A text people accepted. Without `texte`, the ledger knows its hash alone, or that of the file it was in.

    `nombre`: the mandates counted that were given on it; `avant`: of these, those signed before its day.
    """

    empreinte: Empreinte
    fichier: Empreinte
    date: DateEntiere | None = None
    texte: str | None = None
    nombre: int = Field(ge=0)
    avant: int = Field(0, ge=0)


class EtatMandants(Model):
    """What `mandats registre etat` writes: counted, never typed; no personal data."""

    campagne: Texte
    texte: Empreinte
    textes: tuple[TexteMandat, ...] = ()
    instant: Annotated[
        str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$")
    ]
    nombre: int = Field(ge=1)
    empreinte: Empreinte
    par_preuve: dict[Preuve, int]
    tete: Empreinte
    recueil: Collecte | None = None


class Mandants(Model):
    nombre: int | None = Field(None, ge=1)
    etat: NomFichier | None = None
    collecte: Collecte | None = None
    piece: Cle | None = None
    recus: int | None = Field(None, ge=1)
    ecartes: int | None = Field(None, ge=0)
    preuve: tuple[Literal["horodatage", "version", "empreinte", "confirmation"], ...] = ()
    _lu: EtatMandants | None = PrivateAttr(None)  # given by `load`, from the file `etat` names

    @model_validator(mode="after")
    def _one_count(self) -> Self:
        if "nombre" not in self.model_fields_set and not self.etat:
            raise ValueError("donnez « etat » (mandats registre etat), ou à défaut « nombre »")
        return self

    def lu(self, etat: EtatMandants) -> Self:
        """The same, counted by the ledger: what `load` gives for `etat`."""
        made = self.model_copy(update={"nombre": etat.nombre})
        made._lu = etat
        return made

    @property
    def etat_lu(self) -> EtatMandants | None:
        return self._lu

    @property
    def arrete_le(self) -> str | None:
        """Day on which the list was closed, in Paris: the registry's instants are in universal time."""
        return in_paris(self._lu.instant).date().isoformat() if self._lu else None

    @property
    def arrete_a(self) -> str | None:
        """Hour, in Paris: « 16 h 05 (heure de Paris, UTC+1) »."""
        return paris_hour(self._lu.instant) if self._lu else None

    @property
    def textes(self) -> tuple[TexteMandat, ...]:
        """The texts on which mandates are counted, oldest first."""
        return tuple(t for t in self._lu.textes if t.nombre) if self._lu else ()

    @property
    def plusieurs_textes(self) -> bool:
        return len(self.textes) > 1

    @property
    def empreinte(self) -> str | None:
        """Digest of the list with its algorithm, in eight groups that a page can break."""
        groups = [self._lu.empreinte[i : i + 8] for i in range(0, 64, 8)] if self._lu else []
        return f"SHA-256 : {' '.join(groups)}" if groups else None

    @property
    def par_preuve(self) -> dict[str, int] | None:
        """Mandates by kind of evidence, every kind named."""
        return {p: self._lu.par_preuve.get(p, 0) for p in PREUVES} if self._lu else None
