"""The online geocoder is asked within pace and cap, again when it fails, not at all while it is down, and once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from outbound.errors import Unavailable
from outbound.geo.accuracy import Position
from outbound.geocoding.online import Busy, CapReached, OnlineGeocoder, forget_expired
from outbound.geocoding.vendors import vendor_of
from outbound.postal.rules import PostalParts, normalise
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.support.franchise import Franchise
from tests.support.geocoders import GeocoderServer, House, geocoder_server

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def asked(number: int) -> PostalParts:
    return normalise(PostalParts(str(number), "Sample Street", "", "", "NY", "11427"))


@pytest.fixture
def there() -> Iterator[GeocoderServer]:
    with geocoder_server() as running:
        running.houses += [House(str(n), "Sample Street", "11427", 40.72 + n / 1e5, -73.75) for n in range(1, 30)]
        yield running


class Asking:
    """An organisation's geocoder with a clock that does not make anybody wait."""

    def __init__(self, database: Database, settings: Settings, there: GeocoderServer, franchise: Franchise) -> None:
        self.database, self.settings, self.server, self.franchise = database, settings, there, franchise
        self.waited: list[float] = []

    def geocoder(self, **more: Any) -> OnlineGeocoder:
        base = {
            "geocoder": "pelias",
            "geocoder_url": self.server.url,
            "geocoder_seconds": 2.0,
            "geocoder_per_second": 100.0,
        }
        settings = self.settings.model_copy(update=base | more)
        vendor = vendor_of(settings)
        assert vendor is not None
        return OnlineGeocoder(
            vendor,
            settings,
            self.database.engine,
            self.database.keys,
            self.franchise.org_id,
            pause=self.waited.append,
        )

    @property
    def backed_off(self) -> list[float]:
        """Waits for a geocoder that failed; those that only keep the pace are hundredths of a second."""
        return [wait for wait in self.waited if wait > 0.05]

    def find(self, number: int, now: datetime = NOW, **more: Any) -> Position | None:
        return self.geocoder(**more).find(asked(number), None, now)

    def state(self) -> Any:
        with self.database.admin_engine.connect() as connection:
            return connection.execute(text("select * from outbound.geocoders")).one()

    def recover(self) -> None:
        """The time for which it was left alone has gone by."""
        with self.database.admin_engine.begin() as connection:
            connection.execute(text("update outbound.geocoders set down_until = now() - interval '1 s'"))


@pytest.fixture
def asking(database: Database, settings: Settings, there: GeocoderServer, franchise: Franchise) -> Asking:
    return Asking(database, settings, there, franchise)


class TestTheCache:
    def test_the_same_address_is_asked_for_once(self, asking: Asking) -> None:
        first, second = asking.find(1), asking.find(1)
        assert first == second
        assert first is not None
        assert first.lat == pytest.approx(40.72001)
        assert len(asking.server.asked) == 1

    def test_that_it_knows_no_such_door_is_kept_too(self, asking: Asking) -> None:
        assert asking.find(99) is None
        assert asking.find(99) is None
        assert len(asking.server.asked) == 1

    def test_units_of_one_building_are_one_question(self, asking: Asking) -> None:
        parts = normalise(PostalParts("1", "Sample Street", "Apt 4", "", "NY", "11427"))
        assert asking.geocoder().find(parts, None, NOW) == asking.find(1)
        assert len(asking.server.asked) == 1

    def test_an_answer_is_asked_for_again_when_it_is_old(self, asking: Asking) -> None:
        asking.find(1, geocoder_cache_days=2)
        asking.find(1, NOW + timedelta(days=1))
        assert len(asking.server.asked) == 1
        asking.find(1, NOW + timedelta(days=3))
        assert len(asking.server.asked) == 2

    def test_google_s_answers_are_kept_no_longer_than_its_terms_allow(self, asking: Asking) -> None:
        google = {"geocoder": "google", "geocoder_key": "good key", "geocoder_cache_days": 400}
        asking.find(1, **google)
        asking.find(1, NOW + timedelta(days=31), **google)
        assert len(asking.server.asked) == 2

    def test_another_organisation_does_not_learn_of_it(self, asking: Asking, other_franchise: Franchise) -> None:
        asking.find(1)
        asking.franchise = other_franchise
        asking.find(1)
        assert len(asking.server.asked) == 2

    def test_neither_question_nor_answer_can_be_read_in_it(self, asking: Asking) -> None:
        asking.find(1)
        with asking.database.admin_engine.connect() as connection:
            stored = connection.scalar(text("select to_jsonb(a)::text from outbound.geocoder_answers as a"))
        assert "SAMPLE" not in stored
        assert "40.72" not in stored

    def test_what_is_old_is_forgotten(self, asking: Asking) -> None:
        asking.find(1, geocoder_cache_days=1)
        with asking.database.as_job(asking.franchise.org_id) as session:
            assert forget_expired(session, NOW) == 0
            assert forget_expired(session, NOW + timedelta(days=2)) == 1


class TestTheCap:
    def test_no_call_beyond_it_is_made(self, asking: Asking) -> None:
        for number in (1, 2, 3):
            asking.find(number, geocoder_monthly_calls=3)
        with pytest.raises(CapReached):
            asking.find(4, geocoder_monthly_calls=3)
        assert len(asking.server.asked) == 3

    def test_what_is_known_already_costs_nothing(self, asking: Asking) -> None:
        asking.find(1, geocoder_monthly_calls=1)
        assert asking.find(1, geocoder_monthly_calls=1) is not None

    def test_organisations_share_it_for_they_share_the_key(self, asking: Asking, other_franchise: Franchise) -> None:
        asking.find(1, geocoder_monthly_calls=1)
        asking.franchise = other_franchise
        with pytest.raises(CapReached):
            asking.find(2, geocoder_monthly_calls=1)

    def test_a_new_month_begins_anew(self, asking: Asking) -> None:
        asking.find(1, geocoder_monthly_calls=1)
        with asking.database.admin_engine.begin() as connection:
            connection.execute(text("update outbound.geocoders set month = month - interval '1 month'"))
        assert asking.find(2, geocoder_monthly_calls=1) is not None
        assert asking.state().calls == 1

    def test_calls_that_failed_count_for_they_may_be_paid(self, asking: Asking) -> None:
        asking.server.fault, asking.server.faults_left = "broken", 1
        asking.find(1)
        assert asking.state().calls == 2


class TestPace:
    def test_calls_are_as_far_apart_as_the_setting_says(self, asking: Asking) -> None:
        for number in range(1, 6):
            asking.find(number, geocoder_per_second=0.1)
        # Nobody waited here, so each slot lies ten seconds after the one before.
        assert [round(wait, -1) for wait in asking.waited] == [10, 20, 30, 40]

    def test_whoever_waits_for_a_person_does_not_queue_behind_a_list(self, asking: Asking) -> None:
        asking.find(1, geocoder_per_second=0.01)
        with pytest.raises(Busy):
            asking.geocoder(geocoder_per_second=0.01).address_at(40.7, -73.7, patience=2)


class TestFaults:
    @pytest.mark.parametrize("fault", ["broken", "html", "shape", "nowhere", "huge"])
    def test_one_is_asked_again(self, asking: Asking, fault: str) -> None:
        asking.server.fault, asking.server.faults_left = fault, 2
        assert asking.find(1) is not None
        assert asking.backed_off == [0.5, 1.0]

    def test_it_waits_as_long_as_it_is_asked_to(self, asking: Asking) -> None:
        asking.server.fault, asking.server.faults_left, asking.server.retry_after = "busy", 1, "9"
        assert asking.find(1) is not None
        assert asking.backed_off == [9.0]

    def test_an_address_that_is_never_answered_holds_nobody_up(self, asking: Asking) -> None:
        asking.server.fault, asking.server.faults_left = "html", 3
        assert asking.find(1) is None
        assert asking.find(2) is not None
        assert asking.find(1) is not None  # nothing was kept of what was no answer

    @pytest.mark.parametrize("fault", ["broken", "html", "nowhere"])
    def test_one_that_fails_again_and_again_is_left_alone_by_everybody(
        self, asking: Asking, other_franchise: Franchise, fault: str
    ) -> None:
        asking.server.fault = fault
        assert asking.find(1) is None
        with pytest.raises(Unavailable, match="Nothing is lost"):
            asking.find(2)
        calls = len(asking.server.asked)
        asking.franchise = other_franchise
        with pytest.raises(Unavailable, match="left alone"):
            asking.find(3)
        assert len(asking.server.asked) == calls == 5

    def test_it_goes_on_when_the_geocoder_does(self, asking: Asking) -> None:
        asking.server.fault = "broken"
        asking.find(1)
        with pytest.raises(Unavailable):
            asking.find(1)
        asking.server.fault = None
        asking.recover()
        assert asking.find(1) is not None
        assert (asking.state().failures, asking.state().down_until) == (0, None)

    def test_a_clock_that_was_set_back_leaves_it_alone_no_longer(self, asking: Asking) -> None:
        asking.find(1)
        with asking.database.admin_engine.begin() as connection:
            connection.execute(
                text(
                    "update outbound.geocoders set down_until = now() + interval '2 days',"
                    " next_call_at = now() + interval '2 days'"
                )
            )
        assert asking.find(2) is not None

    def test_one_that_stays_down_is_left_alone_longer_each_time(self, asking: Asking) -> None:
        asking.server.fault = "broken"
        rests = []
        for _ in range(4):
            for number in (1, 2):
                try:
                    asking.find(number)
                except Unavailable:
                    break
            with asking.database.admin_engine.connect() as connection:
                rests.append(
                    connection.scalar(
                        text("select extract(epoch from down_until - clock_timestamp())::float from outbound.geocoders")
                    )
                )
            asking.recover()
        assert rests[0] == pytest.approx(60, abs=20)
        assert rests == sorted(rests)
        assert rests[-1] <= 3600

    def test_one_that_asks_for_an_hour_is_down_at_once(self, asking: Asking) -> None:
        asking.server.fault, asking.server.retry_after = "busy", "3600"
        with pytest.raises(Unavailable, match="slower pace"):
            asking.find(1)
        assert len(asking.server.asked) == 1
        assert asking.waited == []

    def test_a_refusal_is_told_once(self, asking: Asking) -> None:
        asking.server.fault = "refused"
        with pytest.raises(Unavailable, match="refuses the key"):
            asking.find(1)
        with pytest.raises(Unavailable, match="left alone"):
            asking.find(2)
        assert len(asking.server.asked) == 1

    def test_nobody_there(self, asking: Asking) -> None:
        with geocoder_server() as gone:
            pass
        asking.server = gone
        assert asking.find(1) is None
        with pytest.raises(Unavailable, match="cannot be reached"):
            asking.find(1)
