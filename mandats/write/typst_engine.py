"""The one set-up of typst: a private root, no system font, no package fetched, PDF/A-2a and PDF/UA-1, a fixed date.

Takes markup in memory and plain values; gives the PDF's bytes. What an engine says may quote what it was printing: an
`Engine` made for a person's values (`quiet`) tells the nature of a failure only.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mandats.roots import shipped_root
from mandats.write.pandoc import EngineError, UnprintableText

if TYPE_CHECKING:
    from typst import PDFStandard

ARCHIVED: list[PDFStandard] = ["a-2a", "ua-1"]
FORM: list[PDFStandard] = ["1.7", "ua-1"]  # PDF/A has no form to complete
# What Libertinus Serif surely draws; other characters are tried once.
USUAL = re.compile("[ -~\u00a0-\u017f\u2010-\u2027\u2030-\u203a\u20ac\u202f\u2009]*")
KEPT = 10  # compilations that a piece of layout outlives without being used
MAIN = '#import "page.typ": *\n#show: document-mandats\n\n'


def compile_body(
    body: str, page: Path, inputs: dict[str, str], head: str = MAIN, standards: list[PDFStandard] = ARCHIVED,
    files: Mapping[str, bytes] = {},
) -> bytes:  # fmt: skip
    """The PDF of a document's markup. `page`: the template's page.typ; `inputs`: what it reads from `sys.inputs`;
    `files`: the images that it names."""
    with Engine(page, inputs) as engine:
        for name, data in files.items():
            engine.write(name, data)
        return engine.compile(head + body, inputs["date"], standards)


class Engine(contextlib.AbstractContextManager["Engine"]):
    """A compiler rooted in an empty folder of its own, removed with it: main markup is never written to disk."""

    def __init__(
        self,
        page: Path | None = None,
        inputs: Mapping[str, str] | None = None,
        fonts: Sequence[Path] = (),
        folder: Path | None = None,
        quiet: bool = False,
    ):
        import typst

        self.quiet, self._error = quiet, typst.TypstError
        self._private = tempfile.TemporaryDirectory(prefix="typst-", dir=folder)
        self.root = self._private.name
        if page:
            own, ours = page.read_bytes(), _shipped_page().read_bytes()
            if own != ours:  # a drafter's page may be older than what documents call: ours answers for it
                self.write("commun.typ", ours)
                own = b'#import "commun.typ": *\n' + own
            self.write("page.typ", own)
        self._compiler = typst.Compiler(
            root=self.root, ignore_system_fonts=True, font_paths=[str(f) for f in fonts], sys_inputs=dict(inputs or {}),
            package_path=self.root, package_cache_path=self.root,
        )  # fmt: skip

    def __exit__(self, *_: object) -> None:
        self._private.cleanup()

    def write(self, name: str, data: bytes) -> None:
        """A file that the markup may import; never a person's value."""
        (Path(self.root) / name).write_bytes(data)

    def forget(self) -> None:
        """Let go of what typst remembers of the documents compiled so far: a hundred megabytes after a long one."""
        for _ in range(KEPT + 1):
            self._compiler.compile(b"", format="pdf", root=self.root)

    def compile(
        self, main: str, day: str, standards: list[PDFStandard] = ARCHIVED, inputs: dict[str, str] | None = None
    ) -> bytes:
        """The PDF, dated noon of `day`. `inputs` replace those of the engine. Raises EngineError or UnprintableText."""
        moment = int(dt.datetime.fromisoformat(day).replace(hour=12, tzinfo=dt.UTC).timestamp())
        try:
            made = self._compiler.compile(
                main.encode(), format="pdf", root=self.root, pdf_standards=standards, timestamp=moment,
                sys_inputs=... if inputs is None else inputs,
            )  # fmt: skip
        except self._error as error:
            if self.quiet:
                raise EngineError(f"typst : {type(error).__name__}") from None
            missing = re.search(r'the text `?"(.+?)"`? could not be displayed', str(error))
            raise (UnprintableText(missing[1]) if missing else EngineError(f"typst : {error}")) from error
        if not isinstance(made, bytes):
            raise EngineError("typst : une page par fichier, un seul attendu")
        return made


class Engines(contextlib.AbstractContextManager["Engines"]):
    """Compilers that stay from one document to the next, one for each page and what it reads: what typst remembers of a
    text spares setting all of it again. Of those at rest, the last `KEPT` are kept; the others go."""

    KEPT = 8

    def __init__(self) -> None:
        self._idle: dict[object, Engine] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def engine(self, page: Path, inputs: Mapping[str, str]) -> Iterator[Engine]:
        """One that nobody else uses meanwhile."""
        key = page.read_bytes(), _shipped_page().read_bytes(), tuple(inputs.items())
        with self._lock:
            found = self._idle.pop(key, None)
        engine = found or Engine(page, inputs)
        try:
            yield engine
        finally:
            with self._lock:
                others = [*self._idle]
                gone = [engine] if key in self._idle else [self._idle.pop(k) for k in others[: 1 - self.KEPT]]
                self._idle.setdefault(key, engine)
            for one in gone:
                one.__exit__()

    def __exit__(self, *_: object) -> None:
        while self._idle:
            self._idle.popitem()[1].__exit__()


def _shipped_page() -> Path:
    return shipped_root() / "templates" / "commun" / "page.typ"


def literal(values: object) -> str:
    """A value as the bytes of its JSON text: digits and commas only, so that nothing of it can be read as markup."""
    return f"json(bytes(({','.join(map(str, json.dumps(values, ensure_ascii=False).encode()))},)))"


class Glyphs:
    """Makes a text printable, and seen whole. `head`: markup that sets the fonts; `longest`: a line, in letters."""

    def __init__(self, engine: Engine, head: str, day: str, longest: int):
        self.engine, self.head, self.day, self.longest = engine, head, day, longest
        self.known: dict[str, bool] = {}
        self._long, self._half = re.compile(rf"[^\s\u200b-]{{{longest},}}"), re.compile(f".{{1,{longest // 2}}}")

    def __call__(self, text: str) -> str:
        """Each character that no font draws as « [U+1F600] », and a place to break in words that no line holds."""
        if not USUAL.fullmatch(text):
            for char in set(text) - self.known.keys():
                self.known[char] = USUAL.fullmatch(char) is not None or self._draws(char)
            text = "".join(c if self.known[c] else f"[U+{ord(c):04X}]" for c in text)
        if len(text) < self.longest:
            return text
        return self._long.sub(lambda word: "\u200b".join(self._half.findall(word[0])), text)

    def _draws(self, char: str) -> bool:
        with contextlib.suppress(EngineError):
            self.engine.compile(f"{self.head}= a\n#{literal([f'a{char}'])}.at(0)\n", self.day)
            return True
        return False
