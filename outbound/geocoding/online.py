"""The online geocoder as everything here asks it: from the cache, within pace and cap, again when it fails, and not
at all while it is down.

Every step is a transaction of its own, so that an answer that was paid for outlives whatever asked for it. Counts,
pace and health are kept by the database for all processes together.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from outbound.errors import Unavailable
from outbound.geo.accuracy import Position
from outbound.geocoding.models import GeocoderAnswer
from outbound.geocoding.rules import Answer, Area, Nonsense, judge, retry_pause
from outbound.geocoding.vendors import Failed, Refused, Vendor
from outbound.ids import uuid7
from outbound.postal.rules import PostalParts, line_of
from outbound.settings import Settings
from outbound.storage.context import SYSTEM_ROLE, Context
from outbound.storage.crypto import KeyRing, readable_position, seal_position
from outbound.storage.system import become_system, enter_organisation
from outbound.vocabulary import LocationSource

ATTEMPTS = 3
LONGEST_PAUSE = 30.0
"""Seconds between two attempts; a geocoder that asks for more is taken for down."""
FAILURES = 5
"""Calls that fail in a row before the geocoder is left alone."""
REST_SECONDS = 60.0
"""For so long at first, then twice as long each time."""
_GOOGLE_DAYS = 30
PATIENCE = 60.0
"""Seconds that a job waits for its turn; whoever asks for a person waits less."""


class CapReached(Exception):
    """The calls of this month are used up."""


class Unanswered(Exception):
    """This address is not answered, and others may be."""


class Busy(Exception):
    """Its turn would come later than the caller waits for."""


@dataclass(frozen=True)
class Stored:
    """An answer of the cache; ``position`` none: the geocoder knows no such door."""

    position: Position | None


class OnlineGeocoder:
    """One geocoder on behalf of one organisation.

    ``pause`` is how it waits, ``engine`` that of ``outbound_app``.
    """

    def __init__(
        self,
        vendor: Vendor,
        settings: Settings,
        engine: Engine,
        keys: KeyRing,
        org_id: uuid.UUID,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._vendor = vendor
        self._settings = settings
        self._engine = engine
        self._keys = keys
        self._org_id = org_id
        self._pause = pause
        days = settings.geocoder_cache_days
        self._kept = timedelta(days=min(days, _GOOGLE_DAYS) if settings.geocoder == "google" else days)
        self._gap = 1 / min(settings.geocoder_per_second, vendor.most_per_second)

    def cached(self, parts: PostalParts, now: datetime) -> Stored | None:
        """What was answered before for an address (normalised), if that is still good."""
        with self._own() as session:
            row = session.execute(
                select(GeocoderAnswer).where(
                    GeocoderAnswer.org_id == self._org_id,
                    GeocoderAnswer.provider == self._vendor.name,
                    GeocoderAnswer.digest == self._digest(parts),
                    GeocoderAnswer.expires_at > now,
                )
            ).scalar_one_or_none()
        if row is None:
            return None
        if row.position is None or row.accuracy is None:
            return Stored(None)
        place = readable_position(self._keys, self._org_id, row.id, row.position)
        if place is None:
            return None  # asked for again, and kept under a key that is here
        return Stored(Position(*place, LocationSource.GEOCODER, row.accuracy, row.confidence or 0.0))

    def find(self, parts: PostalParts, area: Area | None, now: datetime) -> Position | None:
        """The position of an address (normalised): from the cache, or asked for. None where it knows none, or does not
        answer this one.

        Raises :class:`outbound.errors.Unavailable` when the geocoder is down, answers nonsense or refuses us,
        :class:`CapReached` when the month's calls are used up.
        """
        known = self.cached(parts, now)
        if known is not None:
            return known.position
        try:
            answer = self._ask(parts, area)
        except Unanswered:
            return None
        self._keep(parts, answer, now)
        return answer

    def address_at(self, lat: float, lon: float, *, patience: float) -> Answer | None:
        """The address nearest to a position in degrees, asked once, by somebody who waits for it.

        Raises as :meth:`find`, and :class:`Busy` when others are before it for longer than ``patience`` seconds.
        """
        self._reserve(patience)
        try:
            found = self._vendor.address_at(lat, lon)
        except (Failed, Nonsense, Refused) as error:
            self._failed()
            raise Unavailable(f"The geocoder does not help just now: {error}. Try again later.") from None
        self._answered()
        return found

    def _ask(self, parts: PostalParts, area: Area | None) -> Position | None:
        """One address, asked again where that may help. Raises :class:`Unanswered` when this one is not answered,
        and :class:`Unavailable` when none would be."""
        for attempt in range(1, ATTEMPTS + 1):
            self._reserve(PATIENCE)
            after = None
            try:
                answer = self._vendor.find(parts)
                position = None if answer is None else judge(answer, parts, area)
            except Refused as error:
                # It will refuse the next call too: everybody leaves it alone at once.
                self._failed(most=1)
                raise self._down(str(error)) from None
            except (Failed, Nonsense) as error:
                after = error.after if isinstance(error, Failed) else None
                too_long = after is not None and after > LONGEST_PAUSE
                if self._failed(most=1 if too_long else FAILURES, rest=max(after or 0.0, REST_SECONDS)):
                    raise self._down(str(error)) from None
            else:
                self._answered()
                return position
            if attempt < ATTEMPTS:
                self._pause(retry_pause(attempt, after))
        raise Unanswered

    def _reserve(self, patience: float) -> None:
        with self._nobody() as session:
            said = session.execute(
                text(
                    "select verdict, wait, made from outbound.geocoder_reserve(:name, :month, :most, :gap, :patience)"
                ),
                {
                    "name": self._vendor.name,
                    "month": datetime.now(UTC).date().replace(day=1),
                    "most": self._settings.geocoder_monthly_calls,
                    "gap": self._gap,
                    "patience": patience,
                },
            ).one()
        verdict: str = said.verdict
        wait: float = said.wait
        if verdict == "down":
            raise Unavailable(
                f"The geocoder has failed again and again and is left alone for {wait:.0f} s; what is to be located"
                " goes on after that."
            )
        if verdict == "cap":
            raise CapReached(f"the geocoder's {said.made:,} calls of this month are used up")
        if verdict == "busy":
            raise Busy("others are before it")
        if wait > 0:
            self._pause(wait)

    def _failed(self, *, most: int = FAILURES, rest: float = REST_SECONDS) -> float:
        """Seconds for which the geocoder is left alone; 0 while it may be asked."""
        with self._nobody() as session:
            pause: float | None = session.scalar(
                text("select outbound.geocoder_failed(:name, :most, :rest)"),
                {"name": self._vendor.name, "most": most, "rest": rest},
            )
        return pause or 0.0

    def _answered(self) -> None:
        with self._nobody() as session:
            session.execute(text("select outbound.geocoder_answered(:name)"), {"name": self._vendor.name})

    def _down(self, why: str) -> Unavailable:
        return Unavailable(
            f"The geocoder ({self._settings.geocoder}) does not help just now: {why}. Nothing is lost; it goes on"
            " when the geocoder does, or set OUTBOUND_GEOCODER anew."
        )

    def _keep(self, parts: PostalParts, found: Position | None, now: datetime) -> None:
        row_id = uuid7()
        values = {
            "position": seal_position(self._keys, self._org_id, row_id, found.lat, found.lon) if found else None,
            "accuracy": found.accuracy if found else None,
            "confidence": found.confidence if found else None,
            "expires_at": now + self._kept,
        }
        with self._own() as session:
            # The seal is bound to the row: an older answer makes way for a row of its own.
            session.execute(
                text("delete from outbound.geocoder_answers where org_id = :org and provider = :name and digest = :of"),
                {"org": self._org_id, "name": self._vendor.name, "of": self._digest(parts)},
            )
            session.execute(
                insert(GeocoderAnswer)
                .values(
                    org_id=self._org_id,
                    id=row_id,
                    provider=self._vendor.name,
                    digest=self._digest(parts),
                    **values,
                )
                .on_conflict_do_nothing()
            )

    def _digest(self, parts: PostalParts) -> str:
        building = PostalParts(parts.house_number, parts.street, "", parts.city, parts.state, parts.postcode)
        return self._keys.fingerprint(self._org_id, b"geocoder " + line_of(building).encode())

    @contextmanager
    def _own(self) -> Iterator[Session]:
        """A transaction of the organisation's own jobs, beside the caller's."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            enter_organisation(session, self._org_id)
            become_system(session, Context(self._org_id, None, SYSTEM_ROLE, "job", None), self._keys)
            yield session

    @contextmanager
    def _nobody(self) -> Iterator[Session]:
        with Session(self._engine) as session, session.begin():
            yield session


def forget_expired(session: Session, now: datetime) -> int:
    """Removes answers of this organisation that are too old to be used; returns how many."""
    gone = session.execute(
        text("delete from outbound.geocoder_answers where org_id = outbound.current_org() and expires_at < :now"),
        {"now": now},
    )
    return gone.rowcount  # type: ignore[attr-defined]
