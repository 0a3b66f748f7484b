"""When a message may reach somebody, and why one may not be sent at all. Pure: time is an argument.

Telephone solicitations are barred "before the hour of 8 a.m. or after 9 p.m. (local time at the called party's
location)": 47 CFR § 64.1200(c)(1). A text message is a call under the same rule; e-mail keeps to it too, so that a
household hears from us at decent hours by whatever way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from outbound.vocabulary import MessageChannel

FIRST_LAWFUL = time(8)
LAST_LAWFUL = time(21)
"""Local time from which on nothing is sent; 21:00 itself is left out, for nothing arrives in no time."""


class Suppression(StrEnum):
    """Why a message was not sent."""

    DO_NOT_CONTACT = "do_not_contact"
    NO_CONSENT = "no_consent"
    NO_PHONE = "no_phone"
    NO_EMAIL = "no_email"
    NO_TEMPLATE = "no_template"


def lawful_at(wanted: datetime, zone: ZoneInfo) -> datetime:
    """The first moment from ``wanted`` on that lies between 8:00 and 21:00 by the lead's clocks, in UTC.

    Over a change to or from daylight-saving time the wall clock counts, as it does in the law.
    """
    utc = ZoneInfo("UTC")
    local = wanted.astimezone(zone)
    if FIRST_LAWFUL <= local.time() < LAST_LAWFUL:
        return wanted.astimezone(utc)
    day = local.date()
    while True:
        opening = datetime.combine(day, FIRST_LAWFUL, tzinfo=zone).astimezone(utc)
        # A zone may leave out an hour, or a whole day: then that morning is not where it was looked for.
        if opening >= wanted and FIRST_LAWFUL <= opening.astimezone(zone).time() < LAST_LAWFUL:
            return opening
        day += timedelta(days=1)


def suppressed(
    channel: MessageChannel, *, phone: str | None, email: str | None, consent: Mapping[str, Any] | None
) -> Suppression | None:
    """Why this lead is not written to by this channel; none where it may be.

    ``consent`` says yes or no by channel (``{"sms": true}``); what it does not say is a no.
    """
    given = consent or {}
    if given.get("do_not_contact") is True:
        return Suppression.DO_NOT_CONTACT
    if channel is MessageChannel.SMS and not phone:
        return Suppression.NO_PHONE
    if channel is MessageChannel.EMAIL and not email:
        return Suppression.NO_EMAIL
    if given.get(channel.lower()) is not True:
        return Suppression.NO_CONSENT
    return None
