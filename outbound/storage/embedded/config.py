"""The server's configuration, written anew at each start; ``postgres/local.conf`` may override it."""

from __future__ import annotations

from pathlib import Path

from outbound.logfiles import LIMIT_BYTES
from outbound.storage.embedded.account import Account
from outbound.storage.embedded.layout import PORT, Layout

SETTINGS = {
    # Reachable through the socket only.
    "listen_addresses": "''",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "password_encryption": "'scram-sha-256'",
    "max_connections": 200,
    # Sized for a small machine that runs everything else of Outbound too.
    "shared_buffers": "'256MB'",
    "effective_cache_size": "'4GB'",
    "work_mem": "'16MB'",
    "maintenance_work_mem": "'256MB'",
    "huge_pages": "off",
    "jit": "off",
    "io_workers": 1,
    "max_worker_processes": 4,
    "max_parallel_workers": 2,
    "max_parallel_workers_per_gather": 1,
    "random_page_cost": 1.1,
    # What is acknowledged is on disk. No replica reads the log, so it carries no more than recovery needs.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "minimal",
    "max_wal_senders": 0,
    "max_logical_replication_workers": 0,
    "max_wal_size": "'4GB'",
    "min_wal_size": "'128MB'",
    "checkpoint_timeout": "'15min'",
    # People live in other zones than servers; rows are told in UTC.
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "datestyle": "'iso, ymd'",
    # Statements and details would put people's names into the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": -1,
    "log_line_prefix": "'%m [%p] '",
}

ACCESS = "local all all scram-sha-256\n"


def write(layout: Layout, account: Account, socket_dir: Path) -> None:
    """Write the configuration for the next start, and keep the log within bounds."""
    lines = [f"{name} = {value}" for name, value in SETTINGS.items()]
    lines.append(f"unix_socket_directories = '{socket_dir}'")  # a plain path, so nothing is to be quoted
    if (layout.server / "local.conf").exists():
        account.give(layout.server / "local.conf")
        lines.append("include = '../local.conf'")
    _write(layout.data / "postgresql.conf", "\n".join(lines) + "\n", account)
    _write(layout.data / "pg_hba.conf", ACCESS, account)
    if layout.log.exists() and layout.log.stat().st_size > LIMIT_BYTES:  # nobody writes: no room is needed
        layout.log.replace(layout.log.with_name(f"{layout.log.name}.1"))


def _write(path: Path, text: str, account: Account) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.chmod(0o600)
    account.give(fresh)
    fresh.replace(path)
