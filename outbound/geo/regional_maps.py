"""The basemap that is served, of all loaded regions and of what was there before them.

``maps/basemap.pmtiles`` belongs to the regions as soon as there is one with a map; an archive that was there before
(a demo's town, one that was put there by hand) is kept beside it, joined in, and put back when the last region goes.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from outbound.geo.maps import FILE_NAME, Archive, Basemap
from outbound.geo.regions import Region
from outbound.geo.vector_tiles import join_archives
from outbound.storage.home import private_folder

KEPT = "before-regions.pmtiles"
_MARK = "outbound:regions"


def join_maps(regions: Sequence[Region], maps_dir: Path) -> None:
    """Make the served basemap that of these regions; it appears whole or not at all."""
    private_folder(maps_dir)
    served, kept = maps_dir / FILE_NAME, maps_dir / KEPT
    own = served if served.is_file() and not _is_ours(maps_dir) else kept
    mapped = [region for region in regions if region.map_path.is_file()]
    if not mapped:
        if own.is_file():
            own.replace(served)
        else:
            served.unlink(missing_ok=True)
        return
    parts = [*([own] if own.is_file() else []), *(region.map_path for region in mapped)]
    with tempfile.TemporaryDirectory(dir=maps_dir, prefix=".joining-") as folder:
        archives = [_opened(part, Path(folder)) for part in parts]
        whole = Path(folder) / "whole"
        join_archives(parts, whole, _facts(archives, mapped), zooms=_zooms(archives))
        with whole.open("rb") as file:
            os.fsync(file.fileno())
        if own == served:
            kept.unlink(missing_ok=True)
            os.link(served, kept)
        whole.replace(served)


def _is_ours(maps_dir: Path) -> bool:
    archive = Basemap(maps_dir).archive()
    return archive is not None and _MARK in archive.metadata


def _opened(path: Path, folder: Path) -> Archive:
    """An archive anywhere, by way of a folder that holds it alone under the served name."""
    own = Path(tempfile.mkdtemp(dir=folder))
    (own / FILE_NAME).symlink_to(path.absolute())
    archive = Basemap(own).archive()
    if archive is None:
        raise FileNotFoundError(path)
    return archive


def _facts(archives: Sequence[Archive], regions: Sequence[Region]) -> dict[str, object]:
    bounds = [archive.bounds for archive in archives]
    said = [archive.metadata.get("attribution", "") for archive in archives]
    header = archives[0].header
    layers: dict[str, None] = {}
    for archive in archives:
        layers.update(dict.fromkeys(str(layer["id"]) for layer in archive.metadata.get("vector_layers", ())))
    return {
        "name": ", ".join(str(archive.metadata.get("name", "")) for archive in archives)[:200],
        "attribution": " · ".join(dict.fromkeys(filter(None, said))),
        "bounds": (
            min(box[0] for box in bounds),
            min(box[1] for box in bounds),
            max(box[2] for box in bounds),
            max(box[3] for box in bounds),
        ),
        "center": (header["center_lon_e7"] / 1e7, header["center_lat_e7"] / 1e7),
        "layers": list(layers),
        "more": {_MARK: [f"{region.name} {region.version}" for region in regions]},
    }


def _zooms(archives: Sequence[Archive]) -> tuple[int, int]:
    return min(archive.zooms[0] for archive in archives), max(archive.zooms[1] for archive in archives)
