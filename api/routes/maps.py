"""The map under everything: style, vector tiles and glyphs. Public: nothing here is about a person."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request, Response

from api.dependencies import SettingsDep
from api.routing import Router
from outbound.errors import NotFound
from outbound.geo.maps import Archive, Basemap
from outbound.geo.style import map_style

router = Router(prefix="/api/maps", tags=["maps"])

FONTS = Path(__file__).parents[1] / "static" / "fonts"
_VECTOR_TILE = "application/x-protobuf"
_PROTOBUF: dict[str, Any] = {
    "description": "Protocol buffers",
    "content": {_VECTOR_TILE: {"schema": {"type": "string", "format": "binary"}}},
}
_DAY = "public, max-age=86400"
_RANGE = re.compile(r"\d{1,5}-\d{1,5}")
_FACES = ("Open Sans Semibold", "Open Sans Regular")


def get_basemap(request: Request, settings: SettingsDep) -> Basemap:
    """One per application: the archive stays mapped between requests."""
    state = request.app.state
    if not isinstance(getattr(state, "basemap", None), Basemap):
        state.basemap = Basemap(settings.maps_dir)
    return state.basemap


BasemapDep = Annotated[Basemap, Depends(get_basemap)]
IfNoneMatch = Annotated[str | None, Header()]
Edition = Annotated[str | None, Query(max_length=64, description="Of the basemap, as the style names it; for caches.")]


@router.get("/style.json", summary="The map style")
def read_style(response: Response, basemap: BasemapDep, settings: SettingsDep) -> dict[str, Any]:
    """A MapLibre style whose tiles and glyphs come from this server alone."""
    archive = basemap.archive()
    response.headers["cache-control"] = "no-cache"
    return map_style(f"{settings.api_url}{router.prefix}", _facts(archive) if archive else None)


@router.get(
    "/tiles/{z}/{x}/{y}.pbf",
    summary="One vector tile",
    response_class=Response,
    responses={
        200: _PROTOBUF,
        204: {"description": "The tile is empty, or outside the archive"},
        304: {"description": "The tile has not changed: `If-None-Match` is its `ETag`"},
    },
)
def read_tile(
    z: int, x: int, y: int, basemap: BasemapDep, if_none_match: IfNoneMatch = None, v: Edition = None
) -> Response:
    """204 where the tile is empty or outside the archive."""
    archive = basemap.archive()
    if archive is None:
        return Response(status_code=204, headers={"cache-control": "no-cache"})
    headers = {"etag": f'"{archive.tag}"', "cache-control": _DAY}
    if if_none_match == headers["etag"]:
        return Response(status_code=304, headers=headers)
    data = archive.tile(z, x, y)
    if data is None:
        return Response(status_code=204, headers=headers)
    if archive.is_gzipped:
        headers["content-encoding"] = "gzip"
    return Response(data, media_type=_VECTOR_TILE, headers=headers)


@router.get(
    "/fonts/{fontstack}/{characters}.pbf",
    summary="Glyphs of a font",
    response_class=Response,
    responses={200: _PROTOBUF},
)
def read_glyphs(fontstack: str, characters: str) -> Response:
    """Glyphs of a range of 256 characters; a range the fonts do not have comes back empty, not as an error."""
    if not _RANGE.fullmatch(characters):
        raise NotFound(f"“{characters}” is not a range of characters; ask for one such as 0-255.")
    heavy = re.search("bold|medium", fontstack, re.IGNORECASE)
    file = FONTS / (_FACES[0] if heavy else _FACES[1]) / f"{characters}.pbf"
    headers = {"cache-control": _DAY}
    if not file.is_file():
        return Response(b"", media_type=_VECTOR_TILE, headers=headers)
    return Response(file.read_bytes(), media_type=_VECTOR_TILE, headers=headers)


def _facts(archive: Archive) -> dict[str, Any]:
    minzoom, maxzoom = archive.zooms
    return {
        "name": archive.metadata.get("name", "Basemap"),
        # An archive that does not say otherwise was made from OpenStreetMap, whose licence wants it said.
        "attribution": archive.metadata.get("attribution") or "© OpenStreetMap contributors",
        "bounds": archive.bounds,
        "center": archive.center,
        "minzoom": minzoom,
        "maxzoom": maxzoom,
        "tag": archive.tag,
    }
