"""The capture API: ``uvicorn api.main:app``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from anyio import CapacityLimiter
from fastapi import FastAPI, Response
from fastapi.middleware.cors import CORSMiddleware
from starlette.types import Scope

from api import logs, openapi, problems
from api.compression import Compression
from api.dependencies import UNITS_AT_ONCE
from api.limits import Limits
from api.metrics import Metrics
from api.middleware import Gate
from api.routes import (
    activities,
    addresses,
    api_keys,
    attachment_uploads,
    attachments,
    audit,
    auth,
    bulk,
    cadences,
    campaigns,
    documentation,
    enrollments,
    geocoding,
    handoffs,
    health,
    import_mapping,
    import_places,
    import_rows,
    imports,
    invitations,
    lead_stories,
    leads,
    maps,
    matches,
    me,
    members,
    messages,
    notifications,
    oidc,
    pages,
    positions,
    privacy,
    reports,
    rules,
    segments,
    shifts,
    sync,
    tasks,
    territories,
    trips,
)
from api.turns import Share, Turns
from api.workers import living_with_supervisor
from outbound.collector import spare_what_stays
from outbound.serving.packed import PackedFiles
from outbound.settings import PWA_DIST, Settings, get_settings
from outbound.storage.database import Database

SLOW = {
    "passwords": ("sign-ins", 2),
    "providers": ("sign-ins", 4),
    "lookups": ("look-ups", 2),
    "exports": ("exports", 2),
    "lists": ("lists", 2),
}
"""What is slow for another reason than the database: what people call it, and how many at a time in a process."""
STORE_THREADS = 8
"""For files on their way to the store, apart from those of the requests: S3 may be slow."""
STATIC = Path(__file__).parent / "static"


class RepApp(PackedFiles):
    """The built rep app: its assets carry their hash in their name, the rest is asked for anew each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        kept = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
        response.headers["cache-control"] = kept
        return response


def create_app(settings: Settings | None = None, database: Database | None = None) -> FastAPI:
    """The application; tests hand in a database of their own."""
    settings = settings or get_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.database = database or Database.open(settings)
        app.state.metrics.watch(app.state.database, settings)
        with living_with_supervisor():
            yield
        if database is None:
            app.state.database.dispose()

    app = FastAPI(
        title="Outbound",
        version="0.1.0",
        lifespan=lifespan,
        docs_url=None,  # pages.py serves it, of our own files alone
        redoc_url=None,
        generate_unique_id_function=openapi.operation_id,
    )
    app.state.settings = settings
    app.state.metrics = Metrics()
    app.state.turns = asyncio.Semaphore(UNITS_AT_ONCE)
    share, run = Share(seconds=120, window=600), settings.run_dir
    app.state.photos = Turns("photos", places=1, line=8, line_each=3, share=share, lock=run / "photos.lock")
    app.state.pictures = Turns(
        "small pictures", places=1, line=32, line_each=12, share=share, lock=run / "pictures.lock"
    )
    for kind, (what, places) in SLOW.items():
        setattr(app.state, kind, Turns(what, places=places, line=64, line_each=64 + places))
    app.state.store_threads = CapacityLimiter(STORE_THREADS)
    problems.install(app)
    app.add_middleware(Compression)
    app.add_middleware(Limits, seconds=settings.request_seconds)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=[settings.dashboards_url],
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["authorization", "content-type", "if-match", "x-request-id"],
        expose_headers=["etag", "x-request-id"],
        allow_credentials=True,
    )
    app.add_middleware(Gate, settings=settings, metrics=app.state.metrics)  # the outermost
    for module in (
        activities,  # these two first: routes are tried in turn, and most requests are knocks
        sync,
        api_keys,
        health,
        invitations,
        auth,
        territories,
        addresses,
        geocoding,
        bulk,
        leads,
        lead_stories,
        segments,
        campaigns,
        attachments,
        attachment_uploads,
        cadences,
        enrollments,
        messages,
        trips,
        tasks,
        shifts,
        positions,
        privacy,
        notifications,
        audit,
        rules,
        handoffs,
        import_rows,
        import_mapping,
        imports,
        import_places,
        reports,
        documentation,
        maps,
        matches,
        me,
        members,
        oidc,
        pages,
    ):
        app.include_router(module.router)
    openapi.install(app)
    app.mount("/static/swagger", PackedFiles(packages=[("fastapi_swagger", "resources")]), name="swagger")
    app.mount("/static", PackedFiles(directory=STATIC), name="static")
    if PWA_DIST.is_dir():
        app.mount("/app", RepApp(directory=PWA_DIST, html=True), name="app")
    return app


def __getattr__(name: str) -> FastAPI:
    # Built when uvicorn asks for it, so that importing this module reads no settings.
    if name == "app":
        settings = get_settings()
        logs.configure(settings.log_level)
        built = create_app(settings)
        spare_what_stays()
        return built
    raise AttributeError(name)
