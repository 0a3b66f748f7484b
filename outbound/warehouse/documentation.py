"""The documentation of the models as one page that fetches nothing: what a row and a column mean, and how it is made.

It is dbt's own site with its data inside. It tells of the project alone, so it is the same for every organisation: no
row, no count, and nothing of the server or the machine it was made on. ``outbound.reports.documentation`` reads it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from outbound.lake.manifest import sync_folder
from outbound.settings import Settings
from outbound.storage.home import private_folder
from outbound.warehouse.errors import BuildFailed
from outbound.warehouse.marts import MARTS

COMMAND = ("docs", "generate", "--no-compile")
"""What dbt is told once the models stand: their columns' types are read from the build."""

_TOOLS = ("dbt-core", "dbt-duckdb", "dbt-postgres", "duckdb")
_SHOWN = (".sql", ".yml", ".md")
_DATABASE = "outbound"
_PUBLISHED_SCHEMA = "marts"
_OF_THE_PROJECT = frozenset(
    {
        "access", "alias", "arguments", "attached_node", "column_name", "columns", "depends_on", "description", "docs",
        "expect", "file_key_name", "fqn", "given", "group", "identifier", "label", "language", "macro_sql", "meta",
        "model", "name", "original_file_path", "overrides", "package_name", "path", "raw_code", "refs",
        "resource_type", "source_description", "source_name", "sources", "supported_languages", "tags",
        "test_metadata", "unique_id", "version",
    }
)  # fmt: skip
"""What dbt notes of a model, test or macro and its site shows; the rest tells of this server and this run."""
_ICON = re.compile(r'<link rel="shortcut icon"[^>]*>')
"""An unfilled place of dbt's template, which browsers would ask for."""


def edition_of(project: Path, target: str) -> str:
    """A digest of all that the page is made of: the project's files, the tools, the engine and this module."""
    digest = hashlib.sha256(target.encode())
    files = [path for path in project.rglob("*") if path.suffix in _SHOWN and "target" not in path.parts]
    for path in (*sorted(files), Path(__file__)):
        digest.update(path.name.encode() + path.read_bytes())
    for tool in _TOOLS:
        digest.update(version(tool).encode())
    return digest.hexdigest()[:16]


def is_current(settings: Settings, edition: str) -> bool:
    """Whether the page that is served is of this edition."""
    file = settings.documentation_dir / "current"
    return file.is_file() and file.resolve().stem == edition


def publish_documentation(settings: Settings, edition: str, target_folder: Path) -> None:
    """Puts the page that dbt left in ``target_folder`` in the place of the one before, whole.

    A request sees the old page or the new one. Raises :class:`BuildFailed` when what dbt wrote is not what this was
    written for, which another version of dbt may bring.
    """
    folder = settings.documentation_dir
    private_folder(folder)
    for left_over in folder.glob("*.partial"):  # by a run that was killed
        left_over.unlink()
    partial = folder / f"{edition}.partial"
    with partial.open("w", encoding="utf-8") as file:
        file.write(_page(target_folder))
        file.flush()
        os.fsync(file.fileno())
    final = folder / f"{edition}.html"
    partial.rename(final)
    current = folder / "current"
    before = current.resolve()  # kept once more: somebody may be about to open it
    link = folder / "current.partial"
    link.symlink_to(final.name)
    link.replace(current)
    sync_folder(folder)
    for old in folder.glob("*.html"):
        if old not in (final, before):
            old.unlink()


def _page(target_folder: Path) -> str:
    page = _ICON.sub("", (target_folder / "index.html").read_text(encoding="utf-8"))
    manifest = _manifest(json.loads((target_folder / "manifest.json").read_text(encoding="utf-8")))
    catalog = _catalog(json.loads((target_folder / "catalog.json").read_text(encoding="utf-8")))
    for name, data in (("MANIFEST", manifest), ("CATALOG", catalog)):
        place = f'"{name}.JSON INLINE DATA"'
        if page.count(place) != 1:
            raise BuildFailed(f"dbt's documentation has no place for its {name.lower()}; install the locked dbt-core.")
        # Escaped, so that no description can end the script it stands in.
        page = page.replace(place, json.dumps(data, separators=(",", ":"), sort_keys=True).replace("<", "\\u003c"))
    return page


def _manifest(told: Mapping[str, Any]) -> dict[str, Any]:
    project = told["metadata"]["project_name"]
    parts = {
        kind: {key: _part(part) for key, part in told[kind].items() if part["package_name"] == project}
        for kind in ("nodes", "sources", "macros", "unit_tests")
    }
    docs = {key: doc for key, doc in told["docs"].items() if doc["package_name"] == project}
    known = {key for kind in parts.values() for key in kind}
    graph = {
        name: {key: [each for each in keys if each in known] for key, keys in told[name].items() if key in known}
        for name in ("parent_map", "child_map")
    }
    empty: dict[str, dict[str, Any]] = {
        name: {} for name in ("exposures", "metrics", "groups", "semantic_models", "saved_queries", "functions")
    }
    metadata = {
        "project_name": project,
        "adapter_type": told["metadata"]["adapter_type"],
        "dbt_version": told["metadata"]["dbt_version"],
        "send_anonymous_usage_stats": False,
    }
    return {**empty, **parts, **graph, "docs": docs, "disabled": {}, "metadata": metadata}


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    """A model, source, test or macro. A mart stands in the schema where analysts find it."""
    kept = {name: value for name, value in part.items() if name in _OF_THE_PROJECT}
    if part["resource_type"] == "macro":
        return kept
    config = {name: part.get("config", {}).get(name) for name in ("materialized", "severity")}
    schema = _schema(part["resource_type"], part["name"], part["schema"])
    return {**kept, "database": _DATABASE, "schema": schema, "config": config}


def _schema(resource: str, name: str, built_in: str) -> str:
    return _PUBLISHED_SCHEMA if resource == "model" and name in MARTS else built_in


def _catalog(told: Mapping[str, Any]) -> dict[str, Any]:
    """Types of columns. Engines add sizes and owners, which are the server's own affair."""
    return {
        "metadata": {},
        "errors": None,
        **{
            kind: {
                key: {
                    "unique_id": key,
                    "metadata": {
                        "type": table["metadata"]["type"],
                        "name": table["metadata"]["name"],
                        "schema": _schema(resource, table["metadata"]["name"], table["metadata"]["schema"]),
                        "database": _DATABASE,
                        "owner": None,
                        "comment": None,
                    },
                    "columns": table["columns"],
                    "stats": {},
                }
                for key, table in told[kind].items()
            }
            for kind, resource in (("nodes", "model"), ("sources", "source"))
        },
    }
