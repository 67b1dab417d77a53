"""A page that says which files stood there, when, before whom: names, sizes, SHA-256; sealed if asked.

The seal is a document time stamp (RFC 3161, in the PDF itself: ETSI EN 319 142-1), asked of the server that the user
types: nothing of the files is sent, only the hash of the page. This and a cluster of machines are all that ever opens
the network. It is verified offline, against root certificates of a folder.
"""

import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mandats.files import digest
from mandats.pieces.copie import printed_pdf
from mandats.pieces.lisible import Sans, page_words
from mandats.render.typography import date_longue
from mandats.words import in_paris

NEEDED = "l'horodatage demande pyHanko et requests : pip install 'mandats[horodatage]'"


def certificate(files: Sequence[Path], par: str, objet: str, when: dt.datetime) -> bytes:
    """The page, as PDF/A. `when`: aware; printed as the hour of Paris. Raises OSError."""
    when = in_paris(when.isoformat())
    day = when.date().isoformat()
    heads = [("Établi le", f"{date_longue(day)} à {when:%H:%M:%S} (UTC{when:%z})"), ("Par", par)]
    heads += [("Objet", objet)] if objet else []
    lines = []
    for file in files:
        lines += [file.name, f"  {file.stat().st_size} octets", f"  SHA-256 {digest(file)}", ""]
    lines += [
        "L'empreinte SHA-256 est propre au contenu exact d'un fichier : un seul signe changé en donne une autre.",
        "Elle se recalcule par « sha256sum » (Linux, macOS) ou « certutil -hashfile … SHA256 » (Windows).",
    ]
    return printed_pdf("Constat de fichiers", heads, lines, day)


def seal(pdf: bytes, url: str) -> bytes:
    """The same, sealed by the time-stamping authority at `url`. Raises Sans: no library, no answer, a refusal."""
    try:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.signers import PdfTimeStamper
        from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
    except ImportError:
        raise Sans(NEEDED) from None
    out = io.BytesIO()
    try:
        asked = PdfTimeStamper(RequestsHTTPTimeStamper(url, timeout=20))  # type: ignore[no-untyped-call]
        asked.timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256", output=out)
    except Exception as error:  # the answer is anyone's: three libraries, each with its kinds
        raise Sans(f"l'horodateur {url} n'a pas donné de jeton valable ({type(error).__name__})") from None
    return out.getvalue()


@dataclass(frozen=True)
class Verdict:
    """`instant`: of the time stamp (ISO), empty without one; `fiable`: None without root certificates."""

    instant: str
    intact: bool
    fiable: bool | None
    fichiers: dict[str, bool]  # name → its hash is in the page


def verify(constat: Path, files: Sequence[Path], racines: Path | None = None) -> Verdict:
    """What a page proves of these files today. `racines`: a folder of certificates. Raises Sans, OSError."""
    data = constat.read_bytes()
    told = {*re.findall("[0-9a-f]{64}", page_words(data))}
    held = {file.name: digest(file) in told for file in files}
    if b"/DocTimeStamp" not in data:
        return Verdict("", True, None, held)
    try:
        from pyhanko.keys import load_certs_from_pemder
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_timestamp
        from pyhanko_certvalidator import ValidationContext
    except ImportError:
        raise Sans(NEEDED) from None
    try:
        names = [str(p) for p in sorted(racines.iterdir())] if racines else []
        roots = list(load_certs_from_pemder(names))  # type: ignore[no-untyped-call]
        stamped = PdfFileReader(io.BytesIO(data)).embedded_timestamp_signatures[-1]
        status = validate_pdf_timestamp(stamped, ValidationContext(trust_roots=roots, allow_fetching=False))
    except Exception as error:
        raise Sans(f"ce constat ou son horodatage ne se lit pas ({type(error).__name__})") from None
    whole = bool(status.intact and status.valid) and status.coverage >= SignatureCoverageLevel.ENTIRE_FILE
    return Verdict(status.timestamp.isoformat(), whole, status.trusted if racines else None, held)
