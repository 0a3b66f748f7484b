"""Where doors are: the address points and ranges of all loaded regions, asked by the hundred thousand.

Regions are files below ``OUTBOUND_HOME/regions`` (``outbound region load``), not rows: they are the same for every
organisation, are replaced whole, and are read through memory maps, so that opening an index costs milliseconds
and processes share its pages. Nothing here is about a person.

>>> index = PointIndex.open(settings.regions_dir)
>>> located = index.locate([normalise(PostalParts("203-06", "109th Ave", postcode="11412"))])
>>> located.how[0], located.lat[0], located.lon[0], located.accuracy[0], located.confidence[0]
(How.EXACT, 40.7078007, -73.7548753, 5.0, 0.99)
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from outbound.geo.located import Centre, How, Located, Nearby
from outbound.geo.planar import metres
from outbound.geo.point_file import open_columns
from outbound.geo.point_search import found_in, guessed_in, nearest_in, without_doors
from outbound.geo.region_points import Questions, RegionPoints, postcode_number
from outbound.geo.regions import current_regions
from outbound.postal.rules import PostalParts

__all__ = ["Centre", "How", "Located", "Nearby", "PointIndex"]


class PointIndex:
    """The points of all regions. Make one with :meth:`open`; it holds what was loaded at that moment."""

    def __init__(self, regions: Sequence[RegionPoints], version: str) -> None:
        self._regions = list(regions)
        self.version = version
        """Changes whenever another region is loaded or removed: for caches of answers."""

    @classmethod
    def open(cls, regions_dir: Path) -> PointIndex:
        """The index of what is loaded now; an empty one where nothing is. Raises Unavailable when damaged.

        A process opens each state of the regions once; asking again costs a look at the folders.
        """
        loaded = [region for region in current_regions(regions_dir) if region.has_points]
        stamp = tuple((region.name, region.version, region.folder.stat().st_ino) for region in loaded)
        with _OPENING:
            known = _OPENED.get(regions_dir)
            if known is None or known[0] != stamp:
                version = "-".join(region.version for region in loaded) or "none"
                index = cls([RegionPoints(open_columns(region.points_dir)) for region in loaded], version)
                if len(_OPENED) >= _MOST_OPENED:
                    _OPENED.clear()
                known = _OPENED[regions_dir] = (stamp, index)
        return known[1]

    def __len__(self) -> int:
        """Points and ranges known: 0 says that nothing can be answered."""
        return sum(len(region) + len(region.columns.range_key) for region in self._regions)

    def locate(self, parts: Sequence[PostalParts]) -> Located:
        """:meth:`find`, then :meth:`interpolate` for what was not found: the whole of what regions can say.

        ``parts`` are normalised (``outbound.postal.rules.normalise``); 100,000 take seconds.
        """
        found = self.find(parts)
        missing = np.flatnonzero(~found.found)
        if len(missing):
            found.put(missing, self.interpolate([parts[at] for at in missing.tolist()]))
        return found

    def find(self, parts: Sequence[PostalParts]) -> Located:
        """Known points only: ``EXACT``, ``ANOTHER_SPELLING``, ``ANOTHER_PLACE``."""
        best = Located.nowhere(len(parts))
        asked = Questions.of(parts)
        for region in self._regions:
            best.improve(found_in(region, asked))
        return best

    def interpolate(self, parts: Sequence[PostalParts]) -> Located:
        """Only from neighbours and ranges: ``BETWEEN``, ``ALONG``, ``STREET``."""
        best = Located.nowhere(len(parts))
        asked = Questions.of(parts)
        for region in self._regions:
            best.improve(guessed_in(region, asked))
        return best

    def nearest(self, lat: float, lon: float, *, within: float = 150.0) -> Nearby | None:
        """The known door nearest to a position (degrees), at most ``within`` metres away: reverse geocoding."""
        near = [found for region in self._regions if (found := nearest_in(region, lat, lon, within)) is not None]
        return min(near, key=lambda door: door.metres, default=None)

    def postcode_centre(self, postcode: str) -> Centre | None:
        """The middle of the doors of a five-digit ZIP code; None where no region knows it."""
        code = postcode_number(postcode)
        known = [region.centres[code] for region in self._regions if code in region.centres]
        if not known:
            return None
        lat, lon, radius, points = max(known, key=lambda centre: centre[3])
        return Centre(lat, lon, radius, points)

    def postcodes_beside(self, postcode: str, *, most: int = 6) -> list[str]:
        """ZIP codes whose doors touch those of a ZIP code, the nearest first."""
        home = self.postcode_centre(postcode)
        if home is None:
            return []
        codes = {code for region in self._regions for code in region.centres} - {postcode_number(postcode)}
        centres = [(f"{code:05d}", self.postcode_centre(f"{code:05d}")) for code in codes]
        away = [
            (float(metres(home.lat, home.lon, centre.lat, centre.lon)), centre.radius, code)
            for code, centre in centres
            if centre is not None
        ]
        return [code for far, radius, code in sorted(away) if far <= home.radius + radius][:most]

    def without(self, share: float, seed: int = 1) -> PointIndex:
        """The same index with that share of its doors taken out at random: what benchmarks ask."""
        chance = np.random.default_rng(seed)
        return PointIndex([without_doors(region, share, chance) for region in self._regions], f"{self.version}-{share}")

    def sample(self, count: int, seed: int = 1) -> list[PostalParts]:
        """That many known addresses at random (fewer where fewer are known), normalised."""
        chance = np.random.default_rng(seed)
        points = sum(len(region) for region in self._regions)
        at = np.sort(chance.choice(points, min(count, points), replace=False))
        found: list[PostalParts] = []
        for region in self._regions:
            mine, at = at[at < len(region)], at[at >= len(region)] - len(region)
            found += [region.address(point) for point in mine.tolist()]
        return [found[place] for place in chance.permutation(len(found)).tolist()]


_OPENING = Lock()
_OPENED: dict[Path, tuple[object, PointIndex]] = {}
_MOST_OPENED = 4
"""Folders of regions whose index a process keeps: one, but in tests."""
