"""Forms drawn in Word, damaged, hostile or odd: used and the same in both formats, or one line from one function."""

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from itertools import accumulate
from pathlib import Path

from mandats import readback
from mandats.build import examine, write_document
from mandats.formulaire.printer import Printer
from mandats.problem import Problem, UnusableInput
from mandats.publiposter.orders import prepare
from mandats.registre.personne import Inscrit
from tests.hostile import ONE_LINE, RIGHT, Attempt, Outcome, wrong

ROOT = Path(__file__).parent.parent.parent
FORM = ROOT / "templates" / "mandat" / "formulaire.docx"
DOCUMENT, BODY, RELS = "mandat-google-vierge", "word/document.xml", "word/_rels/document.xml.rels"
SOMEONE = Inscrit(
    7, "7K3QM-P9XTR", "Camille", "SPÉCIMEN", "camille.specimen@example.org", "", "", "", "Villespécimen", "",
    "2022-05-24T10:00:00Z", "case-horodatee", "donne",
)  # fmt: skip
NAMES = " ".join(
    f'xmlns:{name}="http://schemas.{place}"'
    for name, place in {
        "wp": "openxmlformats.org/drawingml/2006/wordprocessingDrawing", "a": "openxmlformats.org/drawingml/2006/main",
        "pic": "openxmlformats.org/drawingml/2006/picture",
        "r": "openxmlformats.org/officeDocument/2006/relationships", "wps": "microsoft.com/office/word/2010/shape",
        "mc": "openxmlformats.org/markup-compatibility/2006", "m": "openxmlformats.org/officeDocument/2006/math",
        "w14": "microsoft.com/office/word/2010/wordml",
    }.items()
) + ' xmlns:v="urn:schemas-microsoft-com:vml"'  # fmt: skip


def run(words: str, look: str = "") -> str:
    return f'<w:r>{f"<w:rPr>{look}</w:rPr>" if look else ""}<w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(inside: str) -> str:
    return f"<w:p {NAMES}>{inside}</w:p>"


def field(kind: str, shown: str) -> str:
    end = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    told = f"{end.format('begin')}<w:r><w:instrText> {kind} </w:instrText></w:r>"
    return told + end.format("separate") + run(shown) + end.format("end")


def picture(alt: str, kind: str = "inline") -> str:
    said = f' descr="{alt}"' if alt else ""
    return (
        f'<w:r><w:drawing><wp:{kind}><wp:extent cx="914400" cy="457200"/><wp:docPr id="9" name="Image"{said}/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        '<pic:cNvPr id="9" name="x"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rId99"/>'
        f"</pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic></wp:{kind}></w:drawing></w:r>"
    )


def png(wide: int, high: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xcc\x22\x44" * wide for _ in range(high))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def shipped() -> dict[str, bytes]:
    with zipfile.ZipFile(FORM) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def with_body(inside: str, rng: random.Random) -> dict[str, bytes]:
    """The shipped form with something between two of its paragraphs that are always printed."""
    parts = shipped()
    pieces = parts[BODY].decode().split("</w:p>")
    open_ = list(accumulate(len(re.findall(r"\{%p (?:if|for)", p)) - len(re.findall(r"\{%p end", p)) for p in pieces))
    at = rng.choice([i for i in range(1, len(pieces) - 1) if not open_[i - 1]])
    parts[BODY] = ("</w:p>".join(pieces[:at]) + "</w:p>" + inside + "</w:p>".join(pieces[at:])).encode()
    return parts


def with_relation(parts: dict[str, bytes], kind: str, target: str, more: str = "", part: str = RELS) -> None:
    link = f'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
    empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    parts[part] = parts.get(part, empty).replace(
        b"</Relationships>", f'{link} Target="{target}"{more}/></Relationships>'.encode()
    )


def words(data: bytes) -> str:
    read = readback.read_docx if data[:2] == b"PK" else readback.read_pdf
    return "".join(read(data).words()).replace(readback.LINE_HYPHEN, "").replace("-", "")


def judge(folder: Path, form: bytes, sound: bool | None, name: str = "formulaire.docx", seen: str = "") -> Outcome:
    """`sound`: what it must be found, None when either will do; `seen`: words that both formats must print."""
    place = folder / "templates" / "mandat" / name
    place.parent.mkdir(parents=True)
    place.write_bytes(form)
    case = folder / "cases" / "gafam.yaml"
    case.parent.mkdir()
    case.write_bytes((ROOT / "cases" / "gafam.yaml").read_bytes())
    (case.parent / "gafam").symlink_to(ROOT / "cases" / "gafam")

    def errors(problems: tuple[Problem, ...] | list[Problem]) -> list[str]:
        return [str(p) for p in problems if p.gravite == "erreur"]

    try:
        examined = examine(case, folder, only=[DOCUMENT])
        told = errors(examined.problems)
    except UnusableInput as error:
        told = errors(error.problems)
    made, problems = None, list[Problem]()
    try:
        made, problems = prepare(case, folder, DOCUMENT, everyone=True)
    except UnusableInput as error:
        problems = list(error.problems)
    if told:
        one = (
            len(told) == 1
            and "\n" not in told[0]
            and re.search(r"\[(formulaire|nom-inconnu|fichier-ignore)\]$", told[0])
        )
        if sound or made or not one or errors(problems) != told:
            return wrong(f"construire: {told}\npublier: {errors(problems)}")
        return ONE_LINE
    files, differences = write_document(examined.documents[0])
    if differences or (seen and not all(seen in words(data) for data in files.values())):
        return wrong(f"{differences} {seen!r}")
    if made is None:
        return ONE_LINE if len(problems) == 1 and not sound else wrong(f"publier alone: {errors(problems)}")
    printer = Printer(made)
    values = printer.values(SOMEONE)
    both = [words(printer.docx(values)), words(printer.pdf(values))]
    if both[0] != both[1] or seen not in both[0] or sound is False:
        return wrong(f"accepted: {seen!r}\n{both}")
    return RIGHT


def damaged(rng: random.Random, folder: Path) -> Outcome:
    """Bytes cut or changed, parts lost, emptied, doubled, badly formed, of another kind, locked."""
    parts, kind = shipped(), rng.randrange(8)
    if kind == 0:
        data = pack(parts)
        return judge(folder, data[: rng.randrange(len(data))], False)
    if kind == 1:
        data_ = bytearray(pack(parts))
        for _ in range(rng.choice((1, 10, 200))):
            data_[rng.randrange(len(data_))] ^= 1 << rng.randrange(8)
        return judge(folder, bytes(data_), None)
    if kind == 2:
        return judge(folder, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + rng.randbytes(600), False)
    if kind == 3:
        return judge(folder, rng.choice((b"", b"PK", b"<html/>", b"%PDF-1.7", rng.randbytes(300))), False)
    hit = rng.choice([n for n in parts if n != "docProps/custom.xml"])
    if kind == 4:
        del parts[hit]
        return judge(folder, pack(parts), None)
    junk = (b"", b"<a", b"<a/>", b"\x00" * 40, b"\xff\xfe<\x00a\x00", parts[hit][:-30], parts[hit] + b"<b/>")
    if kind == 5:
        parts[hit] = rng.choice(junk)
        return judge(folder, pack(parts), None)
    if kind == 6:
        parts[hit] = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]>' + re.sub(rb"^<\?xml.*?\?>", b"", parts[hit])
        return judge(folder, pack(parts), False)
    parts["[Content_Types].xml"] = re.sub(
        rb"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main\+xml",
        rng.choice((b"application/vnd.ms-word.document.macroEnabled.main+xml", b"text/plain", b"")),
        parts["[Content_Types].xml"],
    )
    return judge(folder, pack(parts), False)


def hostile(rng: random.Random, folder: Path) -> Outcome:
    """Macros, files fetched elsewhere, names that leave the archive, bombs."""
    parts, kind = shipped(), rng.choice(("macro", "outside", "name", "bomb", "many", "twice"))
    if kind == "macro":
        parts[rng.choice(("word/vbaProject.bin", "word/activeX/activeX1.xml", "word/embeddings/oleObject1.bin"))] = b"x"
    elif kind == "outside":
        relation = rng.choice(("attachedTemplate", "image", "oleObject", "frame", "subDocument", "externalLinkPath"))
        part = rng.choice((RELS, "word/_rels/settings.xml.rels", "word/_rels/header1.xml.rels", "_rels/.rels"))
        with_relation(parts, relation, "https://example.org/x", ' TargetMode="External"', part)
    elif kind == "name":
        parts[rng.choice(("../dehors.xml", "/tmp/x.xml", "word\\..\\x.xml", "word//x.xml"))] = b"<a/>"
    elif kind == "bomb":
        parts[rng.choice(("word/media/a.png", "word/styles.xml", "word/x.xml"))] = bytes(11_000_000)
    elif kind == "many":
        parts |= {f"word/media/{i}.png": b"" for i in range(300)}
    else:
        data = io.BytesIO(pack(parts))
        with zipfile.ZipFile(data, "a") as archive:
            import warnings

            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                archive.writestr(BODY, parts[BODY])
        return judge(folder, data.getvalue(), False)
    return judge(folder, pack(parts), False)


def jinja(rng: random.Random, folder: Path) -> Outcome:
    """What a drafter types between braces, that nothing can print."""
    typed = rng.choice((
        "{{ 1/0 }}", "{% include 'x' %}", "{% import 'x' as y %}", "{% extends 'x' %}", "{{ mandant.nom", "{% if %}",
        "{{ mandant.patronyme }}", "{{ inconnu }}", "{% for x in 3 %}a{% endfor %}", "{{ ''.__class__ }}",
        "{{ 'a' * 9 }}", "{{ mandataire.model_dump() }}", "{{ [1][5] }}", "{% endfor %}", "{{ mandant.nom | inconnu }}",
        "{{ traitement.donnees[99].categorie }}", "{{ (((((( }}", "{% macro x() %}{{ x() }}{% endmacro %}{{ x() }}",
        "{{ mandant.nom() }}", "{{ namespace }}", "{{ loop.index }}",
        "".join(f"{{% for a{i} in [{','.join('1' * 90)}] %}}" for i in range(3)) + "mot " * 40 + "{% endfor %}" * 3,
    ))  # fmt: skip
    shown = typed.replace("'", "&apos;").replace("<", "&lt;")
    return judge(folder, pack(with_body(paragraph(run(shown)), rng)), False)


BOX = f"<w:txbxContent><w:p>{run('Boîte')}</w:p></w:txbxContent>"
SHAPE = (
    '<wp:inline><wp:extent cx="9" cy="9"/><wp:docPr id="1" name="b"/><a:graphic><a:graphicData uri="{}"/></a:graphic>'
    "</wp:inline>"
)
CELL = '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="9000"/></w:tblGrid><w:tr><w:tc>{}<w:p/></w:tc></w:tr></w:tbl>'
UNCARRIED: dict[str, str] = {
    "box": paragraph(f"<w:r><w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict></w:r>"),
    "both": paragraph(
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing>'
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    ),
    "simple field": paragraph(f'<w:fldSimple w:instr=" DATE ">{run("1er mai")}</w:fldSimple>'),
    "date": paragraph(field('DATE \\@ "d MMMM yyyy"', "1er mai 2022")),
    "author": paragraph(field("AUTHOR", "Une personne")),
    "outside field": paragraph(field('INCLUDETEXT "http://example.org/x"', "texte")),
    "dde": paragraph(field("DDEAUTO cmd", "texte")),
    "checkbox": paragraph(field("FORMCHECKBOX", "") + run(" J'accepte")),
    "symbol": paragraph(run("Je coche ") + '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>'),
    "equation": paragraph("<m:oMath><m:r><m:t>x+1</m:t></m:r></m:oMath>"),
    "ruby": paragraph(f"<w:r><w:ruby><w:rt>{run('a')}</w:rt><w:rubyBase>{run('b')}</w:rubyBase></w:ruby></w:r>"),
    "hidden": paragraph(run("caché", "<w:vanish/>")),
    "tracked": paragraph(f'<w:ins w:id="1" w:author="x">{run("ajout")}</w:ins>'),
    "removed": paragraph('<w:del w:id="2" w:author="x"><w:r><w:delText>ôté</w:delText></w:r></w:del>'),
    "comment": paragraph(run("mot") + '<w:r><w:commentReference w:id="0"/></w:r>'),
    "end note": paragraph(run("mot") + '<w:r><w:endnoteReference w:id="2"/></w:r>'),
    "object": paragraph("<w:r><w:object/></w:r>" + run("objet")),
    "chart": paragraph(
        "<w:r><w:drawing>"
        + SHAPE.format("http://schemas.openxmlformats.org/drawingml/2006/chart")
        + "</w:drawing></w:r>"
    ),
    "shape": paragraph("<w:r><w:pict><v:line/></w:pict></w:r>" + run("trait")),
    "chunk": f'<w:altChunk {NAMES} r:id="rId98"/>',
    "day": paragraph(run("le ") + "<w:r><w:dayLong/></w:r>"),
}


def uncarried(rng: random.Random, folder: Path) -> Outcome:
    """What the PDF would not carry, in the body, in a table's cell, or in a header: said before anything is printed."""
    inside = UNCARRIED[rng.choice(sorted(UNCARRIED))]
    where = rng.choice(("body", "cell", "header", "header picture"))
    if where == "cell":
        inside = CELL.format(inside)
    parts = with_body(inside if where in ("body", "cell") else "", rng)
    if where.startswith("header"):
        name = rng.choice(("word/header1.xml", "word/header2.xml", "word/footer1.xml"))
        shown = (
            picture("")
            if where == "header picture"
            else run(rng.choice(("Association Exemple", "Réf. {{ mandant.nom }}")))
        )
        parts[name] = re.sub(rb"(</w:(hdr|ftr)>)", paragraph(shown).encode() + rb"\1", parts[name])
        if where == "header picture":
            with_relation(parts, "image", "media/logo.png", part=f"word/_rels/{name[5:]}.rels")
            parts["word/media/logo.png"] = png(20, 10)
    return judge(folder, pack(parts), False)


CARRIED: dict[str, tuple[str, str]] = {
    "bold": (paragraph(run("Mot", "<w:b/><w:i/><w:u w:val='single'/>")), "Mot"),
    "control": (f"<w:sdt {NAMES}><w:sdtContent>{paragraph(run('Contrôle'))}</w:sdtContent></w:sdt>", "Contrôle"),
    "box": (
        paragraph(f"<w:sdt><w:sdtPr><w14:checkbox/></w:sdtPr><w:sdtContent>{run('☐')}</w:sdtContent></w:sdt>"), "☐",
    ),
    "link": (paragraph(field('HYPERLINK "https://example.org"', "le site")), "lesite"),
    "text field": (paragraph(field("FORMTEXT", "à remplir")), "àremplir"),
    "tab": (paragraph("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r>"), "abc"),
    "table": (
        '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="4000"/><w:gridCol w:w="4000"/></w:tblGrid><w:tr><w:tc>'
        f"{paragraph(run('gauche'))}</w:tc><w:tc>{paragraph(run('droite'))}</w:tc></w:tr></w:tbl>", "gauchedroite",
    ),
    "loop": (paragraph(run("{% for d in traitement.donnees %}{{ d.categorie }} ; {% endfor %}fin")), "fin"),
    "set": (paragraph(run("{% set x = traitement.nom %}{{ x }} fin")), "fin"),
    "branch": (paragraph(run("{% if mandant.pays %}{{ mandant.pays }}{% else %}sans pays{% endif %} fin")), "fin"),
    "branches": (
        paragraph(run("{% if mandant.pays %}A{% endif %}{% if mandant.nom %}B{% elif mandant.commune %}C{% endif %}.")),
        ".",
    ),
    "filter": (paragraph(run("le {{ mandant.signe_le | date }}, {{ mandant.nom | upper }} fin")), "fin"),
    "quotes": (paragraph(run("&lt;b&gt; #eval $x$ *y* _z_ = + - « a » \\ @b ~")), "#eval$x$*y*"),
    "page": (paragraph(run("avant")) + paragraph('<w:r><w:br w:type="page"/></w:r>' + run("après")), "après"),
    "bookmark": (
        paragraph(
            '<w:bookmarkStart w:id="5" w:name="a&gt; #panic() &lt;é 1"/>' + run("Repère") + '<w:bookmarkEnd w:id="5"/>'
            + "".join(
                f'<w:hyperlink w:anchor="{name}">{run("vers")}</w:hyperlink>'
                for name in ("a&gt; #panic() &lt;é 1", "absent")
            )
        ), "Repèreversvers",
    ),
    "leaders": (paragraph(run("…" * 39 + "{{ mandant.nom }}" + "." * 39)), "…" * 20),
    "marks of ours": (
        paragraph(run("Zqv0vqZ Zqsign #valeurs.at(0); {{ 'Zqv1' ~ 'vqZ' }}")), "Zqv0vqZZqsign#valeurs.at(0);Zqv1vqZ",
    ),
    "names in a loop": (
        paragraph(run("{% for d in [4, 5] %}{{ loop.index }}{{ d }} {{ mandant.nom }} {% endfor %}.")), "25",
    ),
}  # fmt: skip


def carried(rng: random.Random, folder: Path) -> Outcome:
    """What a drafter may add: the same in both formats."""
    inside, seen = CARRIED[rng.choice(sorted(CARRIED))]
    return judge(folder, pack(with_body(inside, rng)), True, seen=seen)


def placed(rng: random.Random, folder: Path) -> Outcome:
    """A value beside the text: in a note, printed; where the PDF could not have it, refused."""
    nom = "{{ mandant.nom }}"
    inside, sound = rng.choice((
        (run("Appel") + '<w:r><w:footnoteReference w:id="7"/></w:r>', True),
        (run(nom, '<w:rStyle w:val="VerbatimChar"/>'), False),
        (picture(f"Logo de {nom}"), False), (picture("Logo &#x100000;"), False), (run("&#x100000;"), False),
        ("<w:r><w:t><![CDATA[{{ mandataire.inconnu }}]]></w:t></w:r>", False),
        (f'<w:hyperlink r:id="rId97">{run("écrire")}</w:hyperlink>', False),
    ))  # fmt: skip
    parts = with_body(paragraph(inside), rng)
    if "rId97" in inside:
        with_relation(parts, "hyperlink", f"mailto:{rng.choice((nom, '%7B%7B%20mandant.nom%20%7D%7D'))}", "", RELS)
        parts[RELS] = parts[RELS].replace(b"rId99", b"rId97")
    with_relation(parts, "image", "media/logo.png")
    parts["word/media/logo.png"] = png(40, 20)
    note = f'<w:footnote w:id="7">{paragraph(run(f"Note pour {nom}."))}</w:footnote></w:footnotes>'
    parts["word/footnotes.xml"] = parts["word/footnotes.xml"].replace(b"</w:footnotes>", note.encode())
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"<Default", b'<Default Extension="png" ContentType="image/png"/><Default', 1
    )
    return judge(folder, pack(parts), sound, seen="")


def images(rng: random.Random, folder: Path) -> Outcome:
    """A logo, inline or floating, with words instead of it or none: drawn in the PDF; of a kind typst lacks: said."""
    parts = with_body(paragraph(picture(rng.choice(("", "Logo")), rng.choice(("inline", "anchor"))) + run("Mot")), rng)
    suffix = rng.choice(("png", "png", "png", "emf", "tiff", "broken.png"))
    with_relation(parts, "image", f"media/logo.{suffix}")
    parts[f"word/media/logo.{suffix}"] = png(40, 20) if suffix == "png" else b"rien"
    kind = f'<Default Extension="{suffix.split(".")[-1]}" ContentType="image/x"/>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"<Default", kind.encode() + b"<Default", 1)
    outcome = judge(folder, pack(parts), suffix == "png", seen="Mot" if suffix == "png" else "")
    if suffix == "png" and outcome is RIGHT:
        made, _ = prepare(folder / "cases" / "gafam.yaml", folder, DOCUMENT)
        assert made
        if b"/Subtype/Image" not in Printer(made).blank()[1].replace(b" ", b""):
            return wrong("no image in the PDF")
    return outcome


def fieldless(rng: random.Random, folder: Path) -> Outcome:
    """Nothing of the person in it: refused before the first row, though `construire` may print it."""
    parts = shipped()
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", parts[BODY].decode())
    parts[BODY] = (text if rng.random() < 0.5 else text.replace("Prénom : ", "{{ mandataire | Le }} ")).encode()
    if rng.random() < 0.5:
        parts["word/header1.xml"] = re.sub(rb"\{\{.*?\}\}", b"", parts["word/header1.xml"])
    return judge(folder, pack(parts), False)


def misplaced(rng: random.Random, folder: Path) -> Outcome:
    """An override under a name that nothing reads: said, never the shipped form printed instead."""
    name = rng.choice((
        "Formulaire.docx", "formulaire.docm", "formulaire.doc", "FORMULAIRE.DOCX", "formulaire.docx.docx",
        "formulaire.odt", "formulaire.dotx", "plan.md", "reference.docx", "Template.yaml", "template.yml", "Page.typ",
    ))  # fmt: skip
    return judge(folder, pack(shipped()), False, name)


def misnamed_folder(rng: random.Random, folder: Path) -> Outcome:
    """The same, in a folder that no template bears."""
    other = folder / "templates" / rng.choice(("mandats", "Mandat", "mandat-vierge", "commun2"))
    other.mkdir(parents=True)
    (other / "formulaire.docx").write_bytes(pack(shipped()))
    return judge(folder, pack(shipped()), False)


ATTEMPTS: dict[str, Attempt] = {
    f.__name__: f
    for f in (damaged, hostile, jinja, uncarried, carried, placed, images, fieldless, misplaced, misnamed_folder)
}  # fmt: skip
