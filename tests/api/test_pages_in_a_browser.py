"""The pages people open from a link, in Chromium: joining, a new password, a company's own sign-in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from outbound.identity.invitations import InvitationDraft, invite
from outbound.identity.providers import ProviderDraft, put
from outbound.identity.resets import make_link
from outbound.vocabulary import Role
from tests.api.conftest import Clock
from tests.conftest import free_ports
from tests.support.cast import PASSWORD
from tests.support.franchise import Franchise
from tests.support.oidc import CLIENT_ID, CLIENT_SECRET, oidc_provider

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.any_server("about what a browser shows")]


def look(page: Page, name: str) -> None:
    """Keeps a picture where ``OUTBOUND_TEST_PICTURES`` names a folder."""
    folder = os.environ.get("OUTBOUND_TEST_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def test_a_new_person_joins_by_the_link(url: str, page: Page, franchise: Franchise, clock: Clock):
    with franchise.as_member(franchise.owner) as session:
        _, secret = invite(session, InvitationDraft(None, "new@example.com", Role.SALES_REP), clock.now)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{url}/accept-invitation#{secret}")
    page.get_by_text("You are invited to join Green Acres.").wait_for()
    assert secret not in page.url
    look(page, "join")
    assert page.get_by_label("Email").input_value() == "new@example.com"
    page.get_by_label("Your name").fill("Nora New")
    page.get_by_label("Choose a password").fill("aaaaaaaaaaaa")
    page.get_by_role("button", name="Join").click()
    page.get_by_role("alert").get_by_text("harder to guess").wait_for()
    look(page, "join-refused")
    page.get_by_label("Choose a password").fill("a brand new password")
    page.get_by_role("button", name="Join").click()
    page.wait_for_url(f"{url}/app/**")
    assert page.request.get(f"{url}/api/me").json()["user"]["name"] == "Nora New"
    assert not [each for each in asked if secret in each.partition("#")[0]]


def test_who_has_a_sign_in_joins_with_the_password_they_have(
    url: str, page: Page, franchise: Franchise, other_franchise: Franchise, clock: Clock
):
    with franchise.as_member(franchise.owner) as session:
        _, secret = invite(session, InvitationDraft(None, other_franchise.rep.email, Role.OPS), clock.now)
    page.goto(f"{url}/accept-invitation#{secret}")
    page.get_by_label("Your password").fill(PASSWORD)
    assert not page.get_by_label("Your name").is_visible()
    page.get_by_role("button", name="Join").click()
    page.wait_for_url(f"{url}/app/**")


def test_a_dead_link_says_so(url: str, page: Page, franchise: Franchise):
    page.goto(f"{url}/accept-invitation#nothing")
    page.get_by_text("ask for a new one").wait_for()
    look(page, "dead-link")
    assert not page.get_by_role("button", name="Join").is_visible()
    page.goto(f"{url}/reset-password")
    page.get_by_text("Ask the owner of your franchise").wait_for()
    look(page, "no-mail")


def test_a_new_password_by_the_owners_link(url: str, page: Page, franchise: Franchise, clock: Clock):
    with franchise.as_member(franchise.owner) as session:
        secret, _ = make_link(session, franchise.rep.id, clock.now)
    page.goto(f"{url}/reset-password#{secret}")
    page.get_by_label("New password").fill("another one entirely")
    look(page, "reset")
    page.get_by_role("button", name="Set the password").click()
    page.get_by_text("Your password is set.").wait_for()
    look(page, "reset-done")
    page.get_by_role("link", name="Back to signing in").click()
    page.get_by_label("Email").fill(franchise.rep.email)
    page.get_by_label("Password").fill("another one entirely")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{url}/app/**")


def test_a_form_whose_script_has_not_come_sends_nothing(url: str, browser: Browser, franchise: Franchise):
    context = browser.new_context()
    context.route("**/static/*.js", lambda route: route.abort())
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{url}/sign-in")
    page.get_by_label("Email").fill(franchise.rep.email)
    page.get_by_label("Password").fill(PASSWORD)
    before = len(asked)
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="Sign in").is_disabled()
    assert page.evaluate("document.readyState") == "complete"
    assert (page.url, asked[before:]) == (f"{url}/sign-in", [])
    context.close()


def test_signing_in_at_the_companys_own_provider_and_a_refresh_keeps_it(url: str, page: Page, franchise: Franchise):
    (port,) = free_ports(1)
    with oidc_provider(port) as provider:
        with franchise.as_member(franchise.owner) as session:
            draft = ProviderDraft(provider.issuer, CLIENT_ID, CLIENT_SECRET, "green-acres.test", True)
            put(session, draft, expected=None, local_allowed=True)
        provider.email = franchise.rep.email
        page.goto(f"{url}/sign-in")
        page.get_by_text("Sign in with your company").click()
        look(page, "sign-in")
        page.get_by_label("Name of your franchise").fill("Green Acres")
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url(f"{url}/app/**")
        assert page.evaluate("fetch('/api/me').then(answer => answer.status)") == 200
        page.reload()
        assert page.evaluate("fetch('/api/me').then(answer => answer.status)") == 200
        page.goto(f"{url}/api/auth/oidc/green-acres/start")  # a link, that may stand anywhere
        page.get_by_role("heading", name="Sign in to Green Acres?").wait_for()
        look(page, "asked")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{url}/app/**")
        provider.email = "stranger@green-acres.test"
        page.context.clear_cookies()
        page.goto(f"{url}/api/auth/oidc/green-acres/start")
        page.get_by_text("not an active member").wait_for()
        look(page, "stranger")
