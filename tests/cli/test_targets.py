"""What a command writes goes where it was told, or nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli import targets
from outbound.errors import Invalid
from outbound.settings import Settings
from tests.cli.test_commands import assert_refused
from tests.support.command import outbound


@pytest.mark.parametrize("told", ["missing", "missing/", "missing.d/", "missing/one.backup", "file.csv/one.backup"])
def test_a_folder_that_is_not_there_is_no_file_of_that_name(tmp_path: Path, told: str):
    (tmp_path / "file.csv").write_text("a file")
    for target in (targets.file, targets.file_or_folder):
        with pytest.raises(Invalid, match="folder"):
            target(f"{tmp_path}/{told}")


def test_a_file_in_a_folder_that_is_there_is_taken_and_a_folder_where_one_is_meant(tmp_path: Path):
    assert targets.file(f"{tmp_path}/one.json") == tmp_path / "one.json"
    assert targets.file_or_folder(f"{tmp_path}/") == tmp_path
    assert targets.file_or_folder(str(tmp_path)) == tmp_path
    with pytest.raises(Invalid, match="is a folder"):
        targets.file(str(tmp_path))


@pytest.mark.parametrize("command", [("backup",), ("keys", "export"), ("export",), ("marts", "export", "territories")])
def test_every_command_that_writes_one_asks_first(settings: Settings, tmp_path: Path, command: tuple[str, ...]):
    assert_refused(outbound(*command, f"{tmp_path}/missing/"), "folder", str(tmp_path / "missing"))
    assert list(tmp_path.iterdir()) == []
