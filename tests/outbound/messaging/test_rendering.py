"""What a template says of a lead, and what may not stand in one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.errors import Invalid
from outbound.messaging.rendering import LONGEST_OUTPUT, NAMES, refuse_unusable, render
from outbound.vocabulary import MessageChannel

VALUES = {"first_name": "Pat", "city": "Testville", "company": "Green Acres"}


def said(body: str, **values: str | None) -> str:
    return render(MessageChannel.SMS, None, body, VALUES | values).body


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Hi {{ first_name }}", "Hi Pat"),
        ("Hi {{ last_name | default('neighbour') }}", "Hi neighbour"),
        ("{% if last_name %}{{ last_name }}{% else %}You{% endif %} in {{ city | upper }}", "You in TESTVILLE"),
        ("{# a note #}{{ first_name ~ ' of ' ~ company }}", "Pat of Green Acres"),
        ("{{ last_name }}.", "."),
    ],
)
def test_names_are_filled_in(body: str, expected: str):
    refuse_unusable(body, "body")
    assert said(body) == expected


def test_a_name_of_a_lead_is_never_read_as_a_template():
    assert said("Hi {{ first_name }}", first_name="{{ company }}{% for x in y %}") == "Hi {{ company }}{% for x in y %}"


def test_what_is_missing_and_what_nobody_has_is_told():
    rendered = render(MessageChannel.EMAIL, "For {{ rep_name }}", "{{ last_name }} {{ shoe_size }}", VALUES)
    assert rendered.missing == ("last_name", "rep_name")
    assert rendered.unknown == ("shoe_size",)


def test_a_subject_is_one_line():
    rendered = render(MessageChannel.EMAIL, "Hi {{ first_name }}", "x", {"first_name": "Pat\r\nBcc: all@b.test"})
    assert rendered.subject == "Hi Pat Bcc: all@b.test"


def test_a_name_that_no_lead_has_is_refused_and_named():
    with pytest.raises(Invalid, match="shoe_size") as refused:
        refuse_unusable("Hi {{ shoe_size }}", "body")
    assert refused.value.errors[0]["unknown"] == ["shoe_size"]


@pytest.mark.parametrize(
    "body",
    [
        "{% for i in range(1000000000) %}x{% endfor %}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ first_name.__class__.__mro__ }}",
        "{{ first_name['__class__'] }}",
        "{{ self }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ first_name | map('upper') }}",
        "{{ first_name | replace('a', 'aaaaaaaaaaaaaaaa') }}",
        "{{ first_name | truncate('x') }}",
        "{{ 'a' | truncate(1, leeway=none) }}",
        "{{ first_name() }}",
        "{% set x = 1 %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ " + "not " * 5000 + "first_name }}",
        "{% if 1 %}" * 500 + "{% endif %}" * 500,
        "{{ " + "9" * 6000 + " }}",
        "{{ first_name == 1e999999 }}",
        "{{ first_name",
        "{% if %}",
        "{{ ~".join(["{{ first_name"] * 3000),
        "x" * 20_001,
    ],
)
def test_what_could_run_away_or_reach_out_is_refused_at_once(body: str):
    began = time.monotonic()
    with pytest.raises(Invalid):
        refuse_unusable(body, "body")
    assert time.monotonic() - began < 2


def test_a_message_that_grows_too_long_is_refused():
    with pytest.raises(Invalid, match="1,600"):
        said("{{ first_name }}" * 20, first_name="x" * 100)
    assert LONGEST_OUTPUT[MessageChannel.SMS] == 1600


@given(st.text(max_size=200))
def test_whatever_somebody_writes_is_a_template_or_is_refused(body: str):
    try:
        refuse_unusable(body, "body")
        rendered = render(MessageChannel.EMAIL, None, body, dict.fromkeys(NAMES, "x"))
    except Invalid:
        return
    rendered.body.encode()


PIECES = ["{{", "}}", "{%", "%}", " if ", "endif", "|", "d", "first_name", "'", "(", ")", "\\ud800", "~", "1", "e"]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_whatever_pieces_come_together_is_a_template_or_is_refused(body: str):
    test_whatever_somebody_writes_is_a_template_or_is_refused.hypothesis.inner_test(body)
