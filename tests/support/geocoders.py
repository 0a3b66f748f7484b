"""Geocoders on this machine: Pelias, Nominatim and Google as their documentation has them, faults included."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class House:
    """A door that the geocoder knows."""

    number: str
    street: str
    postcode: str
    lat: float
    lon: float
    city: str = "Queens"
    state: str = "NY"

    def is_asked(self, words: str) -> bool:
        asked = words.upper()
        return asked.startswith(f"{self.number} ".upper()) and self.street.split()[0].upper() in asked


@dataclass
class GeocoderServer:
    """What is asked of it stands in ``asked``; ``fault`` says how it misbehaves.

    ``broken``: 500; ``slow``: an answer that drips; ``huge``; ``html``; ``shape``: JSON of another kind; ``nowhere``:
    a position that is none; ``busy``: 429 with ``retry_after``; ``refused``: the key is not taken; ``hangs``.
    """

    url: str = ""
    houses: list[House] = field(default_factory=list)
    fault: str | None = None
    faults_left: int = -1
    """How many answers are faulty; -1: all."""
    retry_after: str | None = None
    partial: bool = False
    """Only the street is known."""
    asked: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def misbehaves(self) -> str | None:
        if self.fault is None or self.faults_left == 0:
            return None
        self.faults_left -= 1
        return self.fault


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        pass  # whoever asked has hung up


class _Handler(BaseHTTPRequestHandler):
    geocoder: GeocoderServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        self.geocoder.asked.append(self.path)
        self.geocoder.agents.append(self.headers.get("User-Agent", ""))
        fault = self.geocoder.misbehaves()
        if fault is not None:
            self._fail(fault, asked.path)
            return
        answer = {
            "/v1/search": _pelias,
            "/v1/reverse": _pelias_reverse,
            "/search": _nominatim,
            "/reverse": _nominatim_reverse,
            "/maps/api/geocode/json": _google,
        }.get(asked.path)
        if answer is None:
            self._send(404, {"error": "no such path"})
        else:
            self._send(200, answer(self.geocoder, query))

    def _fail(self, fault: str, path: str) -> None:
        if fault == "broken":
            self._send(500, {"error": "on fire"})
        elif fault == "busy":
            self._send(429, {"error": "slow down"}, retry_after=self.geocoder.retry_after)
        elif fault == "refused":
            google = {"status": "REQUEST_DENIED", "results": [], "error_message": "no"}
            self._send(200, google) if path.startswith("/maps") else self._send(403, {"error": "no"})
        elif fault == "quota":
            self._send(200, {"status": "OVER_QUERY_LIMIT", "results": []})
        elif fault == "html":
            self._raw(b"<html>Welcome to the hotel's wireless network</html>")
        elif fault == "shape":
            self._send(200, {"features": {"0": [1, 2]}, "results": 7, "status": "OK", "lat": []})
        elif fault == "deep":
            self._raw(b"[" * 100_000)
        elif fault == "nowhere":
            self._send(200, _nowhere(path))
        elif fault == "huge":
            self._raw(b'{"features": "' + b"x" * 3_000_000 + b'"}')
        else:  # slow, hangs
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            while fault == "slow" and not self.geocoder.ended.wait(0.02):
                try:
                    self.wfile.write(b" ")
                except OSError:
                    return
            self.geocoder.ended.wait(30)

    def _send(self, status: int, body: Any, retry_after: str | None = None) -> None:
        self._raw(json.dumps(body).encode(), status, retry_after)

    def _raw(self, body: bytes, status: int = 200, retry_after: str | None = None) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if retry_after:
                self.send_header("Retry-After", retry_after)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # whoever asked has had enough


def _find(geocoder: GeocoderServer, words: str) -> House | None:
    return next((house for house in geocoder.houses if house.is_asked(words)), None)


def _nearest(geocoder: GeocoderServer, lat: float, lon: float) -> House | None:
    return min(geocoder.houses, key=lambda h: (h.lat - lat) ** 2 + (h.lon - lon) ** 2, default=None)


def _feature(geocoder: GeocoderServer, house: House) -> dict[str, Any]:
    street = {"layer": "street", "match_type": "fallback", "accuracy": "centroid", "confidence": 0.6}
    door = {"layer": "address", "match_type": "exact", "accuracy": "point", "confidence": 1}
    said = {
        "name": f"{house.number} {house.street}",
        "street": house.street,
        "postalcode": house.postcode,
        "region_a": house.state,
        "locality": "New York",
        "borough": house.city,
        "country_a": "USA",
        "label": f"{house.number} {house.street}, {house.city}, {house.state}, USA",
    }
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [house.lon, house.lat]},
        "properties": said | (street if geocoder.partial else door | {"housenumber": house.number}),
    }


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"geocoding": {"version": "0.2"}, "type": "FeatureCollection", "features": features}


def _pelias(geocoder: GeocoderServer, query: dict[str, str]) -> dict[str, Any]:
    assert query["boundary.country"] == "USA"
    house = _find(geocoder, query["text"])
    return _collection([_feature(geocoder, house)] if house else [])


def _pelias_reverse(geocoder: GeocoderServer, query: dict[str, str]) -> dict[str, Any]:
    house = _nearest(geocoder, float(query["point.lat"]), float(query["point.lon"]))
    return _collection([_feature(geocoder, house)] if house else [])


def _place(geocoder: GeocoderServer, house: House) -> dict[str, Any]:
    said = {
        "road": house.street,
        "borough": "Queens",
        "city": "New York",
        "state": "New York",
        "ISO3166-2-lvl4": f"US-{house.state}",
        "postcode": house.postcode,
        "country_code": "us",
    }
    door = {} if geocoder.partial else {"house_number": house.number}
    return {
        "place_id": 1,
        "osm_type": "way",
        "osm_id": 2,
        "lat": str(house.lat),
        "lon": str(house.lon),
        "class": "highway" if geocoder.partial else "building",
        "type": "residential",
        "place_rank": 26 if geocoder.partial else 30,
        "importance": 0.01,
        "display_name": f"{house.number}, {house.street}",
        "address": door | said,
    }


def _nominatim(geocoder: GeocoderServer, query: dict[str, str]) -> list[dict[str, Any]]:
    assert (query["format"], query["addressdetails"], query["countrycodes"]) == ("json", "1", "us")
    house = _find(geocoder, query["street"])
    return [_place(geocoder, house)] if house else []


def _nominatim_reverse(geocoder: GeocoderServer, query: dict[str, str]) -> dict[str, Any]:
    house = _nearest(geocoder, float(query["lat"]), float(query["lon"]))
    return _place(geocoder, house) if house else {"error": "Unable to geocode"}


def _google(geocoder: GeocoderServer, query: dict[str, str]) -> dict[str, Any]:
    if query.get("key") != "good key":
        return {"status": "REQUEST_DENIED", "results": [], "error_message": "The provided API key is invalid."}
    if "latlng" in query:
        lat, lon = query["latlng"].split(",")
        house = _nearest(geocoder, float(lat), float(lon))
    else:
        assert "country:US" in query["components"]
        house = _find(geocoder, query["address"])
    if house is None:
        return {"status": "ZERO_RESULTS", "results": []}
    parts = [
        ("route", house.street),
        ("sublocality", house.city),
        ("administrative_area_level_1", house.state),
        ("country", "US"),
        ("postal_code", house.postcode),
    ]
    if not geocoder.partial:
        parts.insert(0, ("street_number", house.number))
    result = {
        "address_components": [{"long_name": text, "short_name": text, "types": [kind]} for kind, text in parts],
        "formatted_address": f"{house.number} {house.street}",
        "geometry": {
            "location": {"lat": house.lat, "lng": house.lon},
            "location_type": "GEOMETRIC_CENTER" if geocoder.partial else "ROOFTOP",
        },
        "place_id": "x",
        "types": ["route"] if geocoder.partial else ["premise"],
    }
    return {"status": "OK", "results": [result]}


def _nowhere(path: str) -> Any:
    if path.startswith("/maps"):
        return {
            "status": "OK",
            "results": [{"formatted_address": "", "geometry": {"location": {"lat": 999, "lng": 0}}}],
        }
    if path.startswith("/v1"):
        return _collection([{"geometry": {"coordinates": [0, 0]}, "properties": {"layer": "address"}}])
    return [{"lat": "NaN", "lon": "NaN", "place_rank": 30, "address": {}}]


@contextmanager
def geocoder_server() -> Iterator[GeocoderServer]:
    """Serves on a free port of this machine until left."""
    geocoder = GeocoderServer()
    handler = type("Handler", (_Handler,), {"geocoder": geocoder})
    server = _Server(("127.0.0.1", 0), handler)
    geocoder.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield geocoder
    finally:
        geocoder.ended.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
