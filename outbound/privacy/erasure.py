"""Erasing a person: what tells of them goes, what counts stays, and nothing leads from one to the other."""

# ruff: noqa: S608
# Names of tables and columns come from this module and the catalogue; values are always parameters.

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from outbound.attachments.service import delete_all_of
from outbound.attachments.store import drop_unused
from outbound.audit.service import record
from outbound.errors import NotFound
from outbound.ids import uuid7
from outbound.leads.models import Lead
from outbound.privacy import erased_list
from outbound.privacy.files import drop_uploads_that_mention
from outbound.privacy.models import Erasure
from outbound.privacy.rules import ERASED, Person, person_of
from outbound.privacy.traces import empty_import_rows, move_loose_ids, references_to_leads, scrub
from outbound.settings import Settings
from outbound.storage.blobs import open_store
from outbound.storage.context import context_of, keys_of
from outbound.storage.database import Database
from outbound.storage.system import as_system

_EMPTIED: dict[str, str] = {
    "activities": "notes = null, position = null, attachments = null",
    "messages": "provider_ref = null",
    "tasks": f"title = '{ERASED}'",
    "trip_stops": "notes = null",
}
"""What of the rows around a lead tells of the person. The rows stay: they are what is counted."""
_DELETED = frozenset({"lead_tags", "lead_merges", "bulk_change_items", "match_pairs", "notifications"})
"""Tables whose rows are about the person alone, and counted by nobody."""
_LEFT_EMPTY = ("first_name", "last_name", "phone", "email", "language", "consent", "external_ref")


@dataclass(frozen=True)
class Preview:
    """What an erasure would reach. ``same_contact``: other leads with the same number or address, which stay."""

    lead_ids: Sequence[uuid.UUID]
    """The lead, and those merged with it."""
    activities: int
    messages: int
    tasks: int
    attachments: int
    same_contact: Sequence[uuid.UUID]
    already_erased: bool


@dataclass(frozen=True)
class Erased:
    """What an erasure did. ``again``: the person had been erased before, and nothing was left to do."""

    lead_ids: Sequence[uuid.UUID]
    """Ids of the rows that stay, new ones, that tell of nobody."""
    erased_at: datetime
    again: bool = False
    person: Person | None = field(default=None, repr=False)
    hashes: Sequence[str] = field(default=(), repr=False)


def preview(session: Session, lead_id: uuid.UUID) -> Preview:
    """What :func:`erase` would reach. Raises :class:`NotFound`."""
    before = _earlier(session, lead_id)
    if before is not None:
        return Preview([before.lead_id], 0, 0, 0, 0, [], already_erased=True)
    leads = _group(session, lead_id)
    ids = [lead.id for lead in leads]

    def count(table: str) -> int:
        found = session.scalar(
            text(f"select count(*) from outbound.{table} where org_id = :org and lead_id = any(:ids)"),
            {"org": context_of(session).org_id, "ids": ids},
        )
        return found or 0

    return Preview(
        ids,
        count("activities"),
        count("messages"),
        count("tasks"),
        count("attachments"),
        _same_contact(session, leads),
        already_erased=all(lead.erased_at is not None for lead in leads),
    )


def erase_person(
    database: Database,
    settings: Settings,
    org_id: uuid.UUID,
    lead_id: uuid.UUID,
    now: datetime,
    *,
    by: uuid.UUID | None = None,
    source: str = "cli",
) -> Erased:
    """Erases a person from the database and its files; the lake and what is published follow with the next run of
    the pipeline. The same again changes nothing.

    Raises :class:`NotFound` for a lead that is none.
    """
    with database.as_job(org_id, source=source) as session:
        session.info["context"] = replace(context_of(session), user_id=by)
        done = erase(session, lead_id, now)
        if done.person is not None:
            # Before the commit: whoever restores a backup must not bring back who was to go.
            erased_list.add(settings, (erased_list.Entry(org_id, each, now) for each in done.person.ids))
    forget_files(database, settings, org_id, done)
    return done


def erase_within(session: Session, settings: Settings, lead_id: uuid.UUID, now: datetime) -> Erased:
    """The same within the transaction of a member who may: what reaches beyond their own rights is done with those of
    the system, in their name. :func:`forget_files` is to follow the commit. Raises :class:`NotFound`."""
    preview(session, lead_id)  # as the member: what they may not see is not there
    org_id = context_of(session).org_id
    session.execute(text("set local statement_timeout = 0"))  # every table is walked, however large
    with as_system(session):  # what tells of the person also stands where the member may not look
        done = erase(session, lead_id, now)
        if done.person is not None:
            erased_list.add(settings, (erased_list.Entry(org_id, each, now) for each in done.person.ids))
    return done


def forget_files(database: Database, settings: Settings, org_id: uuid.UUID, done: Erased) -> None:
    """After the commit: the files that the rows named, and uploaded lists that name the person."""
    if done.person is not None:
        drop_unused(database, open_store(settings), org_id, done.hashes)
        drop_uploads_that_mention(database, settings, org_id, done.person)


def erase(session: Session, lead_id: uuid.UUID, now: datetime) -> Erased:
    """The part of it that is one transaction of the system's own work. Raises :class:`NotFound`."""
    before = _earlier(session, lead_id)
    if before is not None:
        return Erased([before.lead_id], before.erased_at, again=True)
    leads = _group(session, lead_id, lock=True)
    if all(lead.erased_at is not None for lead in leads):
        return Erased([lead.id for lead in leads], max(lead.erased_at or now for lead in leads), again=True)
    org_id = context_of(session).org_id
    # A random id, for one that tells its time would tell it of the person.
    person = person_of({lead.id: uuid.uuid4() for lead in leads}, [_contacts(lead) for lead in leads])
    hashes = [found for lead in leads for found in delete_all_of(session, lead.id)]
    _empty(session, list(person.ids))
    empty_import_rows(session, person)
    _stop(session, list(person.ids), now)
    held = references_to_leads(session)
    for lead in leads:
        _copy(session, lead, person.ids[lead.id], now)
    for former, present in person.ids.items():
        for column in held:
            session.execute(
                text(
                    f'update outbound."{column.table}" set "{column.name}" = :present'
                    f' where org_id = :org and "{column.name}" = :former'
                ),
                {"present": present, "former": former, "org": org_id},
            )
    for former in person.ids:
        session.execute(text("select set_config('app.erasing', :id, true)"), {"id": str(former)})
        session.execute(
            text("delete from outbound.leads where org_id = :org and id = :id"), {"org": org_id, "id": former}
        )
    _forget_ids(session, person)
    move_loose_ids(session, person, held)
    scrub(session, person)
    for former, present in person.ids.items():
        _note(session, former, present, now)
    session.flush()
    session.expire_all()
    return Erased(list(person.ids.values()), now, person=person, hashes=hashes)


def _earlier(session: Session, lead_id: uuid.UUID) -> Erasure | None:
    return session.scalar(
        select(Erasure).where(Erasure.org_id == context_of(session).org_id, Erasure.former == _former(session, lead_id))
    )


def _former(session: Session, lead_id: uuid.UUID) -> str:
    return keys_of(session).fingerprint(context_of(session).org_id, b"erased" + lead_id.bytes)


def _group(session: Session, lead_id: uuid.UUID, *, lock: bool = False) -> list[Lead]:
    """The lead and all that were merged with it, for they are the same person. Raises :class:`NotFound`."""
    org_id = context_of(session).org_id
    found = session.scalars(
        text(
            "with recursive up (id, merged_into_id) as ("
            " select id, merged_into_id from outbound.leads where org_id = :org and id = :id"
            " union select l.id, l.merged_into_id from outbound.leads as l join up on l.id = up.merged_into_id"
            " where l.org_id = :org),"
            " down (id) as (select id from up"
            " union select l.id from outbound.leads as l join down on l.merged_into_id = down.id where l.org_id = :org)"
            " select id from down"
        ),
        {"org": org_id, "id": lead_id},
    ).all()
    if not found:
        raise NotFound(f"There is no lead {lead_id}.")
    query = select(Lead).where(Lead.org_id == org_id, Lead.id.in_(found)).order_by(Lead.id)
    return list(session.scalars(query.with_for_update() if lock else query))


def _same_contact(session: Session, leads: Sequence[Lead]) -> list[uuid.UUID]:
    """Other leads that may be the same person: whoever erases decides about each."""
    phones = [lead.phone for lead in leads if lead.phone]
    emails = [lead.email for lead in leads if lead.email]
    if not phones and not emails:
        return []
    return list(
        session.scalars(
            select(Lead.id)
            .where(
                Lead.org_id == leads[0].org_id,
                Lead.phone.in_(phones) | Lead.email.in_(emails),
                Lead.id.not_in([lead.id for lead in leads]),
            )
            .order_by(Lead.id)
            .limit(100)
        )
    )


def _contacts(lead: Lead) -> dict[str, str | None]:
    return {name: getattr(lead, name) for name in ("first_name", "last_name", "phone", "email")}


def _empty(session: Session, ids: list[uuid.UUID]) -> None:
    values = {"org": context_of(session).org_id, "ids": ids}
    for table, emptied in _EMPTIED.items():
        session.execute(
            text(f"update outbound.{table} set {emptied} where org_id = :org and lead_id = any(:ids)"), values
        )
    for column in references_to_leads(session):
        if column.table in _DELETED:
            session.execute(
                text(f'delete from outbound.{column.table} where org_id = :org and "{column.name}" = any(:ids)'), values
            )
    # What waits for the lead will never find it.
    session.execute(
        text("delete from outbound.sync_operations where org_id = :org and waits_for_id = any(:ids)"), values
    )
    session.execute(text("delete from outbound.departures where org_id = :org and row_id = any(:ids)"), values)


def _stop(session: Session, ids: list[uuid.UUID], now: datetime) -> None:
    """Nobody is written to or called any more."""
    values = {"org": context_of(session).org_id, "ids": ids, "now": now}
    session.execute(
        text(
            "update outbound.lead_cadence_enrollments set status = 'cancelled', cancelled_at = :now,"
            " next_run_at = null, paused_at = null, ended_because = 'by_hand'"
            " where org_id = :org and lead_id = any(:ids) and status in ('active', 'paused')"
        ),
        values,
    )
    session.execute(
        text(
            "update outbound.messages set status = 'suppressed', reason = 'erased'"
            " where org_id = :org and lead_id = any(:ids) and status = 'queued'"
        ),
        values,
    )
    session.execute(
        text(
            "update outbound.tasks set state = 'cancelled'"
            " where org_id = :org and lead_id = any(:ids) and state = 'open'"
        ),
        values,
    )


def _copy(session: Session, lead: Lead, present: uuid.UUID, now: datetime) -> None:
    """The same row under another id, with nothing of the person."""
    columns = session.scalars(
        text(
            "select column_name from information_schema.columns where table_schema = 'outbound'"
            " and table_name = 'leads' and is_generated = 'NEVER' and column_name <> 'xact' order by ordinal_position"
        )
    ).all()
    own = {"id": ":present", "address_id": ":address", "erased_at": ":now", "updated_at": "now()"}
    own |= {"version": "version + 1"} | dict.fromkeys(_LEFT_EMPTY, "null")
    listed = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(own.get(name, f'"{name}"') for name in columns)
    org_id = lead.org_id
    # A door has one open lead of a kind, so the former steps aside first.
    session.execute(
        text("update outbound.leads set address_id = null where org_id = :org and id = :id"),
        {"org": org_id, "id": lead.id},
    )
    session.execute(
        text(
            f"insert into outbound.leads ({listed}) select {values} from outbound.leads"
            " where org_id = :org and id = :id"
        ),
        {"org": org_id, "id": lead.id, "present": present, "address": lead.address_id, "now": now},
    )


def _forget_ids(session: Session, person: Person) -> None:
    """A phone that sends the lead again is told that the id is used up; the content is no longer known."""
    org_id = context_of(session).org_id
    for former in person.ids:
        session.execute(
            text(
                "insert into outbound.captures (org_id, id, kind, digest) values (:org, :id, 'erased', :digest)"
                " on conflict (org_id, id) do update set kind = excluded.kind, digest = excluded.digest,"
                " updated_at = now()"
            ),
            {"org": org_id, "id": former, "digest": uuid.uuid4().hex},
        )


def _note(session: Session, former: uuid.UUID, present: uuid.UUID, now: datetime) -> None:
    session.execute(text("select outbound.erase_from_log(:former, :present)"), {"former": former, "present": present})
    session.execute(
        insert(Erasure).values(
            org_id=context_of(session).org_id,
            id=uuid7(),
            lead_id=present,
            erased_at=now,
            erased_by=context_of(session).user_id,
            former=_former(session, former),
        )
    )
    record(session, "lead", present, "erased", after={"former": _former(session, former)})
