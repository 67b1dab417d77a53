"""The picture of who imports whom (docs/architecture.md), read from the source; who may touch the world; no slug."""

import ast
import re
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "mandats"
# Higher imports lower; modules of one level, stages above all, do not know each other.
LEVELS = {
    "__main__": 12,
    "cli": 11,
    "api": 10.5,
    "guidance": 10,
    "publiposter": 9.5,
    "relecture": 9.5,
    "report": 9,
    "build": 9,
    "suite": 9.2,
    "envoi": 9,
    "couverture": 9.3,
    "production": 9.3,
    "depot": 9.5,
    "numeros": 8.7,
    "deposes": 8.5,
    "checks": 8,
    "delais": 7,
    "bibliotheque": 7,
    "scaffold": 5,
    "questions": 4.5,
    "schema": 5,
    "registre": 5,
    "formulaire": 5,
    "champs": 4.5,
    "pieces": 4.5,
    "texte": 4.7,
    "load": 4,
    "resolve": 4,
    "render": 4,
    "write": 4,
    "readback": 4,
    "document": 3,
    "content": 2,
    "parts": 1,
    "model": 1,
    "piece": 0.7,
    "procedure": 0.7,
    "mandants": 0.7,
    "keys": 0.5,
    "blocks": 1,
    "divisions": 1,
    "problem": 0,
    "preuves": 0.3,
    "postal": 0,
    "words": 0,
    "tables": 0.2,
    "compiled": 0.1,
    "processes": 0,
    "ensemble": 9.2,
    "workshop": 9.2,
    "files": 0,
    "roots": 0,
    "intake": 0,
    "ooxml": 0,
    "reading": 0,
}

LOOKING_AROUND = {
    "print", "input", "Path.cwd", "os.getcwd", "dt.date.today", "date.today", "dt.datetime.now", "datetime.now",
    "dt.datetime.utcnow", "time.time", "sys.exit",
}  # fmt: skip


def imports(path: Path) -> set[str]:
    """Modules of the package that a file imports, and outside ones, by their first name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{a.name}" if node.module == "mandats" else node.module for a in node.names}
    return found


def stage(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_an_import_points_down():
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        here = stage(path)
        if here == "__init__":
            continue
        for name in imports(path):
            if name.startswith("mandats.") and name != "mandats.__version__":
                there = name.split(".")[1]
                if there != here and LEVELS[there] >= LEVELS[here]:
                    wrong.append(f"{path.relative_to(PACKAGE)} -> {name}")
    assert not wrong


def test_only_the_edges_touch_the_world():
    allowed = {
        "subprocess": {"write", "relecture"},
        "typst": {"write"},
        "pypandoc": {"write"},
        "docxtpl": {"formulaire"},
        "pypdfium2": {"readback", "pieces", "production"},
        "PIL": {"pieces"},
        "pikepdf": {"pieces", "production", "formulaire"},
        "img2pdf": {"pieces"},
        "zipfile": {"load", "write", "readback", "registre", "formulaire", "pieces"},
        "tempfile": {"write", "build", "files", "depot", "relecture", "publiposter"},
        "click": {"cli"},
        "sqlite3": {"registre"},
        "psycopg": {"registre"},
        "pyhanko": {"registre", "pieces"},
        "yaml": {"load", "tables"},
        "jinja2": {"render", "formulaire", "bibliotheque", "cli"},
        "markdown_it": {"render"},
        "holidays": {"delais"},
        "icalendar": {"delais"},
        "watchfiles": {"cli"},
        "dask": {"publiposter"},
        "paramiko": {"publiposter"},
        "cryptography": {"publiposter"},
    }
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        for name in imports(path):
            top = name.split(".")[0]
            if top in allowed and stage(path) not in allowed[top]:
                wrong.append(f"{path.relative_to(PACKAGE)} -> {name}")
    assert not wrong


# What a face may call: functions from values to values, and the words they are told in. No stage of the build.
FACED = {
    "cli", "api", "bibliotheque", "compiled", "delais", "deposes", "depot", "document", "envoi", "files", "guidance",
    "intake", "keys", "preuves", "problem", "publiposter", "registre", "relecture", "report", "schema", "suite",
    "__version__",
}  # fmt: skip


def test_a_face_calls_functions_that_any_face_could():
    """The command line does nothing that a page or a notebook could not do: no stage, no model, no engine."""
    wrong = []
    for path in (PACKAGE / "cli").glob("*.py"):
        for name in imports(path) - {"mandats.render.typography"}:  # a date as it is read
            if name.split(".")[0] == "mandats" and name.split(".")[1] not in FACED:
                wrong.append(f"{path.name} -> {name}")
    assert not wrong


def test_the_public_functions_neither_print_nor_look_around():
    """No clock, no current folder, no terminal below the faces."""
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        if stage(path) in ("cli", "__main__"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in LOOKING_AROUND:
                wrong.append(f"{path.relative_to(PACKAGE)}:{node.lineno} {ast.unparse(node.func)}")
    assert not wrong


def test_nothing_reaches_for_a_network():
    """Two exceptions, whose address the user types: the time stamp of a certificate, whose server pyHanko's client
    asks; the machines of a grappe, which Dask reaches (their certificate is tried in memory), and the folder that they
    share.
    """
    asks = {path.name for path in PACKAGE.rglob("*.py") if "HTTPTimeStamper" in path.read_text("utf-8")}
    assert asks == {"constat.py"}
    reached = {p.name for p in PACKAGE.rglob("*.py") if {n.split(".")[0] for n in imports(p)} & {"distributed", "dask"}}
    assert reached == {"machines.py"}
    assert {p.name for p in PACKAGE.rglob("*.py") if "paramiko" in imports(p)} == {"partage.py"}
    told = {"socket", "http", "urllib", "requests", "httpx", "ssl"}
    found = {(p.name, n) for p in PACKAGE.rglob("*.py") for n in {n.split(".")[0] for n in imports(p)} & told}
    assert found == {("machines.py", "ssl")}


def test_modules_stay_small():
    long = {p.name: n for p in PACKAGE.rglob("*.py") if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert not long


# Names of templates that are also words of the language or of another vocabulary: where, and as what.
WORDS = {
    "bordereau": {"render/plan.py": "a slot that plans call, and the division it prints"},
    "intervention": {"keys.py": "a tone of clauses"},
    "mandat": {
        "publiposter/job.py": "the beginning of a form's file name",
        "registre/colonnes.py": "the column where a person gives mandate",
        "registre/lignes.py": "the same",
    },
    "pourvoi": {"delais/faits.py": "a family: what it attacks was judged in last resort"},
    "relance": {"delais/fil.py": "what restarts a time limit", "delais/regles.py": "the same"},
    "refere-liberte": {"keys.py": "a tone of clauses"},
    "refere-suspension": {"keys.py": "a tone of clauses", "cli/bibliotheque.py": "the same, in the help of an option"},
}


def strings(path: Path) -> set[str]:
    """The string constants of a module, docstrings excepted."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    first = [node.body[0] for node in nodes if isinstance(node, owners) and node.body]
    docstrings = {id(statement.value) for statement in first if isinstance(statement, ast.Expr)}
    found = [node for node in nodes if isinstance(node, ast.Constant) and id(node) not in docstrings]
    return {node.value for node in found if isinstance(node.value, str)}


def test_no_template_slug_in_python():
    """Rules, limits and scaffolds aim at what a template says it is, so that a drafter's own is treated alike."""
    slugs = {path.parent.name for path in PACKAGE.parent.glob("templates/*/template.yaml")}
    assert len(slugs) > 25
    assert set(WORDS) <= slugs
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for text in strings(path):
            words = {text, *re.findall(r"[a-z]+(?:-[a-z]+)+", text)}  # a word without hyphen may be plain French
            found |= {(slug, path.relative_to(PACKAGE).as_posix()) for slug in words & slugs}
    assert found == {(slug, module) for slug, modules in WORDS.items() for module in modules}


def test_no_pattern_takes_the_digits_of_other_scripts():
    r"""`\d` would: what is then read as a number, a date or an article is not what the page shows."""
    files = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.yaml")]
    found = {
        path.name: re.findall(r"(?<!\[\^\\W)(?<!\\)\\d", path.read_text("utf-8", "surrogatepass")) for path in files
    }
    assert len(files) > 140 and not {name for name, hits in found.items() if hits}
