"""How geocoders are reached: geopy asks, this fetches, bounded in time and size whatever the other side does."""

from __future__ import annotations

import json
import ssl
import time
from typing import Any

import httpx
from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import GeocoderParseError, GeocoderServiceError, GeocoderTimedOut, GeocoderUnavailable

LARGEST_ANSWER = 1_000_000
"""Bytes; an address is answered in some thousands."""


class BoundedAdapter(BaseSyncAdapter):
    """Fetches over httpx: one deadline for the whole answer, no redirects, no answer larger than is sensible."""

    def __init__(self, *, proxies: Any, ssl_context: ssl.SSLContext | None) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._client = httpx.Client(follow_redirects=False, verify=ssl_context or True)

    def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> Any:
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            # Not the text itself: it may repeat the address.
            raise GeocoderParseError("the answer is no JSON") from None

    def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:
        ends = time.monotonic() + timeout
        body = bytearray()
        try:
            with self._client.stream("GET", url, headers=headers, timeout=timeout) as response:
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > LARGEST_ANSWER:
                        raise GeocoderParseError("the answer is too large")
                    if time.monotonic() > ends:
                        raise GeocoderTimedOut("the answer took too long")
        except httpx.TimeoutException:
            raise GeocoderTimedOut("no answer in time") from None
        except httpx.ConnectError:
            raise GeocoderUnavailable("nobody answers there") from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise GeocoderServiceError("the connection broke off") from None
        text = body.decode("utf-8", "replace")
        if not 200 <= response.status_code < 300:
            lower = {name.lower(): value for name, value in response.headers.items()}
            raise AdapterHTTPError(
                f"status {response.status_code}", status_code=response.status_code, headers=lower, text=""
            )
        return text

    def __exit__(self, *_: object) -> None:
        self._client.close()
