"""One row of a form's export to a person, or what is wrong with it: a column, a kind, a phrase; never the value.

Takes text, the mapping and the day of the import; reads nothing. The rules, with their reasons:
  - name and e-mail are required: a mandate whose author cannot be told apart proves nothing (C. civ., art. 1366);
  - the mandate and the notice are accepted by a positive act (RGPD, art. 4, 11) and art. 13);
  - age at signature: 18, since a minor cannot contract alone (C. civ., art. 1145 and 1146); from 15 with the legal
    representative's agreement in its column, when `age_minimum` is 15; never under 15 (loi 78-17, art. 45);
  - an address is checked as far as its shape tells: France and its overseas territories have 5 digits; others are free.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mandats.champs import list_fields
from mandats.postal import POSTCODE
from mandats.preuves import PREUVES
from mandats.registre.colonnes import Correspondance, plain
from mandats.tables import read_table

CONSENTS = ("mandat", "notice", "concerne")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ue000-\uf8ff\ufffd-\uffff]")
DATE = re.compile(r"(?:(\d{4})-(\d\d?)-(\d\d?)|(\d\d?)[/.-](\d\d?)[/.-](\d{4}))")
TIME = re.compile(r"(?:T|\s*-\s*|\s+|,\s*)(?:à\s*)?(\d\d?)[:h](\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?$")
ABSENT, UNREADABLE = "valeur absente", "date illisible ou impossible"
PLACEHOLDER = dt.date(1980, 1, 1)  # what LimeSurvey writes for every answer of an anonymised survey


class Fault(NamedTuple):
    colonne: str
    genre: str
    phrase: str


@dataclass(frozen=True)
class Rules:
    maintenant: dt.datetime
    mapping: Correspondance
    age_minimum: int = 18
    texte: str = ""  # SHA-256 of the mandate's text
    preuve: str = "case-horodatee"


@cache
def limits() -> dict[str, int]:
    """The fields kept as the person wrote them, with the most characters of each."""
    return {f.nom: f.longueur for f in list_fields().values() if f.longueur}


@cache
def answers(kind: str) -> tuple[str, ...]:
    """Words of `reponses.yaml`."""
    return tuple(read_table(Path(__file__).with_name("reponses.yaml"))[kind])


def check_row(cells: Mapping[str, str], rules: Rules) -> tuple[dict[str, str], str, list[Fault]]:
    """(person, kind of evidence, faults) of a row, `cells` by column. With a fault, the person is not to be kept."""
    faults: list[Fault] = []
    constants = rules.mapping.constantes
    given = {**constants, **{k: v for k, v in cells.items() if v.strip() or k not in constants}}
    person = {}
    for name, longest in limits().items():
        text = " ".join(unicodedata.normalize("NFC", given.get(name, "")).split())
        person[name] = text
        if FORBIDDEN.search(text):
            faults.append(Fault(name, "caractere", "caractère interdit (contrôle, sens d'écriture, encodage perdu)"))
        elif len(text) > longest:
            faults.append(Fault(name, "longueur", f"plus de {longest} caractères"))
    faults += [Fault(name, f"{name}-absent", ABSENT) for name in ("prenom", "nom", "courriel") if not person[name]]
    faults += _check_mail(person)
    signed, found = _check_signature(given.get("signe_le", "").strip(), person, rules)
    faults += found
    faults += _check_birth(person, given.get("accord_representant", ""), signed, rules)
    faults += _check_address(person, given)
    for name in CONSENTS:
        if name in given and not says_yes(given[name]):
            faults.append(Fault(name, "consentement", "consentement exigé : réponse négative, absente ou non reconnue"))
    if given.get("version", "").strip() and rules.texte and given["version"].strip().casefold() != rules.texte:
        faults.append(Fault("version", "version", "ce mandat porte sur un autre texte que celui du registre"))
    preuve = given.get("preuve", "").strip() or rules.preuve
    if preuve not in PREUVES:
        faults.append(Fault("preuve", "preuve", f"preuve inconnue (possibles : {', '.join(PREUVES)})"))
    return person, preuve, faults


def says_yes(text: str) -> bool:
    """True for a box ticked, however the tool says so; false for anything else, doubt included.

    >>> [says_yes(t) for t in ("Oui", "X", "J'ai lu la notice", "Non", "", "peut-être")]
    [True, True, True, False, False, False]
    """
    words = plain(text) or text.strip()
    return words in answers("oui") or words.startswith(answers("oui_debuts"))


def _check_mail(person: dict[str, str]) -> Iterator[Fault]:
    from email_validator import EmailNotValidError, validate_email

    try:
        if person["courriel"]:
            person["courriel"] = validate_email(person["courriel"], check_deliverability=False).normalized
    except EmailNotValidError:  # its message repeats the address
        yield Fault("courriel", "courriel-invalide", "ce n'est pas une adresse électronique")


def read_date(text: str, order: str = "jma") -> tuple[dt.date, str]:
    """(day, what follows it). Raises ValueError, also for a day that does not exist.

    >>> read_date("01/02/2003 - 10:30")
    (datetime.date(2003, 2, 1), ' - 10:30')
    """
    found = DATE.match(text)
    if not found:
        raise ValueError("no date")
    year, month, day, first, second, last = found.groups()
    if year is None:
        year, month, day = last, *((second, first) if order == "jma" else (first, second))
    return dt.date(int(year), int(month), int(day)), text[found.end() :]


def _read_instant(text: str, mapping: Correspondance) -> tuple[dt.date, dt.datetime, str]:
    """(day, instant in universal time, ISO as precise as the text). Raises ValueError or OverflowError."""
    day, rest = read_date(text, mapping.dates)
    hour = TIME.match(rest)
    if not hour:
        if rest.strip():
            raise ValueError("no hour")
        return day, dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC), day.isoformat()
    h, m, s, zone = hour.groups()
    offset: dt.tzinfo | None = dt.UTC
    if zone != "Z":
        offset = dt.datetime.strptime(zone, "%z").tzinfo if zone else ZoneInfo(mapping.fuseau)
    moment = dt.datetime.combine(day, dt.time(int(h), int(m), int(s or 0)), offset).astimezone(dt.UTC)
    return day, moment, moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _check_signature(text: str, person: dict[str, str], rules: Rules) -> tuple[dt.date, list[Fault]]:
    """The day of signature, and at most one fault; `signe_le` becomes an ISO instant in universal time, or a day when
    no hour was given.
    """
    person["signe_le"], day, told = "", rules.maintenant.date(), ""
    if not text:
        return day, [Fault("signe_le", "signature-absente", f"{ABSENT} : un mandat se date")]
    try:
        day, moment, person["signe_le"] = _read_instant(text, rules.mapping)
        if day == PLACEHOLDER:
            told = "date factice d'une enquête anonyme : l'horodatage manque"
        elif moment > rules.maintenant + dt.timedelta(days=1):
            told = "date à venir"
    except (ValueError, OverflowError):
        told = UNREADABLE
    return day, [Fault("signe_le", "signature", told)] if told else []


def _check_birth(person: dict[str, str], accord: str, signed: dt.date, rules: Rules) -> Iterator[Fault]:
    """At most one fault; the birth date becomes ISO."""
    text, column = person["date_naissance"], "date_naissance"
    if not text:
        return
    try:
        day, rest = read_date(text, rules.mapping.dates)
    except (ValueError, OverflowError):
        day, rest = dt.date.min, "no date"
    age = signed.year - day.year - ((signed.month, signed.day) < (day.month, day.day))
    if rest.strip() not in ("", "00:00:00", "00:00"):
        yield Fault(column, "date-impossible", UNREADABLE)
        return
    person["date_naissance"] = day.isoformat()
    if day > rules.maintenant.date():
        yield Fault(column, "date-future", "date à venir")
    elif age > 120:
        yield Fault(column, "date-impossible", "plus de 120 ans")
    elif age < rules.age_minimum:
        yield Fault(column, "trop-jeune", f"moins de {rules.age_minimum} ans à la signature")
    elif age < 18 and not says_yes(accord):
        yield Fault("accord_representant", "trop-jeune", "moins de 18 ans : accord du représentant légal exigé")


def is_french(pays: str) -> bool:
    """True for a country whose postcodes are French, and for none given."""
    return not pays or plain(pays) in answers("france")


def _check_address(person: dict[str, str], given: Mapping[str, str]) -> Iterator[Fault]:
    """The postcode is checked if the file has the column: a campaign may do without addresses (RGPD, art. 5, 1, c)."""
    french, code = is_french(person["pays"]), person["code_postal"].replace(" ", "")
    person["pays"] = person["pays"] or "France"
    if "code_postal" in given and french:
        if POSTCODE.fullmatch(code):
            person["code_postal"] = code
        elif len(code) == 4 and code.isdigit():
            told = "4 chiffres : zéro initial perdu par un tableur, ou pays à préciser"
            yield Fault("code_postal", "code-postal", told)
        else:
            told = "ce n'est pas un code postal français ; pays à préciser ?" if code else ABSENT
            yield Fault("code_postal", "code-postal", told)
    if "commune" in given and not person["commune"]:
        yield Fault("commune", "commune-absente", ABSENT)
