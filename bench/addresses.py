"""Addresses in one line taken apart: against labelled ones, beside usaddress alone.

Both answers and the truth are brought to one spelling by the same rules, so that only the taking apart is compared. A
door is right where number, street and unit are; an address where city, state and ZIP code are too. Needs the shared
data (``OUTBOUND_SHARED_DATA``).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

from outbound.postal.parsing import _USADDRESS_PART, _by_model, parse_line
from outbound.postal.rules import PostalParts, normalise

SHARED = Path(os.environ.get("OUTBOUND_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")
DATA = SHARED / "addresses" / "usaddress"
SETS = (
    "labeled",
    "simple_address_patterns",
    "multi_word_state_addresses",
    "us50_test_tagged",
    "synthetic_osm_data",
    "synthetic_clean_osm_data",
)
_NOT_A_DOOR = {"Recipient", "BuildingName", "IntersectionSeparator", "LandmarkName", "NotAddress", "CornerOf"}


def main() -> None:
    if not DATA.is_dir():
        print(f"skipped: there is no {DATA.name} below OUTBOUND_SHARED_DATA")
        return
    print(f"{'':30}{'lines':>7}{'door':>9}{'usaddr.':>9}{'address':>9}{'usaddr.':>9}{'µs/line':>9}{'usaddr.':>9}")
    for name in SETS:
        cases = list(labelled(DATA / f"test__{name}.xml"))
        if not cases:
            continue
        ours, our_time = _scored(cases, parse_line)
        peer, peer_time = _scored(cases, _by_model)
        print(
            f"{name:30}{len(cases):>7,}{ours[0]:>9.1%}{peer[0]:>9.1%}{ours[1]:>9.1%}{peer[1]:>9.1%}"
            f"{our_time:>9.0f}{peer_time:>9.0f}"
        )


def labelled(path: Path) -> Iterator[tuple[str, PostalParts]]:
    """Lines of postal doors with their true parts; intersections, PO boxes and named places are no doors."""
    for each in Xml.parse(path).getroot().iter("AddressString"):  # noqa: S314 (our own data)
        tokens = [(token.tag, (token.text or "").strip()) for token in each]
        labels = {label for label, _ in tokens}
        if "AddressNumber" not in labels or "StreetName" not in labels or labels & _NOT_A_DOOR:
            continue
        parts: dict[str, list[str]] = {}
        for label, text in tokens:
            if part := _USADDRESS_PART.get(label):
                parts.setdefault(part, []).append(text.strip(" ,"))
        yield (
            " ".join(text for _, text in tokens),
            PostalParts(**{part: " ".join(words) for part, words in parts.items()}),
        )


def _scored(cases: list[tuple[str, PostalParts]], parse) -> tuple[tuple[float, float], float]:  # type: ignore[no-untyped-def]
    started = time.perf_counter()
    answers = [parse(line) for line, _ in cases]
    taken = (time.perf_counter() - started) / len(cases) * 1e6
    doors = addresses = 0
    for answer, (_, truth) in zip(answers, cases, strict=True):
        found, true = normalise(answer), normalise(truth)
        same = _door(found) == _door(true)
        doors += same
        addresses += same and found == true
    return (doors / len(cases), addresses / len(cases)), taken


def _door(parts: PostalParts) -> PostalParts:
    return replace(parts, city="", state="", postcode="")


if __name__ == "__main__":
    main()
