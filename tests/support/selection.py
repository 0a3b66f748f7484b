"""What is run once more on the oldest server: ``pytest --asks-the-server``.

Chosen by what a test asks for, so that a new one is among them by itself: every test with a database, but for those
that are marked ``any_server``, with a reason.
"""

from __future__ import annotations

import pytest

_OPTION = "--asks-the-server"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        _OPTION, action="store_true", help="only tests whose outcome can depend on the PostgreSQL server that is asked"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    unexplained = sorted({item.nodeid for item in items for mark in item.iter_markers("any_server") if not mark.args})
    if unexplained:
        raise pytest.UsageError(f"`any_server` needs a reason: {', '.join(unexplained)}")
    if not config.getoption(_OPTION):
        return
    asking = [item for item in items if _asks(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _asks(item)])
    items[:] = asking


def _asks(item: pytest.Item) -> bool:
    return "server" in getattr(item, "fixturenames", ()) and item.get_closest_marker("any_server") is None
