"""A rep's phone: makes operations offline and sends them in batches."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from outbound.ids import uuid7
from tests.api.conftest import Api, Clock
from tests.support.cast import Member

Json = dict[str, Any]


class Phone:
    """One member's phone; its clock is ``behind`` ours by so much."""

    def __init__(self, api: Api, member: Member, clock: Clock, *, behind: timedelta = timedelta(0)) -> None:
        self.api = api
        self.member = member
        self.clock = clock
        self.behind = behind

    def operation(self, kind: str, data: Json, *, ago: float = 10, **more: Any) -> Json:
        """Something done so many minutes ago."""
        occurred_at = self.time() - timedelta(minutes=ago)
        return {"id": str(uuid7()), "kind": kind, "occurred_at": occurred_at.isoformat(), "data": data} | more

    def knock(self, lead_id: uuid.UUID | str, result: str = "NOT_HOME", *, ago: float = 10, **more: Any) -> Json:
        data = {"lead_id": str(lead_id), "type": "DOOR_KNOCK", "result": result} | more
        return self.operation("activity", data, ago=ago)

    def lead(self, *, ago: float = 20, line: str | None = None, **more: Any) -> Json:
        address = {"line": line or f"{uuid.uuid4().int % 9999} Elm St, Testville, IA 50309"}
        return self.operation("lead.create", {"address": address, "last_name": "Offline"} | more, ago=ago)

    def time(self) -> datetime:
        return self.clock.now - self.behind

    def send(self, *operations: Json) -> list[Json]:
        """The results of a batch that the server took."""
        return self.exchange(*operations)["results"]

    def exchange(self, *operations: Json) -> Json:
        body = {"client_sent_at": self.time().isoformat(), "operations": list(operations)}
        answer = self.api.post("/api/sync", self.member, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def statuses(self, *operations: Json) -> list[str]:
        return [each["status"] for each in self.send(*operations)]
