"""What an import did, for people."""

from __future__ import annotations

from ingest.report import ImportReport
from outbound.vocabulary import ImportStatus, LocationSource


def summary(report: ImportReport) -> str:
    """The counts of an import and why rows were not used, in lines."""
    if report.already_imported:
        return f"{report.file_name} was imported before ({report.rows:,} rows); nothing was read again."
    if report.status == ImportStatus.UNDONE:
        return "\n".join(_undone(report))
    if report.status == ImportStatus.PAUSED:
        return "\n".join(_paused(report))
    rows = _counted(report.rows, "row")
    lines = [
        f"{report.file_name}: {rows} in {report.seconds:.1f} s ({report.encoding or 'unknown encoding'})",
        f"  {report.new:>8,}  new leads ({_counted(report.new_doors, 'new door')})",
        f"  {report.same:>8,}  known already" + (f" ({report.filled:,} of them filled in)" if report.filled else ""),
        f"  {report.duplicates_in_file:>8,}  repeated within the file",
        f"  {report.rejected:>8,}  rejected",
    ]
    for count, what in (
        (report.unsure, "unsure whether they are known: they wait in the review of matches"),
        (report.outside, "outside your territories"),
        (report.enrolled, "new leads enrolled in the cadence"),
        (report.without_position, "new leads without a position, on no map yet"),
        (report.without_territory, "new leads in no territory"),
        (max(0, report.new - report.with_owner), "new leads without an owner"),
    ):
        if count:
            lines.append(f"  {count:>8,}  {what}")
    if report.locations:
        lines.append("New leads are placed by:")
        for source, count in sorted(report.locations.items(), key=lambda item: -item[1]):
            lines.append(f"  {count:>8,}  {_SOURCES.get(source, source)}")
    for title, tally in (("Not a new lead because", report.reasons), ("Mended or left out", report.notes)):
        if tally:
            lines.append(f"{title}:")
            for what, count in sorted(tally.items(), key=lambda item: -item[1]):
                seen = ", ".join(map(str, report.examples.get(what, [])))
                lines.append(f"  {count:>8,}  {what} (line {seen})")
    if report.status == ImportStatus.READY:
        lines.append(f"Nothing is written yet. Write it by: outbound import --commit {report.import_id}")
    elif report.status == ImportStatus.COMPLETED:
        lines.append(f"Take it back by: outbound import --undo {report.import_id}")
    return "\n".join(lines)


_SOURCES: dict[str, str] = {
    LocationSource.FILE: "the list's own coordinates",
    LocationSource.ADDRESS_POINT: "known address points",
    LocationSource.INTERPOLATED: "their neighbours or their street",
    LocationSource.GEOCODER: "the geocoder",
    LocationSource.ZIP_CENTROID: "the middle of their ZIP code: roughly",
    LocationSource.PIN: "pins that reps set",
}


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _paused(report: ImportReport) -> list[str]:
    """What is counted so far is no fate yet, so no row of it is told."""
    return [
        f"{report.file_name} is paused after reading {_counted(report.rows, 'row')}; nothing is lost.",
        report.error or "It waits for something that does not answer.",
        "It is tried again every ten minutes while `outbound up` runs. At once:",
        f"outbound import --resume {report.import_id}",
    ]


def _undone(report: ImportReport) -> list[str]:
    lines = [f"{report.file_name}: taken back, {report.removed:,} leads removed."]
    lines += [f"  {count:>8,}  kept: it {why}" for why, count in sorted(report.kept.items(), key=lambda item: -item[1])]
    return lines
