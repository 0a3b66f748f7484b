"""A stand-in for the API, as far as the dashboards ask: sign-in, territories, members, leads, a plain map."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from tests.dashboards.town import BIRCH, MAPLE, Town, uid

STAGES = {"COLD": 430, "CONTACTED": 164, "FOLLOW_UP": 87, "SCHEDULED": 22, "WON": 61, "LOST": 140}
STREETS = ["Maple Street", "Orchard Road", "Linden Row", "Mill Lane", "Station Road", "Cooper Avenue"]
FIRST = ["Dana", "Jesse", "Priya", "Miguel", "Sara", "Leon", "Grace", "Hugo", "Mina", "Walt"]
LAST = ["Abbott", "Nguyen", "Kowalski", "Reyes", "Larsen", "Okafor", "Fischer", "Moreau", "Tanaka", "Bell"]


def create(dashboards_url: str, now: datetime | None = None) -> FastAPI:
    """The stand-in; every member of both towns has the token ``token-<first name>``."""
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=[dashboards_url], allow_credentials=True)
    at = now or datetime.now(UTC)
    sessions: dict[str, tuple[Town, dict]] = {
        f"token-{person['name'].split()[0].lower()}": (town, person)
        for town in (MAPLE, BIRCH)
        for person in town.people()
    }
    app.state.sessions = sessions
    books = {town.organisation_id: _leads(town, at) for town in (MAPLE, BIRCH)}

    def who(request: Request) -> tuple[Town, dict] | None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return sessions.get(token)

    @app.middleware("http")
    async def _signed_in(request: Request, call_next):
        path = request.url.path
        if path.startswith("/api/") and not path.startswith("/api/maps/") and who(request) is None:
            problem = {"type": "about:blank", "title": "Not signed in", "status": 401, "detail": "Sign in."}
            return JSONResponse(problem, 401, media_type="application/problem+json")
        return await call_next(request)

    @app.get("/sign-in")
    def sign_in(next: str) -> HTMLResponse:
        links = "".join(f'<p><a href="/enter?token={t}&next={next}">{t}</a></p>' for t in sessions)
        return HTMLResponse(f"<h1>Sign in</h1>{links}")

    @app.get("/enter")
    def enter(token: str, next: str) -> Response:
        answer = RedirectResponse(next)
        answer.set_cookie("outbound_session", token, httponly=True, samesite="strict")
        return answer

    @app.post("/api/auth/sign-out", status_code=204)
    def sign_out(request: Request) -> Response:
        sessions.pop(request.headers["authorization"].removeprefix("Bearer "))
        return Response(status_code=204)

    @app.get("/api/me")
    def me(request: Request) -> dict:
        town, person = who(request)
        allowed = None
        if person["role"] == "SALES_REP":
            allowed = [t["id"] for t in town.territories() if t["type"] == "MICRO"][:3]
        return {
            "user": {"id": person["id"], "name": person["name"], "email": "someone@demo.test"},
            "organisation": {"id": town.organisation_id, "name": town.name, "slug": "x", "zone": town.zone},
            "role": person["role"],
            "territories": allowed,
        }

    @app.get("/api/territories")
    def territories(request: Request) -> dict:
        return {"items": who(request)[0].territories(), "next_cursor": None}

    @app.get("/api/members")
    def members(request: Request) -> dict:
        return {"items": who(request)[0].people(), "next_cursor": None}

    @app.get("/api/board")
    def board(request: Request, territory_id: str | None = None, owner_id: str | None = None, cards: int = 20) -> dict:
        rows = books[who(request)[0].organisation_id]
        columns = []
        for stage in STAGES:
            mine = [r for r in rows if r["stage"] == stage and _wanted(r, territory_id, owner_id)]
            overdue = sum(r["sla_state"] == "overdue" for r in mine)
            columns.append({"stage": stage, "count": len(mine), "overdue": overdue, "leads": mine[:cards]})
        return {"columns": columns}

    @app.get("/api/leads/outbound")
    def leads(
        request: Request,
        stage: str | None = None,
        cell: str | None = None,
        territory_id: str | None = None,
        owner_id: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> dict:
        rows = books[who(request)[0].organisation_id]
        mine = [r for r in rows if stage in (None, r["stage"]) and _wanted(r, territory_id, owner_id)]
        if cell is not None:  # a few, as if they lived there
            mine = [{**row, "last_name": cell} for row in mine[:3]]
        start = int(cursor or 0)
        end = start + limit
        return {"items": mine[start:end], "next_cursor": str(end) if end < len(mine) else None}

    @app.get("/api/reports/marts")
    def marts(request: Request) -> list[dict]:
        return [{"name": name, "columns": []} for name in ("rep_days", "territory_weeks")]

    @app.get("/api/maps/style.json")
    def style() -> dict:
        ground = {"id": "ground", "type": "background", "paint": {"background-color": "#eceee9"}}
        return {"version": 8, "sources": {}, "layers": [ground]}

    return app


def _wanted(row: dict, territory_id: str | None, owner_id: str | None) -> bool:
    return territory_id in (None, row["territory_id"]) and owner_id in (None, row["owner_id"])


def _leads(town: Town, now: datetime) -> list[dict]:
    dice = Random(town.name)
    micros = [t["id"] for t in town.territories() if t["type"] == "MICRO"]
    reps = [p for p in town.people() if p["role"] == "SALES_REP"]
    found = []
    for stage, size in STAGES.items():
        for number in range(size):
            owner = dice.choice([*reps, None]) if stage == "COLD" else dice.choice(reps)
            state = dice.choice(["overdue", "due_soon", "ok", "ok", "none"]) if owner else "none"
            hours = {"overdue": -dice.randint(2, 90), "due_soon": 3, "ok": 40}.get(state)
            due = (now + timedelta(hours=hours)).isoformat() if hours else None
            last = (now - timedelta(hours=dice.randint(1, 400))).isoformat() if stage != "COLD" else None
            line = f"{dice.randint(10, 990)} {dice.choice(STREETS)}"
            found.append(
                {
                    "id": uid(town.name, stage, number),
                    "lead_type": "outbound",
                    "stage": stage,
                    "territory_id": dice.choice(micros),
                    "owner_id": owner and owner["id"],
                    "owner_name": owner and owner["name"],
                    "first_name": dice.choice(FIRST) if dice.random() > 0.2 else None,
                    "last_name": dice.choice(LAST) if dice.random() > 0.2 else None,
                    "phone": None,
                    "email": None,
                    "address": {"line": line, "city": "Maple Falls", "state": "IA", "postcode": "50310"},
                    "last_activity_at": last,
                    "next_action_at": due,
                    "due_at": due,
                    "sla_state": state,
                    "version": 1,
                    "created_at": now.isoformat(),
                }
            )
    return found
