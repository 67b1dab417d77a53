"""A Word file that anyone may have made, opened within bounds: its parts, or the words that say why it cannot serve.

Takes bytes, gives parts: no entity is resolved, nothing is fetched, nothing is written. `word_form` adds what a form
drawn in Word may not hold; `relecture` reads the acts that come back.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from mandats.ooxml import Element
from mandats.ooxml import W as W

MAX_PARTS, MAX_IMAGE, MAX_ALL = 200, 10_000_000, 40_000_000  # bytes
MAX_XML = 20_000_000  # of one part of an act: 500 pages take a third of it
OTHER = "d'un autre format : enregistrez-le en .docx"
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
DOCUMENT = "word/document.xml"
STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
# Fields that bring the words of another file, or run a program, when whoever opens the file updates them.
FETCHING = {"INCLUDETEXT", "INCLUDEPICTURE", "INCLUDE", "IMPORT", "LINK", "DDE", "DDEAUTO", "DATABASE", "RD"}


def open_word(data: bytes, longest: int = MAX_XML, opened: bool = True) -> dict[str, bytes]:
    """The parts of a sound file. Raises ValueError, in French, the first reason why it cannot serve; `longest`: bytes
    of a part of text; `opened`: by a program that would follow its links."""
    parts = _unzip(data, longest)
    _refuse(parts, opened)
    return parts


def _unzip(data: bytes, longest: int) -> dict[str, bytes]:
    if data.startswith(OLD_OR_LOCKED):
        raise ValueError("protégé ou d'un ancien format : enregistrez-le en .docx, sans mot de passe")
    if len(data) > MAX_ALL:
        raise ValueError("trop volumineux")
    if data and not data.startswith(b"PK"):
        raise ValueError(OTHER)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [i for i in archive.infolist() if not i.is_dir()]
            names = [i.filename for i in entries]
            limits = (longest if n.lower().endswith((".xml", ".rels")) else MAX_IMAGE for n in names)
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


def parse_part(name: str, data: bytes) -> Element:
    """The tree of a part. Raises ValueError, in French."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        tree = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise ValueError(f"endommagé ({name} : XML mal formé) : rouvrez-le dans Word et enregistrez-le") from None
    if tree.getroottree().docinfo.internalDTD is not None:
        raise ValueError(f"avec des entités XML ({name}) : rouvrez-le dans Word et enregistrez-le")
    return tree


def _refuse(parts: Mapping[str, bytes], opened: bool) -> None:
    """Raises ValueError for what no Word file may hold."""
    if "mimetype" in parts:  # of OpenDocument
        raise ValueError(OTHER)
    for name in ("[Content_Types].xml", DOCUMENT, "word/_rels/document.xml.rels", "word/styles.xml"):
        if name not in parts:
            raise ValueError(f"endommagé (il manque {name}) : rouvrez-le dans Word et enregistrez-le")
    trees = {name: parse_part(name, data) for name, data in parts.items() if name.endswith((".xml", ".rels"))}
    types = {e.get("PartName"): e.get("ContentType", "") for e in trees["[Content_Types].xml"]}
    main = types.get(f"/{DOCUMENT}", "")
    if "macro" in main.lower() or any(re.search(r"vba|activex|oleobject", n, re.I) for n in parts):
        raise ValueError("avec des macros ou des objets : enregistrez-le en .docx, sans elles")
    if not main.endswith("wordprocessingml.document.main+xml"):
        raise ValueError("d'un autre type : enregistrez-le en .docx")
    for tree in trees.values():
        for link in tree.iter("{*}Relationship") if opened else ():
            kind = link.get("Type", "").rsplit("/", 1)[-1]
            if link.get("TargetMode") == "External" and kind != "hyperlink":
                model = kind == "attachedTemplate"
                told = "détachez-en le modèle" if model else "placez-le dans le document, ou ôtez-le"
                raise ValueError(f"qui va chercher un fichier ailleurs ({kind}) : {told}")
        for field in filter(FETCHING.__contains__, fields(tree) if opened else ()):
            raise ValueError(f"avec un champ qui va chercher ailleurs ({field}) : ôtez-le, ou figez-le (Ctrl+Maj+F9)")
        if next(tree.iter(W + "altChunk"), None) is not None:
            raise ValueError("qui en contient un autre, inséré tel quel : rouvrez-le dans Word et enregistrez-le")
    if trees[DOCUMENT].tag == STRICT + "document":
        raise ValueError("au format strict : enregistrez-le comme « Document Word (.docx) »")
    if trees[DOCUMENT].find(f"{W}body") is None:
        raise ValueError("endommagé (corps absent) : rouvrez-le dans Word et enregistrez-le")


def fields(tree: Element) -> Iterator[str]:
    """The kind of each field."""
    for simple in tree.iter(W + "fldSimple"):
        yield (simple.get(W + "instr", "").split() or ["?"])[0].upper()
    for paragraph in tree.iter(W + "p"):
        signs = paragraph.iter(W + "fldChar", W + "instrText")
        told = "".join("\0" if sign.tag == W + "fldChar" else sign.text or "" for sign in signs)
        yield from (words.split()[0].upper() for words in told.split("\0") if words.strip())
