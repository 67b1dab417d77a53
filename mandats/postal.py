"""What a French postcode tells of a place: its département. Pure; territories are `figures/tribunaux.yaml`'s."""

import re

# Mainland and Corsica 01-95, armed forces 00, overseas 971-978 and 984-989 (98000 is Monaco).
POSTCODE = re.compile(r"(?:0[0-9]|[1-8][0-9]|9[0-5])[0-9]{3}|97[1-8][0-9][0-9]|98[4-9][0-9][0-9]")
# Two islands kept Guadeloupe's postcodes when they left it (loi organique n° 2007-223 of 21 February 2007).
_ISLANDS = {"97133": "977", "97150": "978"}


def departement(code: str) -> str:
    """The département of a postcode, or the number of the overseas territory.

    >>> [departement(code) for code in ("75011", "20090", "20200", "97411", "97133", "97150", "98800", "")]
    ['75', '2A', '2B', '974', '977', '978', '988', '']
    """
    if code.startswith("20"):
        return "2A" if code < "20200" else "2B"
    return _ISLANDS.get(code) or code[: 3 if code.startswith(("97", "98")) else 2]


def postal_code(address: str | None) -> str:
    """The last postal code of an address; empty when there is none.

    >>> postal_code("31, avenue de la Paix, 67000 Strasbourg"), postal_code("BP 10001")
    ('67000', '')
    """
    codes = re.findall(r"\b([0-9]{5})\s+[^\W\d]", address or "")
    return codes[-1] if codes else ""
