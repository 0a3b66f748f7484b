"""How long work shows itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from ingest.service import Progress as ImportProgress


class Shown:
    """A bar on a terminal; plain lines, one a phase, in a log."""

    def __init__(self, console: Console, title: str, bar: Progress | None) -> None:
        self._console = console
        self._title = title
        self._bar = bar
        self._task: TaskID | None = bar.add_task(title, total=None) if bar else None
        self._last = ""

    def steps(self, what: str, done: int, total: int) -> None:
        """So many steps of all are done."""
        self.share(what, done / total if total else None)

    def of_import(self, progress: ImportProgress) -> None:
        self.share(f"{progress.phase}, {progress.rows:,} rows", progress.share, phase=progress.phase)

    def phases(self, what: str, done: int, total: int) -> None:
        """So much of a phase is done; what stands behind the colon of ``reading: 12 rows`` changes within it."""
        self.share(what, done / total if total else None, phase=what.partition(":")[0])

    def share(self, what: str, share: float | None = None, *, phase: str | None = None) -> None:
        """The share done, 0 to 1; none where it is not known."""
        if self._bar is not None and self._task is not None:
            description = f"{self._title}: {what}"
            if share is None:
                self._bar.update(self._task, description=description, total=None)
            else:
                self._bar.update(self._task, description=description, total=1.0, completed=share)
        elif (phase or what) != self._last:
            self._last = phase or what
            self._console.print(f"{self._title}: {self._last}", highlight=False)

    def finish(self) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=self._title, total=1.0, completed=1.0)


@contextmanager
def shown(console: Console, title: str) -> Iterator[Shown]:
    """Shows the progress of one piece of work."""
    if not console.is_terminal:
        yield Shown(console, title, None)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        work = Shown(console, title, bar)
        yield work
        work.finish()
