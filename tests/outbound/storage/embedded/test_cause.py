# ruff: noqa: E501 (what PostgreSQL said, as it said it)
"""What is told of a server that could not be made or started is why, not what came of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from outbound.storage.embedded.postmaster import cause

SAID = {
    "a full disk, then an abort": (
        """
        creating configuration files ... ok
        running bootstrap script ... 2026-11-30 22:00:09.385 UTC [18641] FATAL:  could not extend file "base/1/1247": No space left on device
        2026-11-30 22:00:09.385 UTC [18641] HINT:  Check free disk space.
        2026-11-30 22:00:09.385 UTC [18641] PANIC:  cannot abort transaction 1, it was already committed
        Aborted
        child process exited with exit code 134
        initdb: removing data directory "data.new"
        """,
        'could not extend file "base/1/1247": No space left on device',
    ),
    "killed for want of memory": (
        """
        performing post-bootstrap initialization ... child process was terminated by signal 9: Killed
        initdb: removing data directory "data.new"
        """,
        "performing post-bootstrap initialization ... child process was terminated by signal 9: Killed",
    ),
    "a detail that says it": (
        """
        2026-11-30 21:59:48 UTC [1] FATAL:  insufficient file descriptors available to start server process
        2026-11-30 21:59:48 UTC [1] DETAIL:  System allows 3, server needs at least 58.
        child process exited with exit code 1
        """,
        "insufficient file descriptors available to start server process System allows 3, server needs at least 58",
    ),
    "a library that is missing": (
        """
        /opt/pg/bin/postgres: error while loading shared libraries: libssl.so.3: cannot open shared object file
        initdb: error: program "postgres" was found but was not the same version as "initdb"
        """,
        "/opt/pg/bin/postgres: error while loading shared libraries: libssl.so.3: cannot open shared object file",
    ),
    "a line of the configuration": (
        """
        2026-11-30 21:59:48 UTC [1] LOG:  unrecognized configuration parameter "wrk_mem" in file "local.conf" line 1
        2026-11-30 21:59:48 UTC [1] FATAL:  configuration file "data/postgresql.conf" contains errors
        """,
        'unrecognized configuration parameter "wrk_mem" in file "local.conf" line 1',
    ),
    "a folder": (
        """
        creating directory data.new ... initdb: error: could not create directory "data.new": Permission denied
        """,
        'initdb: error: could not create directory "data.new": Permission denied',
    ),
    "nothing known": ("postgres: this is new\nExamine the log output.", "postgres: this is new"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize("case", SAID)
def test_the_first_complaint_is_told(case: str):
    said, told = SAID[case]
    assert cause(said) == told


def test_it_reaches_whoever_starts_it(tmp_path: Path):
    begin = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))\n"
        "from types import SimpleNamespace; from pathlib import Path; from outbound.storage import embedded\n"
        f"embedded.ensure_running(SimpleNamespace(home=Path({str(tmp_path / 'home')!r})))"
    )
    done = subprocess.run([sys.executable, "-c", begin], capture_output=True, text=True, check=False)
    assert "Unavailable: PostgreSQL could not make its data" in done.stderr
    assert "File too large" in done.stderr.splitlines()[-1]
