"""What happens at the doors: plays all meant visits, lead by lead in the order of time.

Every lead has its own story, so stories are played side by side: round k handles the k-th event of every lead
at once, in columns. Results lead to stages by the very table that the capture API applies.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from outbound.activities.rules import default_outcomes
from outbound.demo.calendar import DAY, HOUR, MINUTE, NEVER, Calendar
from outbound.leads.rules import DEFAULT_SLA_MINUTES
from outbound.vocabulary import ActivityResult, ActivityType, Stage

STAGES = tuple(Stage)
RESULTS = tuple(ActivityResult)
TYPES = tuple(ActivityType)
COLD, CONTACTED, FOLLOW_UP, SCHEDULED, WON, LOST, NOT_QUALIFIED = range(7)
KNOCK, CALL, SMS, EMAIL, NOTE, TASK, MEETING = range(7)
R = {result: index for index, result in enumerate(RESULTS)}
NO_RESULT, NO_ONE = -1, -1

TO_STAGE = np.zeros((len(RESULTS), len(STAGES)), dtype=np.int8)
NEXT_MINUTES = np.full((len(RESULTS), len(STAGES)), -1, dtype=np.int64)
for _row in default_outcomes():
    TO_STAGE[R[_row.result], STAGES.index(_row.stage)] = STAGES.index(_row.to_stage)
    if _row.next_action_minutes is not None:
        NEXT_MINUTES[R[_row.result], STAGES.index(_row.stage)] = _row.next_action_minutes
SLA = np.array([-1 if DEFAULT_SLA_MINUTES[s] is None else DEFAULT_SLA_MINUTES[s] for s in STAGES], dtype=np.int64)

_TALK = ("SCHEDULED", "INTERESTED", "FOLLOW_UP", "NOT_INTERESTED", "NOT_QUALIFIED", "DO_NOT_CONTACT", "LEFT_MATERIAL")
_TALK_RESULTS = np.array([R[ActivityResult(name)] for name in _TALK], dtype=np.int8)
_SOLD_COLD, _SOLD_WARM = 0.011, 0.046
_TALK_COLD = np.cumsum([_SOLD_COLD, 0.145, 0.155, 0.18, 0.035, 0.011, 0.463])
_TALK_WARM = np.cumsum([_SOLD_WARM, 0.21, 0.34, 0.15, 0.03, 0.006, 0.218])


@dataclass
class Story:
    """All that happened, in columns: activities, stage changes, hand-offs, and how each lead ended."""

    # activities
    lead: np.ndarray
    rep: np.ndarray
    at: np.ndarray
    type: np.ndarray
    result: np.ndarray
    follow_up_at: np.ndarray
    visit: np.ndarray
    """Index of the visit that became this activity, or -1."""
    skipped_visits: np.ndarray
    """Visits that were meant but passed over while the lead was open."""
    # stage changes
    change_lead: np.ndarray
    change_from: np.ndarray
    change_to: np.ndarray
    change_at: np.ndarray
    change_by: np.ndarray
    change_activity: np.ndarray
    """Index of the activity that caused it, or -1 for a move by hand."""
    # leads
    stage: np.ndarray
    stage_at: np.ndarray
    due_at: np.ndarray
    next_at: np.ndarray
    last_activity: np.ndarray
    forbidden: np.ndarray
    """Leads whose door must not be knocked again."""


@dataclass
class Cast:
    """The leads as they are when the play begins."""

    micro: np.ndarray
    created_at: np.ndarray
    reopen_at: np.ndarray
    owners: np.ndarray
    """(2, micros): rep or -1."""
    go_live: int
    has_phone: np.ndarray

    def owner(self, lead: np.ndarray, at: np.ndarray) -> np.ndarray:
        return self.owners[(at >= self.go_live).astype(np.int64), self.micro[lead]]


@dataclass
class _Log:
    columns: dict[str, list[np.ndarray]] = field(default_factory=dict)

    def add(self, **columns: np.ndarray) -> None:
        for name, values in columns.items():
            self.columns.setdefault(name, []).append(values)

    def take(self, name: str, dtype: type) -> np.ndarray:
        parts = self.columns.get(name)
        return np.concatenate(parts).astype(dtype) if parts else np.empty(0, dtype=dtype)


def play(
    cast: Cast,
    calendar: Calendar,
    visit_lead: np.ndarray,
    visit_rep: np.ndarray,
    visit_at: np.ndarray,
    visit_phone: np.ndarray,
    rng: np.random.Generator,
) -> Story:
    """Play every visit up to `calendar.as_of`."""
    return _Play(cast, calendar, visit_lead, visit_rep, visit_at, visit_phone, rng).run()


class _Play:
    def __init__(
        self,
        cast: Cast,
        calendar: Calendar,
        visit_lead: np.ndarray,
        visit_rep: np.ndarray,
        visit_at: np.ndarray,
        visit_phone: np.ndarray,
        rng: np.random.Generator,
    ) -> None:
        n = len(cast.micro)
        self.cast, self.calendar, self.rng = cast, calendar, rng
        keep = np.flatnonzero(visit_at <= calendar.as_of)
        self.order = keep[np.lexsort((visit_at[keep], visit_lead[keep]))]
        self.v_rep, self.v_at, self.v_phone = visit_rep[self.order], visit_at[self.order], visit_phone[self.order]
        bounds = np.searchsorted(visit_lead[self.order], np.arange(n + 1))
        self.next_visit, self.end_visit = bounds[:-1].copy(), bounds[1:]
        self.stage = np.zeros(n, dtype=np.int8)
        self.stage_at = cast.created_at.copy()
        self.due = np.where(
            cast.owner(np.arange(n), cast.created_at) == NO_ONE, NEVER, cast.created_at + SLA[COLD] * MINUTE
        )
        self.next_at = self.due.copy()
        self.last = np.full(n, -1, dtype=np.int64)
        self.last_touch = np.full(n, -1, dtype=np.int64)
        self.pending = np.full(n, NEVER)
        self.decided = np.full(n, NEVER)
        self.decision = np.zeros(n, dtype=np.int8)
        self.reopen = cast.reopen_at.copy()
        self.forbidden = np.zeros(n, dtype=bool)
        self.log = _Log()
        self.count = 0

    def run(self) -> Story:
        live = np.arange(len(self.stage))
        while len(live):
            has_visit = self.next_visit[live] < self.end_visit[live]
            slot = np.minimum(self.next_visit[live], max(len(self.v_at) - 1, 0))
            visit_at = np.where(has_visit, self.v_at[slot], NEVER) if len(self.v_at) else np.full(len(live), NEVER)
            by_hand = np.minimum(self.decided[live], self.reopen[live])
            at = np.minimum(np.minimum(visit_at, self.pending[live]), by_hand)
            going = at <= self.calendar.as_of
            live, at, visit_at, by_hand = live[going], at[going], visit_at[going], by_hand[going]
            if not len(live):
                break
            decided = at == by_hand
            visited = ~decided & (at == visit_at)
            followed = ~decided & ~visited
            self._decide(live[decided], at[decided])
            self._visit(live[visited], at[visited])
            self._follow_up(live[followed], at[followed])
        return self._told()

    # What kinds of event there are.

    def _decide(self, lead: np.ndarray, at: np.ndarray) -> None:
        """A quote is answered, or a lost lead is opened again: moves by hand, nobody at a door."""
        quoted = self.decided[lead] == at
        answered, when = lead[quoted], at[quoted]
        self.decided[answered] = NEVER
        still = self.stage[answered] == SCHEDULED
        self._move(answered[still], when[still], self.decision[answered[still]])
        again, when = lead[~quoted], at[~quoted]
        self.reopen[again] = NEVER
        open_again = (self.stage[again] == LOST) & ~self.forbidden[again]
        self._move(again[open_again], when[open_again], np.full(int(open_again.sum()), COLD, dtype=np.int8))

    def _visit(self, lead: np.ndarray, at: np.ndarray) -> None:
        slot = self.next_visit[lead]
        self.next_visit[lead] += 1
        stage = self.stage[lead]
        draw = self.rng.random(len(lead))
        phone = self.v_phone[slot]
        open_ = (stage <= FOLLOW_UP) & (at >= self.cast.created_at[lead])
        # Calls go to people one has talked to; a cold one is called only where a number is known.
        fits = ~phone | (stage > COLD) | (self.cast.has_phone[lead] & (draw < 0.5))
        passed = open_ & ~phone & (draw > 0.965)
        self.log.add(skipped=self.order[slot[passed]])
        go = open_ & fits & ~passed
        kind = np.where(phone, np.where(draw < 0.75, CALL, np.where(draw < 0.93, SMS, EMAIL)), KNOCK)
        kind = np.where(phone & (stage == COLD), CALL, kind)
        self._act(lead[go], at[go], self.v_rep[slot[go]], kind[go], self.order[slot[go]])

    def _follow_up(self, lead: np.ndarray, at: np.ndarray) -> None:
        self.pending[lead] = NEVER
        owner = self.cast.owner(lead, at)
        go = (owner != NO_ONE) & ((self.stage[lead] == CONTACTED) | (self.stage[lead] == FOLLOW_UP))
        draw = self.rng.random(len(lead))
        kind = np.select([draw < 0.46, draw < 0.8, draw < 0.9, draw < 0.95], [CALL, KNOCK, SMS, EMAIL], MEETING)
        self._act(lead[go], at[go], owner[go], kind[go], np.full(int(go.sum()), -1))

    # What follows from them.

    def _act(self, lead: np.ndarray, at: np.ndarray, rep: np.ndarray, kind: np.ndarray, visit: np.ndarray) -> None:
        n = len(lead)
        if not n:
            return
        was = self.stage[lead]
        result = self._result(lead, at, kind, was)
        activity = self.count + np.arange(n)
        self.count += n
        has = result != NO_RESULT
        to = np.where(has, TO_STAGE[result, was], was).astype(np.int8)
        self.last[lead] = activity
        self.last_touch[lead] = at
        moved = to != was
        self._move(lead[moved], at[moved], to[moved], by=rep[moved], activity=activity[moved])
        open_ = to <= SCHEDULED
        owed = open_ & (SLA[to] >= 0) & ((self.cast.owner(lead, at) != NO_ONE) | (to != COLD))
        due = np.where(owed, at + SLA[to] * MINUTE, NEVER)
        follow = self._plan_follow_up(lead, at, to, result)
        minutes = np.where(has & open_, NEXT_MINUTES[result, was], -1)
        self.due[lead] = due
        self.next_at[lead] = np.where(follow < NEVER, follow, np.where(minutes >= 0, at + minutes * MINUTE, due))
        self.forbidden[lead] |= result == R[ActivityResult.DO_NOT_CONTACT]
        self.log.add(lead=lead, rep=rep, at=at, type=kind, result=result, follow=follow, visit=visit)
        # A talk on the phone without an outcome is a contact all the same: the rep moves the card.
        talked = (kind == CALL) & ~has & (was == COLD)
        when = np.minimum(at[talked] + 2 * MINUTE, self.calendar.as_of)
        self._move(lead[talked], when, np.full(int(talked.sum()), CONTACTED, dtype=np.int8), by=rep[talked])

    def _result(self, lead: np.ndarray, at: np.ndarray, kind: np.ndarray, stage: np.ndarray) -> np.ndarray:
        day, time = self.calendar.local(at)
        hour = time / HOUR
        away = 0.645 - 0.075 * ((hour > 16.8) & (hour < 20)) - 0.05 * (self.calendar.weekday(day) == 5)
        away = np.where(kind == CALL, 0.55, away - 0.06 * (stage == FOLLOW_UP))
        away = np.where(kind == MEETING, 0.08, away)
        draw, talk = self.rng.random(len(lead)), self.rng.random(len(lead))
        # Since go-live the talk is better prepared: more of them end in an appointment.
        better = np.where(at >= self.cast.go_live, 1.3, 0.92)
        warm = stage >= CONTACTED
        sold = np.where(warm, _SOLD_WARM, _SOLD_COLD)
        tilted = np.where(talk < sold * better, 0.0, np.maximum(talk, sold * 1.001))
        choice = np.where(
            warm, np.searchsorted(_TALK_WARM, tilted, side="right"), np.searchsorted(_TALK_COLD, tilted, side="right")
        )
        result = _TALK_RESULTS[np.minimum(choice, len(_TALK) - 1)]
        quiet = (kind == CALL) & (result == R[ActivityResult.LEFT_MATERIAL])
        flyer = (draw < away) & (draw > away * 0.88) & (kind == KNOCK)
        result = np.where(
            draw < away, np.where(flyer, R[ActivityResult.LEFT_MATERIAL], R[ActivityResult.NOT_HOME]), result
        )
        return np.where(quiet & (draw >= away) | (kind == SMS) | (kind == EMAIL), NO_RESULT, result).astype(np.int8)

    def _plan_follow_up(self, lead: np.ndarray, at: np.ndarray, stage: np.ndarray, result: np.ndarray) -> np.ndarray:
        """Interest is followed up, mostly in time since go-live, often late before; returns the promised time."""
        n = len(lead)
        warm = (stage == FOLLOW_UP) | (stage == CONTACTED)
        promised = warm & ((result == R[ActivityResult.INTERESTED]) | (result == R[ActivityResult.FOLLOW_UP]))
        diligent = np.where(at >= self.cast.go_live, 0.86, 0.52)
        draw, wait = self.rng.random(n), self.rng.random(n)
        soon, late = draw < diligent, draw < diligent + 0.15
        delay = np.where(soon, 0.5 + 1.9 * wait, 3.2 + 5 * wait) * DAY
        plans = warm & np.where(promised, late, draw < diligent - 0.1)
        when = self.calendar.into_hours(at + delay.astype(np.int64), 10.0, 19.6, self.rng.random(n))
        self.pending[lead] = np.where(plans, when, NEVER)
        return np.where(promised & soon & (wait < 0.7), when, NEVER)

    def _move(
        self,
        lead: np.ndarray,
        at: np.ndarray,
        to: np.ndarray,
        *,
        by: np.ndarray | None = None,
        activity: np.ndarray | None = None,
    ) -> None:
        n = len(lead)
        if not n:
            return
        self.log.add(
            c_lead=lead,
            c_from=self.stage[lead],
            c_to=to,
            c_at=at,
            c_by=np.full(n, -1) if by is None else by,
            c_activity=np.full(n, -1) if activity is None else activity,
        )
        self.stage[lead] = to
        self.stage_at[lead] = at
        owned = self.cast.owner(lead, at) != NO_ONE
        owed = (SLA[to] >= 0) & (owned | (to != COLD))
        self.due[lead] = np.where(owed, at + SLA[to] * MINUTE, NEVER)
        self.next_at[lead] = self.due[lead]
        self.pending[lead[to > FOLLOW_UP]] = NEVER
        quoted = to == SCHEDULED
        draw, wait = self.rng.random(n), self.rng.random(n)
        answer = np.where(draw < 0.74, WON, np.where(draw < 0.88, FOLLOW_UP, LOST)).astype(np.int8)
        self.decision[lead[quoted]] = answer[quoted]
        when = self.calendar.into_hours(at + ((1.5 + 13 * wait) * DAY).astype(np.int64), 9.0, 17.5, wait)
        self.decided[lead[quoted]] = when[quoted]

    def _told(self) -> Story:
        take = self.log.take
        newly_owned = (self.cast.owners[0] == NO_ONE) & (self.cast.owners[1] != NO_ONE)
        waits = newly_owned[self.cast.micro] & (self.stage == COLD) & (self.cast.created_at < self.cast.go_live)
        waits &= (self.last_touch < self.cast.go_live) & (self.stage_at < self.cast.go_live)
        waits &= self.calendar.as_of >= self.cast.go_live
        self.due[waits] = self.cast.go_live + SLA[COLD] * MINUTE
        self.next_at[waits] = self.due[waits]
        return Story(
            lead=take("lead", np.int64),
            rep=take("rep", np.int32),
            at=take("at", np.int64),
            type=take("type", np.int8),
            result=take("result", np.int8),
            follow_up_at=take("follow", np.int64),
            visit=take("visit", np.int64),
            skipped_visits=take("skipped", np.int64),
            change_lead=take("c_lead", np.int64),
            change_from=take("c_from", np.int8),
            change_to=take("c_to", np.int8),
            change_at=take("c_at", np.int64),
            change_by=take("c_by", np.int32),
            change_activity=take("c_activity", np.int64),
            stage=self.stage,
            stage_at=self.stage_at,
            due_at=self.due,
            next_at=self.next_at,
            last_activity=self.last,
            forbidden=self.forbidden,
        )
