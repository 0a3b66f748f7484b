"""Regions: address points, streets and the map, from files of OpenStreetMap, OpenAddresses and TIGER."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli.progress import shown
from outbound.storage.unfinished import refuse_unfinished_home

if TYPE_CHECKING:
    from ingest.regions.load import Loaded

region = typer.Typer(help="Address points, streets and the map of a region.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(region, name="region")


@region.command("load")
def load(
    file: Annotated[
        Path, typer.Argument(help="OpenStreetMap (.osm.pbf), OpenAddresses (.csv, .geojson) or TIGER ranges (.csv).")
    ],
    name: Annotated[str | None, typer.Option(help="Name of the region; the file's own unless told.")] = None,
    again: Annotated[bool, typer.Option(help="Load the same file once more, as after damage.")] = False,
) -> None:
    """Load a region's address points, streets and map; the same file again does nothing, a newer one replaces it."""
    from ingest.regions.load import load_region
    from outbound.settings import get_settings

    refuse_unfinished_home(get_settings().home)
    console = Console()
    with shown(console, f"Loading {file.name}") as work:
        loaded = load_region(get_settings(), file, name, again=again, progress=work.phases)
    for line in _told(loaded):
        console.print(line, highlight=False, soft_wrap=True)


def _told(loaded: Loaded) -> list[str]:
    facts = loaded.region.facts
    if not loaded.fresh:
        return [f"{loaded.region.name} is loaded already from this very file; nothing was done."]
    parts = (
        f"{facts['points']:,} address points",
        f"{facts['ranges']:,} address ranges",
        f"{facts.get('stretches', 0):,} stretches of street ({facts.get('street_km', 0):,} km)",
        f"{facts.get('tiles', 0):,} map tiles",
    )
    lines = [f"{loaded.region.name}: {', '.join(parts)}, in {loaded.seconds:.1f} s."]
    if facts["left_out"]:
        lines.append(f"{facts['left_out']:,} rows were left out: no number, no street, or no position on Earth.")
    if loaded.difference is not None:
        change = loaded.difference
        lines.append(
            f"Since the version before: {change.added:,} address points added, {change.changed:,} changed, "
            f"{change.removed:,} removed; {loaded.redrawn:,} pieces of the map drawn anew."
        )
    return lines


@region.command("list")
def list_regions() -> None:
    """The regions that are loaded."""
    from outbound.geo.regions import current_regions
    from outbound.settings import get_settings

    console = Console()
    loaded = current_regions(get_settings().regions_dir)
    if not loaded:
        console.print("No region is loaded; load one with `outbound region load FILE`.", highlight=False)
        return
    table = Table("Region", "Kind", "Points", "Ranges", "Street km", "Data of", "Loaded", "Version", box=None)
    for one in loaded:
        facts = one.facts
        table.add_row(
            one.name,
            str(facts["kind"]),
            f"{facts['points']:,}",
            f"{facts['ranges']:,}",
            f"{facts.get('street_km', 0):,}",
            str(facts.get("timestamp", ""))[:10] or "–",
            str(facts["loaded_at"])[:10],
            one.version,
        )
    console.print(table)


@region.command("remove")
def remove(name: Annotated[str, typer.Argument(help="Name of the region, as `region list` shows it.")]) -> None:
    """Remove a region: its address points, its streets, and its part of the map."""
    from ingest.regions.load import remove_region
    from outbound.settings import get_settings

    refuse_unfinished_home(get_settings().home)
    remove_region(get_settings(), name)
    Console().print(f"{name} was removed.", highlight=False)
