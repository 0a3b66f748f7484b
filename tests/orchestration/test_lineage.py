"""The lineage shown is dbt's own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from orchestration.lineage import Model, read_models, read_tests_of_several
from outbound.warehouse.dbt import PROJECT


def test_what_is_read_from_the_files_is_what_dbt_says(tmp_path: Path) -> None:
    subprocess.run(
        [
            *(sys.executable, "-c", "from dbt.cli.main import cli; cli()", "parse", "--quiet"),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(tmp_path), "--log-path", str(tmp_path), "--no-partial-parse"),
        ],
        cwd=tmp_path,
        check=True,
    )
    nodes = json.loads((tmp_path / "manifest.json").read_text())["nodes"].values()

    def named(node: dict, kind: str) -> frozenset[str]:
        return frozenset(name.split(".")[-1] for name in node["depends_on"]["nodes"] if name.startswith(kind))

    theirs = {
        node["name"]: (node["fqn"][1], named(node, "model"), named(node, "source"))
        for node in nodes
        if node["resource_type"] == "model"
    }
    ours = {model.name: (model.layer, model.models, model.lake_tables) for model in read_models(PROJECT)}
    assert ours == theirs

    of_one = {(node["attached_node"].split(".")[-1], node["name"]) for node in nodes if node.get("attached_node")}
    assert {(model.name, test) for model in read_models(PROJECT) for test in model.tests} == of_one
    of_several = {
        node["name"]: named(node, "model")
        for node in nodes
        if node["resource_type"] == "test" and not node.get("attached_node")
    }
    assert read_tests_of_several(PROJECT) == of_several


def test_a_model_is_read_through_the_macros_it_calls(tmp_path: Path) -> None:
    write(tmp_path / "dbt_project.yml", "name: small")
    write(
        tmp_path / "macros" / "lake.sql",
        "{% macro newest(table) %}select * from {{ source('lake', table) }}, {{ gone() }}{% endmacro %}"
        "{% macro gone() %}{{ source('lake', 'tombstones') }}{% endmacro %}",
    )
    write(tmp_path / "models" / "staging" / "stg_leads.sql", "{{ newest('leads') }} {# ref('comment') #}")
    write(tmp_path / "models" / "marts" / "pipeline.sql", "select * from {{ ref('stg_leads') }}")
    write(
        tmp_path / "models" / "marts" / "_marts.yml",
        "models: [{name: pipeline, description: Open leads., columns: [{name: stage, data_tests: [not_null]}]}]",
    )
    assert read_models(tmp_path) == [
        Model("stg_leads", "staging", frozenset(), frozenset({"leads", "tombstones"})),
        Model("pipeline", "marts", frozenset({"stg_leads"}), frozenset(), "Open leads.", ("not_null_pipeline_stage",)),
    ]


def test_a_test_is_called_what_dbt_calls_it(tmp_path: Path) -> None:
    write(tmp_path / "dbt_project.yml", "name: small")
    write(tmp_path / "models" / "marts" / "trips.sql", "select 1 as id")
    write(
        tmp_path / "models" / "marts" / "_marts.yml",
        """
        models:
          - name: trips
            data_tests:
              - unique_grain: {arguments: {columns: [org_id, id], changed: trips}}
              - holds: {name: trips_end_after_they_begin, arguments: {condition: ended_at > started_at}}
            columns:
              - name: mode
                data_tests: [unique, {accepted_values: {arguments: {values: [FASTEST, on foot]}}}]
        """,
    )
    (model,) = read_models(tmp_path)
    assert model.tests == (
        "unique_grain_trips_trips__org_id__id",
        "trips_end_after_they_begin",
        "unique_trips_mode",
        "accepted_values_trips_mode__FASTEST__on_foot",
    )


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
