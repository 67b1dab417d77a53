"""What the head of an act says of a party."""

from mandats.model import Party
from mandats.render.cover import identity


def test_the_numbers_of_an_organisation_are_printed():
    party = Party(type="entreprise", nom="Exemple", adresse="1, rue de l'Essai, 75011 Paris", siren="000000000")
    assert identity(party) == "dont le siège est situé 1, rue de l'Essai, 75011 Paris, SIREN 000000000"
    assert "SIREN" not in identity(party.model_copy(update={"siren": None}))
