"""A form drawn in Word, as a file: opened once for all, with what no form may hold, and what its PDF could not carry.

Takes the path; gives its parts, or the one line that says why it cannot serve. Every reader of a drafter's form goes
through here: what is damaged or hostile is told alike by all commands. Leaves Jinja and docxtpl to `formulaire`.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mandats.intake import Entrance, admit
from mandats.load.yaml_places import MAX_BYTES
from mandats.problem import refusal
from mandats.tables import read_table

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

FORM = "formulaire.docx"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PRINTED = re.compile(r"word/(document|header[0-9]*|footer[0-9]*|footnotes)\.xml")
FRAME = re.compile(r"word/(header|footer)[0-9]*\.xml")
MAX_PARTS, MAX_IMAGE, MAX_ALL = 200, 10_000_000, 40_000_000  # bytes
IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")  # what typst draws
FURNITURE = re.compile(r"\{\{\s*entete_(gauche|droite)\s*\}\}|[0-9\W_]|\b(page|sur|p)\b", re.I)
PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
KEPT_FIELDS = {"HYPERLINK", "FORMTEXT"}  # whose words stay as they are when Word opens the file
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"


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


def read_form_fields(path: Path, shown: str) -> tuple[str, ...]:
    """The expressions « {{ … }} » of a form, in order of first appearance, but for those of a loop's own names.

    Raises UnusableInput when the form cannot serve.
    """
    parts = read_form(path, shown)
    body_first = sorted(parts, key=lambda name: (name != "word/document.xml", name))
    trees = (_tree(name, parts[name]) for name in body_first if PRINTED.fullmatch(name))
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
    parts = _unzip(data)
    _refuse(parts, printed)
    return parts


def _unzip(data: bytes) -> dict[str, bytes]:
    """The parts. Raises ValueError, in French, the first reason why the file cannot serve."""
    if data.startswith(OLD_OR_LOCKED):
        raise ValueError("protégé ou d'un ancien format : enregistrez-le en .docx, sans mot de passe")
    if len(data) > MAX_ALL:
        raise ValueError("trop volumineux")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [i for i in archive.infolist() if not i.is_dir()]
            names = [i.filename for i in entries]
            limits = (MAX_BYTES if n.lower().endswith((".xml", ".rels")) else MAX_IMAGE for n in names)
            huge = any(entry.file_size > limit for entry, limit in zip(entries, limits, strict=True))
            if huge or len(names) > MAX_PARTS or sum(i.file_size for i in entries) > MAX_ALL:
                raise ValueError("trop volumineux")
            if len(set(names)) != len(names) or not all(map(_inside, names)):
                raise ValueError("d'une structure anormale : rouvrez-le dans Word et enregistrez-le")
            return {name: archive.read(name) for name in names}
    except ValueError as error:
        if type(error) is ValueError:
            raise
        raise ValueError("absent ou illisible") from None
    except (EOFError, RuntimeError, NotImplementedError, OSError, zipfile.BadZipFile, zlib.error, LookupError):
        raise ValueError("absent ou illisible") from None


def _inside(name: str) -> bool:
    """Whether a part's name is a plain path of the archive."""
    return posixpath.normpath("./" + name) == name and name[0] not in "./" and "\\" not in name


def _refuse(parts: Mapping[str, bytes], printed: bool) -> None:
    """Raises ValueError for what no form may hold."""
    for name in ("[Content_Types].xml", "word/document.xml", "word/_rels/document.xml.rels", "word/styles.xml"):
        if name not in parts:
            raise ValueError(f"endommagé (il manque {name}) : rouvrez-le dans Word et enregistrez-le")
    trees = {name: _tree(name, data) for name, data in parts.items() if name.endswith((".xml", ".rels"))}
    types = {e.get("PartName"): e.get("ContentType", "") for e in trees["[Content_Types].xml"]}
    main = types.get("/word/document.xml", "")
    if "macro" in main.lower() or any(re.search(r"vba|activex|oleobject", n, re.I) for n in parts):
        raise ValueError("avec des macros ou des objets : enregistrez-le en .docx, sans elles")
    if not main.endswith("wordprocessingml.document.main+xml"):
        raise ValueError("d'un autre type : enregistrez-le en .docx")
    for tree in trees.values():
        for link in tree.iter("{*}Relationship") if printed else ():
            kind, target = link.get("Type", "").rsplit("/", 1)[-1], link.get("Target", "")
            if re.search(r"(\{|%7B){2}", target, re.I):
                raise ValueError("avec « {{ }} » dans l'adresse d'un lien, où rien ne les remplit : ôtez-les")
            if link.get("TargetMode") == "External" and kind != "hyperlink":
                model = kind == "attachedTemplate"
                told = "détachez-en le modèle" if model else "placez-le dans le document, ou ôtez-le"
                raise ValueError(f"qui va chercher un fichier ailleurs ({kind}) : {told}")
            if kind == "image" and not target.lower().endswith(IMAGES):
                raise ValueError("avec une image que le PDF ne sait pas dessiner : insérez-la en PNG ou en JPEG")
        if tree.tag == W + "document" and tree.find(f"{W}body") is None:
            raise ValueError("endommagé (corps absent) : rouvrez-le dans Word et enregistrez-le")


def _tree(name: str, data: bytes) -> "Element":
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise ValueError(f"endommagé ({name} : XML mal formé) : rouvrez-le dans Word et enregistrez-le") from None
    if tree.getroottree().docinfo.internalDTD is not None:
        raise ValueError(f"avec des entités XML ({name}) : rouvrez-le dans Word et enregistrez-le")
    return tree


@lru_cache(4)
def list_uncarried(data: bytes, own_page: bool) -> tuple[str, ...]:
    """What a sound form's PDF would not carry, each with what to do instead. `own_page`: the drafter's is its page."""
    found: dict[str, str] = {}
    named = read_table(Path(__file__).with_suffix(".yaml"))
    for name, part in _sound(data).items():
        if not PRINTED.fullmatch(name):
            continue
        tree = _tree(name, part)
        if FRAME.fullmatch(name):
            if not own_page and (what := _frame(tree)):
                found[f"{what} de l'en-tête ou du pied de page"] = "à mettre dans le corps du texte"
            continue
        for tag in {element.tag for element in tree.iter("{*}*") if isinstance(element.tag, str)}:
            one = named.get(tag.rpartition("}")[2])
            if one and (tag != W + "vanish" or _hidden(tree)):
                found[one["nom"]] = one.get("remede", "écrivez-le en texte ordinaire")
        for field in _fields(tree):
            if field not in KEPT_FIELDS:
                found[f"un champ de Word ({field})"] = "écrivez-le en texte ordinaire"
        if any(_drawn(element) for element in tree.iter("{*}graphicData", "{*}pict")):
            found["un dessin, une forme ou un graphique"] = "insérez-le comme image (PNG)"
    return tuple(f"{what} ({remedy})" for what, remedy in found.items())


def _drawn(element: "Element") -> bool:
    """Whether it is a drawing of Word's, not a picture; a box of text is told apart."""
    if element.find(".//{*}txbxContent") is not None:
        return False
    graphic = element.tag.endswith("graphicData")
    return element.get("uri") != PICTURE if graphic else element.find(".//{*}imagedata") is None


def _hidden(tree: "Element") -> bool:
    on = (v for v in tree.iter(W + "vanish") if v.get(W + "val") not in ("0", "false", "off"))
    return any(e.getparent().getparent().tag == W + "r" for e in on)  # type: ignore[union-attr] # in rPr, in a run or not


def _fields(tree: "Element") -> Iterator[str]:
    """The kind of each field."""
    for simple in tree.iter(W + "fldSimple"):
        yield (simple.get(W + "instr", "").split() or ["?"])[0].upper()
    for paragraph in tree.iter(W + "p"):
        signs = paragraph.iter(W + "fldChar", W + "instrText")
        told = "".join("\0" if sign.tag == W + "fldChar" else sign.text or "" for sign in signs)
        yield from (words.split()[0].upper() for words in told.split("\0") if words.strip())


def _frame(tree: "Element") -> str:
    """What a header or a footer says or shows, besides the furniture that the page gives the PDF too."""
    said = " ".join("".join(t.text or "" for t in p.iter(W + "t")) for p in tree.iter(W + "p"))
    if FURNITURE.sub("", said):
        return "les mots"
    shown = next((e for e in tree.iter("{*}drawing", "{*}pict", "{*}sym")), None)
    return "l'image" if shown is not None else ""
