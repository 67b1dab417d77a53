"""Who speaks, to whom, and who signs: heads of pages, the cover of an act, the head of a letter, the signature."""

from collections.abc import Mapping, Sequence
from typing import Any

from mandats import __version__
from mandats import blocks as ast
from mandats.blocks import Node
from mandats.document import Blank, Document, Text
from mandats.model import Party
from mandats.render import typography
from mandats.render.cite import sentence
from mandats.render.sandbox import accord, parties
from mandats.render.scribe import Scribe
from mandats.words import SPECIMEN

HEAD_WIDTH = 72  # characters that stand on one line beside the mention « spécimen », even in a wide substitute font


def paragraph(name: str, words: str | list[Node]) -> Node:
    """A paragraph in its division."""
    return ast.div([ast.para(typography.inlines(words) if isinstance(words, str) else words)], name)


def page_inputs(document: Document, title: str) -> dict[str, str]:
    """What page.typ and the Word headers are given: the running heads, and the file's own title, author and day."""
    header, specimen = document.template.header, document.case.specimen
    signer = next((p for role in header.roles for p in document.roles.get(role, ())), None)
    act, affair = document.titre, document.case.titre
    both = f"{act} – {affair}"  # the act alone when one line cannot hold both, or when they say the same
    head = both if len(both) <= HEAD_WIDTH and act.lower() not in affair.lower() else act
    return {
        "titre": f"{title} ({typography.french(SPECIMEN)})" if specimen else title,  # read aloud: running heads are not
        "date": document.date,
        "auteur": typography.french(signer.nom) if signer else "",
        "entete_gauche": typography.french(head),
        "entete_droite": typography.french(SPECIMEN) if specimen else "",
        "specimen": "oui" if specimen else "non",
        "dossier": document.case.titre,
        "acte": document.nom,
        "version": __version__,
        "garde": "oui" if header.couverture else "lettre" if header.genre == "acte" else "non",
    }


def cover(scribe: Scribe, base: Mapping[str, Any]) -> list[Node]:
    """The court, the act's title, the parties in their blocks; nothing when the template has no cover."""
    document = scribe.document
    asked = document.template.header.couverture
    if asked is None:
        return []

    def line(name: str, words: str | None, *path: str | int) -> list[Node]:
        place = document.template.places.get(("couverture", *path), document.template.plan.place())
        inlines = scribe.render_inline(Text(place.fichier, words, place.ligne), base) if words else []
        shown = _upper(inlines) if name in ("destinataire", "etiquette") else inlines
        return [paragraph(name, shown)] if inlines else []

    out = line("destinataire", asked.destinataire, "destinataire") + line("mention", asked.mention, "mention")
    out += [paragraph("acte", document.titre), *line("sous-titre", asked.sous_titre, "sous_titre")]
    for i, bloc in enumerate(asked.blocs):
        inner = sentence(line("identite", bloc.texte, "blocs", i, "texte"))
        role = base.get(bloc.role) if bloc.role else None
        if bloc.role and not isinstance(role, Blank):
            for party in parties(role):
                named = typography.capital(typography.with_article(party.article, party.nom))
                where = [party.telephone, party.courriel] if bloc.courriel else []
                told = ", ".join(filter(None, (identity(party), *where)))
                inner += [paragraph("partie", named), *([paragraph("identite", told)] if told else [])]
            if parties(role):
                inner += line("qualite", bloc.qualite, "blocs", i, "qualite")
        if inner:
            out.append(ast.div([*line("etiquette", bloc.etiquette, "blocs", i, "etiquette"), *inner], "bloc"))
    return [ast.div(out, "couverture")]


def identity(party: Party) -> str:
    """Form, seat, numbers and representative, as the head of an act gives them (art. R. 411-1 CJA)."""
    parts = [party.forme]
    if party.adresse:
        seat = {"personne-physique": "demeurant ", "ministere": "", "etat": "", "autorite": "", "juridiction": ""}
        parts.append(seat.get(party.type, "dont le siège est situé ") + party.adresse)
    if party.rna:
        parts.append(f"{'enregistrée' if party.genre == 'f' else 'enregistré'} sous le n° {party.rna}")
    if party.siren:
        parts.append(f"SIREN {party.siren}")
    if person := party.represente_par:
        taken = "prise" if party.genre == "f" else "pris"
        parts.append(f"{taken} en la personne de {person.qualite}" + (f", {person.nom}" if person.nom else ""))
    if party.avocat:
        parts.append(f"ayant pour avocat {party.avocat}")
    return ", ".join(filter(None, parts))


def signed(party: Party, letter: bool, behalf: Sequence[Party] = ()) -> str:
    """Who signs, for whom: itself, or those of whom it has a mandate (`behalf`)."""
    counsel = None if letter else party.avocat  # whoever pleads signs (art. R. 431-4 CJA)
    if party.type == "personne-physique" and not counsel and not behalf:
        return party.nom
    names = [typography.with_article(one.article, one.nom) for one in behalf or (party,)]
    holder = [typography.with_article(party.article, party.nom)] if behalf else []
    who = [f"Pour {typography.enumeration(names)}", *holder]
    return ", ".join([*who, *([counsel] if counsel else _named(party))])


def signature(document: Document, role: Any, behalf: Any = ()) -> list[Node]:
    """Place and date, unless the head of the letter gives them; then a line for each who signs, for whom (`behalf`)."""
    letter = "en_tete_lettre" in document.template.plan.contenu
    lines = [] if letter else [ast.para(typography.inlines(f"Fait à {_place_and_date(document)}"))]
    whom = [party for party in parties(behalf) if isinstance(party, Party)]
    lines += [paragraph("signataire", signed(p, letter, whom)) for p in parties(role) if isinstance(p, Party)]
    return [ast.div(lines, "signature")]


def closing(role: Any, to: str, several: bool) -> list[Node]:
    """The formula of courtesy, in the number of those who write; `several`: the letter says « nous »."""
    nous = several or len(parties(role)) > 1
    pray, our = ("Nous vous prions", "notre") if nous else ("Je vous prie", "ma")
    return [ast.para(typography.inlines(f"{pray} d'agréer, {to}, l'expression de {our} considération distinguée."))]


def letter_head(document: Document, base: Mapping[str, Any]) -> list[Node]:
    """Sender (the first role) at the left; addressee, place and date at the right; then what the letter is about."""
    out: list[Node] = []
    sender = next(iter(document.template.header.roles))
    for role, name in ((sender, "expediteur"), ("destinataire", "adresse")):
        for party in parties(base.get(role) or ()):
            lines = [party.adresse]
            if name == "expediteur":
                by = ", ".join(_named(party))
                lines = [by and f"{accord(party, 'représenté')} par {by}", *lines, party.courriel, party.telephone]
            inlines: list[Node] = [{"t": "Strong", "c": typography.inlines(typography.capital(party.nom))}]
            for line in filter(None, lines):
                inlines += [{"t": "LineBreak"}, *typography.inlines(line)]
            out.append(paragraph(name, inlines))
    out.append(paragraph("lieu-date", _place_and_date(document)))
    if document.order.envoi:
        sending = typography.inlines(typography.capital(document.order.envoi))
        out.append(paragraph("lieu-date", [{"t": "Emph", "c": sending}]))
    return [*out, paragraph("objet", f"Objet : {document.titre[:1].lower()}{document.titre[1:]}")]


def _named(party: Party) -> list[str]:
    """Name and quality of who represents it."""
    person = party.represente_par
    return [words for words in (person.nom, person.qualite) if words] if person else []


def _place_and_date(document: Document) -> str:
    return f"{document.case.lieu or '…'}, le {typography.date_longue(document.date)}"


def _upper(inlines: list[Node]) -> list[Node]:
    """In capitals for good, so that both formats hold the same letters."""
    for node in ast.walk(inlines):
        if node["t"] == "Str":
            node["c"] = node["c"].upper()
    return inlines
