"""The last event written, noted beside the key: an older copy of the ledger put back in its place is then seen.

`<key>.tetes` says, for each ledger that the key served here (by the digest of its address, which may hold a password),
the number and the link of its last event. Who rolls back both files together is not seen: the heads printed by `etat`,
`deposer` and `purger`, kept by others, remain. No personal data. A folder that cannot be written notes nothing.
"""

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from mandats.files import write_whole
from mandats.registre.store import SERVED


def noted_head(cle: Path | None, lieu: str) -> tuple[int, str] | None:
    """(number, link in hexadecimal) of the last event noted for the ledger at `lieu`; None when none was."""
    with contextlib.suppress(ValueError, TypeError):  # a file that says nothing
        seq, head = _read(cle).get(_name(lieu), ())
        return int(seq), str(head)
    return None


def note_head(cle: Path | None, lieu: str, seq: int, tete: str) -> None:
    if cle:
        with contextlib.suppress(OSError):
            data = json.dumps({**_read(cle), _name(lieu): [seq, tete]}, indent=0).encode()
            # In one call, over all that was there: a kill leaves the old note or the new one, and no other file.
            with open(os.open(_file(cle), os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0) as file:
                file.write(data.ljust(os.fstat(file.fileno()).st_size))


def noted_outputs(cle: Path | None, lieu: str) -> dict[str, dict[str, Any]]:
    """What was written from the ledger at `lieu`, by its place: how it was asked for. `<key>.sorties` keeps it."""
    return dict(_read(cle, "sorties").get(_name(lieu), {}))


def is_noted(cle: Path | None, lieu: str, chemin: Path) -> bool:
    """Whether this was written from this ledger; taken so where nothing can be noted."""
    noting = cle is not None and os.access(cle.parent, os.W_OK)
    return not noting or str(chemin.resolve()) in noted_outputs(cle, lieu)


def note_output(cle: Path | None, lieu: str, chemin: Path, how: dict[str, Any] | None) -> None:
    """Note what was written; with None, that it is no more. A folder that cannot be written notes nothing."""
    if cle:
        outputs = noted_outputs(cle, lieu) | {str(chemin.resolve()): how}
        kept = {place: told for place, told in outputs.items() if told is not None}
        data = json.dumps(_read(cle, "sorties") | {_name(lieu): kept}, indent=1, ensure_ascii=False)
        with contextlib.suppress(OSError):
            write_whole(_file(cle, "sorties"), data.encode(), private=True)


def _file(cle: Path, what: str = "tetes") -> Path:
    return cle.with_name(f"{cle.name}.{what}")


def _name(lieu: str) -> str:
    place = lieu if lieu.startswith(SERVED) else str(Path(lieu).resolve())
    return hashlib.sha256(place.encode()).hexdigest()[:16]


def _read(cle: Path | None, what: str = "tetes") -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError, TypeError):
        return dict(json.loads(_file(cle, what).read_text("utf-8"))) if cle else {}
    return {}
