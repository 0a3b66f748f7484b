from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import outbound
from tests.support.osm import Town


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    town = Town()
    town.way((0, 0), (400, 0), highway="residential", name="Elm Street")
    for number in range(2, 12, 2):
        town.house(number * 15, 15, str(number), "Elm Street")
    return town.write(tmp_path / "Elm Town.osm")


def test_a_region_is_loaded_listed_and_removed(extract: Path, tmp_path: Path):
    home = {"OUTBOUND_HOME": str(tmp_path / "home")}
    loaded = outbound("region", "load", str(extract), **home)
    assert loaded.status == 0, loaded.err
    assert "elm-town: 5 address points, 0 address ranges, 1 stretches of street (0.4 km)" in " ".join(
        loaded.out.split()
    )
    assert "reading" in loaded.out
    again = outbound("region", "load", str(extract), **home)
    assert "loaded already from this very file" in again.out
    assert "elm-town" in outbound("region", "list", **home).out
    assert outbound("region", "remove", "elm-town", **home).status == 0
    assert "No region is loaded" in outbound("region", "list", **home).out


def test_what_cannot_be_loaded_is_one_sentence(tmp_path: Path):
    (tmp_path / "town.osm.pbf").write_bytes(b"nonsense")
    refused = outbound("region", "load", str(tmp_path / "town.osm.pbf"), OUTBOUND_HOME=str(tmp_path / "home"))
    assert refused.status == 1
    assert refused.sentence.startswith("error: town.osm.pbf cannot be read as an OpenStreetMap extract")
    assert "Traceback" not in refused.err
