"""Leads in cadences: enrol, look, pause, resume, cancel."""

from __future__ import annotations

import uuid

from fastapi import Response

from api.dependencies import Now, UnitOfWork
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.repeats import told_made
from api.routing import Router
from api.schemas.cadences import EnrolledOut, EnrollIn, EnrollmentOut, RefusedOut
from outbound.cadences import enrollments
from outbound.identity.permissions import Operation
from outbound.vocabulary import EnrollmentStatus

router = Router(prefix="/api", tags=["cadences"])
_reads = permits(Operation.ENROLLMENTS_READ)
_writes = permits(Operation.ENROLLMENTS_WRITE)


@router.post("/cadences/{cadence_id}/enroll", status_code=201, dependencies=[_writes])
def enroll_leads(
    cadence_id: uuid.UUID, body: EnrollIn, session: UnitOfWork, response: Response, now: Now
) -> EnrolledOut:
    """Enrols leads and says what happens next, and when; the same ``id`` again returns the first result with 200.

    One lead that cannot be enrolled is an error; of many, the others are enrolled and this one is told.
    """
    if body.lead_id is not None:
        made, created = enrollments.create(session, enrollments.EnrollmentDraft(cadence_id, body.lead_id, body.id), now)
        told_made(response, created)
        return EnrolledOut(items=_out(session, made.id), refused=[])
    many, refused = enrollments.create_many(session, cadence_id, body.lead_ids or [], now)
    told_made(response, many)
    return EnrolledOut(
        items=_out(session, *(each.id for each in many)), refused=[RefusedOut.of(each) for each in refused]
    )


@router.get("/cadences/{cadence_id}/enrollments", dependencies=[_reads])
def list_enrollments_of_cadence(
    cadence_id: uuid.UUID,
    session: UnitOfWork,
    paging: Paging,
    status: EnrollmentStatus | None = None,
) -> Page[EnrollmentOut]:
    """Who runs or ran through a cadence, newest first, as far as their leads are in the caller's reach."""
    found = enrollments.find(session, cadence_id=cadence_id, status=status, after=paging.after, limit=paging.fetched)
    return paging.page(found, EnrollmentOut.of, _place)


@router.get("/leads/{lead_id}/enrollments", dependencies=[_reads])
def list_enrollments_of_lead(
    lead_id: uuid.UUID,
    session: UnitOfWork,
    paging: Paging,
    status: EnrollmentStatus | None = None,
) -> Page[EnrollmentOut]:
    """The cadences of a lead, newest first."""
    found = enrollments.find(session, lead_id=lead_id, status=status, after=paging.after, limit=paging.fetched)
    return paging.page(found, EnrollmentOut.of, _place)


@router.post("/enrollments/{enrollment_id}/pause", dependencies=[_writes])
def pause_enrollment(enrollment_id: uuid.UUID, session: UnitOfWork, now: Now) -> EnrollmentOut:
    """Holds an enrolment; what is left of its wait is kept."""
    return _out(session, enrollments.pause(session, enrollment_id, now).id)[0]


@router.post("/enrollments/{enrollment_id}/resume", dependencies=[_writes])
def resume_enrollment(enrollment_id: uuid.UUID, session: UnitOfWork, now: Now) -> EnrollmentOut:
    """Goes on with a paused enrolment."""
    return _out(session, enrollments.resume(session, enrollment_id, now).id)[0]


@router.post("/enrollments/{enrollment_id}/cancel", dependencies=[_writes])
def cancel_enrollment(enrollment_id: uuid.UUID, session: UnitOfWork, now: Now) -> EnrollmentOut:
    """Ends an enrolment."""
    return _out(session, enrollments.cancel(session, enrollment_id, now).id)[0]


def _out(session: UnitOfWork, *ids: uuid.UUID) -> list[EnrollmentOut]:
    return [EnrollmentOut.of(row) for row in enrollments.rows(session, ids)]


def _place(row: enrollments.EnrollmentRow) -> Place:
    return Place(row.enrollment.id)
