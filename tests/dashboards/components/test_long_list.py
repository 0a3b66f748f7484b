"""Lists that may be longer than a page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest


def _page(rows: int) -> Callable[..., None]:
    def page(rows: int) -> None:
        import pandas as pd

        from dashboards.components import long_list

        long_list.show(pd.DataFrame({"n": range(rows)}), 8, lambda part: f"<p>{part.n.min()} to {part.n.max()}</p>")

    return page


def _shown(rows: int) -> AppTest:
    app = AppTest.from_function(_page(rows), kwargs={"rows": rows}).run()
    assert not app.exception
    return app


def test_a_short_list_is_shown_whole() -> None:
    app = _shown(8)
    assert [each.proto.body for each in app.get("html")] == ["<p>0 to 7</p>"]
    assert not app.expander


@pytest.mark.parametrize(("rows", "label", "last"), [(12, "Show the other 4", 11), (108, "Show the other 100", 107)])
def test_the_rest_of_a_list_is_unfolded(rows: int, label: str, last: int) -> None:
    (rest,) = _shown(rows).expander
    assert rest.label == label
    assert [each.proto.body for each in rest.get("html")] == [f"<p>8 to {last}</p>"]
    assert not rest.markdown


def test_of_thousands_a_list_says_where_the_others_are() -> None:
    (rest,) = _shown(5_000).expander
    assert rest.label == "Show the next 100"
    assert rest.markdown[0].value == "4,892 more are in the tables to download on the page Reports."
