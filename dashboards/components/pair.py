"""Two records that may be one lead, side by side, with what speaks for and against."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from dashboards import formats

GOOD = frozenset({"same", "core", "variant", "exchanged", "line", "near"})
BAD = frozenset({"different", "far"})
WORDS = {
    "same": "the same",
    "core": "the same but for its kind or direction",
    "variant": "a form of the same name",
    "exchanged": "first and last exchanged",
    "line": "the same without the area code",
    "user": "the same at another host",
    "typo": "a digit off",
    "near": "close",
    "similar": "much alike",
    "close": "somewhat alike",
    "part": "a part of it",
    "missing": "one names none",
    "apart": "some way apart",
    "far": "over a kilometre apart",
    "different": "different",
}
ASPECTS = {
    "Name": ("first", "last"),
    "Address": ("number", "street", "unit"),
    "City and ZIP": ("city", "postcode", "distance"),
    "Phone": ("phone",),
    "Email": ("email",),
}
PARTS = {
    "first": "first name",
    "last": "last name",
    "number": "number",
    "street": "street",
    "unit": "unit",
    "city": "city",
    "postcode": "ZIP",
    "distance": "distance",
}


def table(match: Mapping[str, Any], names: Mapping[str, str], zone: str) -> str:
    """The two beside each other; ``names``: people and territories by id, lists by theirs."""
    left, right, evidence = match["left"], match["right"], match["evidence"]
    rows = "".join(
        _row(aspect, told(left, aspect), told(right, aspect), _evidence(evidence, parts))
        for aspect, parts in ASPECTS.items()
    )
    standing = zip(_STANDING, _standing(left, names, zone), _standing(right, names, zone), strict=True)
    rows += "".join(_row(aspect, one, other, "") for aspect, one, other in standing if one or other)
    heads = "".join(f"<th>{_head(match, side, names)}</th>" for side in (left, right))
    return (
        f'<table class="ob-table ob-pair"><thead><tr><th></th>{heads}<th>What speaks for and against</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def told(side: Mapping[str, Any], aspect: str) -> str:
    match aspect:
        case "Name":
            return " ".join(part for part in (side["first_name"], side["last_name"]) if part)
        case "Address":
            return side["address"] or ""
        case "City and ZIP":
            return " ".join(part for part in (side["city"], side["postcode"]) if part)
        case "Phone":
            return formats.phone(side["phone"])
        case _:
            return side["email"] or ""


def _row(aspect: str, one: str, other: str, speaks: str) -> str:
    cells = "".join(f"<td>{escape(text) or formats.NONE}</td>" for text in (one, other))
    return f"<tr><th>{escape(aspect)}</th>{cells}<td>{speaks}</td></tr>"


def _evidence(evidence: Mapping[str, str], parts: tuple[str, ...]) -> str:
    """A chip for each part that both tell; one for all where they are the same in all."""
    known = {part: evidence[part] for part in parts if part in evidence}
    if not known:
        return ""
    if len(parts) == 1 or (len(known) > 1 and set(known.values()) == {"same"}):
        return _chip(WORDS.get(next(iter(known.values())), next(iter(known.values()))), next(iter(known.values())))
    return " ".join(_chip(f"{PARTS[part]}: {WORDS.get(word, word)}", word) for part, word in known.items())


def _chip(text: str, word: str) -> str:
    tone = "good" if word in GOOD else "bad" if word in BAD else "soon"
    return f'<span class="ob-chip ob-chip-{tone}">{escape(text)}</span>'


_STANDING = ("Stage", "Owner", "Territory", "Last touch", "Known since")


def _standing(side: Mapping[str, Any], names: Mapping[str, str], zone: str) -> tuple[str, ...]:
    touched, created = formats.instant(side["last_activity_at"]), formats.instant(side["created_at"])
    return (
        formats.words(side["stage"]) if side["stage"] else "",
        names.get(side["owner_id"] or "", ""),
        names.get(side["territory_id"] or "", ""),
        formats.moment(touched, zone) if touched else "Never" if side["lead_id"] else "",
        formats.moment(created, zone) if created else "",
    )


def _head(match: Mapping[str, Any], side: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if side["lead_id"]:
        kind = formats.words(side["lead_type"]) if side["lead_type"] else ""
        return f"{escape(kind)} lead".strip().capitalize()
    list_name = names.get(match["import_id"] or "", "the list")
    return f"Line {formats.count(side['line'])} of {escape(list_name)}"


def line(match: Mapping[str, Any]) -> str:
    """A pair in one line."""
    left, right = (told(match[side], "Name") or told(match[side], "Address") for side in ("left", "right"))
    return f"{left or formats.NONE} and {right or formats.NONE}"
