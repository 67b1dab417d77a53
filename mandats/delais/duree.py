"""How long a time limit lasts, in words and in days. Pure."""

import datetime as dt
from dataclasses import dataclass

from mandats.delais.calendrier import DAY, Methode, Term, Unite, add_months, compute
from mandats.words import in_words

_HOURS = {"heures": 1, "jours": 24, "jours-ouvres": 24, "mois": 31 * 24, "ans": 366 * 24}


@dataclass(frozen=True)
class Duree:
    """A length of time. Printed, it is its words: « deux mois »; its properties put an article before them.

    >>> d = Duree(2, "mois", "mois"); f"{d} ; {d.de} ; {d.le} ; {d.du}"
    'deux mois ; de deux mois ; les deux mois ; des deux mois'
    >>> d = Duree(1, "mois", "mois"); f"{d} ; {d.de} ; {d.le} ; {d.du}"
    "un mois ; d'un mois ; le mois ; du mois"
    """

    duree: int
    unite: Unite
    methode: Methode

    def __str__(self) -> str:
        return f"{in_words(self.duree, most=69)} {self._noun}"

    @property
    def _noun(self) -> str:
        noun = self.unite.replace("jours-ouvres", "jours ouvrés")
        return noun if self.duree > 1 or self.unite == "mois" else noun.replace("s ", " ").removesuffix("s")

    @property
    def de(self) -> str:
        return f"d'{self}" if self.duree == 1 else f"de {self}"

    @property
    def de_nombre(self) -> str:
        """The number alone: « d'un (ou de deux mois) »."""
        return self.de.removesuffix(f" {self._noun}")

    @property
    def le(self) -> str:
        return f"les {self}" if self.duree > 1 else f"le {self._noun}"

    @property
    def du(self) -> str:
        return f"des {self}" if self.duree > 1 else f"du {self._noun}"

    @property
    def nt(self) -> str:
        """The ending of a verb whose subject it is: « n'expire », « n'expirent »."""
        return "nt" if self.duree > 1 else ""

    @property
    def ent(self) -> str:
        return "ent" if self.duree > 1 else "t"

    @property
    def s(self) -> str:
        return "s" if self.duree > 1 else ""

    @property
    def jours(self) -> int:
        """The whole days it holds; a month counts 31."""
        return self.duree * _HOURS[self.unite] // 24

    def after(self, day: dt.date) -> dt.date:
        """The day that ends it, from one day to the same of a later month; 9999-12-31 at most."""
        try:
            if self.unite in ("mois", "ans"):
                return add_months(day, self.duree * (12 if self.unite == "ans" else 1))
            return day + self.jours * DAY
        except (OverflowError, ValueError):  # past the year 9999
            return dt.date.max

    def term(self, day: dt.date) -> Term:
        """The last days that its own method gives. Raises ValueError for a year the calendar does not know."""
        return compute(self.methode, day, self.duree, self.unite)
