"""The calendar file, whole: `tests/data/agenda.ics`, one event a day to come, and none for what is over."""

import datetime as dt

from mandats.delais.agenda import write_calendar
from tests.conftest import ROOT
from tests.test_delais import limits, unfolded

EVENTS = {
    "plainte_deposee_le": "2026-01-10", "faits_commis_le": "2021-01-05", "jugement_notifie_le": "2026-01-01",
    "jugement_dernier_ressort": True, "demande_de_maintien_recue_le": "2026-03-01",
    "maintien_confirme_le": "2026-03-02",
}  # fmt: skip


def test_what_remains_is_written_day_by_day_and_bears_the_same_name_each_time(expected):
    _, bilan = limits("2026-04-02", decision={"notifiee_le": "2026-02-01"}, evenements=EVENTS)
    assert [d.etat for d in bilan.delais] == ["prudent-depasse", "a-faire", "a-faire", "expire", "attendu", "fait"]
    lines = unfolded(write_calendar(bilan, "dossier", dt.date(2026, 3, 12)))
    expected(ROOT / "tests" / "data" / "agenda.ics", "\n".join(lines))
