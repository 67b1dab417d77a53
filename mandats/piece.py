"""A pièce of the case: what it is, how it is stamped, what it must not show."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mandats.keys import Cle, DatePartielle, Model, NomFichier, Texte


class Zone(Model):
    """A rectangle of a page as it is seen; millimetres from its upper left corner."""

    page: int = Field(ge=1)
    x: float = Field(ge=0)
    y: float = Field(ge=0)
    largeur: float = Field(gt=0)
    hauteur: float = Field(gt=0)


class Masque(Model):
    """What a pièce must not show: words wherever they stand, places of its pages."""

    mots: tuple[Texte, ...] = ()
    zones: tuple[Zone, ...] = ()


class Timbre(Model):
    texte: Annotated[str, StringConstraints(pattern=r"^[^{}]*\{numero\}[^{}]*$", max_length=60)] = "Pièce n° {numero}"
    place: Annotated[str, StringConstraints(pattern=r"^(haut|bas)-(gauche|centre|droite)$")] = "haut-droite"
    couleur: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] = "#a00020"
    pages: Literal["premiere", "toutes"] = "premiere"


class Piece(Model):
    cle: Cle
    titre: Texte
    date: DatePartielle | None = None
    fichier: NomFichier
    confidentielle: bool = False
    occultation: Literal["faite", "a-faire", "inutile"] | None = None
    masque: Masque = Masque()
    occultee: NomFichier | None = None

    @property
    def produite(self) -> str:
        """The file that is produced: the redacted copy, where there is one."""
        return self.occultee or self.fichier
