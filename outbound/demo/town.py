"""A fictional US town, sized by its doors: streets, houses with addresses, nature, nested territories.

The same name, size and seed give the same town to the last coordinate.
"""

from __future__ import annotations

from dataclasses import dataclass

import h3.api.basic_int as h3
import numpy as np
import shapely

from outbound.demo import names, roads, scenery
from outbound.demo.districts import Districts, Territory, divide
from outbound.demo.houses import Houses, expand, footprints, place
from outbound.demo.layout import Kind
from outbound.demo.nature import Diagonal, River
from outbound.demo.plane import Projection, Warp
from outbound.demo.superblocks import Superblocks, grow, outline
from outbound.errors import Invalid

H3_RESOLUTION = 9
FEWEST_DOORS, MOST_DOORS = 50, 2_000_000


@dataclass(frozen=True)
class Site:
    """Where on the globe a town that does not exist is put: degrees, IANA zone, state, first of its ZIPs."""

    lat: float
    lon: float
    zone: str
    state: str
    first_postcode: int
    """Of codes that no place has: those of a real one would lie where it lies."""


INDIANA = Site(39.912, -86.318, "America/Indiana/Indianapolis", "IN", 46_420)
KANSAS = Site(38.462, -97.934, "America/Chicago", "KS", 66_260)


@dataclass
class Doors:
    """Columns over doors. An apartment building's doors share position, street and number."""

    house_number: np.ndarray
    street: np.ndarray
    """Index into Town.street_names."""
    unit: np.ndarray
    """0 for a house, else the unit's number."""
    postcode: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    cell: np.ndarray
    """H3 cell at resolution 9 of the door, int64."""
    micro: np.ndarray
    """Index of its MICRO territory in Town.territories."""
    building: np.ndarray

    def __len__(self) -> int:
        return len(self.house_number)


@dataclass
class Town:
    """A town in lon/lat degrees. Geometry arrays hold shapely objects; the rest are numpy columns."""

    name: str
    state: str
    zone: str
    seed: int
    centre: tuple[float, float]
    """lon, lat."""
    street_names: np.ndarray
    lines: np.ndarray
    line_street: np.ndarray
    line_class: np.ndarray
    blocks: np.ndarray
    block_kind: np.ndarray
    buildings: np.ndarray
    water: np.ndarray
    parks: np.ndarray
    park_names: np.ndarray
    places: np.ndarray
    place_names: np.ndarray
    place_class: np.ndarray
    boundary: shapely.MultiPolygon
    territories: list[Territory]
    doors: Doors

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the built-up town, degrees."""
        return tuple(self.boundary.bounds)


def build_town(doors: int = 5_000, seed: int = 7, *, name: str | None = None, site: Site = INDIANA) -> Town:
    """Build a town of exactly `doors` doors. Raises Invalid when the size is out of range."""
    if not FEWEST_DOORS <= doors <= MOST_DOORS:
        raise Invalid(f"A demo town has {FEWEST_DOORS} to {MOST_DOORS:,} doors, not {doors:,}.")
    rng = np.random.default_rng([seed, 0])
    name = name or names.TOWNS[seed % len(names.TOWNS)]
    warp = Warp(rng)
    blocks, houses, river, diagonal = _settle(doors, seed, warp)
    projection = Projection(site.lat, site.lon)
    rings = outline(blocks, warp)
    cells = np.array([shapely.Polygon(projection.degrees(ring)) for ring in rings])
    of, unit = expand(houses)
    of, unit = of[:doors], unit[:doors]
    houses = houses.take(np.arange(of[-1] + 1))
    per_block = np.bincount(houses.block[of], minlength=len(blocks))
    districts = divide(blocks, per_block, cells, name, seed)

    street_zip = _postcodes(districts)[_block_of_street(blocks)]
    street_names = _name_streets(blocks, street_zip, seed)
    lonlat = projection.degrees(houses.door)
    cell = np.fromiter(
        (h3.latlng_to_cell(y, x, H3_RESOLUTION) for x, y in lonlat.tolist()), np.int64, count=len(lonlat)
    )
    columns = Doors(
        house_number=houses.number[of],
        street=houses.street[of],
        unit=unit,
        postcode=(site.first_postcode + street_zip)[houses.street[of]],
        lat=lonlat[of, 1],
        lon=lonlat[of, 0],
        cell=cell[of],
        micro=districts.micro_of_block[houses.block[of]],
        building=of,
    )
    drawn = roads.draw(blocks, houses, warp, river, diagonal, seed)
    around = scenery.draw(blocks, rings, warp, river, rng, drawn.reach)
    degrees = projection.degrees
    parks = shapely.transform(around.parks, degrees)
    boundary = shapely.coverage_union_all(cells)
    if boundary.geom_type == "Polygon":
        boundary = shapely.MultiPolygon([boundary])
    places, place_names, place_class = _places(name, districts, boundary, parks, around.park_names)
    return Town(
        name=name,
        state=site.state,
        zone=site.zone,
        seed=seed,
        centre=(site.lon, site.lat),
        street_names=np.concatenate([street_names, drawn.names]),
        lines=shapely.transform(drawn.lines, degrees),
        line_street=np.where(drawn.local, drawn.street, drawn.street + len(street_names)),
        line_class=drawn.classes,
        blocks=cells,
        block_kind=np.array([Kind(int(k)).name.lower() for k in blocks.kind]),
        buildings=shapely.transform(np.concatenate([footprints(houses, seed), around.works]), degrees),
        water=shapely.transform(around.water, degrees),
        parks=parks,
        park_names=around.park_names,
        places=places,
        place_names=place_names,
        place_class=place_class,
        boundary=boundary,
        territories=districts.territories,
        doors=columns,
    )


def _settle(doors: int, seed: int, warp: Warp) -> tuple[Superblocks, Houses, River, Diagonal]:
    """Grow superblocks until they hold at least this many doors, and keep only as many as are needed."""
    count = max(2, int(doors / 420) + 2)
    radius = np.sqrt(doors / 420 / np.pi) * 730
    rng = np.random.default_rng([seed, 8])
    river, diagonal = River.near(radius, rng), Diagonal.near(radius, rng)
    while True:
        blocks = grow(count, seed, downtown=doors >= 3_000)
        houses = place(blocks, warp, seed)
        dry = np.abs(river.distance(houses.flat)) > river.half_width * 1.25 + 32
        houses = houses.take(dry & (diagonal.distance(houses.flat) > 36))
        capacity = np.cumsum(np.bincount(houses.block, weights=houses.units, minlength=count))
        if capacity[-1] >= doors:
            needed = int(np.searchsorted(capacity, doors)) + 1
            return blocks.head(needed), houses.take(houses.block < needed), river, diagonal
        count = int(count * max(1.08, doors / max(capacity[-1], 1) * 1.03)) + 1


def _postcodes(districts: Districts) -> np.ndarray:
    """Per superblock, the index of its ZIP: two neighbouring areas share one."""
    return districts.area_of_block // 2


def _block_of_street(blocks: Superblocks) -> np.ndarray:
    return np.repeat(np.arange(len(blocks)), [len(layout.streets) for layout in blocks.layouts])


def _name_streets(blocks: Superblocks, street_zip: np.ndarray, seed: int) -> np.ndarray:
    roles = [role for layout in blocks.layouts for role, _ in layout.streets]
    out = np.empty(len(roles), dtype=object)
    order = np.argsort(street_zip, kind="stable")
    for which in np.split(order, np.flatnonzero(np.diff(street_zip[order])) + 1):
        if len(which):
            rng = np.random.default_rng([seed, 7, int(street_zip[which[0]])])
            out[which] = names.street_names([roles[i] for i in which], rng)
    return out


def _places(
    name: str,
    districts: Districts,
    boundary: shapely.MultiPolygon,
    parks: np.ndarray,
    park_names: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels: the town, its areas and neighbourhoods, its parks (lon/lat throughout)."""
    kinds = {"AREA": "suburb", "MICRO": "neighbourhood"}
    labelled = [t for t in districts.territories if t.type in kinds]
    named = [i for i, park in enumerate(park_names) if park and park != scenery.RIVERWALK]
    shapes = [boundary, *(t.shape for t in labelled), *parks[named]]
    texts = [name, *(t.name for t in labelled), *park_names[named]]
    classes = ["town", *(kinds[t.type] for t in labelled), *["park"] * len(named)]
    return shapely.point_on_surface(np.array(shapes)), np.array(texts, dtype=object), np.array(classes)
