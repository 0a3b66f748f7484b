"""When a message may reach somebody, whatever the clocks do, and why one is not sent."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outbound.messaging.rules import FIRST_LAWFUL, LAST_LAWFUL, Suppression, lawful_at, suppressed
from outbound.vocabulary import MessageChannel

ZONES = [
    "America/Chicago",
    "America/New_York",
    "America/Phoenix",  # never changes
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/St_Johns",  # half an hour off
    "Australia/Lord_Howe",  # changes by half an hour
    "Pacific/Apia",  # left out a whole day
    "Asia/Kathmandu",
]
CHICAGO = ZoneInfo("America/Chicago")
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, st.sampled_from(ZONES))
@example(datetime(2026, 3, 8, 7, 30, tzinfo=UTC), "America/Chicago")  # the night that has 23 hours
@example(datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "America/Chicago")  # and the one that has 25
@example(datetime(2011, 12, 30, 5, tzinfo=UTC), "Pacific/Apia")
def test_a_message_goes_out_between_eight_and_nine_by_the_leads_clocks(wanted: datetime, zone: str):
    at = lawful_at(wanted, ZoneInfo(zone))
    assert FIRST_LAWFUL <= at.astimezone(ZoneInfo(zone)).time() < LAST_LAWFUL
    assert wanted <= at


@given(MOMENTS, st.sampled_from(ZONES))
def test_it_waits_no_longer_than_it_must(wanted: datetime, zone: str):
    at = lawful_at(wanted, ZoneInfo(zone))
    if at != wanted:
        assert at.astimezone(ZoneInfo(zone)).time() == time(8)
        assert at - wanted <= timedelta(hours=36)  # a night, and a day that was left out
        assert lawful_at(at, ZoneInfo(zone)) == at


@given(MOMENTS, st.sampled_from(ZONES))
def test_every_moment_before_it_would_have_been_too_early(wanted: datetime, zone: str):
    at, here = lawful_at(wanted, ZoneInfo(zone)), ZoneInfo(zone)
    moment = wanted
    while moment < at:
        assert not FIRST_LAWFUL <= moment.astimezone(here).time() < LAST_LAWFUL
        moment += timedelta(minutes=17)


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-07-01 07:59:59", "2026-07-01 08:00"),
        ("2026-07-01 08:00", "2026-07-01 08:00"),
        ("2026-07-01 20:59:59", "2026-07-01 20:59:59"),
        ("2026-07-01 21:00", "2026-07-02 08:00"),
        ("2026-03-07 23:00", "2026-03-08 08:00"),
        ("2026-10-31 23:00", "2026-11-01 08:00"),
        ("2026-12-31 22:00", "2027-01-01 08:00"),
    ],
)
def test_the_borders_of_the_day(local: str, expected: str):
    def at(words: str) -> datetime:
        return datetime.fromisoformat(words).replace(tzinfo=CHICAGO)

    assert lawful_at(at(local), CHICAGO) == at(expected)


@pytest.mark.parametrize(
    ("channel", "phone", "email", "consent", "expected"),
    [
        (MessageChannel.SMS, "+15155550100", None, {"sms": True}, None),
        (MessageChannel.SMS, "+15155550100", None, {"email": True}, Suppression.NO_CONSENT),
        (MessageChannel.SMS, "+15155550100", None, None, Suppression.NO_CONSENT),
        (MessageChannel.SMS, "+15155550100", None, {"sms": "yes"}, Suppression.NO_CONSENT),
        (MessageChannel.SMS, None, "a@b.test", {"sms": True}, Suppression.NO_PHONE),
        (MessageChannel.EMAIL, None, "a@b.test", {"email": True}, None),
        (MessageChannel.EMAIL, "+15155550100", None, {"email": True}, Suppression.NO_EMAIL),
        (MessageChannel.SMS, "+1", "a@b.test", {"sms": True, "do_not_contact": True}, Suppression.DO_NOT_CONTACT),
    ],
)
def test_nobody_is_written_to_without_a_way_and_a_yes(channel, phone, email, consent, expected):
    assert suppressed(channel, phone=phone, email=email, consent=consent) == expected
