"""Help on every command there is, whoever adds one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.main import app
from tests.support.command import outbound


def commands(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command below this one, groups too, with the words it is called by."""
    for name, below in getattr(command, "commands", {}).items():
        yield (*path, name), below
        yield from commands(below, *path, name)


ALL = dict(commands(typer.main.get_command(app)))


def test_every_command_is_found() -> None:
    assert {("init",), ("up",), ("demo",), ("import",), ("pipeline", "run"), ("keys", "rotate")} <= set(ALL)


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_a_command_says_what_it_does_and_what_each_option_means(path: tuple[str, ...]) -> None:
    told = CliRunner().invoke(app, [*path, "--help"], prog_name="outbound")
    assert told.exit_code == 0
    assert told.stdout.strip().startswith(f"Usage: outbound {' '.join(path)}")
    assert ALL[path].help, "no sentence on what it does"
    for each in ALL[path].params:
        if each.param_type_name == "option" and not each.hidden:
            assert each.help, f"no word on {each.opts[0]}"


def test_help_is_had_from_a_terminal() -> None:
    told = outbound("import", "--help")
    assert told.status == 0
    assert "Usage" in told.out
