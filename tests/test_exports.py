"""What each form tool exports is read as it is: see `tests/data/exports/README.md` for where each layout comes from."""

import pytest

from tests.conftest import ROOT
from tests.hostile.rosters import read_people

EXPORTS = sorted((ROOT / "tests" / "data" / "exports").glob("*.csv"))
ZOE = ("Zoé", "Lefèbvre", "zoe.lefebvre@example.org", "1980-02-01", "01000")
JEAN = ("Jean-François", "d'Ormesson", "jf@example.net", "1975-12-31", "75011")


@pytest.mark.parametrize("path", EXPORTS, ids=lambda p: p.stem)
def test_an_export_is_read_without_any_option(path):
    people, faults = read_people(path)
    assert not faults
    got = [tuple(p[f] for f in ("prenom", "nom", "courriel", "date_naissance", "code_postal")) for p in people]
    assert got == [ZOE, JEAN]
    # The second signed at half past midnight in Paris, in summer: the day before in universal time.
    seconds = "00" if path.stem in ("framaforms", "helloasso") else "50"
    assert [p["signe_le"] for p in people] == [f"2026-01-26T12:39:{seconds}Z", "2026-07-25T22:30:00Z"]
