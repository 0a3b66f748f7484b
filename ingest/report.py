"""What an import did or would do, in numbers that people and programs read alike."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from outbound.vocabulary import ImportStatus


@dataclass
class ImportReport:
    """Counts of one import: of what it would do as long as it is ``ready``, of what it did once it is
    ``completed``. ``rows = new + same + unsure + duplicates_in_file + outside + rejected + blank`` always."""

    import_id: uuid.UUID
    file_name: str
    status: str = ImportStatus.PROCESSING
    rows: int = 0
    """Records of data in the file, empty ones included."""
    new: int = 0
    """Leads that are added."""
    same: int = 0
    """Rows that are leads of the base: they fill what is empty there."""
    unsure: int = 0
    """Rows that wait for somebody to decide whether they are a lead of the base."""
    duplicates_in_file: int = 0
    """Rows for which another row of the file stands; kept with their line."""
    outside: int = 0
    """Rows that do not lie in the importer's territories; kept with their line."""
    rejected: int = 0
    """Rows that cannot be used; each is kept with its line and reason."""
    blank: int = 0
    new_doors: int = 0
    filled: int = 0
    """Known leads of which a row filled something that was empty."""
    enrolled: int = 0
    """New leads that were enrolled in the cadence that was asked for."""
    without_position: int = 0
    """New leads without coordinates: kept, but on no map yet."""
    without_territory: int = 0
    """New leads with a position that no territory holds."""
    with_owner: int = 0
    positions_added: int = 0
    """Doors known before without a position, which the list gave."""
    skipped_lines: int = 0
    """Lines above the header."""
    reasons: dict[str, int] = field(default_factory=dict)
    """Rows that become no lead of their own, by reason."""
    notes: dict[str, int] = field(default_factory=dict)
    """Rows that were used, though something in them was mended or left out."""
    examples: dict[str, list[int]] = field(default_factory=dict)
    """The first lines of each reason and note."""
    locations: dict[str, int] = field(default_factory=dict)
    """New leads by where their position comes from."""
    territories: dict[str, int] = field(default_factory=dict)
    """New leads by territory (its id); the largest hundred."""
    owners: dict[str, int] = field(default_factory=dict)
    """New leads by owner (the member's id); the largest hundred."""
    encoding: str = ""
    delimiter: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    """Column of the file by field."""
    phases: dict[str, float] = field(default_factory=dict)
    """Seconds by phase."""
    seconds: float = 0.0
    removed: int = 0
    """Leads that the undo took away."""
    kept: dict[str, int] = field(default_factory=dict)
    """What the undo left as it is, by reason."""
    error: str | None = None
    """Why it is paused or failed, in one sentence."""
    already_imported: bool = False
    """The same file was imported before; nothing was read again. The counts are those of that import, as if
    every row were known."""

    @property
    def duplicates(self) -> int:
        """Rows that were there before, in the base or in the file."""
        return self.duplicates_in_file + self.same

    @property
    def duplicates_known(self) -> int:
        return self.same

    def count(self, tally: dict[str, int], what: str, line: int) -> None:
        """Counts a reason or note and remembers its first lines."""
        tally[what] = tally.get(what, 0) + 1
        lines = self.examples.setdefault(what, [])
        if len(lines) < 5:
            lines.append(line)

    def as_stats(self) -> dict[str, Any]:
        """For ``prospect_imports.stats``: numbers and names of columns, nothing personal."""
        stats = asdict(self)
        stats["import_id"] = str(self.import_id)
        for name in ("already_imported", "error", "file_name", "status"):
            del stats[name]
        return stats

    @classmethod
    def of_stats(
        cls, import_id: uuid.UUID, file_name: str, stats: dict[str, Any], status: str = ImportStatus.COMPLETED
    ) -> ImportReport:
        known = {f.name for f in fields(cls)} - {"import_id", "file_name", "status", "error", "already_imported"}
        found = {name: value for name, value in stats.items() if name in known}
        if "duplicates_known" in stats:  # of an import from before rows were merged
            found["same"] = stats["duplicates_known"]
        return cls(import_id, file_name, str(status), **found)

    def seen_again(self) -> ImportReport:
        """The report of the same file given once more: nothing new."""
        again = ImportReport.of_stats(self.import_id, self.file_name, self.as_stats(), self.status)
        again.same += again.new
        again.new = again.new_doors = again.without_position = again.without_territory = again.with_owner = 0
        again.positions_added = again.filled = again.enrolled = 0
        again.seconds, again.already_imported = 0.0, True
        return again
