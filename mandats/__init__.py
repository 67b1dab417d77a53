"""Legal-argument and complaint document builder for French digital-rights litigation.

Its functions are those of `mandats.api`, imported when first named: `import mandats` costs nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # the real one would import typing
if TYPE_CHECKING:
    from mandats.api import (
        build_case,
        case_schemas,
        examine_case,
        explain_rule,
        import_roster,
        list_templates,
        list_time_limits,
        mail_merge,
        new_case,
        open_ledger,
        open_library,
        propose_clauses,
        read_case,
        search_clauses,
        search_sources,
        show_clause,
        write_annex,
    )

__version__ = "0.1.0"
__all__ = [
    "build_case", "case_schemas", "examine_case", "explain_rule", "import_roster", "list_templates", "list_time_limits",
    "mail_merge", "new_case", "open_ledger", "open_library", "propose_clauses", "read_case", "search_clauses",
    "search_sources", "show_clause", "write_annex",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from mandats import api

    return getattr(api, name)
