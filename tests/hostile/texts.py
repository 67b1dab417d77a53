"""Characters of every class at every entrance of text: refused at their place, mended, or kept to the letter."""

import csv
import datetime as dt
import json
import os
import random
import shutil
import unicodedata
import zipfile
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from mandats import blocks as ast
from mandats.build import examine
from mandats.intake import Entrance, admit, mended
from mandats.load.case import load_case
from mandats.load.paths import confine, read_text
from mandats.load.yaml_places import read_yaml
from mandats.problem import MAX_ALIKE, MAX_KEY, MAX_MESSAGE, Problem, UnusableInput, sort_problems
from mandats.registre.colonnes import Correspondance, find_columns
from mandats.registre.lignes import Rules, check_row
from mandats.registre.tableur import read_rows
from tests.hostile import ONE_LINE, RIGHT, Attempt, Outcome, wrong

PETIT = Path(__file__).parent.parent / "golden" / "petit"
CASE = (PETIT / "case.yaml").read_text("utf-8")
PROSE = (PETIT / "case" / "urgence.md").read_text("utf-8")

# --- members of each class, and what becomes of them -----------------------------------------------------------------

REFUSED = {
    "commande": [*map(chr, (0, 1, 7, 8, 11, 12, 14, 27, 28, 30, 31, 127))],
    "sens forcé": [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u206a\u206c\u206f"],
    "perdu": [*"\ufffd\ufffc\ufff9\ufffa\ufffb\ufffe\uffff\ufdd0\ufdef\U0001fffe\U0008ffff\U0010ffff"],
    "caché": [chr(0xE0000 + n) for n in (1, 32, 33, 48, 65, 66, 90, 97, 101, 122, 126, 127)],
    "vide": [*"\u115f\u1160\u3164\uffa0\u2800"],
    "privé": [*"\ue000\ue001\ue0ff\uf000\uf0ab\uf8ff\uf8e8\U000f0000\U000ffffd\U00100000\U0010fffd\uf700"],
    "accents": ["z\u0338\u0321\u0322\u031b\u0350", "a\u0300\u0301\u0302\u0303", "e" + "\u0489" * 9],
}
# A sign alone, and what it means: the operator, or the drafter, is asked.
BROKEN = {
    "AndrÃ©": "André", "HÃ©lÃ¨ne": "Hélène", "HÃ‰LÃˆNE": "HÉLÈNE", "FranÃ§ois": "François", "CÅ“ur": "Cœur",
    "Lâ€™HaÃ¿": "L’Haÿ", "Nguyá»…n": "Nguyễn", "DvoÅ™Ã¡k": "Dvořák", "YÄ±lmaz": "Yılmaz", "SÃ£o": "São",
    "GarcÃ\xada": "García", "NÂ°\xa05": "N°\xa05", "Å’uvre": "Œuvre", "Ã\x89lise": "Élise", "Andr√©": "André",
    "Andr├®": "André", "ÃƒÂ©lu": "élu", "l\x92Ain": "l’Ain", "D\x9curs": "Dœurs", "Ｄｕｐｏｎｔ": "Dupont",
    "ＡＢ－Ｃ": "AB-C", "𝓜𝓪𝓻𝓲𝓮": "Marie", "𝐀𝐧𝐧𝐞": "Anne", "𝟏𝟐": "12", "ÐœÐ°Ñ€Ð¸": "Мари", "１２": "12",
}  # fmt: skip
ENTITIES = {
    "Andr&eacute;": "André", "L&#39;Or": "L'Or", "L&rsquo;Or": "L’Or", "A &amp; B": "A & B", "&Eacute;lise": "Élise",
    "N&#xE9;e": "Née", "A&amp;eacute;r": "Aér", "B&nbsp;C": "B\xa0C", "&lt;Dubois&gt;": "<Dubois>", "&oelig;uf": "œuf",
    "Andr\\u00e9": "André", "Andr%C3%A9": "André", "Andr=C3=A9": "André", "1 rue A_x000D_": "1 rue A ",
    "Andr<U+00E9>": "André", "&quot;A&quot;": '"A"',
}  # fmt: skip
MENDED = {
    "\uf0b7 un": "• un", "\uf0a7 un": "• un", "\uf0d8 un": "• un", "a \uf0e0 b": "a → b", "\uf0fc fait": "✓ fait",
    "au\xadto": "auto", "a\u200bb": "ab", "\ufeffa": "a", "a\u2060b": "ab", "☎\ufe0f": "☎", "a\u2009b": "a b",
    "a\u2028b": "a b", "a\u3000b": "a b", "12\u2007000": "12\xa0000", "e\u0301te\u0301": "été", "o\u0302": "ô",
    "a\u0323\u0302": "ậ", "ofﬁce": "office", "eﬀet": "effet", "a\u180eb": "ab", "x\u034fy": "xy",
}  # fmt: skip
KEPT = [
    "ÂNGELA", "Ãlvaro", "JOÃO", "IRMÃ", "Mãe", "Trần Thị Ánh", "NGUYỄN", "Łódź", "Yılmaz", "İnce", "Þórr", "Øre",
    "Ærø", "Ñuñez", "Ελένη", "Мария", "محمد", "שָׁלוֹם", "علی\u200cرضا", "\u200fאב", "ABC\u200e", "\u061cعمر", "L’Haÿ",
    "«LIBERTÉ»", "MARQUÉ…", "CITÉ²", "ARRÊTÉ°", "« Â »", "“Ã”", "OÙ…", "IRMÃ»", "NESTLÉ®", "JOSÉ’S", "ÉTÉ—HIVER",
    "A & B", "100 %", "x = y", "a\u202fb", "a\xa0b", "n° 5", "3 × 4", "m²", "…", "ŒUVRE", "cœur", "10 €", "½",
    "François?", "R&D;", "A_x", "AT&T", "É.", "O'Brien", "Sainte-Ève", "d'Œuf",
    "x<y", "%20", "=A1", "\\o/", "Zoé\u200d", "ÄÖÜß»",
]  # fmt: skip
DIGITS = ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "๐๑๒๓๔๕๖๗๘๙", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "⁰¹²³⁴⁵⁶⁷⁸⁹",
          "₀₁₂₃₄₅₆₇₈₉", "০১২৩৪৫৬৭৮৯", "௦௧௨௩௪௫௬௭௮௯", "០១២៣៤៥៦៧៨៩", "༠༡༢༣༤༥༦༧༨༩"]  # fmt: skip
DESK = Rules(dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC), Correspondance())
ROW = {"prenom": "Ana", "nom": "Exemple", "courriel": "a@example.org", "mandat": "oui", "signe_le": "2026-11-01",
       "commune": "Exemple", "adresse": "1, rue A"}  # fmt: skip


def code(text: str) -> str:
    return f"U+{ord(text[0]):04X}"


@contextmanager
def case_at(folder: Path, case: str = CASE, prose: str = PROSE):
    """The small golden case, changed, as the current folder."""
    shutil.copytree(PETIT, folder, dirs_exist_ok=True)
    (folder / "case.yaml").write_text(case, "utf-8", newline="")
    (folder / "case" / "urgence.md").write_text(prose, "utf-8", newline="")
    here = Path.cwd()
    os.chdir(folder)
    try:
        yield Path("case.yaml")
    finally:
        os.chdir(here)


def problems(case: Path) -> list[Problem]:
    try:
        return load_case(case)[1]
    except UnusableInput as error:
        return list(error.problems)


def any_of(rng: random.Random, classes: dict[str, list[str]]) -> str:
    return rng.choice(classes[rng.choice(sorted(classes))])


# --- a drafter's files -----------------------------------------------------------------------------------------------

FIELDS = {
    "titre": ("titre: Dossier d'essai", "titre: {}"),
    "parties.asso.nom": ("    nom: Association Exemple", "    nom: {}"),
    "traitement.finalite": ("  finalite: la surveillance des examens", "  finalite: {}"),
    "lieu": ("lieu: Exemple", "lieu: {}"),
}


def refused_in_a_file(rng: random.Random, folder: Path) -> Outcome:
    """In a value or a prose: told with its file, its line, its column and its code; several of them, all told."""
    char, n = any_of(rng, REFUSED), rng.randint(1, 3)
    words = [rng.choice(("mot", "été", "L’Haÿ", "x")) for _ in range(6)]
    if rng.random() < 0.5:
        line = rng.randrange(len(PROSE.split("\n")))
        lines = PROSE.split("\n")
        lines[line] = " ".join(words) + char
        told = _lines(folder, CASE, "\n".join(lines) + f"\n{char}" * (n - 1))
        place = f"case/urgence.md:{line + 1}:{len(' '.join(words)) + 1 + (len(char) > 1)}"
    else:
        old, new = FIELDS[rng.choice(sorted(FIELDS))]
        value = " ".join(words) + char
        changed = CASE.replace(old, new.format(f"'{value}'"))
        told = _lines(folder, changed + f"# {char}\n" * (n - 1), PROSE)
        at = changed.index(value) + len(value) - len(char) + (len(char) > 1)
        before = changed[:at]
        place = f"case.yaml:{before.count(chr(10)) + 1}:{at - before.rfind(chr(10))}"
    here = char[1] if len(char) > 1 else char
    right = sum(code(here) in p or (len(char) > 1 and "accents" in p) for p in told) == n
    return ONE_LINE if right and any(p.startswith(f"{place} ") for p in told) else wrong(f"{char!r} {place} {told}")


def _lines(folder: Path, case: str, prose: str) -> list[str]:
    with case_at(folder, case, prose) as path:
        return [str(p) for p in problems(path) if p.gravite == "erreur"]


def refused_by_escape(rng: random.Random, folder: Path) -> Outcome:
    """Written as a YAML escape, in a value or in a key: told with the place of the value."""
    char = any_of(rng, {k: v for k, v in REFUSED.items() if k != "accents"})
    escape = f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\U{ord(char):08x}"
    if rng.random() < 0.2:
        told = read_yaml(f'a: b\n"k{escape}": c\n', "f.yaml").problems
        return ONE_LINE if [str(p.place) for p in told] == ["f.yaml:2:1"] else wrong(f"{escape} {told}")
    field = rng.choice(sorted(FIELDS))
    old, new = FIELDS[field]
    changed = CASE.replace(old, new.format(f'"a{escape}b"'))
    told = _lines(folder, changed, PROSE)
    line = changed[: changed.index(escape)].count("\n") + 1
    right = any(p.startswith(f"case.yaml:{line}:") and code(char) in p and field in p for p in told)
    return ONE_LINE if right else wrong(f"{escape} {field} {told}")


def broken_in_a_file(rng: random.Random, folder: Path) -> Outcome:
    """Mojibake, full width: refused with the text to write instead; meant, through an escape or an entity, kept."""
    bad = rng.choice(sorted(BROKEN))
    told = _lines(folder, CASE.replace("titre: Dossier d'essai", f"titre: x {bad}"), PROSE)
    if not told or not all(p.startswith("case.yaml:1:") for p in told):
        return wrong(f"{bad!r} {told}")
    meant = "AndrÃ©" if any("\x80" <= c < "\xa0" or c == "\xad" or c > "\u3000" for c in bad) else bad
    read = read_yaml(f"a: {json.dumps(meant)}\n", "f.yaml")
    return wrong(f"{meant} is meant") if read.problems or read.data["a"] != meant else ONE_LINE


def mended_or_kept(rng: random.Random, folder: Path) -> Outcome:
    """Mended where nobody need be asked; what is right comes through to the letter, at every entrance."""
    given, right = rng.choice([*MENDED.items(), *((text, text) for text in KEPT)])
    before, after = rng.choice(("", "Mme ", "x, ")), rng.choice(("", " fin", "."))
    text, right = f"{before}{given}{after}", f"{before}{right}{after}"
    (folder / "prose.md").write_text(text, "utf-8")
    person, _, faults = check_row({**ROW, "nom": text}, DESK)
    read = {
        "prose": read_text(folder / "prose.md", "prose.md"),
        "valeur": read_yaml(f"a: {json.dumps(text, ensure_ascii=False)}\n", "f.yaml").data["a"],
        "échappée": read_yaml(f"a: {json.dumps(text)}\n", "f.yaml").data["a"],
        "word": admit(text, Entrance.WORD)[0],
    }
    if bad := {name: value for name, value in read.items() if value != right}:
        return wrong(f"{text!r} → {bad}")
    if faults or person["nom"] != " ".join(right.split()):
        return wrong(f"{text!r} → {person['nom']!r} {faults}")
    return RIGHT if given != right or mended(text) == text else wrong(f"{text!r} mended {mended(text)!r}")


# --- rosters ---------------------------------------------------------------------------------------------------------


def a_roster(rng: random.Random, folder: Path) -> Outcome:
    """In a cell of a CSV or of a workbook: held by its line and column, without its value; mended when accepted."""
    broken = rng.random() < 0.6
    given, right = rng.choice(sorted({**BROKEN, **ENTITIES}.items())) if broken else (f"a{any_of(rng, REFUSED)}b", "")
    column, sick = rng.choice(("prenom", "nom", "commune", "adresse")), rng.randrange(5)
    rows = [{**ROW, "nom": f"Exemple {i}"} for i in range(5)]
    rows[sick][column] = given
    path = folder / "liste.csv"
    titles = {"prenom": "Prénom", "mandat": "Je donne mandat", "signe_le": "Horodatage"}
    table = [[titles.get(c, c) for c in ROW], *([r[c] for c in ROW] for r in rows)]
    if rng.random() < 0.3:
        table[0][0] = rng.choice(("PrÃ©nom", "Pr&eacute;nom", "Ｐrénom"))
    control = any(ord(c) < 32 or c in "\ufffe\uffff" for c in given) or "_x" in given  # a workbook's own escape
    if rng.random() < 0.3 and not control:
        import openpyxl

        path, book = folder / "liste.xlsx", openpyxl.Workbook()
        for cells in table:
            book.active.append(cells)
        book.save(path)
    else:
        encoding = rng.choice(("utf-8", "utf-8-sig", "utf-16"))
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=rng.choice(";,\t")).writerows(table)
    if "\0" in given:
        return RIGHT  # the CSV reader's own limits are another theme
    found = read_rows(path)
    columns = find_columns(found, Correspondance())
    for line, cells in islice(found, 5):
        named = {name: cells[i] for name, i in columns.place.items()}
        _, _, faults = check_row(named, DESK)
        expected = [] if line != sick + 2 or given == right else [column]
        if [f.colonne for f in faults] != expected or any(given in f.phrase for f in faults):
            return wrong(f"{given!r} {column} line {line}: {faults}")
        if expected and broken:
            made, _, left = check_row({k: mended(v) for k, v in named.items()}, DESK)
            if left or made[column] != " ".join(right.split()):
                return wrong(f"{given!r} → {made[column]!r} {left}")
        elif expected and not check_row({k: mended(v) for k, v in named.items()}, DESK)[2]:
            return wrong(f"{given!r} entered with consent")
    return ONE_LINE


def names_that_are_right(rng: random.Random, folder: Path) -> Outcome:
    """Real spellings, in capitals or not, next to any punctuation: never taken for mojibake."""
    parts = ["André", "Hélène", "Noël", "Anaïs", "Ângela", "Álvaro", "João", "Conceição", "Irmã", "Nguyễn", "Đặng",
             "Trần", "Ánh", "Łukasz", "Žižek", "Gül", "Şahin", "Öztürk", "Åse", "Ørsted", "Þór", "Ïo", "Zoé", "Ýmir",
             "Ñíguez", "Größe", "Cœur", "L’Haÿ", "Niță", "Șerban", "Őri", "Où", "Haï", "Á", "Maçã",
             "Hyvä", "Caffè", "Blå", "Ø", "Amanhã", "Grâce", "È"]  # fmt: skip
    name = rng.choice((" ", "-", "’", " d’", ", "))
    name = name.join(rng.choice((str, str.upper))(rng.choice(parts)) for _ in range(rng.randint(1, 4)))
    name = rng.choice(
        ("«{}»", "« {} »", "“{}”", "{}…", "{}.", "({})", "{} – x", "{}—x", "{}®", "{}, 3e", "{} ?", "{}", "{}’", "‹{}›")
    ).format(name)
    told = [str(flaw) for entrance in Entrance for flaw in admit(name, entrance)[1]]
    return wrong(f"{name!r} {told} {mended(name)!r}") if told or mended(name) != name else RIGHT


# --- marks of the program --------------------------------------------------------------------------------------------

FORGED = (
    '{{ "\\ud8000\\udfff" }}', '{{ "\\ue0000\\ue001" }}', '{{ "\\ud800" ~ 0 ~ "\\udfff" }}', "&#xD800;0&#xDFFF;",
    "&#xE000;0&#xE001;", "&#x{{ 'E000' }};0&#x{{ 'E001' }};", "&#{{ 55296 }};0&#{{ 57343 }};",
    '{{ ["\\ud800", "0", "\\udfff"] | join }}', '{{ "a" | replace("a", "\\ud800") }}0', '{{ "\\x1b[31m" }}',
    '{{ "\\N{RIGHT-TO-LEFT OVERRIDE}" }}', '{{ "%c" | format(55296) }}0', '{{ "%c" % 57344 }}', "{{ 55296 | chr }}",
    '{% set m = "\\ud800" %}{{ m }}0', '{% if "\\ue000" %}x{% endif %}', "{{ '\\ud8' '00' }}", "&#x202E;", "&#0;",
    '{{ "\\U000e0041" }}', "\\&#xE000;0", "`&#xE000;0`", "&amp;#xE000;0", "{{ '&#xE000;' }}", "Zqv0vqZ",
)  # fmt: skip


def forged_marks(rng: random.Random, folder: Path) -> Outcome:
    """Whatever tries to write a mark is told, or printed as it was typed; no call is made, moved or lost."""
    forged = rng.choice(FORGED)
    where = rng.choice(("prose", "texte", "fait", "avec", "titre", "clause"))
    case, prose = CASE, PROSE
    quoted = (
        json.dumps(forged, ensure_ascii=False) if "\\" not in forged else f"'{forged.replace(chr(39), chr(39) * 2)}'"
    )
    if where == "prose":
        prose += f"\n{forged}\n"
    elif where == "texte":
        case = case.replace(
            "Son objet est ", f"Son objet est {forged.replace(chr(34), chr(39)).replace(chr(92), chr(92) * 2)} "
        )
    elif where == "fait":
        case = case.replace("fait: le logiciel photographie chaque candidat", f"fait: {quoted}")
    elif where == "avec":
        case = case.replace("donnees: [le domicile]", f"donnees: [{quoted}]")
    elif where == "titre":
        case = case.replace("titre: Les examens approchent", f"titre: {quoted}")
    with case_at(folder, case, prose) as path:
        if where == "clause":
            clause = next(Path("clauses").rglob("*.md"))
            clause.write_text(clause.read_text("utf-8") + f"\n{forged}\n", "utf-8")
        try:
            done = examine(path, Path())
        except UnusableInput as error:
            return ONE_LINE if "U+" in str(error) else wrong(str(error))
    clean = _calls()
    act = done.documents[0]
    if any(p.gravite == "erreur" for p in done.problems):
        return ONE_LINE
    words = ast.plain(act.blocks)
    if (act.cited_pieces, [u.cle for u in act.cited_sources]) != clean:
        return wrong(f"{forged} in {where}: a call was made or lost")
    if any(0xD800 <= ord(c) <= 0xF8FF or c in "\u202e\x1b\ufffd" or ord(c) > 0xE0000 for c in words):
        return wrong(f"{forged} in {where}: it went through")
    return RIGHT


_CLEAN: list[tuple] = []


def _calls() -> tuple:
    """The calls of the untouched case."""
    if not _CLEAN:
        here = Path.cwd()
        os.chdir(PETIT)
        try:
            act = examine(Path("case.yaml"), Path()).documents[0]
        finally:
            os.chdir(here)
        _CLEAN.append((act.cited_pieces, [u.cle for u in act.cited_sources]))
    return _CLEAN[0]


# --- what YAML loses, echoes and misreads ----------------------------------------------------------------------------

CUT = {
    "titre: {} #12": True, "titre: {} #Co": True, "titre:   #12 {}": True, "titre: {}\t#a": True,
    "titre: {} # 12": True,
    "titre: &Co {}": True, "titre: &a.b {}": True, "titre: *Co": True, "titre: !{}": True, "titre: {}  #dit": True,
    "titre: {} # note": False, "titre: {}#12": False, "titre: C# {}": False, "titre: '{} #12'": False,
    'titre: "&Co {}"': False, "titre: {} & Co": False, "titre: {} &Co": False, "titre: |\n  {} #12": False,
    "titre: >-\n  {}\n  &Co #1": False, "titre: {} ! *": False, "titre: n#12 {}": False, "titre: {}  # ---": False,
    "titre: {} #!": False, "titre: {} #--": False,
}  # fmt: skip


def cut_by_yaml(rng: random.Random, folder: Path) -> Outcome:
    """A plain value that YAML would shorten is told at its place; what is whole is read whole."""
    pattern, cut = rng.choice(sorted(CUT.items()))
    word = rng.choice(("Affaire", "Église", "Ville c. État", "x"))
    try:
        read = read_yaml("lieu: ici\n" + pattern.format(word) + "\n", "f.yaml")
        told = read.problems
    except UnusableInput as error:
        told = list(error.problems)
    if cut:
        right = [p for p in told if p.place.ligne == 2 and p.place.colonne > 6 and "guillemets" in p.message]
        return ONE_LINE if right and len(told) == 1 else wrong(f"{pattern} {told}")
    return wrong(f"{pattern} {told}") if told or word not in str(read.data["titre"]) else RIGHT


def too_much(rng: random.Random, folder: Path) -> Outcome:
    """Keys without end, in number or in length: bounded, summed up, one line each."""
    n, long = rng.choice((1, 99, 101, 3000, 20_000)), rng.choice((1, 60, 500, 1000))
    key = rng.choice(("k", "é", "x y ", "\\n", "a: "))
    extra = rng.choice((
        "".join(f"{'k' * long}{i}: x\n" for i in range(n)), f'? "{key * (50_000 // len(key))}"\n: x\n',
        f'"{"k" * 900}": {{{", ".join(f"a{i}: b" for i in range(min(n, 3000)))}}}\n', "lieu: x\n" * n,
        f"titre: {'mot ' * 6000}\n", f"pieces: [{', '.join('x' for _ in range(min(n, 3000)))}]\n",
    ))  # fmt: skip
    with case_at(folder, CASE + extra) as path:
        told = [str(p) for p in sort_problems(problems(path))]
    longest = MAX_MESSAGE + 4 * MAX_KEY + 100
    if any("\n" in line or len(line) > longest for line in told) or len(told) > 3 * (MAX_ALIKE + 1):
        return wrong(f"{extra[:40]!r}: {len(told)} lines, the longest {max(map(len, told))}")
    return ONE_LINE if told else wrong(f"{extra[:40]!r} accepted")


def digits_of_elsewhere(rng: random.Random, folder: Path) -> Outcome:
    """A date or a number in other digits is no date: one line, wherever it stands."""
    figures, field = (
        rng.choice(DIGITS),
        rng.choice(("date: 2022-12-01", "date_depot: 2022-11", "notifiee_le: 2022-10-26")),
    )
    where = rng.choice(("cas", "fiche"))
    rank = rng.choice([i for i, c in enumerate(field) if c.isdigit()])
    spoilt = "".join(
        figures[int(c)] if c.isdigit() and (i == rank or rng.random() < 0.7) else c for i, c in enumerate(field)
    )
    if where == "fiche":
        date = spoilt.split(": ")[1]
        faults = check_row({**ROW, "signe_le": date if len(date) > 8 else f"{date}-01"}, DESK)[2]
        return ONE_LINE if {f.colonne for f in faults} == {"signe_le"} else wrong(f"{date} {faults}")
    name, value = spoilt.split(": ")
    if rng.random() < 0.5:
        value = json.dumps(value)
    told = _lines(folder, CASE.replace(field, f"{name}: {value}", 1), PROSE)
    return ONE_LINE if told else wrong(f"{value} accepted")


WRITTEN = {
    "cp1252": ("La décision du préfet".encode("cp1252"), "UTF-8"), "mac": ("été".encode("mac_roman"), "UTF-8"),
    "utf-16": ("été".encode("utf-16"), "UTF-16"), "utf-16 sans marque": ("an act".encode("utf-16-le"), "UTF-16"),
    "nul": (b"un\0deux", "U+0000"), "deux Mo": (b"mot " * 600_000, "volumineux"), "word": (b"PK\x03\x04abc", "Word"),
    "doc": (b"\xd0\xcf\x11\xe0\xa1", "Word"), "pdf": (b"%PDF-1.7\n", "PDF"), "rtf": (b"{\\rtf1\\ansi x}", "RTF"),
    "html": (b"<!DOCTYPE html><p>x", "HTML"), "png": (b"\x89PNG\r\n", "image"), "coupe": ("été".encode()[:-1], "UTF-8"),
}  # fmt: skip


def no_text(rng: random.Random, folder: Path) -> Outcome:
    """A prose that is no text: the true reason, never « introuvable »."""
    name = rng.choice(sorted([*WRITTEN, "dossier", "absent"]))
    data, word = WRITTEN.get(name, (b"", "dossier" if name == "dossier" else "introuvable"))
    with case_at(folder) as path:
        prose = Path("case/urgence.md")
        prose.unlink()
        if name == "dossier":
            prose.mkdir()
        elif name != "absent":
            prose.write_bytes(data)
        told = [str(p) for p in problems(path) if p.gravite == "erreur"]
    right = len(told) == 1 and word in told[0] and ("introuvable" in told[0]) == (name == "absent")
    named = name == "absent" or "urgence.md" in told[0]
    return ONE_LINE if right and named else wrong(f"{name} {told}")


# --- other doors -----------------------------------------------------------------------------------------------------


def a_name_of_file(rng: random.Random, folder: Path) -> Outcome:
    """Refused with its code, or found: also when the disk writes its accents apart."""
    if rng.random() < 0.5:
        char = any_of(rng, {k: v for k, v in REFUSED.items() if k != "accents"})
        try:
            confine(folder, f"a{char}.pdf")
        except ValueError as error:
            return ONE_LINE if "U+" in str(error) else wrong(str(error))
        return wrong(f"{char!r} accepted")
    name = rng.choice(("pièce n° 1.pdf", "décision.pdf", "Ángela.pdf", "Nguyễn.pdf", "été – à lire.pdf"))
    (folder / unicodedata.normalize(rng.choice(("NFC", "NFD")), name)).write_bytes(b"x")
    return RIGHT if confine(folder, name).is_file() else wrong(f"{name} not found")


def an_option(rng: random.Random, folder: Path) -> Outcome:
    """What is typed on the command line, or given by the environment."""
    from click.testing import CliRunner

    from mandats.cli.registre import registre

    char = any_of(
        rng,
        {k: v for k, v in REFUSED.items() if k not in ("accents", "commande")} | {"autre": ["\udce9", "Ã©", "\x1b"]},
    )
    (folder / "t.txt").write_text("Je donne mandat. Texte du 1er janvier 2026.", "utf-8")
    place = ["--registre", str(folder / "r"), "--cle", str(folder / "k"), "--sans-phrase"]
    args = ["creer", "essai", "--texte", str(folder / "t.txt"), "--conservation", "2099-01-01", *place]
    where = rng.choice(("argument", "par", "env"))
    env = {"MANDATS_PAR": f"a{char}b"} if where == "env" else {}
    if where == "par":
        args += ["--par", f"a{char}b"]
    elif where == "argument":
        args[1] = f"a{char}b"
    done = CliRunner().invoke(registre, args, env=env)
    told = done.output.strip().splitlines()
    right = done.exit_code == 2 and any("U+" in line or "«" in line for line in told) and not (folder / "r").exists()
    return ONE_LINE if right else wrong(f"{where} {char!r} {done.exit_code} {told} {done.exception!r}")


def a_word_form(rng: random.Random, folder: Path) -> Outcome:
    """A form drawn in Word that would turn its words around, or hide some: told before anything is printed."""
    source = PETIT.parents[2] / "templates" / "mandat"
    own = folder / "templates" / "mandat"
    char = rng.choice([c for k in ("sens forcé", "caché", "vide") for c in REFUSED[k]])
    with case_at(folder) as path:
        shutil.copytree(source, own)
        parts = {}
        with zipfile.ZipFile(own / "formulaire.docx") as archive:
            parts = {i.filename: archive.read(i) for i in archive.infolist()}
        body = parts["word/document.xml"].decode()
        at = body.index("</w:t>")
        parts["word/document.xml"] = (body[:at] + char + body[at:]).encode()
        with zipfile.ZipFile(own / "formulaire.docx", "w") as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
        try:
            told = [str(p) for p in examine(path, Path(), only=["mandat"]).problems if p.gravite == "erreur"]
        except UnusableInput as error:
            told = [str(error)]
    return ONE_LINE if any(code(char) in line and "formulaire" in line for line in told) else wrong(f"{char!r} {told}")


ATTEMPTS: dict[str, Attempt] = {
    "refused_in_a_file": refused_in_a_file,
    "refused_by_escape": refused_by_escape,
    "broken_in_a_file": broken_in_a_file,
    "mended_or_kept": mended_or_kept,
    "a_roster": a_roster,
    "names_that_are_right": names_that_are_right,
    "forged_marks": forged_marks,
    "cut_by_yaml": cut_by_yaml,
    "too_much": too_much,
    "digits_of_elsewhere": digits_of_elsewhere,
    "no_text": no_text,
    "a_name_of_file": a_name_of_file,
    "an_option": an_option,
    "a_word_form": a_word_form,
}
