"""When published figures are too old to be taken for today's."""

from __future__ import annotations

from datetime import timedelta

FRESH_FOR = timedelta(hours=3)
"""The pipeline runs hourly: older figures mean that two runs brought nothing."""
