"""What assets, checks and sensors work on: settings and database, opened once a process and only when used."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

import dagster as dg

from outbound.errors import OutboundError
from outbound.settings import Settings, get_settings
from outbound.storage.database import Database


class System:
    """The running installation. Loading the definitions opens nothing, so they load without a database."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._database: Database | None = None

    @property
    def settings(self) -> Settings:
        return get_settings()

    @property
    def database(self) -> Database:
        """Raises :class:`outbound.errors.Unavailable` when no server answers."""
        with self._lock:  # sensors are called from several threads
            if self._database is None:
                self._database = Database.open(self.settings)
            return self._database


@contextmanager
def failing_in_a_sentence() -> Iterator[None]:
    """Turns an expected error into a failed step whose error is that one sentence."""
    try:
        yield
    except OutboundError as error:
        raise dg.Failure(description=error.message, allow_retries=False) from None


def shown(
    context: dg.AssetExecutionContext, key: dg.AssetKey, metadata: Mapping[str, Any]
) -> Iterator[dg.MaterializeResult]:
    """What a step made: its result where it was asked for; where it was made on the way, an event."""
    if key in context.selected_asset_keys:
        yield dg.MaterializeResult(key, metadata=metadata)
    else:
        context.log_event(dg.AssetMaterialization(key, metadata=metadata))
