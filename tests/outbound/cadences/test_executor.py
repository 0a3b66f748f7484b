"""What is due is done once, at lawful hours, for whom it may be done."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from outbound.cadences import enrollments, executor, service
from outbound.cadences.models import LeadCadenceEnrollment
from outbound.cadences.rules import StepDraft
from outbound.errors import Conflict
from outbound.ids import uuid7
from outbound.leads.models import Lead
from outbound.messaging.models import Message, MessageTemplate
from outbound.messaging.service import TemplateDraft, create_template, retire_template
from outbound.tasks.models import Task
from outbound.territories.models import Territory
from outbound.vocabulary import MessageChannel, Stage, StepChannel
from tests.support.franchise import Franchise

NOON = datetime(2026, 7, 1, 17, tzinfo=UTC)
"""12:00 in Chicago."""
NIGHT = datetime(2026, 7, 2, 3, tzinfo=UTC)
"""22:00 in Chicago, 20:00 in Los Angeles."""
YES = {"sms": True, "email": True}


@pytest.fixture
def template(franchise: Franchise) -> uuid.UUID:
    with franchise.as_member(franchise.owner) as session:
        draft = TemplateDraft("Hello", MessageChannel.SMS, "Hi {{ first_name }}")
        return create_template(session, draft, NOON)[0].id


def cadence(franchise: Franchise, *steps: StepDraft, target: Stage = Stage.COLD) -> uuid.UUID:
    with franchise.as_member(franchise.owner) as session:
        return service.create(session, service.CadenceDraft(f"C {uuid7()}", target, steps), NOON)[0].id


def enrolled(franchise: Franchise, cadence_id: uuid.UUID, lead_id: uuid.UUID, at: datetime = NOON) -> uuid.UUID:
    with franchise.as_member(franchise.owner) as session:
        return enrollments.create(session, enrollments.EnrollmentDraft(cadence_id, lead_id), at)[0].id


def run(franchise: Franchise, now: datetime = NOON, **more: Any) -> executor.Executed:
    with franchise.as_job() as session:
        return executor.execute(session, now, **more)


def all_of(franchise: Franchise, model: Any) -> list[Any]:
    with franchise.admin() as session:
        return list(session.scalars(select(model).where(model.org_id == franchise.org_id).order_by(model.id)))


def one_of(franchise: Franchise, enrollment_id: uuid.UUID) -> LeadCadenceEnrollment:
    with franchise.admin() as session:
        return session.get_one(LeadCadenceEnrollment, (franchise.org_id, enrollment_id))


def sms(template: uuid.UUID, wait: int = 0) -> StepDraft:
    return StepDraft(StepChannel.SMS, template_id=template, wait_minutes=wait)


def test_nothing_is_done_before_it_is_due(franchise: Franchise, template: uuid.UUID):
    lead = franchise.add_lead(franchise.north_west, consent=YES)
    enrolled(franchise, cadence(franchise, sms(template, 60)), lead)
    assert run(franchise, NOON + timedelta(minutes=59)) == executor.Executed()
    assert run(franchise, NOON + timedelta(minutes=60)).messages_queued == 1


def test_a_lead_goes_through_every_step_to_the_end(franchise: Franchise, template: uuid.UUID):
    lead = franchise.add_lead(franchise.north_west, owner=franchise.rep, consent=YES)
    steps = (
        sms(template),
        StepDraft(StepChannel.CALL, wait_minutes=60, sla_minutes=30, metadata={"title": "Ask about the fence"}),
        StepDraft(StepChannel.VISIT, wait_minutes=1440),
    )
    running = enrolled(franchise, cadence(franchise, *steps), lead)
    assert run(franchise) == executor.Executed(processed=1, messages_queued=1)
    assert run(franchise) == executor.Executed()
    later = NOON + timedelta(minutes=60)
    assert run(franchise, later) == executor.Executed(processed=1, tasks_created=1)
    last = later + timedelta(days=1)
    assert run(franchise, last) == executor.Executed(processed=1, tasks_created=1, completed=1)
    assert run(franchise, last + timedelta(days=30)) == executor.Executed()
    (message,) = all_of(franchise, Message)
    assert (message.status, message.scheduled_for, message.reason) == ("queued", NOON, None)
    assert (message.enrollment_id, message.template_id, message.owner_id) == (running, template, franchise.rep.id)
    assert message.territory_id == franchise.north_west.id
    call, visit = all_of(franchise, Task)
    assert (call.title, call.due_at, call.assignee_id) == (
        "Ask about the fence",
        later + timedelta(minutes=30),
        franchise.rep.id,
    )
    assert (visit.title, visit.due_at) == ("Visit", None)
    over = one_of(franchise, running)
    assert (over.status, over.ended_because, over.completed_at, over.next_run_at) == (
        "completed",
        "finished",
        last,
        None,
    )
    assert len(franchise.audit_trail("enrollment step_executed")) == 3


def test_a_message_waits_for_the_morning_of_its_lead_and_the_next_step_waits_for_the_message(
    franchise: Franchise, template: uuid.UUID
):
    with franchise.admin() as session:
        session.get_one(Territory, (franchise.org_id, franchise.south_east.id)).zone = "America/Los_Angeles"
    here = franchise.add_lead(franchise.north_west, consent=YES)
    there = franchise.add_lead(franchise.south_east, consent=YES)
    nowhere = franchise.add_lead(None, consent=YES)
    steps = cadence(franchise, sms(template), StepDraft(StepChannel.CALL, wait_minutes=10))
    running = {lead: enrolled(franchise, steps, lead, NIGHT) for lead in (here, there, nowhere)}
    assert run(franchise, NIGHT).messages_queued == 3
    morning = datetime(2026, 7, 2, 13, tzinfo=UTC)
    at = {message.lead_id: message.scheduled_for for message in all_of(franchise, Message)}
    assert at == {here: morning, there: NIGHT, nowhere: morning}
    assert one_of(franchise, running[here]).next_run_at == morning + timedelta(minutes=10)
    assert one_of(franchise, running[there]).next_run_at == NIGHT + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"consent": None}, "no_consent"),
        ({"consent": {"sms": False, "email": True}}, "no_consent"),
        ({"consent": YES, "phone": None}, "no_phone"),
        ({"consent": YES | {"do_not_contact": True}}, "do_not_contact"),
    ],
)
def test_who_may_not_be_written_to_is_not_and_goes_on(
    franchise: Franchise, template: uuid.UUID, columns: dict[str, Any], reason: str
):
    lead = franchise.add_lead(franchise.north_west, **columns)
    steps = cadence(franchise, sms(template), StepDraft(StepChannel.CALL))
    enrolled(franchise, steps, lead, NIGHT)
    assert run(franchise, NIGHT) == executor.Executed(processed=1, messages_suppressed=1)
    (message,) = all_of(franchise, Message)
    assert (message.status, message.reason) == ("suppressed", reason)
    assert run(franchise, NIGHT).tasks_created == 1  # nothing was sent, so nothing is waited for


def test_nobody_is_sent_to_a_door_that_wants_to_be_left_alone(franchise: Franchise):
    door = franchise.add_address(franchise.north_west, do_not_knock=True)
    lead = franchise.add_lead(franchise.north_west, door=door)
    enrolled(franchise, cadence(franchise, StepDraft(StepChannel.VISIT), StepDraft(StepChannel.CALL)), lead)
    assert run(franchise).tasks_created == 0
    assert run(franchise).tasks_created == 1


@pytest.mark.parametrize("stage", [Stage.CONTACTED, Stage.SCHEDULED, Stage.WON, Stage.LOST, Stage.NOT_QUALIFIED])
def test_a_lead_that_left_the_stage_leaves_the_cadence_even_before_it_is_due(
    franchise: Franchise, template: uuid.UUID, stage: Stage
):
    lead = franchise.add_lead(franchise.north_west, consent=YES)
    running = enrolled(franchise, cadence(franchise, sms(template, 600)), lead)
    with franchise.admin() as session:
        session.get_one(Lead, (franchise.org_id, lead)).pipeline_stage = stage
    assert run(franchise) == executor.Executed(cancelled=1)
    over = one_of(franchise, running)
    assert (over.status, over.ended_because, over.cancelled_at) == ("cancelled", "stage_left", NOON)
    assert run(franchise, NOON + timedelta(days=1)) == executor.Executed()
    assert all_of(franchise, Message) == []


def test_talks_to_and_fro_do_not_end_a_cadence(franchise: Franchise, template: uuid.UUID):
    lead = franchise.add_lead(franchise.north_west, stage=Stage.FOLLOW_UP, consent=YES)
    enrolled(franchise, cadence(franchise, sms(template), target=Stage.FOLLOW_UP), lead)
    with franchise.admin() as session:
        session.get_one(Lead, (franchise.org_id, lead)).pipeline_stage = Stage.CONTACTED
    assert run(franchise).messages_queued == 1


def test_what_is_paused_or_switched_off_waits(franchise: Franchise, template: uuid.UUID):
    one, other = (franchise.add_lead(franchise.north_west, consent=YES) for _ in range(2))
    held, off = (cadence(franchise, sms(template)) for _ in range(2))
    paused = enrolled(franchise, held, one)
    enrolled(franchise, off, other)
    with franchise.as_member(franchise.owner) as session:
        enrollments.pause(session, paused, NOON)
        service.edit(session, off, {"active": False}, NOON, None)
    assert run(franchise, NOON + timedelta(days=1)) == executor.Executed()


def test_a_lead_that_was_put_away_waits_for_its_return(franchise: Franchise, template: uuid.UUID):
    lead = franchise.add_lead(franchise.north_west, consent=YES)
    enrolled(franchise, cadence(franchise, sms(template)), lead)
    with franchise.admin() as session:
        session.get_one(Lead, (franchise.org_id, lead)).archived_at = NOON
    assert run(franchise) == executor.Executed()
    with franchise.admin() as session:
        session.get_one(Lead, (franchise.org_id, lead)).archived_at = None
    assert run(franchise).messages_queued == 1


def test_a_template_that_went_while_its_step_stood_is_not_sent(franchise: Franchise, template: uuid.UUID):
    lead = franchise.add_lead(franchise.north_west, consent=YES)
    enrolled(franchise, cadence(franchise, sms(template)), lead)
    with franchise.as_member(franchise.owner) as session, pytest.raises(Conflict, match="take it out of its steps"):
        retire_template(session, template, NOON, None)
    with franchise.admin() as session:
        session.get_one(MessageTemplate, (franchise.org_id, template)).retired_at = NOON
    assert run(franchise).messages_suppressed == 1
    assert [message.reason for message in all_of(franchise, Message)] == ["no_template"]


def test_a_step_is_done_once_even_where_an_enrolment_stands_on_it_again(franchise: Franchise, template: uuid.UUID):
    lead = franchise.add_lead(franchise.north_west, consent=YES)
    running = enrolled(franchise, cadence(franchise, sms(template), StepDraft(StepChannel.CALL)), lead)
    first = one_of(franchise, running).current_step_id
    for _ in range(2):
        run(franchise)
        with franchise.admin() as session:  # as a restored backup would have it
            row = session.get_one(LeadCadenceEnrollment, (franchise.org_id, running))
            row.current_step_id, row.next_run_at, row.status, row.completed_at = first, NOON, "active", None
    assert len(all_of(franchise, Message)) == 1


def test_a_batch_is_bounded_and_says_that_there_is_more(franchise: Franchise, template: uuid.UUID):
    steps = cadence(franchise, sms(template))
    for _ in range(5):
        enrolled(franchise, steps, franchise.add_lead(franchise.north_west, consent=YES))
    batches = [run(franchise, limit=2) for _ in range(3)]
    assert [(batch.processed, batch.more) for batch in batches] == [(2, True), (2, True), (1, False)]


def test_several_at_once_do_everything_and_nothing_twice(franchise: Franchise, template: uuid.UUID):
    steps = cadence(franchise, sms(template), StepDraft(StepChannel.CALL))
    with franchise.admin() as session:
        leads = [franchise.add_lead(franchise.north_west, consent=YES, session=session) for _ in range(60)]
    for lead in leads:
        enrolled(franchise, steps, lead)
    done: list[executor.Executed] = []
    together = threading.Barrier(4)

    def work() -> None:
        together.wait()
        while True:
            batch = run(franchise, limit=7)
            done.append(batch)
            if not batch.processed:
                return

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    run(franchise)
    assert sorted(message.lead_id for message in all_of(franchise, Message)) == sorted(leads)
    assert sorted(task.lead_id for task in all_of(franchise, Task)) == sorted(leads)
    assert sum(batch.messages_queued for batch in done) == 60


def test_one_organisation_is_run_and_not_the_other(
    franchise: Franchise, other_franchise: Franchise, template: uuid.UUID
):
    enrolled(other_franchise, cadence(other_franchise, StepDraft(StepChannel.CALL)), other_franchise.rep_elsewhere)
    assert run(franchise) == executor.Executed()
    assert run(other_franchise).tasks_created == 1
