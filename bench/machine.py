"""The machine and versions a figure was measured on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

import psutil
from sqlalchemy import Engine, text

_SHOWN = ("duckdb", "dbt-core", "dbt-duckdb", "dagster", "streamlit", "sqlalchemy", "psycopg", "pyarrow")


def described(engine: Engine | None = None) -> str:
    """One line of hardware, one of versions."""
    memory = psutil.virtual_memory().total / 2**30
    hardware = f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB, {platform.system()} {platform.release()}"
    versions = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in _SHOWN)]
    if engine is not None:
        with engine.connect() as connection:
            versions.insert(1, f"PostgreSQL {connection.scalar(text('show server_version'))}")
    return f"{hardware}\n{', '.join(versions)}"


def _processor() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="ascii", errors="replace") as info:
            for line in info:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
