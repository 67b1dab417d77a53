"""What must be done before click is imported; `mandats.cli` imports this module first.

click asks gettext for its own messages: ours, in French, are beside this package. And a command is a short process full
of small trees: looking for cycles while modules load, then once more as the process ends, costs a tenth of `--help`
and frees nothing.

What a terminal cannot write is replaced by what is nearest (« → » by « -> »). A stream that was closed is opened on
nothing: no file of ours takes its number.
"""

import atexit
import codecs
import gc
import gettext
import os
import sys

gc.disable()  # `main` turns it on again
atexit.register(gc.freeze)
os.environ["LANGUAGE"] = "fr"
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # nobody else's code, and no search for it
gettext.bindtextdomain("messages", os.path.join(os.path.dirname(os.path.dirname(__file__)), "locale"))

# What has no letters of its own in Unicode's decompositions; the others lose their accents.
NEAREST = {
    "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "‑": "-", "·": "-", "•": "-",
    "→": "->", "←": "<-", "≤": "<=", "≥": ">=", "×": "x", "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss",
    "ø": "o", "°": "o", "€": "EUR", "─": "-", "│": "|", "█": "#", "✓": "v", "✗": "x",
}  # fmt: skip


def nearest(error: UnicodeError) -> tuple[str, int]:
    """The ASCII nearest to what could not be encoded, and where to go on: an error handler of `codecs`."""
    from unicodedata import normalize

    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = (NEAREST.get(c) or normalize("NFKD", c) for c in error.object[error.start : error.end])
    plain = ("".join(c for c in part if ord(c) < 128) or ("" if len(part) > 1 else "?") for part in letters)
    return "".join(plain), error.end


def plain_ascii(name: str) -> codecs.CodecInfo | None:
    """ASCII under another name: of a stream that says « ascii », click thinks that it is mistaken, and writes UTF-8."""
    if name != "plain_ascii":
        return None
    i = codecs.lookup("ascii")
    return codecs.CodecInfo(
        i.encode, i.decode, i.streamreader, i.streamwriter, i.incrementalencoder, i.incrementaldecoder, name
    )


codecs.register_error("nearest", nearest)
codecs.register(plain_ascii)
for _name, _mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):  # in the order of their numbers
    _stream = getattr(sys, _name)
    if _stream is None:
        setattr(sys, _name, open(os.devnull, _mode, encoding="utf-8"))  # noqa: SIM115 (as long as the process)
    elif hasattr(_stream, "reconfigure") and _mode == "w":
        _ascii = codecs.lookup(_stream.encoding).name == "ascii"
        _stream.reconfigure(encoding="plain_ascii" if _ascii else None, errors="nearest")
