"""The days in the field as rows: trips with their stops, activities, shifts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from outbound.demo import outcomes, trips
from outbound.demo.book import TRIPS_AHEAD, Book
from outbound.demo.calendar import HOUR, NEVER
from outbound.demo.columns import ids_at, numbers, times, words
from outbound.demo.history import NOTES
from outbound.demo.outcomes import RESULTS, TYPES
from outbound.demo.writer import Columns
from outbound.vocabulary import Optimization, StopStatus, TripStatus

_CHANNELS = {"DOOR_KNOCK": "door", "CALL": "phone", "SMS": "sms", "EMAIL": "email"}


def write_trips(book: Book) -> None:
    """Planned runs and their stops."""
    cast, town, history = book.cast, book.town, book.history
    made = history.trips
    count = len(made.rep)
    ids, stop_ids = book.trips, book.stops
    doors = town.doors

    def part(rows: slice) -> Columns:
        first, last = (history.leads.door[column[rows]] for column in (made.first_lead, made.last_lead))
        status = made.status[rows]
        walking = status != trips.PLANNED
        return {
            "org_id": cast.org_id,
            "id": ids[rows],
            "created_by_id": cast.people[made.rep[rows]],
            "owner_id": cast.people[made.rep[rows]],
            "name": words([t.name for t in town.territories], history.micros[made.micro[rows]]),
            "territory_id": cast.territories[history.micros[made.micro[rows]]],
            "start_position": book.sealed(ids[rows], doors.lat[first], doors.lon[first]),
            "start_cell": doors.cell[first],
            "end_position": book.sealed(ids[rows], doors.lat[last], doors.lon[last]),
            "end_cell": doors.cell[last],
            "optimization": Optimization.WALKING,
            "planned_start": times(made.planned_start[rows]),
            "started_at": times(made.started_at[rows]),
            "completed_at": times(made.completed_at[rows]),
            "status": words(tuple(TripStatus), status),
            "distance_meters": numbers(made.distance[rows], pa.int32()),
            "duration_minutes": numbers(made.duration[rows], pa.int32()),
            "actual_distance_meters": numbers(made.actual_distance[rows], pa.int32()),
            "actual_duration_minutes": numbers(made.actual_duration[rows], pa.int32()),
            "created_at": times(np.minimum(made.planned_start[rows] - TRIPS_AHEAD, history.calendar.as_of)),
            "updated_at": times(
                np.minimum(np.where(walking, made.planned_start[rows] + HOUR, NEVER - 1), history.calendar.as_of)
            ),
        }

    def stops(rows: slice) -> Columns:
        trip, lead = made.stop_trip[rows], made.stop_lead[rows]
        created = np.minimum(made.planned_start[trip] - TRIPS_AHEAD, history.calendar.as_of)
        return {
            "org_id": cast.org_id,
            "id": stop_ids[rows],
            "trip_id": ids[trip],
            "lead_id": book.leads[lead],
            "address_id": cast.addresses[history.leads.door[lead]],
            "order": made.stop_order[rows].astype(np.int32),
            "planned_at": times(made.stop_planned_at[rows]),
            "arrival_at": times(made.stop_arrival_at[rows]),
            "completed_at": times(made.stop_completed_at[rows]),
            "status": words(tuple(StopStatus), made.stop_status[rows]),
            "created_at": times(created),
            "updated_at": times(np.maximum(made.stop_completed_at[rows], created)),
        }

    if count:
        book.writer.put_many("trips", count, part)
        book.writer.put_many("trip_stops", len(stop_ids), stops)


def write_activities(book: Book) -> None:
    """What happened with the leads, in the order of time."""
    cast, town, history = book.cast, book.town, book.history
    a, doors = history.activities, town.doors
    channels = [_CHANNELS.get(t) for t in TYPES]

    def part(rows: slice) -> Columns:
        lead, at, rep = a.lead[rows], a.at[rows], a.rep[rows]
        door = history.leads.door[lead]
        knock = a.type[rows] == outcomes.KNOCK
        # A phone stands some metres from the door it is held before.
        lat = doors.lat[door] + book.rng.normal(0, 3e-5, len(lead))
        lon = doors.lon[door] + book.rng.normal(0, 4e-5, len(lead))
        offset = a.clock_offset[rows]
        return {
            "org_id": cast.org_id,
            "id": book.activities[rows],
            "lead_id": book.leads[lead],
            "address_id": cast.addresses[door],
            "user_id": cast.people[rep],
            "type": words(TYPES, a.type[rows]),
            "channel": words(channels, a.type[rows]),
            "occurred_at": times(at),
            "received_at": times(a.received_at[rows]),
            "result": words(RESULTS, a.result[rows]),
            "notes": words(NOTES, a.note[rows]),
            "position": book.sealed(book.activities[rows], lat, lon, where=knock),
            "cell": doors.cell[door],
            "duration_secs": numbers(a.duration[rows], pa.int32()),
            "follow_up_at": times(a.follow_up_at[rows]),
            "territory_id": cast.territories[doors.micro[door]],
            "owner_id": ids_at(cast.people, history.cast.owner(lead, at)),
            "trip_stop_id": ids_at(book.stops, a.stop[rows]),
            "clock_offset_ms": pa.array(offset, mask=offset == 0),
            "clock_suspect": False,
            "created_at": times(a.received_at[rows]),
            "updated_at": times(a.received_at[rows]),
        }

    book.writer.put_many("activities", len(a), part)


def write_shifts(book: Book) -> None:
    """The reps' working days."""
    cast, history = book.cast, book.history
    rep, start, end = history.shifts
    if len(rep):
        book.writer.put(
            "shifts",
            {
                "org_id": cast.org_id,
                "id": book.ids(start),
                "user_id": cast.people[rep],
                "started_at": times(start),
                "ended_at": times(end),
                "created_at": times(start),
                "updated_at": times(np.maximum(start, end)),
            },
        )
