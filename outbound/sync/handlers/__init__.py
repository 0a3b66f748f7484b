"""One handler a kind of operation."""

from __future__ import annotations

from outbound.sync.handlers import activities, doors, field, files, leads
from outbound.sync.operations import Handler

_MODULES = (leads, doors, activities, field, files)
HANDLERS: dict[str, Handler] = {handler.kind: handler for module in _MODULES for handler in module.HANDLERS}
