"""Classes, legend and colours of the map."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboards.components import hexmap, palette
from dashboards.components.hexmap import Metric


def cells(**columns: list[int]) -> pd.DataFrame:
    return pd.DataFrame(columns)


@pytest.mark.parametrize("largest", [0, 1, 5, 7, 48, 132, 999, 120_000])
def test_every_count_falls_into_the_class_that_its_legend_names(largest: int) -> None:
    scale = hexmap.scale_of(Metric.DOORS, 9, cells(doors=[0, largest]))
    assert len(scale.uppers) == len(scale.labels) == len(scale.colors) <= 7
    assert scale.uppers[0] == 0
    assert scale.uppers[-1] >= largest
    assert scale.color(0) == palette.rgba(palette.NOTHING, hexmap.ALPHA)
    for value in {1, largest // 2, largest} - {0}:
        at = next((i for i, upper in enumerate(scale.uppers) if value <= upper), -1)
        assert scale.color(value) == palette.rgba(scale.colors[at], hexmap.ALPHA)


def test_classes_of_counts_are_round_and_do_not_overlap() -> None:
    scale = hexmap.scale_of(Metric.TOUCHES, 9, cells(touches=[3, 48]))
    assert scale.labels == ("0", "1 – 10", "11 – 20", "21 – 30", "31 – 40", "41 – 50")


def test_one_cell_is_covered_or_not_and_a_wider_one_has_shares() -> None:
    fine = hexmap.scale_of(Metric.COVERAGE, 9, cells())
    assert fine.color(0.0) != fine.color(1.0)
    wide = hexmap.scale_of(Metric.COVERAGE, 8, cells())
    assert len({tuple(wide.color(share)) for share in (0.0, 0.3, 0.7, 0.9, 1.0)}) == 5


def test_a_cell_without_doors_is_neither_covered_nor_a_gap() -> None:
    scale = hexmap.scale_of(Metric.COVERAGE, 9, cells())
    assert scale.color(None) not in (scale.color(0.0), scale.color(1.0))


def test_the_legend_names_every_class() -> None:
    scale = hexmap.scale_of(Metric.COVERAGE, 8, cells())
    said = hexmap.legend(scale)
    assert all(label in said for label in scale.labels)
