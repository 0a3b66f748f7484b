"""How long a failed sign-in makes one wait, what a key may carry, and who must stay."""

from __future__ import annotations

import ipaddress
import re
import string
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from outbound.errors import Conflict, Invalid
from outbound.identity.permissions import NEVER_A_KEYS, Operation, may
from outbound.vocabulary import Role

ACCESS_LIFETIME = timedelta(minutes=15)
REFRESH_GRACE = timedelta(seconds=10)
"""A spent refresh token sent again this soon is the same request on a bad connection: it gets the same answer."""
SPENT_REMEMBERED = timedelta(days=7)
"""How long a spent refresh token is told from one that never was."""
INVITATION_LIFETIME = timedelta(days=7)
RESET_LIFETIME = timedelta(hours=1)
OWNERS_RESET_LIFETIME = timedelta(hours=24)
"""A link that an owner hands over takes longer to arrive than a mail."""
TRUST_LIFETIME = timedelta(days=30)
TOUCH_EVERY = timedelta(minutes=15)
"""How coarse ``last_used_at`` is."""


def folded_email(email: str) -> str:
    """An address as it is stored, looked up and counted. Only A to Z are folded: of other letters two may fold to one
    (the Kelvin sign and k), and a database folds them otherwise than Python."""
    return email.strip().translate(_FOLD)


_FOLD = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


@dataclass(frozen=True)
class Patience:
    """``free`` failures cost nothing, each further one doubles the wait, from ``first`` up to ``longest``."""

    free: int
    longest: timedelta
    first: timedelta = timedelta(seconds=1)


PAIR = Patience(5, timedelta(minutes=1))
"""One person from one address: who knows the password waits a minute at most."""
PERSON = Patience(10, timedelta(seconds=30))
"""One person from anywhere: short, so that nobody is locked out by strangers."""
ADDRESS = Patience(30, timedelta(minutes=1))
"""Anybody from one address, behind which a whole office may sit."""
GUESS = Patience(10, timedelta(minutes=15))
"""Links, refresh tokens and API keys that do not exist, from one address."""
MAIL = Patience(1, timedelta(minutes=30), first=timedelta(minutes=1))
"""Reset mails to one person: two in a row, then ever fewer, at worst one in half an hour."""


def delay_after(failures: int, patience: Patience) -> timedelta:
    """How long to wait after so many failures within an hour of each other."""
    beyond = failures - patience.free
    if beyond <= 0:
        return timedelta(0)
    return min(patience.first * 2 ** min(beyond - 1, 20), patience.longest)


CLOCKS_DIFFER = timedelta(minutes=1)
"""By so much two processes may differ; what lies further ahead was written before the clock was set back."""


def holds(blocked_until: datetime | None, last_failed_at: datetime | None, now: datetime) -> bool:
    """Whether one must still wait. A hold that began ahead of the clock counts no more: it would until the clock, set
    back since, gets there again."""
    if blocked_until is None or blocked_until <= now:
        return False
    return last_failed_at is None or last_failed_at <= now + CLOCKS_DIFFER


def client_group(host: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one IPv6 subscriber has to themselves."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 6:
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def refuse_scopes(role: Role, scopes: Iterable[Operation]) -> None:
    """Raises :class:`Invalid` for a scope beyond the role of a key, or beyond any machine."""
    wrong = sorted(scope for scope in scopes if scope in NEVER_A_KEYS or not may(role, scope))
    if wrong:
        raise Invalid(
            f"A key of the role {role} cannot carry {', '.join(wrong)}; leave that out or choose another role.",
            errors=[
                {
                    "field": "scopes",
                    "reason": f"{scope} is for no key" if scope in NEVER_A_KEYS else f"{scope} is not for this role",
                }
                for scope in wrong
            ],
        )


def refuse_losing_last_owner(other_owners: int) -> None:
    """Raises :class:`Conflict` where nobody would be left who can manage the organisation."""
    if other_owners == 0:
        raise Conflict("This is the organisation's last owner; make somebody else an owner first.")


def is_reuse(used_at: datetime, now: datetime) -> bool:
    """Whether a spent refresh token that comes again was stolen, rather than sent twice by a bad connection."""
    return abs(now - used_at) > REFRESH_GRACE  # used "later than now": the clock was set back since


def normal_issuer(issuer: str, *, local_allowed: bool) -> str:
    """The address of an OpenID provider: https, without query; plain http only on this machine, where allowed.

    Raises :class:`Invalid`.
    """
    try:
        parts = urlsplit(issuer)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Invalid(
            "The issuer is no web address.", errors=[{"field": "issuer", "reason": "it is no web address"}]
        ) from None
    local = local_allowed and host in ("localhost", "127.0.0.1", "::1")
    sound = re.fullmatch(r"[A-Za-z0-9.\-:]+", host) and not (parts.query or parts.fragment or parts.username)
    if not sound or not (parts.scheme == "https" or (local and parts.scheme == "http")) or port == 0:
        raise Invalid(
            "The issuer must be the https address that the provider gives, without a query.",
            errors=[{"field": "issuer", "reason": "it must be an https address without a query"}],
        )
    return issuer.rstrip("/")


def is_private(address: str) -> bool:
    """Whether an IP address is not one of the public internet: nothing there is asked on an owner's word."""
    return not ipaddress.ip_address(address.split("%")[0]).is_global


def own_page(target: str, origins: Iterable[str]) -> str | None:
    """A page to go to after signing in, as it was asked for, where it is one of ours; none where it is not.

    Browsers read addresses otherwise than Python: they drop tabs and line breaks, and take a backslash for a slash. So
    nothing is parsed: ours is a path of one slash and no second, or one of our origins (``https://host:port``) that
    ends where a path, query or fragment begins.
    """
    if "\\" in target or not target.isprintable() or any(sign.isspace() for sign in target):
        return None
    if target.startswith("/") and not target.startswith("//"):
        return target
    for origin in origins:
        if target == origin or (target.startswith(origin) and target[len(origin)] in "/?#"):
            return target
    return None
