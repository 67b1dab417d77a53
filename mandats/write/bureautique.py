"""Office documents to PDF, by the LibreOffice of the machine: one start for all, no macro, nothing fetched."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mandats.write.programme import program, run_apart

TIMEOUT_S = 60  # and as much again for each document
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
