"""A restore's files in S3, where nothing can be renamed: what it adds is written down before, so that it can be taken
back, and what it would delete goes after its commit."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import cast

from outbound.operations.archive import DamagedBackup, Reader
from outbound.operations.journal import write_json
from outbound.settings import Settings
from outbound.storage.blobs import Space, open_store

_ADDED = "added.json"
_DOOMED = "doomed.json"


def put_blobs(settings: Settings, archive: Reader, top: Path) -> None:
    """Files of the backup that belong into the store of this installation, wherever they lay when it was taken."""
    names = list(_names(settings, archive))
    if settings.s3_url is not None:
        missing = [
            [space, str(org_id), sha256]
            for _, space, org_id, sha256 in names
            if open_store(settings, space).size(org_id, sha256) is None
        ]
        write_json(top / _ADDED, missing)
    for name, space, org_id, sha256 in names:
        with archive.open(name) as content:
            kept = open_store(settings, space).put(org_id, content, limit=archive.manifest.entries[name].bytes)
        if kept.sha256 != sha256:
            raise DamagedBackup(f"The backup's {name} is not what its name says; take another one.")


def take_back(settings: Settings, top: Path) -> None:
    """What was added goes again; what was there stays."""
    if (top / _ADDED).exists():
        for space, org_id, sha256 in json.loads((top / _ADDED).read_text()):
            open_store(settings, space).delete(uuid.UUID(org_id), sha256)


@contextmanager
def deletions_noted(settings: Settings, top: Path) -> Iterator[None]:
    """Within it, what is deleted from S3 is only written down."""
    if settings.s3_url is None:
        yield
        return
    from outbound.storage.s3 import deletions_spared  # the client costs half a second to load

    with deletions_spared() as keys:
        yield
    write_json(top / _DOOMED, keys)


def delete_noted(settings: Settings, top: Path) -> None:
    """What was written down goes."""
    if (top / _DOOMED).exists():
        from outbound.storage.s3 import S3Store

        store = S3Store.open(settings, settings.attachments_dir, "attachments")
        for key in json.loads((top / _DOOMED).read_text()):
            store.delete_key(key)


def _names(settings: Settings, archive: Reader) -> Iterator[tuple[str, Space, uuid.UUID, str]]:
    for name in archive.names("blobs/"):
        _, space, org_id, sha256 = name.split("/")
        yield name, cast(Space, space), uuid.UUID(org_id), sha256
    if settings.s3_url is not None:  # of an installation that kept its files in its home
        for space in ("attachments", "uploads"):
            for name in archive.names(f"files/{space}/"):
                parts = PurePosixPath(name).parts[2:]
                if len(parts) == 3 and parts[2].startswith(parts[1]) and len(parts[2]) == 64:
                    yield name, cast(Space, space), uuid.UUID(parts[0]), parts[2]
