"""One handler a kind of operation: what stands here is read, applied, documented and remembered."""

from __future__ import annotations

from typing import Any

from outbound.sync.handlers import activities, doors, field, files, leads
from outbound.sync.operations import Handler

_MODULES = (leads, doors, activities, field, files)
HANDLERS: dict[str, Handler[Any]] = {handler.kind: handler for module in _MODULES for handler in module.HANDLERS}
