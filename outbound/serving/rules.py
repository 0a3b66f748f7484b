"""Whom a server answers. A browser sends requests for any page that is open in it, so that coming from this machine
proves nothing: what a page cannot forge is the host it asked for, and the origin it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from outbound.settings import LOOPBACK_HOSTS, Settings

READING = frozenset({"GET", "HEAD"})
JSON = "application/json"


@dataclass(frozen=True)
class Refusal:
    """Why a request is not answered, and with which status."""

    status: int
    sentence: str


@dataclass(frozen=True)
class Site:
    """The names of one server."""

    hosts: frozenset[str]
    """``name:port``, or ``name`` alone where any port will do."""
    origins: frozenset[str] = frozenset()
    """Further origins that are the server's own, such as that of the proxy before it."""
    own_address: bool = False
    """Whether the address that the request came to is a name too: no page can have that for its own."""
    setting: str = ""
    """What sets a further name, for the sentence that refuses one."""

    def refuse_host(self, given: Iterable[str], local: str | None = None) -> Refusal | None:
        """Refuses a request that was meant for somebody else, as one is whose name was pointed at this machine.

        ``given`` are its Host headers, ``local`` the address that it came to.
        """
        hosts = list(given)
        if len(hosts) == 1 and self.owns(hosts[0], local):
            return None
        more = f" Another name is set by {self.setting}." if self.setting else ""
        return Refusal(421, f"This server answers to {', '.join(sorted(self.hosts))} alone.{more}")

    def owns(self, host: str, local: str | None = None) -> bool:
        """Whether the Host header names this server."""
        host = host.lower()
        name = _name(host)
        if host in self.hosts or name in self.hosts:
            return True
        return self.own_address and name is not None and local is not None and name == _bracketed(local.lower())

    def refuse_origin(self, given: Iterable[str], host: str) -> Refusal | None:
        """Refuses what a page of another origin sent. Programs send none."""
        origins = list(given)
        if not origins or (len(origins) == 1 and origins[0].lower() in {f"http://{host.lower()}", *self.origins}):
            return None
        return Refusal(403, "Pages of other origins may not ask this server anything; open its own.")


@dataclass(frozen=True)
class Question:
    """What of a request decides whether it is answered."""

    method: str
    """``WEBSOCKET`` for the request that opens one."""
    path: str
    query: bool = False
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    content_types: tuple[str, ...] = ()
    fetch_site: str = ""
    """``Sec-Fetch-Site``, which every browser of today sends."""
    fetch_mode: str = ""
    fetch_dest: str = ""
    local: str | None = None


@dataclass(frozen=True)
class House:
    """What a server lets in."""

    site: Site
    methods: frozenset[str]
    json_only: bool = False
    """A body has to be declared as JSON, which a page of another origin cannot send without asking first."""
    asked_by_post: frozenset[str] = frozenset()
    """Paths that change things for whoever puts a question into the address, which any page can do by a picture."""


def refuse(house: House, question: Question) -> Refusal | None:
    """Why this one is refused; None: it is let in."""
    site = house.site
    refused = site.refuse_host(question.hosts, question.local)
    if refused is None:
        refused = site.refuse_origin(question.origins, question.hosts[0])
    if refused is None and _is_foreign(question):
        refused = Refusal(403, "Pages of other sites may lead here, and ask nothing more.")
    if refused is None and question.method not in house.methods:
        refused = Refusal(405, f"{question.method} is not answered here; use {', '.join(sorted(house.methods))}.")
    if refused is None and question.method in READING and question.query and question.path in house.asked_by_post:
        refused = Refusal(405, "Questions are sent by POST here, not in the address.")
    if refused is None and house.json_only and question.method not in {*READING, "WEBSOCKET"}:
        sent = [_media_type(each) for each in question.content_types]
        if sent != [JSON]:
            refused = Refusal(415, f"Send the body as {JSON}.")
    return refused


def dagster_site(settings: Settings) -> Site:
    """Dagster's own pages: this machine alone."""
    return Site(_with_port(("127.0.0.1", "localhost"), settings.dagster_port))


def dashboards_site(settings: Settings) -> Site:
    names = {*LOOPBACK_HOSTS, settings.public_host, settings.host}
    hosts = _with_port(names, settings.dashboards_port)
    public = {urlsplit(settings.dashboards_url).netloc}
    origins = frozenset({settings.dashboards_url})
    return Site(hosts | public, origins, own_address=True, setting="OUTBOUND_DASHBOARDS_PUBLIC_URL")


def api_site(settings: Settings) -> Site:
    """The names of the API, at any port: tunnels and proxies lead to it from ports of their own."""
    public = urlsplit(settings.api_url).hostname
    names = {*LOOPBACK_HOSTS, settings.public_host, settings.host, *([public] if public else [])}
    hosts = frozenset(_bracketed(name.lower()) for name in names if name)
    return Site(hosts, own_address=True, setting="OUTBOUND_API_PUBLIC_URL")


def _is_foreign(question: Question) -> bool:
    """Whether a browser says that another site asks; a link that a person follows is no question of that site."""
    if question.fetch_site in ("", "none", "same-origin"):
        return False
    followed = question.fetch_mode == "navigate" and question.fetch_dest in ("", "document")
    return not (followed and question.method in READING)


def _with_port(names: Iterable[str], port: int) -> frozenset[str]:
    named = {_bracketed(name.lower()) for name in names if name}
    left_out = named if port == 80 else set()  # as browsers do
    return frozenset({f"{name}:{port}" for name in named} | left_out)


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name


def _name(host: str) -> str | None:
    """The name in a Host header, an IPv6 address within its brackets; None: there is more in it than name and port."""
    name, bracket, rest = host.partition("]")
    if bracket:
        name, port = name + bracket, rest.removeprefix(":") if rest else ""
        if rest and not rest.startswith(":"):
            return None
    else:
        name, _, port = host.partition(":")
    if port and not (port.isascii() and port.isdigit()):
        return None
    return name


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()
