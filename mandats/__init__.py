"""Legal-argument and complaint document builder for French digital-rights litigation."""

__version__ = "0.1.0"
