"""The few pages the API serves itself: signing in, joining and a new password, its reference, and the way to the rep
app."""

from __future__ import annotations

import html
from pathlib import Path

from fastapi.responses import HTMLResponse, RedirectResponse

from api import policies
from api.dependencies import SettingsDep
from api.routing import Router
from outbound.identity.rules import own_page
from outbound.settings import Settings

router = Router(include_in_schema=False)
_UNKEPT = {"cache-control": "no-store"}
_STATIC = Path(__file__).parents[1] / "static"
_SIGN_IN, _ACCEPT, _RESET, _CONFIRM, _DOCS = (
    (_STATIC / f"{name}.html").read_text(encoding="utf-8")
    for name in ("sign-in", "accept-invitation", "reset-password", "confirm", "docs")
)
_MESSAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{head}<title>{title} · Outbound</title>
<link rel="stylesheet" href="/static/sign-in.css">
</head>
<body>
<main>
  <h1>{title}</h1>
  <p>{text}</p>{link}
</main>
</body>
</html>
"""


@router.get("/")
def home() -> RedirectResponse:
    return RedirectResponse("/app/")


@router.get("/docs")
def reference_page() -> HTMLResponse:
    return HTMLResponse(_DOCS, headers={"content-security-policy": policies.REFERENCE})


@router.get("/sign-in")
def sign_in_page(settings: SettingsDep, next: str = "/app/") -> HTMLResponse:
    target = html.escape(ours(next, settings), quote=True)
    page = _SIGN_IN.replace("<html ", f'<html data-next="{target}" ', 1)
    return HTMLResponse(page, headers=_UNKEPT)


@router.get("/accept-invitation")
def accept_invitation_page() -> HTMLResponse:
    return HTMLResponse(_ACCEPT, headers=_UNKEPT)


@router.get("/reset-password")
def reset_password_page(settings: SettingsDep) -> HTMLResponse:
    mails = "yes" if settings.smtp_url else "no"
    return HTMLResponse(_RESET.replace("<html ", f'<html data-mails="{mails}" ', 1), headers=_UNKEPT)


def message_page(
    title: str, text: str, *, link: tuple[str, str] | None = None, head: str = "", status: int = 200
) -> HTMLResponse:
    """A page with one sentence, for people; ``head`` is markup of ours, the rest is escaped."""
    anchor = f'\n  <a href="{html.escape(link[0], quote=True)}">{html.escape(link[1])}</a>' if link else ""
    page = _MESSAGE.format(title=html.escape(title), text=html.escape(text), link=anchor, head=head)
    return HTMLResponse(page, status, headers=_UNKEPT)


def asking_page(title: str, text: str, *, path: str, proof: str) -> HTMLResponse:
    """A page that asks before it posts ``proof`` to a path of ours."""
    page = _CONFIRM.replace("<html ", f'<html data-path="{html.escape(path, quote=True)}" data-proof="{proof}" ', 1)
    page = page.replace("TITLE", html.escape(title)).replace("TEXT", html.escape(text), 1)
    return HTMLResponse(page, headers=_UNKEPT)


def ours(target: str, settings: Settings) -> str:
    """The page to go to after signing in; a foreign one is not gone to."""
    return own_page(target, (settings.api_url, settings.dashboards_url)) or "/app/"
