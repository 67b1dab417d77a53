"""Every number and date that a clause states stands in one of its sources.

Why: a year or an article typed by hand is the mistake nobody sees; the register is the only place where one is written.
Numbers of the case come through parameters and are not concerned.
"""

import re
from collections.abc import Iterator

from mandats.content import Source
from mandats.document import Clause, Rendered, Text
from mandats.problem import AVERTISSEMENT, Problem
from mandats.render.typography import MONTHS

ID = "nombre-sans-source"
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.S)
LIST_MARK = re.compile(r"^\s*\d+[.)] ", re.M)
DATE = re.compile(rf"\b(?:(?:1er|\d{{1,2}}) )?(?:{'|'.join(MONTHS)}) \d{{4}}\b")
NUMBER = re.compile(r"\d+")


def check(rendered: Rendered) -> Iterator[Problem]:
    clauses = {i.clause.id: i.clause for i in rendered.document.items() if i.clause}
    for clause in clauses.values():
        yield from unsourced(clause, rendered.document.library.sources)


def unsourced(clause: Clause, sources) -> Iterator[Problem]:
    """The numbers of a clause's text and consequences that none of its sources holds."""
    keys = [k for k in clause.header.sources if k in sources]
    words = " ".join(_words(sources[k]) for k in [*keys, *(sources[k].texte for k in keys if sources[k].texte)])
    numbers = set(NUMBER.findall(words))
    texts = [clause.corps] + [
        Text(clause.corps.fichier, w, clause.places[("registres", r)].ligne) for r, w in clause.header.registres.items()
    ]
    for text in texts:
        bare = LIST_MARK.sub("", JINJA.sub("", text.contenu))
        wrong = [d for d in DATE.findall(bare) if d not in words and _iso(d) not in words]
        rest = DATE.sub("", bare)
        wrong += [n for n in NUMBER.findall(rest) if n not in numbers]
        for number in dict.fromkeys(wrong):
            message = f"« {number} » n'est dans aucune des sources de la clause {clause.id}"
            yield Problem(ID, text.place(number), "", message, AVERTISSEMENT)


def _iso(date: str) -> str:
    """« 26 avril 2022 » as the register writes it.

    >>> _iso("26 avril 2022"), _iso("1er mars 2020"), _iso("mai 2021")
    ('2022-04-26', '2020-03-01', '2021-05')
    """
    *day, month, year = date.split(" ")
    parts = [year, f"{MONTHS.index(month) + 1:02d}", *(f"{int(d.rstrip('er')):02d}" for d in day)]
    return "-".join(parts)


def _words(source: Source) -> str:
    return str(source.model_dump(exclude={"url", "verifie", "empreinte"})).replace("\u00a0", " ")
