"""Events in, an iCalendar file out (RFC 5545), with reminders 7 days, 2 days and 1 day before, at nine in the morning. No clock: the stamp is given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

REMINDERS_DAYS, REMINDER_HOUR = (7, 2, 1), 9


@dataclass(frozen=True)
class Event:
    """A whole day. The same `uid` in a later file replaces the event."""

    uid: str
    jour: dt.date
    titre: str
    texte: str


def write_calendar(events: Iterable[Event], stamp: dt.date) -> bytes:
    """The calendar as bytes, the same for the same events and stamp."""
    from icalendar import Alarm, Calendar
    from icalendar import Event as Entry

    made = Calendar()
    made.add("prodid", "-//mandats//delais//FR")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    for event in events:
        entry = Entry()
        entry.add("uid", event.uid)
        entry.add("dtstamp", dt.datetime(stamp.year, stamp.month, stamp.day, tzinfo=dt.UTC))
        entry.add("dtstart", event.jour)
        entry.add("dtend", event.jour + dt.timedelta(days=1))
        entry.add("summary", event.titre)
        entry.add("description", event.texte)
        entry.add("transp", "TRANSPARENT")
        entry.add("class", "PRIVATE")
        for days in REMINDERS_DAYS:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("trigger", dt.timedelta(days=-days, hours=REMINDER_HOUR))
            alarm.add("description", event.titre)
            entry.add_component(alarm)
        made.add_component(entry)
    return made.to_ical()
