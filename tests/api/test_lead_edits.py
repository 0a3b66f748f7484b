"""Editing, putting away, merging, tagging, bulk changes, segments and campaigns, as clients meet them."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from outbound.ids import uuid7
from outbound.vocabulary import LeadType
from tests.api.conftest import Api
from tests.support.franchise import Franchise


def url(lead: uuid.UUID, *more: str) -> str:
    return "/".join(["/api/leads", str(lead), *more])


@pytest.fixture
def lead(franchise: Franchise) -> uuid.UUID:
    return franchise.add_lead(franchise.north_west, owner=franchise.rep)


class TestEditing:
    def test_what_is_sent_is_set_and_the_rest_stays(self, api: Api, franchise: Franchise, lead, clock):
        body = {
            "first_name": "Ada",
            "phone": "(515) 555-0199",
            "email": None,
            "tags": ["Corner  Lot", "dog"],
            "consent": {"sms": {"granted": True, "source": "at the door"}},
        }
        answer = api.patch(url(lead), franchise.rep, body)
        assert answer.status_code == 200, answer.text
        item = answer.json()
        assert (item["first_name"], item["phone"], item["email"]) == ("Ada", "+15155550199", None)
        assert (item["tags"], item["source"]) == (["corner lot", "dog"], "test")
        assert item["consent"]["sms"] == {
            "granted": True,
            "at": clock.now.isoformat().replace("+00:00", "Z"),
            "source": "at the door",
        }
        assert franchise.lead(lead).consent["sms"] is True
        assert answer.headers["etag"] == api.get(url(lead), franchise.rep).headers["etag"] == '"2"'
        (entry,) = franchise.audit_trail("lead edited")
        assert "Ada" not in str(entry.after)

    def test_an_older_answer_does_not_replace_a_newer_one(self, api: Api, franchise: Franchise, lead, clock):
        yesterday = (clock.now - timedelta(days=1)).isoformat()
        for granted, at in ((False, None), (True, yesterday)):
            api.patch(url(lead), franchise.rep, {"consent": {"sms": {"granted": granted, "at": at}}})
        assert api.get(url(lead), franchise.rep).json()["consent"]["sms"]["granted"] is False

    def test_an_old_version_is_refused(self, api: Api, franchise: Franchise, lead):
        for status in (200, 412):
            answer = api.request(
                "PATCH", url(lead), franchise.rep, json={"language": f"l{status}"}, headers={"if-match": '"1"'}
            )
            assert answer.status_code == status
        answer = api.request(
            "PATCH", url(lead, "stage"), franchise.rep, json={"stage": "CONTACTED"}, headers={"if-match": '"1"'}
        )
        assert answer.status_code == 412

    def test_another_owner_is_a_managers_to_name(self, api: Api, franchise: Franchise, lead):
        body = {"owner_id": str(franchise.helper.id)}
        assert api.patch(url(lead), franchise.rep, body).status_code == 403
        assert api.patch(url(lead), franchise.manager, body).json()["owner_name"] == "Helper"
        (entry,) = franchise.audit_trail("lead reassigned")
        assert (entry.acted_by, entry.acted_for) == (franchise.manager.id, franchise.rep.id)
        cold = franchise.leads_in(franchise.north_west)[0]
        for stranger in ({"owner_id": str(uuid7())}, {"campaign_id": str(uuid7()), "tags": ["x"]}):
            assert api.patch(url(cold), franchise.manager, stranger).status_code == 409

    def test_another_door_takes_the_lead_to_its_territory(self, api: Api, franchise: Franchise, lead):
        lat, lon = franchise.south_west.box.point(9)
        body = {"address": {"line": "5 Ash Street, Testville, IA 50309", "lat": lat, "lon": lon}}
        item = api.patch(url(lead), franchise.manager, body).json()
        assert item["territory_id"] == str(franchise.south_west.id)
        assert franchise.history(lead)[-1].territory_id == franchise.south_west.id

    def test_who_may_not_is_told_so(self, api: Api, franchise: Franchise, other_franchise: Franchise, lead):
        assert api.patch(url(lead), franchise.ops, {"language": "es"}).status_code == 403
        viewed = franchise.leads_in(franchise.north_east)[0]
        assert api.patch(url(viewed), franchise.helper, {"language": "es"}).status_code == 403
        for stranger in (franchise.leads_in(franchise.south_east)[0], other_franchise.scheduled, uuid7()):
            assert api.patch(url(stranger), franchise.rep, {"language": "es"}).status_code == 404

    @pytest.mark.parametrize(
        "body",
        [
            {"stage": "WON"}, {"phone": "12"}, {"email": "x"}, {"tags": None}, {"tags": [""]}, {"tags": ["x" * 51]},
            {"tags": ["x"] * 51}, {"consent": {"fax": {"granted": True}}}, {"consent": {"sms": {}}}, {"consent": None},
            {"yard_size_sqft": 2**40}, {"estimated_value_cents": -1}, {"estimated_value_cents": 10**30},
            {"next_action_at": "0001-01-01T00:00:00Z"}, {"first_name": "a\x00"}, {"lead_type": "none"},
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused(self, api: Api, franchise: Franchise, lead, body):
        assert api.patch(url(lead), franchise.rep, body).status_code == 422


class TestPuttingAway:
    def test_it_leaves_every_list_and_frees_its_address(self, api: Api, franchise: Franchise, lead):
        door = franchise.lead(lead).address_id
        assert api.request("DELETE", url(lead), franchise.rep).status_code == 403
        assert api.request("DELETE", url(lead), franchise.manager).status_code == 204
        assert api.request("DELETE", url(lead), franchise.manager).status_code == 204
        listed = [item["id"] for item in api.get("/api/leads/outbound", franchise.rep).json()["items"]]
        assert str(lead) not in listed
        away = api.get("/api/leads/outbound", franchise.manager, archived=True).json()["items"]
        assert [item["id"] for item in away] == [str(lead)]
        assert api.get(url(lead), franchise.rep).json()["archived_at"] is not None
        assert api.patch(url(lead), franchise.rep, {"language": "es"}).status_code == 409
        assert api.patch(url(lead, "stage"), franchise.rep, {"stage": "LOST"}).status_code == 409
        body = {"id": str(uuid7()), "address_id": str(door)}
        assert api.post("/api/leads/outbound", franchise.rep, body).status_code == 201
        assert api.post(url(lead, "restore"), franchise.manager, None).status_code == 409
        api.patch(url(body["id"], "stage"), franchise.rep, {"stage": "LOST"})
        restored = api.post(url(lead, "restore"), franchise.manager, None)
        assert (restored.status_code, restored.json()["archived_at"]) == (200, None)
        assert restored.json()["due_at"] is not None
        assert [entry.action for entry in franchise.audit_trail("lead archived", "lead restored")] == [
            "archived",
            "restored",
        ]

    def test_a_knock_at_it_is_kept_and_moves_nothing(self, api: Api, franchise: Franchise, lead, clock):
        api.request("DELETE", url(lead), franchise.manager)
        body = {"type": "DOOR_KNOCK", "result": "INTERESTED", "occurred_at": clock.now.isoformat()}
        answer = api.post(url(lead, "activities"), franchise.rep, body)
        assert (answer.status_code, answer.json()["lead"]["stage"]) == (201, "COLD")


class TestStories:
    def test_the_timeline_holds_all_that_happened_in_pages(self, api: Api, franchise: Franchise, lead, clock):
        body = {"type": "DOOR_KNOCK", "result": "INTERESTED", "occurred_at": clock.now.isoformat()}
        api.post(url(lead, "activities"), franchise.rep, body)
        whole = api.get(url(lead, "timeline"), franchise.rep).json()["items"]
        assert sorted(item["kind"] for item in whole) == ["activity", "stage_change", "stage_change"]
        assert [item["at"] for item in whole] == sorted((item["at"] for item in whole), reverse=True)
        paged, cursor = [], None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = api.get(url(lead, "timeline"), franchise.rep, limit=1, **more).json()
            paged += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert paged == whole
        only = api.get(url(lead, "timeline"), franchise.rep, kind="activity").json()["items"]
        assert [item["activity"]["result"] for item in only] == ["INTERESTED"]
        assert api.get(url(lead, "timeline"), franchise.helper).status_code == 404

    def test_merging_and_parting(self, api: Api, franchise: Franchise, lead):
        other = franchise.add_lead(franchise.south_west, language="es")
        body = {"from_id": str(other)}
        assert api.post(url(lead, "merge"), franchise.rep, body).status_code == 403
        merged = api.post(url(lead, "merge"), franchise.manager, body)
        assert (merged.status_code, merged.json()["language"]) == (200, "es")
        assert api.get(url(other), franchise.rep).json()["merged_into_id"] == str(lead)
        parted = api.post(url(lead, "unmerge"), franchise.manager, {})
        assert parted.status_code == 200
        assert (parted.json()["survivor"]["language"], parted.json()["parted"]["archived_at"]) == (None, None)
        assert api.post(url(lead, "unmerge"), franchise.manager, {}).status_code == 404

    def test_tags_are_counted_within_reach(self, api: Api, franchise: Franchise, lead):
        api.patch(url(lead), franchise.rep, {"tags": ["a", "b", "c"]})
        api.patch(url(franchise.leads_in(franchise.south_east)[0]), franchise.owner, {"tags": ["a", "z"]})
        page = api.get("/api/tags", franchise.owner, limit=3).json()
        rest = api.get("/api/tags", franchise.owner, cursor=page["next_cursor"]).json()["items"]
        counts = {item["tag"]: item["leads"] for item in [*page["items"], *rest]}
        assert counts == {"a": 2, "b": 1, "c": 1, "z": 1}
        assert [item["tag"] for item in api.get("/api/tags", franchise.rep).json()["items"]] == ["a", "b", "c"]
        assert api.get("/api/tags", franchise.rep, cursor="é").status_code == 422


class TestLists:
    def test_every_lead_type_has_a_list(self, api: Api, franchise: Franchise):
        inbound = franchise.add_lead(franchise.north_west, lead_type=LeadType.INBOUND)
        found = api.get("/api/leads", franchise.rep, lead_type="inbound").json()["items"]
        assert [item["id"] for item in found] == [str(inbound)]
        assert len(api.get("/api/leads", franchise.rep).json()["items"]) == 5

    def test_filters_name_me_nobody_and_several_stages(self, api: Api, franchise: Franchise, lead):
        def ids(**params: object) -> set[str]:
            answer = api.get("/api/leads/outbound", franchise.rep, **params)
            assert answer.status_code == 200, answer.text
            return {item["id"] for item in answer.json()["items"]}

        assert ids(owner_id="me") == {str(lead), str(franchise.rep_elsewhere)}
        assert str(lead) not in ids(owner_id="none")
        assert ids(stage=["SCHEDULED", "WON"]) == {str(franchise.scheduled)}
        assert ids(updated_since="2099-01-01T00:00:00Z") == set()
        for sort in ("due", "last_activity", "stage_entered"):
            assert ids(sort=sort) == ids()

    @pytest.mark.parametrize(
        "query",
        [
            "owner_id=you", "stage=OPEN", "sort=name", "bbox=1,2,3", "bbox=nan,0,1,1", "q=", "q=%00", "tag=", "limit=0",
            "updated_since=0001-01-01T00:00:00Z", "updated_since=9999999999999999", "cursor=x", "territory_id=1",
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused(self, api: Api, franchise: Franchise, query: str):
        assert api.request("GET", f"/api/leads/outbound?{query}", franchise.rep).status_code == 422


class TestBulk:
    def test_a_preview_a_change_and_its_undoing(self, api: Api, franchise: Franchise, lead):
        body = {
            "action": "reassign",
            "params": {"owner_id": str(franchise.helper.id)},
            "filter": {"territory_id": str(franchise.north_west.id), "lead_type": "outbound"},
        }
        looked = api.post("/api/leads/bulk/preview", franchise.manager, body)
        assert looked.status_code == 200, looked.text
        assert (looked.json()["matched"], looked.json()["changes"], looked.json()["skipped"]) == (4, 4, [])
        made = api.post("/api/leads/bulk", franchise.manager, body | {"id": str(uuid7())})
        assert (made.status_code, made.json()["changed"]) == (201, 4)
        bulk = f"/api/leads/bulk/{made.json()['id']}"
        assert api.get(bulk, franchise.manager).json() == made.json()
        assert [item["id"] for item in api.get("/api/leads/bulk", franchise.owner).json()["items"]] == [
            made.json()["id"]
        ]
        api.patch(url(lead), franchise.manager, {"owner_id": None})
        undone = api.post(f"{bulk}/undo", franchise.manager, None)
        assert undone.json()["undone"] == {"restored": 3, "kept": {"changed_since": 1}}

    @pytest.mark.parametrize(
        "more",
        [
            {"ids": []}, {"ids": ["x"]}, {"filter": {}, "ids": [str(uuid7())]}, {}, {"filter": {"x": 1}},
            {"filter": {}, "params": {"stage": "LOST"}}, {"filter": {}, "params": {"tag": None}},
            {"filter": {"bbox": [1, 1, 0, 0]}}, {"filter": {}, "action": "delete"},
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused(self, api: Api, franchise: Franchise, more):
        body = {"action": "tag", "params": {"tag": "x"}} | more
        assert api.post("/api/leads/bulk/preview", franchise.manager, body).status_code == 422

    def test_a_rep_and_a_stranger_find_nothing_of_it(self, api: Api, franchise: Franchise):
        assert api.get("/api/leads/bulk", franchise.rep).status_code == 403
        assert api.get(f"/api/leads/bulk/{uuid7()}", franchise.manager).status_code == 404


class TestSegmentsAndCampaigns:
    def test_a_segment_filters_the_list_and_is_its_makers(self, api: Api, franchise: Franchise, lead):
        body = {"id": str(uuid7()), "name": "Mine", "filter": {"owner_id": "me", "stage": ["COLD"]}}
        made, again = (api.post("/api/segments", franchise.rep, body) for _ in range(2))
        assert (made.status_code, again.status_code, made.json()) == (201, 200, again.json())
        segment = f"/api/segments/{body['id']}"
        for who, seen in ((franchise.rep, 200), (franchise.manager, 404), (franchise.owner, 404)):
            assert api.get(segment, who).status_code == seen
            assert api.get("/api/leads/outbound", who, segment_id=body["id"]).status_code == seen
        found = api.get("/api/leads/outbound", franchise.rep, segment_id=body["id"]).json()["items"]
        assert {item["id"] for item in found} == {str(lead), str(franchise.rep_elsewhere)}
        narrowed = api.get("/api/leads/outbound", franchise.rep, segment_id=body["id"], q="no such name").json()
        assert narrowed["items"] == []
        assert api.patch(segment, franchise.rep, {"shared": True}).status_code == 403
        assert api.post("/api/segments", franchise.rep, body | {"id": None}).status_code == 409
        assert api.request("DELETE", segment, franchise.rep, headers={"if-match": '"9"'}).status_code == 412
        assert api.request("DELETE", segment, franchise.rep).status_code == 204

    def test_a_shared_one_is_read_by_all_and_changed_by_managers(self, api: Api, franchise: Franchise):
        body = {"name": "Overdue", "filter": {"sla": "overdue"}, "shared": True}
        segment = "/api/segments/" + api.post("/api/segments", franchise.manager, body).json()["id"]
        assert api.get(segment, franchise.rep).status_code == 200
        assert api.patch(segment, franchise.rep, {"name": "x"}).status_code == 403
        edited = api.patch(segment, franchise.head_manager, {"filter": {"sla": "due_soon"}})
        assert (edited.status_code, edited.json()["filter"], edited.json()["version"]) == (200, {"sla": "due_soon"}, 2)
        assert [entry.acted_for for entry in franchise.audit_trail("segment edited")] == [franchise.manager.id]

    def test_campaigns_are_cut_by_managers_and_read_by_all(self, api: Api, franchise: Franchise, lead):
        body = {"id": str(uuid7()), "name": "Spring", "starts_on": "2026-03-01", "ends_on": "2026-05-31"}
        assert api.post("/api/campaigns", franchise.rep, body).status_code == 403
        assert [api.post("/api/campaigns", franchise.manager, body).status_code for _ in range(2)] == [201, 200]
        campaign = f"/api/campaigns/{body['id']}"
        assert api.get(campaign, franchise.rep).json()["name"] == "Spring"
        assert api.patch(campaign, franchise.manager, {"ends_on": "2026-01-01"}).status_code == 422
        assert api.patch(campaign, franchise.manager, {"active": False}).json()["version"] == 2
        assert api.get("/api/campaigns", franchise.rep, active=True).json()["items"] == []
        api.patch(url(lead), franchise.rep, {"campaign_id": body["id"]})
        found = api.get("/api/leads/outbound", franchise.rep, campaign_id=body["id"]).json()["items"]
        assert [item["id"] for item in found] == [str(lead)]
        for who, status in ((franchise.manager, 403), (franchise.owner, 409)):
            assert api.request("DELETE", campaign, who).status_code == status
        api.patch(url(lead), franchise.rep, {"campaign_id": None})
        assert api.request("DELETE", campaign, franchise.owner).status_code == 204
        assert api.get(campaign, franchise.owner).status_code == 404

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "x", "2026-02-30"])
    def test_a_day_that_makes_no_sense_is_refused(self, api: Api, franchise: Franchise, day: str):
        assert api.post("/api/campaigns", franchise.owner, {"name": "X", "starts_on": day}).status_code == 422
