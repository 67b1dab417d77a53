"""The next act, added to the file of its case: lines are added, none is changed. Nothing is written, or all of it is.

What the case knows is taken over (who holds which role, dates, pièces); what only the drafter knows is a blank, as in a
new case. The act that is followed becomes a pièce where the next one must produce it: the copy that was filed, else a
file to add.
"""

import codecs
import datetime as dt
import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mandats.build import working_folder
from mandats.checks import check
from mandats.content import Role
from mandats.delais.faits import read_facts
from mandats.delais.figures import court_areas
from mandats.deposes import place_of_copy, plain_text
from mandats.document import TO_FILL, LoadedCase, Rendered, Template
from mandats.files import write_set
from mandats.load.ajout import extend, holds
from mandats.load.case import read_case
from mandats.load.edit import comments, shortened
from mandats.load.library import load_library, load_templates
from mandats.load.yaml_places import read_yaml
from mandats.model import DocumentOrder, Party
from mandats.numeros import Numbering
from mandats.postal import postal_code
from mandats.problem import ERREUR, KeyPath, UnknownName, suggest
from mandats.procedure import event_kinds
from mandats.questions import Known, free_name, read_questions
from mandats.render.typography import contract, date_longue, with_article
from mandats.resolve import resolve
from mandats.scaffold import ARGUMENT, open_scaffold
from mandats.suite.vie import REGLE, Prochain, Vie, life_of

_WORD = re.compile(r"\{([a-z_]+:[a-z-]+|[a-z_]+\.[a-z_]+)\}")
_ASKED_COURT = re.compile(r'"\[à compléter : [^"]*ex\. : tribunal administratif[^"]*"')


@dataclass(frozen=True)
class Ajout:
    """`a_faire`: what this cannot write itself; `prochain`: why the act follows, and from when; `pieces`: the files
    that the drafter has to bring, and where.
    """

    document: str
    fichiers: tuple[Path, ...]
    lignes: tuple[str, ...]
    blancs: int
    a_faire: tuple[str, ...]
    prochain: Prochain
    pieces: tuple[str, ...] = ()


def add_act(
    case: Path, working: Path, vers: str, le: dt.date, nom: str | None = None, apres: str | None = None
) -> Ajout:
    """The act `vers`, dated `le`, added to the file of the case under `nom`; the rest of the file does not move.

    `working`: whose clauses and templates add to those that ship. `apres`: the document that it follows, when several
    lead to it (by default one that left).

    Raises UnknownName when no act of the case leads to it, ValueError in French, UnusableInput, OSError.
    """
    loaded, working = read_case(case), working_folder(case, working)
    templates = load_templates(working)[0]
    life = life_of(loaded, templates, le)
    found = next((one for one in life.tous if one.vers == vers and apres in (None, one.apres)), None)
    if found is None:
        known = list(dict.fromkeys(one.vers for one in life.tous))
        told = suggest(vers, known) or (f" (possibles : {', '.join(known)})" if known else "")
        if apres and vers in known:
            raise UnknownName(f"« {vers} » ne suit pas l'acte « {apres} »")
        raise UnknownName(f"« {vers} » ne suit aucun acte de ce dossier{told}")
    names = [order.nom or order.modele for order in loaded.case.documents]
    if (name := nom or vers) in names:
        told = f"« {name} » est déjà dans le dossier ; un autre prend un autre nom"
        raise ValueError(f"{told} : --nom {free_name(vers, names)}")
    return _Addition(loaded, working, templates, life, found, name).write()


class _Addition:
    def __init__(
        self, loaded: LoadedCase, working: Path, templates: Mapping[str, Template], life: Vie, found: Prochain, nom: str
    ):
        self.loaded, self.case, self.working, self.templates = loaded, loaded.case, working, templates
        self.life, self.found, self.nom = life, found, nom
        self.target, self.suite = templates[found.vers], found.suite
        self.blocs: dict[str, dict[str, Any]] = {str(block): told for block, told in found.suite.blocs.items()}
        self.questions = read_questions([self.target])
        self.source = next(o for o in self.case.documents if (o.nom or o.modele) == found.apres)
        self.facts = read_facts(self.case, {slug: t.header.famille for slug, t in templates.items()})
        self.parties = self._parties()
        self.a_faire: list[str] = []
        self.known = self._known()
        self.made = open_scaffold([self.target], working, known=self.known)
        self.made.words |= {"nom": loaded.file.name, "dossier": loaded.folder.name, "suivant": nom}

    def _parties(self) -> dict[str, tuple[str, ...]]:
        """Who someone is to this act → the parties of the case that they are."""
        blocks = "".join(str(self.questions.blocs.get(need, "")) for need in self.target.header.requiert)
        spoken = (est for est in self.questions.est if f"{{{est}}}" in blocks)
        held = (*(self._who(role, told) for role, told in self.target.header.all_roles.items()), *spoken)
        found = {est: tuple(key for key in self._holders(est) if key in self.case.parties) for est in held}
        return {est: keys for est, keys in found.items() if keys}

    def _who(self, role: str, told: Role) -> str:
        est = self.questions.est_of(role, told)
        return self.suite.tient.get(est, est)

    def _holders(self, est: str) -> tuple[str, ...]:
        """The parties that are someone to the case: as its blocks say, as the act that is followed, as others."""
        case, needs = self.case, self.target.header.requiert
        if est == "administration" and case.decision and "decision" in needs:
            return (case.decision.auteur,)
        if est == "administration" and case.demande and "demande" in needs:
            return (case.demande.destinataire,)
        kinds = self.questions.est
        same = {est, *kinds[est].confondu, *(other for other, one in kinds.items() if est in one.confondu)}
        others = [o for o in reversed(case.documents) if o is not self.source]
        for orders, who in (([self.source], {est}), ([self.source], same), (others, {est}), (others, same)):
            for order in orders:
                held = (order.holders(r) for r, told in self._roles(order) if self.questions.est_of(r, told) in who)
                if keys := next(filter(None, held), None):
                    return keys
        if est == "responsable" and case.traitement:
            return (case.traitement.responsable,)
        named = self.questions.parties[self.questions.est[est].qui].valeurs.get("nom")
        return tuple(key for key, party in case.parties.items() if party.nom == named)[:1]

    def _roles(self, order: DocumentOrder) -> list[tuple[str, Role]]:
        template = self.templates.get(order.modele)
        return list(template.header.all_roles.items()) if template else []

    def _optional(self) -> list[str]:
        """The optional roles that the act that is followed fills too."""
        filled = {self.questions.est_of(r, told) for r, told in self._roles(self.source) if self.source.holders(r)}
        wanted, optional = filled & self.parties.keys(), self.target.header.roles_facultatifs
        return [role for role, told in optional.items() if told.est in wanted]

    def _known(self) -> Known:
        case, header = self.case, self.target.header
        blocs: dict[str, Any] = {name: getattr(case, name, None) for name in (*header.requiert, *self.blocs)}
        if "traitement" in blocs:
            blocs["traitement"] = case.traitement or case.traitements
        asked = self.questions.pieces
        proofs: dict[str, Any] = {block: getattr(getattr(case, block, None), "piece", None) for block in asked}
        pieces = {entries[0].cle: proofs[block] for block, entries in asked.items() if entries and proofs[block]}
        authors = self.parties.get(self._who(*next(iter(header.roles.items()))), ())
        if authors and (statuts := case.parties[authors[0]].statuts):
            pieces["statuts"] = statuts
        if case.demande and case.demande.piece_reponse:
            pieces["refus"] = case.demande.piece_reponse
        instance = next((o.instance for o in (self.source, *reversed(case.documents)) if o.instance), None)
        given = {k: v for k in ("numero", "enregistree_le") if instance and (v := getattr(instance, k))}
        theirs = self.templates[self.source.modele]
        return Known(
            parties=self.parties, types={key: party.type for key, party in case.parties.items()},
            tient=self.suite.tient, blocs=blocs, ajouts={block: self._values(block) for block in blocs}, pieces=pieces,
            produite=self._produced(), cles=tuple(p.cle for p in case.pieces), instance=given,
            comme=(self.found.apres, theirs) if self.source.sections.get(ARGUMENT) else None,
        )  # fmt: skip

    def _values(self, block: str) -> dict[str, Any]:
        """What this act must know of a block: as its template says, with the days that the case knows."""
        given = dict(self.blocs.get(block, {}))
        blank = self.questions.blocs.get(block, {})
        noted = {row["vaut"].removeprefix(f"{block}.") for row in event_kinds().values() if "vaut" in row}
        days = {key: day for key in {*blank, *given, *noted} if (day := self.facts.dates.get(f"{block}.{key}"))}
        made = {key: self._value(value) for key, value in given.items()}
        return made | {key: day for key, day in days.items() if made.get(key, blank.get(key)) is None}

    def _value(self, value: Any) -> Any:
        """A value with its words between braces; None when it is one that is not known."""
        if not isinstance(value, str):
            return value
        known = self._words()
        if whole := _WORD.fullmatch(value):
            return known.get(whole[1])
        return _WORD.sub(lambda word: known.get(word[1], word[0]), value)

    def _words(self) -> dict[str, str]:
        told = {f"{REGLE}{d.id}": d.theorique.isoformat() for d in self.life.delais.delais if d.theorique}
        sent = self.source.depose.le if self.source.depose else None
        keys = self.parties.get("administration") or self.parties.get("responsable") or ()
        party = next((self.case.parties[key] for key in keys if key in self.case.parties), None)
        named = party and not party.nom.startswith(TO_FILL)
        article, name = (party.article, party.nom) if party and named else ("l'", "administration")
        told |= {"adverse.le": with_article(article, name), "adverse.au": contract("à", article, name)}
        return {**self.facts.dates, **told, **({"acte.le": sent} if sent else {})}

    def _produced(self) -> dict[str, str]:
        """The act that is followed, as a pièce of this one."""
        if not self.suite.produit:
            return {}
        day = self.source.date or self.case.date  # that it prints, whatever the day on which it left
        titre = f"{self.source.titre or self.templates[self.source.modele].header.titre}, {date_longue(day)}"
        return {"cle": self.suite.produit, "titre": titre, "date": day, "fichier": self.found.apres}

    def write(self) -> Ajout:
        old = self.loaded.file.read_bytes()
        text = old.decode("utf-8-sig")
        made = self._text(text)
        self._compare(self._rendered(text), self._rendered(made))
        copies = dict(self._copies())
        if copies:
            (self.loaded.folder / "pieces").mkdir(parents=True, exist_ok=True)
        bom = codecs.BOM_UTF8 if old.startswith(codecs.BOM_UTF8) else b""
        files = write_set(self.loaded.file.parent, {**copies, self.loaded.file.name: bom + made.encode()})
        lines = self._added(text, made)
        blanks = sum(line.count(TO_FILL) + (": null" in line) for line in lines)
        folder = self.loaded.folder / "pieces"
        told = [(folder / piece["fichier"], piece["titre"]) for piece in self.made.pieces]
        wanted = tuple(f"« {self.made.filled(titre)} » dans {file}" for file, titre in told if not file.exists())
        return Ajout(self.nom, tuple(files), tuple(lines), blanks, tuple(self.a_faire), self.found, wanted)

    def _rendered(self, text: str) -> dict[str, Rendered]:
        """Every document of the case that this text is."""
        loaded = read_case(self.loaded.file, text)
        documents, _ = resolve(loaded, load_library(self.working, loaded)[0])
        numbering = Numbering(loaded, documents)
        return {document.nom: numbering.render(document)[0] for document in documents}

    def _compare(self, before: Mapping[str, Rendered], after: Mapping[str, Rendered]) -> None:
        """Every other act says what it said, and stands the rules that it stood. Raises ValueError, in French."""
        for nom, rendered in before.items():
            both = (rendered, after[nom])
            wrong, worse = ({(p.id, p.chemin) for p in check(r, False) if p.gravite == ERREUR} for r in both)
            if plain_text(rendered) != plain_text(after[nom]) or worse - wrong:
                raise ValueError(f"« {self.nom} » changerait « {nom} » : faites-en un dossier à part (mandats nouveau)")

    @staticmethod
    def _added(before: str, after: str) -> list[str]:
        """The lines of `after` that `before` has not, both in order."""
        old, new = before.splitlines(), after.splitlines()
        changes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        return [line for kind, _, _, start, end in changes if kind != "equal" for line in new[start:end]]

    def _copies(self) -> Iterator[tuple[str, bytes]]:
        """The copy of the act that was filed, under the name of its pièce."""
        key = self.made.words[self.suite.produit or ""]
        piece = next((p for p in self.made.pieces if p["cle"] == key), None)
        if piece is None or self.source.depose is None:
            return
        kept = place_of_copy(self.loaded, self.source.depose.dossier)
        copy = next((c for c in (kept / "envoye.pdf", kept / f"{self.found.apres}.pdf") if c.is_file()), None)
        to = self.loaded.folder / "pieces" / piece["fichier"]
        if copy and to.exists() and to.read_bytes() != copy.read_bytes():
            raise ValueError(f"{to} existe déjà : renommez-le, la copie de l'acte déposé y va")
        if copy:
            yield f"{self.loaded.folder.name}/pieces/{piece['fichier']}", copy.read_bytes()

    def _text(self, text: str) -> str:
        """The case with this act. Raises ValueError, in French, when its layout cannot be followed."""
        made, scaffold, case = text, self.made, self.case
        self.a_faire.clear()
        addresses = {a.nom: a.adresse for a in court_areas().autorites.values()}
        new = _flush(scaffold.items("pieces"))
        if lines := _flush(self._with_court(scaffold.party_lines(addresses))):
            made = extend(made, ("parties",), lines)
        for path, lines in (*self._completed(), *self._author()):
            made = extend(made, path, lines)
        if new and case.pieces:
            made = extend(made, ("pieces",), new)
        told = [f for f in case.faits if not f.documents or self.nom in f.documents]
        if case.faits and not told and not self.blocs.get("faits") and "recit" in self.target.plan.contenu:
            self.a_faire.append(f"nul fait n'est pour cet acte : ajoutez « {self.nom} » à la clé `documents` des faits")
        if case.faits and self.blocs.get("faits"):
            made = extend(made, ("faits",), _flush(scaffold.items("faits", more=True)))
        if lines := scaffold.blocks():
            made = extend(made, (), [*(short for line in lines[1:] for short in shortened(line)), ""])
        own = [f"    nom: {self.nom}"] if self.nom != self.target.slug else []
        own += [f"    vise: {self.source.vise}"] if self.source.vise else []
        own.append(f"    date: {self.life.le.isoformat()}")
        made = extend(made, ("documents",), _flush(scaffold.document(self.target, own, self._optional())))
        before, after = read_yaml(text, "").data, read_yaml(made, "").data
        if not holds(after, before) or comments(text) - comments(made):
            raise ValueError("ce dossier est écrit d'une façon que le programme ne sait pas compléter sans y toucher")
        return made

    def _author(self) -> Iterator[tuple[KeyPath, list[str]]]:
        """What shows that an association may act, when this act is the first to need it."""
        asked = self.questions.parties["association"].statuts.valeurs
        for key in self.parties.get(self.made.author, ())[: "statuts" not in self.known.pieces]:
            told = {k: v for k, v in asked.items() if getattr(self.case.parties[key], k) is None}
            if self.made.words["statuts"] and told and self._is_block(("parties", key)):
                yield ("parties", key), self.made.keys("parties", told)

    def _completed(self) -> Iterator[tuple[KeyPath, list[str]]]:
        """The keys that a block of the case lacks, and this act needs."""
        for block, keys in self.blocs.items():
            held, told = getattr(self.case, block, None), self.known.ajouts[block]  # an act has blocks of its own
            if not held or isinstance(held, tuple):
                continue
            self._same(block, held, told)
            missing = {k: told.get(k) for k in keys if (block, k) not in self.loaded.places and told.get(k) != ""}
            lines = self.made.keys(block, missing)
            if lines and self._is_block((block,)):
                yield (block,), lines
            else:
                self.a_faire += [f"dans « {block} », ajoutez « {line.strip()} »" for line in lines]

    def _same(self, block: str, held: Any, told: Mapping[str, Any]) -> None:
        """A case attacks one decision, and tells one request: another wants a case of its own."""
        whose = [self.made.filled(str(told[key])) for key in ("auteur", "destinataire") if told.get(key)]
        theirs = [getattr(held, key) for key in ("auteur", "destinataire") if hasattr(held, key)]
        nature = getattr(held, "nature", None)
        if (whose and whose != theirs) or told.get("nature", nature) != nature:
            raise ValueError(f"« {block} » dit déjà autre chose ({held.objet}) : faites de cet acte un dossier à part")

    def _is_block(self, path: tuple[str | int, ...]) -> bool:
        try:
            extend(self.loaded.source, path, [])
        except ValueError:
            return False
        return True

    def _with_court(self, lines: list[str]) -> list[str]:
        """The court of the administration's seat, when its address tells it."""
        key = next(iter(self.parties.get("administration", ())), "")
        seat: Party | None = self.case.parties.get(key)
        local = seat and seat.type in ("commune", "collectivite", "etablissement-public")
        code = postal_code(seat.adresse) if seat and local else ""
        court = court_areas().tribunal_of(code) if code else None
        if court is None or court.siege:
            return lines
        named = f'"tribunal administratif {contract("de", "aucun", court.nom)}"'
        return [_ASKED_COURT.sub(lambda _: named, line) for line in lines]


def _flush(lines: Sequence[str]) -> list[str]:
    """Lines of an element of a block without its margin, none too long."""
    return [short.removeprefix("  ") for line in lines for short in shortened(line)]
