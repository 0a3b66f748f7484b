"""What came of it as rows: cadence enrolments, messages, tasks, hand-offs."""

from __future__ import annotations

import numpy as np

from outbound.demo import cadence, outcomes
from outbound.demo.book import Book
from outbound.demo.calendar import DAY
from outbound.demo.columns import ids_at, times, words
from outbound.demo.lead_records import Changes
from outbound.demo.writer import Columns
from outbound.vocabulary import EnrollmentStatus, HandoffStatus, MessageDirection, TaskState


def write_cadences(book: Book) -> None:
    """Enrolments and their messages."""
    cast, town, history = book.cast, book.town, book.history
    e, m = history.enrolments, history.messages
    if not len(e.lead):
        return
    ids = book.enrolments = book.ids(e.started_at)

    def enrolments(rows: slice) -> Columns:
        plan, step = e.plan[rows], e.step[rows]
        ended = np.maximum(e.completed_at[rows], e.cancelled_at[rows])
        return {
            "org_id": cast.org_id,
            "id": ids[rows],
            "lead_id": book.leads[e.lead[rows]],
            "cadence_id": cast.cadences[plan],
            "current_step_id": ids_at(cast.steps, np.where(step >= 0, plan * 10 + step, -1)),
            "status": words(
                (EnrollmentStatus.ACTIVE, EnrollmentStatus.COMPLETED, EnrollmentStatus.CANCELLED), e.status[rows]
            ),
            "started_at": times(e.started_at[rows]),
            "last_executed_at": times(e.last_at[rows]),
            "next_run_at": times(e.next_at[rows]),
            "completed_at": times(e.completed_at[rows]),
            "cancelled_at": times(e.cancelled_at[rows]),
            "created_at": times(e.started_at[rows]),
            "updated_at": times(np.maximum(np.maximum(ended, e.last_at[rows]), e.started_at[rows])),
        }

    book.writer.put_many("lead_cadence_enrollments", len(ids), enrolments)
    if not len(m.lead):
        return
    moment = np.where(m.inbound, m.delivered_at, m.scheduled_for)
    message_ids = book.ids(moment)

    def messages(rows: slice) -> Columns:
        lead, at = m.lead[rows], moment[rows]
        door = history.leads.door[lead]
        sent = m.sent_at[rows]
        return {
            "org_id": cast.org_id,
            "id": message_ids[rows],
            "lead_id": book.leads[lead],
            "enrollment_id": ids_at(ids, m.enrolment[rows]),
            "step_id": ids_at(cast.steps, np.where(m.step[rows] >= 0, m.plan[rows] * 10 + m.step[rows], -1)),
            "channel": words(("EMAIL", "SMS"), m.sms[rows].astype(np.int64)),
            "direction": words((MessageDirection.OUTBOUND, MessageDirection.INBOUND), m.inbound[rows].astype(np.int64)),
            "status": words(cadence.MESSAGE_STATUSES, m.status[rows]),
            "reason": words(cadence.REASONS, m.reason[rows]),
            "scheduled_for": times(m.scheduled_for[rows]),
            "sent_at": times(sent),
            "delivered_at": times(m.delivered_at[rows]),
            "territory_id": cast.territories[town.doors.micro[door]],
            "owner_id": ids_at(cast.people, history.cast.owner(lead, at)),
            "cell": town.doors.cell[door],
            "created_at": times(at),
            "updated_at": times(np.maximum(m.delivered_at[rows], at)),
        }

    book.writer.put_many("messages", len(message_ids), messages)


def write_tasks(book: Book) -> None:
    """What reps owe their leads."""
    cast, history = book.cast, book.history
    t = history.tasks
    ids = book.ids(t.created_at)

    def part(rows: slice) -> Columns:
        return {
            "org_id": cast.org_id,
            "id": ids[rows],
            "lead_id": book.leads[t.lead[rows]],
            "assignee_id": ids_at(cast.people, t.rep[rows]),
            "title": words(("Call: warm follow-up", "Walk by: introduce yourself"), t.plan[rows]),
            "due_at": times(t.due_at[rows]),
            "state": words((TaskState.OPEN, TaskState.DONE, TaskState.CANCELLED), t.state[rows]),
            "completed_at": times(t.completed_at[rows]),
            "activity_id": ids_at(book.activities, history.task_activity[rows]),
            "enrollment_id": ids_at(book.enrolments, t.enrolment[rows]),
            "step_id": ids_at(cast.steps, t.plan[rows] * 10 + t.step[rows]),
            "created_at": times(t.created_at[rows]),
            "updated_at": times(np.maximum(t.completed_at[rows], t.created_at[rows])),
        }

    if len(ids):
        book.writer.put_many("tasks", len(ids), part)


def write_handoffs(book: Book, changes: Changes) -> None:
    """Leads that reached SCHEDULED, on their way to a quote."""
    cast, history = book.cast, book.history
    moved = np.flatnonzero(changes.was != changes.now)
    order = moved[np.lexsort((changes.at[moved], changes.lead[moved]))]
    entered = np.flatnonzero(changes.now[order] == outcomes.SCHEDULED)
    if not len(entered):
        return
    lead, at = changes.lead[order][entered], changes.at[order][entered]
    following = np.minimum(entered + 1, len(order) - 1)
    decided = (entered + 1 < len(order)) & (changes.lead[order][following] == lead)
    answer, answered_at = changes.now[order][following], changes.at[order][following]
    quoted = at + ((0.8 + 3.2 * book.rng.random(len(at))) * DAY).astype(np.int64) <= history.calendar.as_of
    status = np.where(decided, np.where(answer == outcomes.WON, 2, 3), np.where(quoted, 1, 0))
    kinds = (HandoffStatus.PENDING, HandoffStatus.QUOTED, HandoffStatus.ACCEPTED, HandoffStatus.DECLINED)
    book.writer.put(
        "onboarding_handoffs",
        {
            "org_id": cast.org_id,
            "id": book.ids(at),
            "lead_id": book.leads[lead],
            "scheduled_at": times(at),
            "status": words(kinds, status),
            "decided_at": times(np.where(decided, answered_at, -1)),
            "value_cents": book.values[lead],
            "created_at": times(at),
            "updated_at": times(np.where(decided, answered_at, at)),
        },
    )
