"""A plausible history of a franchise in a town: pure columns, no database.

Deterministic by seed and moment. Everything refers by index: leads to doors, doors to territories, people to
their place in the list of reps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from outbound.demo import cadence, outcomes, plan, trips
from outbound.demo.calendar import DAY, HOUR, MINUTE, NEVER, Calendar
from outbound.demo.outcomes import CALL, KNOCK, MEETING, NO_RESULT, Cast, R, Story
from outbound.demo.town import Town
from outbound.errors import Invalid
from outbound.vocabulary import ActivityResult

LEAD_SHARE = 0.55
_FULL_LEAD_SHARE = 0.92
"""Where a number of activities is asked for, nearly every door carries some."""
NO_SOLICITING = 0.006
_FIRST_LIST, _BY_HAND = 0.36, 0.15
_GO_LIVE_SHARE = 0.44
_TRIES = 7
_TRIED_DOORS = 160_000


@dataclass
class Leads:
    """Columns over leads."""

    door: np.ndarray
    micro: np.ndarray
    created_at: np.ndarray
    imported_by: np.ndarray
    """Index of the list it came with, or -1 for one that a rep added at the door."""
    added_by: np.ndarray
    """Rep, or -1."""


@dataclass
class Activities:
    """Columns over activities in the order of time. Times in UTC milliseconds, -1 for none."""

    lead: np.ndarray
    rep: np.ndarray
    at: np.ndarray
    received_at: np.ndarray
    type: np.ndarray
    result: np.ndarray
    follow_up_at: np.ndarray
    stop: np.ndarray
    duration: np.ndarray
    clock_offset: np.ndarray
    note: np.ndarray
    """Index into NOTES, or -1."""

    def __len__(self) -> int:
        return len(self.lead)


NOTES = (
    "Dog in the yard, use the side gate.",
    "Asked to come back after six.",
    "Compares prices, has another quote.",
    "New to the area, wants a plan for spring.",
    "Talked to the neighbour, owner travels.",
    "Prefers text messages.",
    "Large back yard, drainage problem.",
)


@dataclass
class History:
    """All that happened up to `calendar.as_of`."""

    calendar: Calendar
    turf: plan.Turf
    micros: np.ndarray
    """Index of each micro territory in the town's list."""
    go_live: int
    starts_at: int
    imports: np.ndarray
    """When each list came, UTC milliseconds."""
    leads: Leads
    cast: Cast
    contacts: cadence.Contacts
    story: Story
    activities: Activities
    activity_of_story: np.ndarray
    """Where each of the story's activities stands among `activities`."""
    trips: trips.Trips
    enrolments: cadence.Enrolments
    messages: cadence.Messages
    tasks: cadence.Tasks
    task_activity: np.ndarray
    last_activity: np.ndarray
    shifts: tuple[np.ndarray, np.ndarray, np.ndarray]
    """Rep, start, end (-1 while it runs)."""
    no_soliciting: np.ndarray
    """Mask over doors."""


def build_history(
    town: Town, *, reps: int, days: int, seed: int, as_of: datetime, activities: int | None = None
) -> History:
    """Play `days` days up to `as_of` for `reps` reps.

    With `activities`, walks are made longer or shorter until about that many come out (within 3 %). Raises
    Invalid for a naive time or sizes out of range, and when so few doors cannot carry so many activities.
    """
    if as_of.tzinfo is None:
        raise Invalid("The time as_of needs a zone.")
    if reps < 1 or not 7 <= days <= 730:
        raise Invalid(f"A history needs at least one rep and 7 to 730 days, not {reps} and {days}.")
    calendar = Calendar.before(as_of, days, town.zone)
    length = plan.USUAL_RUN if activities is None else _length_for(town, reps, days, seed, calendar, activities)
    return _Maker(town, reps, days, seed, calendar, length, full=activities is not None).make()


def _length_for(town: Town, reps: int, days: int, seed: int, calendar: Calendar, wanted: int) -> float:
    """The length of a walk that gives the wanted number: tried on a share of the micro territories, whose
    stories are each their own."""
    micros = sum(t.type == "MICRO" for t in town.territories)
    share = min(1.0, _TRIED_DOORS / len(town.doors))
    some = np.random.default_rng([seed, 99]).random(micros) < share
    some[:1] = True
    length, found = max(1.0, wanted / (reps * days * 0.75) / plan.RUNS_A_DAY), 0
    for _ in range(_TRIES):
        found = _Maker(town, reps, days, seed, calendar, length, full=True, only=some).count()
        if found and abs(found / wanted - 1) < 0.012:
            return length
        # Twice as long walks give less than twice as much: more doors are closed by then.
        length = min(length * (wanted / max(found, 1)) ** 1.5, 2_000.0)
    if found < wanted * 0.9:
        raise Invalid(
            f"{len(town.doors):,} doors cannot carry {wanted:,} activities in {days} days; "
            f"they end at about {found:,}. Ask for fewer, or for more doors."
        )
    return length


class _Maker:
    def __init__(
        self,
        town: Town,
        reps: int,
        days: int,
        seed: int,
        calendar: Calendar,
        length: float,
        *,
        full: bool = False,
        only: np.ndarray | None = None,
    ) -> None:
        self.town, self.reps, self.days, self.seed = town, reps, days, seed
        self.calendar, self.length, self.only = calendar, length, only
        self.lead_share = _FULL_LEAD_SHARE if full else LEAD_SHARE
        self.micros = np.array([i for i, t in enumerate(town.territories) if t.type == "MICRO"])
        area = np.array([town.territories[i].parent for i in self.micros])
        self.turf = plan.divide_turf(np.unique(area, return_inverse=True)[1], reps, self._rng(1))
        weekday = calendar.first.weekday()
        monday = 7 * round((days * _GO_LIVE_SHARE + weekday) / 7) - weekday
        self.go_live_day = int(np.clip(monday, 0, days))
        self.go_live = int(calendar.at(np.array([self.go_live_day]), np.array([5 * HOUR]))[0])
        self._plan()

    def _rng(self, purpose: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, 100 + purpose])

    def _plan(self) -> None:
        rng = self._rng(2)
        doors = self.town.doors
        self.no_soliciting = rng.random(len(doors)) < NO_SOLICITING
        door = np.flatnonzero((rng.random(len(doors)) < self.lead_share) & ~self.no_soliciting)
        micro = np.searchsorted(self.micros, doors.micro[door])
        walk = np.lexsort((doors.house_number[door], doors.street[door], micro))
        first = np.searchsorted(micro[walk], np.arange(len(self.micros) + 1))
        # Two days ahead are planned too: their trips stand ready.
        self.runs = plan.plan_runs(self.turf, self.calendar, self.days + 2, self.go_live_day, self.length, self._rng(3))
        if self.only is not None:
            self.runs = plan.select(self.runs, self.only[self.runs.micro])
        self.visits = plan.visits_of(self.runs, self.turf, self.calendar, (walk, first), self._rng(4))
        self.group_of_run, self.called_off = trips.choose_trips(self.runs, self._rng(5))
        self._leads(door, micro, self._rng(6))

    def _leads(self, door: np.ndarray, micro: np.ndarray, rng: np.random.Generator) -> None:
        n = len(door)
        weeks = int(self.calendar.week(np.array([self.days - 1]))[0])
        mondays = np.arange(1, weeks + 1) * 7 - self.calendar.first.weekday()
        at = self.calendar.at(np.concatenate([[0], mondays]), np.full(weeks + 1, int(7.5 * HOUR)))
        self.imports = at[at <= self.calendar.as_of]
        if not len(self.imports):
            self.imports = np.array([self.calendar.as_of - HOUR])
        draw = rng.random(n)
        which = np.where(
            (draw < _FIRST_LIST) | (len(self.imports) == 1), 0, rng.integers(1, max(len(self.imports), 2), n)
        )
        created = self.imports[which] + rng.integers(0, 90_000, n)
        first = np.full(n, NEVER)
        by = np.full(n, -1)
        real = np.flatnonzero((self.visits.at <= self.calendar.as_of) & ~self.visits.phone & ~self._is_off())
        real = real[np.argsort(-self.visits.at[real], kind="stable")]
        first[self.visits.lead[real]] = self.visits.at[real]
        by[self.visits.lead[real]] = self.visits.rep[real]
        by_hand = (draw > 1 - _BY_HAND) & (first < NEVER)
        created = np.where(by_hand, first - 90_000, created)
        self.leads = Leads(door, micro, created, np.where(by_hand, -1, which), np.where(by_hand, by, -1))
        has_phone, has_email = rng.random(n) < 0.72, rng.random(n) < 0.58
        self.contacts = cadence.Contacts(
            has_phone, has_email, has_phone & (rng.random(n) < 0.62), has_email & (rng.random(n) < 0.8)
        )
        reopen = self.go_live + 8 * DAY + (rng.random(n) * 9 * HOUR).astype(np.int64)
        self.cast = Cast(
            micro=micro,
            created_at=created,
            reopen_at=np.where(rng.random(n) < 0.12, reopen, NEVER),
            owners=self.turf.owners,
            go_live=self.go_live,
            has_phone=has_phone,
        )

    def _is_off(self) -> np.ndarray:
        group = self.group_of_run[self.visits.run]
        return (group >= 0) & self.called_off[group]

    def _play(self, keep: np.ndarray) -> Story:
        v = self.visits
        return outcomes.play(
            self.cast, self.calendar, v.lead[keep], v.rep[keep], v.at[keep], v.phone[keep], self._rng(7)
        )

    def count(self) -> int:
        """How many activities would come out, told from the micro territories in `only`."""
        story = self._play(np.flatnonzero(~self._is_off()))
        told = np.ones(len(self.leads.micro), dtype=bool) if self.only is None else self.only[self.leads.micro]
        # Tasks and notes come on top.
        return round(len(story.lead) * 1.065 / max(told.mean(), 1e-9))

    def make(self) -> History:
        calendar, town = self.calendar, self.town
        played = np.flatnonzero(~self._is_off())
        story = self._play(played)
        story.visit = np.where(story.visit >= 0, played[story.visit], -1)
        story.skipped_visits = played[story.skipped_visits]
        made, skipped = np.zeros(len(self.visits.at), dtype=bool), np.zeros(len(self.visits.at), dtype=bool)
        made[story.visit[story.visit >= 0]] = True
        skipped[story.skipped_visits] = True
        doors = town.doors
        runs = trips.build_trips(
            self.runs,
            self.visits,
            self.group_of_run,
            self.called_off,
            made,
            skipped,
            (story.stage <= outcomes.FOLLOW_UP) & (self.cast.created_at <= calendar.as_of),
            doors.lat[self.leads.door],
            doors.lon[self.leads.door],
            calendar,
            self._rng(9),
        )
        enrolments, messages, tasks = cadence.enrol(
            story, self.cast, self.contacts, self.leads.imported_by >= 0, calendar, self._rng(10)
        )
        stop_of_visit = np.full(len(self.visits.at), -1, dtype=np.int64)
        stop_of_visit[runs.stop_visit] = np.arange(len(runs.stop_visit))
        activities, of_story, of_task = self._activities(story, tasks, stop_of_visit)
        order = np.arange(len(activities))
        last = np.full(len(self.leads.door), -1, dtype=np.int64)
        last[activities.lead] = order
        return History(
            calendar=calendar,
            turf=self.turf,
            micros=self.micros,
            go_live=self.go_live,
            starts_at=int(self.imports[0]) - DAY,
            imports=self.imports,
            leads=self.leads,
            cast=self.cast,
            contacts=self.contacts,
            story=story,
            activities=activities,
            activity_of_story=of_story,
            trips=runs,
            enrolments=enrolments,
            messages=messages,
            tasks=tasks,
            task_activity=of_task,
            last_activity=last,
            shifts=self._shifts(),
            no_soliciting=self.no_soliciting,
        )

    def _activities(
        self, story: Story, tasks: cadence.Tasks, stop_of_visit: np.ndarray
    ) -> tuple[Activities, np.ndarray, np.ndarray]:
        """The story's activities with the tasks done and notes taken, in the order of time."""
        rng = self._rng(11)
        n = len(story.lead)
        done = np.flatnonzero(tasks.state == cadence.TASK_DONE)
        warm = np.isin(story.result, [R[ActivityResult.INTERESTED], R[ActivityResult.FOLLOW_UP]])
        noted = np.flatnonzero(warm & (rng.random(n) < 0.12) & (story.at + 3 * MINUTE <= self.calendar.as_of))
        lead = np.concatenate([story.lead, tasks.lead[done], story.lead[noted]])
        at = np.concatenate([story.at, tasks.completed_at[done], story.at[noted] + 3 * MINUTE])
        # By time, then in the order in which a lead's own events were played.
        order = np.argsort(at, kind="stable")
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        extra = len(done) + len(noted)
        none = np.full(extra, -1)
        kind = np.concatenate(
            [story.type, np.full(len(done), outcomes.TASK, np.int8), np.full(len(noted), outcomes.NOTE, np.int8)]
        )[order]
        rep = np.concatenate([story.rep, tasks.rep[done], story.rep[noted]])[order]
        result = np.concatenate([story.result, np.full(extra, NO_RESULT, np.int8)])[order]
        follow = np.concatenate([np.where(story.follow_up_at < NEVER, story.follow_up_at, -1), none])[order]
        stop = np.concatenate([np.where(story.visit >= 0, stop_of_visit[story.visit], -1), none])[order]
        note = np.where(kind == outcomes.NOTE, rng.integers(0, len(NOTES), len(order)), -1)
        note = np.where(
            (kind == KNOCK) & (rng.random(len(order)) < 0.03), rng.integers(0, len(NOTES), len(order)), note
        )
        talk = (result != R[ActivityResult.NOT_HOME]) & (result >= 0)
        seconds = np.where(talk, 60 + rng.gamma(2.0, 90.0, len(order)), 12 + 25 * rng.random(len(order))).astype(
            np.int64
        )
        timed = (kind == KNOCK) | (kind == CALL) | (kind == MEETING)
        lead, at = lead[order], at[order]
        offset = np.where(rng.random(len(order)) < 0.008, rng.integers(-40, 40, len(order)) * MINUTE, 0)
        activities = Activities(
            lead=lead,
            rep=rep,
            at=at,
            received_at=self._received(lead, at, rep, rng),
            type=kind,
            result=result,
            follow_up_at=follow,
            stop=stop,
            duration=np.where(timed, seconds, -1),
            clock_offset=offset,
            note=note,
        )
        task_activity = np.full(len(tasks.lead), -1, dtype=np.int64)
        task_activity[done] = place[n : n + len(done)]
        return activities, place[:n], task_activity

    def _received(self, lead: np.ndarray, at: np.ndarray, rep: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Most arrive in seconds; what was logged without signal arrives hours, some of it days later, always
        before the lead's next event, as a knock that comes too late would not have moved the lead."""
        day, _ = self.calendar.local(at)
        key = day * (self.reps + 1) + rep
        groups = rng.random(int(key.max(initial=0)) + 1)
        offline = groups[key]
        n = len(at)
        usual = at + 1_000 + (rng.random(n) ** 3 * 40_000).astype(np.int64)
        hours = at + ((0.4 + 7 * rng.random(n)) * HOUR).astype(np.int64)
        days = (
            at + ((0.6 + 2.6 * groups[key] / 0.02) * DAY).astype(np.int64) + (rng.random(n) * MINUTE).astype(np.int64)
        )
        received = np.where(offline < 0.02, days, np.where((offline < 0.09) & (rng.random(n) < 0.6), hours, usual))
        order = np.lexsort((at, lead))
        following = np.full(n, NEVER)
        same = lead[order][1:] == lead[order][:-1]
        following[order[:-1][same]] = at[order[1:]][same]
        received = np.where(received < following, received, np.minimum(usual, np.maximum(following, at)))
        return np.minimum(received, self.calendar.as_of)

    def _shifts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        v, runs = self.visits, self.runs
        day = runs.day[v.run]
        order = np.lexsort((v.at, v.rep, day))
        key = day[order] * (self.reps + 1) + v.rep[order]
        _, first, size = np.unique(key, return_index=True, return_counts=True)
        rep = v.rep[order][first]
        start = v.at[order][first] - 20 * MINUTE
        end = v.at[order][first + size - 1] + 15 * MINUTE
        begun = start <= self.calendar.as_of
        rep, start, end = rep[begun], start[begun], end[begun]
        return rep, start, np.where(end <= self.calendar.as_of, end, -1)
