"""The command from outside: what it does, and the one sentence it says when it cannot."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest
from sqlalchemy import text

from outbound.settings import Settings
from outbound.storage.database import Database
from tests.support.command import Outcome, outbound
from tests.support.franchise import Franchise

FOUNDING = (
    *("init", "--name", "Prairie Lawn", "--zone", "America/Chicago"),
    *("--owner-email", "olive@prairie.test", "--owner-name", "Olive Park"),
)
PASSWORD = {"OUTBOUND_PASSWORD": "a long enough one"}


def assert_refused(outcome: Outcome, *words: str) -> None:
    """Exit status 1 and one sentence with these words; no traceback."""
    assert outcome.status == 1, outcome
    assert outcome.sentence.startswith("error: ")
    assert "Traceback" not in outcome.err
    for word in words:
        assert word in outcome.sentence


def test_init_founds_a_franchise_without_demo_data(settings: Settings, database: Database):
    outcome = outbound(*FOUNDING, **PASSWORD)
    assert outcome.status == 0, outcome
    [organisation] = database.organisations()
    assert (organisation.slug, organisation.zone, organisation.is_demo) == ("prairie-lawn", "America/Chicago", False)
    with database.as_job(organisation.id) as session:
        assert session.scalar(text("select count(*) from outbound.leads")) == 0
        assert session.scalar(text("select count(*) from outbound.activity_outcomes")) > 0


def test_a_second_franchise_of_the_same_name_is_refused(settings: Settings, database: Database):
    assert outbound(*FOUNDING, **PASSWORD).status == 0
    assert_refused(outbound(*FOUNDING, **PASSWORD), "prairie-lawn", "choose another")
    assert len(database.organisations()) == 1


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--zone", "Mars/Olympus"), "time zone"),
        (("--owner-email", "olive"), "e-mail"),
        (("--go-live", "soon"), "YYYY-MM-DD"),
    ],
)
def test_init_with_bad_input_writes_nothing(
    settings: Settings, database: Database, arguments: tuple[str, str], word: str
):
    assert_refused(outbound(*FOUNDING, *arguments, **PASSWORD), word)
    assert database.organisations() == []


def test_init_with_a_weak_password_writes_nothing(settings: Settings, database: Database):
    assert_refused(outbound(*FOUNDING, OUTBOUND_PASSWORD="short"), "too short")
    assert database.organisations() == []


def test_user_add_adds_a_person_once(settings: Settings, database: Database):
    outbound(*FOUNDING, **PASSWORD)
    adding = ("user", "add", "Ray@Prairie.test", "--name", "Ray", "--role", "SALES_REP")
    assert outbound(*adding, **PASSWORD).status == 0
    assert_refused(outbound(*adding, **PASSWORD), "already a member")


def test_user_add_says_what_it_did_not_do_for_who_is_known_already(
    settings: Settings, franchise: Franchise, other_franchise: Franchise
):
    adding = ("user", "add", franchise.rep.email, "--name", "Another", "--org", other_franchise.slug)
    outcome = outbound(*adding, **PASSWORD)
    assert outcome.status == 0, outcome
    assert "keeps its name and password" in outcome.out
    assert "OUTBOUND_PASSWORD given here were not used" in outcome.out


def test_an_argument_that_is_no_text_is_refused_in_one_sentence(settings: Settings, franchise: Franchise):
    for name in (b"R\xffay", b"\xed\xa0\x80"):
        adding = ("user", "add", "ray@prairie.test", "--name", os.fsdecode(name))
        assert_refused(outbound(*adding, **PASSWORD), "Argument 5", "UTF-8")


def test_user_list_tells_whose_address_is_proved(settings: Settings, franchise: Franchise):
    with franchise.admin() as session:
        session.execute(
            text("update outbound.users set email_verified_at = null where email = :e"), {"e": franchise.ops.email}
        )
    outcome = outbound("user", "list")
    assert outcome.status == 0, outcome
    lines = {line.split()[0]: line for line in outcome.out.splitlines()}
    assert lines[franchise.ops.email].endswith("active, address not proved")
    assert lines[franchise.rep.email].endswith("SALES_REP, active")
    adding = ("user", "add", franchise.ops.email, "--name", "X", "--org", franchise.slug)
    assert_refused(outbound(*adding, **PASSWORD), "already a member")


def test_up_without_an_organisation_says_to_make_one(settings: Settings):
    assert_refused(outbound("up"), "outbound init")


def test_a_taken_port_is_named(settings: Settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert_refused(outbound("up", OUTBOUND_API_PORT=str(port)), str(port), "OUTBOUND_API_PORT")


def test_an_unreachable_server_is_named_without_its_password(settings: Settings):
    outcome = outbound("migrate", DATABASE_URL="postgresql://admin:hidden-secret@127.0.0.1:9/outbound")
    assert_refused(outcome, "127.0.0.1:9", "DATABASE_URL")
    assert "hidden-secret" not in outcome.err + outcome.out


def test_a_setting_that_is_no_number_is_named(settings: Settings):
    assert_refused(outbound("migrate", OUTBOUND_API_PORT="eighty"), "OUTBOUND_API_PORT")


def test_a_demo_is_not_served_to_the_world(settings: Settings):
    assert_refused(outbound("demo", OUTBOUND_HOST="0.0.0.0"), "well-known passwords")  # noqa: S104


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00\x00" + bytes(range(256)) * 20, "binary"),
    ],
    ids=["empty", "binary"],
)
def test_a_file_that_is_no_list_is_refused_whole(
    settings: Settings, database: Database, franchise: Franchise, tmp_path: Path, content: bytes, word: str
):
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    with database.as_job(franchise.org_id) as session:
        before = session.scalar(text("select count(*) from outbound.leads"))
    assert_refused(outbound("import", str(file)), word)
    with database.as_job(franchise.org_id) as session:
        assert session.scalar(text("select count(*) from outbound.leads")) == before


def test_a_list_in_another_encoding_is_read_as_written(
    settings: Settings, database: Database, franchise: Franchise, tmp_path: Path
):
    file = tmp_path / "list.csv"
    rows = "first name;last name;address;city;zip\nZoë;Müller;77 Peñasco Way;Springfield;62701\n"
    file.write_bytes(rows.encode("utf-16"))
    outcome = outbound("import", str(file))
    assert outcome.status == 0, outcome
    with database.as_job(franchise.org_id) as session:
        first_name = session.scalar(text("select first_name from outbound.leads where last_name = 'Müller'"))
    assert first_name == "Zoë"


def test_a_polygon_that_crosses_itself_cuts_nothing(
    settings: Settings, database: Database, franchise: Franchise, tmp_path: Path
):
    square = [[-90, 40], [-89.9, 40], [-89.9, 40.1], [-90, 40.1], [-90, 40]]
    bow_tie = [[-90, 40], [-89.9, 40.1], [-89.9, 40], [-90, 40.1], [-90, 40]]
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for name, ring in (("Fine", square), ("Crossed", bow_tie))
    ]
    file = tmp_path / "turf.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    assert_refused(outbound("territories", "load", str(file)), "cross")
    with database.as_job(franchise.org_id) as session:
        assert session.scalar(text("select count(*) from outbound.territories where name in ('Fine', 'Crossed')")) == 0


def test_who_runs_the_server_makes_a_link_for_an_owner_who_forgot_their_password(
    settings: Settings, franchise: Franchise
):
    outcome = outbound("user", "reset-link", franchise.owner.email)
    assert outcome.status == 0, outcome
    assert outcome.out.startswith(f"{settings.api_url}/reset-password#")
    assert_refused(outbound("user", "reset-link", "nobody@example.com"), "no member")
