"""A demo organisation before its history: people, rules, cadences, territories, doors. Rows, ready to write."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from outbound.activities.rules import default_outcomes
from outbound.demo import cadence
from outbound.demo.columns import ids_at, texts, times, words
from outbound.demo.history import History
from outbound.demo.people import member_name
from outbound.demo.plan import UNOWNED
from outbound.demo.town import Town
from outbound.demo.writer import Columns, Writer
from outbound.geo.polygons import read_turf
from outbound.ids import uuid7_array
from outbound.leads.rules import DEFAULT_SLA_MINUTES
from outbound.postal.rules import PostalParts, canonical_line, normalise, unit_key
from outbound.storage.crypto import KeyRing, seal_position
from outbound.vocabulary import ActivityResult, AssignmentRole, LocationSource, Role, Stage


@dataclass(frozen=True)
class Sign:
    """How an organisation's people sign in: e-mail addresses by role."""

    owner: str
    manager: str
    ops: str
    rep: str
    """With {n}, counted from 1."""


@dataclass
class Cast:
    """Identifiers of an organisation's fixed parts, by index."""

    org_id: uuid.UUID
    owner: uuid.UUID
    manager: uuid.UUID
    ops: uuid.UUID
    people: np.ndarray
    """(reps + 3, 16): the reps in order, then owner, manager, ops."""
    territories: np.ndarray
    addresses: np.ndarray
    cadences: np.ndarray
    steps: np.ndarray
    """By plan and step: plan * 10 + step."""
    imports: np.ndarray
    campaigns: np.ndarray

    @property
    def reps(self) -> int:
        return len(self.people) - 3

    @property
    def manager_at(self) -> int:
        return self.reps + 1

    @property
    def ops_at(self) -> int:
        return self.reps + 2


def make_cast(town: Town, history: History, rng: np.random.Generator) -> Cast:
    """Identifiers of everything but the history itself, in the order of their making."""
    start = history.starts_at

    def ids(count: int) -> np.ndarray:
        return uuid7_array(np.full(count, start) + np.arange(count) // 1000, rng)

    org, people = ids(1), ids(len(history.turf.helpers) + 3)
    return Cast(
        org_id=uuid.UUID(bytes=org[0].tobytes()),
        owner=uuid.UUID(bytes=people[-3].tobytes()),
        manager=uuid.UUID(bytes=people[-2].tobytes()),
        ops=uuid.UUID(bytes=people[-1].tobytes()),
        people=people,
        territories=ids(len(town.territories)),
        addresses=ids(len(town.doors)),
        cadences=ids(len(cadence.PLANS)),
        steps=ids(10 * len(cadence.PLANS)),
        imports=uuid7_array(history.imports, rng),
        campaigns=ids(2),
    )


def write_franchise(
    writer: Writer,
    cast: Cast,
    town: Town,
    history: History,
    *,
    name: str,
    slug: str,
    sign: Sign,
    password_hash: str,
    keys: KeyRing,
    rng: np.random.Generator,
) -> None:
    """Write the organisation, its people, its rules and its ground."""
    start = history.starts_at
    stamps = {"created_at": _moment(start), "updated_at": _moment(start)}
    go_live_day, _ = history.calendar.local(np.array([history.go_live]))
    go_live = history.calendar.first + timedelta(days=int(go_live_day[0]))
    writer.enter(cast.org_id)
    writer.put(
        "organisations",
        {
            "id": [cast.org_id],
            "name": [name],
            "slug": [slug],
            "zone": [town.zone],
            "go_live_on": [go_live],
            "is_demo": True,
            **stamps,
        },
    )
    emails = [*(sign.rep.format(n=n + 1) for n in range(cast.reps)), sign.owner, sign.manager, sign.ops]
    roles = [*[Role.SALES_REP] * cast.reps, Role.FRANCHISE_OWNER, Role.SALES_MANAGER, Role.OPS]
    writer.put(
        "users",
        {
            "id": cast.people,
            "email": emails,
            "name": [member_name(rng) for _ in emails],
            "password_hash": password_hash,
            "is_demo": True,
            "email_verified_at": _moment(start),
            **stamps,
        },
    )
    writer.put(
        "memberships",
        {"org_id": cast.org_id, "user_id": cast.people, "role": roles, "active": True, **stamps},
    )
    _write_rules(writer, cast, stamps, start, rng)
    _write_territories(writer, cast, town, history, stamps, rng)
    _write_doors(writer, cast, town, history, keys)


def _write_rules(writer: Writer, cast: Cast, stamps: Columns, start: int, rng: np.random.Generator) -> None:
    def ids(count: int) -> np.ndarray:
        return uuid7_array(np.full(count, start), rng)

    org = {"org_id": cast.org_id, **stamps}
    stages = list(DEFAULT_SLA_MINUTES)
    writer.put(
        "stage_policies",
        {
            **org,
            "id": ids(len(stages)),
            "stage": stages,
            "sla_minutes": [DEFAULT_SLA_MINUTES[s] for s in stages],
        },
    )
    names = list(cadence.TEMPLATES)
    templates = ids(len(names))
    writer.put(
        "message_templates",
        {
            **org,
            "id": templates,
            "name": names,
            "channel": [cadence.TEMPLATES[n][0] for n in names],
            "subject": [cadence.TEMPLATES[n][1] for n in names],
            "body": [cadence.TEMPLATES[n][2] for n in names],
        },
    )
    writer.put(
        "cadences",
        {
            **org,
            "id": cast.cadences,
            "name": [p.name for p in cadence.PLANS],
            "description": [p.description for p in cadence.PLANS],
            "target_stage": [p.target_stage for p in cadence.PLANS],
            "active": True,
        },
    )
    steps = [(p, s, step) for p, plan in enumerate(cadence.PLANS) for s, step in enumerate(plan.steps)]
    writer.put(
        "cadence_steps",
        {
            **org,
            "id": cast.steps[[p * 10 + s for p, s, _ in steps]],
            "cadence_id": cast.cadences[[p for p, _, _ in steps]],
            "order": [s + 1 for _, s, _ in steps],
            "channel": [step.channel for _, _, step in steps],
            "template_id": ids_at(
                templates, np.array([names.index(step.template) if step.template else -1 for _, _, step in steps])
            ),
            "wait_minutes": [step.wait_minutes for _, _, step in steps],
            "sla_minutes": [step.sla_minutes for _, _, step in steps],
            "auto_complete": [step.template is not None for _, _, step in steps],
        },
    )
    outcomes = list(default_outcomes())
    open_ = (Stage.COLD, Stage.CONTACTED, Stage.FOLLOW_UP)
    warm = (ActivityResult.INTERESTED, ActivityResult.FOLLOW_UP)
    writer.put(
        "activity_outcomes",
        {
            **org,
            "id": ids(len(outcomes)),
            "result": [o.result for o in outcomes],
            "stage": [o.stage for o in outcomes],
            "to_stage": [o.to_stage for o in outcomes],
            "cadence_id": ids_at(
                cast.cadences, np.array([0 if o.result in warm and o.stage in open_ else -1 for o in outcomes])
            ),
            "next_action_minutes": [o.next_action_minutes for o in outcomes],
        },
    )
    writer.put(
        "campaigns",
        {
            **org,
            "id": cast.campaigns,
            "name": ["Season opener", "New movers"],
            "description": ["The first bought list.", "What arrives every Monday."],
            "active": True,
        },
    )


def _write_territories(
    writer: Writer, cast: Cast, town: Town, history: History, stamps: Columns, rng: np.random.Generator
) -> None:
    for kind in ("REGION", "AREA", "MICRO"):
        which = [i for i, t in enumerate(town.territories) if t.type == kind]
        chosen = [town.territories[i] for i in which]
        writer.put(
            "territories",
            {
                "org_id": cast.org_id,
                "id": cast.territories[which],
                "name": [t.name for t in chosen],
                "slug": [t.slug for t in chosen],
                "type": kind,
                "color": [t.color for t in chosen],
                "geometry": [read_turf(json.loads(json.dumps(t.geometry))).geometry for t in chosen],
                "parent_id": ids_at(cast.territories, np.array([-1 if t.parent is None else t.parent for t in chosen])),
                "zone": town.zone,
                **stamps,
            },
        )
    rows = assignments(history)
    writer.put(
        "territory_assignments",
        {
            "org_id": cast.org_id,
            "id": uuid7_array(rows["from"], rng),
            "territory_id": cast.territories[history.micros[rows["micro"]]],
            "user_id": cast.people[rows["rep"]],
            "role": words((AssignmentRole.OWNER, AssignmentRole.CONTRIBUTOR), rows["helps"]),
            "assigned_at": times(rows["from"]),
            "unassigned_at": times(rows["until"]),
            "is_primary": rows["helps"] == 0,
            "created_at": times(rows["from"]),
            "updated_at": times(np.where(rows["until"] >= 0, rows["until"], rows["from"])),
        },
    )


def assignments(history: History) -> dict[str, np.ndarray]:
    """Who held which micro territory from when until when (-1: still)."""
    before, after = history.turf.owners
    start = history.starts_at
    live = history.go_live
    passed = live <= history.calendar.as_of
    micro = np.arange(len(before))
    changed = (before != after) & passed
    first = micro[before != UNOWNED]
    second = micro[changed & (after != UNOWNED)]
    current = after if passed else before
    reps = np.arange(len(history.turf.helpers))
    helps = reps[current[history.turf.helpers] != reps]
    return {
        "micro": np.concatenate([first, second, history.turf.helpers[helps]]),
        "rep": np.concatenate([before[first], after[second], helps]),
        "from": np.concatenate([np.full(len(first), start), np.full(len(second), live), np.full(len(helps), start)]),
        "until": np.concatenate(
            [np.where(changed[first], live, -1), np.full(len(second), -1), np.full(len(helps), -1)]
        ),
        "helps": np.repeat([0, 0, 1], [len(first), len(second), len(helps)]),
    }


def _write_doors(writer: Writer, cast: Cast, town: Town, history: History, keys: KeyRing) -> None:
    doors = town.doors
    closed = history.no_soliciting.copy()
    closed[history.leads.door[history.story.forbidden]] = True
    plain = np.array([normalise(PostalParts("1", str(s), postcode="46420")).street for s in town.street_names])
    start = history.starts_at

    def part(rows: slice) -> Columns:
        number = doors.house_number[rows].astype(str)
        street = doors.street[rows]
        unit = np.where(doors.unit[rows] > 0, np.char.add("Apt ", doors.unit[rows].astype(str)), "")
        postcode = doors.postcode[rows].astype(str)
        ids = cast.addresses[rows]
        positions = [
            seal_position(keys, cast.org_id, uuid.UUID(bytes=row.tobytes()), lat, lon)
            for row, lat, lon in zip(ids, doors.lat[rows].tolist(), doors.lon[rows].tolist(), strict=True)
        ]
        return {
            "org_id": cast.org_id,
            "id": ids,
            "house_number": texts(number),
            "street": words(town.street_names.tolist(), street),
            "unit": texts(unit),
            "city": town.name,
            "state": town.state,
            "postcode": texts(postcode),
            "canonical": texts(_canonical(number, plain[street], doors.unit[rows], postcode)),
            "position": pa.array(positions, pa.large_binary()),
            "cell": doors.cell[rows],
            "territory_id": cast.territories[doors.micro[rows]],
            "location_source": LocationSource.ADDRESS_POINT,
            "do_not_knock": closed[rows],
            "created_at": _moment(start),
            "updated_at": _moment(start),
        }

    writer.put_many("addresses", len(doors), part)


def _canonical(number: np.ndarray, street: np.ndarray, unit: np.ndarray, postcode: np.ndarray) -> np.ndarray:
    """`canonical_line` for many doors whose streets are normal already."""
    units, which = np.unique(unit, return_inverse=True)
    keys = np.array([f" {unit_key(f'Apt {u}')}" if u else "" for u in units.tolist()])
    line = np.char.add(np.char.add(np.char.add(number, " "), street), keys[which])
    return np.char.add(np.char.add(line, ", "), postcode)


def check_canonical(town: Town, row: int) -> bool:
    """Whether one door's quick spelling is the one the rules give."""
    d = town.doors
    parts = PostalParts(
        str(d.house_number[row]),
        str(town.street_names[d.street[row]]),
        f"Apt {d.unit[row]}" if d.unit[row] else "",
        town.name,
        town.state,
        str(d.postcode[row]),
    )
    plain = normalise(PostalParts("1", parts.street, postcode="46420")).street
    quick = _canonical(
        np.array([parts.house_number]), np.array([plain]), d.unit[row : row + 1], np.array([parts.postcode])
    )
    return quick[0] == canonical_line(parts)


def _moment(ms: int) -> Any:
    return pa.scalar(ms * 1000, pa.timestamp("us", "UTC")).as_py()
