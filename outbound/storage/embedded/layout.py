"""Where the embedded server keeps what, and whether this version may use a data folder at all."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from outbound.errors import Misconfigured
from outbound.storage.embedded.account import Account
from outbound.storage.embedded.binaries import MAJOR
from outbound.storage.home import make_private

FORMAT = 1
"""Version of the data folder's arrangement; raised when an older Outbound could not read it."""

PORT = 5432
SOCKET_PATH_LIMIT = 107
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


@dataclass(frozen=True)
class Layout:
    """The paths of one data folder."""

    home: Path

    @property
    def format_file(self) -> Path:
        return self.home / "format"

    @property
    def run_dir(self) -> Path:
        return self.home / "run"

    @property
    def lease(self) -> Path:
        return self.run_dir / "lease"

    @property
    def start_lock(self) -> Path:
        return self.run_dir / "start.lock"

    @property
    def keeper_lock(self) -> Path:
        """Locked by the keeper during its life; holds its process id."""
        return self.run_dir / "keeper.lock"

    @property
    def socket_record(self) -> Path:
        """Names the folder of the server's socket."""
        return self.run_dir / "socket"

    @property
    def server(self) -> Path:
        """Everything that belongs to the account of the server."""
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        return self.server / "data"

    @property
    def log(self) -> Path:
        return self.server / "postgres.log"

    @property
    def password_file(self) -> Path:
        return self.home / "postgres.password"

    def prepare(self) -> None:
        """Make the folder usable. Raises :class:`Misconfigured` if it is not ours to use."""
        try:
            make_private(self.home)
            self.check_format()
            if not self.format_file.exists():
                self.format_file.write_text(f"{FORMAT}\n")
            self.run_dir.mkdir(mode=0o700, exist_ok=True)
            self.server.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise Misconfigured(
                f"The data folder {self.home} cannot be used ({error.strerror}: {error.filename}): "
                "set OUTBOUND_HOME to a folder that you may write."
            ) from error

    def check_format(self) -> None:
        """Refuse a folder of a newer Outbound or of another PostgreSQL."""
        if self.format_file.exists():
            found = self.format_file.read_text().strip()
            if not found.isdigit():
                raise Misconfigured(
                    f"{self.format_file} should hold the version of the data folder but says {found!r}: "
                    "set OUTBOUND_HOME to a data folder of Outbound, or to a new one."
                )
            if int(found) > FORMAT:
                raise Misconfigured(
                    f"The data folder {self.home} is of a newer Outbound (format {found}, here {FORMAT}): "
                    "install that version, or set OUTBOUND_HOME to another folder."
                )
        version_file = self.data / "PG_VERSION"
        if os.access(version_file, os.R_OK):
            major = version_file.read_text().strip()
            if major != str(MAJOR):
                raise Misconfigured(
                    f"The database in {self.data} was written by PostgreSQL {major}, this Outbound brings "
                    f"{MAJOR}: back it up with the Outbound that wrote it and restore that here, "
                    "or set OUTBOUND_HOME to another folder."
                )

    def password(self) -> str:
        """The superuser's password, made at first use."""
        if not self.password_file.exists():
            if self.data.exists():
                raise Misconfigured(
                    f"The database's password is missing at {self.password_file}: restore that file from a "
                    "backup, or move the data folder away and start anew."
                )
            fresh = self.password_file.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            write_private(fresh, secrets.token_urlsafe(32))
            fresh.replace(self.password_file)
        return self.password_file.read_text().strip()

    def socket_dir(self) -> Path | None:
        """The recorded folder of the socket; none before the first start."""
        try:
            return Path(self.socket_record.read_text())
        except FileNotFoundError:
            return None

    def make_socket_dir(self, account: Account) -> Path:
        """A folder for the socket: only the account may enter; short and plain enough for every client."""
        own = self.server / "socket"
        recorded = self.socket_dir()
        if _usable(own):
            folder = own
            folder.mkdir(mode=0o700, exist_ok=True)
        elif recorded is not None and _is_private(recorded, account):
            folder = recorded
        else:
            base = tempfile.gettempdir()
            base = base if _usable(Path(base, "outbound-xxxxxxxx")) else "/tmp"  # noqa: S108
            folder = Path(tempfile.mkdtemp(prefix="outbound-", dir=base))
        account.give(folder)
        fresh = self.socket_record.with_suffix(".new")
        fresh.write_text(str(folder))
        fresh.replace(self.socket_record)
        return folder

    def remove_socket_dir(self) -> None:
        """Drop a socket folder that lies outside the data folder (of a server that has stopped)."""
        folder = self.socket_dir()
        if folder is not None and not folder.is_relative_to(self.home):
            shutil.rmtree(folder, ignore_errors=True)
            self.socket_record.unlink(missing_ok=True)


def write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner may read, through to the disk."""
    with open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _usable(folder: Path) -> bool:
    """Whether a socket in it fits the system's limit and its path means the same to every client."""
    path = f"{folder}/.s.PGSQL.{PORT}.lock"
    return len(os.fsencode(path)) <= SOCKET_PATH_LIMIT and PLAIN_PATH.fullmatch(path) is not None


def _is_private(folder: Path, account: Account) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(found.st_mode)
        and stat.S_IMODE(found.st_mode) == 0o700
        and found.st_uid in (account.file_uid, os.geteuid())
    )
