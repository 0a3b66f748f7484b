"""Logs of programs that go on writing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from outbound.errors import Unavailable
from outbound.logfiles import keep_short

WRITER = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"


def test_a_log_is_put_aside_while_its_program_writes_and_only_so_many_parts_are_kept(tmp_path: Path):
    log = tmp_path / "api.log"
    with log.open("ab") as output:
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER], stdin=subprocess.PIPE, stdout=output, stderr=subprocess.PIPE, text=True
        )
    assert writer.stdin is not None
    for number in range(6):
        writer.stdin.write(f"{number}" * 100 + "\n")
        writer.stdin.flush()
        while not log.stat().st_size:
            assert writer.poll() is None
        assert keep_short(log, limit_bytes=50, kept=3)
        assert not keep_short(log, limit_bytes=50, kept=3)
    writer.stdin.write("the end\n")
    writer.stdin.close()
    writer.wait()
    kept = {path.name: path.read_text()[0] for path in tmp_path.iterdir()}
    assert kept == {"api.log": "t", "api.log.1": "5", "api.log.2": "4", "api.log.3": "3"}


def test_without_room_the_log_stays_as_it_is(tmp_path: Path):
    log = tmp_path / "api.log"
    log.write_text("a" * 100)
    (tmp_path / "api.log.new").mkdir()
    with pytest.raises(Unavailable, match="cannot be put aside"):
        keep_short(log, limit_bytes=50)
    assert log.read_text() == "a" * 100
