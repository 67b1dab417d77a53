"""A saved web page to PDF, by the Chromium of the machine: no script, no network, no other file of the disk."""

import base64
import os
import tempfile
from pathlib import Path

from mandats.write.pandoc import EngineError
from mandats.write.programme import NOWHERE, program, run_apart

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
TIMEOUT_S = 60
LATE = "Chromium n'a pas rendu cette page : imprimez-la en PDF"
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
    found = program(NAMES, "il faut Chromium, qui n'est pas installé : imprimez cette page en PDF")
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
        run_apart(command, Path(private), TIMEOUT_S, LATE)
        if not made.is_file():
            raise EngineError(LATE)
        return made.read_bytes()
