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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from mandats.champs import list_fields
from mandats.intake import Entrance, admit, is_odd
from mandats.postal import POSTCODE
from mandats.preuves import PREUVES
from mandats.registre.colonnes import Correspondance, answers, plain
from mandats.registre.dates import read_date, read_instant
from mandats.registre.textes import Texte, find_text

MENDED = {"zero-rendu"}
CONSENTS = ("mandat", "notice", "concerne")
DENIES = re.compile(r"\b(?:ne|n)\b.* (?:pas|plus|jamais|aucune?)\b|^non\b")  # « j'ai lu et je ne donne pas mandat »
NAMES = ("prenom", "nom", "adresse", "commune")  # where a mark of direction is kept: a name may need it
DIRECTION = re.compile("[\u200c-\u200f\u061c]")  # elsewhere, what a mailer or a spreadsheet pasted with the value
UNSAID = "le registre tient plusieurs textes : lequel a été signé ? (cette colonne, ou importer --texte DATE)"
ABSENT, UNREADABLE = "valeur absente", "date illisible ou impossible"
FIRST_YEAR = 1980  # of a mandate: before, a year was cut or mistyped
PLACEHOLDER = dt.date(1980, 1, 1)  # what LimeSurvey writes for every answer of an anonymised survey


class Fault(NamedTuple):
    colonne: str
    genre: str
    phrase: str

    @property
    def bloque(self) -> bool:
        """Whether it keeps the row out; else it says what was mended."""
        return self.genre not in MENDED


@dataclass(frozen=True)
class Rules:
    maintenant: dt.datetime
    mapping: Correspondance
    age_minimum: int = 18
    textes: tuple[Texte, ...] = ()  # of the ledger
    choisi: Texte | None = None  # the one signed, of rows that do not say
    preuve: str = "case-horodatee"
    zero_perdu: bool = False  # the file shows no postcode that begins with 0: a spreadsheet took them for numbers
    reparer: bool = False  # the operator accepts what `intake.mended` makes of broken texts


@cache
def limits() -> dict[str, int]:
    """The fields kept as the person wrote them, with the most characters of each."""
    return {f.nom: f.longueur for f in list_fields().values() if f.longueur}


def check_row(cells: Mapping[str, str], rules: Rules) -> tuple[dict[str, str], str, list[Fault]]:
    """(person, kind of evidence, faults) of a row, `cells` by column; with a fault that blocks, nobody is kept."""
    constants = rules.mapping.constantes
    given, faults = _admit({**constants, **{k: v for k, v in cells.items() if v.strip() or k not in constants}})
    person = {}
    for name, longest in limits().items():
        text = person[name] = " ".join(given.get(name, "").split())
        if len(text) > longest:
            faults.append(Fault(name, "longueur", f"plus de {longest} caractères"))
    required = ("prenom", "nom", "courriel")
    faults += [Fault(name, f"{name}-absent", ABSENT) for name in required if not DIRECTION.sub("", person[name])]
    faults += _check_mail(person)
    signed, found = _check_signature(given.get("signe_le", "").strip(), person, rules)
    on = text_of(given, rules)
    if not found and on and not on.precedes(person["signe_le"]):
        found = [Fault("signe_le", "signature-avant-texte", f"signature antérieure à ce qui est signé ({on})")]
    faults += found
    faults += _check_birth(person, given.get("accord_representant", ""), signed, rules)
    faults += _check_address(person, given, rules.zero_perdu)
    for name in CONSENTS:
        if name in given and not says_yes(given[name], name):
            faults.append(Fault(name, "consentement", "consentement exigé : réponse négative, absente ou non reconnue"))
    if rules.textes and not on:
        told = "ce mandat porte sur un autre texte que ceux du registre" if given.get("version", "").strip() else UNSAID
        faults.append(Fault("version", "version", told))
    preuve = given.get("preuve", "").strip() or rules.preuve
    if preuve not in PREUVES:
        faults.append(Fault("preuve", "preuve", f"preuve inconnue (possibles : {', '.join(PREUVES)})"))
    return person, preuve, faults


def text_of(cells: Mapping[str, str], rules: Rules) -> Texte | None:
    """The text that a row says was signed (its day, its hash), else the one chosen for all; None for another."""
    said = cells.get("version", "").strip() or rules.mapping.constantes.get("version", "")
    return find_text(rules.textes, said) if said else rules.choisi


def _admit(cells: dict[str, str]) -> tuple[dict[str, str], list[Fault]]:
    """The cells as `intake` admits them, and one fault at most for each: where in the cell, never what it says."""
    if not is_odd("\n".join(cells.values()), Entrance.FICHE):
        return cells, []
    kept, faults = {}, []
    for name, cell in cells.items():
        kept[name], flaws = admit(cell, Entrance.FICHE)
        if name not in NAMES:
            kept[name] = DIRECTION.sub("", kept[name])
        if flaws:
            lost = next((flaw for flaw in flaws if not flaw.repairable), None)
            flaw = lost or flaws[0]
            remedy = flaw.kind.remede if lost else "--reparer le rétablit"
            told = f"{flaw.kind.nom} (U+{ord(flaw.found[0]):04X}, caractère {flaw.start + 1}) : {remedy}"
            faults.append(Fault(name, "caractere" if lost else "texte-abime", told))
    return kept, faults


@lru_cache(1000)
def says_yes(text: str, kind: str = "") -> bool:
    """True for a box ticked, however the tool says so; false for anything else, doubt included.

    `kind`: which consent (CONSENTS; by default, any). Boxes printed one after another are read sentence by sentence.

    >>> [says_yes(t) for t in ("Oui", "X", "Non", "", "peut-être", "J'accepte, mais je ne donne pas mandat")]
    [True, True, False, False, False, False]
    >>> [says_yes("J'ai lu la notice ; je donne mandat", k) for k in CONSENTS], says_yes("J'ai lu la notice", "mandat")
    ([True, True, False], False)
    """
    if DENIES.search(plain(text)):
        return False
    starts = sum((answers(f"oui_debuts_{k}") for k in ([kind] if kind else CONSENTS)), answers("oui_debuts"))
    sentences = (plain(part) or part.strip() for part in (text, *re.split("[;,\n]", text)))
    return any(words in answers("oui") or words.startswith(starts) for words in sentences)


def _check_mail(person: dict[str, str]) -> Iterator[Fault]:
    from email_validator import EmailNotValidError, validate_email

    try:
        if person["courriel"]:
            person["courriel"] = validate_email(person["courriel"], check_deliverability=False).normalized
    except EmailNotValidError:  # its message repeats the address
        yield Fault("courriel", "courriel-invalide", "ce n'est pas une adresse électronique")


def _check_signature(text: str, person: dict[str, str], rules: Rules) -> tuple[dt.date, list[Fault]]:
    """The day of signature, and at most one fault; `signe_le` becomes an ISO instant in universal time, or a day when
    no hour was given.
    """
    person["signe_le"], day, told = "", rules.maintenant.date(), ""
    if not text:
        return day, [Fault("signe_le", "signature-absente", f"{ABSENT} : un mandat se date")]
    try:
        order = rules.mapping.order("signe_le") or "jma"
        day, moment, person["signe_le"] = read_instant(text, order, rules.mapping.fuseau)
        if day == PLACEHOLDER:
            told = "date factice d'une enquête anonyme : l'horodatage manque"
        elif day.year < FIRST_YEAR:
            told = f"date d'avant {FIRST_YEAR}"
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
        day, rest = read_date(text, rules.mapping.order(column) or "jma", rules.maintenant.date())
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


def _check_address(person: dict[str, str], given: Mapping[str, str], zero_perdu: bool) -> Iterator[Fault]:
    """The postcode is checked if the file has the column: a campaign may do without addresses (RGPD, art. 5, 1, c)."""
    french, known, code = is_french(person["pays"]), person["pays"], person["code_postal"].replace(" ", "")
    person["pays"] = known or "France"
    if "code_postal" in given and french:
        four = len(code) == 4 and code.isascii() and code.isdigit()
        if POSTCODE.fullmatch(code):
            person["code_postal"] = code
        elif zero_perdu and known and four and POSTCODE.fullmatch("0" + code):
            person["code_postal"] = "0" + code
            yield Fault("code_postal", "zero-rendu", "zéro initial, perdu par un tableur, rendu")
        elif four:
            told = "4 chiffres : zéro initial perdu par un tableur, ou pays à préciser"
            yield Fault("code_postal", "code-postal", told)
        else:
            told = "ce n'est pas un code postal français ; pays à préciser ?" if code else ABSENT
            yield Fault("code_postal", "code-postal", told)
    if "commune" in given and not person["commune"]:
        yield Fault("commune", "commune-absente", ABSENT)
