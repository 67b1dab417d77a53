"""Characters of every class at every entrance of text."""

from tests.hostile import Attempt

ATTEMPTS: dict[str, Attempt] = {}
