"""Cadences of a demo history: who was enrolled, what was sent when and why not, which tasks came of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from outbound.demo.calendar import DAY, HOUR, MINUTE, NEVER, Calendar
from outbound.demo.outcomes import COLD, FOLLOW_UP, NO_ONE, Cast, Story
from outbound.messaging.rules import FIRST_LAWFUL, LAST_LAWFUL, Suppression
from outbound.vocabulary import MessageStatus, Stage, StepChannel

ACTIVE, DONE, CANCELLED = range(3)
TASK_OPEN, TASK_DONE, TASK_CANCELLED = range(3)
MESSAGE_STATUSES = tuple(MessageStatus)
_S = {status: index for index, status in enumerate(MESSAGE_STATUSES)}
UNDELIVERABLE = "undeliverable"
"""What a provider says of a number that takes no messages: the product sends nothing that could come back so."""
REASONS = (
    Suppression.NO_CONSENT,
    Suppression.NO_PHONE,
    Suppression.NO_EMAIL,
    Suppression.DO_NOT_CONTACT,
    UNDELIVERABLE,
)
_R = {reason: index for index, reason in enumerate(REASONS)}


@dataclass(frozen=True)
class Step:
    channel: StepChannel
    wait_minutes: int
    template: str | None = None
    sla_minutes: int | None = None


@dataclass(frozen=True)
class CadencePlan:
    name: str
    description: str
    target_stage: Stage
    steps: tuple[Step, ...]


WARM = CadencePlan(
    "Warm follow-up",
    "For people who were interested at the door.",
    Stage.FOLLOW_UP,
    (
        Step(StepChannel.SMS, 16 * 60, "Thanks for talking"),
        Step(StepChannel.EMAIL, 2 * 1440, "What we do"),
        Step(StepChannel.CALL, 2 * 1440, sla_minutes=1440),
        Step(StepChannel.SMS, 4 * 1440, "Still interested"),
    ),
)
HELLO = CadencePlan(
    "Introduction",
    "For households of a new list, before the first knock.",
    Stage.COLD,
    (
        Step(StepChannel.EMAIL, 60, "Hello neighbour"),
        Step(StepChannel.EMAIL, 5 * 1440, "Seasonal offer"),
        Step(StepChannel.TASK, 3 * 1440, sla_minutes=2 * 1440),
    ),
)
PLANS = (WARM, HELLO)
TEMPLATES = {
    "Thanks for talking": ("SMS", None, "Hi {{ first_name }}, thanks for your time today. Reply STOP to opt out."),
    "Still interested": ("SMS", None, "Hi {{ first_name }}, shall we come by this week? Reply STOP to opt out."),
    "What we do": ("EMAIL", "What we do for your yard", "Dear {{ first_name }}, here is what a visit includes."),
    "Hello neighbour": ("EMAIL", "Your neighbours' yard service", "Dear neighbour, we are in your street soon."),
    "Seasonal offer": ("EMAIL", "A first visit at half the price", "Dear neighbour, this month only."),
}


@dataclass
class Enrolments:
    """Columns; `step` is the current step's index within the plan, -1 once none is left."""

    plan: np.ndarray
    lead: np.ndarray
    status: np.ndarray
    step: np.ndarray
    started_at: np.ndarray
    last_at: np.ndarray
    next_at: np.ndarray
    completed_at: np.ndarray
    cancelled_at: np.ndarray


@dataclass
class Messages:
    enrolment: np.ndarray
    lead: np.ndarray
    plan: np.ndarray
    step: np.ndarray
    sms: np.ndarray
    status: np.ndarray
    reason: np.ndarray
    scheduled_for: np.ndarray
    sent_at: np.ndarray
    delivered_at: np.ndarray
    inbound: np.ndarray


@dataclass
class Tasks:
    enrolment: np.ndarray
    step: np.ndarray
    lead: np.ndarray
    rep: np.ndarray
    plan: np.ndarray
    created_at: np.ndarray
    due_at: np.ndarray
    state: np.ndarray
    completed_at: np.ndarray


@dataclass
class Contacts:
    """What is known and allowed of each lead."""

    phone: np.ndarray
    email: np.ndarray
    sms_consent: np.ndarray
    email_consent: np.ndarray


def enrol(
    story: Story, cast: Cast, contacts: Contacts, imported: np.ndarray, calendar: Calendar, rng: np.random.Generator
) -> tuple[Enrolments, Messages, Tasks]:
    """Enrol leads as the result table says, and run every enrolment up to now."""
    order = np.lexsort((story.change_at, story.change_lead))
    lead, at, to = story.change_lead[order], story.change_at[order], story.change_to[order]
    next_at = np.where(np.append(lead[1:] == lead[:-1], False), np.append(at[1:], NEVER), NEVER) if len(lead) else at
    warm = np.flatnonzero((to == FOLLOW_UP) & (story.change_activity[order] >= 0))
    _, once = np.unique(lead[warm], return_index=True)
    warm = warm[once]

    first_exit = np.full(len(cast.micro), NEVER)
    leaves = np.flatnonzero(story.change_from[order] == COLD)[::-1]
    first_exit[lead[leaves]] = at[leaves]
    begins = cast.created_at + HOUR
    hello = np.flatnonzero(imported & (cast.created_at >= cast.go_live) & (rng.random(len(imported)) < 0.85))
    hello = hello[(begins[hello] < first_exit[hello]) & (begins[hello] <= calendar.as_of)]

    parts = [
        _run(0, lead[warm], at[warm], next_at[warm], cast, contacts, calendar, rng),
        _run(1, hello, begins[hello], first_exit[hello], cast, contacts, calendar, rng),
    ]
    enrolments = _stack(Enrolments, [p[0] for p in parts])
    offsets = np.cumsum([0, len(parts[0][0].lead)])
    for (_, messages, tasks), offset in zip(parts, offsets, strict=True):
        messages.enrolment = np.where(messages.enrolment >= 0, messages.enrolment + offset, -1)
        tasks.enrolment = tasks.enrolment + offset
    return enrolments, _stack(Messages, [p[1] for p in parts]), _stack(Tasks, [p[2] for p in parts])


_T = TypeVar("_T", Enrolments, Messages, Tasks)


def _stack(kind: type[_T], parts: list[_T]) -> _T:
    return kind(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(kind)))


def _run(
    which: int,
    lead: np.ndarray,
    start: np.ndarray,
    leaves_at: np.ndarray,
    cast: Cast,
    contacts: Contacts,
    calendar: Calendar,
    rng: np.random.Generator,
) -> tuple[Enrolments, Messages, Tasks]:
    plan = PLANS[which]
    n = len(lead)
    stop = np.minimum(leaves_at, calendar.as_of + 1)
    at, last = start.copy(), np.full(n, -1, dtype=np.int64)
    step_now, next_run = np.full(n, -1), np.full(n, NEVER)
    messages, tasks = [], []
    going = np.ones(n, dtype=bool)
    opted_out = np.zeros(n, dtype=bool)
    for index, step in enumerate(plan.steps):
        at = calendar.into_hours(at + step.wait_minutes * MINUTE, FIRST_LAWFUL.hour, LAST_LAWFUL.hour, rng.random(n))
        runs = going & (at < stop)
        step_now = np.where(going & ~runs, index, step_now)
        next_run = np.where(going & ~runs, at, next_run)
        going = runs
        last = np.where(runs, at, last)
        which_run = np.flatnonzero(runs)
        if step.channel in (StepChannel.SMS, StepChannel.EMAIL):
            sms = step.channel is StepChannel.SMS
            messages.append(_send(which, index, sms, which_run, lead, at, contacts, opted_out, calendar, rng))
        else:
            tasks.append(
                _assign(
                    which, index, which_run, lead[which_run], at[which_run], leaves_at[which_run], cast, calendar, rng
                )
            )
    finished = going
    left = ~finished & (leaves_at <= calendar.as_of)
    status = np.where(finished, DONE, np.where(left, CANCELLED, ACTIVE))
    active = status == ACTIVE
    enrolments = Enrolments(
        plan=np.full(n, which),
        lead=lead,
        status=status,
        step=np.where(active | left, step_now, -1),
        started_at=start,
        last_at=last,
        next_at=np.where(active, next_run, -1),
        completed_at=np.where(finished, last, -1),
        cancelled_at=np.where(left, leaves_at, -1),
    )
    return enrolments, _stack(Messages, messages), _stack(Tasks, tasks)


def _send(
    plan: int,
    step: int,
    sms: bool,
    enrolment: np.ndarray,
    lead_of: np.ndarray,
    at_of: np.ndarray,
    contacts: Contacts,
    opted_out: np.ndarray,
    calendar: Calendar,
    rng: np.random.Generator,
) -> Messages:
    lead, at = lead_of[enrolment], at_of[enrolment]
    n = len(lead)
    known = contacts.phone[lead] if sms else contacts.email[lead]
    allowed = contacts.sms_consent[lead] if sms else contacts.email_consent[lead]
    draw = rng.random(n)
    reason = np.select(
        [~known, ~allowed, opted_out[enrolment] & sms, draw > 0.965],
        [
            _R[Suppression.NO_PHONE if sms else Suppression.NO_EMAIL],
            _R[Suppression.NO_CONSENT],
            _R[Suppression.DO_NOT_CONTACT],
            _R[UNDELIVERABLE],
        ],
        -1,
    )
    delivered_at = at + 2_000 + (rng.random(n) * 28_000).astype(np.int64)
    arrives = delivered_at <= calendar.as_of
    status = np.select(
        [reason == _R[UNDELIVERABLE], reason >= 0, arrives],
        [_S[MessageStatus.FAILED], _S[MessageStatus.SUPPRESSED], _S[MessageStatus.DELIVERED]],
        _S[MessageStatus.SENT],
    )
    arrived = status == _S[MessageStatus.DELIVERED]
    went = arrived | (status == _S[MessageStatus.SENT]) | (status == _S[MessageStatus.FAILED])
    sent = Messages(
        enrolment=enrolment,
        lead=lead,
        plan=np.full(n, plan),
        step=np.full(n, step),
        sms=np.full(n, sms),
        status=status,
        reason=reason,
        scheduled_for=at,
        sent_at=np.where(went, at + 500, -1),
        delivered_at=np.where(arrived, delivered_at, -1),
        inbound=np.zeros(n, dtype=bool),
    )
    answers = arrived & sms & (rng.random(n) < 0.07)
    back = delivered_at[answers] + ((3 + 180 * rng.random(int(answers.sum()))) * MINUTE).astype(np.int64)
    heard = back <= calendar.as_of
    stops = rng.random(len(back)) < 0.2
    opted_out[enrolment[answers][stops & heard]] = True
    m = int(heard.sum())
    none = np.full(m, -1)
    reply = Messages(
        enrolment=none,
        lead=lead[answers][heard],
        plan=none,
        step=none,
        sms=np.ones(m, dtype=bool),
        status=np.full(m, _S[MessageStatus.DELIVERED]),
        reason=none,
        scheduled_for=none,
        sent_at=none,
        delivered_at=back[heard],
        inbound=np.ones(m, dtype=bool),
    )
    return _stack(Messages, [sent, reply])


def _assign(
    plan: int,
    index: int,
    enrolment: np.ndarray,
    lead: np.ndarray,
    at: np.ndarray,
    leaves_at: np.ndarray,
    cast: Cast,
    calendar: Calendar,
    rng: np.random.Generator,
) -> Tasks:
    step = PLANS[plan].steps[index]
    owner = cast.owner(lead, at)
    owned = owner != NO_ONE
    enrolment, lead, at, leaves_at, owner = enrolment[owned], lead[owned], at[owned], leaves_at[owned], owner[owned]
    done_at = calendar.into_hours(
        at + ((0.1 + 2.2 * rng.random(len(lead))) * DAY).astype(np.int64), 9.5, 19.5, rng.random(len(lead))
    )
    done = (rng.random(len(lead)) < 0.74) & (done_at <= np.minimum(leaves_at, calendar.as_of))
    state = np.where(done, TASK_DONE, np.where(leaves_at <= calendar.as_of, TASK_CANCELLED, TASK_OPEN))
    return Tasks(
        enrolment=enrolment,
        step=np.full(len(lead), index),
        lead=lead,
        rep=cast.owner(lead, done_at),
        plan=np.full(len(lead), plan),
        created_at=at,
        due_at=at + (step.sla_minutes or 1440) * MINUTE,
        state=state,
        completed_at=np.where(done, done_at, -1),
    )
