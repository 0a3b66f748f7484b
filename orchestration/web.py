"""``python -m orchestration.web``: Dagster's own pages, behind a guard.

Dagster answers whoever asks, for any host and origin, and takes a question as text or in the address: a page of any
site that is open in a browser of this machine could stop the schedules.
"""

from __future__ import annotations

import sys

from dagster import DagsterInstance
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver import cli
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__
from starlette.types import ASGIApp
from uvicorn import Server
from uvicorn.config import STARTUP_FAILURE

from orchestration.standing import Lookout
from outbound.serving.connections import BoundedConfig, Bounds
from outbound.serving.guard import Guard
from outbound.serving.rules import House, dagster_site
from outbound.settings import Settings, get_settings

HOST = "127.0.0.1"
"""Always: there is no sign-in."""
POLL_MILLISECONDS = 5000


def guarded(app: ASGIApp, settings: Settings) -> Guard:
    """Lets in what Dagster's own pages and programs of this machine ask."""
    return Guard(
        app,
        House(
            dagster_site(settings),
            methods=frozenset({"GET", "HEAD", "POST", "WEBSOCKET"}),
            json_only=True,
            asked_by_post=frozenset({"/graphql"}),
        ),
    )


def main(settings: Settings) -> None:
    """Serves until it is told to end."""
    bounds = Bounds.of_this_process()
    with DagsterInstance.get() as instance:
        instance.optimize_for_webserver(
            cli.DEFAULT_DB_STATEMENT_TIMEOUT, cli.DEFAULT_POOL_RECYCLE, cli.DEFAULT_POOL_MAX_OVERFLOW
        )
        workspace = WorkspaceFileTarget([str(settings.dagster_home / "workspace.yaml")])
        with WorkspaceProcessContext(instance, workspace, version=__version__) as context:
            app = create_app_from_workspace_process_context(context, live_data_poll_rate=POLL_MILLISECONDS)
            server = Server(
                BoundedConfig(
                    guarded(app, settings),
                    bounds=bounds,
                    host=HOST,
                    port=settings.dagster_port,
                    log_level="warning",
                    proxy_headers=False,
                    timeout_graceful_shutdown=settings.shutdown_seconds,
                )
            )
            lookout = Lookout(instance, settings.standing_file)
            lookout.start()
            server.run()
            lookout.end()
    if not server.started:
        sys.exit(STARTUP_FAILURE)


if __name__ == "__main__":
    main(get_settings())
