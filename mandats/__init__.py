"""Legal-argument and complaint document builder for French digital-rights litigation.

Its functions are imported when first named: `import mandats` costs nothing. They are those of `mandats.api`, and a few
documented where they stand.
"""

TYPE_CHECKING = False  # the real one would import typing
if TYPE_CHECKING:
    from mandats.api import *  # noqa: F403
    from mandats.bibliotheque.fiches import search_clauses as search_clauses
    from mandats.bibliotheque.fiches import search_sources as search_sources
    from mandats.bibliotheque.fiches import show_clause as show_clause
    from mandats.bibliotheque.recherche import propose_clauses as propose_clauses
    from mandats.depot import Envoi as Envoi
    from mandats.depot import Inscription as Inscription
    from mandats.depot import file_act as file_act
    from mandats.depot import undo_filing as undo_filing
    from mandats.publiposter.orders import mail_merge as mail_merge
    from mandats.publiposter.orders import write_annex as write_annex
    from mandats.registre.importation import import_roster as import_roster
    from mandats.registre.importation import rules_of as rules_of
    from mandats.relecture.retour import approve as approve
    from mandats.relecture.retour import read_back as read_back
    from mandats.relecture.retour import write_back as write_back
    from mandats.report import explain_rule as explain_rule
    from mandats.schema import case_schemas as case_schemas
    from mandats.suite.dossier import add_act as add_act
    from mandats.suite.dossier import read_life as read_life

__version__ = "0.1.0"
_HOMES = {
    "api": "CasesOrder Copies Workshop add_clause build_case certify_files clause_file compare_versions cover_case "
    "examine_case list_templates list_time_limits migrate_case new_case note_event open_house open_ledger "
    "open_library paste_clause preview_redaction produce_pieces read_case read_state redact_pieces "
    "time_limit treat_cases verify_certificate",
    "bibliotheque.fiches": "search_clauses search_sources show_clause",
    "bibliotheque.recherche": "propose_clauses",
    "depot": "Envoi Inscription file_act undo_filing",
    "publiposter.orders": "mail_merge write_annex",
    "registre.importation": "import_roster rules_of",
    "relecture.retour": "approve read_back write_back",
    "report": "explain_rule",
    "schema": "case_schemas",
    "suite.dossier": "add_act read_life",
}
__all__ = [name for names in _HOMES.values() for name in names.split()]


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names.split():
            from importlib import import_module

            return getattr(import_module(f"mandats.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
