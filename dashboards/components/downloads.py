"""Whole tables as files: links to the API, which sends them as a stream to whoever is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

FORMATS = {"csv": "CSV", "parquet": "Parquet"}


def table(marts: Sequence[str], api_url: str) -> str:
    """Marts by name, each with a link a format."""
    rows = "".join(f"<tr><td>{escape(mart)}</td><td>{_links(mart, api_url)}</td></tr>" for mart in marts)
    return (
        "<table class='ob-table ob-table-tight'><thead><tr><th>Table</th><th>As a file</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _links(mart: str, api_url: str) -> str:
    return " · ".join(
        f"<a href='{escape(f'{api_url}/api/reports/marts/{mart}?format={each}')}'>{name}</a>"
        for each, name in FORMATS.items()
    )
