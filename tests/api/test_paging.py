"""A cursor walks a list once and whole, whatever the size of its pages and whatever happens meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.conftest import Api
from tests.support import places
from tests.support.cast import Member
from tests.support.examples import examples
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

SIZES = st.lists(st.integers(1, 7), min_size=1, max_size=40)


def walk(api: Api, path: str, member: Member, sizes: list[int], **params: Any) -> list[list[dict[str, Any]]]:
    """Every page, each with the next of the sizes (over again when they run out)."""
    pages: list[list[dict[str, Any]]] = []
    cursor = None
    while cursor is not None or not pages:
        limit = sizes[len(pages) % len(sizes)]
        more = {"cursor": cursor} if cursor else {}
        answer = api.get(path, member, limit=limit, **more, **params)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert set(page) == {"items", "next_cursor"}
        assert len(page["items"]) <= limit
        assert page["next_cursor"] is None or len(page["items"]) == limit
        pages.append(page["items"])
        cursor = page["next_cursor"]
        assert len(pages) < 100, "the walk does not end"
    return pages


def ids(pages: list[list[dict[str, Any]]]) -> list[str]:
    return [item["id"] for page in pages for item in page]


@settings(max_examples=examples(25))
@given(sizes=SIZES)
def test_leads_are_walked_exactly_once_newest_first(api: Api, sizes: list[int]):
    franchise = api.franchise
    for member, reach in (
        (franchise.owner, franchise.all_leads),
        (franchise.rep, {*franchise.leads_in(franchise.north_west), franchise.rep_elsewhere}),
    ):
        found = ids(walk(api, "/api/leads/outbound", member, sizes))
        assert found == sorted(map(str, reach), reverse=True)


@settings(max_examples=examples(10))
@given(sizes=SIZES)
def test_a_box_is_walked_exactly_once(api: Api, sizes: list[int]):
    box = places.NORTH_WEST
    found = ids(
        walk(
            api,
            "/api/leads/outbound",
            api.franchise.owner,
            sizes,
            bbox=f"{box.west},{box.south},{box.east},{box.north}",
        )
    )
    assert found == sorted(map(str, api.franchise.leads_in(api.franchise.north_west)), reverse=True)


@settings(max_examples=examples(10))
@given(sizes=SIZES)
def test_territories_are_walked_exactly_once(api: Api, sizes: list[int]):
    franchise = api.franchise
    turfs = [franchise.region, franchise.west, franchise.east, *franchise.micros]
    assert ids(walk(api, "/api/territories", franchise.owner, sizes)) == sorted(str(turf.id) for turf in turfs)


def test_a_timeline_is_walked_exactly_once_even_where_moments_are_the_same(api: Api):
    franchise = api.franchise
    lead_id = franchise.leads_in(franchise.north_west)[0]
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for number in range(11):
        franchise.add_activity(lead_id, by=franchise.rep, occurred_at=moment - timedelta(microseconds=number // 4))
    expected = [str(activity.id) for activity in reversed(franchise.activities(lead_id))]
    for sizes in ([1], [2], [3, 1], [4], [11], [12], [500]):
        assert ids(walk(api, f"/api/leads/{lead_id}/activities", franchise.rep, sizes)) == expected


def test_what_is_added_meanwhile_is_neither_repeated_nor_does_it_hide_anything(api: Api, franchise: Franchise):
    first = api.get("/api/leads/outbound", franchise.owner, limit=4).json()
    before = {str(lead) for lead in franchise.all_leads}
    for _ in range(3):
        franchise.add_lead(franchise.west)
    rest = api.get("/api/leads/outbound", franchise.owner, limit=500, cursor=first["next_cursor"]).json()
    found = [item["id"] for item in first["items"] + rest["items"]]
    assert sorted(found) == sorted(before)


def test_an_empty_list_is_one_empty_page(api: Api, franchise: Franchise):
    answer = api.get("/api/leads/outbound", franchise.rep, stage="WON")
    assert answer.json() == {"items": [], "next_cursor": None}


def test_a_cursor_of_one_organisation_opens_nothing_in_another(
    api: Api, franchise: Franchise, other_franchise: Franchise
):
    cursor = api.get("/api/leads/outbound", franchise.owner, limit=1).json()["next_cursor"]
    api.token(other_franchise.owner, other_franchise)
    found = api.get("/api/leads/outbound", other_franchise.owner, cursor=cursor).json()["items"]
    assert not {item["id"] for item in found} & {str(lead) for lead in franchise.all_leads}


def test_a_cursor_of_another_list_is_refused_where_it_has_no_place(api: Api, franchise: Franchise):
    cursor = api.get("/api/leads/outbound", franchise.owner, limit=1).json()["next_cursor"]
    lead_id = franchise.leads_in(franchise.north_west)[0]
    assert_problem(api.get(f"/api/leads/{lead_id}/activities", franchise.owner, cursor=cursor), 422, "first page")
