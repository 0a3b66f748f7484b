"""Mail by SMTP: the few letters that the system itself writes, such as invitations."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from outbound.errors import Misconfigured

_SECONDS = 10
_log = logging.getLogger("outbound.mail")


@dataclass(frozen=True)
class Mailer:
    """A mail server: ``smtp://user:password@host:587`` (STARTTLS where it is offered, and always before a password),
    or ``smtps://`` for TLS from the first byte."""

    url: str
    sender: str

    def send(self, to: str, subject: str, text: str) -> bool:
        """Sends one letter in plain text; false where the server did not take it, which is logged without the letter
        and its address."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2].strip("> "))
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        try:
            self._deliver(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            _log.error("a letter could not be sent: %s", type(error).__name__)
            return False
        return True

    def trouble(self) -> str | None:
        """Why letters cannot be sent now, in a sentence; none: the server answers and takes the sign-in."""
        try:
            with self._connected():
                return None
        except (OSError, smtplib.SMTPException, ValueError) as error:
            where = urlsplit(self.url)
            return (
                f"the server {where.hostname or ''} does not take letters ({type(error).__name__}); check that it runs "
                "and OUTBOUND_SMTP_URL."
            )

    def _deliver(self, message: EmailMessage) -> None:
        with self._connected() as server:
            server.send_message(message)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, parts.port or 465, timeout=_SECONDS, context=ssl.create_default_context()
            )
        elif parts.scheme == "smtp":
            server = smtplib.SMTP(host, parts.port or 25, timeout=_SECONDS)
        else:
            raise Misconfigured("OUTBOUND_SMTP_URL must start with smtp:// or smtps://.")
        with server:
            server.ehlo()
            if parts.scheme == "smtp" and (parts.username or server.has_extn("starttls")):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            yield server
