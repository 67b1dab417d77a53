"""Legal-argument and complaint document builder for French digital-rights litigation.

Its functions are imported when first named: `import mandats` costs nothing. They are those of `mandats.api`, and others
documented where they stand.
"""

__version__ = "0.1.0"

# Module → the public names that it holds; `public=own` when its own name is another.
_HOMES = {
    "api": "add_clause certify_files clause_file list_templates list_time_limits new_case note_event open_house "
    "paste_clause time_limit",
    "bibliotheque.fiches": "search_clauses search_sources show_clause",
    "bibliotheque.recherche": "propose_clauses",
    "build": "build_case=build examine_case=examine",
    "couverture": "cover_case=cover",
    "depot": "Envoi Inscription file_act undo_filing",
    "ensemble": "CasesOrder=Order treat_cases=treat_all",
    "load.case": "read_case=load_case",
    "load.library": "open_library=load_library",
    "load.migration": "migrate_case=migrate",
    "pieces.constat": "verify_certificate=verify",
    "pieces.occultation": "preview_redaction redact_pieces",
    "production": "Copies produce_pieces=produce",
    "publiposter.orders": "mail_merge write_annex",
    "registre.importation": "import_roster rules_of",
    "registre.ledger": "open_ledger=ouvrir",
    "relecture.retour": "approve read_back write_back",
    "relecture.versions": "compare_versions",
    "report": "explain_rule",
    "schema": "case_schemas",
    "suite.acte": "add_act",
    "suite.vie": "read_life",
    "workshop": "Workshop read_state",
}
_PLACES = {name.partition("=")[0]: (home, name) for home, names in _HOMES.items() for name in names.split()}
__all__ = [*_PLACES]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    home, named = _PLACES[name]
    return getattr(import_module(f"mandats.{home}"), named.rpartition("=")[2])
