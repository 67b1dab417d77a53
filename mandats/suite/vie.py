"""The life of a case on a day: what left, what happened, what runs, and the acts that may follow.

What may follow an act is data: `suites` of its template. A condition names a limit of `figures/delais.yaml` (to keep:
it runs; to await: it is over), a fact of the case, or that the act left. The limits are those of `mandats.delais`.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mandats.build import working_folder
from mandats.content import Suite
from mandats.delais.calcul import PASSES, Delai, Echeancier, list_time_limits
from mandats.delais.calendrier import DAY
from mandats.delais.faits import Facts, read_facts
from mandats.delais.regles import time_limits
from mandats.document import LoadedCase, Template
from mandats.keys import help_of
from mandats.load.case import load_case
from mandats.load.library import load_templates
from mandats.model import Case, DocumentOrder
from mandats.problem import Problem
from mandats.procedure import event_kinds

ETATS = ("possible", "attendre", "date", "tard")  # what is to be told first
RUNNING = ("a-faire", "prudent-depasse", "passe-sauf-si", "inopposable", "sans-date")
REGLE, FAMILLE, LEFT = "regle:", "famille:", "depose"


@dataclass(frozen=True)
class Etape:
    """A row of the table: a day (ISO, whole or partial), what happened, what there is to say of it.

    `document`: an act; its day is that of its filing, else the one it prints.
    """

    le: str
    quoi: str
    note: str = ""
    document: bool = False
    parti: bool = True


@dataclass(frozen=True)
class Prochain:
    """An act that may follow the document `apres`. `dit`: of a date that is missing, the question."""

    vers: str
    titre: str
    apres: str
    suite: Suite
    etat: str
    le: dt.date | None = None  # from when it may, or since when it is too late
    dit: str = ""


@dataclass(frozen=True)
class Vie:
    titre: str
    le: dt.date
    etapes: tuple[Etape, ...]
    delais: Echeancier
    prochains: tuple[Prochain, ...]
    tous: tuple[Prochain, ...]  # also those whose act stands in the case already, or that nothing opens

    @property
    def courent(self) -> list[Delai]:
        """The limits to keep that run, the most urgent first."""
        return [d for d in self.delais.delais if d.regle.role == "agir" and d.etat in RUNNING and d.prudent]

    @property
    def attendus(self) -> list[Delai]:
        return [d for d in self.delais.delais if d.etat == "attendu"]


def read_life(case: Path, working: Path, le: dt.date) -> tuple[Vie | None, list[Problem]]:
    """What a case has lived on the day `le`: acts, events, limits, and the acts that may follow; with its problems.

    None when it cannot be made a case. `working`: whose templates add to those that ship. Raises UnusableInput.

    >>> life, problems = read_life(Path("cases/acces-taj.yaml"), Path(), dt.date(2022, 10, 1))
    >>> [(one.vers, one.etat) for one in life.prochains]
    [('plainte-police-justice', 'date'), ('relance', 'date')]
    """
    loaded, problems = load_case(case)
    if loaded is None:
        return None, problems
    return life_of(loaded, load_templates(working_folder(case, working))[0], le), problems


def life_of(loaded: LoadedCase, templates: Mapping[str, Template], le: dt.date) -> Vie:
    """The same. `templates`: all there are."""
    case, familles = loaded.case, {slug: t.header.famille for slug, t in templates.items()}
    facts, plan = read_facts(case, familles), list_time_limits(case, familles, le)
    reader = _Reader(case, templates, facts, plan)
    left = {order.nom or order.modele for order in case.documents if order.depose}
    every = sorted(reader.every(), key=lambda one: (_rank((one.etat, None, "")), one.apres not in left))
    standing = {order.modele for order in case.documents}
    shown = {one.vers: one for one in reversed(every) if one.etat in ETATS and one.vers not in standing}
    told = sorted(shown.values(), key=every.index)
    return Vie(case.titre, le, tuple(_steps(case, facts, plan)), plan, tuple(told), tuple(every))


class _Reader:
    def __init__(self, case: Case, templates: Mapping[str, Template], facts: Facts, plan: Echeancier):
        self.case, self.templates, self.facts, self.plan = case, templates, facts, plan
        self.left = {
            f"{FAMILLE}{famille}"
            for order in case.documents
            if order.depose and order.modele in templates
            for famille in templates[order.modele].header.famille
        }

    def every(self) -> Iterator[Prochain]:
        """What each document of the case leads to, whether it may be done or not."""
        for order in self.case.documents:
            template = self.templates.get(order.modele)
            for suite in template.header.suites if template else ():
                target = self.templates.get(suite.vers)
                gone = any(word in self.left or word in self.facts.dates for word in suite.sauf)
                opened = not suite.si or any(word in self.facts.dates for word in suite.si)
                if target and opened and not gone:
                    best = min(
                        (self._when(order, word) for word in suite.quand), key=_rank, default=("possible", None, "")
                    )
                    yield Prochain(suite.vers, target.header.titre, order.nom or order.modele, suite, *best)

    def _when(self, order: DocumentOrder, word: str) -> tuple[str, dt.date | None, str]:
        """Whether a condition is met: a state, a day, a question. An empty state: nothing says that it will be."""
        if word == LEFT:
            day = dt.date.fromisoformat(order.depose.le) if order.depose else None
        elif word.startswith(REGLE):
            name = word.removeprefix(REGLE)
            found = [self._of_limit(d) for d in self.plan.delais if d.id == name]
            return min(found, key=_rank) if found else self._asked(name, order.depose is not None)
        else:
            day = min((start.jour for start in self.facts.jours.get(word, ())), default=None)
        if day is None:
            return "", None, ""
        return ("possible" if day <= self.plan.le else "attendre"), day, ""

    def _of_limit(self, delai: Delai) -> tuple[str, dt.date | None, str]:
        if delai.regle.role == "attendre":  # a silence is kept to its last hour
            opens = delai.theorique + DAY if delai.theorique else None
        elif delai.etat in PASSES:
            return "tard", delai.theorique, ""
        elif delai.etat not in RUNNING:
            return "", None, ""
        else:
            opens = self._from(delai)
        if opens and opens > self.plan.le:
            return "attendre", opens, ""
        return "possible", opens, ""

    def _from(self, delai: Delai) -> dt.date | None:
        """The first day on which a limit that runs can be used: the morrow of the silence that it comes from."""
        if delai.depart is None or not delai.depart.chemin.startswith(REGLE):
            return delai.depart.jour if delai.depart else None
        name = delai.depart.chemin.removeprefix(REGLE)
        silences = [d.theorique for d in self.plan.delais if d.id == name and d.theorique]
        return max(silences, default=delai.depart.jour) + DAY

    def _asked(self, name: str, left: bool) -> tuple[str, dt.date | None, str]:
        """What to ask for a limit that has no start: of its own rule, or of the one that it runs from; `left`: even of
        one that no other act of the case asks for.
        """
        rules = time_limits().regles
        chain = [name, *(key.removeprefix(REGLE) for key in rules[name].depart if key.startswith(REGLE))]
        asked = {q.id: q.texte for q in (*self.plan.questions, *self.plan.plus_tard)}
        asked |= {one: rules[one].question for one in chain if left and not asked.get(one)}
        # What happens of itself first: the receipt from which a silence counts, then the answer.
        told = " Ou : ".join(dict.fromkeys(asked[one] for one in reversed(chain) if asked.get(one)))
        return ("date" if told else ""), None, told


def _rank(found: tuple[str, dt.date | None, str]) -> tuple[int, dt.date]:
    return (ETATS.index(found[0]) if found[0] else len(ETATS)), found[1] or dt.date.min


def _steps(case: Case, facts: Facts, plan: Echeancier) -> list[Etape]:
    told = [*_dated(case, facts)]
    for delai in plan.delais:
        if delai.regle.role == "attendre" and delai.etat == "advenu" and delai.theorique:
            told.append(Etape(delai.theorique.isoformat(), _lower(delai.regle.libelle), "échéance passée"))
    for _, cle, event in case.histoire:
        if event.le:
            told.append(Etape(event.le, event_kinds()[cle]["quoi"], event.document or ""))
    return sorted([*told, *_acts(case)], key=lambda e: e.le)


def _acts(case: Case) -> Iterator[Etape]:
    for order in case.documents:
        nom, printed = order.nom or order.modele, order.date or case.date
        if order.depose:
            canal = f" ({order.depose.canal})" if order.depose.canal else ""
            yield Etape(order.depose.le, nom, f"déposé{canal}", True)
        else:
            yield Etape(printed, nom, "à déposer (date imprimée)", True, False)
        for key, what in (("enregistree_le", "enregistrement"), ("audience_le", "audience")):
            if order.instance and (day := getattr(order.instance, key)):
                yield Etape(day, what, nom)


def _dated(case: Case, facts: Facts) -> Iterator[Etape]:
    """The days of the case's own blocks, but those that an event says already."""
    kinds = {row["vaut"]: (cle, row["quoi"]) for cle, row in event_kinds().items() if row.get("vaut")}
    for key, day in facts.dates.items():
        block, _, name = key.partition(".")
        held = getattr(case, block, None) if block in Case.model_fields and block != "evenements" else None
        cle, quoi = kinds.get(key, ("", ""))
        if held is not None and hasattr(held, name) and not (cle and case.happened(cle)):
            yield Etape(day, quoi or _lower(help_of(type(held), name)))


def _lower(told: str) -> str:
    head = told.partition(":")[0].partition("(")[0].strip(" .")
    return head[:1].lower() + head[1:]
