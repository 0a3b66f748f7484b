"""Where a command is told to write: a folder that is there, or a new file in one."""

from __future__ import annotations

import os
from pathlib import Path

from outbound.errors import Invalid


def file_or_folder(text: str) -> Path:
    """A folder that is there, or a file in one. Raises :class:`Invalid`.

    A name without an ending is taken for a folder: who copies to a disk that is not mounted would otherwise find a
    file in its place.
    """
    path = Path(text)
    if path.is_dir():
        return path
    if text.endswith(os.sep) or not path.suffix:
        raise Invalid(f"There is no folder {path}; make it first, or give a file an ending: {path}.backup.")
    if not path.parent.is_dir():
        raise Invalid(f"There is no folder {path.parent}; make it first.")
    return path


def file(text: str) -> Path:
    """A file in a folder that is there. Raises :class:`Invalid`."""
    path = Path(text)
    if path.is_dir():
        raise Invalid(f"{path} is a folder; name a file in it.")
    if text.endswith(os.sep) or not path.suffix:
        raise Invalid(f"{path} has no ending, as a folder has none; name a file such as {path}.json.")
    if not path.parent.is_dir():
        raise Invalid(f"There is no folder {path.parent}; make it first.")
    return path
