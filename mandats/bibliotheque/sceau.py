"""Writes the seals of the register (`empreinte:`) into its files, touching nothing else."""

import re
from collections.abc import Set
from pathlib import Path

from mandats.files import write_whole
from mandats.load.library import read_entries, split_entries
from mandats.load.paths import read_text

OLD = re.compile(r"^  empreinte: .*\n", re.M)


def seal_files(folder: Path, keys: Set[str]) -> tuple[list[str], list[str]]:
    """(keys sealed, keys not found). With no key, every entry that has no seal yet.

    Raises UnusableInput for a file that is no register.
    """
    sealed: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        content = read_text(path, str(path))
        entries = read_entries(path, str(path))
        made, blocks = split_entries(content)
        for name, block in blocks:
            source = entries.get(name)
            if source and (name in keys or (not keys and not source.empreinte)):
                block = OLD.sub("", block)
                body = block.rstrip("\n")
                block = f'{body}\n  empreinte: "{source.seal()}"\n' + block[len(body) + 1 :]
                sealed.append(name)
            made += block
        if made != content:
            write_whole(path, made.encode())
    return sealed, sorted(keys - set(sealed))
