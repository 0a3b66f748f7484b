"""The map style: a quiet, light base on which leads, routes and hexagons are the loud part.

Pure: the archive's facts go in, a MapLibre style comes out.
"""

from __future__ import annotations

from typing import Any

FONT = "Open Sans Regular"
FONT_BOLD = "Open Sans Semibold"
_LAND, _TOWN, _PARK, _WATER = "#f5f3ee", "#efece5", "#d3e5c4", "#abcfe4"
_CASING, _ROAD, _MAIN, _HIGHWAY = "#d8d2c6", "#ffffff", "#fbe7b4", "#f5cd86"
_RAIL, _PATH = "#c4bfb8", "#d9c9b4"
_HALO = "#ffffff"


def map_style(base_url: str, archive: dict[str, Any] | None) -> dict[str, Any]:
    """A MapLibre style that draws on this server alone.

    `base_url` is where the map routes stand, without a slash at the end. `archive` holds name, attribution,
    bounds, center, minzoom, maxzoom and tag of the basemap; None gives a valid style of a plain background.
    """
    style: dict[str, Any] = {
        "version": 8,
        "name": "Outbound light",
        "metadata": {"outbound:basemap": archive is not None},
        "glyphs": f"{base_url}/fonts/{{fontstack}}/{{range}}.pbf",
        "sources": {},
        "layers": [{"id": "background", "type": "background", "paint": {"background-color": _LAND}}],
    }
    if archive is None:
        style["metadata"]["outbound:message"] = "No basemap has been written yet."
        return style
    style["metadata"]["outbound:name"] = archive["name"]
    style["center"] = [round(part, 6) for part in archive["center"]]
    style["zoom"] = 13
    style["sources"]["basemap"] = {
        "type": "vector",
        "tiles": [f"{base_url}/tiles/{{z}}/{{x}}/{{y}}.pbf?v={archive['tag']}"],
        "minzoom": archive["minzoom"],
        "maxzoom": archive["maxzoom"],
        "attribution": archive["attribution"],
    }
    style["layers"] += [*_ground(), *_streets(), *_labels()]
    return style


def _layer(layer_id: str, kind: str, source_layer: str, paint: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": layer_id,
        "type": kind,
        "source": "basemap",
        "source-layer": source_layer,
        "paint": paint,
        **more,
    }


def _by_zoom(*stops: tuple[float, float]) -> list[Any]:
    """A size that grows smoothly over (zoom, pixels) stops."""
    return ["interpolate", ["exponential", 1.5], ["zoom"], *(part for stop in stops for part in stop)]


def _ground() -> list[dict[str, Any]]:
    kinds = ["match", ["get", "kind"], "downtown", "#ece4d8", "industry", "#e8e6ea", _TOWN]
    return [
        _layer("blocks", "fill", "blocks", {"fill-color": kinds}),
        _layer("parks", "fill", "parks", {"fill-color": _PARK}),
        _layer("water", "fill", "water", {"fill-color": _WATER}),
        _layer(
            "waterways",
            "line",
            "waterways",
            {"line-color": _WATER, "line-width": _by_zoom((9, 0.8), (13, 2), (16, 6))},
        ),
        _layer(
            "buildings",
            "fill",
            "buildings",
            {
                "fill-color": "#e0d7c9",
                "fill-outline-color": "#cfc4b2",
                "fill-opacity": ["interpolate", ["linear"], ["zoom"], 13.8, 0, 14.6, 1],
            },
            minzoom=13.8,
        ),
    ]


def _streets() -> list[dict[str, Any]]:
    rounded = {"line-cap": "round", "line-join": "round"}
    rails = _layer(
        "rails", "line", "rails", {"line-color": _RAIL, "line-width": _by_zoom((11, 0.6), (15, 1.6), (18, 4))}
    )
    paths = _layer(
        "paths",
        "line",
        "streets",
        {"line-color": _PATH, "line-width": _by_zoom((14, 0.8), (18, 4)), "line-dasharray": [2, 1.5]},
        filter=["==", ["get", "class"], "path"],
        minzoom=14.5,
    )
    service = ["==", ["get", "class"], "service"]
    local = ["==", ["get", "class"], "residential"]
    middle = ["==", ["get", "class"], "secondary"]
    main = ["==", ["get", "class"], "primary"]
    widths = {
        "service": (service, _ROAD, 13.5, ((13, 0.6), (15, 2.4), (17, 7), (19, 22))),
        "residential": (local, _ROAD, 11.5, ((11, 0.3), (13, 1.1), (15, 5), (17, 14), (19, 44))),
        "secondary": (middle, _MAIN, 0, ((10, 0.8), (13, 2.8), (15, 8), (17, 20), (19, 60))),
        "primary": (main, _HIGHWAY, 0, ((10, 1.2), (13, 3.6), (15, 10), (17, 24), (19, 70))),
    }
    casings, fills = [], []
    for name, (which, colour, minzoom, stops) in widths.items():
        wider = tuple((zoom, round(width * 1.16 + 0.7, 2)) for zoom, width in stops)
        more = {"filter": which, "layout": rounded, "minzoom": minzoom}
        casings.append(
            _layer(f"{name}-casing", "line", "streets", {"line-color": _CASING, "line-width": _by_zoom(*wider)}, **more)
        )
        fills.append(_layer(name, "line", "streets", {"line-color": colour, "line-width": _by_zoom(*stops)}, **more))
    return [paths, rails, *casings, *fills]


def _labels() -> list[dict[str, Any]]:
    def street(layer_id: str, which: list[Any], minzoom: float, size: list[Any], colour: str) -> dict[str, Any]:
        return _layer(
            layer_id,
            "symbol",
            "streets",
            {"text-color": colour, "text-halo-color": _HALO, "text-halo-width": 1.4},
            filter=which,
            minzoom=minzoom,
            layout={
                "symbol-placement": "line",
                "symbol-spacing": 320,
                "text-field": ["get", "name"],
                "text-font": [FONT],
                "text-size": size,
                "text-max-angle": 35,
            },
        )

    def place(kind: str, zooms: tuple[float, float], size: list[Any], colour: str, **layout: Any) -> dict[str, Any]:
        return _layer(
            f"place-{kind}",
            "symbol",
            "places",
            {"text-color": colour, "text-halo-color": _HALO, "text-halo-width": 1.6},
            filter=["==", ["get", "class"], kind],
            minzoom=zooms[0],
            maxzoom=zooms[1],
            layout={
                "text-field": ["get", "name"],
                "text-font": [FONT_BOLD],
                "text-size": size,
                "text-max-width": 8,
                "text-padding": 6,
                **layout,
            },
        )

    residential = ["==", ["get", "class"], "residential"]
    wide = ["interpolate", ["linear"], ["zoom"], 12, 10, 17, 14]
    narrow = ["interpolate", ["linear"], ["zoom"], 14, 9.5, 18, 13]
    return [
        street("residential-label", residential, 14.2, narrow, "#6b665c"),
        street("main-label", ["in", ["get", "class"], ["literal", ["primary", "secondary"]]], 12.5, wide, "#7a6338"),
        place("park", (14, 24), ["interpolate", ["linear"], ["zoom"], 14, 10, 17, 12], "#4f7a3a"),
        place("neighbourhood", (13.2, 16), ["interpolate", ["linear"], ["zoom"], 13, 10.5, 15, 13], "#8b8378"),
        place(
            "suburb",
            (11.5, 14),
            ["interpolate", ["linear"], ["zoom"], 11, 11, 14, 15],
            "#6f675c",
            **{"text-transform": "uppercase", "text-letter-spacing": 0.12},
        ),
        place("town", (5, 12.4), ["interpolate", ["linear"], ["zoom"], 8, 14, 12, 22], "#3e3a34"),
    ]
