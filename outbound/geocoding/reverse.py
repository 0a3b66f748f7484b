"""The address at a pin that somebody drops: the nearest known door, else what the online geocoder says."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from outbound.addresses.rules import PostalParts
from outbound.errors import Unavailable
from outbound.geo.points import PointIndex
from outbound.geo.sphere import great_circle
from outbound.geocoding.chain import online_geocoder
from outbound.geocoding.online import Busy, CapReached
from outbound.settings import Settings
from outbound.vocabulary import LocationSource

WITHIN = 75.0
"""Metres from a pin within which a known door is the one that is meant."""
PATIENCE = 2.0
"""Seconds that somebody at a door waits for the geocoder's turn."""
LONGEST_CALL = 4.0
_FARTHEST = 250.0
"""Metres beyond which a geocoder's answer is of another place."""


@dataclass(frozen=True)
class AtPin:
    """An address near a pin; ``note`` says why there is none, or why nobody else was asked."""

    parts: PostalParts | None = None
    source: LocationSource | None = None
    metres: float | None = None
    note: str | None = None


def address_at(session: Session, settings: Settings, lat: float, lon: float) -> AtPin:
    """What stands at a position in degrees. Never raises for a geocoder: a pin is a door without an address too."""
    near = PointIndex.open(settings.regions_dir).nearest(lat, lon, within=WITHIN)
    if near is not None:
        return AtPin(near.parts, LocationSource.ADDRESS_POINT, round(near.metres, 1))
    quick = settings.model_copy(update={"geocoder_seconds": min(settings.geocoder_seconds, LONGEST_CALL)})
    online = online_geocoder(session, quick)
    if online is None:
        return AtPin(note="No known door lies near this pin.")
    try:
        found = online.address_at(lat, lon, patience=PATIENCE)
    except Unavailable as error:
        return AtPin(note=error.message)
    except (Busy, CapReached) as error:
        return AtPin(note=f"The geocoder was not asked: {error}.")
    if found is None or not found.parts.street:
        return AtPin(note="The geocoder knows no address near this pin.")
    metres = great_circle((lat, lon), (found.lat, found.lon))
    if not metres <= _FARTHEST:  # also what is no number
        return AtPin(note="The geocoder knows no address near this pin.")
    return AtPin(found.parts, LocationSource.GEOCODER, round(metres, 1))
