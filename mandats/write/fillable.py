"""The blank form as a PDF that people complete on screen: AcroForm fields, named, explained, in reading order.

Takes the blank form's typst markup, its marks where values go; gives bytes (PDF/UA-1). Three things become fields: a value
of the person, a run of dots, a box to tick (□ or ☐); a paragraph of signature gains a signature field (eIDAS tools use it).

Choice: each field is first a link that typst lays out, tags and puts in the reading order; pikepdf then turns the link's
annotation into a widget and its tag into Form. Placing widgets by coordinates would have left the structure tree to write by hand.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mandats.write.form_pdf import MARKED
from mandats.write.pandoc import EngineError

SCHEME = "https://champ.invalid/"
TOKEN = re.compile(r"Zqv(\d+)vqZ|(…{6,}|\.{12,})|([□☐])")
FIELDS = """
#import "page.typ": *
#let _champ(i, large) = link("SCHEME" + str(i), box(width: large, height: 1.15em, baseline: 0.25em, stroke: (bottom: 0.5pt + luma(120)), align(bottom, hide[x])))
#let _coche(i) = link("SCHEME" + str(i), box(width: 0.8em, height: 0.8em, baseline: 0.08em, stroke: 0.6pt, align(bottom, hide(text(size: 0.1em)[x]))))
#let _paraphe(i) = link("SCHEME" + str(i), box(width: 8cm, height: 1cm, stroke: 0.5pt + luma(120), hide[x]))
""".replace("SCHEME", SCHEME)
HELP = {
    "prenom": "Prénom", "nom": "Nom de famille", "commune": "Commune de résidence", "courriel": "Adresse électronique", "adresse": "Adresse",
    "code_postal": "Code postal", "pays": "Pays", "date_naissance": "Date de naissance, jour/mois/année", "code": "Code du mandat (laisser tel quel)",
    "numero": "Numéro du mandat (laisser vide)", "nom_complet": "Prénom et nom", "adresse_complete": "Adresse, code postal et commune",
    "signe_le": "Date du mandat, jour/mois/année",
}  # fmt: skip
REQUIRED = 1 << 1


@dataclass(frozen=True)
class Field:
    nom: str
    aide: str
    genre: str  # Tx, Btn, Sig


def fillable_pdf(body: str, names: Sequence[str], page: Path, inputs: dict[str, str]) -> bytes:
    """The PDF. `names`: what each mark stands for (`prenom`…), by rank."""
    fields: list[Field] = []
    markup = (
        FIELDS
        + "#show: document-mandats\n\n"
        + "\n".join(_paragraph(line, names, fields) for line in _signed(body).split("\n"))
    )
    return _widgets(_compile(markup, page, inputs), fields)


def _signed(body: str) -> str:
    return re.sub(r"(#signature-formulaire\[\n)(.*?)(\n\n?\])", r"\1\2 Zqsign\3", body, flags=re.S)


def _paragraph(line: str, names: Sequence[str], fields: list[Field]) -> str:
    """One line of markup with its fields; their help is the words beside them."""
    words = re.sub(r"[\\#]|Zqsign", "", TOKEN.sub("", line)).replace("~", " ").strip()

    def put(match: re.Match[str]) -> str:
        before = re.sub(r"[\\~#]", " ", TOKEN.split(line[: match.start()])[-1] or "").strip(" :,;")
        rank = len(fields)
        if match[3]:
            fields.append(Field(f"case_{1 + sum(f.genre == 'Btn' for f in fields)}", words, "Btn"))
            return f"#_coche({rank});"
        if match[1]:
            name = names[int(match[1])]
            fields.append(Field(_unique(name, fields), HELP.get(name, before or words), "Tx"))
        else:
            fields.append(Field(_unique(_slug(before) or "champ", fields), before or words, "Tx"))
        return f"#_champ({rank}, {'5cm' if match[2] else '11cm'});"

    made = TOKEN.sub(put, line)
    if "Zqsign" in made:
        fields.append(
            Field(_unique("signature", fields), "Signature électronique, ou à la main sur l'exemplaire imprimé", "Sig")
        )
        made = made.replace("Zqsign", f"#_paraphe({len(fields) - 1});")
    return made


def _slug(text: str) -> str:
    import unicodedata

    bare = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")[:40]


def _unique(name: str, fields: Sequence[Field]) -> str:
    known = {f.nom for f in fields}
    return name if name not in known else next(f"{name}_{i}" for i in range(2, 999) if f"{name}_{i}" not in known)


def _compile(markup: str, page: Path, inputs: dict[str, str]) -> bytes:
    import typst

    moment = dt.datetime.fromisoformat(inputs["date"]).replace(hour=12, tzinfo=dt.UTC)
    with tempfile.TemporaryDirectory(prefix="mandats-") as folder:
        (Path(folder) / "page.typ").write_bytes(page.read_bytes())
        (Path(folder) / "main.typ").write_text(markup, "utf-8")
        try:
            return typst.compile(
                str(Path(folder) / "main.typ"), root=folder, ignore_system_fonts=True, sys_inputs=inputs, pdf_standards=["1.7", "ua-1"],
                timestamp=int(moment.timestamp()), package_path=folder, package_cache_path=folder,
            )  # fmt: skip
        except typst.TypstError as error:
            raise EngineError(f"typst : {error}") from error


def _widgets(data: bytes, fields: Sequence[Field]) -> bytes:
    import pikepdf
    from pikepdf import Array, Dictionary, Name, String

    pdf = pikepdf.open(io.BytesIO(data))
    helvetica = pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    )
    ticks = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.ZapfDingbats))
    resources = Dictionary(Font=Dictionary(Helv=helvetica, ZaDb=ticks))
    widgets: dict[int, Any] = {}
    for leaf in pdf.pages:
        leaf.obj.Tabs = Name.S  # the order of the structure tree
        for annotation in leaf.obj.get("/Annots", []):
            target = str(annotation.get("/A", {}).get("/URI", ""))
            if not target.startswith(SCHEME):
                continue
            rank = int(target.removeprefix(SCHEME))
            if rank in widgets:
                raise EngineError("formulaire à remplir : un champ est coupé par la fin d'une page")
            _widget(pdf, annotation, fields[rank], leaf.obj, resources)
            widgets[rank] = annotation
    if len(widgets) != len(fields):
        raise EngineError(f"formulaire à remplir : {len(fields)} champs voulus, {len(widgets)} posés")
    pdf.Root.AcroForm = Dictionary(
        Fields=Array([widgets[i] for i in range(len(fields))]), DR=resources, DA=String("/Helv 10 Tf 0 g"), NeedAppearances=False,
        **({"SigFlags": 0} if any(f.genre == "Sig" for f in fields) else {}),
    )  # fmt: skip
    _retag(pdf.Root.StructTreeRoot)
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _widget(pdf: Any, annotation: Any, field: Field, page: Any, resources: Any) -> None:
    from pikepdf import Dictionary, Name, String

    left, bottom, right, top = (float(v) for v in annotation.Rect)
    size = [0, 0, round(right - left, 3), round(top - bottom, 3)]

    def look(content: bytes) -> Any:
        stream = pdf.make_stream(content)
        stream.Type, stream.Subtype, stream.BBox, stream.Resources = Name.XObject, Name.Form, size, resources
        return stream

    for key in ("/A", "/Border", "/QuadPoints", "/Contents", "/H"):
        if key in annotation:
            del annotation[key]
    annotation.Subtype, annotation.FT, annotation.T, annotation.TU = (
        Name.Widget,
        Name("/" + field.genre),
        String(field.nom),
        String(field.aide),
    )
    annotation.F, annotation.P = 4, page  # printed
    if field.genre == "Tx":
        annotation.DA, annotation.AP = String("/Helv 10 Tf 0 g"), Dictionary(N=look(b"/Tx BMC EMC"))
        annotation.MaxLen = 300
    elif field.genre == "Btn":
        side = min(size[2], size[3])
        mark = f"q BT /ZaDb {side:.2f} Tf 0 g {side * 0.12:.2f} {side * 0.14:.2f} Td (4) Tj ET Q".encode()
        annotation.DA, annotation.MK = String("/ZaDb 0 Tf 0 g"), Dictionary(CA=String("4"))
        annotation.AP, annotation.AS, annotation.V = (
            Dictionary(N=Dictionary(Oui=look(mark), Off=look(b""))),
            Name.Off,
            Name.Off,
        )
    else:
        annotation.AP = Dictionary(N=look(b""))


def _retag(node: Any) -> None:
    """The Link elements that hold our annotations become Form elements (ISO 14289-1, 7.18.4)."""
    import pikepdf

    stack = [node]
    while stack:
        here = stack.pop()
        if isinstance(here, pikepdf.Array):
            stack += list(here)
        elif isinstance(here, pikepdf.Dictionary):
            children = here.get("/K")
            if here.get("/S") == "/Link" and "/OBJR" in json.dumps(
                [str(c.get("/Type", "")) for c in _dictionaries(children)]
            ):
                target = next(c.Obj for c in _dictionaries(children) if c.get("/Type") == "/OBJR")
                if target.get("/Subtype") == "/Widget":
                    here.S = pikepdf.Name.Form
            if children is not None:
                stack.append(children)


def _dictionaries(children: Any) -> list[Any]:
    import pikepdf

    found = list(children) if isinstance(children, pikepdf.Array) else [children]
    return [c for c in found if isinstance(c, pikepdf.Dictionary)]


__all__ = ["MARKED", "Field", "fillable_pdf"]
