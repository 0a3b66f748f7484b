"""Folders of ``OUTBOUND_HOME``: for the account that runs Outbound, and nobody else."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_OTHERS = 0o077
_THROUGH = 0o010
"""Root lets the group of the embedded server's account pass, and no more."""


def make_private(home: Path) -> None:
    """Makes the home where there is none, and takes from everybody else what they may do in it and at its top.

    What belongs to another account is left alone: that is its owner's to close (see :func:`open_to_others`).
    """
    private_folder(home)
    for path in (home, *home.iterdir()):
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode) or os.geteuid() not in (0, found.st_uid):
            continue
        passing = _THROUGH if path == home and os.geteuid() == 0 and found.st_gid != os.getegid() else 0
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
