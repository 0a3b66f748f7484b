"""Taking lists in, looking first what a list would do, and taking it back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from cli.progress import shown
from cli.session import chosen_organisation, member_by_email, opened
from outbound.errors import Invalid, NotFound
from outbound.vocabulary import ImportSource

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from outbound.imports.models import ProspectImport


def import_list(
    file: Annotated[
        Path | None, typer.Argument(help="A list of addresses or leads: CSV of any kind or XLSX, also packed.")
    ] = None,
    source: Annotated[ImportSource, typer.Option(help="Where the list came from.")] = ImportSource.PURCHASE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judge every row, and write nothing.")] = False,
    column: Annotated[
        list[str] | None,
        typer.Option(help="Which column holds a field, where the obvious one is wrong: `city=Town`. May be repeated."),
    ] = None,
    cadence: Annotated[str | None, typer.Option(help="Name of a cadence that new leads are enrolled in.")] = None,
    campaign: Annotated[str | None, typer.Option(help="Name of the campaign of new leads.")] = None,
    commit: Annotated[uuid.UUID | None, typer.Option(help="Id of a dry run: write what it judged.")] = None,
    resume: Annotated[uuid.UUID | None, typer.Option(help="Id of an import that was paused or failed.")] = None,
    undo: Annotated[uuid.UUID | None, typer.Option(help="Id of an import: take it back.")] = None,
    org: Annotated[str | None, typer.Option(help="Slug of the organisation, where there are several.")] = None,
    as_: Annotated[
        str | None, typer.Option("--as", help="E-mail of the member who does it; the owner unless told.")
    ] = None,
) -> None:
    """Import a list of addresses or leads: every row becomes a lead, fills one in, or says why it does not.

    With --dry-run it is only judged; then --commit writes it. --undo takes an import back, unless somebody has worked
    on what it made.
    """
    from cli.reports import summary
    from ingest.service import Options, register, run_import
    from outbound.imports import turns

    given = [each for each in (file, commit, resume, undo) if each is not None]
    if len(given) != 1:
        raise Invalid("Name a file, or one import by --commit, --resume or --undo.")
    console = Console()
    with opened() as (settings, database):
        organisation = chosen_organisation(database, org)
        member = member_by_email(database, organisation, as_)
        doings: list[tuple[uuid.UUID | None, Callable[[Session, uuid.UUID], ProspectImport]]] = [
            (commit, turns.commit),
            (resume, turns.resume),
            (undo, turns.undo),
        ]
        with database.as_member(organisation.id, member, source="cli") as session:
            options = Options(dry_run, _cadence(session, cadence), _campaign(session, campaign))
            for wanted, turn in doings:
                if wanted is not None:
                    turn(session, wanted)
        if file is not None:
            columns = _columns(column or [])
            import_id = register(
                database, settings, organisation.id, member, file, source, columns=columns, options=options
            )
        else:
            import_id = next(each for each in (commit, resume, undo) if each is not None)
        title = f"Taking back from {organisation.name}" if undo else f"Importing into {organisation.name}"
        with shown(console, title) as work:
            report = run_import(database, settings, organisation.id, import_id, progress=work.of_import)
    console.print(summary(report), highlight=False)


def _columns(given: list[str]) -> dict[str, str]:
    found = {}
    for each in given:
        name, equals, column = each.partition("=")
        if not equals or not name.strip():
            raise Invalid(f"--column {each}: write the field, an equals sign and the column, such as city=Town.")
        found[name.strip()] = column.strip()
    return found


def _cadence(session: Session, name: str | None) -> uuid.UUID | None:
    from outbound.cadences import service as cadences

    if name is None:
        return None
    for row in cadences.find(session, limit=1_000):
        if row.cadence.name.lower() == name.strip().lower():
            return row.cadence.id
    raise NotFound(f"There is no cadence called {name}; look at its name in the cadences.")


def _campaign(session: Session, name: str | None) -> uuid.UUID | None:
    from outbound.campaigns import service as campaigns

    if name is None:
        return None
    for each in campaigns.find(session, active=None, after=None, limit=1_000):
        if each.name.lower() == name.strip().lower():
            return each.id
    raise NotFound(f"There is no campaign called {name}; look at its name in the campaigns.")
