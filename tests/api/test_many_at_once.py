"""More requests at once than there are connections and threads."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from outbound.ids import uuid7
from tests.api.conftest import Api, Clock
from tests.support.franchise import Franchise

REQUESTS = 80
"""Twice the threads of a process, four times its connections."""


def test_what_waits_for_a_connection_does_not_keep_what_holds_one_from_ending(
    api: Api, franchise: Franchise, clock: Clock
):
    lead_id = franchise.add_lead(franchise.north_west, owner=franchise.rep)
    api.token(franchise.rep)
    when = (clock.now - timedelta(minutes=3)).isoformat()

    def knock(_: int) -> int:
        body = {"id": str(uuid7()), "type": "DOOR_KNOCK", "result": "NOT_HOME", "occurred_at": when}
        return api.post(f"/api/leads/{lead_id}/activities", franchise.rep, body).status_code

    with ThreadPoolExecutor(REQUESTS) as crowd:
        answers = Counter(crowd.map(knock, range(REQUESTS)))

    assert answers == {201: REQUESTS}
    assert len(franchise.activities(lead_id)) == REQUESTS
