"""What a valid request needs beyond its example in the document: rows in a certain state, files, a body that fits.

The key is the operation's id, which is the name of the function behind the route.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from outbound.ids import uuid7
from outbound.leads import merging
from outbound.vocabulary import Role
from tests.support import announced, engagement, links
from tests.support.cast import PASSWORD, Member
from tests.support.ground import Ground

Json = Any


@dataclass(frozen=True)
class Recipe:
    """What differs from the example."""

    body: Callable[[Ground, Member], Json] | None = None
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    path: Callable[[Ground, Member], dict[str, str]] | None = None
    """Rows for parameters of the path; may bring other rows into the state that is needed, too."""
    address: Callable[[Ground, Member], dict[str, str]] | None = None
    """Parameters of path and query alike, where they belong together."""
    options: Callable[[Ground, Member], dict[str, Any]] | None = None
    """Of the client: ``files``, ``data`` or ``content``, for a body that is no JSON."""


def _now() -> datetime:
    return datetime.now(UTC)


def _an_hour_ago() -> str:
    return (_now() - timedelta(hours=1)).isoformat()


def _unique(word: str) -> str:
    return f"{word} {uuid.uuid4().hex[:8]}"


def _like(table: str, parameter: str, /, **changes: object) -> Callable[[Ground, Member], dict[str, str]]:
    """A path that names another row like the one there is."""

    def path(ground: Ground, member: Member) -> dict[str, str]:
        given = {key: value() if callable(value) else value for key, value in changes.items()}
        return {parameter: str(ground.another(table, **given))}

    return path


def _turf(ground: Ground, member: Member) -> Json:
    """A manager cuts within their own area."""
    return {
        "name": _unique("Corner"),
        "type": "MICRO",
        "geometry": ground.franchise.north_west.box.geometry,
        "parent_id": str(ground.franchise.west.id),
    }


def _empty_turf(ground: Ground, member: Member) -> dict[str, str]:
    corner = ground.another("territories", of=ground.franchise.north_west.id, name="Empty", slug=uuid.uuid4().hex)
    return {"territory_id": str(corner)}


def _own(table: str, column: str, parameter: str, /, **changes: object) -> Callable[[Ground, Member], dict[str, str]]:
    """A row of the caller's own."""
    return lambda ground, member: _like(table, parameter, **{column: member.id}, **changes)(ground, member)


def _put_away(ground: Ground, member: Member) -> dict[str, str]:
    lead = ground.everything.lead_id
    return {"lead_id": str(ground.another("leads", of=lead, address_id=None, archived_at=_now()))}


def _lead_beside(ground: Ground, member: Member) -> uuid.UUID:
    """Another lead where the caller's own row is, which nothing is done with yet."""
    lead = ground.row("lead_id", member).id
    return ground.another("leads", of=lead, address_id=None)


def _merged(ground: Ground, member: Member) -> Json:
    other = _lead_beside(ground, member)
    with ground.franchise.as_member(ground.franchise.owner) as session:
        merging.merge(session, ground.row("lead_id", member).id, other, _now())
    return {"merged_id": str(other)}


def _pair(**said: object) -> Callable[[Ground, Member], dict[str, str]]:
    """Two leads that may be one, with what was said of them."""

    def path(ground: Ground, member: Member) -> dict[str, str]:
        leads = {"lead_id": ground.row("lead_id", member).id, "other_lead_id": _lead_beside(ground, member)}
        nothing = dict.fromkeys(
            ("import_id", "line", "matched_line", "decision", "decided_at", "decided_by", "merged_id")
        )
        return {"match_id": str(ground.another("match_pairs", **(nothing | leads | said)))}

    return path


def _sent(ground: Ground, member: Member) -> dict[str, str]:
    return {"attachment_id": str(announced.announce(ground, member, PNG, sent=True))}


def _announced(ground: Ground, member: Member) -> dict[str, str]:
    return announced.address(ground, member, PNG)


def _joining(ground: Ground, member: Member) -> Json:
    return {"token": links.invitation(ground.franchise), "name": "Nora New", "password": "a brand new password"}


def _resetting(ground: Ground, member: Member) -> Json:
    somebody = ground.franchise.add_member(Role.OPS)  # it ends all their sessions
    return {"token": links.reset(ground.franchise, somebody), "password": PASSWORD}


def _asked_to_delete(ground: Ground, member: Member) -> dict[str, str]:
    ground.change("organisation_deletions", withdrawn_at=None, due_at=_now() + timedelta(days=30))
    return {}


def _done_task(ground: Ground, member: Member) -> dict[str, str]:
    lead = ground.row("lead_id", member).id
    whose = {"lead_id": lead, "assignee_id": member.id, "enrollment_id": None, "step_id": None, "activity_id": None}
    return {"task_id": str(ground.another("tasks", state="done", completed_at=_now(), **whose))}


def _nobody_asked_to_delete(ground: Ground, member: Member) -> dict[str, str]:
    ground.change("organisation_deletions", withdrawn_at=_now())
    return {}


def _open_shift(ground: Ground, member: Member) -> dict[str, str]:
    begun = _now() - timedelta(hours=2)
    ground.change("shifts", where={"user_id": member.id, "ended_at": None}, ended_at=_now())
    return _own("shifts", "user_id", "shift_id", started_at=begun, ended_at=None)(ground, member)


def _note_for(ground: Ground, member: Member) -> dict[str, str]:
    ground.another("notifications", user_id=member.id, read_at=None)
    return {}


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
RECIPES: dict[str, Recipe] = {
    "accept_invitation": Recipe(body=_joining),
    "change_mapping": Recipe(
        path=engagement.list_to_map, body=lambda *_: {"columns": {"unit": None}, "remember": True}
    ),
    "change_trip_status": Recipe(body=lambda *_: {"status": "in_progress"}),
    "commit_import": Recipe(
        path=_like("prospect_imports", "import_id", status="ready", phase="writing"), body=lambda *_: {}
    ),
    "complete_upload": Recipe(path=_sent),
    "correct_shift": Recipe(path=_open_shift, body=lambda *_: {"ended_at": _an_hour_ago()}),
    "create_territory": Recipe(body=_turf),
    "delete_cadence": Recipe(path=engagement.empty_cadence),
    "delete_campaign": Recipe(path=_like("campaigns", "campaign_id", name=lambda: _unique("Unused"))),
    "delete_segment": Recipe(path=_own("segments", "owner_id", "segment_id", name=lambda: _unique("Mine"))),
    "delete_template": Recipe(path=engagement.idle_template),
    "edit_segment": Recipe(path=_own("segments", "owner_id", "segment_id", name=lambda: _unique("Mine"))),
    "end_shift": Recipe(path=_open_shift, body=lambda *_: {"ended_at": _an_hour_ago()}),
    "enroll_leads": Recipe(body=engagement.free_lead),
    "execute_cadences": Recipe(path=engagement.make_due),
    "export_mart": Recipe(path=lambda *_: {"mart": "territories"}),
    "import_list": Recipe(options=engagement.list_file),
    "issue_tokens": Recipe(body=lambda _, member: links.credentials(member)),
    "decide_match": Recipe(path=_pair()),
    "look_at_invitation": Recipe(body=lambda ground, _: {"token": links.invitation(ground.franchise)}),
    "mark_read": Recipe(path=_note_for, body=lambda *_: {"all": True}),
    "merge_leads": Recipe(body=lambda ground, member: {"from_id": str(_lead_beside(ground, member))}),
    "read_match": Recipe(path=_pair()),
    "take_decision_back": Recipe(path=_pair(decision="new", decided_at=_now())),
    "read_deletion": Recipe(path=_asked_to_delete),
    "read_glyphs": Recipe(path=lambda *_: {"fontstack": "Open Sans Regular", "characters": "0-255"}),
    "read_mapping": Recipe(path=engagement.list_to_map),
    "read_tile": Recipe(path=lambda *_: {"z": "0", "x": "0", "y": "0"}),
    "refresh_tokens": Recipe(
        body=lambda ground, member: {"refresh_token": links.refresh_token(ground.franchise, member)}
    ),
    "reopen_task": Recipe(path=_done_task),
    "report_positions": Recipe(
        path=_open_shift,
        body=lambda *_: {"positions": [{"id": str(uuid7()), "lat": 41.6, "lon": -93.6, "occurred_at": _an_hour_ago()}]},
    ),
    "request_deletion": Recipe(path=_nobody_asked_to_delete),
    "reset_password": Recipe(body=_resetting),
    "resume_enrollment": Recipe(path=engagement.paused_enrollment),
    "resume_import": Recipe(path=_like("prospect_imports", "import_id", status="paused", phase="locating")),
    "restore_lead": Recipe(path=_put_away),
    "retire_territory": Recipe(path=_empty_turf),
    "revoke_invitation": Recipe(
        path=_like(
            "invitations",
            "invitation_id",
            accepted_at=None,
            accepted_by_id=None,
            revoked_at=None,
            expires_at=lambda: _now() + timedelta(days=7),
            token_hash=lambda: f"\\x{uuid.uuid4().hex}",
            email=lambda: f"{uuid.uuid4().hex}@example.com",
        )
    ),
    "send_attachment": Recipe(options=lambda *_: {"files": {"file": ("yard.png", PNG, "image/png")}}),
    "send_content": Recipe(options=lambda *_: {"content": PNG}, address=_announced),
    "send_list": Recipe(path=lambda *_: {"upload_id": str(uuid7())}, options=lambda *_: {"content": engagement.LIST}),
    "sign_in": Recipe(body=lambda _, member: links.credentials(member)),
    "start_import": Recipe(path=_like("prospect_imports", "import_id", status="uploaded", phase="reading")),
    "undo_bulk_change": Recipe(path=_like("bulk_changes", "bulk_id", undone_at=None, undone_by=None)),
    "undo_import": Recipe(path=_like("prospect_imports", "import_id", status="ready", phase="writing")),
    "unmerge_leads": Recipe(body=_merged),
    "withdraw_deletion": Recipe(path=_asked_to_delete),
}
