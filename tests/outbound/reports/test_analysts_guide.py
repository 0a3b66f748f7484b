"""The questions of docs/analysts.md run as they stand, on both engines, with the same answers."""

from __future__ import annotations

import re
from numbers import Number
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.outbound.reports.conftest import Installed

GUIDE = Path(__file__).parents[3] / "docs" / "analysts.md"
QUESTIONS = dict(re.findall(r"\*\*(\d+)\. .*?```sql\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL))


def plain(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [
        tuple(None if pd.isna(each) else float(each) if isinstance(each, Number) else str(each) for each in row)
        for row in frame.itertuples(index=False)
    ]


def test_there_are_ten() -> None:
    assert list(QUESTIONS) == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize("number", QUESTIONS)
def test_it_is_answered_alike_by_both_engines(installed: Installed, number: str) -> None:
    answers = {engine: installed.warehouse(engine).query(QUESTIONS[number]) for engine in ("duckdb", "postgres")}
    assert list(answers["duckdb"].columns) == list(answers["postgres"].columns)
    duckdb, postgres = (plain(answer) for answer in answers.values())
    assert duckdb or number == "9", "the made-up history has no answer"  # it may have walked every street
    assert len(duckdb) == len(postgres)
    for ours, theirs in zip(duckdb, postgres, strict=True):
        assert same(ours, theirs), (ours, theirs)


def same(ours: tuple[Any, ...], theirs: tuple[Any, ...]) -> bool:
    return all(
        left == pytest.approx(right, abs=1e-6) if isinstance(left, float) else left == right
        for left, right in zip(ours, theirs, strict=True)
    )
