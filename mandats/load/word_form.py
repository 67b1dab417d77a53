"""A form drawn in Word, as a file: opened once for all, with what no form may hold, and what its PDF could not carry.

Takes the path; gives its parts, or the one line that says why it cannot serve. Every reader of a drafter's form goes
through here: what is damaged or hostile is told alike by all commands. Leaves Jinja and docxtpl to `formulaire`.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from mandats.files import reads_xml
from mandats.intake import Entrance, admit
from mandats.load.word_file import fields, open_word, parse_part
from mandats.load.yaml_places import MAX_BYTES
from mandats.ooxml import Element, W
from mandats.problem import refusal
from mandats.tables import read_table

FORM = "formulaire.docx"
PRINTED = re.compile(r"word/(document|header[0-9]*|footer[0-9]*|footnotes)\.xml")
FRAME = re.compile(r"word/(header|footer)[0-9]*\.xml")
IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")  # what typst draws
FURNITURE = re.compile(r"\{\{\s*entete_(gauche|droite)\s*\}\}|[0-9\W_]|\b(page|sur|p)\b", re.I)
PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
KEPT_FIELDS = {"HYPERLINK", "FORMTEXT"}  # whose words stay as they are when Word opens the file


@reads_xml
def read_form(path: Path, shown: str, rule: str = "formulaire") -> dict[str, bytes]:
    """Part → bytes of a form, or of another Word file. Raises UnusableInput (one problem of `rule`, one line) when it
    is absent, damaged or hostile."""
    what = "formulaire Word" if rule == "formulaire" else "fichier Word"
    try:
        return _sound(path.read_bytes(), rule == "formulaire")
    except ValueError as error:
        raise refusal(rule, shown, f"{what} {error}") from None
    except OSError:
        raise refusal(rule, shown, f"{what} absent ou illisible") from None


@reads_xml
def read_form_fields(path: Path, shown: str) -> tuple[str, ...]:
    """The expressions « {{ … }} » of a form, in order of first appearance, but for those of a loop's own names.

    Raises UnusableInput when the form cannot serve.
    """
    parts = read_form(path, shown)
    body_first = sorted(parts, key=lambda name: (name != "word/document.xml", name))
    trees = (parse_part(name, parts[name]) for name in body_first if PRINTED.fullmatch(name))
    words = "".join(str(text) for tree in trees for text in tree.itertext())
    if flaws := admit(words, Entrance.WORD)[1]:
        raise refusal("formulaire", shown, f"texte du formulaire : {flaws[0]}")
    guarded = set(re.findall(r"\{%\s*if\s+([\w.]+)\s*%\}", words))  # printed only when given
    local = {"loop"}
    for names in re.findall(r"\{%\w*-?\s*(?:for|set)\s+([\w\s,]+?)\s*(?:\bin\b|=|-?%\})", words):
        local |= set(re.findall(r"\w+", names))
    fields = dict.fromkeys(m.strip() for m in re.findall(r"\{\{(?:r )?(.*?)\}\}", words))
    return tuple(name for name in fields if name not in guarded and not local & set(re.findall(r"[^\W\d]\w*", name)))


@lru_cache(4)
def _sound(data: bytes, printed: bool = True) -> dict[str, bytes]:
    """`printed`: its body will be, with its links and images."""
    parts = open_word(data, MAX_BYTES, printed)
    if printed:
        _refuse(parts)
    return parts


def _refuse(parts: Mapping[str, bytes]) -> None:
    """Raises ValueError for what no form may hold, besides what no Word file may."""
    for name, data in parts.items():
        for link in parse_part(name, data).iter("{*}Relationship") if name.endswith(".rels") else ():
            kind, target = link.get("Type", "").rsplit("/", 1)[-1], link.get("Target", "")
            if re.search(r"(\{|%7B){2}", target, re.I):
                raise ValueError("avec « {{ }} » dans l'adresse d'un lien, où rien ne les remplit : ôtez-les")
            if kind == "image" and not target.lower().endswith(IMAGES):
                raise ValueError("avec une image que le PDF ne sait pas dessiner : insérez-la en PNG ou en JPEG")


@lru_cache(4)
@reads_xml
def list_uncarried(data: bytes, own_page: bool) -> tuple[str, ...]:
    """What a sound form's PDF would not carry, each with what to do instead. `own_page`: the drafter's is its page."""
    found: dict[str, str] = {}
    named = read_table(Path(__file__).with_suffix(".yaml"))
    for name, part in _sound(data).items():
        if not PRINTED.fullmatch(name):
            continue
        tree = parse_part(name, part)
        if FRAME.fullmatch(name):
            if not own_page and (what := _frame(tree)):
                found[f"{what} de l'en-tête ou du pied de page"] = "à mettre dans le corps du texte"
            continue
        for tag in {element.tag for element in tree.iter("{*}*") if isinstance(element.tag, str)}:
            one = named.get(tag.rpartition("}")[2])
            if one and (tag != W + "vanish" or _hidden(tree)):
                found[one["nom"]] = one.get("remede", "écrivez-le en texte ordinaire")
        for field in fields(tree):
            if field not in KEPT_FIELDS:
                found[f"un champ de Word ({field})"] = "écrivez-le en texte ordinaire"
        if any(_drawn(element) for element in tree.iter("{*}graphicData", "{*}pict")):
            found["un dessin, une forme ou un graphique"] = "insérez-le comme image (PNG)"
    return tuple(f"{what} ({remedy})" for what, remedy in found.items())


def _drawn(element: Element) -> bool:
    """Whether it is a drawing of Word's, not a picture; a box of text is told apart."""
    if element.find(".//{*}txbxContent") is not None:
        return False
    graphic = element.tag.endswith("graphicData")
    return element.get("uri") != PICTURE if graphic else element.find(".//{*}imagedata") is None


def _hidden(tree: Element) -> bool:
    on = (v for v in tree.iter(W + "vanish") if v.get(W + "val") not in ("0", "false", "off"))
    return any(e.getparent().getparent().tag == W + "r" for e in on)  # type: ignore[union-attr] # in rPr, in a run or not


def _frame(tree: Element) -> str:
    """What a header or a footer says or shows, besides the furniture that the page gives the PDF too."""
    said = " ".join("".join(t.text or "" for t in p.iter(W + "t")) for p in tree.iter(W + "p"))
    if FURNITURE.sub("", said):
        return "les mots"
    shown = next((e for e in tree.iter("{*}drawing", "{*}pict", "{*}sym")), None)
    return "l'image" if shown is not None else ""
