"""What stands at a pin."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.dependencies import SettingsDep, UnitOfWork
from api.permissions import permits
from api.routing import Router
from api.schemas.geocoding import AtPinOut
from api.turns import slow
from outbound.geocoding.reverse import address_at
from outbound.identity.permissions import Operation

router = Router(prefix="/api/geocode", tags=["addresses"])


@router.get("/reverse", dependencies=[slow("lookups"), permits(Operation.ADDRESSES_WRITE)])
def address_at_pin(
    session: UnitOfWork,
    settings: SettingsDep,
    lat: Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False, examples=[41.5913])],
    lon: Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False, examples=[-93.6322])],
) -> AtPinOut:
    """The address nearest to a position: of the loaded regions' doors, else of the geocoder, where one is set."""
    return AtPinOut.of(address_at(session, settings, lat, lon))
