"""The published marts, for analysts: where they are, what they hold, and whole ones as files."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cli import targets
from cli.commands.data import Org
from cli.session import chosen_organisation, opened
from outbound.errors import Invalid

marts = typer.Typer(help="The published marts: what there is, and whole ones as files.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(marts, name="marts")


@marts.command("list")
def list_marts(org: Org = None) -> None:
    """The marts of the last published build with their columns, and where the DuckDB file lies."""
    from outbound.reports import WHOLE_ORGANISATION, Warehouse, export

    console = Console()
    with opened() as (settings, database):
        organisation = chosen_organisation(database, org)
        for mart in export.published(Warehouse(settings, organisation.id, WHOLE_ORGANISATION)):
            console.print(f"{mart.name}: {', '.join(mart.schema.names)}", highlight=False, soft_wrap=True)
        if settings.warehouse == "duckdb":
            file = settings.published_dir / str(organisation.id) / "current"
            console.print(f"file: {file.resolve()}", highlight=False, soft_wrap=True)


@marts.command("export")
def export_mart(
    name: Annotated[str, typer.Argument(help="Of the mart: `outbound marts list` tells them.")],
    file: Annotated[
        Path | None,
        typer.Argument(help="Where to write: ….csv or ….parquet. Without, CSV is shown.", parser=targets.file),
    ] = None,
    org: Org = None,
) -> None:
    """Write a whole mart as CSV or Parquet; the file appears whole or not at all."""
    from outbound.reports import WHOLE_ORGANISATION, Warehouse, export

    if file is not None and file.suffix not in (".csv", ".parquet"):
        raise Invalid(f"{file} ends neither in .csv nor in .parquet; name it so.")
    with opened() as (settings, database):
        warehouse = Warehouse(settings, chosen_organisation(database, org).id, WHOLE_ORGANISATION)
        mart = export.mart_named(warehouse, name)
        if file is None:
            export.write(warehouse, mart, sys.stdout.buffer, export.Format.CSV)
            return
        handle, made = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
        try:
            with os.fdopen(handle, "wb") as target:
                rows = export.write(warehouse, mart, target, export.Format(file.suffix[1:]))
            Path(made).replace(file)
        except BaseException:
            Path(made).unlink(missing_ok=True)
            raise
    Console().print(f"{rows:,} rows written to {file}.", highlight=False, soft_wrap=True)
