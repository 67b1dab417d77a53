"""Files and texts that go with a document: weight, locks, dates of versions, to the byte and to the article."""

from types import SimpleNamespace as Some

import pytest

from mandats.checks.forme.predicats import heavy_or_locked, undated_texts


class Acte:
    here = ("documents", 0)

    def piece_path(self, piece):
        return ("pieces", int(piece.cle))


def filed(folder, *names):
    acte = Acte()
    acte.document = Some(pieces=[Some(cle=str(i), fichier=name, produite=name) for i, name in enumerate(names)])
    acte.loaded = Some(folder=folder, fichiers={*names} - {"inconnu.pdf"})
    return acte


def written(path, size, *marks):
    """A file of zeros with words at some places."""
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)
        for place, words in marks:
            file.seek(place)
            file.write(words)


def test_a_file_may_weigh_as_much_as_the_court_takes(tmp_path):
    for name, size in (("a.pdf", 3_000_000), ("b.pdf", 3_000_001), ("c.txt", 3_600_000), ("inconnu.pdf", 9_000_000)):
        written(tmp_path / "pieces" / name, size)
    acte = filed(tmp_path, "a.pdf", "b.pdf", "c.txt", "inconnu.pdf", "absent.pdf")
    assert list(heavy_or_locked(acte, 3)) == [
        (("pieces", 1, "fichier"), "lourd", {"taille": "3"}), (("pieces", 2, "fichier"), "lourd", {"taille": "4"}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "size", "place", "locked"),
    [
        ("a.pdf", 100, 10, True), ("a.PDF", 100, 10, True), ("a.txt", 100, 10, False), ("a.pdf", 300_000, 65_527, True),
        ("a.pdf", 300_000, 65_530, False), ("a.pdf", 300_000, 100_000, False), ("a.pdf", 300_000, 234_460, False),
        ("a.pdf", 300_000, 234_464, True), ("a.pdf", 300_000, 299_990, True), ("a.pdf", 100_000, 65_530, True),
    ],
)  # fmt: skip
def test_a_lock_is_looked_for_at_both_ends(name, size, place, locked, tmp_path):
    written(tmp_path / "pieces" / name, size, (place, b"/Encrypt"))
    found = [what for _, what, _ in heavy_or_locked(filed(tmp_path, name), 9)]
    assert found == (["verrouille"] if locked else [])


def cited(*undated, **others):
    acte = Acte()
    law, charter = Some(groupe="Lois et codes", texte=None), Some(groupe="Conventions", texte=None)
    decree = Some(groupe="Règlements", texte=None)
    sources = {"code": law, "charte": charter, "decret": decree}
    sources |= {name: Some(texte="code", vigueur=None, versions=()) for name in undated}
    sources |= {name: Some(**{"vigueur": None, "versions": (), **said}) for name, said in others.items()}
    acte.document = Some(library=Some(sources=sources))
    acte.rendered = Some(uses=lambda: [*undated, *others, "inconnu"])
    return [values for _, _, values in undated_texts(acte)]


def test_an_article_without_the_date_of_its_version_is_named_up_to_four():
    assert cited() == []
    assert cited("a") == [{"nombre": 1, "s": "", "articles": "a"}]
    assert cited("a", "b") == [{"nombre": 2, "s": "s", "articles": "a, b"}]
    assert cited(*"abcd") == [{"nombre": 4, "s": "s", "articles": "a, b, c, d"}]
    assert cited(*"abcde") == [{"nombre": 5, "s": "s", "articles": "a, b, c, d…"}]
    assert cited(z={"texte": "decret"}) == [{"nombre": 1, "s": "", "articles": "z"}]
    assert cited(z={"texte": "code", "vigueur": 1}, y={"texte": "code", "versions": (1,)}, x={"texte": "charte"},
                 w={"texte": None}, v={"texte": "perdu"}) == []  # fmt: skip
