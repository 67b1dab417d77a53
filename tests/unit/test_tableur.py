"""A form tool's file as rows of text: its encoding, its delimiter, its lines, and what is refused before it is read."""

import datetime as dt
import zipfile

import pytest

from mandats.registre import Refus
from mandats.registre.tableur import find_delimiter, find_encoding, read_rows


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"", "utf-8"), (b"Ana", "utf-8"), ("Zoé".encode(), "utf-8"), ("Zoé".encode("utf-8-sig"), "utf-8-sig"),
        ("Zoé".encode("utf-16"), "utf-16"), (b"\xfe\xff\0Z", "utf-16"), ("Ana;Zoé".encode("utf-16-le"), "utf-16-le"),
        ("Ana;Zoé".encode("utf-16-be"), "utf-16-be"), (b"\0abc", "utf-8"), (b"\0\0abcdef", "utf-8"),
        (b"a\0b\0cdef", "utf-8"), (b"a\0b\0c\0d", "utf-16-le"), (b"\0a\0b", "utf-16-be"),
        # zeros of UTF-16 without its mark: more than a quarter of the first 200 bytes, on even or odd ranks
        (b"\0" * 50 + b"a" * 150 + b"\0", "utf-8"), (b"a\0b\0c\0d\0efgh", "utf-16-le"), (b"\0\0ab", "utf-16-be"),
        (b"\0\0\0\0a\0bc", "utf-16-le"), (b"a\0\0\0\0b\0c", "utf-16-be"), (b"a\0\0b\0cde", "utf-16-be"),
        (b"\x80\n", "cp850"), (b"\x8e\n", "mac_roman"), ("Élève, Zoé".encode("cp1252"), "cp1252"),
        ("Élève, Zoé".encode("mac_roman"), "mac_roman"),
        ("Noël à Alençon".encode("cp850"), "cp850"), (b"a" * 300 + "é\n".encode("cp1252"), "cp1252"),
        (b"a" * 199 + "é".encode(), "utf-8"),
    ],
)  # fmt: skip
def test_the_encoding_is_told_by_its_mark_its_validity_or_its_letters(data, encoding, tmp_path):
    (tmp_path / "f").write_bytes(data)
    assert find_encoding(tmp_path / "f") == encoding


def test_the_commonest_reading_wins_over_a_rare_one(tmp_path):
    """« à » of cp850 is an ellipsis elsewhere: each letter counts as many times as it stands."""
    (tmp_path / "f").write_bytes("ç".encode("cp850") * 3 + "é\n".encode("cp1252"))
    assert find_encoding(tmp_path / "f") == "cp850"
    (tmp_path / "f").write_bytes("ç".encode("cp850") + "é".encode("cp1252") * 3 + b"\n")
    assert find_encoding(tmp_path / "f") == "cp1252"


@pytest.mark.parametrize(
    ("sample", "delimiter"),
    [
        ("", ";"), ("a", ";"), ("a,b", ","), ("a\tb\n1\t2", "\t"), ("a|b", "|"),
        ("a;b;c\n1;2;3", ";"), ("a;b,c\n1;2,c\n", ";"),  # both cut alike: the usual one here
        ("a;b\n1,x;2,x,y\n3;4", ";"), ("a,b,c\n1,2,3\n1;4,5,6", ","),
        ("a,b,c;d\n1,2,3;4", ","),  # more columns
        ("n\nx,y\nx,y\nx,y\n", ","), ("a;b\n1;2\nx,y,z,t,u", ";"),  # the last row may be cut short
        ('a;b\n"1;2;3";x\n"4;5";y\n', ";"), ("a,b\n\n\n1,2\n", ","),
        ("1,2,3\n" * 14 + "a;b\n" * 15 + "1,2,3\n" * 9, ";"),  # thirty rows are enough, the last left out
        ("a,b\n1\nx", ","), ("1\na,b\na,b\n2", ","), ("a;b;c,d\n" * 3 + "x,y\n" * 3, ","),
    ],
)  # fmt: skip
def test_the_delimiter_cuts_the_first_rows_most_regularly(sample, delimiter):
    assert find_delimiter(sample) == delimiter


def test_lines_are_those_of_the_file_and_empty_rows_are_passed_over(tmp_path):
    (tmp_path / "f.csv").write_text('\n;\na;b\n"deux\nlignes";c\n \n;d\n', "utf-8")
    assert list(read_rows(tmp_path / "f.csv")) == [(3, ["a", "b"]), (4, ["deux\nlignes", "c"]), (7, ["", "d"])]
    (tmp_path / "g.csv").write_text("a;b\n1;2\n", "utf-8")
    assert list(read_rows(tmp_path / "g.csv", "cp1252")) == [(1, ["a", "b"]), (2, ["1", "2"])]


@pytest.mark.parametrize(
    ("data", "encoding", "told"),
    [
        (b'a;b\nc;d\n"' + b"x" * 20_001, None, "f, ligne 3 : guillemet mal ouvert ou jamais refermé"),
        (b'"' + b"x" * 20_001, None, "f, ligne 1 : guillemet mal ouvert"),
        (b"a;\xe9\n", "utf-8", "f : ce fichier n'est pas en utf-8 ; donnez son encodage par --encodage"),
        (b"a;b\n", "martien", "f : ce fichier n'est pas en martien"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 60, None, "ancien format XLS ; enregistrez-le en XLSX, ODS ou CSV"),
        (b"PK\x03\x04", None, r"f : classeur illisible \(XLSX, ODS ou CSV attendu\)"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(data, encoding, told, tmp_path):
    (tmp_path / "f").write_bytes(data)
    with pytest.raises(Refus, match=told):
        list(read_rows(tmp_path / "f", encoding))


def test_a_cell_may_be_as_long_as_a_text(tmp_path):
    for length in (20_000, 19_999):
        (tmp_path / "f").write_text(f"a;{'x' * length}\n", "utf-8")
        assert [len(cells[1]) for _, cells in read_rows(tmp_path / "f")] == [length]


def test_an_absent_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "rien.csv", tmp_path):
        with pytest.raises(Refus, match="fichier introuvable ou illisible"):
            list(read_rows(path))


def test_a_file_taken_away_as_it_is_read_is_told(tmp_path):
    (tmp_path / "f").write_text("a;b\n", "utf-8")
    rows = read_rows(tmp_path / "f")
    (tmp_path / "f").unlink()
    with pytest.raises(Refus, match="lecture impossible"):
        list(rows)


def workbook(path, sheets):
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for rows in sheets:
        page = book.create_sheet()
        for row in rows:
            page.append(row)
    book.save(path)
    return path


def test_the_first_sheet_that_holds_anything_is_read_as_a_person_sees_it(tmp_path):
    rows = [
        [], ["a", None, "b"], [75011, 1.5, True], [None, False, dt.datetime(1980, 2, 1)], [],
        [dt.datetime(1980, 2, 1, 10, 30), dt.datetime(2022, 5, 24, 0, 0, 7), " "],
    ]  # fmt: skip
    path = workbook(tmp_path / "f.xlsx", [[], rows, [["autre"]]])
    assert list(read_rows(path)) == [
        (2, ["a", "", "b"]), (3, ["75011", "1.5", "oui"]), (4, ["", "non", "1980-02-01"]),
        (6, ["1980-02-01 10:30:00", "2022-05-24 00:00:07", " "]),
    ]  # fmt: skip
    assert list(read_rows(workbook(tmp_path / "vide.xlsx", [[]]))) == []


XLSX = "<worksheet><sheetData>{}</sheetData></worksheet>"
REPEATED = '<table:table-cell table:number-columns-repeated="{}" office:value-type="string"/>'
ROWS = '<table:table-row table:number-rows-repeated="{}"><table:table-cell office:value-type="float"/>'


@pytest.mark.parametrize(
    ("name", "words", "huge"),
    [
        # as many cells as the rectangle between its corners
        ("xl/worksheets/sheet1.xml", '<c r="A1"/><c r="T1000000"/>', False),
        ("xl/worksheets/sheet1.xml", '<c r="A1"/><c r="U1000000"/>', True),
        ("xl/worksheets/sheet1.xml", '<c r="A1"/><c r="T1000001"/>', True),
        ("xl/worksheets/sheet1.xml", '<c r="A1"/><c r="C6666667"/>', True),
        ("xl/worksheets/sheet1.xml", '<c r="B2"/><c r="U1000001"/>', False),
        ("xl/worksheets/sheet1.xml", '<c r="U1000001"/><c r="B2"/>', False),
        ("xl/worksheets/sheet1.xml", '<c r="AA1"/><c r="AT1000000"/>', False),
        ("xl/worksheets/sheet1.xml", '<c r="Z1"/><c r="AT1000000"/>', True),
        ("xl/worksheets/sheet1.xml", '<c r="ZZ1"/><c r="AAS1000000"/>', False),
        ("xl/worksheets/sheet1.xml", '<c r="ZZ1"/><c r="AAT1000000"/>', True),
        ("xl/worksheets/sheet1.xml", '<x:c s="1" r="A1"/><x:c s="1" r="XFD1048576"/>', True),
        ("xl/worksheets/sheet1.xml", '<c r="A1"/>' + " " * (1 << 20) + '<c r="U1000000"/>', True),
        ("xl/worksheets/sheet1.xml", " " * ((1 << 20) - 40) + '<c r="A1"/><c r="U1000000"/>', True),
        ("xl/worksheets/sheet1.xml", "", False),
        ("autre/sheet1.xml", '<c r="A1"/><c r="XFD1048576"/>', False),
        # a cell or a row that says something, and how many times
        ("content.xml", REPEATED.format(10_000), False),
        ("content.xml", REPEATED.format(10_001), True),
        ("content.xml", ROWS.format(10_000), False),
        ("content.xml", ROWS.format(10_001), True),
        ("content.xml", '<table:table-cell table:number-columns-repeated="16000"/>', False),
    ],
)
def test_a_sheet_that_would_unfold_without_end_is_told_before_it_is_read(name, words, huge, tmp_path):
    with zipfile.ZipFile(tmp_path / "f", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, XLSX.format(words))
    with pytest.raises(Refus, match="trop volumineux ; exportez-le en CSV" if huge else "classeur illisible"):
        list(read_rows(tmp_path / "f"))


@pytest.mark.parametrize(("over", "told"), [(0, "classeur illisible"), (1, "trop volumineux")])
def test_a_workbook_is_read_up_to_its_size_packed_and_unpacked(over, told, tmp_path):
    """100 MB of file, a gigabyte by its own directory: one byte more and nothing is opened."""
    with zipfile.ZipFile(tmp_path / "f", "w") as archive:
        archive.writestr("a", "")
    small = (tmp_path / "f").read_bytes()
    (tmp_path / "f").write_bytes(b"PK")
    with (tmp_path / "f").open("r+b") as file:  # a hole, then the archive
        file.seek(100_000_000 + over - len(small))
        file.write(small)
    declared = small.rindex(b"PK\x01\x02") + 24
    size = (1_000_000_000 + over).to_bytes(4, "little")
    (tmp_path / "g").write_bytes(small[:declared] + size + small[declared + 4 :])
    for name in ("f", "g"):
        with pytest.raises(Refus, match=told):
            list(read_rows(tmp_path / name))
