"""Leads, the lists they came with, and their history, as rows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from outbound.demo.book import Book
from outbound.demo.calendar import MINUTE
from outbound.demo.columns import ids_at, texts, times, words
from outbound.demo.franchise import Cast
from outbound.demo.history import History
from outbound.demo.outcomes import COLD, NO_ONE, SLA, STAGES
from outbound.demo.people import households
from outbound.demo.writer import Columns
from outbound.vocabulary import LeadType

_CONSENT = (
    '{"sms":false,"email":false}',
    '{"sms":true,"email":false,"source":"at the door"}',
    '{"sms":false,"email":true,"source":"list"}',
    '{"sms":true,"email":true,"source":"at the door"}',
)
_REJECTS = ("No street and no house number.", "The ZIP code has four digits.", "The address stands twice in the file.")


@dataclass
class Changes:
    """Every row of the leads' history: begun, moved, handed over. Columns in the order of time."""

    lead: np.ndarray
    was: np.ndarray
    now: np.ndarray
    at: np.ndarray
    by: np.ndarray
    """Index into the cast's people, -1 for nobody."""
    owner: np.ndarray
    due: np.ndarray
    activity: np.ndarray


def changes_of(history: History, cast: Cast) -> Changes:
    """Begun, moved by the story, handed over at go-live: merged in the order of time."""
    story, play, leads = history.story, history.cast, history.leads
    n = len(leads.door)
    everyone = np.arange(n)
    begun_owner = play.owner(everyone, leads.created_at)
    before, after = play.owners[0][leads.micro], play.owners[1][leads.micro]
    handed = (before != after) & (leads.created_at < history.go_live) & (history.go_live <= history.calendar.as_of)
    handed_lead = np.flatnonzero(handed)
    stage_then = _stage_at(history, handed_lead, history.go_live)

    by_hand = np.where(story.change_to == COLD, cast.manager_at, cast.ops_at)
    by = np.where(story.change_by >= 0, story.change_by, by_hand)
    moved_owner = play.owner(story.change_lead, story.change_at)
    activity = (
        np.where(story.change_activity >= 0, history.activity_of_story[story.change_activity], -1)
        if len(story.change_lead)
        else story.change_activity
    )

    def owed(stage: np.ndarray, at: np.ndarray, owner: np.ndarray) -> np.ndarray:
        counts = (SLA[stage] >= 0) & ((owner != NO_ONE) | (stage != COLD))
        return np.where(counts, at + SLA[stage] * MINUTE, -1)

    cold = np.zeros(n, dtype=np.int64)
    live = np.full(len(handed_lead), history.go_live)
    first_owner = (before[handed_lead] == NO_ONE) & (stage_then == COLD)
    columns = {
        "lead": [everyone, story.change_lead, handed_lead],
        "was": [np.full(n, -1), story.change_from, stage_then],
        "now": [cold, story.change_to, stage_then],
        "at": [leads.created_at, story.change_at, live],
        "by": [
            np.where(leads.added_by >= 0, leads.added_by, cast.manager_at),
            by,
            np.full(len(handed_lead), cast.manager_at),
        ],
        "owner": [begun_owner, moved_owner, after[handed_lead]],
        "due": [
            owed(cold, leads.created_at, begun_owner),
            owed(story.change_to.astype(np.int64), story.change_at, moved_owner),
            np.where(first_owner, live + SLA[COLD] * MINUTE, -1),
        ],
        "activity": [np.full(n, -1), activity, np.full(len(handed_lead), -1)],
    }
    merged = {name: np.concatenate(parts).astype(np.int64) for name, parts in columns.items()}
    order = np.argsort(merged["at"], kind="stable")
    return Changes(**{name: values[order] for name, values in merged.items()})


def _stage_at(history: History, lead: np.ndarray, at: int) -> np.ndarray:
    """The stage these leads were in at a moment."""
    story = history.story
    stage = np.full(len(history.leads.door), COLD, dtype=np.int64)
    before = np.flatnonzero(story.change_at < at)
    before = before[np.argsort(story.change_at[before], kind="stable")]
    stage[story.change_lead[before]] = story.change_to[before]
    return stage[lead]


def write_imports(book: Book) -> None:
    """The lists that were bought, and the rows of them that could not be used."""
    cast, history = book.cast, book.history
    at = history.imports
    sizes = np.bincount(history.leads.imported_by[history.leads.imported_by >= 0], minlength=len(at)).tolist()
    names = ["season-opener.csv", *(f"new-movers-{n:02d}.csv" for n in range(1, len(at)))]
    rejected = book.rng.integers(0, 4, len(at))
    book.writer.put(
        "prospect_imports",
        {
            "org_id": cast.org_id,
            "id": cast.imports,
            "uploaded_by": cast.manager,
            "source": "Purchase",
            "status": "completed",
            "stats": [
                {"rows": new + bad, "new": new, "rejected": bad, "encoding": "utf-8", "delimiter": ","}
                for new, bad in zip(sizes, rejected.tolist(), strict=True)
            ],
            "file_url": [f"demo/{name}" for name in names],
            "file_name": names,
            "file_sha256": [hashlib.sha256(f"{cast.org_id} {name}".encode()).hexdigest() for name in names],
            "finished_at": times(np.minimum(at + 95_000, history.calendar.as_of)),
            "created_at": times(at),
            "updated_at": times(np.minimum(at + 95_000, history.calendar.as_of)),
        },
    )
    owner = np.repeat(np.arange(len(at)), rejected)
    if not len(owner):
        return
    line = book.rng.integers(2, 400, len(owner))
    book.writer.put(
        "import_rejects",
        {
            "org_id": cast.org_id,
            "id": book.ids(at[owner]),
            "import_id": cast.imports[owner],
            "line": line,
            "reason": words(_REJECTS, book.rng.integers(0, len(_REJECTS), len(owner))),
            "raw": [{"Address": "", "ZIP": "4642"} for _ in owner],
            "created_at": times(at[owner]),
            "updated_at": times(at[owner]),
        },
    )


def write_leads(book: Book, changes: Changes) -> None:
    """Every lead as it stands now."""
    cast, town, history = book.cast, book.town, book.history
    leads, story, contacts = history.leads, history.story, history.contacts
    n = len(leads.door)
    as_of = history.calendar.as_of
    owner = history.cast.owner(np.arange(n), np.full(n, as_of))
    last = history.last_activity
    last_at = np.where(last >= 0, history.activities.at[np.maximum(last, 0)] if len(book.activities) else -1, -1)
    consent = contacts.sms_consent * 1 + contacts.email_consent * 2
    version = np.bincount(changes.lead, minlength=n)
    imported = leads.imported_by
    reference = np.char.add("NM-", (np.arange(n) + 100_001).astype("U7")).astype(object)
    reference[imported < 0] = None
    people = households(contacts.phone, contacts.email, book.rng)
    updated = np.maximum(np.maximum(last_at, story.stage_at), leads.created_at)

    def part(rows: slice) -> Columns:
        door = leads.door[rows]
        return {
            "org_id": cast.org_id,
            "id": book.leads[rows],
            "lead_type": LeadType.OUTBOUND,
            "pipeline_stage": words(STAGES, story.stage[rows]),
            "stage_entered_at": times(story.stage_at[rows]),
            "address_id": cast.addresses[door],
            "territory_id": cast.territories[town.doors.micro[door]],
            "campaign_id": ids_at(cast.campaigns, np.where(imported[rows] < 0, -1, np.minimum(imported[rows], 1))),
            "import_id": ids_at(cast.imports, imported[rows]),
            "created_by_id": cast.people[np.where(leads.added_by[rows] >= 0, leads.added_by[rows], cast.manager_at)],
            "owner_id": ids_at(cast.people, owner[rows]),
            "last_activity_at": times(last_at[rows]),
            "last_activity_id": ids_at(book.activities, last[rows]),
            "next_action_at": times(story.next_at[rows]),
            "due_at": times(story.due_at[rows]),
            **{name: values.slice(rows.start, rows.stop - rows.start) for name, values in people.items()},
            "yard_size_sqft": book.yards[rows].astype(np.int32),
            "estimated_value_cents": book.values[rows],
            "source": words(("purchased list", "at the door"), (imported[rows] < 0).astype(np.int64)),
            "consent": words(_CONSENT, consent[rows]),
            "external_ref": texts(reference[rows]),
            "cell": town.doors.cell[door],
            "version": version[rows].astype(np.int32),
            "created_at": times(leads.created_at[rows]),
            "updated_at": times(updated[rows]),
        }

    book.writer.put_many("leads", n, part)


def write_changes(book: Book, changes: Changes) -> None:
    """Stage, owner and territory of every lead from each moment on."""
    cast, history = book.cast, book.history
    ids = book.ids(changes.at)
    micro = history.micros[history.leads.micro]

    def part(rows: slice) -> Columns:
        by, owner = changes.by[rows], changes.owner[rows]
        return {
            "org_id": cast.org_id,
            "id": ids[rows],
            "lead_id": book.leads[changes.lead[rows]],
            "from_stage": words(STAGES, changes.was[rows]),
            "to_stage": words(STAGES, changes.now[rows]),
            "occurred_at": times(changes.at[rows]),
            "user_id": ids_at(cast.people, by),
            "owner_id": ids_at(cast.people, owner),
            "territory_id": cast.territories[micro[changes.lead[rows]]],
            "due_at": times(changes.due[rows]),
            "activity_id": ids_at(book.activities, changes.activity[rows]),
            "acted_by": ids_at(cast.people, np.where(by == owner, -1, by)),
            "created_at": times(changes.at[rows]),
            "updated_at": times(changes.at[rows]),
        }

    book.writer.put_many("lead_stage_changes", len(ids), part)
