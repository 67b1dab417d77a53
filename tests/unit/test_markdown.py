"""Values stay text, whatever they hold; and only known tokens become nodes."""

from hypothesis import given
from hypothesis import strategies as st

from mandats import blocks
from mandats.render.markdown import Reader
from mandats.render.sandbox import escape_markdown

KINDS = {"Para", "Plain", "Str", "Space", "Emph", "Strong", (
    "Superscript"
), "BulletList", "OrderedList", "BlockQuote", "Header", "Code", "Link", "LineBreak", "Decimal", "Period", "OneParen", (
    "CodeBlock"
), "Div", "Span", "Note", "Table", "AlignLeft", "AlignRight", "AlignCenter", "AlignDefault", "ColWidth"}  # fmt: skip


def read(source: str):
    return Reader(source, lambda i: [], set_french=False).blocks()


ANY = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co"])
MARKUP = st.sampled_from(
    [
        "*a*",
        "**b**",
        "`c`",
        "_d_",
        "[e](https://f.fr)",
        "<b>",
        "<https://g.fr>",
        "&amp;",
        "\\\\",
        "# ",
        "> ",
        "- ",
        "1. ",
        "![h](i)",
    ]
)


@given(st.lists(st.one_of(ANY, MARKUP), max_size=30).map("".join))
def test_an_escaped_value_prints_itself(value):
    made = read("x" + escape_markdown(value) + "x")
    assert [b["t"] for b in made] == ["Para"]
    assert "".join(blocks.plain(made).split()) == "x" + "".join(value.split()) + "x"


@given(st.text(alphabet="ab *_`#<>[](){}!|~^$\\-+=:./1\n\t&;@", max_size=120))
def test_no_other_node_can_exist(source):
    assert {n["t"] for n in blocks.walk(read(source))} <= KINDS


def test_what_markdown_gives():
    kinds = [
        n["t"] for n in blocks.walk(read("# T\n\n*a* **b** `c` [d](https://e.fr)\n\n- x\n\n1. y\n\n> z\n\n<b>w</b>"))
    ]
    assert {"Header", "Emph", "Strong", "Code", "Link", "BulletList", "OrderedList", "BlockQuote"} <= set(kinds)
    assert "RawBlock" not in kinds
    assert "RawInline" not in kinds
