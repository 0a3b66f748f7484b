"""What holds for the whole project: described, in the words of the program, true to H3, and silent."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import h3
import pytest
import yaml

from outbound import vocabulary
from outbound.warehouse.build import _MODELLED
from outbound.warehouse.dbt import PROJECT
from outbound.warehouse.engine import engine_of
from outbound.warehouse.marts import MARTS
from tests.dbt_project.conftest import Built


@pytest.fixture(scope="module")
def manifest(built: Built) -> dict[str, Any]:
    path = built.duckdb.warehouse_dir / "dbt-duckdb" / "target" / "manifest.json"
    return json.loads(path.read_text())


def _models(manifest: dict[str, Any], folder: str) -> dict[str, dict[str, Any]]:
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == folder
    }


def test_every_mart_is_published_and_every_published_mart_is_a_model(manifest: dict[str, Any]) -> None:
    assert set(_models(manifest, "marts")) == set(MARTS)


def test_every_model_is_described_grain_first(manifest: dict[str, Any]) -> None:
    for folder in ("staging", "intermediate", "marts"):
        for name, node in _models(manifest, folder).items():
            assert node["description"].startswith("Grain: "), name


def test_every_column_of_every_model_is_described_and_no_other(built: Built, manifest: dict[str, Any]) -> None:
    engine = engine_of(built.duckdb)
    with engine.connect() as connection:
        for folder in ("staging", "intermediate", "marts"):
            for name, node in _models(manifest, folder).items():
                found = connection.execute(f"describe build.build.{name}").fetchall()
                described = {column: entry["description"] for column, entry in node["columns"].items()}
                assert set(described) == {row[0] for row in found}, name
                assert all(described.values()), name


def test_models_use_the_words_of_the_program() -> None:
    words = (PROJECT / "macros" / "vocabulary.sql").read_text()
    touches = words.split("touch_types()")[1].split("endmacro")[0]
    results = words.split("touch_results()")[1].split("endmacro")[0]
    contacts = words.split("contact_results()")[1].split("endmacro")[0]
    stages = words.split("pipeline_stages()")[1].split("endmacro")[0]
    assert _quoted(touches) == [str(word) for word in vocabulary.TOUCH_TYPES]
    assert _quoted(results) == [str(word) for word in vocabulary.ActivityResult]
    assert _quoted(contacts) == [str(word) for word in vocabulary.CONTACT_RESULTS]
    assert _quoted(stages) == [str(word) for word in vocabulary.Stage]


@pytest.mark.parametrize(
    ("model", "column", "words"),
    [
        ("pipeline", "stage", vocabulary.Stage),
        ("pipeline", "lead_type", vocabulary.LeadType),
        ("territories", "type", vocabulary.TerritoryType),
        ("members", "role", vocabulary.Role),
        ("stage_history", "stage", vocabulary.Stage),
        ("stage_weeks", "stage", vocabulary.Stage),
        ("cadences", "target_stage", vocabulary.Stage),
        ("cadence_steps", "channel", vocabulary.StepChannel),
        ("imports", "source", vocabulary.ImportSource),
        ("trips", "status", vocabulary.TripStatus),
        ("trips", "optimization", vocabulary.Optimization),
        ("handoffs", "status", vocabulary.HandoffStatus),
    ],
)
def test_accepted_values_are_the_vocabulary(model: str, column: str, words: type) -> None:
    described = [yaml.safe_load(path.read_text()) for path in (PROJECT / "models" / "marts").glob("_*.yml")]
    entry = next(entry for file in described for entry in file.get("models", ()) if entry["name"] == model)
    tests = next(item for item in entry["columns"] if item["name"] == column)["data_tests"]
    accepted = next(test["accepted_values"] for test in tests if isinstance(test, dict) and "accepted_values" in test)
    assert accepted["arguments"]["values"] == [str(word) for word in words]


@pytest.mark.parametrize("warehouse", ["duckdb", "postgres"])
def test_parents_of_cells_are_those_of_h3(built: Built, warehouse: str) -> None:
    settings = getattr(built, warehouse)
    prefix = "build.build" if warehouse == "duckdb" else "build"
    with engine_of(settings).connect() as connection:
        rows = connection.execute(
            f"select distinct cell, cell_hex, cell_8, cell_7 from {prefix}.coverage_cells"
        ).fetchall()
    assert len(rows) > 5
    for cell, spelled, parent, grandparent in rows:
        assert h3.is_valid_cell(spelled)
        assert h3.str_to_int(spelled) == cell
        assert h3.str_to_int(h3.cell_to_parent(spelled, 8)) == parent
        assert h3.str_to_int(h3.cell_to_parent(spelled, 7)) == grandparent


def test_h3_parents_hold_all_over_the_earth() -> None:
    """The macro's arithmetic, on cells of every base cell."""
    cells = [h3.latlng_to_cell(lat, lon, 9) for lat in range(-88, 89, 8) for lon in range(-176, 177, 8)]
    with duckdb.connect() as connection:
        for resolution in (8, 7):
            parent = _render_h3_parent(resolution)
            found = connection.execute(
                f"select cell, {parent} from (select unnest(?::bigint[]) as cell)",
                [[h3.str_to_int(cell) for cell in cells]],
            ).fetchall()
            assert all(
                h3.str_to_int(h3.cell_to_parent(h3.int_to_str(cell), resolution)) == parent for cell, parent in found
            )


def test_telemetry_is_off() -> None:
    flags = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["flags"]
    assert flags["send_anonymous_usage_stats"] is False


def _render_h3_parent(resolution: int) -> str:
    from jinja2 import Environment

    source = (PROJECT / "macros" / "h3.sql").read_text()
    return Environment(autoescape=True).from_string(
        source + "{{ h3_parent('cell', resolution) }}"
    ).render(resolution=resolution).strip()  # fmt: skip


def _quoted(text: str) -> list[str]:
    return text.split("'")[1::2]


def test_the_builder_knows_every_source(manifest: dict[str, Any]) -> None:
    sources = {node["name"] for node in manifest["sources"].values()}
    assert sources - {"state", "tombstones"} == _MODELLED
