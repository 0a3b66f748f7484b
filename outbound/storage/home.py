"""Folders of ``OUTBOUND_HOME``: for the account that runs Outbound, and nobody else."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from outbound.errors import Misconfigured

_OTHERS = 0o077
_THROUGH = 0o010
"""Root lets the group of the embedded server's account pass, and no more."""


def make_private(home: Path) -> None:
    """Makes the home where there is none, and takes from everybody else what they may do in it and at its top.

    What belongs to another account is left alone: that is its owner's to close (see :func:`open_to_others`).
    Raises :class:`Misconfigured` for a home that cannot be made, or is none.
    """
    try:
        private_folder(home)
        _close(home, _THROUGH if os.geteuid() == 0 and home.stat().st_gid != os.getegid() else 0)
        for path in home.iterdir():
            with suppress(FileNotFoundError):  # another process has just put its file in place, or removed it
                _close(path)
    except OSError as error:
        raise Misconfigured(
            f"The data folder {home} cannot be used ({error.strerror}: {error.filename}): "
            "set OUTBOUND_HOME to a folder that you may write."
        ) from error


def _close(path: Path, passing: int = 0) -> None:
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode) or os.geteuid() not in (0, found.st_uid):
        return
    taken = stat.S_IMODE(found.st_mode) & _OTHERS & ~passing
    if taken:
        path.chmod(stat.S_IMODE(found.st_mode) & ~taken)


def open_to_others(home: Path) -> bool:
    """Whether anybody else may read the home."""
    return bool(home.stat().st_mode & (_OTHERS & ~_THROUGH))


def private_folder(path: Path) -> None:
    """Makes a folder of the home, and the one it stands in, for us only."""
    for each in (path.parent, path):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)


def keep_private() -> None:
    """Whatever this process and those it starts write is for us only."""
    os.umask(_OTHERS)
