"""The command line: printing, asking, exit codes. What it prints comes from the functions below, values in, values out."""

from mandats.cli import startup
from mandats.cli.main import main

__all__ = ["main", "startup"]
