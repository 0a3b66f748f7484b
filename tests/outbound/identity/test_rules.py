"""How long one waits, what a key may carry, which issuers are asked: pure decisions."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.errors import Conflict, Invalid
from outbound.identity.permissions import NEVER_A_KEYS, Operation, may
from outbound.identity.rules import (
    ADDRESS,
    GUESS,
    MAIL,
    PAIR,
    PERSON,
    Patience,
    client_group,
    delay_after,
    folded_email,
    holds,
    is_private,
    is_reuse,
    normal_issuer,
    own_page,
    refuse_losing_last_owner,
    refuse_scopes,
)
from outbound.vocabulary import Role

ALL = [PAIR, PERSON, ADDRESS, GUESS, MAIL]


class TestWaiting:
    def test_a_hold_counts_from_where_it_began_to_its_end(self):
        now = datetime(2026, 11, 3, tzinfo=UTC)
        began, until = now, now + timedelta(minutes=15)
        assert holds(until, began, now)
        assert holds(until, began, now - timedelta(seconds=59))  # two processes' clocks
        assert not holds(until, began, until)
        assert not holds(None, began, now)
        assert not holds(until, began, now - timedelta(days=2))

    def test_who_knows_the_password_waits_a_minute_at_most(self):
        assert max(delay_after(10**6, patience) for patience in (PAIR, PERSON, ADDRESS)) == timedelta(minutes=1)

    @given(failures=st.integers(0, 10**9), patience=st.sampled_from(ALL))
    def test_it_never_gets_shorter_and_never_longer_than_the_longest(self, failures: int, patience: Patience):
        now, next_one = delay_after(failures, patience), delay_after(failures + 1, patience)
        assert timedelta(0) <= now <= next_one <= patience.longest

    @pytest.mark.parametrize("patience", ALL)
    def test_the_first_few_cost_nothing(self, patience: Patience):
        assert delay_after(patience.free, patience) == timedelta(0)
        assert delay_after(patience.free + 1, patience) == patience.first

    def test_strangers_hold_a_person_up_for_half_a_minute_at_most(self):
        assert PERSON.longest <= timedelta(seconds=30)

    @given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
    def test_one_subscribers_ipv6_addresses_count_as_one(self, one: int, other: int):
        base = 0x20010DB8 << 96
        texts = {
            client_group(":".join(f"{(base + n) >> s & 0xFFFF:x}" for s in range(112, -1, -16))) for n in (one, other)
        }
        assert len(texts) == 1

    def test_ipv4_in_ipv6_is_ipv4(self):
        assert client_group("::ffff:192.0.2.1") == client_group("192.0.2.1") == "192.0.2.1"
        assert client_group("192.0.2.1") != client_group("192.0.2.2")

    @given(st.text(max_size=50))
    def test_any_name_of_a_client_is_some_group(self, host: str):
        assert isinstance(client_group(host), str)


class TestKeys:
    @given(role=st.sampled_from(Role), scopes=st.sets(st.sampled_from(Operation)))
    def test_a_key_carries_what_its_role_may_and_what_no_machine_may_not(self, role: Role, scopes: set[Operation]):
        allowed = all(may(role, scope) for scope in scopes) and not scopes & NEVER_A_KEYS
        if allowed:
            refuse_scopes(role, scopes)
        else:
            with pytest.raises(Invalid):
                refuse_scopes(role, scopes)

    def test_the_last_owner_stays(self):
        refuse_losing_last_owner(1)
        with pytest.raises(Conflict, match="last owner"):
            refuse_losing_last_owner(0)


class TestRefreshing:
    @given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30)))
    def test_ten_seconds_tell_a_repeat_from_a_theft(self, later: timedelta):
        used = datetime(2026, 1, 1, tzinfo=UTC)
        assert is_reuse(used, used + later) == (later > timedelta(seconds=10))


class TestIssuers:
    @pytest.mark.parametrize("issuer", ["https://a.example", "https://a.example/", "https://a.example:8443/realms/x"])
    def test_https_addresses_are_taken_without_their_last_slash(self, issuer: str):
        assert normal_issuer(issuer, local_allowed=False) == issuer.rstrip("/")

    def test_plain_http_is_for_this_machine_alone_and_only_where_allowed(self):
        assert normal_issuer("http://127.0.0.1:9", local_allowed=True) == "http://127.0.0.1:9"
        for issuer, allowed in (("http://127.0.0.1:9", False), ("http://a.example", True), ("http://10.0.0.1", True)):
            with pytest.raises(Invalid):
                normal_issuer(issuer, local_allowed=allowed)

    @given(st.text(max_size=80))
    def test_any_text_is_an_https_address_or_refused(self, issuer: str):
        with contextlib.suppress(Invalid):
            assert normal_issuer(issuer, local_allowed=False).startswith(("https://", "HTTPS://"))

    @pytest.mark.parametrize(
        "address",
        ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "::1", "fe80::1%eth0", "fc00::1"],
    )
    def test_addresses_inside_are_told(self, address: str):
        assert is_private(address)
        assert not is_private("93.184.215.14")


OURS = ("https://outbound.example", "http://localhost:8501")


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/app/",
        "/app/leads?stage=COLD&q=a%20b#top",
        "/app//leads",
        "/sign-in?next=//evil.example",
        "/app/é",
        "https://outbound.example",
        "https://outbound.example/",
        "https://outbound.example/app/?x=1#y",
        "https://outbound.example?x",
        "https://outbound.example#x",
        "http://localhost:8501/coverage",
    ],
)
def test_a_page_of_ours_is_gone_to_after_signing_in(target: str):
    assert own_page(target, OURS) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "app/",
        "?x",
        "//evil.example",
        "///evil.example",
        "////evil.example/x",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/app\\..\\..",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/app/\x00",
        "\x00//evil.example",
        "\x1f//evil.example",
        "/app/\x7f",
        "/\u2028/evil.example",
        "/\u00a0/evil.example",
        "/\ud800",
        "//evil.example:80@outbound.example/",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "https:evil.example",
        "https:/evil.example",
        "https:///evil.example",
        "https://evil.example/",
        "https://outbound.example.evil.example/",
        "https://outbound.example@evil.example/",
        "https://outbound.example:443@evil.example/",
        "https://outbound.example%2eevil.example/",
        "https://outbound.example:8443/",
        "http://outbound.example/",
        "http://localhost:85011/",
        "HTTPS://outbound.example.evil/",
    ],
)
def test_no_other_page_is_gone_to(target: str):
    assert own_page(target, OURS) is None


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Rep@Example.COM ", "rep@example.com"),
        ("\u212aate@example.com", "\u212aate@example.com"),  # the Kelvin sign is not a k
        ("\u0130nfo@example.com", "\u0130nfo@example.com"),
        ("\u00c9va@example.com", "\u00c9va@example.com"),
        ("stra\u00dfe@example.com", "stra\u00dfe@example.com"),
    ],
)
def test_an_address_is_folded_in_one_way(typed: str, stored: str):
    assert folded_email(typed) == stored
    assert folded_email(stored) == stored
