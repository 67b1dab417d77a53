"""One quoted word, date or number altered at a time: the program sees at least nineteen in twenty."""

import pytest

from tests.bench.mutations import score
from tests.test_content import LIBRARY


@pytest.mark.slow
def test_altered_words_dates_and_numbers_are_seen():
    caught, tried, missed = score(120, 20261122, LIBRARY)
    assert tried == 120
    assert caught / tried >= 0.95, missed
