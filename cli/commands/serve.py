"""Serving: a real franchise, or the demo."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli import programs
from cli.progress import shown
from cli.session import opened
from cli.supervisor import Supervisor, check_ports
from outbound.errors import Misconfigured, NotFound
from outbound.logfiles import keep_short
from outbound.operations.standing import last_seen
from outbound.settings import PWA_DIST, Settings, get_settings
from outbound.storage import embedded
from outbound.storage.database import Database
from outbound.storage.embedded.layout import Layout


def register(app: typer.Typer) -> None:
    app.command()(up)
    app.command()(demo)


def up() -> None:
    """Serve the API and rep app, the dashboards and Dagster until Ctrl-C."""
    console = Console()
    settings = get_settings()
    _refuse_unbuilt_app()
    check_ports(programs.programs(settings), settings.run_dir)
    with opened() as (settings, database):
        if not database.organisations():
            raise NotFound("There is no organisation to serve yet; make one with `outbound init`.")
        _serve(settings, console)


def demo(
    doors: Annotated[int, typer.Option(min=200, max=2_000_000, help="Houses and flats of the town.")] = 5000,
    reps: Annotated[int, typer.Option(min=1, max=500, help="Sales representatives.")] = 8,
    days: Annotated[int, typer.Option(min=7, max=730, help="Days of history.")] = 90,
    seed: Annotated[int, typer.Option(help="The same seed makes the same town and history.")] = 1,
    serve: Annotated[bool, typer.Option(help="Serve it until Ctrl-C.")] = True,
) -> None:
    """Load a fictional franchise with its history, build its marts, and serve it."""
    console = Console()
    settings = get_settings()
    if not settings.is_loopback:
        raise Misconfigured(
            f"A demo has well-known passwords, so it is not served on {settings.host}; unset OUTBOUND_HOST."
        )
    if serve:
        _refuse_unbuilt_app()
        check_ports(programs.programs(settings), settings.run_dir)
    with opened() as (settings, database):
        _prepare_demo(settings, database, console, doors=doors, reps=reps, days=days, seed=seed)
        if serve:
            _serve(settings, console, demo=True)


def _prepare_demo(
    settings: Settings, database: Database, console: Console, *, doors: int, reps: int, days: int, seed: int
) -> None:
    # Here, for they are slow to import and `up` needs none of them.
    from outbound.demo.load import load_demo
    from outbound.warehouse.pipeline import run_pipeline

    with shown(console, "Demo franchise") as work:
        load_demo(database, settings, doors=doors, reps=reps, days=days, seed=seed, progress=work.share)
    if not all(_is_published(settings, organisation.id) for organisation in database.organisations()):
        with shown(console, "Marts") as work:
            run_pipeline(database, settings, progress=work.steps)


def _is_published(settings: Settings, org_id: uuid.UUID) -> bool:
    from outbound.reports import WHOLE_ORGANISATION, NothingPublished, Warehouse

    try:
        Warehouse(settings, org_id, WHOLE_ORGANISATION).build()
    except NothingPublished:
        return False
    return True


def _serve(settings: Settings, console: Console, *, demo: bool = False) -> None:
    told: set[str] = set()

    def heartbeat() -> None:
        if settings.database_url is None:
            embedded.ensure_running(settings)  # a killed server recovers by itself
            keep_short(Layout(settings.home).log)
        seen = last_seen(settings, datetime.now(UTC))
        standing = set(seen.standing) if seen is not None else set()
        for sentence in sorted(standing - told):
            console.print(sentence, highlight=False, soft_wrap=True)
        told.clear()
        told.update(standing)

    with Supervisor(programs.programs(settings), settings.run_dir, console=console, heartbeat=heartbeat) as supervisor:
        supervisor.run(on_ready=lambda: console.print(_where(settings, demo)))


def _where(settings: Settings, demo: bool) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row(
        "Dashboards", settings.dashboards_url, "managers" if not demo else "manager@demo.test, owner@demo.test"
    )
    table.add_row("Rep app", f"{settings.api_url}/app/", "reps" if not demo else "rep1@demo.test")
    table.add_row("API", f"{settings.api_url}/docs", "" if not demo else "password of every demo sign-in: demo")
    table.add_row("Dagster", settings.dagster_url, "this machine only")
    table.add_row("", "", "Ctrl-C stops everything")
    return table


def _refuse_unbuilt_app() -> None:
    if not PWA_DIST.is_dir():
        raise Misconfigured("The rep app is not built; run `make build`, which needs Node 20.19 or newer.")
