"""Word's XML, for whoever reads it or writes it: the namespace, what an element says, what is added to one."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from lxml import etree

    Element: TypeAlias = etree._Element
else:
    Element = object  # lxml is read when a part is

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def value(element: Element | None, path: str, default: str = "") -> str:
    """The `w:val` of what stands at a path, « pPr/pStyle »."""
    found = None if element is None else element.find(W + path.replace("/", f"/{W}"))
    return default if found is None else found.get(W + "val") or default


def style_of(paragraph: Element | None) -> str:
    return value(paragraph, "pPr/pStyle")


def words_of(part: Element) -> str:
    return "".join(text.text or "" for text in part.iter(W + "t"))


def add(parent: Element, name: str, **values: str) -> Element:
    """One more child, with these values."""
    made = parent.makeelement(W + name, {W + key: told for key, told in values.items()})
    parent.append(made)
    return made


def remove(parent: Element, *tags: str) -> None:
    """Leave out the children of these tags."""
    for child in list(parent.iterchildren(*tags)):
        parent.remove(child)


def properties(element: Element, name: str = "pPr") -> Element:
    """The properties of an element, its first child, made when there are none."""
    found = element.find(W + name)
    if found is None:
        element.insert(0, found := element.makeelement(W + name))
    return found


def parse(data: bytes) -> Element:
    """The tree of a sound part: nothing is resolved, nothing fetched."""
    from lxml import etree

    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def serialise(tree: Element) -> bytes:
    from lxml import etree

    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
