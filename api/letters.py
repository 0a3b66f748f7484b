"""The few letters the system writes, and the links in them: a secret stands behind the ``#``, which no server logs."""

from __future__ import annotations

from outbound.messaging.mail import Mailer
from outbound.settings import Settings


def mailer(settings: Settings) -> Mailer | None:
    """The mail server, where there is one."""
    return Mailer(settings.smtp_url, settings.mail_from) if settings.smtp_url else None


def invitation_link(settings: Settings, secret: str) -> str:
    return f"{settings.api_url}/accept-invitation#{secret}"


def reset_link(settings: Settings, secret: str) -> str:
    return f"{settings.api_url}/reset-password#{secret}"


def send_invitation(settings: Settings, email: str, organisation: str, inviter: str, secret: str) -> bool:
    """Mails an invitation; false where there is no mail server or it did not take the letter."""
    server = mailer(settings)
    return server is not None and server.send(
        email,
        f"Join {_line(organisation)} on Outbound",
        f"{_line(inviter)} invites you to join {_line(organisation)} on Outbound.\n\n"
        f"Open this link within 7 days; it works once:\n{invitation_link(settings, secret)}\n\n"
        "If you do not know what this is about, do nothing.\n",
    )


def send_reset(settings: Settings, email: str, secret: str) -> bool:
    """Mails a reset link; false as above."""
    server = mailer(settings)
    return server is not None and server.send(
        email,
        "Set a new password for Outbound",
        "Somebody, probably you, asked to set a new password for Outbound.\n\n"
        f"Open this link within an hour; it works once:\n{reset_link(settings, secret)}\n\n"
        "If it was not you, do nothing: your password stays.\n",
    )


def _line(text: str) -> str:
    # A name is what somebody typed: it must not begin a header or a line of its own.
    return " ".join(text.split())
