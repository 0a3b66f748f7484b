"""``python namespace.py UID GID COMMAND…``: run COMMAND as an ordinary user of a user namespace of its own.

PostgreSQL refuses to run as root. Where no other account can reach the data folder (it lies below a folder
that only root may enter), the server runs in a namespace where root's files are its own and where it holds no
capability over the machine. A script, because the process that enters must have a single thread.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000


def main(uid: str, gid: str, *command: str) -> None:
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    os.setgroups([])
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        sys.exit(f"user namespaces are not available here: {os.strerror(ctypes.get_errno())}")
    process = Path("/proc/self")
    (process / "setgroups").write_text("deny")
    (process / "uid_map").write_text(f"{uid} {outer_uid} 1")
    (process / "gid_map").write_text(f"{gid} {outer_gid} 1")
    os.execv(command[0], command)  # noqa: S606 - no shell wanted


if __name__ == "__main__":
    main(*sys.argv[1:])
