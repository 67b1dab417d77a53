"""Numbers of headings and paragraphs, once the blocks stand in reading order; where each source is used."""

from dataclasses import dataclass, field

from mandats import blocks as ast
from mandats.blocks import Node
from mandats.divisions import division
from mandats.words import numeral

PRAYERS = {"conclusion", "derniere-conclusion", "conclusion-liste"}


@dataclass
class Numbered:
    """`sources`: key → paragraph numbers, 0 for the prayers that no number introduces.

    `headings`: (level, label, inlines, id, first paragraph) in order.
    """

    sources: dict[str, list[int]] = field(default_factory=dict)
    headings: list[tuple[int, str, list[Node], str, int]] = field(default_factory=list)
    last: int = 0


def number(blocks: list[Node], paragraphs: bool) -> Numbered:
    """Give each heading its id and label, each paragraph of the argument its number (Div `alinea`); in place."""
    result = Numbered()
    counters = [0] * 7
    lead = ""  # how the last paragraph stands: what introduces the prayers may have no number

    def visit(nodes: list[Node]) -> None:
        nonlocal lead
        for i, node in enumerate(nodes):
            _, classes, _ = ast.attributes(node)
            row = division(*classes[:1]) if node["t"] == "Div" else division()
            if row.alineas:
                visit(node["c"][1])
                continue
            if node["t"] == "Header":
                _, attributes, inlines = node["c"]
                # A level is never skipped: an untitled item may hold sub-headings meant for a titled one.
                above = result.headings[-1][0] if result.headings else 0
                level = node["c"][0] = min(node["c"][0], above + 1)
                attributes[0] = f"titre-{len(result.headings) + 1}"
                label = ""
                if "unnumbered" not in classes:
                    counters[level:] = [counters[level] + 1] + [0] * (6 - level)
                    label = heading_label(level, counters[level])
                result.headings.append((level, label, inlines, attributes[0], result.last + 1))
            elif node["t"] == "Para" and paragraphs:
                # What announces a quotation or a list stays on its page.
                leads = "-lie" * ast.plain(node).rstrip().endswith(":")
                lead = ("suite" if _goes_on(node, nodes[i - 1] if i else None) else "alinea") + leads
                if lead.startswith("suite"):
                    nodes[i] = ast.div([node], lead)
                else:
                    result.last += 1
                    nodes[i] = ast.div([node], lead, numero=str(result.last))
            apart = lead == "suite-lie" and not PRAYERS.isdisjoint(classes)
            for cle in ast.cited([] if row.annexe else node):
                result.sources.setdefault(cle, []).append(0 if apart else max(result.last, 1))

    visit(blocks)
    return result


def _goes_on(paragraph: Node, before: Node | None) -> bool:
    """Whether a paragraph takes no number: it says so, or goes on, in lower case, after what interrupted it."""
    if paragraph["c"] and "suite" in ast.attributes(paragraph["c"][0])[1]:
        return True
    interrupted = before is not None and before["t"] in _INTERRUPTING
    return interrupted and ast.plain(paragraph).lstrip(" …–—-,;:.()")[:1].islower()


_INTERRUPTING = {"BlockQuote", "BulletList", "OrderedList", "Table", "CodeBlock"}


def heading_label(level: int, n: int) -> str:
    """« I. », « A. », « 1. », « a) ».

    >>> [heading_label(i + 1, 4) for i in range(4)]
    ['IV.', 'D.', '4.', 'd)']
    """
    forms = ("upperRoman", "upperLetter", "decimal")
    return f"{numeral(n, forms[level - 1])}." if level <= 3 else f"{numeral(n, 'lowerLetter')})"
