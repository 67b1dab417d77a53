"""One document: its plan, its sections, its cover, its annexes. Model in, blocks out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.document import Blank, Document, Item, Rendered, Text
from mandats.model import Party
from mandats.problem import Problem
from mandats.render import cite, numbering, typography
from mandats.render.sandbox import Safe, accord, parties
from mandats.render.scribe import Scribe


def render_document(document: Document) -> tuple[Rendered, list[Problem]]:
    """The document as blocks, and the problems met while rendering. The blocks stand even when there are problems."""
    scribe = Scribe(document)
    base = context(document, scribe)
    blocks = scribe.render(document.template.plan, base | slots(document, scribe, base))
    numbered = numbering.number(blocks, document.template.header.alineas_numerotes)
    _fill(blocks, numbered, scribe)
    _unlink(blocks, set(_places(blocks)))
    rendered = Rendered(
        document,
        blocks,
        typography.french(document.titre),
        tuple(scribe.cited_sources),
        tuple(scribe.cited_pieces),
        tuple(scribe.blanks),
        tuple(scribe.quotations),
    )
    return rendered, scribe.problems


def context(document: Document, scribe: Scribe) -> dict[str, Any]:
    """What every text of the document sees, besides its own parameters."""
    case = document.case
    party = case.parties.get
    traitement: Any = Blank("traitement")
    if document.traitement:
        t = document.traitement
        traitement = t.model_copy(
            update={"responsable": party(t.responsable), "sous_traitant": party(t.sous_traitant or "")}
        )
    decision: Any = Blank("decision")
    if case.decision:
        decision = case.decision.model_copy(update={"auteur": party(case.decision.auteur)})
    demande: Any = Blank("demande")
    if case.demande:
        demande = case.demande.model_copy(update={"destinataire": party(case.demande.destinataire)})
    roles: dict[str, Any] = {}
    for name in (*document.template.header.roles, *document.template.header.roles_facultatifs):
        roles[name] = Blank(name)
    roles |= {name: value[0] if len(value) == 1 else value for name, value in document.roles.items()}
    return {
        **roles,
        **scribe.functions(),
        "affaire": case,
        "document": document.order,
        "registre": document.registre,
        "regime": document.traitement.regime if document.traitement else "rgpd",
        "traitement": traitement,
        "decision": decision,
        "en_refere": document.en_refere,
        "instance_fond": case.instance_fond or Blank("instance_fond"),
        "parties": dict(case.parties),
        "faits": tuple(f for _, f in document.faits),
        "demande": demande,
        "avis_cada": case.avis_cada or Blank("avis_cada"),
        "pieces_du_dossier": tuple(p for _, p in document.jointes),
        "moyens_titres": [],
        "date_acte": document.date,
    }


def slots(document: Document, scribe: Scribe, base: dict[str, Any]) -> dict[str, Any]:
    """What only a plan may call: places that the program fills. A wrong argument is told where it is written."""

    def need(right: bool, what: str) -> None:
        if not right:
            raise ValueError(what)  # told by `render_text`: what `blocks_mark` defers has no place any more

    def section(name: str, niveau: int = 2) -> Safe:
        need(
            isinstance(name, str) and isinstance(niveau, int),
            "section() attend le nom d'une section, puis un niveau de titre",
        )
        return scribe.blocks_mark(lambda: _section(document, scribe, base, name, niveau))

    def signature(role: str) -> Safe:
        need(
            role in (*document.template.header.roles, *document.template.header.roles_facultatifs),
            "signature() attend un rôle du modèle",
        )
        return scribe.blocks_mark(lambda: _signature(document, base[role]))

    def formule(words: str) -> Safe:
        need(isinstance(words, str), "formule() attend un texte")
        return scribe.blocks_mark(lambda: [ast.div([ast.para(typography.inlines(words))], "formule")])

    def reponses(niveau: int = 2) -> Safe:
        need(isinstance(niveau, int), "reponses() attend un niveau de titre")
        return scribe.blocks_mark(lambda: _answers(document, scribe, base, niveau))

    return {
        "section": section,
        "signature": signature,
        "formule": formule,
        "couverture": scribe.blocks_mark(lambda: _cover(document, scribe, base)),
        "sommaire": scribe.blocks_mark(lambda: [ast.div([], "sommaire", "annexe")]),
        "recit": scribe.blocks_mark(lambda: _facts(document, scribe)),
        "bordereau": scribe.blocks_mark(lambda: [_bordereau(document)]),
        "table_des_sources": scribe.blocks_mark(lambda: [ast.div([], "sources", "annexe")]),
        "reponses": reponses,
        "en_tete_lettre": scribe.blocks_mark(lambda: _letter_head(document, base)),
        "contient": lambda name: bool(document.sections.get(name)),
    }


def _section(document: Document, scribe: Scribe, base: dict[str, Any], name: str, level: int) -> list[Node]:
    declared = document.template.header.sections.get(name)
    out: list[Node] = []
    for rank, item in enumerate(document.sections.get(name, ()), 1):
        usual = scribe.regime
        scribe.regime = item.moyen.regime or usual
        title, body = _item(scribe, base, item, level)
        scribe.regime = usual
        if declared and declared.numerotees:
            out.append(_prayer(rank, body, rank == len(document.sections[name])))
            continue
        titled = declared is None or declared.titres
        content = ([ast.heading(level, title)] if titled and title else []) + body
        out.append(ast.div(content, "clause", id=bookmark(item.clause.id) if item.clause else ""))
    return out


def _answers(document: Document, scribe: Scribe, base: dict[str, Any], level: int) -> list[Node]:
    """What the adversary says, in the order of its pleadings, each under its heading with the answer."""
    out: list[Node] = []
    for argument, items in document.reponses:
        rank = document.case.arguments_adverses.index(argument)
        place = document.loaded.places[("arguments_adverses", rank)]
        answers_itself = bool(items and items[0].clause and items[0].clause.header.cause == "reponse")
        que = "qu'" if argument.these[:1].lower() in "aeiouyéèêàâîô" else "que "
        words = {
            "auteur": document.case.parties.get(argument.auteur),
            "these": argument.these,
            "piece_": argument.piece,
            "ou": argument.ou or "",
            "que_these": que + argument.these,
        }
        head = "Sur l'argument selon lequel {{ these }}"
        locus = "{{ piece(piece_, ou) }}" if argument.piece in scribe.numbers else "{{ ou }}" if argument.ou else ""
        if answers_itself:
            lead = f"L'argument est présenté dans les écritures adverses ({locus})." if locus else ""
        else:
            lead = "{{ auteur | Le }} {{ auteur | accord('soutient', 'soutient', 'soutiennent', 'soutiennent') }} {{ que_these }}"
            lead += f" ({locus})." if locus else "."
        out.append(
            ast.heading(
                level, scribe.render_inline(Text(place.fichier, head, place.ligne), base | words, place, brief=True)
            )
        )
        body = scribe.render(Text(place.fichier, lead, place.ligne), base | words, place) if lead else []
        for item in items:
            usual, scribe.regime = scribe.regime, item.moyen.regime or scribe.regime
            title, content = _item(scribe, base, item, level + 1)
            scribe.regime = usual
            # A reply stands under the argument's own heading; anything else brings its title.
            titled = title and not (item.clause and item.clause.header.cause == "reponse")
            body.append(
                ast.div(
                    [*([ast.heading(level + 1, title)] if titled else []), *content],
                    "clause",
                    id=bookmark(item.clause.id) if item.clause else "",
                )
            )
        out += body
    return out


def bookmark(clause: str) -> str:
    """A Word bookmark's name that carries the clause's id; `write` tells apart the uses of one clause.

    >>> bookmark("rgpd/base-legale")
    'rgpd__base_legale'
    """
    return clause.replace("/", "__").replace("-", "_")


def _item(scribe: Scribe, base: dict[str, Any], item: Item, level: int) -> tuple[list[Node], list[Node]]:
    shift = level - 3
    if item.moyen.regime:
        base = base | {"regime": item.moyen.regime}
    title_text = item.moyen.titre
    if item.clause is None:
        text = item.text or Text(item.place.fichier, item.moyen.texte or "", item.place.ligne, item.place.colonne)
        body = scribe.render(text, base, item.place, shift)
        title = (
            scribe.render_inline(Text(item.place.fichier, title_text, item.place.ligne), base, item.place)
            if title_text
            else []
        )
        return title, body
    clause = item.clause
    values = base | dict(item.values)
    words = clause.header.registres.get(scribe.document.registre, "")  # type: ignore[call-overload]
    if words:
        place = clause.places.get(("registres", scribe.document.registre), clause.corps.place())
        before = scribe.text, scribe.caller
        scribe.text, scribe.caller = Text(clause.corps.fichier, words, place.ligne), item.place
        made = scribe.env.render_text(scribe.text, values)
        scribe.tell(made[1])
        scribe.text, scribe.caller = before
        values["consequence"] = Safe(made[0])
    else:
        values["consequence"] = Safe("")
    line = clause.places[("titre",)].ligne
    heading = Text(clause.corps.fichier, title_text or clause.header.titre, line)
    title = scribe.render_inline(heading, values, item.place, brief=True)
    # Plain words stand alone: whoever reads them has no use for the demonstration.
    body = (
        Text(clause.corps.fichier, "{{ consequence }}", clause.corps.ligne)
        if scribe.document.registre == "clair" and words
        else clause.corps
    )
    return title, scribe.render(body, values, item.place, shift)


def _prayer(rank: int, body: list[Node], last: bool) -> Node:
    """« 1°) … ; », the last one ended by a full stop and named so, to stay with the signature."""
    if body and body[-1]["t"] == "Para":
        inlines = body[-1]["c"]
        while inlines and inlines[-1]["t"] == "Space":
            inlines.pop()
        if inlines and inlines[-1]["t"] == "Str":
            inlines[-1]["c"] = inlines[-1]["c"].rstrip(" .;\u00a0\u202f") + ("." if last else "\u202f;")
    if body and body[0]["t"] == "Para":
        body[0] = ast.para([{"t": "Str", "c": f"{rank}°)\u00a0"}, *body[0]["c"]])
    kind = "derniere-conclusion" if last else "conclusion"
    # A prayer that announces a list stays with it, as the last one stays with the signature.
    if len(body) > 1 and body[0]["t"] == "Para" and ast.plain(body[0]).rstrip().endswith(":"):
        return ast.div([ast.div([body[0]], "derniere-conclusion"), ast.div(body[1:], kind)], "conclusion-liste")
    return ast.div(body, kind)


def _facts(document: Document, scribe: Scribe) -> list[Node]:
    out = []
    for i, fait in document.faits:
        place = document.loaded.places[("faits", i)]
        scribe.text, before = Text(place.fichier, fait.fait, place.ligne), scribe.text
        words = fait.fait.rstrip(". ")
        words = f"{typography.date_phrase(fait.date)}, {words}" if fait.date else words[:1].upper() + words[1:]
        inlines = scribe.render_inline(Text(place.fichier, "{{ mots }}", place.ligne), {"mots": Safe(words)}, None)
        known = [p for p in fait.pieces if p in scribe.numbers]
        if known:
            inlines += [{"t": "Space"}, {"t": "Str", "c": "("}, *scribe.refer_to_pieces(known), {"t": "Str", "c": ")"}]
        scribe.text = before
        out.append(ast.para([*inlines, {"t": "Str", "c": "."}]))
    return out


def identity(party: Party) -> list[Node]:
    """Form, seat, numbers and representative, as the head of an act gives them (art. R. 411-1 CJA)."""
    parts: list[list[Node] | str] = []
    if party.forme:
        parts.append(party.forme)
    if party.adresse:
        place = {"personne-physique": "demeurant ", "ministere": "", "etat": "", "autorite": "", "juridiction": ""}
        parts.append(place.get(party.type, "dont le siège est situé ") + party.adresse)
    if party.rna:
        parts.append(
            f"enregistrée sous le n° {party.rna}" if party.genre == "f" else f"enregistré sous le n° {party.rna}"
        )
    if party.siren:
        parts.append(f"SIREN {party.siren}")
    if party.represente_par:
        taken = "prise" if party.genre == "f" else "pris"
        name = f", {party.represente_par.nom}" if party.represente_par.nom else ""
        parts.append(f"{taken} en la personne de {party.represente_par.qualite}{name}")
    if party.avocat:
        parts.append(f"ayant pour avocat {party.avocat}")
    return typography.inlines(", ".join(map(str, parts)))


def _cover(document: Document, scribe: Scribe, base: dict[str, Any]) -> list[Node]:
    cover = document.template.header.couverture
    if cover is None:
        return []
    places = document.template.places

    def line(words: str | None, *path: str | int) -> list[Node]:
        place = places.get(("couverture", *path), document.template.plan.place())
        return scribe.render_inline(Text(place.fichier, words, place.ligne), base) if words else []

    def part(css: str, inlines: list[Node]) -> list[Node]:
        return [ast.div([ast.para(inlines)], css)] if inlines else []

    out = part("destinataire", _upper(line(cover.destinataire, "destinataire"))) + part(
        "mention", line(cover.mention, "mention")
    )
    out += part("acte", typography.inlines(document.titre)) + part("sous-titre", line(cover.sous_titre, "sous_titre"))
    for i, bloc in enumerate(cover.blocs):
        inner: list[Node] = []
        label = _upper(typography.inlines(bloc.etiquette))
        if bloc.texte:
            inner += part("identite", line(bloc.texte, "blocs", i, "texte"))
        if bloc.role and not isinstance(base.get(bloc.role), Blank):
            for party in parties(base.get(bloc.role)):
                inner += part("partie", typography.inlines(_capital(typography.with_article(party.article, party.nom))))
                inner += part("identite", identity(party))
            if bloc.qualite:
                group = parties(base[bloc.role])
                inner += part("qualite", line(bloc.qualite, "blocs", i, "qualite") if group else [])
        if inner:
            out.append(ast.div([ast.div([ast.para(label)], "etiquette"), *inner], "bloc"))
    return [ast.div(out, "couverture", "annexe")]


def _upper(inlines: list[Node]) -> list[Node]:
    """In capitals for good, so that both formats hold the same letters."""
    for node in ast.walk(inlines):
        if node["t"] == "Str":
            node["c"] = node["c"].upper()
    return inlines


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _signature(document: Document, role: Any) -> list[Node]:
    place = document.case.lieu or "…"
    letter = "en_tete_lettre" in document.template.plan.contenu  # its head gives place and date
    lines = [] if letter else [typography.inlines(f"Fait à {place}, le {typography.date_longue(document.date)}")]
    for party in parties(role):
        if isinstance(party, Party):
            who = f"Pour {typography.with_article(party.article, party.nom)}"
            if party.type == "personne-physique":
                who = party.nom
            elif party.represente_par:
                who += ", " + ", ".join(filter(None, (party.represente_par.nom, party.represente_par.qualite)))
            lines.append(typography.inlines(who))
    return [ast.div([ast.para(line) for line in lines], "signature")]


def _letter_head(document: Document, base: dict[str, Any]) -> list[Node]:
    """Sender (the first role) at the left; addressee, place and date at the right; then what the letter is about."""
    sender = next(iter(document.template.header.roles))
    out: list[Node] = []
    for role, css in ((sender, "expediteur"), ("destinataire", "adresse")):
        for party in parties(base.get(role) or ()):
            own = css == "expediteur"
            person = party.represente_par if own else None
            represented = (
                f"{accord(party, 'représenté')} par {', '.join(filter(None, (person.nom, person.qualite)))}"
                if person
                else None
            )
            lines = (represented, party.adresse, party.courriel if own else None, party.telephone if own else None)
            rows = [
                [ast.strong(typography.inlines(_capital(party.nom)))],
                *(typography.inlines(line) for line in lines if line),
            ]
            out.append(ast.div([ast.para(_lines(rows))], css))
    place = document.case.lieu or "…"
    out.append(
        ast.div([ast.para(typography.inlines(f"{place}, le {typography.date_longue(document.date)}"))], "lieu-date")
    )
    if document.order.envoi:
        out.append(ast.div([ast.para([ast.emph(typography.inlines(_capital(document.order.envoi)))])], "lieu-date"))
    out.append(
        ast.div([ast.para(typography.inlines(f"Objet : {document.titre[:1].lower()}{document.titre[1:]}"))], "objet")
    )
    return out


def _lines(rows: list[list[Node]]) -> list[Node]:
    """Several lines in one paragraph."""
    out: list[Node] = []
    for row in rows:
        out += ([{"t": "LineBreak"}] if out else []) + row
    return out


def _bordereau(document: Document) -> Node:
    rows = []
    for i, piece in document.jointes:
        title = piece.titre + (" (pièce produite sous pli séparé)" if piece.confidentielle else "")
        date = typography.date_longue(piece.date) if piece.date else "–"
        rows.append(
            [
                [ast.span(typography.inlines(str(i)), "numero-piece", id=f"piece-{i}")],
                typography.inlines(title),
                typography.inlines(date),
            ]
        )
    made = [
        ast.table([typography.inlines(h) for h in ("N°", "Intitulé", "Date")], rows, [0.08, 0.68, 0.24], "bordereau")
    ]
    if len(document.jointes) < len(document.pieces):
        made.append(ast.para(typography.inlines("Les autres pièces citées, déjà produites, gardent leur numéro.")))
    return ast.div(made, "bordereau", "annexe")


def _places(blocks: list[Node]) -> Iterator[str]:
    """Where a link of the document may lead."""
    for node in ast.walk(blocks):
        if node["t"] in ("Div", "Span", "Table"):
            yield node["c"][0][0]
        elif node["t"] == "Header":
            yield node["c"][1][0]


def _unlink(node: object, places: set[str]) -> None:
    """A link to what this document lacks (a pièce, without its bordereau) is its words alone; in place."""
    if isinstance(node, dict):
        _unlink(node.get("c"), places)
    elif isinstance(node, list):
        for i, child in enumerate(node):
            if (
                isinstance(child, dict)
                and child.get("t") == "Link"
                and (target := child["c"][2][0]).startswith("#")
                and target[1:] not in places
            ):
                node[i] = {"t": "Span", "c": [["", [], []], child["c"][1]]}
            _unlink(node[i], places)


def _fill(blocks: list[Node], numbered: numbering.Numbered, scribe: Scribe) -> None:
    """The contents and the table of sources, now that paragraphs have numbers."""
    for block in blocks:
        if block["t"] != "Div":
            continue
        classes = block["c"][0][1]
        if "sommaire" in classes:
            for level, label, inlines, target, first in numbered.headings:
                if level <= 2:
                    words = [*typography.inlines(label), *([{"t": "Space"}] if label else []), *inlines]
                    entry = ast.div(
                        [ast.para(words)],
                        "ligne",
                        niveau=str(level),
                        cible=target,
                        alinea=str(first) if first <= numbered.last else "",
                    )
                    block["c"][1].append(entry)
        elif "sources" in classes:
            show = scribe.document.template.header.alineas_numerotes
            for group, entries in cite.table_rows(numbered.sources, scribe.sources, show):
                block["c"][1].append(ast.div([ast.para(typography.inlines(group))], "groupe"))
                block["c"][1] += [ast.div([ast.para(entry)], "source") for entry in entries]
