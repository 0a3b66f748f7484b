"""docs/api.md says what is so: its requests are sent as written, and its answers are part of the real ones."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from outbound.identity.models import Membership, User
from outbound.identity.passwords import hash_password
from outbound.ids import uuid7
from outbound.vocabulary import AssignmentRole, Role
from tests.api.conftest import Api
from tests.support.cast import Member
from tests.support.franchise import Franchise

GUIDE = Path(__file__).parents[2] / "docs" / "api.md"


def blocks() -> list[tuple[str, str]]:
    """Each request of the page with the answer that follows it."""
    found = re.findall(r"```http\n(.*?)```\s+```json\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(found) == GUIDE.read_text(encoding="utf-8").count("```http")
    return found


def is_part(told: Any, real: Any) -> bool:
    """Whether all that is told is really there; objects may have more members."""
    if isinstance(told, dict):
        return isinstance(real, dict) and all(key in real and is_part(told[key], real[key]) for key in told)
    if isinstance(told, list):
        return isinstance(real, list) and len(told) == len(real) and all(map(is_part, told, real))
    return told == real


def test_the_guide_can_be_followed_to_its_end(api: Api, franchise: Franchise) -> None:
    rep = Member(uuid7(), "rep1@demo.test", "Rita Rep", Role.SALES_REP)
    with franchise.admin() as session:
        session.add(User(id=rep.id, email=rep.email, name=rep.name, password_hash=hash_password("demo"), is_demo=True))
        session.flush()
        session.add(Membership(org_id=franchise.org_id, user_id=rep.id, role=rep.role))
    franchise.assign(rep, franchise.region, AssignmentRole.OWNER)
    headers: dict[str, str] = {}
    for request, answer in blocks():
        head, _, body = request.partition("\n\n")
        first, *more = head.strip().splitlines()
        method, path = first.split()
        own = dict(line.split(": ", 1) for line in more)
        content = body.replace("$now", datetime.now(UTC).isoformat()) if body.strip() else None
        sent = {"content": content, "headers": {**headers, **own, "content-type": "application/json"}}
        response = api.client.request(method, path, **sent)
        status, told = re.fullmatch(r"(?:(\d{3}) )?(.*)", answer.strip(), re.DOTALL).groups()  # type: ignore[union-attr]
        assert response.status_code == int(status or 200), (first, response.text)
        assert is_part(json.loads(told), response.json()), (first, response.text)
        if path == "/api/auth/token":
            headers["authorization"] = f"Bearer {response.json()['access_token']}"
