"""Names of a fictional town: streets, neighbourhoods, parks. Made of plain words."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from outbound.demo.layout import Role


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, each once."""
    return tuple(dict.fromkeys(text.split()))


STEMS = words_of("""
    Abbey Acorn Alder Amber Anchor Apple Arbor Ash Aspen Aster Autumn Azalea Badger Balsam Banner Barley
    Basin Bay Beacon Beech Bell Birch Bishop Blackberry Blossom Bluebell Bluff Boulder Bramble Branch
    Breeze Briar Bridge Bristol Brook Buckeye Buckhorn Burr Butternut Cabin Calico Cambridge Canary
    Candle Cannon Canterbury Canvas Cardinal Carriage Cascade Castle Catalpa Cedar Chapel Cherry
    Chestnut Church Cider Cinder Clay Clearview Clover Cobblestone College Colony Columbine Commerce
    Concord Copper Coral Cottage Cottonwood Country Court Covered Cranberry Creek Crescent Crest Crown
    Crystal Cypress Daffodil Dairy Daisy Dale Dawn Deer Depot Dogwood Dove Driftwood Eagle Eastern Ebony
    Echo Edgewood Elder Elk Elm Ember Evergreen Fairfield Fairview Falcon Farmstead Feather Fern Field
    Finch Fir Firefly Flint Forest Forge Foundry Fountain Fox Foxglove Garden Garnet Gate Ginger Glade
    Glen Golden Goldenrod Granary Granite Grange Grove Gull Hackberry Harbor Harvest Hawk Hawthorn Hazel
    Hearth Heather Hedge Hemlock Heritage Heron Hickory High Highland Hill Hollow Holly Homestead Honey
    Honeysuckle Hunter Hyacinth Independence Indigo Iris Ironwood Ivory Ivy Jasmine Jasper Jay Jewel
    Juniper Kestrel Kettle Kingfisher Lake Lantern Larch Lark Laurel Lavender Ledge Liberty Lilac Lily
    Limestone Linden Locust Lodge Lookout Lupine Magnolia Mallard Maple Marble Marigold Market Marsh
    Meadow Melody Memory Mercer Midland Mill Millstone Mimosa Mint Mistletoe Mockingbird Monarch
    Moonlight Morning Moss Mulberry Myrtle Nectar Newport Nightingale Noble Northern Nutmeg Oak Oakleaf
    Old Olive Opal Orchard Orchid Oriole Osprey Otter Oxford Paddock Palomino Park Partridge Pasture
    Peach Pear Pearl Pebble Pecan Pheasant Pilgrim Pine Pioneer Plum Pond Poplar Poppy Prairie Primrose
    Prospect Quail Quarry Quartz Quiet Quince Rabbit Railroad Rain Ranch Raspberry Raven Redbud Reed
    Ridge River Roan Robin Rock Rose Rosemary Rowan Ruby Rustic Saddle Saffron Sage Sandstone Sapphire
    Sassafras Savanna School Season Sequoia Shadow Shady Shale Shore Silver Sky Slate Smoke Snowberry
    Sorrel South Spring Spruce Spur Starling Station Steeple Sterling Stone Stonegate Strawberry Stream
    Sugar Summer Summit Sumac Sun Sunflower Sunrise Sunset Swallow Swan Sweetgum Sycamore Tamarack
    Tanager Teal Thicket Thistle Thrush Thyme Timber Topaz Tower Trail Tulip Tupelo Turtle Union Valley
    Vanguard Velvet Veranda Village Vine Vineyard Violet Vista Wagon Walnut Warbler Water Waterfall
    Wayside Western Wheat Whisper White Wicker Wild Willow Wind Windmill Window Winter Wisteria Wolf
    Wood Woodbine Woodland Wren Yarrow Yellow Yew Zephyr Zinnia
""")

_TYPES = {
    Role.STREET: ("St", "Ave", "Ln", "Dr", "Ter"),
    Role.CROSS: ("Ave", "St", "Rd", "Way", "Trl"),
    Role.COLLECTOR: ("Dr", "Pkwy", "Blvd", "Rd", "Way"),
    Role.COURT: ("Ct", "Pl", "Cv", "Run", "Pass"),
    Role.CRESCENT: ("Cir", "Ln", "Loop", "Bnd", "Xing"),
}

_ARTERIALS_EAST = words_of("""
    Main Market Commerce Mill Union College Prospect Depot Highland Orchard Liberty Fairground
""")
_ARTERIALS_NORTH = words_of("""
    Central Meridian Church Foundry Lincoln Jefferson Franklin Madison Monroe Harrison
""")
_PLACE_ENDS = words_of("""
    Heights Hills Park Grove Estates Commons Meadows Crossing Village Woods Ridge Point Landing Gardens
    Terrace Farms Hollow Glen Run View Place Trails Bend Green Square
""")
_SIDES = ("East", "North", "West", "South")
_AREA_ENDS = ("side", "gate", "field", "brook", "view", "wood", "ridge", "dale", "port", "lake")
TOWNS = ("Cedar Ferry", "Maple Hollow", "Larkfield", "Willow Bend", "Stonewater", "Amberton", "Fox Prairie")


def street_names(roles: list[Role], rng: np.random.Generator) -> list[str]:
    """A distinct name for each street of one ZIP, fitting its role; raises nothing, never repeats."""
    order = rng.permutation(len(STEMS))
    names = []
    for index, role in enumerate(roles):
        lap, at = divmod(index, len(order))
        types = _TYPES[role]
        stem = STEMS[order[at]]
        if lap == 0:
            names.append(f"{stem} {types[int(rng.integers(0, 2))]}")
        elif lap == 1:
            names.append(f"{stem} {types[2 + int(rng.integers(0, 3))]}")
        else:
            names.append(f"{stem} {_PLACE_ENDS[lap % len(_PLACE_ENDS)]}{' ' + str(lap) if lap > 24 else ''} {types[0]}")
    return names


def arterial_name(index: int, *, runs_east: bool) -> str:
    """The name of the index-th arterial from the centre (0 is the axis itself, negative is south or west)."""
    pool = _ARTERIALS_EAST if runs_east else _ARTERIALS_NORTH
    side = ("N" if index > 0 else "S") if runs_east else ("E" if index > 0 else "W")
    if index == 0:
        return f"{pool[0]} {'St' if runs_east else 'Ave'}"
    place = 2 * abs(index) - (1 if index > 0 else 0)
    if place < len(pool):
        return f"{pool[place]} {'St' if runs_east else 'Ave'}"
    return f"County Rd {abs(index) * 50} {side}"


def place_names(rng: np.random.Generator) -> Iterator[str]:
    """An endless run of distinct neighbourhood names."""
    taken: set[str] = set()
    lap = 0
    while True:
        for stem in rng.permutation(len(STEMS)):
            name = f"{STEMS[stem]} {_PLACE_ENDS[int(rng.integers(0, len(_PLACE_ENDS)))]}"
            if lap > 20:
                name = f"{name} {lap}"
            if name not in taken:
                taken.add(name)
                yield name
        lap += 1


def side_of(east: float, north: float) -> str:
    """Which side of town lies in this direction: East, North, West or South."""
    return _SIDES[round(math.atan2(north, east) / (math.pi / 2)) % 4]


def area_name(side: str | None, nth: int) -> str:
    """The name of the nth area (0, 1 …) on a side of town; None for the one in the middle."""
    if side is None:
        return "Downtown"
    lap, at = divmod(nth, len(_AREA_ENDS))
    return f"{side}{_AREA_ENDS[at]}{f' {lap + 1}' if lap else ''}"


def region_name(town: str, side: str | None, nth: int, *, alone: bool) -> str:
    """The name of a region; `alone` when it is the whole town."""
    if alone:
        return town
    return f"{town} {side or 'Central'}{f' {nth + 1}' if nth else ''}"
