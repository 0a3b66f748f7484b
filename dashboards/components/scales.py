"""Classes of what the map shows: which value has which colour, and how the legend names it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

import pandas as pd

from dashboards import formats
from dashboards.components import palette

ALPHA = 165


class Metric(StrEnum):
    COVERAGE = "Coverage"
    DOOR_TOUCHES = "Door touches"
    TOUCHES = "All touches"
    DOORS = "Doors"


COLUMNS = {Metric.DOOR_TOUCHES: "door_touches", Metric.TOUCHES: "touches", Metric.DOORS: "doors"}


@dataclass(frozen=True)
class Scale:
    """Classes of a metric: a value belongs to the first class whose ``upper`` it does not exceed."""

    title: str
    uppers: tuple[float, ...]
    labels: tuple[str, ...]
    colors: tuple[str, ...]
    nothing: str | None = None
    """What the legend calls a cell without a value, where there is one."""

    def color(self, value: float | None) -> list[int]:
        if value is None:
            return palette.rgba(palette.NOTHING, ALPHA)
        for upper, color in zip(self.uppers, self.colors, strict=True):
            if value <= upper:
                return palette.rgba(color, ALPHA)
        return palette.rgba(self.colors[-1], ALPHA)


COVERAGE_SCALE = Scale(
    title="Cells covered",
    uppers=(0.0, 0.5, 0.8, 0.95, 1.0),
    labels=("None", "Up to 50%", "50 to 80%", "80 to 95%", "Over 95%"),
    colors=tuple(palette.COVERAGE),
)
SINGLE_CELL_SCALE = Scale(
    title="Doors knocked in the week",
    uppers=(0.0, 1.0),
    labels=("None", "Covered"),
    colors=(palette.COVERAGE[0], palette.COVERAGE[-1]),
)
SHARED_CELL_SCALE = Scale(
    title="Doors knocked in the week",
    uppers=(0.0, 0.999, 1.0),
    labels=("None", "Not in every territory", "Covered"),
    colors=(palette.COVERAGE[0], palette.COVERAGE[2], palette.COVERAGE[-1]),
)
"""Where cells lie on the border of territories, of which some knocked there and others did not."""


def scale_of(metric: Metric, level: int, cells: pd.DataFrame) -> Scale:
    """Classes for the metric; counts are cut into round steps that end at the largest value."""
    if metric is Metric.COVERAGE:
        return _coverage(level, cells)
    values = cells[COLUMNS[metric]]
    return counts(f"{metric} per cell", int(values.max()) if len(values) else 0)


def _coverage(level: int, cells: pd.DataFrame) -> Scale:
    if level != 9:
        scale = COVERAGE_SCALE
    elif ((cells.covered_parts > 0) & (cells.covered_parts < cells.workable_parts)).any():
        scale = SHARED_CELL_SCALE
    else:
        scale = SINGLE_CELL_SCALE
    without = (cells.workable_parts == 0).any()
    return replace(scale, nothing="No door to knock") if without else scale


def counts(title: str, largest: int) -> Scale:
    step = _round_step(largest / len(palette.SEQUENTIAL))
    uppers: list[float] = [0.0]
    while uppers[-1] < largest and len(uppers) <= len(palette.SEQUENTIAL):
        uppers.append(uppers[-1] + step)
    labels = ["0"]
    for low, high in pairwise(uppers):
        first, last = formats.count(low + 1), formats.count(high)
        labels.append(first if first == last else f"{first} – {last}")
    colors = (palette.NOTHING, *palette.sequential(len(uppers) - 1))
    return Scale(title, tuple(uppers), tuple(labels), colors)


def _round_step(raw: float) -> int:
    """The next of 1, 2, 5, 10, 20, 25, 50 … that is not below ``raw``."""
    if raw <= 1:
        return 1
    power = 10 ** math.floor(math.log10(raw))
    for factor in (1, 2, 2.5, 5, 10):
        if factor * power >= raw and float(factor * power).is_integer():
            return int(factor * power)
    return int(10 * power)
