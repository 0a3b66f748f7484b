"""Python's garbage collector in processes that serve people."""

from __future__ import annotations

import atexit
import gc


def spare_what_stays() -> None:
    """Keeps the collector from what was imported, which stays to the end: to search its 300,000 objects takes 70 to
    150 ms, in which no request goes on. Called once a process has everything that it needs."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    atexit.register(gc.unfreeze)  # libraries that count their objects at the end would call what is kept leaked
