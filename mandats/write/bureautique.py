"""Office documents to PDF, by the LibreOffice of the machine: one start for all, no macro, nothing fetched."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mandats.write.pandoc import EngineError

TIMEOUT_S = 60  # and as much again for each document
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse">
<value>true</value></prop><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def office_pdfs(documents: Sequence[Path]) -> list[bytes | None]:
    """The PDF of each, None for one that LibreOffice could not read. Raises EngineError: it is not there, or failed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        raise EngineError("il faut LibreOffice, qui n'est pas installé : enregistrez ce document en PDF")
    with tempfile.TemporaryDirectory(prefix="bureautique-") as private:
        folder = Path(private)
        (folder / "profil" / "user").mkdir(parents=True)
        (folder / "profil" / "user" / "registrymodifications.xcu").write_text(PROFILE)
        copies = [folder / f"{n}{document.suffix.lower()}" for n, document in enumerate(documents)]
        for document, copy in zip(documents, copies, strict=True):
            shutil.copyfile(document, copy)
        nowhere = "http://127.0.0.1:9"
        command = [
            found, f"-env:UserInstallation={(folder / 'profil').as_uri()}", "--headless", "--norestore", "--nologo",
            "--convert-to", "pdf", "--outdir", str(folder / "pdf"), *map(str, copies),
        ]  # fmt: skip
        environment = {**os.environ, "http_proxy": nowhere, "https_proxy": nowhere, "HOME": private}
        try:
            subprocess.run(
                command, capture_output=True, timeout=TIMEOUT_S * (1 + len(copies)), check=False, env=environment
            )
        except (OSError, subprocess.TimeoutExpired):
            raise EngineError("LibreOffice n'a pas répondu : enregistrez les documents de bureautique en PDF") from None
        made = [folder / "pdf" / f"{copy.stem}.pdf" for copy in copies]
        return [file.read_bytes() if file.is_file() else None for file in made]
