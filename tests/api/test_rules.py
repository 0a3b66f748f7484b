"""The organisation and its rules over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from outbound.ids import uuid7
from tests.api.conftest import Api
from tests.support.cast import Member
from tests.support.everything import add_everything
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem

OUTCOMES, POLICIES, ORGANISATION = "/api/rules/outcomes", "/api/rules/stage-policies", "/api/organisation"


def put(api: Api, path: str, member: Member | None, items: Any, version: int | None = None) -> Any:
    headers = {"if-match": f'"{version}"'} if version is not None else {}
    return api.request("PUT", path, member, json={"items": items}, headers=headers)


def changed(items: list[dict[str, Any]], result: str, stage: str, **columns: Any) -> list[dict[str, Any]]:
    return [each | columns if (each["result"], each["stage"]) == (result, stage) else each for each in items]


class TestTheResultTable:
    def test_a_change_holds_from_the_next_knock_on(self, api: Api, franchise: Franchise):
        items = api.get(OUTCOMES, franchise.owner).json()["items"]
        assert len(items) == 63
        answer = put(api, OUTCOMES, franchise.owner, changed(items, "NOT_HOME", "COLD", to_stage="CONTACTED"), 1)
        assert answer.status_code == 200, answer.text
        assert answer.headers["etag"] == '"2"'
        lead = franchise.leads_in(franchise.north_west)[0]
        knock = {"type": "DOOR_KNOCK", "result": "NOT_HOME", "occurred_at": "2026-01-05T15:00:00Z"}
        logged = api.post(f"/api/leads/{lead}/activities", franchise.rep, knock)
        assert logged.json()["lead"]["stage"] == "CONTACTED"
        (entry,) = franchise.audit_trail("activity_outcomes replaced")
        assert [each["to_stage"] for each in entry.before["rules"] + entry.after["rules"]] == ["COLD", "CONTACTED"]

    def test_it_may_enrol_in_a_cadence_that_there_is(self, api: Api, franchise: Franchise, other_franchise: Franchise):
        cadence, foreign = (str(add_everything(each).cadence_id) for each in (franchise, other_franchise))
        items = api.get(OUTCOMES, franchise.owner).json()["items"]
        for each in items:
            if each["result"] == "DO_NOT_CONTACT":
                each["cadence_id"] = None
        enrolling = changed(items, "INTERESTED", "COLD", cadence_id=cadence)
        assert put(api, OUTCOMES, franchise.owner, enrolling).status_code == 200
        for unknown in (foreign, str(uuid7())):
            refused = put(api, OUTCOMES, franchise.owner, changed(items, "INTERESTED", "COLD", cadence_id=unknown))
            assert_problem(refused, 422, "no such cadence")

    def test_what_cannot_be_is_refused_with_its_row(self, api: Api, franchise: Franchise):
        owner = franchise.owner
        items = api.get(OUTCOMES, owner).json()["items"]
        for broken in (
            changed(items, "INTERESTED", "COLD", to_stage="WON"),
            changed(items, "WON", "NOT_QUALIFIED", to_stage="COLD"),
            changed(items, "DO_NOT_CONTACT", "FOLLOW_UP", to_stage="FOLLOW_UP"),
            changed(items, "NOT_HOME", "COLD", next_action_minutes=-1),
            changed(items, "NOT_HOME", "COLD", next_action_minutes=10**20),
            changed(items, "NOT_HOME", "COLD", to_stage="WARM"),
            items[1:],
            [*items, items[0]],
            [],
            items * 10,
            "all",
        ):
            assert_problem(put(api, OUTCOMES, owner, broken), 422)
        assert_problem(put(api, OUTCOMES, owner, items, 9), 412)
        assert franchise.audit_trail("activity_outcomes replaced") == []


class TestStagePolicies:
    def test_a_change_holds_for_clocks_that_start_from_now_on(self, api: Api, franchise: Franchise):
        items = api.get(POLICIES, franchise.rep).json()["items"]
        assert [each["stage"] for each in items][:3] == ["COLD", "CONTACTED", "FOLLOW_UP"]
        items[0]["sla_minutes"] = 60
        assert put(api, POLICIES, franchise.owner, items, 1).json()["items"] == items
        assert api.get(POLICIES, franchise.helper).json() == {"items": items, "version": 2}
        (entry,) = franchise.audit_trail("stage_policies replaced")
        assert (entry.before["COLD"], entry.after["COLD"]) == (7 * 24 * 60, 60)

    def test_what_cannot_be_is_refused(self, api: Api, franchise: Franchise):
        items = api.get(POLICIES, franchise.owner).json()["items"]
        closed = [each | {"sla_minutes": 5} if each["stage"] == "WON" else each for each in items]
        for broken in (
            closed,
            items[1:],
            [*items, items[0]],
            [{"stage": "COLD"}],
            [each | {"sla_minutes": 0} for each in items],
        ):
            assert_problem(put(api, POLICIES, franchise.owner, broken), 422)
        assert_problem(put(api, POLICIES, franchise.owner, items, 7), 412)


class TestTheOrganisation:
    def test_its_owner_changes_it(self, api: Api, franchise: Franchise):
        body = {"name": "Greener Acres", "zone": "America/Denver", "go_live_on": "2026-03-01"}
        answer = api.request("PATCH", ORGANISATION, franchise.owner, json=body, headers={"if-match": '"1"'})
        assert answer.status_code == 200, answer.text
        assert answer.json().items() >= (body | {"slug": franchise.slug, "version": 2}).items()
        assert api.get(ORGANISATION, franchise.rep).json() == answer.json()
        assert api.patch(ORGANISATION, franchise.owner, {"go_live_on": None}).json()["go_live_on"] is None
        assert len(franchise.audit_trail("organisation edited")) == 2

    @pytest.mark.parametrize(
        "body",
        [
            {"zone": "Mars/Olympus"},
            {"zone": "/etc/passwd"},
            {"zone": None},
            {"name": ""},
            {"name": "a\x00"},
            {"slug": "other"},
            {"go_live_on": "0001-01-01"},
            {"go_live_on": "9999-12-31"},
            {"go_live_on": 10**30},
            {"is_demo": True},
        ],
    )
    def test_what_cannot_be_is_refused(self, api: Api, franchise: Franchise, body: dict[str, Any]):
        assert_problem(api.patch(ORGANISATION, franchise.owner, body), 422)

    def test_nobody_but_an_owner_changes_the_rules(self, api: Api, franchise: Franchise):
        for member, status in (
            (None, 401), (franchise.rep, 403), (franchise.manager, 403), (franchise.head_manager, 403),
            (franchise.ops, 403),
        ):  # fmt: skip
            assert_problem(api.patch(ORGANISATION, member, {"name": "Mine"}), status)
            assert_problem(put(api, OUTCOMES, member, []), status if status == 401 else 403)
        stale = api.request("PATCH", ORGANISATION, franchise.owner, json={"name": "x"}, headers={"if-match": '"5"'})
        assert_problem(stale, 412)
