"""Taking data in, and building the warehouse from it.

What only one command needs is imported in it: pandas, Arrow and shapely take seconds that `--help` need not wait for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cli.commands.imports import import_list
from cli.progress import shown
from cli.session import chosen_organisation, member_by_email, opened
from outbound.vocabulary import TerritoryType

Org = Annotated[str | None, typer.Option(help="Slug of the organisation, where there are several.")]
As = Annotated[str | None, typer.Option("--as", help="E-mail of the member who does it; the owner unless told.")]

pipeline = typer.Typer(help="From the database to the published warehouse.", no_args_is_help=True)
territories = typer.Typer(help="Territories.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.command("import")(import_list)
    app.add_typer(territories, name="territories")
    app.add_typer(pipeline, name="pipeline")


@territories.command("load")
def load_territories(
    file: Annotated[Path, typer.Argument(help="A GeoJSON FeatureCollection of polygons.")],
    type: Annotated[TerritoryType, typer.Option(help="What each polygon is.")] = TerritoryType.MICRO,
    parent: Annotated[str | None, typer.Option(help="Slug of the territory they lie under.")] = None,
    new_region: Annotated[str | None, typer.Option(help="Name of a new REGION around them all, their parent.")] = None,
    name_property: Annotated[str | None, typer.Option(help="Property that holds the name.")] = None,
    leave_out_broken: Annotated[bool, typer.Option(help="Load the sound ones where some are broken.")] = False,
    org: Org = None,
    as_: As = None,
) -> None:
    """Cut territories from the polygons of a GeoJSON file: all of them, or none where one is wrong."""
    from ingest import territories as turf

    console = Console()
    with opened() as (_, database):
        organisation = chosen_organisation(database, org)
        member = member_by_email(database, organisation, as_)
        loaded = turf.load_territories(
            database,
            organisation.id,
            member,
            file,
            type,
            parent_slug=parent,
            new_region=new_region,
            name_property=name_property,
            leave_out_broken=leave_out_broken,
        )
    console.print(f"{loaded.added:,} territories added, {loaded.known:,} known already.", highlight=False)
    for sentence in loaded.left_out:
        console.print(f"left out: {sentence}", highlight=False, soft_wrap=True)


@pipeline.command("run")
def run_now() -> None:
    """Extract what changed, build the marts, test them, and publish those of every organisation that passes."""
    from outbound.warehouse.pipeline import run_pipeline

    console = Console()
    with opened() as (settings, database), shown(console, "Pipeline") as work:
        result = run_pipeline(database, settings, progress=work.steps)
    console.print(
        f"{result.extraction.rows:,} changed rows extracted; marts published for "
        f"{len(result.publication.published)} organisations in {result.seconds:.1f} s.",
        highlight=False,
    )
