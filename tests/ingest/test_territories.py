"""Turf from a GeoJSON file: every feature becomes a territory, or nothing does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ingest.territories import LoadedTerritories, load_territories
from outbound.errors import Conflict, Forbidden, Invalid, NotFound, OutboundError
from outbound.storage.database import Database
from outbound.vocabulary import TerritoryType
from tests.support.cast import Member
from tests.support.franchise import Franchise

Load = Callable[..., LoadedTerritories]


def square(west: float, south: float, size: float = 0.01) -> dict[str, Any]:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


BOW_TIE = {"type": "Polygon", "coordinates": [[[-80, 40], [-79, 41], [-79, 40], [-80, 41], [-80, 40]]]}


def feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


@pytest.fixture
def load(database: Database, franchise: Franchise, tmp_path: Path) -> Load:
    def load_file(*features: Any, by: Member | None = None, **options: Any) -> LoadedTerritories:
        path = tmp_path / "turf.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
        type_ = options.pop("type", TerritoryType.MICRO)
        return load_territories(database, franchise.org_id, (by or franchise.owner).id, path, type_, **options)

    return load_file


def slugs(franchise: Franchise) -> dict[str, Any]:
    with franchise.as_job() as session:
        rows = session.execute(
            text(
                "select t.slug, t.type, p.slug as parent from outbound.territories t left join outbound.territories p"
                " on p.org_id = t.org_id and p.id = t.parent_id"
            )
        )
        return {row.slug: (row.type, row.parent) for row in rows}


def test_every_feature_becomes_a_territory_below_its_parent(load: Load, franchise: Franchise) -> None:
    loaded = load(
        feature(square(-80, 40), code=12), feature(square(-79, 40), code="B 7"),
        parent_slug="region", name_property="code",
    )  # fmt: skip
    assert (loaded.added, loaded.known) == (2, 0)
    found = slugs(franchise)
    assert found["12"] == found["b-7"] == ("MICRO", "region")


def test_a_region_of_all_is_made_when_asked(load: Load, franchise: Franchise) -> None:
    loaded = load(feature(square(-80, 40), name="a"), feature(square(-79.99, 40), name="b"), new_region="New Turf")
    assert (loaded.added, loaded.parent_slug) == (3, "new-turf")
    assert slugs(franchise)["new-turf"] == ("REGION", None)
    assert slugs(franchise)["a"] == ("MICRO", "new-turf")


def test_the_same_file_again_adds_nothing(load: Load) -> None:
    features = [feature(square(-80, 40), name="same"), feature(square(-79, 40), name="same"), feature(square(-78, 40))]
    assert load(*features, new_region="All").added == 4
    again = load(*features, new_region="All")
    assert (again.added, again.known) == (0, 4)


def test_features_of_one_name_and_of_none_have_slugs_of_their_own(load: Load, franchise: Franchise) -> None:
    load(feature(square(-80, 40), name="Oak"), feature(square(-79, 40), name="OAK"), feature(square(-78, 40)))
    assert {"oak", "oak-2", "turf-3"} <= slugs(franchise).keys()


def test_one_shape_that_crosses_itself_refuses_the_file_and_nothing_is_written(
    load: Load, franchise: Franchise
) -> None:
    before = slugs(franchise)
    with pytest.raises(Invalid, match=r"Feature 2 \(bad\) of turf\.geojson crosses itself") as raised:
        load(feature(square(-80, 40), name="good"), feature(BOW_TIE, name="bad"), new_region="All")
    assert "\n" not in raised.value.message
    assert slugs(franchise) == before


def test_broken_shapes_may_be_left_out_and_are_told(load: Load) -> None:
    loaded = load(feature(square(-80, 40), name="good"), feature(BOW_TIE, name="bad"), leave_out_broken=True)
    assert loaded.added == 1
    assert "crosses itself" in loaded.left_out[0]
    with pytest.raises(Invalid, match="no shape that can be used"):
        load(feature(BOW_TIE, name="bad"), leave_out_broken=True)


def test_a_slug_of_another_shape_is_never_overwritten(load: Load) -> None:
    load(feature(square(-80, 40), name="Oak"))
    with pytest.raises(Conflict, match="already a territory oak"):
        load(feature(square(-79, 40), name="Oak"))


def test_a_parent_that_does_not_exist_is_named(load: Load) -> None:
    with pytest.raises(NotFound, match="no territory nowhere"):
        load(feature(square(-80, 40)), parent_slug="nowhere")


def test_a_property_that_is_missing_is_named_with_those_there_are(load: Load) -> None:
    with pytest.raises(Invalid, match="Feature 1 has no property code; its properties are: name"):
        load(feature(square(-80, 40), name="a"), name_property="code")


def test_reps_cut_no_territories(load: Load, franchise: Franchise) -> None:
    with pytest.raises(Forbidden):
        load(feature(square(-80, 40)), by=franchise.rep)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"type": "FeatureCollection", "features": []}', "[" * 100_000])
def test_a_file_that_is_no_geojson_is_refused_in_one_sentence(
    database: Database, franchise: Franchise, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "turf.geojson"
    path.write_text(content)
    with pytest.raises(OutboundError) as raised:
        load_territories(database, franchise.org_id, franchise.owner.id, path, TerritoryType.MICRO)
    assert "\n" not in raised.value.message


def test_doors_that_were_there_before_lie_in_what_is_loaded(load: Load, franchise: Franchise) -> None:
    door = franchise.add_address(None, at=(40.005, -79.995))
    lead = franchise.add_lead(None, door=door)
    loaded = load(feature(square(-80, 40), name="new"), new_region="All")
    assert (loaded.doors_placed, loaded.leads_placed) == (1, 1)
    with franchise.as_job() as session:
        slug = session.scalar(
            text(
                "select t.slug from outbound.leads l join outbound.territories t on t.id = l.territory_id"
                " where l.id = :lead"
            ),
            {"lead": lead},
        )
    assert slug == "new"
    again = load(feature(square(-80, 40), name="new"), new_region="All")
    assert again.doors_placed == 0
