"""What remains to do or to await as an iCalendar file (RFC 5545), with reminders at nine in the morning. No clock.

No title, no party in it: a calendar is often shared.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mandats.delais.calcul import AVERTISSEMENT, Echeancier
from mandats.delais.calendrier import show_day

if TYPE_CHECKING:
    from icalendar.cal import Component

REMINDERS_DAYS, REMINDER_HOUR = (7, 2, 1), 9  # days before


@dataclass(frozen=True)
class Event:
    """A whole day. The same `uid` in a later file replaces the event."""

    uid: str
    jour: dt.date
    titre: str
    texte: str


def calendar_events(echeancier: Echeancier, name: str) -> list[Event]:
    """What remains to do, on its prudent day, or to await.

    `name` (the case file's) only makes the identifiers stable: calculated again, an event replaces itself.
    """
    events = []
    for delai in echeancier.delais:
        day = delai.prudent if delai.etat == "a-faire" else delai.theorique
        if delai.etat not in ("a-faire", "prudent-depasse", "attendu") or not day or not delai.theorique:
            continue
        regle, act = delai.regle, delai.regle.role == "agir"
        start = delai.depart.chemin if delai.depart else ""
        uid = hashlib.sha256(f"{name}\0{delai.id}\0{start}".encode()).hexdigest()[:32]
        doubt = " (à confirmer)" if delai.a_confirmer else ""
        lines = [
            regle.effet,
            f"Si on le manque : {regle.si_manque}" if regle.si_manque else "",
            f"Dernier jour théorique : {show_day(delai.theorique)}." if act else "",
            *delai.a_confirmer,
            regle.ref,
            AVERTISSEMENT,
        ]
        title = f"{'Délai' if act else 'À guetter'} : {regle.libelle}{doubt}"
        events.append(Event(f"{uid}@mandats", day, title, "\n".join(filter(None, lines))))
    return events


def write_calendar(events: Iterable[Event], stamp: dt.date) -> bytes:
    """The calendar as bytes, the same for the same events and stamp."""
    from icalendar import Alarm, Calendar
    from icalendar import Event as Entry

    made = _filled(Calendar(), prodid="-//mandats//delais//FR", version="2.0", calscale="GREGORIAN")
    for event in events:
        entry = _filled(
            Entry(), uid=event.uid, dtstamp=dt.datetime(stamp.year, stamp.month, stamp.day, tzinfo=dt.UTC),
            dtstart=event.jour, dtend=event.jour + dt.timedelta(days=1), summary=event.titre, description=event.texte,
            transp="TRANSPARENT", **{"class": "PRIVATE"},
        )  # fmt: skip
        for days in REMINDERS_DAYS:
            trigger = dt.timedelta(days=-days, hours=REMINDER_HOUR)
            alarm = _filled(Alarm(), action="DISPLAY", trigger=trigger, description=event.titre)
            entry.add_component(alarm)
        made.add_component(entry)
    return bytes(made.to_ical())


def _filled(component: Component, **values: Any) -> Component:
    for name, value in values.items():
        component.add(name, value)
    return component
