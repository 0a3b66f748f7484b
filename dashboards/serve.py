"""``python -m dashboards.serve``: the dashboards on their port, Streamlit's own application behind a guard.

Streamlit's command lets every page show the dashboards in a frame of its own, and any page of this machine open their
WebSocket with the visitor's session.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from uvicorn import Server
from uvicorn.config import STARTUP_FAILURE

from outbound.serving.connections import BoundedConfig, Bounds
from outbound.serving.guard import Guard
from outbound.serving.rules import House, dashboards_site
from outbound.settings import Settings, get_settings

HOME = Path(__file__).parent / "Home.py"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "WEBSOCKET"})
"""Files are handed in by PUT and taken back by DELETE, both with Streamlit's own token."""


def options(settings: Settings) -> dict[str, str]:
    """Streamlit's options as variables, which no configuration file in somebody's home undoes."""
    return {
        "STREAMLIT_SERVER_HEADLESS": "true",
        "STREAMLIT_SERVER_ADDRESS": settings.host,
        "STREAMLIT_SERVER_PORT": str(settings.dashboards_port),
        "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none",
        "STREAMLIT_SERVER_RUN_ON_SAVE": "false",
        "STREAMLIT_SERVER_ENABLE_CORS": "true",
        "STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION": "true",
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        "STREAMLIT_BROWSER_SERVER_ADDRESS": settings.public_host,
        "STREAMLIT_BROWSER_SERVER_PORT": str(settings.dashboards_port),
        "STREAMLIT_LOGGER_LEVEL": settings.log_level,
    }


def application(settings: Settings) -> Guard:
    """Reads Streamlit's options from the environment, once a process."""
    from streamlit import App  # after the options are set

    from dashboards.built import BuiltFiles

    return Guard(BuiltFiles(App(HOME)), House(dashboards_site(settings), METHODS))


def main(settings: Settings) -> None:
    """Serves until it is told to end."""
    os.environ.update(options(settings))
    server = Server(
        BoundedConfig(
            application(settings),
            bounds=Bounds.of_this_process(),
            host=settings.host,
            port=settings.dashboards_port,
            log_level=settings.log_level,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=settings.shutdown_seconds,
        )
    )
    try:
        server.run()
    except KeyboardInterrupt:  # it has ended gracefully by then
        return
    if not server.started:
        sys.exit(STARTUP_FAILURE)


if __name__ == "__main__":
    main(get_settings())
