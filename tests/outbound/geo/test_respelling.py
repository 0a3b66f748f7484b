from __future__ import annotations

import pytest

from outbound.geo.respelling import Vocabulary

STREETS = [
    "208TH ST", "209TH ST", "111TH AVE", "111TH RD", "E 112TH AVE", "BRADDOCK AVE", "JAMAICA AVE", "HOLLIS CT BLVD",
    "MAIN ST", "MAIN RD", "N PARK LN", "S PARK LN",
]  # fmt: skip


def meant(street: str) -> list[str]:
    return [STREETS[guess.at] for guess in Vocabulary(STREETS).guesses(street)]


@pytest.mark.parametrize(
    ("written", "street"),
    [
        ("BRADOCK AVE", "BRADDOCK AVE"),
        ("BRADDOCK", "BRADDOCK AVE"),
        ("JAMAICA ST", "JAMAICA AVE"),
        ("112TH AVE", "E 112TH AVE"),
        ("HOLLISCOURT BLVD", "HOLLIS CT BLVD"),
        ("208TH", "208TH ST"),
    ],
)
def test_a_name_written_a_little_differently_is_known(written: str, street: str):
    assert meant(written)[0] == street


@pytest.mark.parametrize(
    "written",
    [
        "207TH ST",  # numbers are never guessed
        "111TH ST",  # another kind of street of the same number is another street
        "MAIN AVE",  # two streets are called so
        "W 112TH AVE",
        "HILLSIDE AVE",
        "",
    ],
)
def test_another_street_is_never_taken_for_it(written: str):
    assert meant(written) == []


def test_a_name_without_its_direction_may_mean_either():
    assert sorted(meant("PARK LN")) == ["N PARK LN", "S PARK LN"]
    assert all(guess.confidence < 0.9 for guess in Vocabulary(STREETS).guesses("PARK LN"))
