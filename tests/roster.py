"""Generated people, always the same for the same arguments: no roster of the tests holds a real one.

`mandants(n)` streams ledger rows; `write_roster(path, n, bad, layout)` writes what a form tool would export and returns
the faults planted in it; a program as well: `python tests/roster.py roster.csv --lignes 15248 --fautes 40`.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from mandats.registre.personne import Inscrit

FIRST = [
    "Zoé",
    "Noël",
    "Chloé",
    "Maël",
    "Inès",
    "Gwénaëlle",
    "Loïc",
    "Hélène",
    "Jérôme",
    "Françoise",
    "Aïcha",
    "Thaïs",
    "Benoît",
    "Cécile",
    "Agnès",
    "Éloïse",
    "Ömer",
    "Łukasz",
    "Søren",
    "Ana",
    "Marie-Ange",
    "Jean-François",
    "Anne-Élisabeth",
    "Đorđe",
    "Nguyên",
    "Bérénice",
    "Yaëlle",
    "Ève",
    "Àngel",
    "Iñaki",
    "Siân",
    "Zdeněk",
    "Ioana",
    "Ülkü",
    "Åse",
    "Renée",
    "Gaël",
    "Solène",
    "Timothée",
    "Amélie",
    "Clément",
    "Océane",
    "Rémi",
    "Léonie",
    "Aurèle",
    "Mélissande",
    "Adélaïde",
    "Zélie",
    "Côme",
    "Maïwenn",
    "Erwan",
    "Ludivine",
    "Théo",
    "Apolline",
    "Quitterie",
    "Fabien",
    "Kévin",
    "Salomé",
    "Hervé",
    "Édith",
    "Ondine",
    "Fleur",
    "Tanguy",
    "Raphaël",
    "Joséphine",
    "Élie",
    "Noémie",
    "Bastien",
    "Célia",
    "Dorothée",
    "Gaspard",
    "Iris",
    "Joël",
    "Karine",
    "Lætitia",
    "Mathéo",
    "Nadège",
    "Odile",
    "Prune",
    "Rosalie",
    "Sévérine",
    "Ulysse",
    "Vénus",
]
LAST = [
    "de La Tour du Pin",
    "L'Hostis",
    "d'Ormesson",
    "Le Goff",
    "N'Diaye",
    "O'Connor",
    "Müller",
    "Nguyễn",
    "Fernández-Núñez",
    "van der Meer",
    "von Bülow",
    "El Haddad",
    "Ben Saïd",
    "D’Hervé",
    "Saint-Exupéry",
    "Lefèbvre",
    "Œuvray",
    "Çelik",
    "Brûlé",
    "Gonçalves",
    "Świątek",
    "Håkansson",
    "Kovačević",
    "Țepeș",
    "Ngô",
    "Ait Ouali",
    "de Beauvoir",
    "Des Forêts",
    "Y",
    "Ó Súilleabháin",
    "Guérin",
    "Bézout",
    "Pêcheux",
    "Crémieux",
    "Faÿ",
    "Maÿ",
    "Lévêque",
    "Boëly",
    "Ağaoğlu",
    "Dupont--Durand",
    "M’Bala",
    "Le Roÿ",
    "Ramsès",
    "Tâche",
    "Krüger",
    "Garçon",
    "Étienne",
]
FAR = (  # names that break naive programs: right to left, another script, markup, formula, 300 characters, emoji
    ("محمد", "العربي"),
    ("דוד", "כהן"),
    ("Ольга", "Щербакова"),
    ("小明", "王"),
    ("Ελένη", "Παπαδοπούλου"),
    ('=HYPERLINK("http://x.example")', "=1+1"),
    ("{{7*7}}", "{% raw %}"),
    ('#eval("1")', "$x$ #strong[y]"),
    ("<w:p>", "<b>&amp;"),
    ("Zoé 🦄", "👩‍👩‍👧 Martin"),
    ("A" * 150, "B" * 149 + "é"),
    ("@import", "+33"),
    ("José", "Marie-" * 49 + "Mariee"),
    ("*Étoile*", "_Souligné_ `x`"),
    ("Robert'); DROP TABLE", "-- evenements;"),
    ("\u200fعلي", "O\u0301scar"),
    ("\\input{x}", "%s %n"),
)
PLACES = (  # (address, postcode, commune, country): mainland, overseas, armed forces, abroad
    ("12 bis, rue de l'Église", "75011", "Paris", "France"),
    ("3, chemin du Haut-Ch'ti", "59000", "Lille", "France"),
    ("lieu-dit « Le Bois d'Œuf »", "01000", "Bourg-en-Bresse", "France"),
    ("7, place Saint-Géry", "29200", "Brest", "France"),
    ("Appt 4, 2, quai d'Orléans", "20090", "Ajaccio", "France"),
    ("1, rue Sainte-Catherine", "33000", "Bordeaux", "France"),
    ("5, impasse du Château", "67000", "Strasbourg", "France"),
    ("18, avenue de la République", "13001", "Marseille", "France"),
    ("44, rue Victor-Hugo", "97110", "Pointe-à-Pitre", "France"),
    ("9, route de Balata", "97200", "Fort-de-France", "France"),
    ("2, rue du Général", "97300", "Cayenne", "France"),
    ("31, rue de Paris", "97400", "Saint-Denis", "France"),
    ("M'Gombani", "97600", "Mamoudzou", "France"),
    ("BP 12", "97500", "Saint-Pierre", "France"),
    ("6, rue Loyalty", "98800", "Nouméa", "France"),
    ("PK 4", "98713", "Papeete", "France"),
    ("8, rue Neuve", "1000", "Bruxelles", "Belgique"),
    ("Bahnhofstraße 5", "8001", "Zürich", "Suisse"),
    ("221B Baker Street", "NW1 6XE", "London", "Royaume-Uni"),
    ("1, rue Sherbrooke", "H2X 1X4", "Montréal", "Canada"),
    ("Ακαδημίας 3", "106 71", "Αθήνα", "Grèce"),
    ("Plaza de España, 1", "28008", "Madrid", "Espagne"),
    ("rue 12", "", "Dakar", "Sénégal"),
)
EPOCH = dt.datetime(2022, 5, 24, 8, 0, tzinfo=dt.UTC)
FIELDS = (
    "prenom",
    "nom",
    "courriel",
    "date_naissance",
    "adresse",
    "code_postal",
    "commune",
    "pays",
    "signe_le",
    "notice",
    "mandat",
)
FAULTS = (  # kind → the column at fault and what is put there
    ("courriel-invalide", "courriel", "sans-arobase.example.org"),
    ("courriel-absent", "courriel", ""),
    ("nom-absent", "nom", "  "),
    ("date-impossible", "date_naissance", "31/02/1980"),
    ("date-future", "date_naissance", "01/01/2093"),
    ("trop-jeune", "date_naissance", "01/06/2012"),
    ("code-postal", "code_postal", "7501"),
    ("commune-absente", "commune", ""),
    ("consentement", "mandat", "Non"),
    ("signature", "signe_le", "hier soir"),
)


def person(i: int) -> dict[str, str]:
    """The person of rank `i` from 0; unique by e-mail and by (first name, birth date) up to 1,900,000."""
    prenom, nom = FIRST[i % len(FIRST)], LAST[(i * 31 + i // 997) % len(LAST)]
    if i % 3:  # a double name, so that namesakes stay as rare as in a real list
        nom = f"{nom}-{LAST[(i * 17 + i // 47) % len(LAST)]}"
    if i % 211 == 7:
        prenom, nom = FAR[i // 211 % len(FAR)]
    adresse, code_postal, commune, pays = PLACES[i * 7 % len(PLACES)]
    birth = dt.date(1940, 1, 1) + dt.timedelta(days=i * 7919 % 23000)
    return {
        "prenom": prenom,
        "nom": nom,
        "courriel": f"personne{i + 1}@{('example.org', 'example.net', 'courrier.example.com')[i % 3]}",
        "date_naissance": birth.isoformat(),
        "adresse": adresse,
        "code_postal": code_postal,
        "commune": commune,
        "pays": pays,
        "signe_le": (EPOCH + dt.timedelta(seconds=i * 697 % 10_600_000)).isoformat().replace("+00:00", "Z"),
    }


def mandants(n: int = 15_248) -> Iterator[Inscrit]:
    """`n` rows as a ledger would give them, without a ledger."""
    for i in range(n):
        code = f"{(i + 1) * 2_654_435_761 % 2**40:08X}"
        yield Inscrit(
            i + 1,
            code,
            **person(i),
            preuve=("case-horodatee", "double-confirmation")[i % 2],
            etat=("donne", "confirme")[i % 2],
        )


def rows(n: int = 15_248, bad: int = 40) -> Iterator[tuple[dict[str, str], str, str]]:
    """(values as typed, kind of the planted fault or "", its column): `n` rows, `bad` of them wrong, spread evenly."""
    step = n // bad if bad else n + 1
    for i in range(n):
        row = person(i) | {"notice": "Oui", "mandat": "Oui"}
        row["date_naissance"] = "/".join(reversed(row["date_naissance"].split("-")))
        kind = column = ""
        if bad and i % step == step // 2 and i // step < bad:
            kind, column, value = FAULTS[i // step % len(FAULTS)]
            row[column] = value
            if kind == "code-postal":
                row["pays"] = "France"
        yield row, kind, column


HEADERS = {  # what each form tool prints above its columns
    "simple": dict(
        zip(
            FIELDS,
            (
                "Prénom",
                "Nom",
                "Courriel",
                "Date de naissance",
                "Adresse",
                "Code postal",
                "Commune",
                "Pays",
                "Date de signature",
                "J'ai lu la notice d'information",
                "Je donne mandat",
            ),
            strict=True,
        )
    ),
    "excel": dict(
        zip(
            FIELDS,
            (
                "PRENOM",
                "NOM DE FAMILLE",
                "E-mail",
                "Né(e) le",
                "Adresse postale",
                "CP",
                "Ville",
                "PAYS",
                "Horodatage",
                "Notice",
                "Mandat",
            ),
            strict=True,
        )
    ),
    "limesurvey": dict(
        zip(
            FIELDS,
            (
                "prenom. Votre prénom :",
                "nom. Votre nom :",
                "courriel. Votre adresse électronique :",
                "naissance. Votre date de naissance :",
                "adresse. Votre adresse :",
                "cp. Code postal :",
                "ville. Commune :",
                "pays. Pays :",
                "submitdate. Date de soumission",
                "notice. J'ai lu la notice",
                "mandat. Je donne mandat",
            ),
            strict=True,
        )
    ),
    "framaforms": dict(
        zip(
            FIELDS,
            (
                "Prénom",
                "Nom",
                "Adresse électronique",
                "Date de naissance",
                "Adresse postale",
                "Code postal",
                "Commune",
                "Pays",
                "Heure de soumission",
                "J'ai lu la notice d'information",
                "Je donne mandat à l'association",
            ),
            strict=True,
        )
    ),
    "nextcloud": dict(
        zip(
            FIELDS,
            (
                "Votre prénom",
                "Votre nom",
                "Votre courriel",
                "Votre date de naissance",
                "Votre adresse",
                "Votre code postal",
                "Votre commune",
                "Votre pays",
                "Horodatage",
                "Avez-vous lu la notice d'information ?",
                "Donnez-vous mandat ?",
            ),
            strict=True,
        )
    ),
}


def write_roster(path: Path, n: int = 15_248, bad: int = 40, layout: str = "simple") -> list[tuple[int, str, str]]:
    """Write the export of a form tool; returns (line from 1, kind, column) of each planted fault."""
    names, faults = HEADERS[layout], []
    encoding, delimiter = {
        "simple": ("utf-8", ","),
        "excel": ("cp1252", ";"),
        "limesurvey": ("utf-8-sig", ","),
        "framaforms": ("utf-16", "\t"),
        "nextcloud": ("utf-8-sig", ","),
    }[layout]
    extra = {
        "limesurvey": {
            "id. ID de la réponse": "",
            "lastpage. Dernière page": "3",
            "startlanguage. Langue de départ": "fr",
            "seed. Tête de série": "99",
        },
        "framaforms": {
            "Numéro de série": "",
            "SID": "",
            "Brouillon": "",
            "Adresse IP": "",
            "UID": "0",
            "Nom d'utilisateur": "",
        },
        "nextcloud": {"Identifiant": "", "Nom d'affichage de l'utilisateur": "Anonyme"},
    }.get(layout, {})
    with path.open("w", encoding=encoding, errors="replace", newline="") as file:
        out = csv.writer(
            file,
            delimiter=delimiter,
            quoting=csv.QUOTE_ALL if layout in ("limesurvey", "nextcloud") else csv.QUOTE_MINIMAL,
        )
        line = 1
        if layout == "framaforms":  # Drupal's webform prints the form's name, then groups, above the columns
            out.writerow(["Mandat"])
            out.writerow(["Détails de soumission", *[""] * (len(extra) + len(FIELDS) - 1)])
            line = 3
        out.writerow([*extra, *names.values()])
        for rank, (row, kind, column) in enumerate(rows(n, bad), 1):
            line += 1
            if kind:
                faults.append((line, kind, column))
            if layout == "excel" and kind != "signature":
                row["signe_le"] = dt.datetime.fromisoformat(row["signe_le"]).strftime("%d/%m/%Y %H:%M")
            if layout == "framaforms":
                row["notice"], row["mandat"] = "X", "X" if kind != "consentement" else ""
            own = [
                str(rank) if not v and k in ("id. ID de la réponse", "Numéro de série", "SID", "Identifiant") else v
                for k, v in extra.items()
            ]
            out.writerow(own + [row[f] for f in FIELDS])
    return faults


def values(n: int = 15_248) -> Iterator[str]:
    """Every value of the roster long enough to be searched for in logs, names and temporary files."""
    return itertools.chain.from_iterable((p["courriel"], p["nom"], p["prenom"]) for p in map(person, range(n)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fichier", type=Path)
    parser.add_argument("--lignes", type=int, default=15_248)
    parser.add_argument("--fautes", type=int, default=40)
    parser.add_argument("--forme", choices=HEADERS, default="simple")
    given = parser.parse_args()
    for line, kind, column in write_roster(given.fichier, given.lignes, given.fautes, given.forme):
        print(f"{line}\t{column}\t{kind}")
