"""Running an installation: backup and restore, keys, erasure, export, tidying."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli import targets
from cli.progress import shown
from cli.session import chosen_organisation, looked_at, member_by_email, opened
from cli.supervisor import end_leftovers
from outbound.errors import Invalid
from outbound.settings import get_settings

Org = Annotated[str | None, typer.Option(help="Slug of the organisation, where there are several.")]

keys = typer.Typer(help="The key ring that seals positions and secrets.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.command()(backup)
    app.command()(restore)
    app.command()(erase)
    app.command()(export)
    app.command()(tidy)
    app.add_typer(keys, name="keys")


def backup(
    target: Annotated[
        Path,
        typer.Argument(help="A new file, or a folder in which one is named.", parser=targets.file_or_folder),
    ],
) -> None:
    """Back up the database, files, lake and marts into one file, while everything serves. Not the key ring."""
    from outbound.operations.backup import back_up

    console = Console()
    with opened() as (settings, database), shown(console, "Backup") as work:
        taken = back_up(database, settings, target, _now(), progress=work.steps)
    console.print(
        f"{taken.path}: {taken.rows:,} rows, {taken.files:,} files, {taken.bytes / 1e6:,.1f} MB. "
        "Keep a copy of the key ring apart from it: `outbound keys export FILE`.",
        highlight=False,
        soft_wrap=True,
    )


def restore(
    archive: Annotated[Path | None, typer.Argument(help="A file that `outbound backup` wrote.")] = None,
    keys: Annotated[Path | None, typer.Option(help="The copy of the key ring, where none is here.")] = None,
    erased: Annotated[
        Path | None, typer.Option(help="The erased.jsonl of the installation that the backup is of.")
    ] = None,
    replace: Annotated[bool, typer.Option(help="Put it in the place of what is here.")] = False,
    recover: Annotated[
        bool, typer.Option(help="End a restore that was stopped: put back what it had set aside.")
    ] = False,
) -> None:
    """Restore a backup into OUTBOUND_HOME and its database, and erase again whoever was erased since."""
    from outbound.operations.recover import recover as put_back
    from outbound.operations.restore import restore as put_in_place

    if (archive is None) != recover:
        raise Invalid("Name the backup to restore, or say --recover and name none.")
    console, settings = Console(), get_settings()
    end_leftovers(settings.run_dir)
    with shown(console, "Restore") as work:
        if archive is None:
            typer.echo(put_back(settings, progress=work.steps).value)
            return
        done = put_in_place(settings, archive, _now(), keys=keys, erased=erased, replace=replace, progress=work.steps)
    console.print(
        f"{done.rows:,} rows as they were at {done.made_at:%Y-%m-%d %H:%M} UTC, every table compared"
        f"{f'; {done.erased} erased again' if done.erased else ''}. Next: `outbound pipeline run`, then `outbound up`.",
        highlight=False,
        soft_wrap=True,
    )


@keys.command("list")
def list_keys() -> None:
    """Every key with the number of values it has sealed. Only reads."""
    from outbound.operations.keys import listed

    table = Table("Key", "Values", "", box=None)
    with looked_at() as (settings, database):
        for key in listed(database, settings):
            table.add_row(str(key.id), f"{key.values:,}", "seals" if key.seals else "" if key.values else "unused")
    Console().print(table, highlight=False)


@keys.command("rotate")
def rotate_keys() -> None:
    """Add a key and seal everything anew under it, while everything serves. Stopped, it goes on when run again.

    Access tokens are signed with a new key too; those that are out stay good for their quarter of an hour.
    """
    from outbound.identity.token_keys import TokenKeys
    from outbound.operations.keys import rotate

    console = Console()
    with opened() as (settings, database), shown(console, "Keys") as work:
        done, unfinished = rotate(database, settings, progress=work.steps)
        if not unfinished:
            TokenKeys(settings.keys_dir).rotate()
    console.print(
        f"{done.values:,} values were sealed anew under key {done.key}"
        f"{', which finishes an earlier rotation' if unfinished else ''}. "
        f"{_left(done.not_readable)}"
        "Copy the ring again (`outbound keys export FILE`), and later retire the old key (`outbound keys retire ID`).",
        highlight=False,
        soft_wrap=True,
    )


def _left(count: int) -> str:
    if not count:
        return ""
    return f"{count:,} {'is' if count == 1 else 'are'} not readable and stayed as they were (see `outbound doctor`). "


@keys.command("retire")
def retire_key(key: Annotated[int, typer.Argument(help="Its number, as `outbound keys list` shows it.")]) -> None:
    """Destroy a key that nothing uses any more. Backups from before need the copy of the ring of their time."""
    from outbound.operations.keys import retire

    with opened() as (settings, database):
        retire(database, settings, key, _now())
    typer.echo(f"Key {key} is gone.")


@keys.command("replace-lost")
def replace_lost_ring(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Make a new key ring where the former and its copies are lost for good: what it sealed is never readable again."""
    from outbound.operations.keys import replace_lost

    if not yes and not typer.confirm("Give up every position and secret that was sealed so far? There is no way back."):
        raise Invalid("Nothing was changed.")
    made = replace_lost(get_settings(), _now())
    typer.echo(f"Key {made.id} seals from now on; {made.values:,} values stay, not readable. Copy the new ring.")


@keys.command("export")
def export_keys(
    target: Annotated[Path, typer.Argument(help="A new file, on another disk than the backups.", parser=targets.file)],
) -> None:
    """Copy the key ring for safe keeping: without it, no backup's positions open."""
    from outbound.operations.keys import export_ring

    export_ring(get_settings(), target)
    typer.echo(f"{target} holds the key ring; keep it where the backups are not.")


def erase(
    lead: Annotated[uuid.UUID, typer.Argument(help="Id of the lead.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    org: Org = None,
    as_: Annotated[str | None, typer.Option("--as", help="E-mail of the owner who does it.")] = None,
) -> None:
    """Erase the person behind a lead, for good; what was done stays and counts."""
    from outbound.privacy.erasure import erase_person, preview

    with opened() as (settings, database):
        organisation = chosen_organisation(database, org)
        member = member_by_email(database, organisation, as_)
        with database.as_job(organisation.id, source="cli") as session:
            found = preview(session, lead)
        if not found.already_erased:
            typer.echo(
                f"{len(found.lead_ids)} lead, {found.activities} activities, {found.messages} messages, "
                f"{found.tasks} tasks, {found.attachments} files."
            )
            for other in found.same_contact:
                typer.echo(f"The same number or address is known of {other}, which stays.")
            if not yes and not typer.confirm("Erase the person? There is no way back."):
                raise Invalid("Nothing was erased.")
        done = erase_person(database, settings, organisation.id, lead, _now(), by=member)
    said = "was erased before" if done.again else "is erased; the figures' files follow with `outbound pipeline run`"
    typer.echo(f"The person {said}. What stays has the id {done.lead_ids[0]}.")


def export(
    target: Annotated[Path, typer.Argument(help="A new ZIP file.", parser=targets.file)],
    org: Org = None,
) -> None:
    """Export everything an organisation owns as JSON lines and files, positions in the clear."""
    from outbound.audit.service import record
    from outbound.privacy.export import archive

    if target.exists():
        raise Invalid(f"There is already a file {target}; name another, or move it away.")
    console = Console()
    with opened() as (settings, database), shown(console, "Export") as work:
        organisation = chosen_organisation(database, org)
        with database.as_job(organisation.id, source="cli") as session:
            record(session, "organisation", organisation.id, "exported")
        partial = target.with_name(target.name + ".partial")
        size = 0
        try:
            with open(partial, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                for piece in archive(database, settings, organisation.id):
                    size += file.write(piece)
                    work.share(f"{size / 1e6:,.0f} MB", phase="Writing")
            partial.rename(target)
        except OSError as error:
            raise Invalid(f"The export cannot be written to {target}: {error.strerror}.") from None
        finally:
            partial.unlink(missing_ok=True)
    console.print(f"{target} holds everything of {organisation.name}, {size / 1e6:,.1f} MB.", highlight=False)


def tidy() -> None:
    """Remove what was kept long enough, and organisations whose waiting period is over. Runs nightly by itself."""
    from outbound.privacy.retention import tidy as clear

    with opened() as (settings, database):
        done = clear(database, settings, _now())
    typer.echo(
        f"Removed {done.captures:,} memories of requests, {done.tombstones:,} notices to phones, {done.lists:,} "
        f"uploaded lists, {done.exports:,} exports, {done.organisations:,} organisations."
    )


def _now() -> datetime:
    return datetime.now(UTC)
