"""What may be asked of a ledger for a case: everyone's forms, the blank ones, the annex.

Takes an open ledger, a case file and where to write; gives what was written, and of which list. Leaves the printing to
`job`, the asking and the telling to its caller.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mandats.files import write_whole
from mandats.load.case import load_case
from mandats.mandants import EtatMandants
from mandats.model import Mandant
from mandats.problem import AVERTISSEMENT, ERREUR, Place, Problem, UnusableInput
from mandats.publiposter.annex import CONFIDENTIAL, USUAL_COLUMNS, annex_pdf, find_columns, index_csv, withheld_pdf
from mandats.publiposter.dossier import read_manifest
from mandats.publiposter.encrypt import open_encrypted, recipients, write_encrypted
from mandats.registre import Refus
from mandats.registre.journal import read_instant
from mandats.registre.secret import write_private
from mandats.registre.temoin import is_noted, note_output
from mandats.registre.textes import texts_of
from mandats.texte import date_in, differing, signs, text_of
from mandats.words import SPECIMEN

if TYPE_CHECKING:
    from mandats.formulaire.printer import Prepared
    from mandats.publiposter.job import Changes, Order, Outcome
    from mandats.registre.ledger import Registre

INDEX = "index.csv.age"
TEXT = "texte-du-mandat"
UNKNOWN = (
    "le registre ne tient que l'empreinte du texte accepté : rien ne dit si c'est celui de ce formulaire (mandats "
    "registre texte FICHIER l'y inscrit, si c'est le même fichier)"
)
UNDATED = (
    "la date de ce texte manque, et celle du dossier change avec l'acte : donnez « date: » au document {} (le jour où "
    "le texte est proposé)"
)
UNFINISHED = ("blanc", "a-completer")  # what a final document refuses


@dataclass(frozen=True)
class Merged:
    """What a run made, of how many mandates; `outcome` is None when `problems` keep the document from being ready."""

    outcome: Outcome | None
    problems: tuple[Problem, ...] = ()
    nombre: int = 0
    ailleurs: int = 0  # mandates valid too, given on another text than the one printed


@dataclass(frozen=True)
class Annexed:
    """The files of an annex and the list it holds (`etat`); none when the case cannot be read."""

    files: tuple[Path, ...]
    etat: dict[str, Any]
    problems: tuple[Problem, ...]


def prepare(
    case: Path, working: Path, nom: str | None = None, role: str | None = None,
    formats: Sequence[str] = ("docx", "pdf"), everyone: bool = False,
) -> tuple[Prepared | None, list[Problem]]:  # fmt: skip
    """The document `nom` (by default the case's only form) ready to print, or why it cannot be.

    `role`: of a letter, the role that each mandant holds in turn. `everyone`: to be filled, so that nothing may be left
    blank but a person's own values, and each copy is someone's. Every problem is told before the first row. Raises
    UnusableInput for a case that is no YAML.
    """
    from mandats.build import examine
    from mandats.formulaire.prepare import prepare_form, prepare_letter
    from mandats.render import typography
    from mandats.render.cover import page_inputs

    examined = examine(case, working, only=[nom] if nom else ())
    if not nom and not examined.documents:  # the acts of the case may be sketches yet
        loaded, problems = load_case(case, only=[""])
        wrong = {p.chemin.partition(".")[0] for p in problems}
        orders = enumerate(loaded.case.documents if loaded else ())
        sound = [order.nom or order.modele for i, order in orders if f"documents[{i}]" not in wrong]
        examined = examine(case, working, only=sound) if sound else examined
    found = [r.document.nom for r in examined.documents if r.document.template.header.genre == "formulaire"]
    if found and not nom and examined.errors:
        examined = examine(case, working, only=found)
    unfinished = [replace(p, gravite=ERREUR) for p in examined.problems if everyone and p.id in UNFINISHED]
    problems = [p for p in examined.problems if p.gravite == ERREUR] or unfinished
    forms = [r for r in examined.documents if nom or r.document.template.header.genre == "formulaire"]
    problems += [
        Problem(TEXT, r.document.place, r.document.chemin, UNDATED.format(r.document.nom))
        for r in forms
        if r.document.template.header.genre == "formulaire" and not r.document.propre_date
    ]
    if not forms and not problems:
        told = "aucun formulaire : donnez un document avec --document"
        problems.append(Problem("document-inconnu", Place(str(case)), "documents", told))
    if problems:
        return None, problems
    rendered = next((r for r in forms if not r.document.order.mandant), forms[0])
    order = rendered.document.order.model_copy(update={"mandant": None})
    document = replace(rendered.document, order=order)
    inputs = page_inputs(document, typography.french(document.titre))
    if document.template.header.genre == "formulaire":
        made, problems = prepare_form(replace(rendered, document=document), inputs, formats)
        if everyone and made and not any(program.fields for _, program in made.programs):
            told = "aucun champ du mandant, comme {{ mandant.nom }} : tous les exemplaires seraient le même"
            return None, [Problem("formulaire", document.template.plan.place(), "", told)]
        return made, problems
    if role is None or role not in document.roles:
        told = f"lettre : dites quel rôle tient le mandant, avec --role ({', '.join(document.roles)})"
        return None, [Problem("role-inconnu", document.place, "", told)]
    return prepare_letter(document, role, inputs, formats)


def mail_merge(
    registre: Registre, cas: Path, working: Path, order: Order, document: str | None = None, role: str | None = None,
    au: str | None = None, cles: Sequence[str] = (),
    progress: Callable[[int, int, int], None] = lambda done, resumed, total: None,
) -> Merged:  # fmt: skip
    """A document of the case for everyone whose mandate is valid, then the encrypted index: whose each file is.

    `document`: by default the case's only form; `role`: of a letter, the role each mandant holds. `au`: the instant of
    the list, by default that of the run that `order.sortie` holds, else of the state that the case's acts announce,
    else now.
    `cles`: age public keys that will read the index too. `progress(done, resumed, total)`, in forms, at least once.

    Raises Refus, UnusableInput, EngineError; KeyboardInterrupt when stopped: the same call resumes.
    """
    from mandats.publiposter.job import run

    recipients(cles)  # a bad key is told before the work, not after
    prepared, problems = prepare(cas, working, document, role, order.formats, True)
    if prepared is None:
        return Merged(None, tuple(problems))
    loaded, _ = load_case(cas)
    said, found = loaded.case.etats if loaded else (), read_manifest(order.sortie)
    going_on = str(found["instant"]) if found and not found.get("termine") else None
    state = list_at(registre, cas, read_instant(au) if au else going_on, said)
    rang, unknown = text_printed(registre, prepared, cas)
    instant, identity = state["instant"], {k: state[k] for k in ("instant", "nombre", "empreinte", "tete")}
    counts = [t["nombre"] for t in state.get("textes", ())]  # by rank
    total = counts[rang - 1] if rang and counts else state["nombre"]
    order, sealed = replace(order, prefixe=prepared.prefixe), order.sortie / INDEX
    keys = list(dict.fromkeys([registre.key.destinataire, *cles]))

    def seal() -> None:
        write_encrypted(sealed, index_csv(registre.mandants(instant, rang), prepared.prefixe), keys)

    def changes(since: str) -> Changes:
        numbers = frozenset(registre.changes(since, instant))
        return registre.mandants(instant, rang, numbers), numbers

    follow = changes if found and _is_of(registre, found) else None
    people, told = registre.mandants(instant, rang), lambda done, resumed: progress(done, resumed, total)
    made = run(prepared, people, identity, order, told, seal, follow)
    if made.deja and not sealed.is_file():
        seal()
    how = {"genre": "formulaires", "cas": str(cas.resolve()), "document": document, "role": role, "cles": list(cles)}
    how |= {"polices": [str(p.resolve()) for p in order.polices]}
    note_output(registre.key.fichier, registre.lieu, order.sortie, how)
    return Merged(made, (*problems, *unknown), total, state["nombre"] - total)


def text_printed(registre: Registre, prepared: Prepared, cas: Path) -> tuple[int, list[Problem]]:
    """The rank of the text that a form prints, 0 for a letter; and what is unknown of it, when the ledger holds nothing
    but a hash. Raises UnusableInput, with the difference, for a form whose text the ledger has not got.
    """
    from mandats.formulaire.valeurs import print_bounded, row_values
    from mandats.write.docx import assemble

    known, place = texts_of(registre), Place(str(cas))
    if not prepared.reference:  # a letter
        return 0, []
    nobody = row_values(Mandant(), "")
    parts = ((name, print_bounded(program.template(), nobody).encode()) for name, program in prepared.programs)
    printed = text_of(assemble([*prepared.members, *parts]))
    if same := next((t for t in known if t.texte and signs(t.texte) == signs(printed)), None):
        return same.rang, []
    if not known[0].texte:
        return 1, [Problem(TEXT, place, "documents", UNKNOWN, AVERTISSEMENT)]
    near = next((t for t in known if t.date == date_in(printed)), known[-1])
    raise UnusableInput(Problem(TEXT, place, "documents", differing(near.date, near.texte, printed)))


def _is_of(registre: Registre, found: dict[str, Any]) -> bool:
    """Whether a folder holds a list of this ledger."""
    with contextlib.suppress(Refus, ValueError):
        if head := found.get("tete"):
            sql = "SELECT 1 FROM evenements WHERE chaine = ?"
            return next(registre.store.rows(sql, [bytes.fromhex(str(head))]), None) is not None
        return bool(registre.empreinte(str(found["instant"])) == found["empreinte"])
    return False


def blank_forms(cas: Path, working: Path, document: str | None = None) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """The form with nobody's name, by file name: DOCX and PDF to print, PDF to fill in on screen; or why it cannot be.

    >>> sorted(blank_forms(Path("cases/gafam.yaml"), Path())[0])
    ['mandat-a-remplir.pdf', 'mandat-vierge.docx', 'mandat-vierge.pdf']
    """
    from mandats.formulaire.printer import Printer

    prepared, problems = prepare(cas, working, document)
    if prepared is None:
        return {}, tuple(problems)
    printer, name = Printer(prepared), prepared.prefixe
    docx, pdf = printer.blank()
    made = {f"{name}-vierge.docx": docx, f"{name}-vierge.pdf": pdf, f"{name}-a-remplir.pdf": printer.fillable()}
    return made, tuple(problems)


def write_annex(
    registre: Registre, cas: Path, sortie: Path, titre: str, colonnes: Sequence[str] | None = None,
    cles: Sequence[str] = (), au: str | None = None, polices: Sequence[Path] = (),
) -> Annexed:  # fmt: skip
    """The list of mandants as a PDF of mode 0600; with `cles` (age public keys), encrypted, beside the act's page.

    `colonnes`: by default `annex.USUAL_COLUMNS`. `au`: as for `mail_merge`. Raises Refus, UnusableInput.
    """
    chosen = colonnes or USUAL_COLUMNS
    find_columns(chosen)
    recipients(cles)
    loaded, problems = load_case(cas)
    if loaded is None:
        return Annexed((), {}, tuple(problems))
    author = next((p.nom for p in loaded.case.parties.values() if p.type == "association"), "")
    mark = SPECIMEN if loaded.case.specimen else CONFIDENTIAL
    try:
        state = list_at(registre, cas, read_instant(au) if au else None, loaded.case.etats)
    except UnusableInput as error:
        raise UnusableInput(*problems, *error.problems) from None
    data = annex_pdf(registre.mandants(state["instant"]), state, titre, author, mark, chosen, polices)
    sortie.parent.mkdir(parents=True, exist_ok=True)
    if sortie.exists() and not is_noted(registre.key.fichier, registre.lieu, sortie):
        raise Refus(f"{sortie} existe, et n'est pas noté comme annexe de ce registre : donnez un autre nom, ou ôtez-le")
    if cles:
        sealed = write_encrypted(sortie.with_name(sortie.name + ".age"), [data], cles)
        digests = (hashlib.sha256(sealed.read_bytes()).hexdigest(), hashlib.sha256(data).hexdigest())
        page = withheld_pdf(state, titre, author, mark, sealed.name, *digests)
        files: tuple[Path, ...] = (sealed, write_whole(sortie.parent / f"{sortie.stem}-scellee.pdf", page))
    else:
        write_private(sortie, data)
        files = (sortie,)
    how = {"genre": "annexe", "cas": str(cas.resolve()), "titre": titre, "colonnes": list(chosen), "cles": list(cles)}
    how |= {"fichiers": [str(f.resolve()) for f in files], "polices": [str(p.resolve()) for p in polices]}
    how |= {k: state[k] for k in ("instant", "empreinte")}
    note_output(registre.key.fichier, registre.lieu, sortie, how)
    return Annexed(files, state, tuple(problems))


def open_index(registre: Registre, dossier: Path, sortie: Path) -> Path:
    """The index of a run, decrypted, in a file of mode 0600. Raises UnusableInput for the key of another ledger."""
    return open_encrypted(dossier / INDEX, registre.key.identite, sortie)


def list_at(registre: Registre, cas: Path, instant: str | None, said: Sequence[EtatMandants]) -> dict[str, Any]:
    """The ledger's state that the case's acts print, unless another instant is asked: all of them count alike.

    Raises UnusableInput: the acts count at several instants, nobody is valid, or an act announces another list.
    """

    def wrong(message: str) -> UnusableInput:
        return UnusableInput(Problem("mandants-discordants", Place(str(cas)), "mandants.etat", message))

    if instant is None and len(said) > 1:
        raise wrong("les actes du dossier comptent à plusieurs instants : dites lequel par --au")
    state = registre.etat(instant or (said[0].instant if said else None), *(act.tete for act in said))
    if not state["nombre"]:
        raise wrong("aucun mandat valide à cet instant : il n'y a rien à produire")
    for one in said:
        if one.instant == state["instant"] and (one.nombre, one.empreinte) != (state["nombre"], state["empreinte"]):
            told = "le registre ne donne pas cette liste à cet instant"
            raise wrong(f"{told} : ce n'est pas le même registre, ou l'état a été modifié")
    return state
