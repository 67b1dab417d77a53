"""One document: its plan, its sections, its annexes. Model in, blocks out."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.document import Blank, Document, Item, Rendered, Text, Use
from mandats.parts import FIELDS, WORDING, Part, assemble, is_named
from mandats.problem import Impossible, KeyPath, Problem
from mandats.render import cite, numbering, typography
from mandats.render.cover import closing, cover, letter_head, paragraph, signature
from mandats.render.retouches import inlines, retouch
from mandats.render.sandbox import Safe
from mandats.render.scribe import Scribe, find_quotations


def render_document(document: Document) -> tuple[Rendered, list[Problem]]:
    """The document as blocks, and the problems met while rendering. The blocks stand even when there are problems."""
    scribe = Scribe(document)
    plan = _Plan(scribe)
    blocks = scribe.render(document.template.plan, plan.base | plan.slots())
    scribe.mentions.forget_unused(blocks)
    if document.order.retouches:
        blocks = _retouched(blocks, scribe)
    _fill(blocks, numbering.number(blocks, document.template.header.alineas_numerotes), scribe)
    title, cited = typography.french(document.titre), (tuple(scribe.cited_sources), tuple(scribe.cited_pieces))
    rendered = Rendered(document, _link(blocks), title, *cited, tuple(scribe.blanks), tuple(scribe.quotations))
    rendered = replace(rendered, developed=tuple(scribe.developed), printed=plan.printed)
    return rendered, scribe.problems


def _retouched(blocks: list[Node], scribe: Scribe) -> list[Node]:
    """The blocks as the document says them otherwise; what it quotes is looked up like any quotation."""
    document = scribe.document
    path = ("documents", document.index, "retouches")
    for rank, one in enumerate(document.order.retouches):
        for cle, words in (("devient", one.devient), ("ajoute", one.ajoute)):
            place = document.loaded.place_of((*path, rank, cle))
            said = Text(place.fichier, words or "", place.ligne, place.colonne)
            scribe.quotations += find_quotations([ast.para(inlines(said.contenu))], said)
    return retouch(
        blocks, document.order.retouches,
        lambda rank, told: scribe.problems.append(document.loaded.problem("retouche", (*path, rank), told)),
    )  # fmt: skip


def context(document: Document, scribe: Scribe) -> dict[str, Any]:
    """What every text of the document sees, besides its own parameters."""
    case, header = document.case, document.template.header
    asked = {famille for one in case.documents for famille in document.library.familles.get(one.modele, ())}

    def tied(nom: str, value: Any, *keys: str) -> Any:
        """The value with parties in place of their keys; a blank when the case gives none."""
        found = {key: case.parties.get(getattr(value, key, None) or "") for key in keys}
        return value.model_copy(update=found) if value else Blank(nom)

    return {
        **{name: Blank(name) for name in (*header.roles, *header.roles_facultatifs)},
        **{name: value[0] if len(value) == 1 else value for name, value in document.roles.items()},
        **scribe.functions(),
        "affaire": case,
        "document": document.order,
        "registre": document.registre,
        "regime": document.traitement.regime if document.traitement else "rgpd",
        "traitement": tied("traitement", document.traitement, "responsable", "sous_traitant"),
        "decision": tied("decision", case.decision, "auteur"),
        "en_refere": document.en_refere,
        "suspension": asked.isdisjoint({"liberte", "mesures-utiles"}),  # no référé of the case asks for another thing
        "defense": document.after_defence,
        "rattachements": document.rattachements,
        "organisme": document.organisme or Blank("organisme", told=True),
        "prive": document.prive,
        "instance_fond": tied("instance_fond", case.instance_fond),
        "jugement": tied("jugement", document.order.jugement, "juridiction"),
        "parties": dict(case.parties),
        "faits": tuple(f for _, f in document.faits),
        "demande": tied("demande", case.demande, "destinataire"),
        "avis_cada": tied("avis_cada", case.avis_cada),
        "pieces_du_dossier": tuple(p for _, p in document.jointes),
        "moyens_titres": [],
        "date_acte": document.date if document.propre_date or not header.date_propre else Blank("date"),
        "argument": Blank("argument", told=True),  # the adverse argument under whose heading a clause stands: `answers`
    }


class _Plan:
    """What the slots of one document's plan are filled with."""

    def __init__(self, scribe: Scribe):
        self.scribe, self.document = scribe, scribe.document
        self.base = context(self.document, scribe)
        self.printed: dict[KeyPath, list[Node]] = {}

    def slots(self) -> dict[str, Any]:
        """What only a plan may call: places that the program fills. A wrong argument is told where it is written."""
        document, later, header = self.document, partial(self.scribe.mark, None), self.document.template.header
        roles = (*header.roles, *header.roles_facultatifs)

        def need(right: bool, what: str) -> None:
            if not right:
                raise Impossible(what)  # told by `render_text`: what `later` defers has no place any more

        def section(name: str, niveau: int = 2) -> Safe:
            right = isinstance(name, str) and isinstance(niveau, int)
            need(right, "section() attend le nom d'une section, puis un niveau de titre")
            return later(lambda: self.section(name, niveau))

        def sign(role: str, pour: str = "") -> Safe:
            need(role in roles and pour in (*roles, ""), "signature() attend un rôle du modèle, ou deux")
            return later(lambda: signature(document, self.base[role], self.base.get(pour, ())))

        def politesse(role: str, to: str) -> Safe:
            need(role in roles and isinstance(to, str), "politesse() attend un rôle du modèle, puis une civilité")
            return later(lambda: closing(self.base[role], to, self.scribe.several))

        def formule(words: str) -> Safe:
            need(isinstance(words, str), "formule() attend un texte")
            return later(lambda: [paragraph("formule", words)])

        def reponses(niveau: int = 2) -> Safe:
            need(isinstance(niveau, int), "reponses() attend un niveau de titre")
            return later(lambda: self.answers(niveau))

        def contains(name: str, clause: str = "") -> bool:
            """Whether a section says something; with `clause`, whether that clause is there to say it."""
            items = document.sections.get(name, ())
            return any(not clause or (item.clause and item.clause.id == clause) for item in items)

        return {
            "section": section,
            "signature": sign,
            "politesse": politesse,
            "formule": formule,
            "reponses": reponses,
            "couverture": later(lambda: cover(self.scribe, self.base)),
            "sommaire": later(lambda: [ast.div([], "sommaire")]),
            "recit": later(self.facts),
            "bordereau": later(lambda: [_bordereau(document)]),
            "table_des_sources": later(lambda: [ast.div([], "sources")]),
            "en_tete_lettre": later(lambda: letter_head(document, self.base)),
            "contient": contains,
        }

    def section(self, name: str, level: int) -> list[Node]:
        declared = self.document.template.header.sections.get(name)
        items = self.document.sections.get(name, ())
        if declared and declared.numerotees:
            whole = [self.printed.setdefault(item.path, self.item(item, level)[1]) for item in items]
            bodies = [prayer for body in whole for prayer in _prayers(body)]
            return [_prayer(rank, body, rank == len(bodies)) for rank, body in enumerate(bodies, 1)]
        titled = declared is None or declared.titres
        return [self.clause(item, level + item.moyen.niveau, titled) for item in items]

    def answers(self, level: int) -> list[Node]:
        """What the adversary says, in the order of its pleadings, each under its heading with the answer."""
        case, scribe, out = self.document.case, self.scribe, []
        for argument, items in self.document.reponses:
            place = self.document.loaded.places[("arguments_adverses", case.arguments_adverses.index(argument))]
            que = "qu'" if argument.these[:1].lower() in "aeiouyéèêàâîô" else "que "
            values = self.base | {"auteur": case.parties.get(argument.auteur), "piece_": argument.piece}
            values |= {"these": argument.these, "que_these": que + argument.these, "ou": argument.ou or ""}
            head = Text(place.fichier, "Sur l'argument selon lequel {{ these }}", place.ligne)
            out.append(ast.heading(level, scribe.render_inline(head, values, place, brief=True)))
            locus = "{{ piece(piece_, ou) }}" if argument.piece in scribe.numbers else "{{ ou }}" if argument.ou else ""
            says = "{{ auteur | Le }} {{ auteur | verbe('soutient', 'soutiennent') }} {{ que_these }}"
            if items and _replies(items[0]):
                says = "{{ auteur | Le }} {{ auteur | verbe('le soutient', 'le soutiennent') }}" if locus else ""
            if says:
                lead = says + (f" ({locus})." if locus else ".")
                out += scribe.render(Text(place.fichier, lead, place.ligne), values, place)
            items = tuple(replace(item, values={**item.values, "argument": argument}) for item in items)
            # A reply stands under the argument's own heading; anything else brings its title.
            out += [self.clause(item, level + 1, not _replies(item)) for item in items]
        return out

    def clause(self, item: Item, level: int, titled: bool) -> Node:
        title, body = self.item(item, level)
        heading = [ast.heading(level, title)] if titled and title and body else []
        self.printed[item.path] = [*heading, *body]
        # Its id as a Word bookmark may be named; `write` tells apart the uses of one clause.
        bookmark = item.clause.id.replace("/", "__").replace("-", "_") if item.clause else ""
        return ast.div([*heading, *body], "clause", id=bookmark)

    def item(self, item: Item, level: int) -> tuple[list[Node], list[Node]]:
        """The title and the blocks of what an item of the case inserts, under the regime that it names."""
        moyen, clause, scribe = item.moyen, item.clause, self.scribe
        values = self.base | ({"regime": moyen.regime} if moyen.regime else {}) | dict(item.values)
        with scribe.reading(regime=moyen.regime or ""):
            if clause is None:
                text = item.text or Text(item.place.fichier, moyen.texte or "", item.place.ligne, item.place.colonne)
                heading = Text(item.place.fichier, moyen.titre or "", item.place.ligne, item.place.colonne)
                body = scribe.render(text, values, item.place, level)
                return scribe.render_inline(heading, values, item.place), body
            text, registre = self.body(item, values), self.document.registre
            if acteur := clause.header.acteur:
                held = getattr(values["decision" if acteur == "auteur" else "traitement"], acteur)
                if self.document.traitement is None and acteur == "responsable":  # a letter: whom it is written to
                    others = (p for parties in [*self.document.roles.values()][1:] for p in parties)
                    held = next((p for p in others if p.type not in ("autorite", "juridiction")), held)
                values["acteur"] = held
            registres: Mapping[Any, str] = clause.header.registres
            values["consequence"] = Safe("")
            if own := item.remplace.get(WORDING):
                with scribe.reading(own):
                    values[WORDING] = Safe(scribe.markdown(values).strip())
            elif words := registres.get(registre):
                place = clause.places.get(("registres", registre), text.place())
                with scribe.reading(Text(text.fichier, words, place.ligne, livre=text.livre), item.place):
                    values["consequence"] = Safe(scribe.markdown(values))
                if registre == "clair":  # plain words stand alone: whoever reads them has no use for the demonstration
                    text = Text(text.fichier, "{{ consequence }}", text.ligne)
            heading = Text(clause.corps.fichier, moyen.titre or clause.header.titre, clause.places[("titre",)].ligne)
            heading = replace(heading, livre=text.livre and not moyen.titre)
            title = scribe.render_inline(heading, values, item.place, brief=True)
            return title, _headed(scribe.render(text, values, item.place, level))

    def body(self, item: Item, values: dict[str, Any]) -> Text:
        """What a clause says in this document: its blocks that the case, the day, the field and the regime leave."""
        clause, scribe, document = item.clause, self.scribe, self.document
        assert clause
        dropped: list[Part] = []
        replaced: dict[Part, str] = {}
        for part in clause.parts:
            known = all(scribe.known_then(cle) for cle in part.sources)
            apart = part.nom in FIELDS and not all(document.pleads(scribe.sources[c]) for c in part.sources if known)
            elsewhere = bool(part.regimes) and values["regime"] not in part.regimes
            unvoiced = bool(part.registres) and document.registre not in part.registres
            if is_named(part, item.moyen.sans) or not known or apart or elsewhere or unvoiced:
                dropped.append(part)
                continue
            if part.nom in FIELDS and document.registre != "clair":
                scribe.developed += (Use(cle, item.place, item.place) for cle in part.sources)
            words = item.remplace.get(part.numero)
            said = (other for other in replaced if other.nom == part.nom and other.numero not in item.remplace)
            if words is None and any(said):
                dropped.append(part)  # the case says once what several blocks said
            elif words := words or item.remplace.get(part.nom):
                with scribe.reading(words):
                    values[f"bloc_{part.debut}"] = Safe(scribe.markdown(values).strip())
                replaced[part] = f"bloc_{part.debut}"
        return replace(clause.corps, contenu=assemble(clause.corps.contenu, clause.parts, dropped, replaced))

    def facts(self) -> list[Node]:
        scribe, out = self.scribe, []
        for i, fait in self.document.faits:
            place = self.document.loaded.places[("faits", i)]
            words = fait.fait.rstrip(". ")
            if fait.date:
                words = f"{'Le' if fait.date.count('-') == 2 else 'En'} {typography.date_longue(fait.date)}, {words}"
            known = [p for p in fait.pieces if p in scribe.numbers]
            told = "{{ mots }}" + (" ({{ pieces(connues) }})." if known else ".")
            line = Text(place.fichier, told, place.ligne, place.colonne)
            values = self.base | {"mots": Safe(typography.capital(words)), "connues": known}
            out.append(ast.para(scribe.render_inline(line, values, scribe.caller)))
        return out


def _replies(item: Item) -> bool:
    """Whether it inserts a clause made to answer an adverse argument."""
    return bool(item.clause and item.cause == "reponse")


def _headed(body: list[Node]) -> list[Node]:
    """The blocks of a clause without the headings under which the case, or the day, leaves nothing."""
    kept: list[Node] = []
    for node in reversed(body):
        below = kept[-1] if kept else ast.heading(0, [])
        if node["t"] != "Header" or below["t"] != "Header" or below["c"][0] > node["c"][0]:
            kept.append(node)
    return kept[::-1]


def _prayers(body: list[Node]) -> list[list[Node]]:
    """What an item asks for, a prayer for each paragraph that opens with its verb in bold."""
    found: list[list[Node]] = []
    for node in body:
        opens = node["t"] == "Para" and node["c"][:1] and node["c"][0]["t"] == "Strong"
        if opens or not found:
            found.append([])
        found[-1].append(node)
    return found or [body]


def _prayer(rank: int, body: list[Node], last: bool) -> Node:
    """« 1°) … ; », the last one ended by a full stop and named so, to stay with the signature."""
    if body and body[-1]["t"] == "Para":
        inlines = body[-1]["c"]
        while inlines and inlines[-1]["t"] == "Space":
            inlines.pop()
        if inlines and inlines[-1]["t"] == "Str":
            words = inlines[-1]["c"].rstrip(" .;\u00a0\u202f")
            inlines[-1]["c"] = words if words.endswith("?") else words + ("." if last else "\u202f;")
    if body and body[0]["t"] == "Para":
        body[0] = ast.para([ast.text(f"{rank}°)\u00a0"), *body[0]["c"]])
    elif body:
        body.insert(0, ast.para([ast.text(f"{rank}°)")]))
    kind = "derniere-conclusion" if last else "conclusion"
    # A prayer that announces a list stays with it, as the last one stays with the signature.
    if len(body) > 1 and body[0]["t"] == "Para" and ast.plain(body[0]).rstrip().endswith(":"):
        return ast.div([ast.div([body[0]], "derniere-conclusion"), ast.div(body[1:], kind)], "conclusion-liste")
    return ast.div(body, kind)


def _bordereau(document: Document) -> Node:
    rows = [[typography.inlines(head) for head in ("N°", "Intitulé", "Date")]]
    for n, piece in document.jointes:
        title = piece.titre + (" (pièce produite sous pli séparé)" if piece.confidentielle else "")
        date = typography.date_longue(piece.date) if piece.date else "–"
        number = ast.span(typography.inlines(str(n)), "numero-piece", id=f"piece-{n}")
        rows.append([[number], typography.inlines(title), typography.inlines(date)])
    made = [ast.table(rows[0], rows[1:], [0.08, 0.68, 0.24], "bordereau")]
    if len(document.jointes) < len(document.pieces):
        made.append(ast.para(typography.inlines("Les autres pièces citées, déjà produites, gardent leur numéro.")))
    return ast.div(made, "bordereau")


def _fill(blocks: list[Node], numbered: numbering.Numbered, scribe: Scribe) -> None:
    """The contents and the table of sources, now that paragraphs have numbers; in place."""
    for block in blocks:
        _, classes, _ = ast.attributes(block)
        if "sommaire" in classes:
            for level, label, inlines, target, first in numbered.headings:
                if level <= 2:
                    words = [*typography.inlines(label), *([typography.SPACE] if label else []), *inlines]
                    alinea = str(first) if first <= numbered.last else ""
                    line = ast.div([ast.para(words)], "ligne", niveau=str(level), cible=target, alinea=alinea)
                    block["c"][1].append(line)
        elif "sources" in classes:
            show = scribe.document.template.header.alineas_numerotes
            for group, entries in cite.table_rows(numbered.sources, scribe.sources, show):
                block["c"][1] += [paragraph("groupe", group), *(paragraph("source", entry) for entry in entries)]


ADDRESS = re.compile(r"([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")  # of e-mail


def _link(blocks: list[Node]) -> list[Node]:
    """The blocks, where an e-mail address is a link, and a link to what they lack (a pièce, without its bordereau) its
    words alone."""
    places, touched = {""}, list[list[Node]]()
    for block in blocks:
        touched.append([])
        for node in ast.walk(block):
            kind = node["t"]
            if kind in ("Div", "Span", "Header", "Table"):
                places.add(ast.attributes(node)[0])
            if kind == "Link" or (kind == "Str" and "@" in node["c"]):
                touched[-1].append(node)

    def lost(node: Node) -> bool:
        return node["t"] == "Link" and node["c"][2][0].startswith("#") and node["c"][2][0][1:] not in places

    def address(node: Node) -> bool:
        return node["t"] == "Str" and "@" in node["c"]

    def tie(node: Node) -> list[Node] | None:
        if node["t"] == "Link":
            return [ast.span(node["c"][1])] if lost(node) else [node]
        if not address(node):
            return None
        parts = ADDRESS.split(node["c"])
        return [ast.link([ast.text(p)], f"mailto:{p}") if i % 2 else ast.text(p) for i, p in enumerate(parts) if p]

    kept: list[Node] = []
    for block, within in zip(blocks, touched, strict=True):
        kept += ast.rewrite([block], tie) if any(lost(node) or address(node) for node in within) else [block]
    return kept
