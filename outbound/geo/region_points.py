"""One region's points, asked by arrays: which known point is the door of each question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from outbound.geo.between import Doors, doors_of
from outbound.geo.housenumbers import place_of
from outbound.geo.planar import metres, to_degrees
from outbound.geo.point_file import (
    CITY_WIDTH,
    NAME_WIDTH,
    NUMBER_WIDTH,
    STATE_WIDTH,
    STREET_SHIFT,
    UNIT_WIDTH,
    PointColumns,
    decoded,
    encoded,
    look_up,
)
from outbound.geo.respelling import Vocabulary
from outbound.postal.rules import PostalParts

_MOST_CANDIDATES = 2_000_000
"""Pairs of question and point weighed at once: bounds memory."""
_MOST_VOCABULARIES, _MOST_SPELT, _MOST_DOORS = 256, 65_536, 4_096
_ONE_DOOR = 150.0
"""Metres within which points of one number and street are taken for one door."""
_BEYOND = 3_000.0
"""Metres beyond a ZIP code's own doors within which one of another ZIP code may be meant."""


@dataclass
class Questions:
    """Normalised addresses by columns."""

    street: np.ndarray
    number: np.ndarray
    unit: np.ndarray
    city: np.ndarray
    state: np.ndarray
    postcode: np.ndarray
    place: np.ndarray
    """int64: block and number packed."""

    @classmethod
    def of(cls, parts: Sequence[PostalParts]) -> Questions:
        return cls(
            street=encoded([part.street for part in parts], NAME_WIDTH),
            number=encoded([part.house_number for part in parts], NUMBER_WIDTH),
            unit=encoded([part.unit for part in parts], UNIT_WIDTH),
            city=encoded([part.city for part in parts], CITY_WIDTH),
            state=encoded([part.state for part in parts], STATE_WIDTH),
            postcode=np.array([postcode_number(part.postcode) for part in parts], dtype=np.int32),
            place=np.array([place_of(part.house_number).packed for part in parts], dtype=np.int64),
        )

    def __len__(self) -> int:
        return len(self.street)

    def take(self, which: np.ndarray) -> Questions:
        return Questions(**{name: column[which] for name, column in vars(self).items()})


def postcode_number(postcode: str) -> int:
    """Five digits as a number; 0 for anything else."""
    return int(postcode) if len(postcode) == 5 and postcode.isascii() and postcode.isdigit() else 0


@dataclass
class Found:
    """For each question the best point (-1: none) and how sure it is, 0 to 1."""

    point: np.ndarray
    confidence: np.ndarray
    elsewhere: np.ndarray
    """bool: the point's ZIP code or city is not the one asked for."""
    respelled: np.ndarray
    """bool: the number is written with another letter."""


class RegionPoints:
    """The points of one region."""

    def __init__(self, columns: PointColumns) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns)

    @cached_property
    def centres(self) -> dict[int, tuple[float, float, float, int]]:
        """By ZIP code: latitude, longitude, metres that hold 95 % of its doors, doors."""
        return {int(row[0]): (row[1], row[2], row[3], int(row[4])) for row in np.asarray(self.columns.centres).tolist()}

    def address(self, point: int) -> PostalParts:
        """The normalised address of one point."""
        columns = self.columns
        postcode = int(columns.postcode[point])
        return PostalParts(
            decoded(columns.numbers[columns.number[point]]),
            decoded(columns.streets[int(columns.key[point]) >> STREET_SHIFT]),
            decoded(columns.units[columns.unit[point]]),
            decoded(columns.cities[columns.city[point]]),
            decoded(columns.states[columns.state[point]]),
            f"{postcode:05d}" if postcode else "",
        )

    def streets_of(self, asked: Questions) -> np.ndarray:
        """The street of each question by its normalised name, -1 where the region has none such."""
        return look_up(self.columns.streets, asked.street)

    def find(self, asked: Questions, streets: np.ndarray) -> Found:
        """The best point of each question on the street given for it."""
        count = len(asked)
        found = Found(
            np.full(count, -1, dtype=np.int64),
            np.zeros(count),
            np.zeros(count, dtype=bool),
            np.zeros(count, dtype=bool),
        )
        usable = np.flatnonzero((streets >= 0) & (asked.number != b""))
        if not len(usable) or not len(self):
            return found
        wanted = (streets[usable].astype(np.uint64) << np.uint64(STREET_SHIFT)) | asked.place[usable].astype(np.uint64)
        low = np.searchsorted(self.columns.key, wanted, "left")
        counts = np.searchsorted(self.columns.key, wanted, "right") - low
        known = counts > 0
        usable, low, counts = usable[known], low[known], counts[known]
        parts = np.cumsum(counts) // _MOST_CANDIDATES
        for part in np.unique(parts):
            mine = parts == part
            self._weigh(asked, found, usable[mine], low[mine], counts[mine])
        return found

    def _weigh(
        self, asked: Questions, found: Found, questions: np.ndarray, low: np.ndarray, counts: np.ndarray
    ) -> None:
        """Choose among the points of each question's street and number."""
        starts = np.cumsum(counts) - counts
        point = np.repeat(low - starts, counts) + np.arange(int(counts.sum()))
        question = np.repeat(questions, counts)
        place = self._place_score(asked, question, point)
        number = look_up(self.columns.numbers, asked.number[questions])
        unit = look_up(self.columns.units, asked.unit[questions])
        same_number = self.columns.number[point] == np.repeat(number, counts)
        same_unit = self.columns.unit[point] == np.repeat(unit, counts)
        score = place * 1000 + same_number * 300 + same_unit * 60 - np.minimum(self.columns.radius[point], 50)
        # Numbers that could not be read share one place along the street: only their text tells them apart.
        readable = asked.place[question] < np.int64(2**40 - 2**20)
        score = np.where((place > 0) & (same_number | readable), score, -1)
        best = np.maximum.reduceat(score, starts)
        first = np.flatnonzero(score == np.repeat(best, counts))
        owner = np.searchsorted(starts, first, "right") - 1
        owner, where = np.unique(owner, return_index=True)
        chosen = point[first[where]]
        grade = np.where(score >= 0, place * 2 + same_number, -1)
        spread = self._spread(point, chosen, counts, grade == np.repeat(grade[first[where]], counts))
        good = best[owner] >= 0
        self._conclude(asked, found, questions, owner[good], chosen[good], first[where][good], place, same_number,
                       spread[good])  # fmt: skip

    def _conclude(
        self,
        asked: Questions,
        found: Found,
        questions: np.ndarray,
        owner: np.ndarray,
        chosen: np.ndarray,
        at: np.ndarray,
        place: np.ndarray,
        same_number: np.ndarray,
        spread: np.ndarray,
    ) -> None:
        placed, exact = place[at], same_number[at]
        sure = np.array([0.0, 0.75, 0.85, 0.95, 0.99])[placed]
        sure = np.where(exact, sure, sure - 0.12)
        apart = spread > _ONE_DOOR
        sure = np.where(apart, sure - 0.35, sure)
        keep = ~(apart & (placed <= 2))  # several doors of that name, and nothing tells which
        rows = questions[owner][keep]
        found.point[rows] = chosen[keep]
        found.confidence[rows] = sure[keep]
        found.elsewhere[rows] = placed[keep] == 1
        found.respelled[rows] = ~exact[keep]

    def _place_score(self, asked: Questions, question: np.ndarray, point: np.ndarray) -> np.ndarray:
        """4 same ZIP code, 3 same by inference or by city, 2 nothing contradicts, 1 next door to it, 0 elsewhere."""
        columns = self.columns
        wanted, have = asked.postcode[question], columns.postcode[point]
        city = look_up(columns.cities, asked.city)[question]
        state = look_up(columns.states, asked.state)[question]
        known_city = (asked.city[question] != b"") & (columns.cities[columns.city[point]] != b"")
        same_city = known_city & (columns.city[point] == city)
        known_state = (asked.state[question] != b"") & (columns.states[columns.state[point]] != b"")
        other_state = known_state & (columns.state[point] != state)
        both = (wanted > 0) & (have > 0)
        same = both & (wanted == have)
        differs = both & (wanted != have) & ~columns.inferred[point]
        score = np.full(len(point), 2, dtype=np.int64)
        score[known_city & ~same_city & ~both] = 0
        score[same_city & ~both] = 3
        score[both & (wanted != have)] = 0
        near = np.flatnonzero(both & (wanted != have) & ~other_state)
        if len(near):
            close = self._near_postcode(wanted[near], point[near])
            score[near[close | same_city[near]]] = 1
            score[near[close & ~differs[near]]] = 2
        score[same] = np.where(columns.inferred[point[same]], 3, 4)
        score[other_state & ~same] = 0
        return score

    def _near_postcode(self, postcodes: np.ndarray, point: np.ndarray) -> np.ndarray:
        """Whether points lie among or beside the doors of a ZIP code."""
        unique, inverse = np.unique(postcodes, return_inverse=True)
        nowhere = (np.nan, np.nan, 0.0, 0)
        centres = np.array([self.centres.get(int(code), nowhere) for code in unique.tolist()], dtype=np.float64)
        centre = centres[inverse]
        away = metres(
            centre[:, 0], centre[:, 1], to_degrees(self.columns.lat[point]), to_degrees(self.columns.lon[point])
        )
        return away <= centre[:, 2] + _BEYOND

    def _spread(self, point: np.ndarray, chosen: np.ndarray, counts: np.ndarray, rivals: np.ndarray) -> np.ndarray:
        """Metres from each chosen point to the farthest that fits as well (in place and number)."""
        if len(point) == len(counts):
            return np.zeros(len(counts))
        columns = self.columns
        towards = np.repeat(chosen, counts)
        away = metres(
            to_degrees(columns.lat[point]),
            to_degrees(columns.lon[point]),
            to_degrees(columns.lat[towards]),
            to_degrees(columns.lon[towards]),
        )
        starts = np.cumsum(counts) - counts
        return np.maximum.reduceat(np.where(rivals, away, 0.0), starts)

    def doors(self, street: int, postcode: int, city: int) -> Doors:
        """The doors of a street in one place, kept for the next question: lists go street by street."""
        known = self._doors.get((street, postcode, city))
        if known is None:
            if len(self._doors) >= _MOST_DOORS:
                self._doors.clear()
            known = self._doors[street, postcode, city] = doors_of(self.columns, street, postcode, city)
        return known

    @cached_property
    def _doors(self) -> dict[tuple[int, int, int], Doors]:
        return {}

    def spellings(self, postcode: int, street: str) -> list[tuple[int, float]]:
        """Streets of a ZIP code that a name may mean, each with how sure that is; the likeliest first."""
        known = self._spelt.get((postcode, street))
        if known is None:
            ids, vocabulary = self._vocabulary(postcode)
            known = [(int(ids[guess.at]), guess.confidence) for guess in vocabulary.guesses(street)]
            if len(self._spelt) >= _MOST_SPELT:
                self._spelt.clear()
            self._spelt[postcode, street] = known
        return known

    def _vocabulary(self, postcode: int) -> tuple[np.ndarray, Vocabulary]:
        made = self._vocabularies.get(postcode)
        if made is None:
            pairs = self.columns.postcode_streets
            low, high = np.searchsorted(pairs[:, 0], [postcode, postcode + 1]) if postcode else (0, 0)
            ids = np.asarray(pairs[low:high, 1])
            made = (ids, Vocabulary([decoded(name) for name in self.columns.streets[ids].tolist()]))
            if len(self._vocabularies) >= _MOST_VOCABULARIES:
                self._vocabularies.clear()
            self._vocabularies[postcode] = made
        return made

    @cached_property
    def _vocabularies(self) -> dict[int, tuple[np.ndarray, Vocabulary]]:
        return {}

    @cached_property
    def _spelt(self) -> dict[tuple[int, str], list[tuple[int, float]]]:
        return {}
