"""Which account the server runs under. PostgreSQL refuses root, so root hands it to somebody else."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from outbound.errors import Misconfigured
from outbound.storage.embedded.binaries import binary, installation

PREFERRED = ("outbound", "postgres", "nobody")
NAMESPACE_SCRIPT = Path(__file__).with_name("namespace.py")


@dataclass(frozen=True)
class Account:
    """An identity for PostgreSQL's server programs, and how a process takes it on."""

    uid: int
    gid: int
    way: Literal["self", "user", "namespace"]
    """As this process; as another user; or in a user namespace, where root's files belong to ``uid``."""

    @property
    def file_uid(self) -> int:
        """Owner of the server's files as this process sees them."""
        return self.uid if self.way == "user" else os.geteuid()

    @property
    def file_gid(self) -> int:
        return self.gid if self.way == "user" else os.getegid()

    def run(
        self, command: Sequence[str | Path], cwd: Path, timeout: float | None = None, keep: Sequence[int] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run to the end and return the outcome. ``keep`` are file descriptors that the program inherits."""
        argv = [str(part) for part in command]
        options: dict[str, Any] = {}
        if self.way == "user":
            options = {"user": self.uid, "group": self.gid, "extra_groups": []}
        elif self.way == "namespace":
            argv = [sys.executable, "-I", "-S", str(NAMESPACE_SCRIPT), str(self.uid), str(self.gid), *argv]
        return subprocess.run(
            argv,
            cwd=cwd,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout,
            pass_fds=keep,
            start_new_session=True,  # a Ctrl-C at the terminal is for us, not for a half-made data folder
            check=False,
            **options,
        )

    def give(self, path: Path) -> None:
        """Make the account the owner of ``path`` (no effect unless root)."""
        found = path.lstat()
        if os.geteuid() == 0 and (found.st_uid, found.st_gid) != (self.file_uid, self.file_gid):
            os.chown(path, self.file_uid, self.file_gid, follow_symlinks=False)

    def give_tree(self, folder: Path) -> None:
        """The same for all below ``folder``, unless its top already belongs to the account."""
        if os.geteuid() != 0 or not folder.exists() or folder.stat().st_uid == self.file_uid:
            return
        for parent, folders, files in os.walk(folder):
            for name in (*folders, *files):
                self.give(Path(parent) / name)
        self.give(folder)  # last, so that an interrupted run starts again


def clean_environment() -> dict[str, str]:
    """What server programs see: neither PG* variables, locale nor marks of a supervisor of the caller."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return {**kept, "LC_ALL": "C"}


def choose(home: Path, data: Path) -> Account:
    """The account for the server of ``home``: this process's own, except as root.

    As root an unprivileged user, if one can reach the programs and ``home``; otherwise a user namespace.
    Raises :class:`Misconfigured` where neither is possible.
    """
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.geteuid():
            raise Misconfigured(
                f"The data folder {home} belongs to another user (number {data.stat().st_uid}): "
                "run as that user, or set OUTBOUND_HOME to a folder of your own."
            )
        return Account(os.geteuid(), os.getegid(), "self")
    owner = data.stat().st_uid if data.exists() else None
    entry = _unprivileged(owner)
    user = Account(entry.pw_uid, entry.pw_gid, "user")
    namespace = Account(entry.pw_uid, entry.pw_gid, "namespace")
    if owner == 0 and _runs(namespace):  # as it was last time, and may be running now
        return namespace
    if _reaches(user, home):
        return user
    if _runs(namespace):
        return namespace
    raise Misconfigured(
        f"PostgreSQL will not run as root, and the user {entry.pw_name} cannot reach {home} or "
        f"{installation()}: place both below folders that others may enter, or run as another user."
    )


def _unprivileged(owner: int | None) -> pwd.struct_passwd:
    """Whoever owns the data folder already, or the first known account."""
    entries = {entry.pw_uid: entry for entry in reversed(pwd.getpwall()) if entry.pw_uid != 0}
    if owner in entries:
        return entries[owner]
    by_name = {entry.pw_name: entry for entry in entries.values()}
    for name in PREFERRED:
        if name in by_name:
            return by_name[name]
    if entries:
        return entries[max(entries)]
    raise Misconfigured("PostgreSQL will not run as root and this system has no other account: add one.")


def _runs(namespace: Account) -> bool:
    return namespace.run([binary("postgres"), "--version"], cwd=Path("/"), timeout=60).returncode == 0


def _reaches(user: Account, home: Path) -> bool:
    """Whether the user can run the programs and enter ``home``; opens that to its group if that is all."""
    shell = shutil.which("sh") or "/bin/sh"
    programs = 'test -x "$1/bin/postgres" && test -r "$1/share/postgresql/postgres.bki"'

    def passes(test: str, *arguments: Path) -> bool:
        return user.run([shell, "-c", test, "sh", *arguments], cwd=Path("/"), timeout=60).returncode == 0

    if not passes(f'{programs} && test -x "$2"', installation(), home.parent):
        return False
    if not passes('test -x "$1"', home):
        os.chown(home, -1, user.gid)
        home.chmod(home.stat().st_mode & 0o7777 | 0o010)
    return passes('test -x "$1"', home)
