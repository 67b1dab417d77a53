"""Rules on what the case gives the document: values, facts, pièces, answers."""

import re
from collections.abc import Iterator

from mandats import blocks
from mandats.checks.rule import Finding, rule
from mandats.document import BLANK, Rendered
from mandats.problem import ERREUR, KeyPath, write_path
from mandats.render.typography import date_longue


@rule("a-completer", final=True)
def a_completer(rendered: Rendered) -> Iterator[Finding]:
    """Nothing that the case announces is left to fill in: no « [à compléter », no `null` that the document prints."""
    document, loaded = rendered.document, rendered.document.loaded
    printed = {use.cle for use in rendered.blanks}
    items = {item.path: item for item in document.items()}
    for path, words in loaded.left_blank.items():
        item = items.get(path[:4])
        elsewhere = path[0] == "documents" and path[1:2] not in ((), (document.index,)) and not item
        taken = item.clause.header.parametres if item and item.clause and path[4:5] == ("avec",) else {}
        parametre = taken.get(str(path[-1]))
        required = bool(parametre and not parametre.facultatif)  # a loop prints nothing of a list that is missing
        if elsewhere or (not words and path[-1] not in printed and not required):
            continue
        asked = words.strip("[]").removeprefix("à compléter").lstrip(" :")
        asked = asked or (parametre.aide if parametre else "")
        yield loaded.places[path], write_path(path), "à compléter" + (f" : {asked}" if asked else "")
    for item in items.values():
        for text in filter(None, (item.text, *item.remplace.values())):
            for found in BLANK.finditer(text.contenu):
                yield text.at(found.start()), write_path(item.path), f"à compléter : {found[1]}"


BLOCKS = ("decision", "demande", "avis_cada", "instance_fond")  # of the case, that acts print


@rule("blanc", final=True)
def blanc(rendered: Rendered) -> Iterator[Finding]:
    """No value is missing."""
    loaded = rendered.document.loaded
    told = {path[-1] for path in loaded.left_blank}  # `a-completer` gives their line in the case
    held = [(name, block) for name in BLOCKS if (block := getattr(loaded.case, name))]
    for use in rendered.blanks:
        lacks = [name for name, block in held if getattr(block, use.cle, "") is None]
        if use.cle not in told and len(lacks) == 1:  # a key of the case, which the drafter has to write
            yield loaded.places[(lacks[0],)], f"{lacks[0]}.{use.cle}", "clé absente, que l'acte imprime"
        elif use.cle not in told:
            called = f" (appelée par {use.appel})" if use.appel else ""
            yield use.place, use.cle, f"valeur laissée en blanc{called}"


@rule("accolades", ERREUR)
def accolades(rendered: Rendered) -> Iterator[Finding]:
    """A value of the case holds no braces « {{ }} » or « {% %} »."""
    document = rendered.document
    places = document.loaded.places
    facts = [(("faits", i, "fait"), f.fait) for i, f in document.faits]
    given = [((*item.path, "avec", n), v) for item in document.items() for n, v in item.moyen.avec.items()]
    for path, value in facts + given:
        if any(mark in str(value) for mark in ("{{", "{%")):
            message = "accolades imprimées telles quelles : mettez ce texte dans un fichier de prose"
            yield places.get(path) or places[path[:-1]], write_path(path), message


@rule("argument-sans-reponse", ERREUR)
def argument_sans_reponse(rendered: Rendered) -> Iterator[Finding]:
    """Every adverse argument that a réplique takes up is answered."""
    document = rendered.document
    if "arguments_adverses" not in document.template.header.requiert:
        return
    for argument, _ in document.reponses:
        if not argument.reponse:
            path = ("arguments_adverses", document.case.arguments_adverses.index(argument))
            where = f" ({argument.ou})" if argument.ou else ""
            remedy = "répondez-y, ou ne le citez plus (R. 611-1 CJA) ; cherchez une clause : mandats clauses replique"
            message = f"argument adverse laissé sans réponse{where} : « {argument.these[:80]} » : {remedy}"
            yield document.loaded.places[path], write_path((*path, "reponse")), message


@rule("fait-sans-piece")
def fait_sans_piece(rendered: Rendered) -> Iterator[Finding]:
    """Every fact rests on a pièce (art. R. 412-1 and R. 412-2 CJA)."""
    document = rendered.document
    for i, fait in document.faits if document.template.header.genre == "acte" else ():
        invented = fait.fictif and document.case.specimen
        if not (fait.pieces or fait.source or invented):
            told = "fait sans pièce qui le prouve, ni « source: » qui dise d'où on le tient"
            yield document.loaded.places[("faits", i)], f"faits[{i}].pieces", told


@rule("fait-fictif", ERREUR)
def fait_fictif(rendered: Rendered) -> Iterator[Finding]:
    """What is invented stands in a specimen only."""
    document = rendered.document
    case = document.case
    if case.specimen:
        return
    held: list[tuple[KeyPath, bool, str]] = [(("faits", i), fait.fictif, "fait inventé") for i, fait in document.faits]
    held += [(("arguments_adverses", i), a.fictif, "argument inventé") for i, a in enumerate(case.arguments_adverses)]
    held.append((("demande",), bool(case.demande and case.demande.fictif), "demande ou réponse inventée"))
    for path, invented, what in held:
        if invented:
            yield document.loaded.places[path], write_path((*path, "fictif")), f"{what}, dans un dossier réel"


_COMMON = re.compile(r"(?!l['’]|(?:les?|la) )[a-zà-ÿ]")  # how a common noun without its article begins
# What may stand before a common noun.
_WORDS = "les? la une? du des? aux? ce cet cette ces sa son ses leurs? notre votre tout chaque aucune? nommée? dite?"
_DETERMINED = re.compile(rf"(?:\b(?:{_WORDS.replace(' ', '|')}) |[l'«(] ?)$", re.I)


@rule("nom-sans-article")
def nom_sans_article(rendered: Rendered) -> Iterator[Finding]:
    """A common noun that a text prints as a subject has its article."""
    document = rendered.document
    traitement = document.traitement
    if not traitement or traitement.article != "aucun" or not _COMMON.match(traitement.nom):
        return
    key = ("traitements", document.order.vise) if document.order.vise else ("traitement",)
    nom = re.compile(re.escape(traitement.nom.replace("’", "'")), re.I)
    for nodes in rendered.printed.values():
        words = re.sub(r"\s", " ", blocks.plain(nodes)).replace("’", "'")
        bare = (found for found in nom.finditer(words) if not _DETERMINED.search(words[: found.start()]))
        if found := next(bare, None):
            shown = words[found.start() : found.end() + 20].strip()
            told = f"« {shown}… » s'imprime sans article : écrivez « article: le », la, l' ou les"
            yield document.loaded.place_of((*key, "nom")), write_path((*key, "nom")), told
            return


@rule("piece-non-citee")
def piece_non_citee(rendered: Rendered) -> Iterator[Finding]:
    """Every pièce that the document lists is cited at least once, but those of an earlier act of its instance."""
    document = rendered.document
    cited = {*rendered.cited_pieces, *document.produites}
    ranks = {p.cle: i for i, p in enumerate(document.case.pieces)}
    for piece in document.pieces if document.order.pieces and document.template.header.genre == "acte" else ():
        if piece.cle not in cited:
            path = ("pieces", ranks[piece.cle])
            message = f"pièce « {piece.titre} » jamais citée : à citer ou à retirer de la liste"
            yield document.loaded.places[path], write_path(path), message


@rule("piece-date")
def piece_date(rendered: Rendered) -> Iterator[Finding]:
    """A pièce bears the day of what it is, and no later one than the act that it goes with."""
    document = rendered.document
    case, ranks = document.case, {p.cle: i for i, p in enumerate(document.case.pieces)}
    blocs = ((case.decision, "la décision"), (case.demande, "la demande"), (case.avis_cada, "l'avis"))
    dated = [(held.piece, held.date, what) for held, what in blocs if held]
    acts = [party.habilitation for party in case.parties.values() if party.habilitation]
    dated += [(held.piece, held.date, "la délibération") for held in acts]
    for piece in document.pieces if document.template.header.genre == "acte" else ():
        if not piece.date:
            continue
        path = ("pieces", ranks[piece.cle], "date")
        held = [(day, what) for cle, day, what in dated if cle == piece.cle and day]
        if held and not any(day.startswith(piece.date) or piece.date.startswith(day) for day, _ in held):
            day, what = held[0]
            told = f"{what} que cette pièce contient a une autre date au dossier ({date_longue(day)})"
            yield document.loaded.place_of(path), write_path(path), told
        if piece.date > document.date and not document.date.startswith(piece.date):
            told = f"pièce postérieure à l'acte ({date_longue(document.date)})"
            yield document.loaded.place_of(path), write_path(path), told
