"""A saved web page to PDF, by the Chromium of the machine: no script, no network, no other file of the disk."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from mandats.write.pandoc import EngineError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
TIMEOUT_S = 60
# What the page holds itself is shown; nothing is fetched, not even from the disk.
ALONE = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; font-src data:; '
    "style-src 'unsafe-inline' data:\">"
)
DOCTYPE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<!doctype[^>]{0,300}>", re.I)


def web_pdf(page: Path) -> bytes:
    """The PDF of a self-contained page. Raises EngineError: no Chromium, or it failed."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise EngineError("il faut Chromium, qui n'est pas installé : imprimez cette page en PDF")
    source = page.read_bytes()
    start = doctype.end() if (doctype := DOCTYPE.match(source)) else 0
    with tempfile.TemporaryDirectory(prefix="page-") as private:
        held, made = Path(private, "page.html"), Path(private, "page.pdf")
        held.write_bytes(source[:start] + ALONE.encode() + source[start:])
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        command = [
            found, "--headless", *root, "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update",
            "--proxy-server=127.0.0.1:9", "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={private}/profil",
            "--no-pdf-header-footer", f"--print-to-pdf={made}", held.as_uri(),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, check=False)
        except (OSError, subprocess.TimeoutExpired):
            raise EngineError("Chromium n'a pas rendu cette page : imprimez-la en PDF") from None
        if not made.is_file():
            raise EngineError("Chromium n'a pas rendu cette page : imprimez-la en PDF")
        return made.read_bytes()
