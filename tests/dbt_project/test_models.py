"""The models with logic, on cases that fit on a page (``_unit_tests.yml`` beside the models), on both engines."""

from __future__ import annotations

import pytest

from outbound.warehouse.dbt import run_dbt
from outbound.warehouse.engine import engine_of
from tests.dbt_project.conftest import Built


@pytest.mark.parametrize("warehouse", ["duckdb", "postgres"])
def test_models_pass_their_unit_tests(built: Built, warehouse: str) -> None:
    settings = getattr(built, warehouse)
    engine = engine_of(settings)
    results = run_dbt(
        [["test", "--target", engine.target, "--select", "test_type:unit"]],
        folder=settings.warehouse_dir / f"dbt-{engine.target}",
        environment={**engine.environment, "OUTBOUND_WAREHOUSE": engine.target},
    )["test"]
    assert {result.name: result.message for result in results if result.status != "pass"} == {}
    assert len(results) >= 8
