"""Pelias, Nominatim and Google, asked through geopy, each answer brought to one shape.

What may go wrong is one of three: :class:`Failed` (worth another try), :class:`Refused` (it will go on refusing) and
:class:`outbound.geocoding.rules.Nonsense`. Their words hold nothing of the address.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from geopy import exc
from geopy.geocoders import GoogleV3, Nominatim, Pelias
from geopy.location import Location

from outbound.errors import Misconfigured
from outbound.geocoding.rules import Answer, Nonsense
from outbound.geocoding.transport import BoundedAdapter
from outbound.postal.rules import PostalParts
from outbound.settings import Settings
from outbound.vocabulary import AnswerKind

PUBLIC_NOMINATIM = "nominatim.openstreetmap.org"
"""Its usage policy: one call a second at the most for the whole application, and who it is."""

# These tell each address that is asked for, and the key it is asked with, at their levels below.
for _teller in ("geopy", "httpx", "httpcore"):
    logging.getLogger(_teller).setLevel(logging.WARNING)


class Failed(Exception):
    """No answer this time. ``after``: seconds that the geocoder asked to be left alone for."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class Refused(Exception):
    """It will not answer this installation: key, quota or rights."""


class Vendor(Protocol):
    """One geocoder."""

    name: str
    """What is asked where, for cache and counts: the same server is the same geocoder."""
    most_per_second: float
    """What its terms allow."""

    def find(self, parts: PostalParts) -> Answer | None:
        """Its best answer for an address; none when it knows none."""

    def address_at(self, lat: float, lon: float) -> Answer | None:
        """The address nearest to a position in degrees."""


def vendor_of(settings: Settings) -> Vendor | None:
    """The geocoder of the settings; none when none is set. Raises :class:`Misconfigured` in one sentence."""
    if settings.geocoder is None:
        return None
    if settings.geocoder == "google":
        if not settings.geocoder_key:
            raise Misconfigured("OUTBOUND_GEOCODER_KEY is needed for Google's geocoder.")
        return GoogleVendor(settings)
    if not settings.geocoder_url:
        raise Misconfigured(f"OUTBOUND_GEOCODER_URL must name the {settings.geocoder} server that is to be asked.")
    return PeliasVendor(settings) if settings.geocoder == "pelias" else NominatimVendor(settings)


class PeliasVendor:
    """Pelias, also as geocode.earth serves it (https://github.com/pelias/documentation)."""

    most_per_second = 100.0
    _KINDS = {  # noqa: RUF012 (read only)
        "address": AnswerKind.DOOR,
        "venue": AnswerKind.DOOR,
        "street": AnswerKind.STREET,
        "postalcode": AnswerKind.POSTCODE,
    }

    def __init__(self, settings: Settings) -> None:
        scheme, place = _place(settings)
        self.name = f"pelias {place}"
        self._geocoder = Pelias(place, api_key=settings.geocoder_key, scheme=scheme, **_common(settings))

    def find(self, parts: PostalParts) -> Answer | None:
        return _asked(lambda: self._geocoder.geocode(one_line(parts), countries=["USA"]), self._answer)

    def address_at(self, lat: float, lon: float) -> Answer | None:
        return _asked(lambda: self._geocoder.reverse((lat, lon)), self._answer)

    def _answer(self, found: Location) -> Answer:
        said = _mapping(_mapping(found.raw).get("properties"))
        kind = self._KINDS.get(_text(said, "layer"), AnswerKind.PLACE)
        if kind is AnswerKind.DOOR and (
            _text(said, "match_type") == "interpolated" or _text(said, "accuracy") == "interpolated"
        ):
            kind = AnswerKind.INTERPOLATED
        parts = PostalParts(
            _text(said, "housenumber"),
            _text(said, "street"),
            "",
            _text(said, "locality") or _text(said, "borough"),
            _text(said, "region_a"),
            _text(said, "postalcode"),
        )
        return Answer(found.latitude, found.longitude, kind, parts, _number(said.get("confidence")))


class NominatimVendor:
    """Nominatim (https://nominatim.org/release-docs/latest/api/Search/)."""

    _RANKS = ((30, AnswerKind.DOOR), (26, AnswerKind.STREET), (21, AnswerKind.POSTCODE))

    def __init__(self, settings: Settings) -> None:
        scheme, place = _place(settings)
        self.name = f"nominatim {place}"
        self.most_per_second = 1.0 if place.partition(":")[0] == PUBLIC_NOMINATIM else 100.0
        self._geocoder = Nominatim(domain=place, scheme=scheme, **_common(settings))

    def find(self, parts: PostalParts) -> Answer | None:
        wanted = {
            "street": f"{parts.house_number} {parts.street}",
            "city": parts.city,
            "state": parts.state,
            "postalcode": parts.postcode,
        }
        query = {name: value for name, value in wanted.items() if value}
        return _asked(lambda: self._geocoder.geocode(query, addressdetails=True, country_codes="us"), self._answer)

    def address_at(self, lat: float, lon: float) -> Answer | None:
        return _asked(lambda: self._geocoder.reverse((lat, lon), zoom=18), self._answer)

    def _answer(self, found: Location) -> Answer:
        raw = _mapping(found.raw)
        said = _mapping(raw.get("address"))
        rank = _number(raw.get("place_rank")) or 0
        kind = next((kind for least, kind in self._RANKS if rank >= least), AnswerKind.PLACE)
        # A number along an interpolation line or a TIGER range belongs to a way and is called a house.
        if kind is AnswerKind.DOOR and raw.get("osm_type") == "way" and raw.get("class") == "place":
            kind = AnswerKind.INTERPOLATED
        parts = PostalParts(
            _text(said, "house_number"),
            _text(said, "road"),
            "",
            _text(said, "city") or _text(said, "town") or _text(said, "village"),
            _text(said, "ISO3166-2-lvl4").removeprefix("US-") or _text(said, "state"),
            _text(said, "postcode"),
        )
        return Answer(found.latitude, found.longitude, kind, parts)


class GoogleVendor:
    """Google's Geocoding API (https://developers.google.com/maps/documentation/geocoding)."""

    most_per_second = 50.0
    _KINDS = {  # noqa: RUF012 (read only)
        "ROOFTOP": AnswerKind.DOOR,
        "RANGE_INTERPOLATED": AnswerKind.INTERPOLATED,
        "GEOMETRIC_CENTER": AnswerKind.STREET,
        "APPROXIMATE": AnswerKind.PLACE,
    }

    def __init__(self, settings: Settings) -> None:
        scheme, place = _place(settings) if settings.geocoder_url else ("https", "maps.googleapis.com")
        self.name = f"google {place}"
        self._geocoder = GoogleV3(api_key=settings.geocoder_key, domain=place, scheme=scheme, **_common(settings))

    def find(self, parts: PostalParts) -> Answer | None:
        within = [("country", "US")]
        if parts.postcode:
            within.append(("postal_code", parts.postcode))
        return _asked(lambda: self._geocoder.geocode(one_line(parts), components=within), self._answer)

    def address_at(self, lat: float, lon: float) -> Answer | None:
        return _asked(lambda: self._geocoder.reverse((lat, lon)), self._answer)

    def _answer(self, found: Location) -> Answer:
        raw = _mapping(found.raw)
        said: dict[str, str] = {}
        for part in raw.get("address_components") or ():
            for kind_of_part in _mapping(part).get("types") or ():
                said.setdefault(str(kind_of_part), _text(_mapping(part), "short_name"))
        kind = self._KINDS.get(_text(_mapping(raw.get("geometry")), "location_type"), AnswerKind.PLACE)
        if kind is AnswerKind.PLACE and "postal_code" in (raw.get("types") or ()):
            kind = AnswerKind.POSTCODE
        city = said.get("locality") or said.get("sublocality") or ""
        parts = PostalParts(
            said.get("street_number", ""),
            said.get("route", ""),
            "",
            city,
            said.get("administrative_area_level_1", ""),
            said.get("postal_code", ""),
        )
        return Answer(found.latitude, found.longitude, kind, parts, 0.7 if raw.get("partial_match") else None)


def one_line(parts: PostalParts) -> str:
    """The address as one line, without its unit: a geocoder knows buildings, and need not know more."""
    street = f"{parts.house_number} {parts.street}".strip()
    place = f"{parts.state} {parts.postcode}".strip()
    return ", ".join(filter(None, (street, parts.city, place)))


def _asked(ask: Callable[[], Location | None], answer: Callable[[Location], Answer]) -> Answer | None:
    try:
        found = ask()
        return None if found is None else answer(found)
    except exc.GeocoderRateLimited as error:
        raise Failed("it asks for a slower pace", error.retry_after) from None
    except (exc.GeocoderQuotaExceeded, exc.GeocoderAuthenticationFailure, exc.GeocoderInsufficientPrivileges):
        raise Refused("it refuses the key, or the key's quota is used up") from None
    except exc.GeocoderTimedOut:
        raise Failed("it did not answer in time") from None
    except exc.GeocoderUnavailable:
        raise Failed("it cannot be reached") from None
    except exc.GeocoderParseError:
        raise Nonsense("an answer that cannot be read") from None
    except exc.GeocoderQueryError:
        raise Refused("it does not take our questions") from None
    except exc.GeocoderServiceError:
        raise Failed("it answers with an error") from None
    except (exc.GeopyError, KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise Nonsense("an answer of another shape") from None


def _common(settings: Settings) -> dict[str, Any]:
    agent = "Outbound/0.1" + (f" ({settings.geocoder_contact})" if settings.geocoder_contact else "")
    return {"timeout": settings.geocoder_seconds, "user_agent": agent, "adapter_factory": BoundedAdapter}


def _place(settings: Settings) -> tuple[str, str]:
    """Scheme, and host with port and path, of the server that is set."""
    parts = urlsplit(settings.geocoder_url or "")
    return parts.scheme, (parts.netloc + parts.path).rstrip("/")


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError("no mapping")
    return value


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value[:200] if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
