"""What a signature is said to be worth, each weakness by its word."""

import pytest

from mandats.registre.signature import Signature

SOUND = {"integre": True, "tout_couvert": True, "confiance": True, "qualifiee_declaree": True}


@pytest.mark.parametrize(
    ("weak", "valid", "told"),
    [
        (None, True, "signature intègre, document entièrement couvert, racine admise, certificat déclaré qualifié ("),
        ("integre", False, "signature ALTÉRÉE, document entièrement"),
        ("tout_couvert", False, "MODIFIÉ APRÈS LA SIGNATURE"),
        ("confiance", False, "RACINE NON ADMISE"), ("qualifiee_declaree", True, "certificat non déclaré qualifié"),
    ],
)  # fmt: skip
def test_a_signature_is_worth_what_each_part_is(weak, valid, told):
    made = Signature(certificat="cd", signe_le="2026-01-01", **{**SOUND, **({weak: False} if weak else {})})
    assert made.valable == valid
    assert told in made.phrase()
    assert made.phrase().endswith("(révocation et liste de confiance non consultées : à vérifier en ligne)")
    declared = weak != "qualifiee_declaree"
    assert made.as_elements() == {"certificat": "cd", "qualifiee_declaree": declared, "signe_le": "2026-01-01"}
