"""The parts of an import's pages: its steps, its counts, its rows and its reasons, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from dashboards import formats

STEPS = ("Upload", "Columns", "Check", "Import", "Report")
FATES = {
    "new": ("New leads", "Added as leads, with their doors where these are not known yet."),
    "same": ("Known already", "Leads of the base: what is empty there is filled, nothing is overwritten."),
    "unsure": ("To decide", "Perhaps a lead of the base: they wait until somebody decides."),
    "duplicate": ("Twice in the list", "Another row of the list stands for them."),
    "outside": ("Outside", "Not in the territories of whoever handed the list in."),
    "rejected": ("Cannot be used", "Kept with line and reason, to be mended and sent again."),
}
STATUSES = {
    "uploaded": ("Waits for its columns", "soon"),
    "processing": ("Working", "busy"),
    "ready": ("Waits for you", "soon"),
    "completed": ("Completed", "good"),
    "paused": ("Paused", "soon"),
    "failed": ("Failed", "bad"),
    "undone": ("Taken back", ""),
}
PHASES = {
    "reading": "Reading the rows",
    "locating": "Finding their places",
    "matching": "Looking for leads known already",
    "assigning": "Giving territories and owners",
    "writing": "Writing leads and doors",
    "undoing": "Taking the list back",
}
LOCATIONS = {
    "file": "The list's own coordinates",
    "address_point": "A known address point",
    "interpolated": "Between two known house numbers",
    "geocoder": "A geocoder",
    "zip_centroid": "The middle of the ZIP code: roughly",
    "pin": "A pin that a rep set",
}

_TELLING = (
    "full_name", "first_name", "last_name", "address", "house_number", "house_number_suffix", "street_direction",
    "street", "street_suffix", "unit", "city", "state", "postcode", "position", "phone", "email",
)  # fmt: skip


def count_of(stats: Mapping[str, Any], fate: str) -> int:
    return int(stats.get("duplicates_in_file" if fate == "duplicate" else fate) or 0)


def without_owner(stats: Mapping[str, Any]) -> int:
    return max(0, count_of(stats, "new") - int(stats.get("with_owner") or 0))


def step_of(job: Mapping[str, Any]) -> int:
    """Which of :data:`STEPS` an import stands at."""
    status, phase = job["status"], job.get("phase")
    if status == "uploaded":
        return 1
    if status in ("completed", "undone") or phase == "undoing":
        return 4
    return 3 if phase == "writing" and status != "ready" else 2


def steps(at: int) -> str:
    items = []
    for number, name in enumerate(STEPS):
        kind = "done" if number < at else "now" if number == at else ""
        current = ' aria-current="step"' if number == at else ""
        items.append(f'<li class="ob-step {kind and "ob-step-" + kind}"{current}><i>{number + 1}</i>{name}</li>')
    return f'<ol class="ob-steps">{"".join(items)}</ol>'


def chip(status: str) -> str:
    words, tone = STATUSES.get(status, (formats.words(status), ""))
    return f'<span class="ob-chip {tone and "ob-chip-" + tone}">{escape(words)}</span>'


def tiles(stats: Mapping[str, Any]) -> str:
    """A tile for each fate with its count."""
    cells = "".join(
        f'<div class="ob-tile ob-fate-{fate}" title="{escape(meaning)}"><b>{formats.count(count_of(stats, fate))}</b>'
        f"<span>{escape(name)}</span></div>"
        for fate, (name, meaning) in FATES.items()
    )
    return f'<div class="ob-tiles">{cells}</div>'


def to_decide(import_id: str, waiting: str) -> str:
    """The way from a list to its pairs that wait for somebody; ``waiting``: how many, or some."""
    may = "row of it may be a lead" if waiting == "1" else "of its rows may be leads"
    return (
        f'<div class="ob-note ob-note-warn" role="status">{waiting} {may} of the base. '
        f'<a href="matches?list={escape(import_id)}" target="_self">Decide them</a> now or later: '
        "until then they wait, and the others are not held up.</div>"
    )


def facts(rows: Iterable[tuple[str, object]]) -> str:
    """Names and values side by side; rows without a value are left out."""
    shown = [(name, value) for name, value in rows if value not in (None, "", 0)]
    cells = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value) if isinstance(value, str) else formats.count(value)}</dd>"
        for name, value in shown
    )
    return f'<dl class="ob-facts">{cells}</dl>' if cells else ""


def reasons(tally: Mapping[str, int], examples: Mapping[str, Sequence[int]]) -> str:
    """Why rows become no lead of their own, the most frequent first, with their first lines."""
    ranked = sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    rows = "".join(
        f"<tr><td>{escape(_sentence(reason))}<small>{_lines(examples.get(reason, ()), count)}</small></td>"
        f'<td class="ob-right">{formats.count(count)}</td></tr>'
        for reason, count in ranked
    )
    return f'<table class="ob-table"><tbody>{rows}</tbody></table>'


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]


def _lines(lines: Sequence[int], count: int) -> str:
    if not lines:
        return ""
    listed = ", ".join(formats.count(line) for line in lines)
    return f"line{'s' if count > 1 else ''} {listed}{' …' if count > len(lines) else ''}"


def rows_table(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str], mapping: Mapping[str, str]) -> str:
    """Rows with what becomes of each and why; ``names``: territories and people by id, ``mapping``: the list's column
    of each field."""
    if not rows:
        return '<p class="ob-empty">No row has this fate.</p>'
    body = "".join(_row(row, names, mapping) for row in rows)
    heads = "".join(f"<th>{name}</th>" for name in ("Line", "Who and where", "What becomes of it", "Goes to"))
    return f'<table class="ob-table ob-rows"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def _row(row: Mapping[str, Any], names: Mapping[str, str], mapping: Mapping[str, str]) -> str:
    who, where = person_of(row), address_of(row) or _as_written(row.get("raw") or {}, mapping)
    if not who:
        who, where = where, ""
    name = row.get("fate") or ""
    fate = "New lead" if name == "new" else FATES.get(name, (formats.words(name or "waits"), ""))[0]
    why = row.get("reason") or f"Place: {_place(row.get('location_source'))}"
    said = "".join(f"<small>{escape(_sentence(each))}</small>" for each in (why, *row.get("notes", ())))
    territory = names.get(row.get("territory_id") or "", "")
    owner = names.get(row.get("owner_id") or "", "")
    goes = f"{escape(territory) or formats.NONE}<small>{escape(owner)}</small>"
    return (
        f"<tr><td>{formats.count(row['line'])}</td><td>{escape(who)}<small>{escape(where)}</small></td>"
        f'<td><span class="ob-fate ob-fate-{escape(row.get("fate") or "")}">{escape(fate)}</span>'
        f"{said}</td><td>{goes}</td></tr>"
    )


def _place(source: str | None) -> str:
    words = LOCATIONS.get(source or "", "not known, so on no map yet")
    return words[:1].lower() + words[1:]


def person_of(row: Mapping[str, Any]) -> str:
    return " ".join(part for part in (row.get("first_name"), row.get("last_name")) if part)


def address_of(row: Mapping[str, Any]) -> str:
    """The address as it was read; empty where none was."""
    street = " ".join(part for part in (row.get("house_number"), row.get("street")) if part)
    parts = [street, row.get("unit"), row.get("city"), row.get("state")]
    line = ", ".join(part for part in parts if part)
    return f"{line} {row.get('postcode') or ''}".strip()


def _as_written(raw: Mapping[str, Any], mapping: Mapping[str, str]) -> str:
    """The cells of a row that could not be read: those that tell who and where, in the order of a letter; where none
    does, all of them."""
    told = [raw.get(mapping[field]) for field in _TELLING if field in mapping]
    values = [str(value) for value in told if value] or [str(value) for value in raw.values() if value]
    return ", ".join(dict.fromkeys(values))[:120]


def shares(tally: Mapping[str, int], names: Mapping[str, str], most: int = 8) -> str:
    """The largest shares as bars, by name."""
    ranked = sorted(tally.items(), key=lambda item: (-item[1], names.get(item[0], "")))
    largest = ranked[0][1] if ranked else 1
    rows = "".join(
        f'<tr><td>{escape(names.get(key, "Unknown"))}</td><td><div class="ob-bar" '
        f'style="--share:{100 * count / largest:.0f}%;--fill:var(--brand)"><b>{formats.count(count)}</b><i></i></div>'
        "</td></tr>"
        for key, count in ranked[:most]
    )
    rest = len(ranked) - most
    more = f'<tr><td colspan="2"><small>and {rest} more</small></td></tr>' if rest > 0 else ""
    return f'<table class="ob-table ob-table-tight"><tbody>{rows}{more}</tbody></table>'


def phases(done: Mapping[str, float], now: str | None, *, writes: bool) -> str:
    """The phases with the seconds each took; the one that runs is marked. ``writes``: whether this turn does."""
    items = []
    for phase, words in list(PHASES.items())[: 5 if writes else 4]:
        kind = "now" if phase == now else "done" if phase in done else ""
        took = f"<span>{done[phase]:,.1f} s</span>" if phase in done and phase != now else ""
        items.append(f'<li class="{kind and "ob-phase-" + kind}">{words}{took}</li>')
    return f'<ul class="ob-phases">{"".join(items)}</ul>'


def told(progress: Mapping[str, Any]) -> str:
    """Progress in words: 12,000 of 50,000 rows, 2,100 a second, about 20 seconds left."""
    rows, total = progress.get("rows"), progress.get("total")
    parts = [f"{formats.count(rows)} of {formats.count(total)} rows" if total else f"{formats.count(rows)} rows"]
    if progress.get("rate"):
        parts.append(f"{formats.count(progress['rate'])} a second")
    left = progress.get("seconds_left")
    if left is not None:
        parts.append(f"about {duration(left)} left")
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """45 seconds, or 3 minutes."""
    whole = max(1, round(seconds))
    if whole < 90:
        return f"{whole} second{'s' if whole != 1 else ''}"
    return f"{round(whole / 60)} minutes"
