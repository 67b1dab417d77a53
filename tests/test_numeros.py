"""The number of a pièce is given once for a whole instance, and each document has the pièces it cites."""

import datetime as dt
import re
import shutil

import pytest
import yaml

from mandats import blocks
from mandats.build import examine
from mandats.depot import Envoi, file_act, undo_filing
from mandats.document import Rendered
from mandats.problem import AVERTISSEMENT, ERREUR
from tests.conftest import CASES, PIECE, ROOT

SOUND = ROOT / "tests" / "bad" / "instance-incertaine" / "case.yaml"


class Plain(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


def dumped(case) -> str:
    return yaml.dump(case, Dumper=Plain, allow_unicode=True, sort_keys=False)


def numbers(rendered: Rendered) -> tuple[dict[int, str], set[int]]:
    """What a document prints: the rows of its inventory, number and title; the numbers that its text cites."""
    rows, cited = {}, set()
    for node in blocks.walk(rendered.blocks):
        if node["t"] == "Table" and "bordereau" in blocks.attributes(node)[1]:
            for row in node["c"][4][0][3]:
                cells = [blocks.plain(cell[4]).replace("\u00a0", " ").strip() for cell in row[1]]
                assert int(cells[0]) not in rows
                rows[int(cells[0])] = cells[1]
    text = blocks.plain(rendered.blocks, notes=True).replace("\u00a0", " ").replace("\u202f", " ")
    for found in re.findall(r"pièces? n° ([0-9]+(?:(?:, | et | à )[0-9]+)*)", text):
        for run in re.split(", | et ", found):
            first, _, last = run.partition(" à ")
            cited |= {*range(int(first), int(last or first) + 1)}
    return rows, cited


def agree(documents: list[Rendered]) -> None:
    """One pièce under one number in all the acts of an instance; what a text cites is on an inventory."""
    held: dict[int, str] = {}
    for one in documents:
        rows, cited = numbers(one)
        for numero, titre in rows.items():
            assert held.setdefault(numero, titre) == titre, (one.document.nom, numero)
        assert cited <= {*held}, (one.document.nom, cited - {*held})
        assert len(held) == len({*held.values()}), one.document.nom


@pytest.fixture
def case(tmp_path):
    """`case(change)`: a petition that cites nine pièces and a réplique that brings three, taken for real."""
    file = tmp_path / "affaire.yaml"
    made = yaml.load(SOUND.read_text("utf-8"), yaml.BaseLoader)
    del made["specimen"], made["documents"][2]
    more = [{"cle": f"p{n}", "titre": f"Constat {n:02}", "fichier": f"p{n}.pdf"} for n in (4, 5, 6, 7, 8, 9)]
    new = [{"cle": f"q{n}", "titre": f"Rapport {n}", "fichier": f"q{n}.pdf"} for n in (1, 2)]
    # The defence, then the new ones, are written before what the petition produced.
    made["pieces"] = [made["pieces"][3], *new, *made["pieces"][:3], *more]
    petition, reply = made["documents"]
    del petition["pieces"], reply["pieces"]
    cited = "{{ pieces(['p9', 'p4', 'p5', 'p6', 'p7', 'p8']) }}"
    petition["moyens"][0]["texte"] = f"Les données excèdent le besoin, contre l'article 5 ({cited})."
    reply["moyens"][0]["texte"] = "L'article 5 est méconnu ({{ piece('q2') }}, {{ piece('p6') }}, {{ piece('q1') }})."

    def write(change=lambda case: None):
        change(made)
        file.write_text(dumped(made), "utf-8")
        folder = tmp_path / "affaire" / "pieces"
        folder.mkdir(parents=True, exist_ok=True)
        for piece in made["pieces"]:
            (folder / piece["fichier"]).write_bytes(PIECE)
        return file

    return write


def shown(case, *only):
    found = examine(case, ROOT, only=only)
    assert [str(p) for p in found.errors] == []
    return {one.document.nom: one for one in found.documents}


def keys(rendered: Rendered) -> dict[str, int]:
    return {p.cle: n for n, p in rendered.document.jointes}


def test_the_pieces_of_a_replique_go_on_from_those_of_the_petition_filed(case, mandats, tmp_path):
    file = case()
    before = shown(file)
    agree([*before.values()])
    assert keys(before["requete-rep"]) == {
        "decision": 1, "statuts": 2, "deliberation": 3, "p4": 4, "p5": 5, "p6": 6, "p7": 7, "p8": 8, "p9": 9,
    }  # fmt: skip
    assert keys(before["memoire-replique"]) == {"defense": 10, "q1": 11, "q2": 12}
    done = mandats("deposer", file, "--document", "requete-rep", "--le", "2022-11-28")
    assert done.returncode == 0, done.stderr
    # Whatever the file says since, the petition keeps its numbers: the order, a title, a new pièce that it would cite.
    change = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
    change["pieces"].reverse()
    change["pieces"].insert(0, {"cle": "autre", "titre": "Autre", "fichier": "q1.pdf"})
    change["faits"][0]["pieces"].append("autre")
    file.write_text(dumped(change), "utf-8")
    after = shown(file, "memoire-replique")["memoire-replique"]
    assert keys(after) == {"q2": 10, "q1": 11, "defense": 12}
    assert {"pièce n° 6", "pièce n° 10", "pièce n° 11", "pièce n° 12"} <= {
        blocks.plain(n["c"][1]).replace("\u00a0", " ") for n in blocks.walk(after.blocks) if n["t"] in ("Link", "Span")
    }
    agree([before["requete-rep"], after])
    built = mandats("pieces", file, "--document", "memoire-replique", "--sortie", tmp_path / "s", "--final")
    assert built.returncode == 0, built.stderr
    produced = sorted((tmp_path / "s" / "affaire" / "memoire-replique" / "pieces").iterdir())
    assert [file.name[:3] for file in produced] == ["10-", "11-", "12-"]


@pytest.mark.parametrize("change", ["contents", "file", "key", "lost"])
def test_a_piece_changed_since_it_was_filed_is_refused_by_name_in_the_next_act(case, mandats, tmp_path, change):
    file = case()
    file_act(file, ROOT, "requete-rep", Envoi("2022-11-28"))
    text, target = file.read_text("utf-8"), tmp_path / "affaire" / "pieces" / "03-deliberation.pdf"
    if change == "contents":
        target.write_bytes(PIECE.replace(b"%PDF-1.4", b"%PDF-1.5") + b"\n%\n")
    elif change == "lost":
        target.unlink()
    elif change == "file":
        shutil.copy(target, target.with_name("autre.pdf"))
        target.write_bytes(PIECE + b"\n")
        file.write_text(text.replace("03-deliberation.pdf", "autre.pdf"), "utf-8")
        assert shown(file, "memoire-replique")  # under another name, it is the same
        file.write_text(text, "utf-8")
    else:
        file.write_text(text.replace("cle: deliberation", "cle: pv").replace("- deliberation", "- pv")
                        .replace("piece: deliberation", "piece: pv"), "utf-8")  # fmt: skip
    named = "la pièce n° 3 (« Délibération de l'assemblée générale »), déposée le 2022-11-28 avec « requete-rep »"
    done = mandats("construire", file, "--document", "memoire-replique", "--sortie", tmp_path / "s")
    assert done.returncode == 1 and named in done.stderr and not (tmp_path / "s").exists()
    assert "2022-11-28-requete-rep" in done.stderr  # where the copy is
    # While nothing goes on from it, it is said, and stops nothing.
    alone = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
    alone["documents"] = alone["documents"][:1]
    file.write_text(dumped(alone), "utf-8")
    assert [(p.gravite, named in p.message) for p in examine(file, ROOT).problems if "pièce n°" in p.message] == [
        (AVERTISSEMENT, True)
    ]


def test_a_petition_undone_keeps_the_numbers_that_its_replique_filed(case):
    file = case()
    file_act(file, ROOT, "requete-rep", Envoi("2022-11-28"))
    file_act(file, ROOT, "memoire-replique", Envoi("2023-01-10"))
    undo_filing(file, "requete-rep")
    change = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
    change["pieces"].reverse()
    change["pieces"].append({"cle": "autre", "titre": "Autre", "fichier": "q1.pdf"})
    change["faits"][0]["pieces"].append("autre")
    file.write_text(dumped(change), "utf-8")
    made = keys(shown(file)["requete-rep"])
    assert made.pop("autre") == 13
    assert made == {"decision": 1, "statuts": 2, "deliberation": 3} | {f"p{n}": n for n in range(4, 10)}


def test_what_the_file_lists_is_what_the_inventory_lists(case):
    one = shown(case(lambda made: made["documents"][1].update(pieces=["q2", "defense", "q1", "p6"])))
    assert keys(one["memoire-replique"]) == {"p6": 6, "q2": 10, "defense": 11, "q1": 12}
    agree([*one.values()])


def test_a_note_after_the_replique_goes_on_and_an_inventory_is_the_act_s(case):
    note = {
        "modele": "note-en-delibere", "date": "2023-02-02", "roles": {"requerant": "asso", "destinataire": "ta"},
        "instance": {"numero": "2200001", "audience_le": "2023-02-01"},
        "elements": [{"titre": "Un avis", "texte": "L'avis ({{ piece('avis') }}), après {{ piece('q1') }}."}],
    }  # fmt: skip
    inventory = {"modele": "bordereau", "roles": {"requerant": "asso", "juridiction": "ta"}}

    def change(made):
        made["documents"] += [note, inventory]
        made["pieces"].insert(0, {"cle": "avis", "titre": "Avis", "fichier": "avis.pdf"})

    found = shown(case(change))
    agree([*found.values()])
    assert keys(found["note-en-delibere"]) == {"avis": 13}
    assert keys(found["bordereau"]) == keys(found["requete-rep"])
    inventory["instance"] = {"acte": "memoire-replique"}
    found = shown(case())
    assert keys(found["bordereau"]) == keys(found["memoire-replique"])


def test_each_instance_has_its_own_numbers(case):
    """A second petition under another number, a référé beside: each begins at 1, what follows goes on with its own."""

    def change(made):
        petition, reply = made["documents"]
        petition["instance"] = {"numero": "2200001"}
        other = {**petition, "nom": "autre-requete", "instance": {"numero": "2200002"}}
        other["moyens"] = [{"titre": "Les données", "texte": "Contre l'article 5 ({{ piece('p9') }})."}]
        second = {**reply, "nom": "autre-replique", "instance": {**reply["instance"], "numero": "2200002"}}
        urgent = {
            **petition, "modele": "refere-suspension", "nom": "refere", "urgence": petition["moyens"],
            "conclusions": [{"texte": "**SUSPENDRE** l'exécution de la décision attaquée."}],
        }  # fmt: skip
        del urgent["instance"]
        again = {
            **reply,
            "nom": "replique-refere",
            "titre": "Mémoire en réplique (référé)",
            "instance": {**reply["instance"]},
        }
        again["instance"]["numero"] = "2200003"
        again["moyens"] = [{"titre": "Encore", "texte": "Contre l'article 5 ({{ piece('q2') }})."}]
        made["documents"] = [urgent, petition, other, second, reply, again]
        made["instance_fond"] = {"date_depot": "2022-11-28", "piece": "p4"}

    found = shown(case(change))
    for first, then in (
        ("requete-rep", "memoire-replique"),
        ("autre-requete", "autre-replique"),
        ("refere", "replique-refere"),
    ):
        agree([found[first], found[then]])
        assert min(keys(found[first]).values()) == 1
        assert min(keys(found[then]).values()) == len(keys(found[first])) + 1
    assert len({len(keys(found[name])) for name in ("requete-rep", "autre-requete")}) == 2


def test_a_piece_that_a_rule_wants_goes_with_the_act_though_nothing_cites_it(case):
    """The decision (R. 412-1 CJA), the statutes and the deliberation (POUV-03); not what concerns another act."""
    found = shown(case(lambda made: made["faits"][0].update(pieces=["p4"])))
    assert {"decision", "deliberation"} <= {*keys(found["requete-rep"])}
    assert "defense" not in keys(found["requete-rep"])


def test_a_piece_that_nothing_takes_is_one_warning(case):
    def change(made):
        made["pieces"].append({"cle": "reste", "titre": "Reste", "fichier": "reste.pdf"})

    problems = [p for p in examine(case(change), ROOT, final=True).problems if p.id == "piece-non-citee"]
    assert [(p.gravite, p.chemin) for p in problems] == [(AVERTISSEMENT, "pieces[12]")]
    one = examine(case(), ROOT, final=True, only=["requete-rep"])
    assert not [p for p in one.problems if p.id == "piece-non-citee"]
    every = ["decision", "statuts", "deliberation", *(f"p{n}" for n in range(4, 10)), "reste"]
    listed = case(lambda made: made["documents"][0].update(pieces=every))
    told = {p.gravite for p in examine(listed, ROOT).problems if p.id == "piece-non-citee"}
    assert told == {ERREUR}


@pytest.mark.one_in(6)
@pytest.mark.parametrize("listed", [True, False], ids=["listed", "unlisted"])
@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_what_a_sample_cites_is_on_its_inventory_or_on_an_earlier_one(path, listed, tmp_path):
    file = copied(path, tmp_path, listed)
    for one in examine(file, ROOT).documents:
        joined(one)
        if one.document.template.header.meme_instance:
            alone = examine(file, ROOT, only=[one.document.nom]).documents[0]
            assert numbers(alone) == numbers(one)


@pytest.mark.slow
@pytest.mark.parametrize("listed", [True, False], ids=["listed", "unlisted"])
@pytest.mark.parametrize("stem", ["cnaf", "moirans", "orleans", "testwe", "marseille", "cada-commune"])
def test_filed_in_order_every_act_of_a_sample_keeps_its_numbers(stem, listed, tmp_path):
    file = copied(ROOT / "cases" / f"{stem}.yaml", tmp_path, listed)
    first = {one.document.nom: dict(one.document.numeros) for one in examine(file, ROOT).documents}
    filed, day = set(), dt.date(2030, 1, 1)
    for nom in first:
        done = file_act(file, ROOT, nom, Envoi(str(day := day + dt.timedelta(1))))
        if done.dossier:  # else what it lacks is told, and the others go on
            filed.add(nom)
            assert done.manifeste["numeros"] == first[nom]
        found = examine(file, ROOT)
        assert {one.document.nom for one in found.documents} == {*first} - filed
        for one in found.documents:
            joined(one)
            assert first[one.document.nom].items() <= one.document.numeros.items()
        assert [p.message for p in found.problems if p.id == "depot"] == []
    assert filed, [str(p) for p in done.problems]


def joined(one: Rendered) -> None:
    """Its inventory has the numbers that it gives; its text cites what is on it, or went with an earlier act."""
    rows, cited = numbers(one)
    document = one.document
    given = {n: document.numeros[p.cle] for n, p in document.jointes}
    assert all(n == m for n, m in given.items())
    if rows:
        assert {*rows} == {*given}, document.nom
    assert cited <= {*given} | {document.numeros[cle] for cle in document.produites} or document.order.jointes


def copied(path, folder, listed: bool):
    """A sample taken for a real case; without the lists of pièces of its documents, unless `listed`."""
    shutil.copytree(path.with_suffix(""), folder / path.stem)
    made = yaml.safe_load(path.read_text("utf-8"))
    made.pop("specimen")
    for invented in [*made.get("faits", ()), *made.get("arguments_adverses", ()), made.get("demande", {})]:
        invented.pop("fictif", None)
    for order in made["documents"]:
        if not listed:
            order.pop("pieces", None)
            order.pop("jointes", None)
    file = folder / path.name
    file.write_text(dumped(made), "utf-8")
    return file
