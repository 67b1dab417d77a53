"""The pièces of an act: one stamped PDF each, its list, the bundle; nothing of the originals changes."""

import contextlib
import hashlib
import http.server
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader

from mandats.piece import Masque, Timbre, Zone
from mandats.pieces.allegement import lighten
from mandats.pieces.copie import image_pdf, office_copies, pdf_copy, searchable
from mandats.pieces.examen import UNREAD
from mandats.pieces.examen import _pdf as look
from mandats.pieces.liasse import Liee, bind, list_pdf
from mandats.pieces.lisible import Sans, look_into, page_words
from mandats.pieces.metadonnees import BROKEN, metadata
from mandats.pieces.occultation import redact
from mandats.pieces.timbre import Damaged, draw_stamps, stamp
from mandats.problem import UnusableInput
from mandats.production import Copies, Production, produce, short_name
from tests import exhibits
from tests.conftest import ROOT

ACT = "refere-suspension"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return real_case(tmp_path)


def real_case(folder: Path) -> Path:
    """A shipped case, one of whose acts cites sixteen pièces, files of every kind."""
    shutil.copytree(ROOT / "cases" / "testwe", folder / "testwe")
    text = (ROOT / "cases" / "testwe.yaml").read_text("utf-8")
    text = re.sub(r"^specimen: true\n|^ *fictif: true\n", "", text, flags=re.M).replace(", fictif: true", "")
    files = exhibits.all_files()
    for name, data in files.items():
        (folder / "testwe" / "pieces" / name).write_bytes(data)
    held = iter(files)
    assert "calendrier, presentation]" in text
    text = text.replace("calendrier, presentation]", "calendrier, presentation, statuts-lqdn, deliberation-lqdn]", 1)
    text = re.sub(r"(?<=fichier: )[0-9]{2}-[a-z0-9-]+\.pdf", lambda old: next(held, old[0]), text)
    with (folder / "testwe" / f"argument-{ACT}.md").open("a", encoding="utf-8") as prose:
        prose.write("\nUne association l'appuie ({{ pieces(['statuts-lqdn', 'deliberation-lqdn']) }}).\n")
    file = folder / "testwe.yaml"
    file.write_text(text, "utf-8")
    return file


def instead(case: Path, files: dict[str, tuple[str, bytes]]) -> Path:
    """The same with other files: old name → new name and contents."""
    text = case.read_text("utf-8")
    for old, (name, data) in files.items():
        (case.with_suffix("") / "pieces" / name).write_bytes(data)
        text = re.sub(rf"fichier: {re.escape(old)}(?=[,}}\s])", f"fichier: {name}", text)
    case.write_text(text, "utf-8")
    return case


BROWSED = ("l.docx", "m.odt", "p.html")


def without_browser(case: Path, others: tuple[str, ...] = ()) -> Path:
    """The same with PDFs where LibreOffice or Chromium would be needed, and instead of these others."""
    names = (*BROWSED, *others)
    return instead(case, {name: (f"{name}.pdf", exhibits.pdf(words=name)) for name in names})


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A letter and its two pièces, quickly built."""
    from tests.test_depot import real_case

    return real_case(tmp_path)


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.is_file()}


FILM, SECRET = b"\0\0\0\x18ftypmp42" + b"x" * 100, "SECRET"


@dataclass(frozen=True)
class Made:
    case: Path
    before: dict[str, str]
    done: Production


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Made:
    """All that needs neither LibreOffice nor Chromium; a film, a photograph that says where it was taken; a secret."""
    folder = tmp_path_factory.mktemp("pieces")
    case = without_browser(real_case(folder))
    instead(
        case, {"d.pdf": ("film.mp4", FILM), "j.jpg": ("photo.jpg", photograph()), "f.pdf": ("auteur.pdf", authored())}
    )
    text = case.read_text("utf-8").replace("fichier: c.pdf}", "fichier: c.pdf, confidentielle: true}")
    case.write_text(text, "utf-8")
    (case.with_suffix("") / "pieces" / "c.pdf").write_bytes(exhibits.pdf(words=SECRET))
    before = digests(case.with_suffix("") / "pieces")
    return Made(case, before, produce(case, ROOT, folder / "out", ACT))


def check_production(case: Path, before: dict[str, str], done: Production, numbers: list[int]) -> None:
    assert done.dossier, [str(p) for p in done.problems if p.gravite == "erreur"]
    assert digests(case.with_suffix("") / "pieces") == before
    assert [p.numero for p in done.pieces] == numbers
    folder = done.dossier / "pieces"
    assert sorted(p.fichier for p in done.pieces) == sorted(p.name for p in folder.iterdir())
    held = json.loads((done.dossier / "inventaire.json").read_text())
    for piece, told in zip(done.pieces, held, strict=True):
        assert (
            re.fullmatch(rf"{piece.numero:02}-[a-z0-9-]{{3,}}\.(pdf|mp4)", piece.fichier) and len(piece.fichier) <= 80
        )
        assert (told["sha256"], told["octets"]) == (before[piece.original], (folder / piece.fichier).stat().st_size)
        assert digests(folder)[piece.fichier] == told["sha256_copie"]
        if piece.original == "film.mp4":
            assert piece.pages is None and piece.sha256 == piece.sha256_copie
        elif piece.original == "h.pdf":
            assert not piece.timbree and "signée" in piece.remarque
            assert piece.sha256 == piece.sha256_copie
        else:
            assert f"Pièce n° {piece.numero}" in stamp_words(folder / piece.fichier), piece
    listed = PdfReader(done.dossier / "00-bordereau.pdf")
    text = " ".join(page.extract_text() for page in listed.pages)
    assert all(p.fichier in text.replace("\n", "") for p in done.pieces)
    check_bundle(done)


def stamp_words(file: Path) -> str:
    return PdfReader(file).pages[0].extract_text().replace("\xa0", " ")


def check_bundle(done) -> None:
    """By another reader: pages, bookmarks, where links lead."""
    bundle = PdfReader(done.dossier / "liasse-de-travail.pdf")
    acte = PdfReader(done.dossier / f"{ACT}.pdf")
    paged = [p for p in done.pieces if p.pages]
    front = done.feuilles - len(acte.pages) - sum(p.pages for p in paged)
    assert len(bundle.pages) == done.feuilles and front == 2
    starts, at = {}, front + len(acte.pages)
    for piece in paged:
        starts[piece.numero] = at
        at += piece.pages
    marks = [o for o in bundle.outline if not isinstance(o, list)]
    assert [bundle.get_destination_page_number(o) for o in marks] == [front, *starts.values()]
    for n, page in enumerate(bundle.pages, 1):
        assert f"liasse {n} / {done.feuilles}" in page.extract_text().replace("\xa0", " ")
    for piece in paged:
        words = bundle.pages[starts[piece.numero]].extract_text().replace("\xa0", " ")
        assert (f"Pièce n° {piece.numero}" in words) == piece.timbree
    links = {}
    with pdfium.PdfDocument(done.dossier / "liasse-de-travail.pdf") as document:
        for rank in range(front + len(acte.pages)):
            text = document[rank].get_textpage()
            for note in bundle.pages[rank].get("/Annots", []):
                held = note.get_object()
                if isinstance(dest := held.get("/Dest"), list) and "/Border" in held:
                    words = text.get_text_bounded(*map(float, held["/Rect"])).replace("\xa0", " ")
                    to = bundle.get_page_number(dest[0].get_object())
                    links.setdefault(rank, []).append((words, to))
    cited = [(words, to) for rank in range(front, front + len(acte.pages)) for words, to in links.get(rank, [])]
    numbers = [(re.search("([0-9]+)", words), to) for words, to in cited]
    assert len([n for n, _ in numbers if n]) > 30
    assert all(to == starts[int(n[1])] for n, to in numbers if n and int(n[1]) in starts)
    assert len([to for _, to in links[1]]) >= 2 * len(paged)  # the table: each row by its title and its page


def test_each_pièce_is_a_stamped_pdf_and_the_bundle_leads_to_it(made):
    check_production(made.case, made.before, made.done, [1, 2, *range(4, 17)])


def test_nothing_confidential_is_copied(made):
    assert len(made.done.ecartees) == 1
    for file in made.done.dossier.rglob("*.pdf"):
        assert SECRET not in page_words(file.read_bytes())


@pytest.mark.slow
def test_sixteen_pièces_of_eight_formats_are_produced_then_filed(case, mandats, tmp_path):
    before = digests(case.with_suffix("") / "pieces")
    done = produce(case, ROOT, tmp_path / "out", ACT)
    check_production(case, before, done, list(range(1, 17)))
    folder = done.dossier / "pieces"
    assert "avec ses accents : é, à, œ" in stamp_words(next(folder.glob("12-*")))
    assert {Path(p.original).suffix for p in done.pieces} == {
        ".pdf", ".png", ".jpg", ".tiff", ".docx", ".odt", ".txt", ".eml", ".html",
    }  # fmt: skip
    filed = mandats("deposer", case, "--document", ACT, "--le", "2022-11-28")
    assert filed.returncode == 0, filed.stderr
    kept = case.with_suffix("") / "deposes" / f"2022-11-28-{ACT}"
    manifest = json.loads((kept / "manifeste.json").read_text("utf-8"))
    assert digests(case.with_suffix("") / "pieces") == before
    assert [(p["numero"], p["sha256"], p["copie"], p["copiee"]) for p in manifest["pieces"]] == [
        (p.numero, p.sha256, p.fichier, True) for p in done.pieces
    ]
    copies = digests(kept / "pieces")
    assert {f"pieces/{name}": sha for name, sha in copies.items()}.items() <= manifest["fichiers"].items()
    for piece in done.pieces:  # by another reader: the same pages, the same stamp
        ours, theirs = PdfReader(folder / piece.fichier), PdfReader(kept / "pieces" / piece.fichier)
        assert len(ours.pages) == len(theirs.pages) == piece.pages
        assert [p.extract_text() for p in ours.pages] == [p.extract_text() for p in theirs.pages]
    same = {name for name, sha in copies.items() if sha == digests(folder)[name]}
    assert {p.fichier for p in done.pieces if Path(p.original).suffix not in (".docx", ".odt", ".html")} <= same


@pytest.mark.slow
def test_a_web_page_runs_nothing_and_reads_no_file(tmp_path):
    (tmp_path / "p.html").write_text(exhibits.WEB, "utf-8")
    made = pdf_copy(tmp_path / "p.html", "Page", "2026-03-02")
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    assert "Une page enregistrée" in text and "Ses mots" in text
    assert "EXÉCUTÉ" not in text and Path("/etc/hostname").read_text().strip() not in text


@pytest.mark.slow
def test_documents_that_point_elsewhere_fetch_nothing(tmp_path):
    asked = []

    class Note(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Note) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{url}/heard")
        (tmp_path / "l.docx").write_bytes(exhibits.docx(f"{url}/a.png"))
        (tmp_path / "f.docx").write_bytes(exhibits.docx((tmp_path / "i.png").as_uri()))
        (tmp_path / "i.png").write_bytes(exhibits.image("PNG", size=(40, 40)))
        (tmp_path / "p.html").write_text(exhibits.REACHING.format(url), "utf-8")
        printed = office_copies([tmp_path / "l.docx", tmp_path / "f.docx"])
        web = pdf_copy(tmp_path / "p.html", "Page", "2026-03-02")
        server.shutdown()
    assert asked == ["/heard"]
    assert all("bureautique" in page_words(data) for data in printed.values()) and "Une page." in page_words(web)
    assert not any(PdfReader(io.BytesIO(data)).pages[0].images for data in printed.values())


def test_an_email_prints_the_names_of_what_is_attached_and_writes_none(tmp_path):
    (tmp_path / "o.eml").write_bytes(exhibits.mail())
    made = page_words(pdf_copy(tmp_path / "o.eml", "Réponse", "2026-03-02"))
    assert "../../etc/décision.pdf" in made and "Votre demande est refusée" in made
    assert [p.name for p in tmp_path.iterdir()] == ["o.eml"]


def seen(data: bytes, pages=1) -> list[tuple[float, float, float, float]]:
    """Where red is seen on each page, as shares of what is seen (left, top, right, bottom)."""
    found = []
    with pdfium.PdfDocument(data) as document:
        for n in range(pages):
            shown = document[n].render(scale=800 / max(document[n].get_size())).to_pil().convert("RGB")
            red, green, blue = shown.split()
            others = ImageChops.lighter(green.point(lambda v: 255 * (v >= 60)), blue.point(lambda v: 255 * (v >= 90)))
            box = ImageChops.subtract(red.point(lambda v: 255 * (v > 120)), others).getbbox()
            assert box, "no stamp"
            found.append((box[0] / shown.width, box[1] / shown.height, box[2] / shown.width, box[3] / shown.height))
    return found


def test_a_stamp_grows_with_the_page_and_takes_no_other_s_name(tmp_path):
    stamps, wide = draw_stamps(["Pièce n° 4"], "#c00000", "2026-03-02"), []
    for size in ((595, 842), (1684, 2384)):
        stamp(exhibits.pdf(1, 0, size), tmp_path / "x.pdf", stamps, 0, Timbre())
        ((left, _, right, _),) = seen((tmp_path / "x.pdf").read_bytes())
        wide.append(right - left)
    assert wide[1] == pytest.approx(wide[0], rel=0.05)

    def name(made):
        made.pages[0].Resources.Font["/Timbre0"] = made.pages[0].Resources.Font.F1
        made.pages[0].contents_add(b"BT /Timbre0 24 Tf 60 60 Td (Autre) Tj ET")

    stamp(changed(exhibits.pdf(), name), tmp_path / "x.pdf", stamps, 0, Timbre())
    words = PdfReader(tmp_path / "x.pdf").pages[0].extract_text()
    assert "Autre" in words and "Pièce" in words


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("size", [(595, 842), (300, 200), (2384, 3370)])
def test_the_stamp_is_where_it_is_asked_on_the_page_as_it_is_seen(rotate, size, tmp_path):
    place = {0: "haut-droite", 90: "bas-gauche", 180: "haut-centre", 270: "haut-droite"}[rotate]
    stamp_is_seen(rotate, size, place, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("size", [(595, 842), (842, 595), (300, 200), (2384, 3370)])
def test_wherever_it_is_asked(rotate, size, tmp_path):
    for place in (f"{up}-{side}" for up in ("haut", "bas") for side in ("gauche", "centre", "droite")):
        stamp_is_seen(rotate, size, place, tmp_path)


def stamp_is_seen(rotate, size, place, tmp_path):
    stamps = draw_stamps(["Pièce n° 4"], "#c00000", "2026-03-02")
    crop = (10, 20, size[0] - 30, size[1] - 40) if size[0] < 600 else None
    target = tmp_path / "made.pdf"
    data = exhibits.pdf(2, rotate, size, crop)
    assert stamp(data, target, stamps, 0, Timbre(place=place, pages="toutes")) == 2
    for left, top, right, bottom in seen(target.read_bytes(), 2):
        assert (top < 0.25 and bottom < 0.4) if place.startswith("haut") else (bottom > 0.75 and top > 0.6)
        middle = (left + right) / 2
        assert {"droite": middle > 0.6, "gauche": middle < 0.4, "centre": 0.4 < middle < 0.6}[place.split("-")[1]]
        assert 0 < left < right < 1 and 0 < top < bottom < 1


def test_what_the_file_held_is_kept(tmp_path):
    stamps = draw_stamps(["Pièce n° 4"], "#c00000", "2026-03-02")
    target = tmp_path / "made.pdf"
    stamp(exhibits.pdf(3), target, stamps, 0, Timbre())
    read = PdfReader(target)
    assert [o.title for o in read.outline] == ["Première partie"]
    assert ["Un texte de la pièce. Page 2." in p.extract_text() for p in read.pages] == [False, True, False]
    assert ["Pièce n" in p.extract_text() for p in read.pages] == [True, False, False]
    sample = sorted((ROOT / "cases").glob("*/pieces/*.pdf"))[0]  # tagged
    stamp(sample, target, stamps, 0, Timbre())
    with pikepdf.open(sample) as before, pikepdf.open(target) as after:
        assert "/StructTreeRoot" in after.Root and after.Root.MarkInfo == before.Root.MarkInfo
        shown = after.pages[0].form_xobjects.values()
        assert b"/Artifact BMC" in next(iter(shown)).read_bytes() and all("/StructParents" not in f for f in shown)


def test_the_same_bytes_twice(tmp_path):
    for name in ("a", "b"):
        stamps = draw_stamps(["Pièce n° 4"], "#c00000", "2026-03-02")
        stamp(exhibits.pdf(3), tmp_path / name, stamps, 0, Timbre())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


HOSTILE = {
    "tronque.pdf": (exhibits.pdf(5)[:900], "abîmé|illisible"),
    "image.pdf": (exhibits.image("PNG"), "abîmé|image PNG"),
    "minuscule.pdf": (exhibits.pdf(size=(40, 40)), "trop petite pour son timbre .14 × 14 mm."),
    "point.pdf": (exhibits.boxed(MediaBox=[0, 0, 1, 1]), "trop petite pour son timbre .0 × 0 mm."),
    "bombe.png": (exhibits.bomb(), "trop grande|ne se lit pas|abîmée"),
    "bombe.docx": (exhibits.zipped(2_000_000_000), "trop grand une fois décompressé"),
    "faux.png": (b"rien", "ne se lit pas|n'est pas une image"),
    "faux.eml": (b"rien du tout", "pas un courriel"),
    "long.txt": (b"x" * 5_000_001, "trop long"),
    "verrou.pdf": (exhibits.pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "protégé"),
    "boucle.pdf": (exhibits.cyclic(), "abîmé"),
    "biais.pdf": (exhibits.boxed(Rotate=45), "abîmé"),
    "plate.pdf": (exhibits.boxed(MediaBox=[0, 0, 0, 0]), "trop petite"),
}  # fmt: skip


def test_files_that_cannot_be_filed_are_one_line_each_and_nothing_is_written(case, tmp_path):
    named = [(n, name) for n, name in enumerate(exhibits.all_files()) if name not in BROWSED]
    files = zip(named, HOSTILE.items(), strict=True)
    instead(without_browser(case), {name: (new, data) for (_, name), (new, (data, _)) in files})
    out = tmp_path / "out"
    (out / ACT).mkdir(parents=True)
    (out / ACT / "d'avant").write_text("x")
    done = produce(case, ROOT, out, ACT)
    told = [p for p in done.problems if p.gravite == "erreur"]
    assert done.dossier is None and len(told) == len(HOSTILE), told
    for (n, _), problem, (_, message) in zip(named, told, HOSTILE.values(), strict=True):
        assert problem.chemin == f"pieces[{n}].fichier" and "\n" not in str(problem)
        assert re.search(message, problem.message), problem
    assert [p.name for p in out.iterdir()] == [ACT] and [p.name for p in (out / ACT).iterdir()] == ["d'avant"]


ODD = {
    "immense": exhibits.boxed(MediaBox=[0, 0, 10_000_000, 10_000_000]),
    "rognée ailleurs": exhibits.boxed(CropBox=[2000, 2000, 3000, 3000]),
    "rognée à l'envers": exhibits.boxed(CropBox=[500, 800, 20, 30]),
    "sans unité": exhibits.boxed(UserUnit=0),
    "une page d'un point": exhibits.boxed(1, MediaBox=[0, 0, 1, 1]),
    "notes": exhibits.boxed(Annots=pikepdf.Array([3, pikepdf.Dictionary()])),
}  # fmt: skip


def test_odd_files_are_filed_and_what_cannot_be_bound_is_told(small, tmp_path):
    """A page that a reader shows is stamped where it shows it; notes that are none keep a file out of the bundle."""
    stamps = draw_stamps(["Pièce n° 1"], "#c00000", "2026-03-02")
    for name, data in ODD.items():
        assert stamp(data, tmp_path / "x.pdf", stamps, 0, Timbre()) == 2, name
        with pikepdf.open(tmp_path / "x.pdf") as pdf:
            place = pikepdf.parse_content_stream(pdf.pages[0])[-3].operands  # of the stamp
        assert name == "immense" or all(0 < place[n] < (595, 842)[n - 4] for n in (4, 5)), (name, place)
    names = {
        "04-deliberation.pdf": ("point.pdf", ODD["une page d'un point"]),
        "05-bulletin-municipal.pdf": ("notes.pdf", ODD["notes"]),
    }
    done = produce(instead(small, names), ROOT, tmp_path / "out", "demande-cada")
    assert done.feuilles == 0 and [p.pages for p in done.pieces] == [2, 2] and done.dossier
    told = [p for p in done.problems if "liasse" in p.message]
    assert len(told) == 1 and told[0].gravite == "avertissement" and "n° 2" in told[0].message
    shutil.copy(small.with_suffix("") / "pieces" / "point.pdf", small.with_suffix("") / "pieces" / "notes.pdf")
    instead(small, {"notes.pdf": ("notes.pdf", exhibits.pdf(3))})
    assert produce(small, ROOT, tmp_path / "out", "demande-cada").feuilles > 7


def test_a_page_that_would_fill_the_memory_is_told_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("mandats.pieces.lisible.INFLATED", 5_000_000)
    (tmp_path / "x.pdf").write_bytes(exhibits.swollen(4_900_000))
    assert list(look_into(tmp_path / "x.pdf")) == []
    (tmp_path / "x.pdf").write_bytes(exhibits.swollen(5_100_000))
    assert [told.partition(" :")[0] for told, _ in look_into(tmp_path / "x.pdf")] == [
        "une page dépasse 5 Mo une fois décompressée"
    ]
    with pytest.raises(ValueError, match="une page dépasse"):
        redact(tmp_path / "x.pdf", Masque(mots=("texte",)))


@pytest.mark.parametrize("seed", range(3))
def test_a_file_altered_at_random_never_stops_the_program(seed, tmp_path):
    """Of each, a stamped copy that is bound, or a refusal of a known kind; a stamp stands where the page is seen."""
    rnd, stamps, act = random.Random(seed), draw_stamps(["Pièce n° 4"], "#c00000", "2026-03-02"), exhibits.pdf()
    rows = [("acte", "L'acte", "–", "1", ""), ("4", "Pièce", "–", "2", "")]
    front = list_pdf("Liasse", ["Un dossier"], ("N°", "Pièce", "Date", "Page"), rows, "x", "2026-03-02", liasse=True)
    plain = changed(exhibits.pdf(2), lambda pdf: None, qdf=True)
    values = [b"0", b"-1", b"null", b"[ ]", b"<< >>", b"9" * 20, b"/X", b"(a)", b"1 0 R", b"true", b"[ 1 0 R ]"]
    file, copy = tmp_path / "x.pdf", tmp_path / "copie.pdf"
    done = 0
    for _ in range(60):
        found = rnd.choice(list(re.finditer(rb"/[A-Z][A-Za-z]+ ([^\n]+)", plain)))
        file.write_bytes(plain[: found.start(1)] + rnd.choice(values) + plain[found.end(1) :])
        metadata(file), list(look_into(file))
        with contextlib.suppress(*UNREAD):
            list(look(file))
        with contextlib.suppress(*BROKEN, Damaged, UnusableInput):
            pages = stamp(file, copy, stamps, 0, Timbre(pages="toutes"), mended=True, nu=True)
            done += bool(pages) and bind(tmp_path / "l.pdf", front, act, [Liee("4", "Pièce", "–", copy, pages)], "x")
    assert done > 60


def test_a_page_drawn_by_several_streams_is_sound(tmp_path):
    (tmp_path / "x.pdf").write_bytes(changed(exhibits.pdf(), over(b"")))
    assert list(look_into(tmp_path / "x.pdf")) == []


@pytest.mark.slow
def test_ten_thousand_pages_pass(tmp_path):
    stamps = draw_stamps(["Pièce n° 4"], "#c00000", "2026-03-02")
    assert stamp(exhibits.pdf(10_000), tmp_path / "x.pdf", stamps, 0, Timbre(pages="toutes")) == 10_000


def test_a_photograph_is_not_compressed_again_and_a_heavy_one_is_lightened(tmp_path):
    photo = exhibits.image("JPEG", size=(3000, 2000), quality=95)
    (tmp_path / "j.jpg").write_bytes(photo)
    made = image_pdf(tmp_path / "j.jpg")
    with pikepdf.open(io.BytesIO(made)) as pdf:
        held = next(iter(pdf.pages[0].get_images().values()))
        assert held.read_raw_bytes() == photo
        assert sorted(map(float, pdf.pages[0].mediabox[2:])) == pytest.approx([595.28, 841.89], abs=0.1)
    light = lighten(made, 100)
    assert len(light) < len(made) / 4
    with pikepdf.open(io.BytesIO(light)) as pdf:
        held = next(iter(pdf.pages[0].get_images().values()))
        assert (int(held.Width), int(held.Height)) == (1170, 780)


def test_what_is_too_heavy_for_its_channel_is_told_with_its_pages_and_reduced_when_asked(small, monkeypatch):
    monkeypatch.setattr("mandats.production._limit", lambda _: 1)  # megabytes
    photo, sheets = exhibits.image("JPEG", size=(3000, 2000), quality=95), pikepdf.open(io.BytesIO(exhibits.pdf(2)))
    (small.with_name("x.jpg")).write_bytes(photo)
    with pikepdf.open(io.BytesIO(image_pdf(small.with_name("x.jpg")))) as scan:
        sheets.pages.append(scan.pages[0])
        sheets.save(small.with_name("x.pdf"))
    case = instead(small, {"04-deliberation.pdf": ("x.pdf", small.with_name("x.pdf").read_bytes())})
    heavy = f"{len(photo) / 1e6:.0f} Mo, au-delà des 1 Mo que prend le canal : --alleger réduit ses images (page 3)"
    for alleger, told in ((False, [heavy]), (True, [])):
        done = produce(case, ROOT, case.parent / "out", "demande-cada", liasse=False, copies=Copies(alleger=alleger))
        assert [p.message for p in done.problems if "Mo," in p.message] == told
        assert (done.pieces[0].octets < 1_000_000) == alleger
    assert case.with_suffix("").joinpath("pieces", "x.pdf").stat().st_size > len(photo)


def test_a_signed_file_is_never_lightened():
    assert lighten(exhibits.signed(), 100) == exhibits.signed()


def test_an_image_of_another_kind_is_refused(tmp_path):
    (tmp_path / "x.png").write_bytes(exhibits.zipped())
    with pytest.raises(Sans, match="ne se lit pas"):
        image_pdf(tmp_path / "x.png")


def test_names_are_those_that_the_channels_take():
    assert short_name("Contrat n° 12/2024 : « Vidéo & œil »") == "contrat-n-12-2024-video-oeil"
    assert short_name("") == "" and len(short_name("a" * 300)) == 44


def test_a_small_page_is_told(tmp_path):
    stamps = draw_stamps(["Pièce n° 4"], "#c00000", "2026-03-02")
    with pytest.raises(UnusableInput, match="trop petite"):
        stamp(exhibits.pdf(size=(30, 400)), tmp_path / "x.pdf", stamps, 0, Timbre())
    assert not (tmp_path / "x.pdf").exists()


def test_the_command(small, case, mandats, tmp_path):
    done = mandats("pieces", small, "--document", "demande-cada", "--sortie", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "01-deliberation-du-conseil-municipal" in done.stdout and "liasse de" in done.stdout
    assert mandats("pieces", case, "--sortie", tmp_path / "out").returncode == 2  # of several acts, which?
    assert (tmp_path / "out" / "cada-commune" / "demande-cada" / "liasse-de-travail.pdf").is_file()


changed = exhibits.changed


def told_of(data: bytes, tmp_path: Path) -> list[str]:
    (tmp_path / "x.pdf").write_bytes(data)
    return [told for told, _ in look(tmp_path / "x.pdf")]


def over(drawing: bytes):
    """Draws over what the first page shows."""

    def change(pdf):
        pdf.pages[0].contents_add(b"q", prepend=True)
        pdf.pages[0].contents_add(b"Q " + drawing)

    return change


BLACK = b"0 0 0 rg 0 140 400 40 re f"  # over the words of `exhibits.pdf`


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_text_left_under_a_black_mark_is_found(rotate, tmp_path):
    page = exhibits.pdf(1, rotate, words="Camille Exemple, 12 rue des Lilas")
    found = told_of(changed(page, over(BLACK)), tmp_path)
    assert len(found) == 1 and "page 1" in found[0] and "CamilleExemple" in found[0]


@pytest.mark.parametrize(
    "drawing",
    [b"", b"1 1 1 rg 0 0 1 1 re f", b"0.9 0.9 0.9 rg 0 400 300 200 re f", b"0 0 0 rg 0 400 300 200 re f"],
    ids=["nothing", "a dot", "grey elsewhere", "black elsewhere"],
)
def test_a_page_without_hidden_text_says_nothing(drawing, tmp_path):
    assert not told_of(changed(exhibits.pdf(), over(drawing)), tmp_path)


def test_white_text_on_black_is_seen(tmp_path):
    def reverse(pdf):
        held = pdf.pages[0].Contents.read_bytes()
        pdf.pages[0].Contents = pdf.make_stream(b"0 0 0 rg 0 0 595 842 re f " + held.replace(b"BT", b"1 1 1 rg BT"))

    assert not told_of(changed(exhibits.pdf(), reverse), tmp_path)


def test_an_annotation_that_hides_is_a_mark_too(tmp_path):
    def note(pdf):
        square = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Square, Rect=[0, 140, 400, 180], F=4,
        )  # fmt: skip
        form = pdf.make_stream(b"0 0 0 rg 0 0 400 40 re f")
        form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 400, 40]
        square.AP = pikepdf.Dictionary(N=form)
        pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([square]))

    assert "sous une marque noire" in told_of(changed(exhibits.pdf(), note), tmp_path)[0]


def test_code_and_files_within_are_told(tmp_path):
    def add(pdf):
        pdf.attachments["note.txt"] = b"x"
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")

    found = told_of(changed(exhibits.pdf(), add), tmp_path)
    assert ["JavaScript" in found[0], "note.txt" in found[1], len(found)] == [True, True, 2]


@pytest.mark.parametrize("place", ["a page", "a button", "the catalogue"])
def test_code_is_found_wherever_it_waits(place, tmp_path):
    def add(pdf):
        act = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        if place == "a page":
            pdf.pages[0].AA = pikepdf.Dictionary(O=act)
        elif place == "the catalogue":
            pdf.Root.OpenAction = pdf.make_indirect(
                pikepdf.Dictionary(S=pikepdf.Name.Named, Next=pdf.make_indirect(act))
            )
        else:
            button = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=act)
            pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(button)])

    assert ["JavaScript" in told for told in told_of(changed(exhibits.pdf(), add), tmp_path)] == [True]


def test_a_scan_without_text_is_told(tmp_path):
    (tmp_path / "i.png").write_bytes(exhibits.image("PNG"))
    assert "numérisation sans texte" in told_of(image_pdf(tmp_path / "i.png"), tmp_path)[0]


def scanned(case: Path) -> bytes:
    """The third pièce is a scan, and no other is."""
    without_browser(case, ("i.png", "j.jpg", "k.tiff"))
    data = exhibits.scan("Camille Exemple demeure rue des Lilas.")
    (case.with_suffix("") / "pieces" / "c.pdf").write_bytes(data)
    return data


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("ocrmypdf"), reason="ocrmypdf is not installed")
def test_a_scan_is_given_a_text_when_asked_and_looks_the_same(case, mandats, tmp_path):
    data, shown = scanned(case), []
    for typed in ((), ("--oceriser",)):
        done = mandats("pieces", case, "--document", ACT, "--sans-liasse", "--sortie", tmp_path / "s", *typed)
        assert done.returncode == 0, done.stderr
        file = next((tmp_path / "s" / "testwe" / ACT / "pieces").glob("03-*"))
        words = stamp_words(file)
        assert ("Camille Exemple demeure rue des Lilas" in words) == bool(typed) and "Pièce n° 3" in words
        with pdfium.PdfDocument(file) as document:
            shown.append(document[0].render(scale=1).to_pil().tobytes())
        assert "Tesseract" not in str(PdfReader(file).metadata)
    assert shown[0] == shown[1] and (case.with_suffix("") / "pieces" / "c.pdf").read_bytes() == data
    filed = mandats("deposer", case, "--document", ACT, "--le", "2022-11-28", "--oceriser")
    assert filed.returncode == 0, filed.stderr
    kept = next((case.with_suffix("") / "deposes" / f"2022-11-28-{ACT}" / "pieces").glob("03-*"))
    assert kept.read_bytes() == file.read_bytes()  # what was sent, to the byte
    assert searchable(exhibits.pdf()) == exhibits.pdf()  # a text is there: nothing is started


def test_without_ocrmypdf_one_line_says_what_to_install(small, tmp_path):
    typed = [sys.executable, "-m", "mandats", "pieces", small, "--document", "demande-cada", "--oceriser"]
    typed += ["--sortie", tmp_path / "s"]
    done = subprocess.run(
        typed, cwd=ROOT, env={**os.environ, "PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and "il faut ocrmypdf, qui n'est pas installé" in done.stderr
    assert "Traceback" not in done.stderr and not [*(tmp_path / "s" / "cada-commune").iterdir()]


def test_a_program_that_hangs_is_stopped_with_what_it_started(tmp_path):
    from mandats.write.pandoc import EngineError
    from mandats.write.programmes import run_apart

    code = f"sleep 60 & echo $! > {tmp_path}/pid; wait"
    with pytest.raises(EngineError, match="trop long"):
        run_apart(["/bin/sh", "-c", code], tmp_path, 0.5, "trop long")
    child = int((tmp_path / "pid").read_text())
    for _ in range(100):
        if not Path(f"/proc/{child}/cmdline").exists() or not Path(f"/proc/{child}/cmdline").read_bytes():
            return
        time.sleep(0.02)
    raise AssertionError("still there")


def final(case: Path, act=ACT) -> list[str]:
    from mandats.build import examine

    done = examine(case, ROOT, final=True, only=[act])
    return [f"{p.chemin} {p.message}" for p in done.problems if p.id == "piece-contenu"]


def test_a_final_version_looks_into_its_pièces(case):
    without_browser(case)
    folder = case.with_suffix("") / "pieces"
    shutil.copy(folder / "a.pdf", folder / "b.pdf")
    text = case.read_text("utf-8")
    text = text.replace("fichier: c.pdf", "occultation: a-faire, fichier: c.pdf")
    case.write_text(text, "utf-8")
    found = final(case)
    assert "pieces[1].fichier le même fichier que la pièce « decision »" in found
    assert any(f.startswith("pieces[2].occultation à occulter") for f in found)


def test_a_page_past_the_end_of_the_file(case):
    without_browser(case)
    prose = case.with_suffix("") / "argument-refere-suspension.md"
    for places, wrong in ((("p. 3", "p. 2-3"), []), (("p. 4", "p. 3", "p. 2 et 7"), ["4", "7"])):
        cited = " ; ".join(f'{{{{ piece("decision", "{place}") }}}}' for place in places)
        prose.write_text(f"Elle est annoncée ({cited}).\n", "utf-8")
        found = [f for f in final(case) if "est citée" in f]
        assert [re.search("la page ([0-9]+) est citée, le fichier a 3 pages", f)[1] for f in found] == wrong


def test_a_redacted_copy_shows_and_holds_nothing_of_what_is_masked(tmp_path):
    (tmp_path / "x.pdf").write_bytes(exhibits.pdf(2, words="Camille Exemple, tél. 06 12 34 56 78"))
    zones = (Zone(page=2, x=5, y=5, largeur=30, hauteur=20),)
    data, masked = redact(tmp_path / "x.pdf", Masque(mots=("camille exemple", "0612345678"), zones=zones))
    assert masked == 5
    read = PdfReader(io.BytesIO(data))
    assert len(read.pages) == 2 and not any(p.extract_text().strip() for p in read.pages)
    assert read.metadata is None or not {"/Author", "/Title"} & {*read.metadata}
    assert [round(float(v)) for v in read.pages[0].mediabox[2:]] == [595, 842]
    assert b"Camille" not in data
    with pdfium.PdfDocument(data) as document:
        shown = document[1].render(scale=2).to_pil().convert("L")
        assert shown.crop((40, 40, 160, 120)).getextrema()[1] < 40


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_words_are_masked_on_a_turned_page(rotate, tmp_path):
    (tmp_path / "x.pdf").write_bytes(exhibits.pdf(1, rotate, words="Camille Exemple"))
    _, masked = redact(tmp_path / "x.pdf", Masque(mots=("Camille Exemple",)))
    assert masked == 1  # and `redact` found its places black


def test_a_word_that_is_not_there_stops_the_redaction(tmp_path):
    (tmp_path / "x.pdf").write_bytes(exhibits.pdf())
    with pytest.raises(Sans, match="« Dupont » n'est pas dans le texte"):
        redact(tmp_path / "x.pdf", Masque(mots=("Dupont", "pièce")))
    with pytest.raises(Sans, match="pas de page 9"):
        redact(tmp_path / "x.pdf", Masque(zones=(Zone(page=9, x=1, y=1, largeur=1, hauteur=1),)))


def test_the_case_names_the_redacted_copy_which_is_produced(small, mandats, tmp_path):
    case = instead(small, {"04-deliberation.pdf": ("c.pdf", exhibits.pdf())})
    before = case.read_text("utf-8").replace(
        "fichier: c.pdf}", "occultation: a-faire, masque: {mots: [texte]}, fichier: c.pdf}"
    )
    case.write_text(before, "utf-8")
    assert "pieces[3].occultation" in final(case, "demande-cada")[0]
    done = mandats("pieces", "occulter", case)
    assert done.returncode == 0 and "deliberation : c-occultee.pdf, 1 endroit noirci" in done.stdout, done.stderr
    after = case.read_text("utf-8")
    assert after.replace(", occultee: c-occultee.pdf", "") == before
    made = produce(case, ROOT, tmp_path / "out", "demande-cada")
    assert made.pieces[0].original == "c-occultee.pdf"
    assert [f.split(",")[0] for f in final(case, "demande-cada")] == ["pieces[3].fichier numérisation sans texte"]
    assert mandats("pieces", "occulter", case).returncode == 0  # again, over its own copy
    case.write_text(before, "utf-8")  # the copy of a call that was killed before the case named it
    assert mandats("pieces", "occulter", case).returncode == 0 and case.read_text("utf-8") == after
    case.write_text(before.replace("[texte]", "[page]"), "utf-8")
    refused = mandats("pieces", "occulter", case)
    assert refused.returncode == 2 and "existe déjà" in refused.stderr


def test_what_would_be_masked_is_shown_first(small, mandats, tmp_path):
    masque = "masque: {mots: [texte, absent], zones: [{page: 2, x: 20, y: 30, largeur: 60, hauteur: 12}]}"
    files = {"04-deliberation.pdf": ("b.pdf", exhibits.pdf(2, rotate=90))}
    files |= {"05-bulletin-municipal.pdf": ("i.png", exhibits.image("PNG"))}
    case = instead(small, files)
    text = case.read_text("utf-8").replace("fichier: b.pdf", f"fichier: b.pdf, {masque}")
    text = text.replace(
        "fichier: i.png", "fichier: i.png, masque: {zones: [{page: 1, x: 9, y: 9, largeur: 9, hauteur: 9}]}"
    )
    case.write_text(text, "utf-8")
    before = digests(case.with_suffix("") / "pieces")
    done = mandats("pieces", "occulter", case, "--apercu", "--sortie", tmp_path / "s")
    assert done.returncode == 1 and "« absent » n'est nulle part" in done.stderr
    assert [line.split() for line in done.stdout.splitlines() if line.startswith("  ")] == [
        ["1", "p.", "1", "«", "texte", "»"], ["2", "p.", "2", "zone"], ["3", "p.", "2", "«", "texte", "»"],
        ["1", "p.", "1", "zone"],
    ]  # fmt: skip
    assert case.read_text("utf-8") == text and digests(case.with_suffix("") / "pieces") == before
    held = tmp_path / "s" / "cada-commune" / "apercu"
    assert sorted(p.name for p in held.iterdir()) == ["bulletin.pdf", "deliberation.pdf"]
    assert held.joinpath("bulletin.pdf").stat().st_mode & 0o077 == 0
    read = PdfReader(held / "deliberation.pdf")
    assert len(read.pages) == 2 and not read.pages[0].extract_text()
    # The zone of the second page, under the band that names it: its outline, and what it would hide still there.
    with pdfium.PdfDocument(held / "deliberation.pdf") as document:
        shown = document[1].render(scale=100 / 72).to_pil().convert("RGB")
        left, top = round(20 / 25.4 * 100), round(30 / 25.4 * 100) + 33
        red = [x for x in range(left - 4, left + 5) if shown.getpixel((x, top + 20))[1] < 90]
        assert red and shown.getpixel((left + 20, top + 20)) == (255, 255, 255)
    case.write_text(text.replace("[texte, absent]", "[texte]"), "utf-8")
    assert mandats("pieces", "occulter", case).returncode == 0
    made = {p.name: PdfReader(p) for p in (case.with_suffix("") / "pieces").glob("*-occultee.pdf")}
    assert {n: len(r.pages) for n, r in made.items()} == {"b-occultee.pdf": 2, "i-occultee.pdf": 1}


def test_what_supports_what(mandats, tmp_path):
    """Checked against the transcripts: what a moyen prints, not what its clause might."""
    from mandats.couverture import cover

    found, _ = cover(ROOT / "cases" / "testwe.yaml", ROOT, [ACT])
    assert found and found.actes == (ACT,)
    golden = (ROOT / "tests" / "golden" / "samples" / f"{ACT}.docx.txt").read_text("utf-8")
    parts = re.split(r"^\[Heading([0-9])\] \S+ ", re.sub("[ \xa0~]+", " ", golden), flags=re.M)
    levels, texts = [int(level) for level in parts[1::2]], parts[2::2]
    numbers = {p.cle: p.numeros[ACT] for p in found.pieces if ACT in p.numeros}
    for moyen in found.moyens:
        at = next(n for n, text in enumerate(texts) if text.startswith(" ".join(moyen.titre.split())))
        end = next((n for n in range(at + 1, len(levels)) if levels[n] <= levels[at]), len(levels))
        cited = re.findall("pièces? n° ([0-9]+(?:(?:, | et )[0-9]+)*)", " ".join(texts[at:end]))
        assert {numbers[cle] for cle in moyen.pieces} == {int(n) for one in cited for n in re.findall("[0-9]+", one)}
    assert {p.cle for p in found.pieces if not p.citee} >= {"aipd", "statuts-lqdn"}
    done = mandats("pieces", ROOT / "cases" / "testwe.yaml", "--couverture", "--image", tmp_path / "c.svg")
    assert done.returncode == 0 and "consignes, presentation" in done.stdout
    alone = mandats("pieces", ROOT / "cases" / "cada-commune.yaml", "--couverture").stdout
    assert "seul : aucune pièce" in alone
    from lxml import etree

    drawn = etree.parse(tmp_path / "c.svg")
    boxes = drawn.findall(".//{*}g")
    told = json.loads(mandats("pieces", ROOT / "cases" / "testwe.yaml", "--json").stdout)
    assert len(boxes) == sum(len(told[k]) for k in ("faits", "pieces", "moyens", "actes"))


TSA = """[req]
distinguished_name=dn
x509_extensions=v3
prompt=no
[dn]
CN=Horodatage d essai
[v3]
extendedKeyUsage=critical,timeStamping
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
[tsa]
default_tsa=t
[t]
serial=serial
crypto_device=builtin
signer_cert=cert.pem
signer_key=key.pem
signer_digest=sha256
default_policy=1.2.3.4.1
digests=sha256
ordering=yes
ess_cert_id_alg=sha256
"""


@pytest.fixture
def horodateur(tmp_path):
    """A real time-stamping server (openssl ts) on this machine; its address, and the folder of its root."""
    folder = tmp_path / "tsa"
    (folder / "racines").mkdir(parents=True)
    (folder / "tsa.cnf").write_text(TSA)
    (folder / "serial").write_text("01")
    new = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem"
    subprocess.run([*new.split(), "-config", "tsa.cnf"], cwd=folder, check=True, capture_output=True)
    shutil.copy(folder / "cert.pem", folder / "racines")

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            (folder / "q.tsq").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            reply = "openssl ts -reply -config tsa.cnf -queryfile q.tsq -out r.tsr"
            subprocess.run(reply.split(), cwd=folder, check=True, capture_output=True)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write((folder / "r.tsr").read_bytes())

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", folder / "racines"
        server.shutdown()


def test_files_are_certified_and_the_seal_is_verified_offline(horodateur, mandats, tmp_path):
    url, racines = horodateur
    file, constat = tmp_path / "capture.png", tmp_path / "constat.pdf"
    file.write_bytes(exhibits.image("PNG"))
    typed = ("pieces", "constater", file, "--par", "Camille Exemple, secrétaire", "--sortie", constat)
    done = mandats(*typed, "--horodatage", url)
    assert done.returncode == 0, done.stderr
    text = PdfReader(constat).pages[0].extract_text()
    assert hashlib.sha256(file.read_bytes()).hexdigest() in text and "Camille Exemple" in text and "(UTC+0" in text
    query = (tmp_path / "tsa" / "q.tsq").read_bytes()
    assert len(query) < 100 and file.read_bytes()[:20] not in query  # a hash, and nothing else
    check = ("pieces", "constater", file, "--verifier", constat, "--confiance")
    done = mandats(*check, racines)
    assert done.returncode == 0 and "intact, autorité admise" in done.stdout and "celui du constat" in done.stdout
    (tmp_path / "vide").mkdir()
    assert "NON ADMISE" in mandats(*check, tmp_path / "vide").stdout
    assert mandats(*typed).returncode == 2  # never over a certificate
    sound = constat.read_bytes()
    constat.write_bytes(sound.replace(b"/Title", b"/Titre", 1))
    altered = mandats(*check, racines)
    assert altered.returncode in (1, 2) and "intact," not in altered.stdout
    constat.write_bytes(sound)
    file.write_bytes(file.read_bytes() + b"x")
    assert mandats(*check, racines).returncode == 1


def test_a_server_that_answers_nothing_leaves_nothing(mandats, tmp_path):
    (tmp_path / "x.txt").write_text("x")
    typed = ("pieces", "constater", tmp_path / "x.txt", "--par", "C. Exemple", "--sortie", tmp_path / "c.pdf")
    done = mandats(*typed, "--horodatage", "http://127.0.0.1:9/")
    assert (
        done.returncode == 2 and "n'a pas donné de jeton valable" in done.stderr and not (tmp_path / "c.pdf").exists()
    )
    assert mandats(*typed).returncode == 0  # without a seal, no network
    assert (
        "sans horodatage" in mandats("pieces", "constater", tmp_path / "x.txt", "--verifier", tmp_path / "c.pdf").stdout
    )


def photograph() -> bytes:
    """A JPEG that says who took it, and where."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x013B] = "Camille Exemple"
    exif.get_ifd(0x8825)[1] = "N"
    Image.effect_noise((300, 200), 50).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


def authored() -> bytes:
    def name(pdf):
        pdf.docinfo["/Author"] = "Camille Exemple"
        pdf.Root.Metadata = pdf.make_stream(b"<x>Camille Exemple</x>")

    return changed(exhibits.pdf(), name)


def named_in(file: Path) -> bool:
    with pikepdf.open(file) as pdf:
        parts = [o.read_raw_bytes() for o in pdf.objects if isinstance(o, pikepdf.Stream)]
    return b"Camille Exemple" in file.read_bytes() + b"".join(parts)


def test_metadata_are_told_and_stripped_when_asked(made, small, mandats, tmp_path):
    for original, gps in (("photo.jpg", True), ("auteur.pdf", False)):
        piece = next(p for p in made.done.pieces if p.original == original)
        assert "auteur : Camille Exemple" in piece.metadonnees and ("position GPS" in piece.metadonnees) == gps
        assert named_in(made.done.dossier / "pieces" / piece.fichier)
    files = {
        "04-deliberation.pdf": ("auteur.pdf", authored()),
        "05-bulletin-municipal.pdf": ("photo.jpg", photograph()),
    }
    typed = ("--document", "demande-cada", "--sortie", tmp_path / "o", "--sans-liasse", "--sans-metadonnees")
    done = mandats("pieces", instead(small, files), *typed)
    assert "photo.jpg : " in done.stdout and "Camille Exemple" in done.stdout
    copies = sorted((tmp_path / "o" / "cada-commune" / "demande-cada" / "pieces").iterdir())
    assert len(copies) == 2 and not any(map(named_in, copies))
    for name, data in files.values():
        assert (small.with_suffix("") / "pieces" / name).read_bytes() == data


def test_a_note_that_names_someone_is_masked_too(tmp_path):
    def note(pdf):
        font = pdf.pages[0].Resources.Font.F1
        form = pdf.make_stream(b"BT /F1 20 Tf 5 10 Td (Camille Exemple) Tj ET")
        form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 300, 40]
        form.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        free = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[50, 500, 350, 540], F=4)
        free.AP = pikepdf.Dictionary(N=form)
        pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([free]))

    (tmp_path / "x.pdf").write_bytes(changed(exhibits.pdf(words="Camille Exemple"), note))
    assert redact(tmp_path / "x.pdf", Masque(mots=("Camille Exemple",)))[1] == 2


def test_a_copy_that_still_shows_what_it_masks_is_given_to_nobody(tmp_path, monkeypatch):
    from PIL import ImageDraw

    monkeypatch.setattr(ImageDraw.ImageDraw, "rectangle", lambda *_, **__: None)
    (tmp_path / "x.pdf").write_bytes(exhibits.pdf())
    with pytest.raises(RuntimeError, match="still shows"):
        redact(tmp_path / "x.pdf", Masque(mots=("texte",)))


def test_a_file_made_for_the_web_keeps_no_earlier_version(tmp_path):
    (tmp_path / "x.pdf").write_bytes(exhibits.pdf(linearize=True))
    assert metadata(tmp_path / "x.pdf") == ()
    (tmp_path / "x.pdf").write_bytes(exhibits.pdf() + b"\n%%EOF\n")
    assert metadata(tmp_path / "x.pdf") == ("versions antérieures gardées dans le fichier",)
