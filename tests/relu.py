"""Acts edited by a script, as their reader would in Word: python-free of the program, on the XML alone."""

import copy
import io
import random
import re
import zipfile

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class Edited:
    """A Word file being edited; `data` gives it back."""

    def __init__(self, data: bytes):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        held = filter(
            re.compile(r"word/(document|footnotes|comments|header[0-9]*|footer[0-9]*)\.xml").fullmatch, self.parts
        )
        self.trees = {name: etree.fromstring(self.parts[name]) for name in sorted(held)}

    @property
    def data(self) -> bytes:
        """The notes in the order of their calls, without those that nothing calls any more, as Word writes them."""
        tree = self.trees.get("word/footnotes.xml", ())
        notes = {note.get(W + "id"): note for note in list(tree) if note.get(W + "type") is None}
        for note in notes.values():
            tree.remove(note)
        for rank, call in enumerate(self.body.iter(W + "footnoteReference"), 100):
            note = copy.deepcopy(notes[call.get(W + "id")])
            note.set(W + "id", str(rank))
            call.set(W + "id", str(rank))
            tree.append(note)
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


NAMES = {
    "w": W[1:-1],
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}


def made(xml: str) -> list:
    """Elements typed as Word writes them."""
    names = " ".join(f'xmlns:{short}="{name}"' for short, name in NAMES.items())
    return list(etree.fromstring(f"<all {names}>{xml}</all>"))


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
    for mark in list(made.iter(W + "del")):  # of one that was taken away
        mark.getparent().remove(mark)
    run = etree.SubElement(made, W + "r")
    said = etree.SubElement(run, W + "t")
    said.text = words
    return made


def cut(paragraph, words: str) -> None:
    """A paragraph made two, the second one beginning by these words of one of its runs."""
    other = copy.deepcopy(paragraph)
    for one, keep in ((paragraph, 0), (other, 1)):
        (said,) = [t for t in one.iter(W + "t") if words in (t.text or "")]
        at = said.text.index(words)
        said.text = said.text[at].upper() + said.text[at + 1 :] if keep else said.text[:at]
        run = said.getparent()
        for gone in list(run.itersiblings(preceding=bool(keep))):
            if gone.tag != W + "pPr":
                one.remove(gone)
    paragraph.addnext(other)


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


# --- whole clauses, titles, pièces ------------------------------------------------------------------------------------


def clauses(edited: Edited) -> dict[str, list]:
    """Of each clause, in order, by its bookmark, the blocks of the body that it holds."""
    out = {}
    for start in edited.body.iter(W + "bookmarkStart"):
        if "__" not in start.get(W + "name", "").strip("_"):
            continue
        ends = (e for e in edited.body.iter(W + "bookmarkEnd") if e.get(W + "id") == start.get(W + "id"))
        first, last = _of_body(start, edited.body), _of_body(next(ends), edited.body)
        held = [first]
        while held[-1] is not last:
            held.append(held[-1].getnext())
        if blocks := [e for e in held if e.tag in (W + "p", W + "tbl") and text(e).strip()]:
            out[start.get(W + "name")] = blocks
    return out


def _of_body(element, body):
    while element.getparent() is not body:
        element = element.getparent()
    return element


def move_after(blocks: list, place, author: str = "") -> None:
    """Whole paragraphs moved, or cut and pasted under tracked changes."""
    for block in reversed(blocks):
        if not author:
            place.addnext(block)
            continue
        pasted = copy.deepcopy(block)
        for mark in list(pasted.iter(W + "bookmarkStart", W + "bookmarkEnd")):
            mark.getparent().remove(mark)
        for run in [r for r in pasted.iter(W + "r") if r.getparent().tag in (W + "p", W + "hyperlink")]:
            come = etree.Element(W + "ins", _told(author))
            run.addprevious(come)
            come.append(run)
        place.addnext(pasted)
        track_removal(block, author)


def _told(author: str) -> dict:
    return {W + "id": "78", W + "author": author, W + "date": "2030-01-05T10:00:00Z"}


def styled(edited: Edited, blocks: list, heading: bool):
    """A paragraph of these whose look a new one takes: that of their title, or of their text."""
    styles = edited.parts["word/styles.xml"].decode()
    titles = set(re.findall(r'w:styleId="([^"]+)"[^>]*>\s*<w:name w:val="heading [1-9]"', styles, re.I))
    of = {p: p.find(f"{W}pPr/{W}pStyle") for p in blocks if p.tag == W + "p"}
    told = [p for p, style in of.items() if (style is not None and style.get(W + "val") in titles) == heading]
    return told[0 if heading else -1] if told else None


def new_row(edited: Edited, title: str, day: str) -> int:
    """A pièce more at the end of the bordereau; its number, or 0 when there is none."""
    tables = [t for t in edited.body.iter(W + "tbl") if text(t).startswith("N°Intitulé")]
    if not tables:
        return 0
    like = tables[-1].findall(W + "tr")[-1]
    made = copy.deepcopy(like)
    for mark in list(made.iter(W + "bookmarkStart", W + "bookmarkEnd")):
        mark.getparent().remove(mark)
    for cell, words in zip(made.findall(W + "tc")[1:], (title, day), strict=True):
        said = [*cell.iter(W + "t")]
        said[0].text = words
        for other in said[1:]:
            other.text = ""
    like.addnext(made)
    names = [m.get(W + "name", "") for m in edited.body.iter(W + "bookmarkStart")]
    return max(int(n.removeprefix("piece_")) for n in names if re.fullmatch("piece_[0-9]+", n)) + 1


def rearranged(data: bytes, seed: int, author: str) -> bytes:
    """A clause moved, another gone, a title with its paragraph, a paragraph between two clauses, a pièce cited."""
    edited, rng = Edited(data), random.Random(seed)
    held = [*clauses(edited).values()]
    moved = rng.randrange(len(held) - 1) if len(held) > 1 else 0
    others = [rank for rank in range(len(held)) if rank not in (moved, moved + 1)]
    for told, rank in enumerate([moved, *rng.sample(others, min(3, len(others)))] if len(held) > 1 else ()):
        blocks, like = held[rank], styled(edited, held[rank], heading=False)
        if told == 0:
            move_after(blocks, held[rank + 1][-1], author if seed % 2 else "")
        elif told == 1:
            for block in blocks:
                if seed % 2 and block.tag == W + "p":
                    track_removal(block, author)
                else:
                    block.getparent().remove(block)
        elif told == 2 and like is not None:
            title = styled(edited, blocks, heading=True)
            said = new_paragraph(like, "Cet alinéa suit le titre nouveau, et se lit seul.")
            blocks[-1].addnext(said)
            if title is not None:
                said.addprevious(new_paragraph(title, "Sur une question que rien n'abordait"))
        elif like is not None:
            number = new_row(edited, "Procès-verbal de constat du 3 mai 2030", "3 mai 2030")
            cited = f", ainsi qu'un procès-verbal l'établit (pièce n° {number})" if number else ""
            blocks[-1].addnext(new_paragraph(like, f"Cet alinéa vient entre deux clauses{cited}."))
    return edited.data
