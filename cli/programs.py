"""What ``outbound up`` runs: the API, the dashboards, and Dagster as three processes.

``python -m cli.programs NAME`` runs one of them in the foreground, as the Procfile does.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from cli import ports
from cli.children import Program
from outbound.errors import Misconfigured, OutboundError
from outbound.serving.files import raise_open_files
from outbound.settings import Settings, get_settings, reachable_host
from outbound.storage.embedded.layout import Layout
from outbound.storage.home import keep_private, private_folder

SOURCE = Path(__file__).parents[1]
"""Holds the packages and ``dagster.yaml``."""
DEFINITIONS = "orchestration.definitions"
LOCATION = "outbound"
SOCKET_PATH_LIMIT = 100


def programs(settings: Settings) -> list[Program]:
    """Everything that serves, in the order of starting. Writes Dagster's configuration."""
    prepare_dagster(settings)
    return [
        api(settings),
        dagster_code(settings),
        dashboards(settings),
        dagster_daemon(settings),
        dagster_web(settings),
    ]


def api(settings: Settings) -> Program:
    """The API, which serves the rep's app and the map tiles too."""
    together: dict[str, str] = {}
    if settings.api_workers > 1:
        shutil.rmtree(settings.metrics_dir, ignore_errors=True)  # what processes of an earlier start have counted
        private_folder(settings.metrics_dir)
        together = {"PROMETHEUS_MULTIPROC_DIR": str(settings.metrics_dir)}
    return Program(
        name="API",
        command=[sys.executable, "-m", "api.serve"],
        log=settings.logs_dir / "api.log",
        env=environment(settings) | together,
        cwd=SOURCE,
        answers=_http(settings.host, settings.api_port, "readyz"),
        host=settings.host,
        port=settings.api_port,
        port_setting="OUTBOUND_API_PORT",
        url=settings.api_url,
    )


def dashboards(settings: Settings) -> Program:
    """Streamlit's application, served by ours."""
    return Program(
        name="Dashboards",
        command=[sys.executable, "-m", "dashboards.serve"],
        log=settings.logs_dir / "dashboards.log",
        env=environment(settings),
        cwd=SOURCE,
        answers=_http(settings.host, settings.dashboards_port, "_stcore/health"),
        host=settings.host,
        port=settings.dashboards_port,
        port_setting="OUTBOUND_DASHBOARDS_PORT",
        url=settings.dashboards_url,
    )


def dagster_code(settings: Settings) -> Program:
    """Holds the definitions and starts the runs; the other two ask it over a socket."""
    socket = code_socket(settings)
    return Program(
        name="Dagster code server",
        command=[
            *(sys.executable, "-m", "dagster", "api", "grpc", "--socket", str(socket)),
            *("--module-name", DEFINITIONS, "--working-directory", str(SOURCE), "--location-name", LOCATION),
            *("--use-python-environment-entry-point", "--max-workers", "8", "--log-level", "warning"),
        ],
        log=settings.logs_dir / "dagster-code.log",
        env=environment(settings),
        cwd=SOURCE,
        answers=lambda: ports.answers_socket(socket),
    )


def dagster_daemon(settings: Settings) -> Program:
    """Schedules, sensors and the run queue."""
    return Program(
        name="Dagster daemon",
        command=[
            *(sys.executable, "-m", "cli.late", str(code_socket(settings)), "orchestration.daemon", "run"),
            *("--workspace", str(_workspace(settings))),
            *("--log-level", "warning"),
        ],
        log=settings.logs_dir / "dagster-daemon.log",
        env=environment(settings),
        cwd=SOURCE,
    )


def dagster_web(settings: Settings) -> Program:
    """Dagster's own pages. Always on loopback: they have no sign-in."""
    return Program(
        name="Dagster",
        command=[sys.executable, "-m", "cli.late", str(code_socket(settings)), "orchestration.web"],
        log=settings.logs_dir / "dagster-web.log",
        env=environment(settings),
        cwd=SOURCE,
        answers=_http("127.0.0.1", settings.dagster_port, "server_info"),
        port=settings.dagster_port,
        port_setting="OUTBOUND_DAGSTER_PORT",
        url=settings.dagster_url,
    )


BY_NAME: dict[str, Callable[[Settings], Program]] = {
    "api": api,
    "dashboards": dashboards,
    "dagster-code": dagster_code,
    "dagster-daemon": dagster_daemon,
    "dagster-web": dagster_web,
}


def prepare_dagster(settings: Settings) -> None:
    """Write Dagster's instance configuration and workspace into ``DAGSTER_HOME``."""
    Layout(settings.home).prepare()
    private_folder(settings.dagster_home)
    template = SOURCE / "dagster.yaml"
    if not template.is_file():
        raise Misconfigured(f"dagster.yaml is missing at {template}: run Outbound from its checkout.")
    _replace(settings.dagster_home / "dagster.yaml", template.read_text())
    server = {"grpc_server": {"socket": str(code_socket(settings)), "location_name": LOCATION}}
    # JSON is YAML too.
    _replace(_workspace(settings), json.dumps({"load_from": [server]}, indent=2) + "\n")


def code_socket(settings: Settings) -> Path:
    """The code server's socket: in the data folder, or in a private short folder where that path is too long."""
    own = settings.run_dir / "code.sock"
    plain = all(character.isalnum() or character in "/._-" for character in str(own)) and str(own).isascii()
    if plain and len(os.fsencode(own)) <= SOCKET_PATH_LIMIT:
        return own
    name = hashlib.sha256(os.fsencode(settings.home)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"outbound-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise Misconfigured(f"{folder} belongs to somebody else: remove it, or set OUTBOUND_HOME to a shorter path.")
    return folder / "code.sock"


def environment(settings: Settings) -> dict[str, str]:
    """The settings as variables, so that a child has exactly ours, and no part tells anybody outside of its use."""
    chosen = {
        (field.validation_alias if isinstance(field.validation_alias, str) else f"OUTBOUND_{name.upper()}"): value
        for name, field in type(settings).model_fields.items()
        if (value := getattr(settings, name)) is not None
    }
    return {
        **{name: str(value) for name, value in chosen.items()},
        "DAGSTER_HOME": str(settings.dagster_home),
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        "GRPC_VERBOSITY": "ERROR",  # its notices of a fork say nothing of ours
        "MALLOC_ARENA_MAX": "2",  # threads of mostly idle servers need no heap each
        "PYTHONUNBUFFERED": "1",
    }


def main(name: str) -> None:
    """Become one of the programs."""
    keep_private()
    settings = get_settings()
    raise_open_files()
    prepare_dagster(settings)
    if name not in BY_NAME:
        raise Misconfigured(f"There is no program {name!r}: choose one of {', '.join(BY_NAME)}.")
    program = BY_NAME[name](settings)
    os.chdir(program.cwd or Path.cwd())
    command = [shutil.which(program.command[0]) or program.command[0], *program.command[1:]]
    os.execve(command[0], command, {**os.environ, **program.env})  # noqa: S606 - no shell wanted


def _http(host: str, port: int, path: str) -> Callable[[], bool]:
    host = reachable_host(host)
    location = f"[{host}]" if ":" in host else host
    return lambda: ports.answers_http(f"http://{location}:{port}/{path}")


def _workspace(settings: Settings) -> Path:
    return settings.dagster_home / "workspace.yaml"


def _replace(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(path)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:2] or [""])
    except OutboundError as error:
        sys.exit(str(error))
