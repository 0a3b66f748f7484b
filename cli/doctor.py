"""What is missing or wrong on this machine, in words, with what to do about it. Changes nothing."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import psutil
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from cli import ports
from cli.supervisor import running_supervisor
from outbound.errors import OutboundError
from outbound.messaging.mail import Mailer
from outbound.operations import aside, journal
from outbound.operations.readiness import conditions
from outbound.reports import WHOLE_ORGANISATION, Warehouse
from outbound.settings import Settings
from outbound.storage import embedded
from outbound.storage.database import Database
from outbound.storage.embedded.layout import Layout
from outbound.storage.home import open_to_others
from outbound.storage.keyproofs import looked_through
from outbound.storage.migrate import OLDEST_SERVER, current_revision, refuse_other_schema
from outbound.storage.unfinished import JOURNAL, RECOVER, refuse_unfinished_home

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (20, 19)
SCARCE_BYTES = 1 << 30
LOW_BYTES = 5 << 30
SMALL_MEMORY_BYTES = 3 << 30
PWA_DIST = Path(__file__).parents[1] / "pwa" / "dist"

Level = Literal["good", "warning", "problem"]
MARKS = {"good": "✓", "warning": "!", "problem": "✗"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at. A ``problem`` keeps Outbound from working; a ``warning`` may be as intended."""

    subject: str
    level: Level
    text: str

    @property
    def is_problem(self) -> bool:
        return self.level == "problem"

    def __str__(self) -> str:
        return f"{MARKS[self.level]} {self.subject}: {self.text}"


def doctor(settings: Settings) -> list[Finding]:
    """Look at everything, the plain things first. Starts the embedded server for the moment, if there is one."""
    findings = [*python(), *machine(), *rep_app(), *data_folder(settings), *keys(settings), *serving(settings)]
    findings += restores(settings)
    usable = not any(finding.is_problem and finding.subject == "Data folder" for finding in findings)
    if usable or settings.database_url is not None:
        findings += database(settings)
        findings += schedules(settings)
    findings += browser()
    return findings


def python() -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] < OLDEST_PYTHON:
        yield Finding("Python", "problem", f"{version} is too old; Outbound needs 3.11 or newer.")
    else:
        yield Finding("Python", "good", version)


def machine() -> Iterator[Finding]:
    total = psutil.virtual_memory().total
    if total < SMALL_MEMORY_BYTES:
        yield Finding("Memory", "warning", f"{_gigabytes(total)}; everything together takes up to 1.5 GB when idle.")


def rep_app(dist: Path = PWA_DIST) -> Iterator[Finding]:
    """Node is only needed while the rep app is not built."""
    if (dist / "index.html").is_file():
        yield Finding("Rep app", "good", "built")
        return
    yield Finding("Rep app", "problem", f"not built (nothing in {dist}); run `make build`.")
    wanted = ".".join(str(part) for part in OLDEST_NODE)
    program = shutil.which("node")
    if program is None:
        yield Finding("Node", "problem", f"not installed; the rep app's build needs {wanted} or newer.")
        return
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    found = re.match(r"v(\d+)\.(\d+)", said)
    if found is None or (int(found[1]), int(found[2])) < OLDEST_NODE:
        yield Finding("Node", "problem", f"{said or program} is too old; the rep app's build needs {wanted} or newer.")
    else:
        yield Finding("Node", "good", said)


def data_folder(settings: Settings) -> Iterator[Finding]:
    home = settings.home
    standing = next(folder for folder in (home, *home.parents) if folder.exists())
    if not standing.is_dir() or not os.access(standing, os.W_OK | os.X_OK):
        yield Finding("Data folder", "problem", f"{standing} cannot be written; set OUTBOUND_HOME to one that can.")
        return
    free = shutil.disk_usage(standing).free
    level: Level = "problem" if free < SCARCE_BYTES else "warning" if free < LOW_BYTES else "good"
    yield Finding("Disk", level, f"{_gigabytes(free)} free for {home}")
    if standing != home:
        yield Finding(
            "Data folder", "warning", f"{home} does not exist yet; `outbound init` or `outbound demo` makes it."
        )
        return
    try:
        Layout(home).check_format()
    except OutboundError as error:
        yield Finding("Data folder", "problem", error.message)
    else:
        if open_to_others(home):
            closing = f"others may read {home}; run `chmod 700 {home}`, or start Outbound as its owner, who closes it."
            yield Finding("Data folder", "problem", closing)
        else:
            yield Finding("Data folder", "good", str(home))


def keys(settings: Settings) -> Iterator[Finding]:
    ring = settings.keys_dir / "ring.json"
    if not ring.exists():
        used = Layout(settings.home).data.exists() or settings.database_url is not None
        advice = "the first start makes it."
        if used:
            advice = "if this database holds data already, restore the file from its backup first."
        yield Finding("Keys", "warning", f"none at {ring}; {advice}")
    elif stat.S_IMODE(ring.stat().st_mode) & 0o077:
        yield Finding("Keys", "problem", f"others may read {ring}; run `chmod 600 {ring}`.")
    else:
        yield Finding("Keys", "good", f"{ring}; keep a copy of it apart from the database's backups.")


def serving(settings: Settings) -> Iterator[Finding]:
    if settings.host not in ("127.0.0.1", "localhost", "::1"):
        yield Finding(
            "Network",
            "warning",
            f"bound to {settings.host}, so others can reach it; put a server with TLS before it.",
        )
    running = running_supervisor(settings.run_dir)
    if running is not None:
        yield Finding("Serving", "good", f"Outbound runs (process {running}) at {settings.api_url}")
        return
    wanted = {
        "OUTBOUND_API_PORT": (settings.host, settings.api_port),
        "OUTBOUND_DASHBOARDS_PORT": (settings.host, settings.dashboards_port),
        "OUTBOUND_DAGSTER_PORT": ("127.0.0.1", settings.dagster_port),
    }
    wrong = []
    for name, (host, port) in wanted.items():
        try:
            if not ports.is_free(host, port):
                taken = f"{port} is taken{ports.owner(port)}; stop what listens there, or set {name} to a free one."
                wrong.append(taken)
        except OutboundError as error:
            wrong.append(error.message)
    listed = ", ".join(str(port) for _, port in wanted.values())
    if len({port for _, port in wanted.values()}) < len(wanted):
        wrong.append(f"{listed} must differ; set {', '.join(wanted)}.")
    for message in wrong:
        yield Finding("Ports", "problem", message)
    if not wrong:
        yield Finding("Ports", "good", f"{listed} are free")


def restores(settings: Settings) -> Iterator[Finding]:
    """One that was stopped, as the home tells of it."""
    try:
        refuse_unfinished_home(settings.home)
        over = journal.done(settings.home)
    except OutboundError as error:
        yield Finding("Restore", "problem", error.message)
        return
    if over is not None:
        yield Finding(
            "Restore", "warning", f"what the one of {over.backup} replaced is still there; {RECOVER} removes it."
        )


def database(settings: Settings) -> Iterator[Finding]:
    """Reachable, new enough, migrated, and its marts published."""
    if settings.database_url is None and not Layout(settings.home).data.exists():
        yield Finding(
            "Database", "warning", "none yet; run `outbound init` for a franchise, `outbound demo` to try it."
        )
        return
    try:
        url = make_url(settings.database_url or embedded.ensure_running(settings))
    except OutboundError as error:
        yield Finding("Database", "problem", error.message)
        return
    where = f"{url.host}:{url.port or 5432}" if settings.database_url else "embedded PostgreSQL"
    engine = create_engine(url, connect_args={"connect_timeout": 10})
    try:
        with engine.connect() as connection:
            version = str(connection.scalar(text("show server_version"))).split()[0]
            found = current_revision(connection)
            stopped = [aside.whose(each) for each in aside.found(connection)]
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0].removeprefix("connection failed: ")
        yield Finding("Database", "problem", f"{where} does not answer ({reason}); start it or correct DATABASE_URL.")
        return
    finally:
        engine.dispose()
    if int(version.split(".")[0]) < OLDEST_SERVER:
        too_old = f"{where} is PostgreSQL {version}; Outbound needs {OLDEST_SERVER} or newer."
        yield Finding("Database", "problem", too_old)
        return
    yield Finding("Database", "good", f"{where}, PostgreSQL {version}")
    if stopped:
        yield from (Finding("Restore", "problem", sentence) for sentence in stopped)
        return
    try:
        refuse_other_schema(found)
    except OutboundError as error:
        yield Finding("Schema", "problem", error.message)
        return
    yield Finding("Schema", "good", f"at {found}")
    if (settings.home / JOURNAL).exists():
        return
    opened = Database.attached(settings, reading=True)
    try:
        opened.check_keys()
        if (settings.keys_dir / "ring.json").exists():
            yield from sealed_values(opened)
            yield from warehouse(settings, opened)
            yield from dependencies(settings, opened)
    except OutboundError as error:
        yield Finding("Keys", "problem", error.message)
    finally:
        opened.dispose()


def sealed_values(opened: Database) -> Iterator[Finding]:
    """Opens each of them: lists show one that does not open as not readable, and go on."""
    found = looked_through(opened, opened.keys)
    shut = [each for each in found if each.not_readable]
    for each in shut:
        yield Finding(
            "Sealed values",
            "problem",
            f"{each.not_readable:,} of {each.values:,} in {each.table}.{each.column} under key {each.key} are not "
            "readable; with the key ring they were sealed with they are again, or tell them anew (a pin, a secret).",
        )
    if not shut:
        yield Finding("Sealed values", "good", f"all {sum(each.values for each in found):,} open")


def dependencies(settings: Settings, opened: Database) -> Iterator[Finding]:
    """What only some requests need. The figures are told with each organisation."""
    for each in conditions(opened, settings):
        if not each.good and each.name == "files":
            yield Finding("Files", "problem", each.sentence)
        elif each.name == "files":
            yield Finding("Files", "good", each.sentence)
    if settings.smtp_url is not None:
        wrong = Mailer(settings.smtp_url, settings.mail_from).trouble()
        yield Finding("Mail", "problem" if wrong else "good", wrong or "the server answers")


def warehouse(settings: Settings, opened: Database) -> Iterator[Finding]:
    organisations = opened.organisations()
    if not organisations:
        yield Finding("Organisations", "warning", "none; run `outbound init`.")
    for organisation in organisations:
        figures, subject = Warehouse(settings, organisation.id, WHOLE_ORGANISATION), f"Figures of {organisation.name}"
        run = figures.last_run()
        if run is not None and run.is_trouble:
            yield Finding(subject, "problem", f"held back since {run.since:%Y-%m-%d %H:%M} UTC: {run.reason}")
        try:
            build = figures.build()
        except OutboundError as error:
            yield Finding(subject, "warning", error.message)
        else:
            yield Finding(subject, "good", f"published {build.built_at:%Y-%m-%d %H:%M} UTC")


def schedules(settings: Settings) -> Iterator[Finding]:
    """Schedules and sensors that stand still. Those of a machine that does not serve now may at most be stopped."""
    if not settings.dagster_home.exists():
        return
    from orchestration.standing import read  # Dagster is slow to load

    serves = running_supervisor(settings.run_dir)
    up_since = datetime.fromtimestamp(psutil.Process(serves).create_time(), UTC) if serves is not None else None
    standing = read(settings, datetime.now(UTC), up_since)
    for sentence in standing:
        yield Finding("Schedules", "problem", sentence)
    if not standing:
        yield Finding("Schedules", "good", "none was stopped" if up_since is None else "all go on")


def browser() -> Iterator[Finding]:
    if shutil.which("chromium") is None:
        yield Finding("Chromium", "warning", "not installed; only the browser tests need it, and skip without it.")
    else:
        yield Finding("Chromium", "good", "installed, for the browser tests")


def _gigabytes(size: int) -> str:
    return f"{size / (1 << 30):.1f} GB"
