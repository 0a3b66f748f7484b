"""An import in words."""

from __future__ import annotations

import io

import httpx
import pytest

from dashboards.client import Api
from dashboards.components import pair, wizard
from dashboards.lists import Lists, id_of


def test_the_step_follows_status_and_phase() -> None:
    at = [
        wizard.step_of({"status": status, "phase": phase})
        for status, phase in (
            ("uploaded", "reading"),
            ("processing", "matching"),
            ("ready", "writing"),
            ("processing", "writing"),
            ("completed", "completed"),
            ("processing", "undoing"),
        )
    ]
    assert [wizard.STEPS[step] for step in at] == ["Columns", "Check", "Check", "Import", "Report", "Report"]


def test_progress_is_told_as_far_as_it_is_known() -> None:
    known = {"rows": 12_000, "total": 50_000, "rate": 2_100.4, "seconds_left": 18.2}
    assert wizard.told(known) == "12,000 of 50,000 rows, 2,100 a second, about 18 seconds left"
    assert wizard.told({"rows": 5, "total": None, "rate": None, "seconds_left": None}) == "5 rows"
    assert wizard.duration(240) == "4 minutes"


def test_what_a_list_says_is_never_taken_for_markup() -> None:
    row = {"line": 2, "fate": "rejected", "reason": "<i>no", "raw": {"<b>": "<script>x</script>"}}
    said = wizard.rows_table([row], {}, {})
    assert "<script>" not in said
    assert "<i>no" not in said
    assert "&lt;script&gt;" in said
    assert "<b>x" not in wizard.reasons({"<b>x": 2}, {"<b>x": [1, 2]})


def test_a_row_that_cannot_be_used_is_told_as_a_letter_would() -> None:
    raw = {"ST": "NY", "Zip": "11427", "Town": "Queens Village", "Lot": "3,793", "Owner": "Hill, Cy"}
    row = {"line": 2, "fate": "rejected", "reason": "it has no address", "raw": raw}
    mapping = {"full_name": "Owner", "address": "Situs", "city": "Town", "state": "ST", "postcode": "Zip"}
    assert "Hill, Cy, Queens Village, NY, 11427<" in wizard.rows_table([row], {}, mapping)
    assert "3,793" in wizard.rows_table([row | {"raw": {"Lot": "3,793"}}], {}, mapping)  # nothing else is there


def test_a_row_says_what_was_mended_in_it_too() -> None:
    row = {"line": 2, "fate": "new", "reason": None, "location_source": "file", "notes": ["lat & lon were exchanged"]}
    said = wizard.rows_table([row], {}, {})
    assert "Place: the list&#x27;s own coordinates" in said
    assert "<small>Lat &amp; lon were exchanged</small>" in said


def test_a_check_does_not_speak_of_writing() -> None:
    assert "Writing" not in wizard.phases({"reading": 1.0}, "locating", writes=False)
    assert "Writing" in wizard.phases({"reading": 1.0}, "writing", writes=True)


def test_leads_that_nobody_owns_are_counted() -> None:
    assert wizard.without_owner({"new": 40, "with_owner": 15}) == 25
    assert wizard.without_owner({}) == 0


def test_evidence_that_agrees_in_all_is_said_once() -> None:
    side = {
        "lead_id": "a", "line": None, "address": "1 Elm", "city": "T", "postcode": "5", "first_name": "<A>",
        "last_name": "Lee", "phone": None, "email": None, "lead_type": "outbound", "stage": "COLD", "owner_id": None,
        "territory_id": None, "last_activity_at": None, "created_at": None,
    }  # fmt: skip
    match = {
        "left": side,
        "right": side,
        "import_id": None,
        "evidence": {"first": "same", "last": "same", "number": "typo", "street": "same"},
    }
    said = pair.table(match, {}, "America/Chicago")
    assert "&lt;A&gt; Lee" in said
    assert said.count("the same</span>") == 2
    assert "number: a digit off" in said


@pytest.mark.parametrize("text", [None, "", "nonsense", "../../etc", "0199d1c5-6a3e-7c58-9d0b-0a4a4f1c2e1"])
def test_an_address_that_names_no_list_names_none(text: str | None) -> None:
    assert id_of(text) is None


def test_a_file_tells_how_much_of_it_was_sent() -> None:
    shares: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        body = request.read()
        return httpx.Response(201, json={"x": body.count(b"x" * 1_000_000), "review": b"review" in body})

    api = Api("http://localhost:1", "token", transport=httpx.MockTransport(answer))
    said = Lists(api).hand_in("a.csv", io.BytesIO(b"x" * 1_000_000), shares.append, source="CSV")
    assert said == {"x": 1, "review": True}
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) <= 101
