"""``make bench``: all measurements, or those named in ARGS (``make bench ARGS="leads extract"``)."""

from __future__ import annotations

import importlib
import sys

from bench.machine import described

ALL = (
    "leads",
    "extract",
    "warehouse",
    "marts",
    "lag",
    "history",
    "demo",
    "sync",
    "phones",
    "photos",
    "lists",
    "imports",
    "import_start",
    "two_organisations",
    "parsing",
    "addresses",
    "matching",
    "match_scale",
    "assignment",
    "region",
    "geocoding",
)
ONLY_NAMED = ("hourly",)
"""What waits for an hour to begin."""


def main() -> None:
    """Runs the named benchmarks one after the other and prints the machine first."""
    wanted = sys.argv[1:] or list(ALL)
    known = (*ALL, *ONLY_NAMED)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise SystemExit(f"error: no benchmark is called {', '.join(unknown)}; there are {', '.join(known)}.")
    print(described(), flush=True)
    for name in wanted:
        print(f"\n== {name}", flush=True)
        importlib.import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main()
