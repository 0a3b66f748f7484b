"""Schema and health."""

from __future__ import annotations

import typer

from outbound.errors import Misconfigured
from outbound.settings import get_settings
from outbound.storage.database import Database


def register(app: typer.Typer) -> None:
    app.command()(migrate)
    app.command()(doctor)


def migrate() -> None:
    """Bring the database to this version's schema."""
    database = Database.open(get_settings())
    try:
        typer.echo(f"The database is at {database.migrate()}.")
        if not database.organisations():
            typer.echo("It holds no organisation yet; make one with `outbound init`.")
    finally:
        database.dispose()


def doctor() -> None:
    """Say in words what is missing or wrong, and what to do."""
    from cli.doctor import doctor as examine  # here: it looks into everything, and imports as much

    findings = examine(get_settings())
    for finding in findings:
        typer.echo(str(finding))
    wrong = sum(1 for finding in findings if finding.is_problem)
    if wrong:
        raise Misconfigured(f"{wrong} thing{'s need' if wrong > 1 else ' needs'} your attention; see above.")
