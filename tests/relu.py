"""Acts edited by a script, as their reader would in Word: python-free of the program, on the XML alone."""

import copy
import io
import random
import zipfile

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class Edited:
    """A Word file being edited; `data` gives it back."""

    def __init__(self, data: bytes):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        held = sorted({"word/document.xml", "word/footnotes.xml", "word/comments.xml"} & self.parts.keys())
        self.trees = {name: etree.fromstring(self.parts[name]) for name in held}

    @property
    def data(self) -> bytes:
        """Without the notes that nothing calls any more: Word takes them away."""
        called = {c.get(W + "id") for c in self.body.iter(W + "footnoteReference")}
        for note in list(self.trees.get("word/footnotes.xml", ())):
            if note.get(W + "type") is None and note.get(W + "id") not in called:
                note.getparent().remove(note)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in self.parts.items():
                archive.writestr(name, etree.tostring(self.trees[name]) if name in self.trees else part)
        return out.getvalue()

    @property
    def body(self):
        return self.trees["word/document.xml"].find(W + "body")

    def paragraphs(self, longest_first: bool = False, words: int = 12):
        """Those of the text that say enough, not of tables."""
        found = [p for p in self.body.findall(W + "p") if len(text(p).split()) >= words]
        return sorted(found, key=lambda p: -len(text(p))) if longest_first else found


def text(element) -> str:
    return "".join(t.text or "" for t in element.iter(W + "t"))


def change_word(paragraph, rng: random.Random, new: str = "nouvellement") -> None:
    runs = [t for t in paragraph.iter(W + "t") if len((t.text or "").split(" ")) > 3]
    if runs:
        run = rng.choice(runs)
        words = (run.text or "").split(" ")
        at = rng.randrange(1, len(words) - 1)
        words[at : at + 1] = rng.choice([[new], [words[at], new], []])
        run.text = " ".join(words)
        run.set(SPACE, "preserve")


def new_paragraph(like, words: str):
    made = copy.deepcopy(like)
    for child in list(made):
        if child.tag != W + "pPr":
            made.remove(child)
    run = etree.SubElement(made, W + "r")
    said = etree.SubElement(run, W + "t")
    said.text = words
    return made


def _run_of(paragraph, rng: random.Random):
    runs = [t for t in paragraph.iter(W + "t") if len((t.text or "").split(" ")) > 4 and t.getparent().tag == W + "r"]
    return rng.choice(runs) if runs else None


def _like(run, words: str, tag: str = "t"):
    made = copy.deepcopy(run)
    for child in list(made):
        if child.tag != W + "rPr":
            made.remove(child)
    said = etree.SubElement(made, W + tag)
    said.text = words
    said.set(SPACE, "preserve")
    return made


def track_word(paragraph, rng: random.Random, author: str, new: str = "prudemment") -> bool:
    """A word replaced, or one added, as Word tracks it."""
    said = _run_of(paragraph, rng)
    if said is None:
        return False
    run, words = said.getparent(), said.text.split(" ")
    at = rng.randrange(1, len(words) - 1)
    told = {W + "id": str(rng.randrange(10**6)), W + "author": author, W + "date": "2030-01-05T10:00:00Z"}
    gone, come = etree.Element(W + "del", told), etree.Element(W + "ins", told)
    replaced = rng.random() < 0.5 and words[at].isalpha()
    gone.append(_like(run, words[at], "delText"))
    come.append(_like(run, new if replaced else new + " "))
    rest = words[at + 1 :] if replaced else words[at:]
    pieces = [_like(run, " ".join(words[:at]) + " "), *([gone] if replaced else []), come]
    pieces.append(_like(run, (" " if replaced else "") + " ".join(rest)))
    for piece in pieces:
        run.addprevious(piece)
    run.getparent().remove(run)
    return True


def track_removal(paragraph, author: str) -> None:
    """A whole paragraph, and its mark, as Word tracks it."""
    told = {W + "id": "77", W + "author": author, W + "date": "2030-01-05T10:00:00Z"}
    for run in [r for r in paragraph.iter(W + "r") if r.getparent().tag in (W + "p", W + "hyperlink")]:
        gone = etree.Element(W + "del", told)
        run.addprevious(gone)
        gone.append(run)
        for words in run.iter(W + "t"):
            words.tag = W + "delText"
    properties = paragraph.find(W + "pPr")
    look = properties.find(W + "rPr")
    look = etree.SubElement(properties, W + "rPr") if look is None else look
    look.insert(0, etree.Element(W + "del", told))


def comment(edited: Edited, paragraph, author: str, words: str) -> None:
    tree = edited.trees["word/comments.xml"]
    ident = str(len(tree))
    told = {W + "id": ident, W + "author": author, W + "date": "2030-01-05T10:00:00Z"}
    note = etree.SubElement(tree, W + "comment", told)
    run = etree.SubElement(etree.SubElement(note, W + "p"), W + "r")
    etree.SubElement(run, W + "t").text = words
    first = next(i for i, child in enumerate(paragraph) if child.tag != W + "pPr")
    paragraph.insert(first, etree.Element(W + "commentRangeStart", {W + "id": ident}))
    paragraph.append(etree.Element(W + "commentRangeEnd", {W + "id": ident}))
    run = etree.SubElement(paragraph, W + "r")
    etree.SubElement(run, W + "commentReference", {W + "id": ident})


def second_version(data: bytes, seed: int = 1) -> bytes:
    """Words changed, a paragraph gone, one come, one moved, a footnote changed, a row come and another gone."""
    rng, edited = random.Random(seed), Edited(data)
    paragraphs = edited.paragraphs()
    for paragraph in rng.sample(paragraphs, min(len(paragraphs), 6)):
        change_word(paragraph, rng)
    plain = [p for p in edited.paragraphs() if p.find(f".//{W}footnoteReference") is None]
    if len(plain) > 5:
        gone, moved, place, after = rng.sample(plain, 4)
        gone.getparent().remove(gone)
        place.addprevious(moved)
        after.addnext(
            new_paragraph(after, "Un alinéa entièrement nouveau, que la première version ne disait pas du tout.")
        )
    noted = [p for p in edited.paragraphs() if p.find(f".//{W}footnoteReference") is not None]
    if len(noted) > 2:
        gone = rng.choice(noted)
        gone.getparent().remove(gone)
    notes = edited.trees.get("word/footnotes.xml")
    said = [t for t in (notes.iter(W + "t") if notes is not None else ()) if len((t.text or "").split()) > 3]
    if said:
        one = rng.choice(said)
        one.text = f"{one.text} (nouvelle mention)"
    rows = [r for t in edited.body.iter(W + "tbl") for r in t.findall(W + "tr") if len(t.findall(W + "tr")) > 3]
    if rows:
        like = rng.choice(rows)
        made = copy.deepcopy(like)
        for bookmark in list(made.iter(W + "bookmarkStart", W + "bookmarkEnd")):
            bookmark.getparent().remove(bookmark)
        for n, said in enumerate(made.iter(W + "t")):
            said.text = f"ligne nouvelle {n}"
        like.addnext(made)
    return edited.data


def add_note(edited: Edited, paragraph, words: str) -> None:
    """A footnote at the end of a paragraph."""
    tree = edited.trees["word/footnotes.xml"]
    ident = str(max(int(note.get(W + "id")) for note in tree) + 1)
    note = etree.SubElement(tree, W + "footnote", {W + "id": ident})
    run = etree.SubElement(etree.SubElement(note, W + "p"), W + "r")
    said = etree.SubElement(run, W + "t")
    said.text = words
    call = etree.SubElement(paragraph, W + "r")
    etree.SubElement(call, W + "footnoteReference", {W + "id": ident})
