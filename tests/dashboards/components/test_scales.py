"""Classes and colours of what the map shows."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboards.components import palette, scales
from dashboards.components.scales import Metric


def cells(**columns: list[int]) -> pd.DataFrame:
    return pd.DataFrame(columns)


def parts(*pairs: tuple[int, int]) -> pd.DataFrame:
    """Cells by how many of their territories covered them, of how many with doors there."""
    return pd.DataFrame(pairs, columns=["covered_parts", "workable_parts"])


@pytest.mark.parametrize("largest", [0, 1, 5, 7, 48, 132, 999, 120_000])
def test_every_count_falls_into_the_class_that_its_legend_names(largest: int) -> None:
    scale = scales.scale_of(Metric.DOORS, 9, cells(doors=[0, largest]))
    assert len(scale.uppers) == len(scale.labels) == len(scale.colors) <= 7
    assert scale.uppers[0] == 0
    assert scale.uppers[-1] >= largest
    assert scale.color(0) == palette.rgba(palette.NOTHING, scales.ALPHA)
    for value in {1, largest // 2, largest} - {0}:
        at = next((i for i, upper in enumerate(scale.uppers) if value <= upper), -1)
        assert scale.color(value) == palette.rgba(scale.colors[at], scales.ALPHA)


def test_classes_of_counts_are_round_and_do_not_overlap() -> None:
    scale = scales.scale_of(Metric.TOUCHES, 9, cells(touches=[3, 48]))
    assert scale.labels == ("0", "1 – 10", "11 – 20", "21 – 30", "31 – 40", "41 – 50")


def test_one_cell_is_covered_or_not_and_a_wider_one_has_shares() -> None:
    fine = scales.scale_of(Metric.COVERAGE, 9, parts((0, 1), (1, 1)))
    assert fine.color(0.0) != fine.color(1.0)
    wide = scales.scale_of(Metric.COVERAGE, 8, parts((1, 2)))
    assert len({tuple(wide.color(share)) for share in (0.0, 0.3, 0.7, 0.9, 1.0)}) == 5


def test_a_cell_without_doors_is_neither_covered_nor_a_gap() -> None:
    scale = scales.scale_of(Metric.COVERAGE, 9, parts((0, 1), (1, 1)))
    assert scale.color(None) not in (scale.color(0.0), scale.color(1.0))


def test_a_cell_that_some_of_its_territories_passed_over_has_a_class_between() -> None:
    scale = scales.scale_of(Metric.COVERAGE, 9, parts((1, 2), (2, 3), (2, 2), (0, 1)))
    assert scale.color(1 / 2) == scale.color(2 / 3)
    assert len({tuple(scale.color(share)) for share in (0.0, 1 / 2, 1.0)}) == 3
    assert "Not in every territory" in scale.labels


def test_cells_without_doors_are_named_where_there_are_some() -> None:
    assert scales.scale_of(Metric.COVERAGE, 9, parts((1, 1))).nothing is None
    assert scales.scale_of(Metric.COVERAGE, 9, parts((1, 1), (0, 0))).nothing == "No door to knock"
