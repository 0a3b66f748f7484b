"""What may be done with an import in which state. Pure."""

from __future__ import annotations

from outbound.errors import Conflict
from outbound.vocabulary import ImportPhase, ImportStatus

_WORDS = {
    ImportStatus.UPLOADED: "waits for its columns to be agreed to",
    ImportStatus.PROCESSING: "is being worked on",
    ImportStatus.READY: "waits for its commit",
    ImportStatus.COMPLETED: "is completed",
    ImportStatus.PAUSED: "is paused",
    ImportStatus.FAILED: "has failed",
    ImportStatus.UNDONE: "was taken back",
}


def refuse_start(status: ImportStatus) -> None:
    """Its rows may be read and judged, once more too, until something is written. Raises :class:`Conflict`."""
    if status not in (ImportStatus.UPLOADED, ImportStatus.READY):
        raise Conflict(f"The import {_WORDS[status]}; its rows are not judged now.")


def refuse_commit(status: ImportStatus) -> None:
    """What was judged may be written once. Raises :class:`Conflict`."""
    if status is not ImportStatus.READY:
        raise Conflict(f"The import {_WORDS[status]}; only one that is ready can be committed.")


def refuse_resume(status: ImportStatus) -> None:
    """What was paused or failed goes on where it stopped. Raises :class:`Conflict`."""
    if status not in (ImportStatus.PAUSED, ImportStatus.FAILED):
        raise Conflict(f"The import {_WORDS[status]}; only one that is paused or failed is resumed.")


def refuse_undo(status: ImportStatus, phase: ImportPhase | None, *, kept_rows: bool) -> bool:
    """Whether there is anything to do: nothing where it is taken back already. An import may be taken back at any
    time, also while it runs, as long as it is known what it did.

    Raises :class:`Conflict` for one of which that was forgotten.
    """
    if status is ImportStatus.UNDONE or (status is ImportStatus.PROCESSING and phase is ImportPhase.UNDOING):
        return False
    if phase is None or (status is ImportStatus.COMPLETED and not kept_rows):
        raise Conflict("What this import did is no longer kept, so it cannot be taken back.")
    return True
