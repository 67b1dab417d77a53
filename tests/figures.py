"""A figure of law changed in memory, to see that whatever states it changes too."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from mandats.checks.forme import regle
from mandats.delais import figures, regles


@contextmanager
def longer(name: str) -> Iterator[None]:
    """`mandats/figures/delais.yaml` with the `duree` of that rule one unit longer."""
    shipped = figures.shipped_text
    entry = re.compile(rf"(^  {name}:\n(?:    .*\n)*?    duree: )(\d+)", re.M)
    changed, count = entry.subn(lambda found: f"{found[1]}{int(found[2]) + 1}", shipped("delais.yaml"))
    assert count == 1, name
    read = lambda file: changed if file == "delais.yaml" else shipped(file)  # noqa: E731
    with patch.object(figures, "shipped_text", read):
        _forget()
        try:
            yield
        finally:
            _forget()


def _forget() -> None:
    for known in (regles.time_limits, figures.duree_of, regle.chapter_of, regle.all_rules):
        known.cache_clear()
