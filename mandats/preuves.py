"""The kinds of evidence of a mandate, weakest first. What each is worth: `registre/preuves.yaml`, key by key."""

from __future__ import annotations

from typing import Literal, get_args

Preuve = Literal["case-horodatee", "double-confirmation", "pdf-signe", "eidas", "papier"]
PREUVES: tuple[Preuve, ...] = get_args(Preuve)
