"""The XML of a form in Word, as an act has it: the mandant's values in content controls, ordinals raised, e-mail
addresses that are links.

Takes Jinja sources and what they print; works on whole runs of Word, so that nothing is done for each row: a value is
put in its control before the first is printed, and what stands in a control is left as it is.
"""

import re
from collections.abc import Callable

from jinja2 import nodes

from mandats.champs import list_fields
from mandats.formulaire.programme import RowProgram
from mandats.render.plan import ADDRESS
from mandats.render.typography import cut_raised

_RUN = re.compile(r"<w:r(?: [^>]*)?>((?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?)<w:t(?: [^>]*)?>([^<]+)</w:t></w:r>", re.S)
_APART = re.compile(
    r'(<w:(?P<held>sdt|hyperlink)[ >].*?</w:(?P=held)>|<w:fldChar [^>]*"begin".*?<w:fldChar [^>]*"end")', re.S
)
_AFTER_RAISED = re.compile(
    r"(?=<w:(?:rtl|cs|em|lang|eastAsianLayout|specVanish|oMath)\b|</w:rPr>)"
)  # the schema's order
_VALUE = re.compile(r"(\{\{-?\s*mandant\.(\w+)\b[^{}]*\}\})")
_LINK = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> HYPERLINK "mailto:{0}" '
    '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{1}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


def with_controls(source: str) -> str:
    """The source with each value of the mandant in a control that bears its name."""
    return _each_run(source, _controls)


def dressed(xml: str) -> str:
    """What a form prints of its case, ordinals raised, addresses that are links."""
    return _each_run(xml, _dressed)


def dress(program: RowProgram) -> RowProgram:
    """The same in what does not depend on the row. In place."""
    for piece in program.tree.find_all(nodes.TemplateData):
        piece.data = dressed(piece.data)
    return program


def _each_run(xml: str, change: Callable[[str, str], str]) -> str:
    """The XML with its runs of words changed, but those in a control, a link or a field."""
    parts, at = [], 0
    for apart in _APART.finditer(xml):
        parts += [_RUN.sub(lambda run: change(run[1], run[2]), xml[at : apart.start()]), apart[0]]
        at = apart.end()
    return "".join([*parts, _RUN.sub(lambda run: change(run[1], run[2]), xml[at:])])


def _run(look: str, words: str) -> str:
    return f'<w:r>{look}<w:t xml:space="preserve">{words}</w:t></w:r>' if words else ""


def _controls(look: str, words: str) -> str:
    parts, out = _VALUE.split(words), ""
    for before, value, name in zip(parts[::3], [*parts[1::3], ""], [*parts[2::3], ""], strict=True):
        field = list_fields().get(name)
        named = f'<w:alias w:val="{field.ecran if field else name}"/><w:tag w:val="mandant.{name}"/>'
        held = f"<w:sdt><w:sdtPr>{named}</w:sdtPr><w:sdtContent>{_run(look, value)}</w:sdtContent></w:sdt>"
        out += _run(look, before) + (held if value else "")
    return out


def _dressed(look: str, words: str) -> str:
    raised = _AFTER_RAISED.sub('<w:vertAlign w:val="superscript"/>', look or "<w:rPr></w:rPr>", count=1)
    out = ""
    for rank, part in enumerate(ADDRESS.split(words)):
        if rank % 2:
            out += _LINK.format(part, _run(look, part))
        else:
            out += "".join(_run(raised if high else look, said) for said, high in cut_raised(part))
    return out
