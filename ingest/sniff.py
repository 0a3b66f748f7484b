"""What a file is: its encoding, how its fields are told apart, where its header stands."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ingest import archives
from ingest.fields import known_names
from ingest.limits import Allowance
from ingest.lookahead import Dialect
from ingest.records import MOST_COLUMNS, Record, Records
from ingest.shared_strings import shared_strings
from ingest.text import Text, first_bytes, read_text
from ingest.workbooks import Workbook, sheets_of
from outbound.errors import Invalid, OutboundError
from outbound.imports.rejects import COLUMNS as REJECT_COLUMNS

_SAMPLE_CHARS = 256 * 1024
_SAMPLE_RECORDS = 200
_HEADER_WITHIN = 30
_DELIMITERS = (",", "\t", ";", "|", "~", "^", ":")
_SENT_BACK = re.compile(rf'"?{REJECT_COLUMNS[0]}"?([,;\t])"?{REJECT_COLUMNS[1]}"?(?:\1|\n)')
_NUMBER = re.compile(r"[-+$]?[\d.,:/%\- ]+")


@dataclass(frozen=True)
class Reading:
    """Records as they are read."""

    records: Iterator[Record]
    share: Callable[[], float | None]
    """How much of the file has been read, 0 to 1; none where it is packed."""


@dataclass(frozen=True)
class Layout:
    """Everything needed to read a file's records."""

    text: Text | Workbook
    dialect: Dialect
    """Of a text; a workbook's has no delimiter."""
    header: tuple[str, ...]
    header_record: int
    """Records before the first of data: those above the header, and the header itself when there is one."""
    skipped_lines: int
    """Lines above the header: titles and notes of whoever made the list."""
    has_header: bool
    samples: tuple[tuple[str, ...], ...]

    def repeats_header(self, values: Sequence[str]) -> bool:
        """Whether a row is the header once more, as it was written: names that are shown otherwise because they are
        repeated or missing are still the header's."""
        if not self.has_header or not values or _shown(values[0], 1) != self.header[0]:
            return False
        missing = len(self.header) - len(values)
        return missing >= 0 and _unique([*values, *[""] * missing]) == self.header

    @contextmanager
    def records(self, allowance: Allowance | None = None) -> Iterator[Reading]:
        """The records of data, streamed. Raises :class:`Invalid` where the file is damaged within, and
        :class:`outbound.errors.TooLarge` where it holds too much, or takes longer than it may."""
        if isinstance(self.text, Workbook):
            with self.text.open(len(self.header), allowance=allowance) as (records, share):
                yield Reading(islice(records, self.header_record, None), share)
            return
        with self.text.open(allowance) as stream:
            reader = Records(stream, self.dialect)
            records = iter(reader)
            for _ in islice(records, self.header_record):
                pass
            # Only now: what stands above the header has a width of its own.
            reader.width = len(self.header)
            size = max(1, self.text.path.stat().st_size)
            buffer = None if self.text.packed else stream.buffer
            yield Reading(records, lambda: min(1.0, buffer.tell() / size) if buffer else None)


def sniff(path: Path, name: str | None = None, allowance: Allowance | None = None) -> Layout:
    """Looks at a file, which its owner calls ``name``, as long and as far as it is allowed to.

    Raises :class:`Invalid` for one that holds no table, and as :func:`ingest.text.read_text`.
    """
    name = name or path.name
    allowance = allowance or Allowance()
    if first_bytes(path).startswith(archives.MAGIC):
        with archives.opened(path, name) as archive:
            kind = archives.kind_of(archive)
        if kind == "xlsx":
            return _sniff_workbook(path, name, allowance)
    return _sniff_text(read_text(path, name, allowance), allowance)


def _sniff_text(text: Text, allowance: Allowance) -> Layout:
    with text.open(allowance) as stream:
        sample = stream.read(_SAMPLE_CHARS)
        whole = not stream.read(1)
    if not whole:
        sample = sample[: sample.rfind("\n") + 1] or sample
    dialect = _dialect(sample)
    return _layout(text, dialect, _sampled(sample, dialect))


def _sniff_workbook(path: Path, name: str, allowance: Allowance) -> Layout:
    """The sheet whose header has most of the names that we know; the first of two that have as many."""
    found: list[tuple[float, Layout]] = []
    refused: OutboundError | None = None
    workbooks = sheets_of(path, name, allowance)
    with shared_strings(path, name, workbooks[0].strings if workbooks else None, allowance) as strings:
        for workbook in workbooks:
            with workbook.open(allowance=allowance, strings=strings) as (records, _):
                sampled = list(islice(records, _SAMPLE_RECORDS))
            try:
                layout = _layout(workbook, Dialect(delimiter=""), sampled)
            except Invalid as error:
                refused = refused or error
                continue
            found.append((known_names(layout.header) if layout.has_header else 0.0, layout))
    if not found:
        raise refused or Invalid(f"{name} has no sheet that can be read; save the list as CSV.")
    return max(found, key=lambda each: each[0])[1]


def _layout(text: Text | Workbook, dialect: Dialect, records: list[Record]) -> Layout:
    usable = [record for record in records if record.fault is None and any(v.strip() for v in record.values)]
    if not usable:
        raise Invalid(f"{text.name} holds no row that can be read; export the list as CSV again.")
    in_sheet = isinstance(text, Workbook)
    width = _width([record.values for record in usable])
    found = _header_at(usable, width, in_sheet=in_sheet)
    first = usable[found] if found is not None else usable[0]
    if len(first.values) > MOST_COLUMNS:
        raise Invalid(f"{text.name} has {len(first.values):,} columns; {MOST_COLUMNS:,} are the most. Cut it down.")
    position = records.index(first)
    if found is None:
        header = tuple(f"column {number}" for number in range(1, max(width, len(first.values)) + 1))
    else:
        # A cell of a sheet stands where it stands: columns without a name are no sign that a row has shifted.
        unnamed = max(width - len(first.values), 0) if in_sheet else 0
        header = _unique([*first.values, *[""] * unnamed])
    after = position + (found is not None)
    samples = tuple(tuple(r.values) for r in records[after:] if r.fault is None and any(r.values))[:100]
    return Layout(text, dialect, header, after, first.line - 1, found is not None, samples)


def _sampled(sample: str, dialect: Dialect, width: int | None = None) -> list[Record]:
    return list(islice(Records(io.StringIO(sample), dialect, width), _SAMPLE_RECORDS))


def _dialect(sample: str) -> Dialect:
    if sent_back := _SENT_BACK.match(sample):  # apostrophes there make cells safe, and quote nothing
        return Dialect(delimiter=sent_back.group(1))
    escape = "\\" if sample.count('\\"') > 2 * sample.count('""') else None
    quote = "'" if _quoted_by(sample, "'") > 2 * _quoted_by(sample, '"') else '"'
    first = Dialect(quote=quote, escape=escape)
    scored = [(_score(sample, replace(first, delimiter=d)), -rank, d) for rank, d in enumerate(_DELIMITERS)]
    score, _, delimiter = max(scored)
    return replace(first, delimiter=delimiter if score > 0 else ",")


def _quoted_by(sample: str, quote: str) -> int:
    return len(re.findall(rf"(?:^|[,;\t|]){quote}[^{quote}\n]*{quote}(?=[,;\t|\n]|$)", sample, re.MULTILINE))


def _score(sample: str, dialect: Dialect) -> float:
    """How well a delimiter explains the text: records of one width, the wider the better, and names we know."""
    if dialect.delimiter not in sample:
        return 0.0
    rows = [r.values for r in _sampled(sample, dialect) if r.fault is None and any(v.strip() for v in r.values)]
    if not rows:
        return 0.0
    width = _width(rows)
    if width < 2:
        return 0.0
    share = sum(len(row) == width for row in rows) / len(rows)
    rare = 0.5 if dialect.delimiter in "~^:" else 1.0
    known = max(known_names(row) for row in rows[:_HEADER_WITHIN] if len(row) > 1)
    return rare * share * (1 - 1 / width) + (0.5 * known if known >= 2 else 0.0)


def _width(rows: Sequence[Sequence[str]]) -> int:
    """The usual number of fields; of two that are as usual the larger."""
    counts = Counter(len(row) for row in rows)
    return max(counts, key=lambda width: (counts[width], width))


def _header_at(records: Sequence[Record], width: int, *, in_sheet: bool) -> int | None:
    """The position of the header among the records: known names, or words above a row of another kind. The blank end
    of a row of a sheet is not there.
    """
    near = records[:_HEADER_WITHIN]
    known = [known_names(record.values) for record in near]
    best = max(range(len(near)), key=lambda position: (known[position], -position))
    if known[best] >= 1 and not _looks_like_data(near[best].values):
        return best
    for position, record in enumerate(near):
        filled = sum(1 for value in record.values if value.strip())
        if filled >= 0.6 * width if in_sheet else len(record.values) == width:
            return None if _looks_like_data(record.values) else position
    return None


def _looks_like_data(values: Sequence[str]) -> bool:
    """A header has words in all, or all but a few, of its fields."""
    filled = [value.strip() for value in values if value.strip()]
    numbers = sum(_NUMBER.fullmatch(value) is not None for value in filled)
    return not filled or numbers > len(filled) / 4 or any("@" in value for value in filled)


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """Column names as they are shown: none empty, none twice."""
    seen: Counter[str] = Counter()
    out = []
    for number, name in enumerate(names, start=1):
        plain = _shown(name, number)
        seen[plain] += 1
        out.append(plain if seen[plain] == 1 else f"{plain} ({seen[plain]})")
    return tuple(out)


def _shown(name: str, number: int) -> str:
    return " ".join(name.replace("\x00", "").split())[:200] or f"column {number}"
