"""What may be wrong with a lake."""

from __future__ import annotations

from outbound.errors import OutboundError


class LakeDamaged(OutboundError):
    """A file that the manifest names is gone, cut short or altered. The next extraction starts anew."""

    title = "Lake damaged"
