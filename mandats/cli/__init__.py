"""The command line: printing, asking, exit codes. What it prints comes from functions below it."""

from mandats.cli import startup
from mandats.cli.main import main

__all__ = ["main", "startup"]
