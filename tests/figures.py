"""A figure of law changed in memory, to see that whatever states it changes too."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from mandats.delais import figures


@contextmanager
def longer(name: str) -> Iterator[None]:
    """`mandats/figures/delais.yaml` with the `duree` of that rule one unit longer."""
    read = figures.read_figures
    changed = copy.deepcopy(read("delais.yaml"))
    changed["regles"][name]["duree"] = str(int(changed["regles"][name]["duree"]) + 1)
    with patch.object(figures, "read_figures", lambda file: changed if file == "delais.yaml" else read(file)):
        figures.time_limits.cache_clear()
        try:
            yield
        finally:
            figures.time_limits.cache_clear()
