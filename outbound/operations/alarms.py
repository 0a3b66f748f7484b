"""Letters about runs that failed, for whoever looks after the installation."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from outbound.messaging.mail import Mailer
from outbound.settings import Settings

_VARIES = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d[\d.,:]*")
"""Ids, counts and times: what differs where the cause is the same."""


@dataclass(frozen=True)
class Failure:
    """What failed, and why in a sentence."""

    job: str
    step: str | None
    sentence: str

    @property
    def cause(self) -> str:
        """The same for failures of one cause."""
        said = _VARIES.sub("#", " ".join(self.sentence.split()))
        return hashlib.sha256("\n".join([self.job, self.step or "", said]).encode()).hexdigest()[:16]


def mailer(settings: Settings) -> Mailer | None:
    """By which such letters go; none: nobody is to get them."""
    if settings.alert_mail is None or settings.smtp_url is None:
        return None
    return Mailer(settings.smtp_url, settings.mail_from)


def send(mail: Mailer, settings: Settings, failure: Failure, run_id: str) -> bool:
    """Writes of a failure; false where the mail server did not take the letter."""
    assert settings.alert_mail is not None
    text = (
        f"{failure.sentence}\n\n"
        f"The run is {settings.dagster_url}/runs/{run_id} (on the server itself). `outbound doctor` says what else is "
        "wrong. Further failures of this cause are not written of today (UTC).\n"
    )
    return mail.send(settings.alert_mail, f"Outbound: {failure.job} failed", text)
