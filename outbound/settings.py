"""Configuration: environment variables with working defaults.

Everything the program writes lies below ``OUTBOUND_HOME``. Every variable starts with ``OUTBOUND_`` except
``DATABASE_URL`` and ``WAREHOUSE_URL``, which hosts set under those names.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from outbound.errors import Misconfigured

PWA_DIST = Path(__file__).parents[1] / "pwa" / "dist"
"""The built rep app, served by the API at ``/app``."""

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


def reachable_host(host: str) -> str:
    """Where this machine finds a server bound to ``host``."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104


class Settings(BaseSettings):
    """What a process needs to know about where it runs."""

    model_config = SettingsConfigDict(env_prefix="OUTBOUND_", extra="ignore", populate_by_name=True)

    home: Path = Path(".outbound")
    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL", repr=False)
    """Administrator's URL of a PostgreSQL server (15 or newer); none: the embedded one in ``home``."""
    warehouse_url: str | None = Field(default=None, validation_alias="WAREHOUSE_URL", repr=False)
    """PostgreSQL for the warehouse when ``warehouse`` is ``postgres``; none: the operational server."""
    warehouse: Literal["duckdb", "postgres"] = "duckdb"
    host: str = "127.0.0.1"
    """Address the servers bind to."""
    public_host: str = "localhost"
    """The one host name that browsers use; cookies belong to it."""
    api_port: int = Field(default=8000, ge=1, le=65535)
    dashboards_port: int = Field(default=8501, ge=1, le=65535)
    dagster_port: int = Field(default=3000, ge=1, le=65535)
    session_days: int = Field(default=30, ge=1, le=365)
    position_days: int = Field(default=30, ge=1, le=3650)
    """How long positions of reps are kept."""
    api_workers: int = Field(default_factory=lambda: min(os.cpu_count() or 1, 4), ge=1, le=32)
    """Processes that answer requests. One is kept to one core; each opens up to 25 connections to PostgreSQL."""
    run_days: int = Field(default=30, ge=1, le=3650)
    """How long Dagster's records of finished runs are kept."""
    request_seconds: float = Field(default=30, gt=0, le=3600)
    """A request that takes longer is answered 504, and its statement ended in the database."""
    shutdown_seconds: int = Field(default=8, ge=0, le=600)
    """How long a stopping API waits for requests under way."""
    metrics_token: str | None = Field(default=None, min_length=16, repr=False)
    """Whoever asks for ``/metrics`` has to bear it; none: this machine alone may ask."""
    deletion_days: int = Field(default=30, ge=0, le=3650)
    """How long an organisation may still withdraw its deletion."""
    api_public_url: str | None = None
    """``https://outbound.example``: how browsers reach the API, where a proxy stands before it."""
    api_internal_url: str | None = None
    """``http://10.0.0.5:8000``: how the dashboards' server reaches the API; none: on this machine, past any proxy."""
    dashboards_public_url: str | None = None
    """The same for the dashboards; on the same host name, for the cookie is shared."""
    smtp_url: str | None = Field(default=None, repr=False)
    """``smtp://user:password@host:587`` or ``smtps://…``; none: links are handed to who asked for them."""
    mail_from: str = "Outbound <outbound@localhost>"
    alert_mail: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+$", repr=False)
    """Who gets a letter when a run fails; none: nobody, it stands on Dagster's pages."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    s3_url: str | None = None
    """``s3://bucket/prefix`` for files that people hand in; none: below ``home``."""
    s3_endpoint: str | None = Field(default=None, repr=False)
    """Address of a server that speaks S3; none: Amazon's."""
    s3_region: str | None = None
    attachment_max_bytes: int = Field(default=25_000_000, ge=1, le=60_000_000)
    import_max_bytes: int = Field(default=500_000_000, ge=1, le=536_000_000)
    """Size of the largest list that is taken over HTTP; ``outbound import`` takes larger ones."""
    import_phase_seconds: int = Field(default=1_800, ge=10, le=14_000)
    """How long one phase of an import may take; then it has failed, and the next list has its turn."""
    import_undo_days: int = Field(default=30, ge=1, le=365)
    """How long the rows of an import are kept, and it can be taken back."""
    attachment_max_pixels: int = Field(default=64_000_000, ge=1, le=250_000_000)
    """Width × height of the largest photo that is decoded; 64 million need up to 300 MB of memory."""
    geocoder: Literal["pelias", "nominatim", "google"] | None = None
    """Who is asked for addresses that no loaded region knows; none: nobody."""
    geocoder_url: str | None = Field(default=None, repr=False)
    """``https://pelias.example``: the server to ask; none: Google's own, where that is the geocoder."""
    geocoder_key: str | None = Field(default=None, repr=False)
    geocoder_contact: str | None = Field(default=None, pattern=r"^[\x21-\x7e]{3,200}$")
    """An e-mail address or page by which the geocoder's operator can reach yours (Nominatim's policy asks for it)."""
    geocoder_per_second: float = Field(default=1, gt=0, le=100)
    """Calls a second, of all processes together."""
    geocoder_monthly_calls: int = Field(default=10_000, ge=0)
    """Calls a month (UTC), of all organisations together; then ZIP codes have to do until the next."""
    geocoder_seconds: float = Field(default=5, gt=0, le=60)
    """How long one call may take."""
    geocoder_import_seconds: float = Field(default=600, ge=0, le=86_400)
    """How long one import waits for the geocoder in all; what is left then is looked up in the background."""
    geocoder_cache_days: int = Field(default=30, ge=1, le=3650)
    """How long an answer is kept; Google's terms allow 30 days."""

    @field_validator("home", mode="after")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("database_url", "warehouse_url", mode="after")
    @classmethod
    def _psycopg_dialect(cls, value: str | None) -> str | None:
        if not value:
            return None
        for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
            if value.startswith(prefix):
                return _readable("postgresql+psycopg://" + value.removeprefix(prefix))
        raise ValueError("it must start with postgresql://")

    @field_validator("api_public_url", "api_internal_url", "dashboards_public_url", mode="after")
    @classmethod
    def _origin(cls, value: str | None) -> str | None:
        if not value:
            return None
        if not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?/?", value):
            raise ValueError("it must be a web address without a path, such as https://outbound.example")
        return value.rstrip("/")

    @field_validator("geocoder_url", mode="after")
    @classmethod
    def _geocoder_server(cls, value: str | None) -> str | None:
        if value and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[\w./-]*)?", value):
            raise ValueError("it must be a web address such as https://pelias.example")
        return value or None

    @field_validator("smtp_url", mode="after")
    @classmethod
    def _mail_server(cls, value: str | None) -> str | None:
        if value and not value.startswith(("smtp://", "smtps://")):
            raise ValueError("it must start with smtp:// or smtps://")
        return value or None

    @field_validator("s3_url", mode="after")
    @classmethod
    def _bucket(cls, value: str | None) -> str | None:
        if value and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{2,62}(/[\w./-]*)?", value):
            raise ValueError("it must be s3://bucket or s3://bucket/prefix")
        return value or None

    @property
    def metrics_dir(self) -> Path:
        """Where several API processes count together."""
        return self.home / "run" / "metrics"

    @property
    def api_url(self) -> str:
        """The API as browsers see it."""
        return self.api_public_url or f"http://{self.public_host}:{self.api_port}"

    @property
    def api_own_url(self) -> str:
        """The API as our own programs see it: never through the proxy, whose certificate they need not trust."""
        host = reachable_host(self.host)
        return self.api_internal_url or f"http://{f'[{host}]' if ':' in host else host}:{self.api_port}"

    @property
    def dashboards_url(self) -> str:
        return self.dashboards_public_url or f"http://{self.public_host}:{self.dashboards_port}"

    @property
    def dagster_url(self) -> str:
        return f"http://127.0.0.1:{self.dagster_port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the servers."""
        return self.host in LOOPBACK_HOSTS

    @property
    def run_dir(self) -> Path:
        return self.home / "run"

    @property
    def standing_file(self) -> Path:
        """What of Dagster's schedules and sensors stands still."""
        return self.run_dir / "standing.json"

    @property
    def logs_dir(self) -> Path:
        return self.home / "logs"

    @property
    def keys_dir(self) -> Path:
        return self.home / "keys"

    @property
    def lake_dir(self) -> Path:
        return self.home / "lake"

    @property
    def warehouse_dir(self) -> Path:
        return self.home / "warehouse"

    @property
    def published_dir(self) -> Path:
        return self.home / "published"

    @property
    def documentation_dir(self) -> Path:
        """The page on which the marts are documented; the same for every organisation."""
        return self.home / "documentation"

    @property
    def maps_dir(self) -> Path:
        return self.home / "maps"

    @property
    def regions_dir(self) -> Path:
        """Address points and streets of loaded regions; the same for every organisation."""
        return self.home / "regions"

    @property
    def uploads_dir(self) -> Path:
        return self.home / "uploads"

    @property
    def attachments_dir(self) -> Path:
        return self.home / "attachments"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"


def _readable(url: str) -> str:
    """What cannot be read is said without a word of it, for a part of the password may be what stands in the way."""
    from sqlalchemy import make_url  # here, for the dashboards need none of it
    from sqlalchemy.exc import ArgumentError

    try:
        make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError(
            "it cannot be read; write it as postgresql://user:password@host:5432/database, with %-codes for other "
            "characters than letters and digits in the password"
        ) from None
    return url


@lru_cache
def get_settings() -> Settings:
    """The settings of this process, read once. Raises :class:`Misconfigured` in one sentence."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        if name not in ("DATABASE_URL", "WAREHOUSE_URL"):
            name = f"OUTBOUND_{name}"
        raise Misconfigured(f"{name} is not usable: {first['msg']}.") from None
