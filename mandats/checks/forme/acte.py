"""A rendered document as the procedural rules read it: who files it, what its sections say, what a predicate finds.

The words of an element are those that it prints, notes included: what a clause holds and this act leaves out says
nothing.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from mandats import blocks
from mandats.checks.forme.dispositif import Demande, read_prayers
from mandats.delais.calendrier import period
from mandats.delais.figures import Fichier, Tribunal, court_areas, known_files
from mandats.document import TO_FILL, Blank, Item, Rendered
from mandats.model import DEPOSANTS, DocumentOrder, Party, Piece
from mandats.postal import postal_code

Path = tuple[str | int, ...]
Holders = tuple[tuple[str, Party], ...]  # key and party of each holder of a role
GROUPEMENTS = ("association", "syndicat", "collectif")
MORALES = (*GROUPEMENTS, "entreprise", "autre", "commune", "collectivite", "etablissement-public")
_RENVOI = re.compile(r"\bpièces? n° ?[0-9]")
Trouves = Iterator[tuple[Path, str, Mapping[str, object]]]


def trouve(chemin: Path, constat: str = "", **valeurs: object) -> tuple[Path, str, Mapping[str, object]]:
    """What a predicate found: where, which finding of the rule, and the values its sentence prints."""
    return chemin, constat, valeurs


class Acte:
    """Everything a rule may ask of one document. Built once per document, thrown away after."""

    def __init__(self, rendered: Rendered):
        self.rendered, self.document = rendered, rendered.document
        self.case, self.order, self.loaded = self.document.case, self.document.order, self.document.loaded
        self.familles = self.document.template.header.famille
        self.jour = dt.date.fromisoformat(self.document.date)
        self.here: Path = ("documents", self.document.index)
        self.voulues: set[str] = set()  # the pièces that rules asked for
        self._said: dict[Path, str] = {}
        self._cited: dict[Path, tuple[str, ...]] = {}

    def est(self, *familles: str) -> bool:
        """Whether the document belongs to one of these families."""
        return not {*familles}.isdisjoint(self.familles)

    def autres(self, *familles: str) -> Iterator[tuple[int, DocumentOrder]]:
        """The orders of the case, this one included, for a template of one of these families, with their index."""
        known = self.document.library.familles
        for i, order in enumerate(self.case.documents):
            if not {*familles}.isdisjoint(known.get(order.modele, ())):
                yield i, order

    @cached_property
    def fond(self) -> list[tuple[int, DocumentOrder]]:
        """The main petition, when the case orders one."""
        return [*self.autres("fond")][:1]

    @cached_property
    def mandats(self) -> list[tuple[int, DocumentOrder]]:
        """The forms of mandate that the case orders for this complaint."""
        aimed, forms = self.cles("mis_en_cause"), self.autres("formulaire-de-mandat")
        return [(i, o) for i, o in forms if o.vise == self.order.vise or self.cles("mis_en_cause", o) & aimed]

    def parties(self, role: str, order: DocumentOrder | None = None) -> Holders:
        """Key and party of each holder of a role."""
        held = (order or self.order).holders(role)
        return tuple((cle, self.case.parties[cle]) for cle in held if cle in self.case.parties)

    def cles(self, role: str, order: DocumentOrder | None = None) -> set[str]:
        return {cle for cle, _ in self.parties(role, order)}

    @cached_property
    def deposants(self) -> Holders:
        return self.parties(next((r for r in DEPOSANTS if self.order.roles.get(r)), ""))

    @cached_property
    def groupements(self) -> Holders:
        return tuple((k, p) for k, p in self.deposants if p.type in GROUPEMENTS)

    @cached_property
    def sans_statuts(self) -> Holders:
        """The associations and unions whose statutes do not go with the document."""
        return tuple((k, p) for k, p in self.groupements if p.type != "collectif" and not self.joint(p.statuts))

    @cached_property
    def objets_tus(self) -> Holders:
        """The groups of which some statutory purpose is written, when the act prints none."""
        told = tuple((k, p) for k, p in self.groupements if p.objet_statutaire)
        return () if any(_quoted(p.objet_statutaire or "", self.imprime) for _, p in told) else told

    @cached_property
    def causes_nouvelles(self) -> tuple[str, ...]:
        """The legal causes of its moyens that no petition opens: one unknown is taken to open that of substance."""
        clauses = self.document.library.clauses
        asked = [m for _, order in self.autres("requete") for m in order.sections.get("moyens", ())]
        headers = [(m, clauses.get(m.clause or "")) for m in asked]
        opened = {m.cause or (clause.header.cause if clause else None) for m, clause in headers}
        new = {*self.causes} & {"externe", "interne"} - (opened or {"interne"})
        return () if None in opened else tuple(sorted(new))

    @cached_property
    def silencieux(self) -> Holders:
        """The groups of which nothing says who decided to sue."""
        told = ("avocat", "organe_statutaire", "habilitation")
        return tuple((k, p) for k, p in self.groupements if not any(getattr(p, name) for name in told))

    @cached_property
    def autorites(self) -> list[tuple[str, Mapping[str, object]]]:
        """The authorities seized whose right address is known, with whether it is given; None when none is."""
        known = {a.nom.lower(): a for a in court_areas().autorites.values()}
        held = (*self.parties("autorite"), *self.parties("destinataire"))
        seized = [(k, p, known.get(p.nom.replace("’", "'").lower())) for k, p in held]
        return [(k, {"connue": a, "exacte": p.adresse and a.code in p.adresse}) for k, p, a in seized if a]

    @cached_property
    def valides(self) -> str | None:
        """The mandates received less those set aside, when another number is announced and no ledger counts them."""
        told = self.order.mandants
        if told is None or told.etat or told.nombre is None or told.recus is None:
            return None
        valid = told.recus - (told.ecartes or 0)
        return str(valid) if valid != told.nombre else None

    @cached_property
    def avocat(self) -> bool:
        return any(p.avocat for _, p in self.deposants)

    @cached_property
    def juridiction(self) -> str:
        """« ta », « caa », « ce », or nothing."""
        seized = next((p for role in ("juridiction", "destinataire") for _, p in self.parties(role)), None)
        return (seized and seized.degre) or ""

    @cached_property
    def juge(self) -> Party | None:
        """The court seized."""
        return next((p for _, p in self.parties("juridiction")), None)

    @cached_property
    def saisi(self) -> Tribunal | None:
        """The administrative tribunal seized, when it is a known one."""
        return court_areas().tribunal_named(self.juge.nom) if self.juge else None

    @cached_property
    def premier_juge(self) -> str:
        """The court whose decision is attacked: « ta », « caa », « ce », or nothing."""
        return (self._jugeant and self._jugeant.degre) or ""

    @cached_property
    def cour(self) -> str | None:
        """The court of appeal of the tribunal whose judgment is attacked, when another court is seized."""
        areas = court_areas()
        tribunal = areas.tribunal_named(self._jugeant.nom) if self._jugeant else None
        cour = next((cour for cour, below in areas.cours.items() if tribunal and tribunal.nom in below), None)
        return cour if cour and self.juge and cour.lower() not in self.juge.nom.lower() else None

    @cached_property
    def _jugeant(self) -> Party | None:
        told = self.order.jugement
        return self.case.parties.get(told.juridiction) if told else None

    @cached_property
    def proche(self) -> str | None:
        """What an unknown tribunal may be meant for, as `suggest` says it."""
        return court_areas().near(self.juge.nom) or None if self.juge else None

    @cached_property
    def fichier(self) -> Fichier | None:
        """The known file that the document asks about, by the name of the processing."""
        told = self.document.traitement.nom if self.document.traitement else ""
        return next((file for file in known_files() if re.search(file.motif, told)), None)

    @cached_property
    def attendu(self) -> Tribunal | None:
        """The tribunal of the author's seat (R. 312-1), when its address says it and another is seized."""
        code = postal_code(self.auteur.adresse) if self.auteur else ""
        expected = court_areas().tribunal_of(code) if code else None
        return expected if expected != self.saisi else None

    @cached_property
    def auteur(self) -> Party | None:
        """Who took the decision, or the defendant when the case describes none."""
        decision = self.case.decision
        if decision:
            return self.case.parties.get(decision.auteur)
        return next((p for _, p in self.parties("defendeur")), None)

    @cached_property
    def auteurs(self) -> Holders:
        """Who took the decision, with its key."""
        decision = self.case.decision
        return ((decision.auteur, self.auteur),) if decision and self.auteur else ()

    @cached_property
    def sollicite(self) -> Party | None:
        """Who was asked."""
        return self.case.parties.get(self.case.demande.destinataire) if self.case.demande else None

    @cached_property
    def local(self) -> bool:
        """Whether the author has no national competence, by its kind or by what its name says."""
        author, names = self.auteur, court_areas().auteurs
        kind = author.type if author else ""
        national = re.search("|".join(names["nationaux"]), author.nom, re.I) if author else None
        return bool(
            kind in ("commune", "collectivite")
            or (kind == "etablissement-public" and not national)
            or (author and kind in ("etat", "ministere", "autorite") and _named(author, names["locaux"]))
        )

    @cached_property
    def auteur_special(self) -> bool:
        """Whether art. R. 311-1 CJA names the author itself."""
        return bool(self.auteur and _named(self.auteur, court_areas().auteurs["premier_ressort"]))

    @cached_property
    def publics(self) -> list[Party]:
        """The author and the defendants that are, or may be, public bodies."""
        return [p for p in self._contredits if p.organisme != "prive"]

    @cached_property
    def prives(self) -> list[Party]:
        """Those that are none."""
        return [p for p in self._contredits if p.organisme == "prive"]

    @cached_property
    def _contredits(self) -> list[Party]:
        return [p for _, p in (*self.auteurs, *self.parties("defendeur"))]

    @cached_property
    def complements(self) -> list[tuple[int, DocumentOrder]]:
        """The further memoranda that the case orders."""
        return [*self.autres("complement")]

    @cached_property
    def imprime(self) -> str:
        """What the document prints, in lower case, with plain spaces."""
        return _plain(blocks.plain(self.rendered.blocks))

    @cached_property
    def garde(self) -> str:
        """The cover page, or the beginning when there is none."""
        cover = next((b for b in self.rendered.blocks if b["t"] == "Div" and "couverture" in b["c"][0][1]), None)
        return _plain(f"{self.document.titre} {blocks.plain(cover) if cover else self.imprime[:600]}")

    @cached_property
    def urgent(self) -> bool:
        """Whether its first page says that it goes before the judge of urgent matters (art. R. 522-2 CJA)."""
        return "juge des référés" in self.garde

    @cached_property
    def en_refere(self) -> bool:
        """Whether the case, or this document, goes before the judge of urgent matters."""
        return "référé" in self.garde or any(self.autres("refere"))

    def items(self, *sections: str) -> list[Item]:
        return [item for name in sections for item in self.document.sections.get(name, ())]

    def mots(self, *sections: str) -> str:
        return "\n".join(self.mots_de(item) for item in self.items(*sections))

    def propre(self, item: Item) -> str:
        """What the drafter wrote of an element: nothing of a clause."""
        return "" if item.clause else self.mots_de(item)

    def mots_de(self, item: Item) -> str:
        """What an element prints, its title and its notes included."""
        if item.path not in self._said:
            words = blocks.plain(self.rendered.printed.get(item.path, []), notes=True)
            self._said[item.path] = re.sub(r"[ \t\u00a0\u202f]+", " ", words).replace("’", "'")
        return self._said[item.path]

    def sources_de(self, item: Item) -> tuple[str, ...]:
        """The sources that an element cites."""
        if item.path not in self._cited:
            self._cited[item.path] = tuple(blocks.cited(self.rendered.printed.get(item.path, [])))
        return self._cited[item.path]

    def a_ecrire(self, *sections: str) -> bool:
        """Whether a section holds a blank to fill, which has a message of its own: nothing can be said of it yet."""
        return TO_FILL in self.mots(*sections)

    def cite_piece(self, *sections: str) -> bool:
        """Whether some element of the sections refers to a pièce."""
        return bool(_RENVOI.search(self.mots(*sections)))

    @cached_property
    def causes(self) -> tuple[str, ...]:
        """The legal cause of each moyen; nothing when one is free text, which has none."""
        causes = [item.cause for item in self.items("moyens") if not (item.text and item.text.accompagne)]
        return tuple(c for c in causes if c) if None not in causes else ()

    @cached_property
    def demandes(self) -> list[Item]:
        return self.items("conclusions", "demandes")

    @cached_property
    def dispositif(self) -> list[Demande]:
        """What it asks for."""
        return read_prayers((item, self.mots_de(item)) for item in self.demandes)

    @cached_property
    def _pieces(self) -> set[str]:
        return {p.cle for p in self.document.pieces}

    def joint(self, cle: str | None) -> bool:
        """Whether a pièce goes with the document, which a rule wants."""
        self.voulues |= {cle} if cle else set()
        return cle in self._pieces

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {p.cle: i for i, p in enumerate(self.case.pieces)}

    def piece_path(self, piece: Piece) -> Path:
        return ("pieces", self._ranks[piece.cle])


def _quoted(objet: str, imprime: str) -> bool:
    """Whether a purpose is printed, by its first words; one of a few words is told in others as well."""
    words = re.findall(r"\w+", objet.lower())
    return len(words) <= 6 or " ".join(words[:8]) in " ".join(re.findall(r"\w+", imprime))


def _named(party: Party, names: Iterable[str]) -> bool:
    return bool(re.search("|".join(names), party.nom.replace("’", "'"), re.I))


def _plain(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]+", " ", text).lower().replace("’", "'")


def absent(value: object) -> bool:
    return isinstance(value, Blank) or value in (None, (), [])


def debut(value: str | None) -> dt.date | None:
    """First day of a date known to the day, the month or the year."""
    return period(value)[0] if value else None


def jour_ecrit(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"
