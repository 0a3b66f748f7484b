"""The page on which the models are documented, as :mod:`outbound.warehouse.documentation` left it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from outbound.errors import Conflict
from outbound.settings import Settings

PAGE_PATH = "/docs/marts"
"""Where the API serves it."""

_NOT_YET = (
    "The marts have not been described yet; that is done by the next hourly run, or at once by `outbound pipeline run`."
)


@dataclass(frozen=True)
class Page:
    """``edition`` changes whenever the page does."""

    edition: str
    file: Path


def documentation(settings: Settings) -> Page:
    """The page as it is now. Raises :class:`outbound.errors.Conflict` before the first build."""
    try:
        file = (settings.documentation_dir / "current").resolve(strict=True)
    except FileNotFoundError:
        raise Conflict(_NOT_YET) from None
    return Page(file.stem, file)
