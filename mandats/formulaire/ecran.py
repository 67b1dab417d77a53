"""The blank form as a PDF that people complete on screen: AcroForm fields, named, explained, in reading order.

Takes the blank form's typst markup, its marks where values go; gives bytes (PDF/UA-1). Three things become fields: a
value of the person, a run of dots, a box to tick (□ or ☐); a paragraph of signature gains a signature field (eIDAS
tools use it).

Choice: each field is first a link that typst lays out, tags and puts in the reading order; pikepdf then turns the
link's annotation into a widget and its tag into Form. Placing widgets by coordinates would have left the structure
tree to write by hand.
"""

import io
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mandats.champs import list_fields
from mandats.intake import MARK
from mandats.pieces.metadonnees import drop, saved
from mandats.words import bare
from mandats.write.pandoc import EngineError
from mandats.write.typst_engine import FORM, compile_body

SCHEME = "https://champ.invalid/"
TOKEN = re.compile(rf"{MARK.pattern};|(…{{6,}}|(?:\\\.){{12,}})|([□☐])")
SIGN = "\udfff"  # like a mark, nothing that a form may hold
SIGNED = "Signature électronique, ou à la main sur l'exemplaire imprimé"
LOOK = "/Helv 10 Tf 0 g"


@dataclass(frozen=True)
class Field:
    nom: str
    aide: str
    genre: str  # Tx, Btn, Sig


def fillable_pdf(
    body: str, names: Sequence[str], page: Path, inputs: dict[str, str], images: Mapping[str, bytes]
) -> bytes:
    """The PDF. `names`: what each mark stands for (`prenom`…), by rank."""
    if SCHEME in body:
        raise EngineError(f"formulaire à remplir : lien vers {SCHEME}, réservé")
    signed = re.sub(r"(#signature-formulaire\[\n)(.*?)(\n\n?\])", rf"\1\2 {SIGN}\3", body, flags=re.S)
    fields: list[Field] = []
    markup = "\n".join(_place(line, names, fields) for line in signed.split("\n"))
    head = Path(__file__).with_name("ecran.typ").read_text("utf-8")
    return _widgets(compile_body(markup, page, inputs, head, FORM, images), fields)


def _place(line: str, names: Sequence[str], fields: list[Field]) -> str:
    """One line of markup with its fields, which are added in reading order.

    Their help is the words beside them, but for a mandant's own.
    """
    helps = {f.nom: f.ecran for f in list_fields().values() if f.ecran}
    words = _words(TOKEN.sub("", line))

    def add(name: str, help_: str, genre: str) -> int:
        """The rank of a new field; a name already taken is numbered."""
        known, numbered = {f.nom for f in fields}, (f"{name}_{i}" for i in itertools.count(2))
        fields.append(Field(name if name not in known else next(n for n in numbered if n not in known), help_, genre))
        return len(fields) - 1

    def put(match: re.Match[str]) -> str:
        before = _words(TOKEN.split(line[: match.start()])[-1]).strip(" :,;")
        if match[3]:
            boxes = sum(f.genre == "Btn" for f in fields)
            return f"#_coche({add(f'case_{boxes + 1}', words, 'Btn')});"
        if match[1]:
            name = names[int(match[1])]
            return f"#_champ({add(name, helps.get(name, before or words), 'Tx')}, 11cm);"
        slug = "_".join(re.findall("[a-z0-9]+", bare(before).encode("ascii", "ignore").decode()))[:40]
        return f"#_champ({add(slug or 'champ', before or words, 'Tx')}, 5cm);"

    made = TOKEN.sub(put, line)
    return made.replace(SIGN, f"#_paraphe({add('signature', SIGNED, 'Sig')});") if SIGN in made else made


def _words(markup: str) -> str:
    """The words of a line of markup: neither calls nor the signs that escape."""
    return re.sub(rf"(?<!\\)(?:#[\w-]+\[?|\];?)|\\|{SIGN}", "", markup).strip()


def _widgets(data: bytes, fields: Sequence[Field]) -> bytes:
    import pikepdf
    from pikepdf import Array, Dictionary, Name, String

    pdf = pikepdf.open(io.BytesIO(data))
    latin = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    ticks = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.ZapfDingbats)
    resources = Dictionary(Font=Dictionary(Helv=pdf.make_indirect(latin), ZaDb=pdf.make_indirect(ticks)))
    widgets: dict[int, Any] = {}
    for leaf in pdf.pages:
        leaf.obj.Tabs = Name.S  # the order of the structure tree
        for annotation in leaf.obj.get("/Annots", Array()):
            target = str(annotation.get("/A", Dictionary()).get("/URI", ""))
            if not target.startswith(SCHEME):
                continue
            rank = int(target.removeprefix(SCHEME))
            if rank in widgets:
                raise EngineError("formulaire à remplir : un champ est coupé par la fin d'une page")
            _widget(pdf, annotation, fields[rank], leaf.obj, resources)
            widgets[rank] = annotation
    if len(widgets) != len(fields):
        raise EngineError(f"formulaire à remplir : {len(fields)} champs voulus, {len(widgets)} posés")
    placed = Array([widgets[i] for i in range(len(fields))])
    form = Dictionary(Fields=placed, DR=resources, DA=String(LOOK), NeedAppearances=False)
    if any(f.genre == "Sig" for f in fields):
        form.SigFlags = 0
    pdf.Root.AcroForm = form
    for element in pdf.objects:  # what holds a widget is a Form (ISO 14289-1, 7.18.4)
        if isinstance(element, Dictionary) and element.get("/S") == "/Link":
            kids = element.get("/K")
            for kid in kids if isinstance(kids, Array) else [kids]:
                if isinstance(kid, Dictionary) and kid.get("/Type") == "/OBJR" and kid.Obj.get("/Subtype") == "/Widget":
                    element.S = Name.Form
    return saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _widget(pdf: Any, annotation: Any, field: Field, page: Any, resources: Any) -> None:
    from pikepdf import Dictionary, Name, String

    left, bottom, right, top = (float(v) for v in annotation.Rect)
    size = [0, 0, round(right - left, 3), round(top - bottom, 3)]

    def look(content: bytes) -> Any:
        stream = pdf.make_stream(content)
        stream.Type, stream.Subtype, stream.BBox, stream.Resources = Name.XObject, Name.Form, size, resources
        return stream

    drop(annotation, "/A", "/Border", "/QuadPoints", "/Contents", "/H")
    annotation.Subtype, annotation.FT = Name.Widget, Name("/" + field.genre)
    annotation.T, annotation.TU = String(field.nom), String(field.aide)
    annotation.F, annotation.P = 4, page  # printed
    if field.genre == "Tx":
        annotation.DA, annotation.AP = String(LOOK), Dictionary(N=look(b"/Tx BMC EMC"))
        annotation.MaxLen = 300
    elif field.genre == "Btn":
        side = min(size[2], size[3])
        mark = f"q BT /ZaDb {side:.2f} Tf 0 g {side * 0.12:.2f} {side * 0.14:.2f} Td (4) Tj ET Q".encode()
        annotation.DA, annotation.MK = String("/ZaDb 0 Tf 0 g"), Dictionary(CA=String("4"))
        annotation.AP = Dictionary(N=Dictionary(Oui=look(mark), Off=look(b"")))
        annotation.AS = annotation.V = Name.Off
    else:
        annotation.AP = Dictionary(N=look(b""))
