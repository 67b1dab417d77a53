"""What remains to do or to await as an iCalendar file (RFC 5545), with reminders at nine in the morning. No clock.

What is to be done has two entries, its prudent day and its last day. The file's own name says which affair it is; no
title, no party: a calendar is often shared.
"""

import datetime as dt
import hashlib
from typing import Any

from icalendar import Alarm, Calendar, Event
from icalendar.cal import Component

from mandats.delais.calcul import AVERTISSEMENT, Delai, Echeancier
from mandats.delais.calendrier import show_day

REMINDERS_DAYS, REMINDER_HOUR = (7, 2, 1), 9  # days before


def write_calendar(echeancier: Echeancier, name: str, stamp: dt.date) -> bytes:
    """What remains to do, on its prudent day and on its last, or to await, as whole days: the same bytes for the same
    limits and stamp.

    `name` (the case file's) begins each title, and makes the identifiers stable: calculated again, an event replaces
    itself.
    """
    made = _filled(Calendar(), prodid="-//mandats//delais//FR", version="2.0", calscale="GREGORIAN")
    shared = {"dtstamp": dt.datetime(stamp.year, stamp.month, stamp.day, tzinfo=dt.UTC), "transp": "TRANSPARENT"}
    for delai in echeancier.delais:
        start = delai.depart.chemin if delai.depart else ""
        doubt = " (à confirmer)" if delai.a_confirmer else ""
        for what, day in _days(delai):
            uid = hashlib.sha256("\0".join((name, delai.id, start, what)).encode()).hexdigest()[:32]
            title = f"[{name}] {what} : {delai.regle.libelle}{doubt}"
            days = {"dtstart": day, "dtend": day + dt.timedelta(days=1), "class": "PRIVATE"}
            event = _filled(Event(), uid=f"{uid}@mandats", summary=title, description=_text(delai), **days, **shared)
            for before in REMINDERS_DAYS:
                trigger = dt.timedelta(days=-before, hours=REMINDER_HOUR)
                event.add_component(_filled(Alarm(), action="DISPLAY", trigger=trigger, description=title))
            made.add_component(event)
    return bytes(made.to_ical())


def _days(delai: Delai) -> list[tuple[str, dt.date]]:
    """The entries of a limit: what each is, and its day."""
    if delai.prudent is None or delai.theorique is None:
        return []
    last = [("Dernier jour", delai.theorique)]
    if delai.etat == "a-faire":
        return [("Date prudente", delai.prudent), *(last if delai.theorique != delai.prudent else [])]
    return {"prudent-depasse": last, "attendu": [("À guetter", delai.theorique)]}.get(delai.etat, [])


def _text(delai: Delai) -> str:
    regle = delai.regle
    lines = [
        regle.effet,
        f"Si on le manque : {regle.si_manque}" if regle.si_manque else "",
        f"Dernier jour théorique : {show_day(delai.theorique)}." if regle.role == "agir" and delai.theorique else "",
        f"Défendable jusqu'au {show_day(delai.defendable)}, {delai.defendable_si}." if delai.defendable else "",
        *delai.a_confirmer,
        regle.ref,
        AVERTISSEMENT,
    ]
    return "\n".join(filter(None, lines))


def _filled(component: Component, **values: Any) -> Component:
    for name, value in values.items():
        component.add(name, value)
    return component
