"""One row of a form's export to a person, or what is wrong with it: a column, a kind, a phrase; never the value.

Takes text, the mapping and the day of the import; reads nothing. The rules, with their reasons:
  - name and e-mail are required: a mandate whose author cannot be told apart proves nothing (C. civ., art. 1366);
  - the mandate and the notice are accepted by a positive act (RGPD, art. 4, 11) and art. 13);
  - age at signature: 18, since a minor cannot contract alone (C. civ., art. 1145 and 1146); from 15 with the legal
    representative's agreement in its column, when the campaign's `age_minimum` is 15; never under 15 (loi 78-17, art. 45);
  - an address is checked as far as its shape tells: France and its overseas territories have 5 digits; others are free.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mandats.registre.colonnes import CONSENTS, Correspondance, plain
from mandats.registre.personne import PREUVES

FIELDS = ("prenom", "nom", "courriel", "date_naissance", "adresse", "code_postal", "commune", "pays")
LONGEST = {"prenom": 300, "nom": 300, "courriel": 254, "adresse": 500, "commune": 150, "code_postal": 16, "pays": 80}
FRENCH = frozenset(
    [
        "france",
        "fr",
        "france metropolitaine",
        "republique francaise",
        "guadeloupe",
        "martinique",
        "guyane",
        "guyane francaise",
        "la reunion",
        "reunion",
        "mayotte",
        "saint barthelemy",
        "saint martin",
        "saint pierre et miquelon",
        "polynesie francaise",
        "wallis et futuna",
        "nouvelle caledonie",
    ]
)
# Mainland and Corsica 01-95, armed forces 00, overseas 971-978 and 984-989 (98000 is Monaco).
POSTCODE = re.compile(r"(?:0[0-9]|[1-8][0-9]|9[0-5])\d{3}|97[1-8]\d\d|98[4-9]\d\d")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ue000-\uf8ff\ufffd-\uffff]")
YES = {
    "oui",
    "o",
    "yes",
    "y",
    "x",
    "1",
    "vrai",
    "true",
    "ok",
    "on",
    "coche",
    "cochee",
    "accepte",
    "j accepte",
    "✓",
    "☑",
    "✔",
}
YES_STARTS = (
    "oui ",
    "je donne mandat",
    "j ai lu",
    "j ai pris connaissance",
    "j accepte",
    "je consens",
    "je certifie",
    "je declare",
    "je suis concern",
    "je suis une personne",
)
DATE = re.compile(r"(?:(\d{4})-(\d\d?)-(\d\d?)|(\d\d?)[/.-](\d\d?)[/.-](\d{4}))")
TIME = re.compile(r"(?:T|\s*-\s*|\s+|,\s*)(?:à\s*)?(\d\d?)[:h](\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?$")
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


def check_row(cells: Mapping[str, str], rules: Rules) -> tuple[dict[str, str], str, list[Fault]]:
    """(person, kind of evidence, faults) of one row, `cells` by column name. With a fault, the person is not to be kept."""
    faults: list[Fault] = []
    given = dict(rules.mapping.constantes) | {
        k: v for k, v in cells.items() if v.strip() or k not in rules.mapping.constantes
    }
    person = {}
    for name in FIELDS:
        text = " ".join(unicodedata.normalize("NFC", given.get(name, "")).split())
        person[name] = text
        if FORBIDDEN.search(text):
            faults.append(Fault(name, "caractere", "caractère interdit (contrôle, sens d'écriture, encodage perdu)"))
        elif len(text) > LONGEST.get(name, 300):
            faults.append(Fault(name, "longueur", f"plus de {LONGEST.get(name, 300)} caractères"))
    for name in ("prenom", "nom"):
        if not person[name]:
            faults.append(Fault(name, f"{name}-absent", "valeur absente"))
    faults += _check_mail(person)
    signed = _check_signature(given.get("signe_le", ""), person, rules, faults)
    _check_birth(person, given.get("accord_representant", ""), signed, rules, faults)
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
    return words in YES or words.startswith(YES_STARTS)


def _check_mail(person: dict[str, str]) -> list[Fault]:
    from email_validator import EmailNotValidError, validate_email

    if not person["courriel"]:
        return [Fault("courriel", "courriel-absent", "valeur absente")]
    try:
        person["courriel"] = validate_email(person["courriel"], check_deliverability=False).normalized
        return []
    except EmailNotValidError:  # its message repeats the address
        return [Fault("courriel", "courriel-invalide", "ce n'est pas une adresse électronique")]


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


def _check_signature(text: str, person: dict[str, str], rules: Rules, faults: list[Fault]) -> dt.date:
    """The day of signature; `signe_le` becomes an ISO instant in universal time, or a day when no hour was given."""
    person["signe_le"], today = "", rules.maintenant.date()
    text = text.strip()
    if not text:
        faults.append(Fault("signe_le", "signature-absente", "valeur absente : un mandat se date"))
        return today
    try:
        day, rest = read_date(text, rules.mapping.dates)
        hour = TIME.match(rest)
        if rest.strip() and not hour:
            raise ValueError
        if day == PLACEHOLDER:
            faults.append(Fault("signe_le", "signature", "date factice d'une enquête anonyme : l'horodatage manque"))
        if not hour:
            person["signe_le"] = day.isoformat()
            moment = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
        else:
            h, m, s, zone = hour.groups()
            offset = (
                ZoneInfo(rules.mapping.fuseau)
                if zone is None
                else dt.UTC
                if zone == "Z"
                else dt.datetime.strptime(zone, "%z").tzinfo
            )
            moment = dt.datetime(day.year, day.month, day.day, int(h), int(m), int(s or 0), tzinfo=offset).astimezone(
                dt.UTC
            )
            person["signe_le"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        faults.append(Fault("signe_le", "signature", "date illisible ou impossible"))
        return today
    if moment > rules.maintenant + dt.timedelta(days=1):
        faults.append(Fault("signe_le", "signature", "date à venir"))
    return day


def _check_birth(person: dict[str, str], accord: str, signed: dt.date, rules: Rules, faults: list[Fault]) -> None:
    text = person["date_naissance"]
    if not text:
        return
    try:
        day, rest = read_date(text, rules.mapping.dates)
        if rest.strip() not in ("", "00:00:00", "00:00"):
            raise ValueError
    except (ValueError, OverflowError):
        faults.append(Fault("date_naissance", "date-impossible", "date illisible ou impossible"))
        return
    person["date_naissance"] = day.isoformat()
    age = signed.year - day.year - ((signed.month, signed.day) < (day.month, day.day))
    if day > rules.maintenant.date():
        faults.append(Fault("date_naissance", "date-future", "date à venir"))
    elif age > 120:
        faults.append(Fault("date_naissance", "date-impossible", "plus de 120 ans"))
    elif age < rules.age_minimum:
        faults.append(Fault("date_naissance", "trop-jeune", f"moins de {rules.age_minimum} ans à la signature"))
    elif age < 18 and not says_yes(accord):
        faults.append(
            Fault("accord_representant", "trop-jeune", "moins de 18 ans : accord du représentant légal exigé")
        )


def _check_address(person: dict[str, str], given: Mapping[str, str]) -> list[Fault]:
    """The postcode is checked when the file has the column: a campaign may do without addresses (RGPD, art. 5, 1, c)."""
    faults, french = [], plain(person["pays"]) in FRENCH or not person["pays"]
    if french and not person["pays"]:
        person["pays"] = "France"
    if "code_postal" in given and french:
        code = person["code_postal"].replace(" ", "")
        if not code:
            faults.append(Fault("code_postal", "code-postal", "valeur absente"))
        elif len(code) == 4 and code.isdigit():
            faults.append(
                Fault(
                    "code_postal", "code-postal", "4 chiffres : zéro initial perdu par un tableur, ou pays à préciser"
                )
            )
        elif not POSTCODE.fullmatch(code):
            faults.append(
                Fault("code_postal", "code-postal", "ce n'est pas un code postal français ; pays à préciser ?")
            )
        else:
            person["code_postal"] = code
    if "commune" in given and not person["commune"]:
        faults.append(Fault("commune", "commune-absente", "valeur absente"))
    return faults
