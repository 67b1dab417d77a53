"""The programs of the machine that make a pièce: LibreOffice, Chromium, ocrmypdf.

Each is started for one task: its own home, no network, bounded in time; nothing outlives it.
"""

import base64
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mandats.write.pandoc import EngineError

TIMEOUT_S = 60  # of a page; as much again for each office document
NOWHERE = "http://127.0.0.1:9"


def program(names: Sequence[str], absent: str) -> str:
    """The first of these that is installed. Raises EngineError, with what is said when none is."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise EngineError(absent)
    return found


def run_apart(command: Sequence[str], home: Path, seconds: float, late: str) -> int:
    """The exit code. What the program started is killed with it. Raises EngineError: not started, or late."""
    environment = {**os.environ, "HOME": str(home), "http_proxy": NOWHERE, "https_proxy": NOWHERE}
    none = subprocess.DEVNULL
    try:
        with subprocess.Popen(
            command, env=environment, start_new_session=True, stdin=none, stdout=none, stderr=none
        ) as run:
            try:
                return run.wait(seconds)
            finally:
                with contextlib.suppress(OSError, AttributeError):  # none left; Windows has no groups
                    os.killpg(run.pid, signal.SIGKILL)
                run.kill()
    except (OSError, subprocess.TimeoutExpired):
        raise EngineError(late) from None


PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse">
<value>true</value></prop><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def office_pdfs(documents: Sequence[Path]) -> list[bytes | None]:
    """The PDF of each, None for one that LibreOffice could not read. Raises EngineError: it is not there, or failed."""
    absent = "il faut LibreOffice, qui n'est pas installé : enregistrez ce document en PDF"
    found = program(("soffice", "libreoffice"), absent)
    with tempfile.TemporaryDirectory(prefix="bureautique-") as private:
        folder = Path(private)
        (folder / "profil" / "user").mkdir(parents=True)
        (folder / "profil" / "user" / "registrymodifications.xcu").write_text(PROFILE)
        copies = [folder / f"{n}{document.suffix.lower()}" for n, document in enumerate(documents)]
        for document, copy in zip(documents, copies, strict=True):
            shutil.copyfile(document, copy)
        command = [
            found, f"-env:UserInstallation={(folder / 'profil').as_uri()}", "--headless", "--norestore", "--nologo",
            "--convert-to", "pdf", "--outdir", str(folder / "pdf"), *map(str, copies),
        ]  # fmt: skip
        late = "LibreOffice n'a pas répondu : enregistrez les documents de bureautique en PDF"
        run_apart(command, folder, TIMEOUT_S * (1 + len(copies)), late)
        made = [folder / "pdf" / f"{copy.stem}.pdf" for copy in copies]
        return [file.read_bytes() if file.is_file() else None for file in made]


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PAGE_LATE = "Chromium n'a pas rendu cette page : imprimez-la en PDF"
# A web archive: Chromium runs no script of one, follows no refresh, and shows nothing but what it holds, not even from
# the disk; of a page opened as a file, « refresh » leads to any other file.
ARCHIVE = b"""From: <Saved by Blink>\r
Snapshot-Content-Location: https://page.invalid/\r
MIME-Version: 1.0\r
Content-Type: multipart/related; type="text/html"; boundary="----page"\r
\r
------page\r
Content-Type: text/html\r
Content-Transfer-Encoding: base64\r
Content-Location: https://page.invalid/\r
\r
%s\r
------page--\r
"""


def web_pdf(page: Path) -> bytes:
    """The PDF of a self-contained page. Raises EngineError: no Chromium, or it failed."""
    found = program(BROWSERS, "il faut Chromium, qui n'est pas installé : imprimez cette page en PDF")
    with tempfile.TemporaryDirectory(prefix="page-") as private:
        held, made = Path(private, "page.mht"), Path(private, "page.pdf")
        held.write_bytes(ARCHIVE % base64.encodebytes(page.read_bytes()).replace(b"\n", b"\r\n"))
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        command = [
            found, "--headless", *root, "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update",
            f"--proxy-server={NOWHERE}", "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={private}/profil",
            "--no-pdf-header-footer", f"--print-to-pdf={made}", held.as_uri(),
        ]  # fmt: skip
        run_apart(command, Path(private), TIMEOUT_S, PAGE_LATE)
        if not made.is_file():
            raise EngineError(PAGE_LATE)
        return made.read_bytes()


ABSENT = "il faut ocrmypdf, qui n'est pas installé (Debian : apt install ocrmypdf tesseract-ocr-fra)"
LACKS = "il manque à ocrmypdf Tesseract et son français (tesseract-ocr-fra), ou Ghostscript"
SCAN_LATE = "ocrmypdf n'a pas fini à temps : ôtez --oceriser, ou scindez la pièce"
PAGE_S, MEGAPIXELS = 30, 250
MISSING = 3  # the exit code of ocrmypdf for a program or a language that is not there


def find_ocr() -> str:
    """Where ocrmypdf is. Raises EngineError."""
    return program(("ocrmypdf",), ABSENT)


def recognised(scan: bytes, pages: int) -> bytes | None:
    """The same PDF, its pages without text given one; None: it could not be read. Raises EngineError."""
    with tempfile.TemporaryDirectory(prefix="texte-") as private:
        given, made = Path(private, "scan.pdf"), Path(private, "texte.pdf")
        given.write_bytes(scan)
        command = [
            find_ocr(), "--language", "fra", "--skip-text", "--output-type", "pdf", "--optimize", "0", "--quiet",
            "--tesseract-timeout", str(PAGE_S), "--max-image-mpixels", str(MEGAPIXELS), str(given), str(made),
        ]  # fmt: skip
        if run_apart(command, Path(private), TIMEOUT_S + PAGE_S * pages, SCAN_LATE) == MISSING:
            raise EngineError(LACKS)
        return made.read_bytes() if made.is_file() else None
