"""Identifiers: UUIDv7 (RFC 9562), made by whoever captures, so that a phone can name a row offline."""

from __future__ import annotations

import uuid
from datetime import datetime

import numpy as np
import uuid_utils.compat


def uuid7() -> uuid.UUID:
    """A new time-ordered identifier."""
    return uuid_utils.compat.uuid7()


def uuid7_array(epoch_ms: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Identifiers for many rows at given times.

    ``epoch_ms``: shape (n,), milliseconds since 1970 UTC. Returns (n, 16) ``uint8``, the same for the same
    generator state.
    """
    out = rng.integers(0, 256, size=(len(epoch_ms), 16), dtype=np.uint8)
    milliseconds = epoch_ms.astype(np.uint64)
    for byte in range(6):
        out[:, byte] = (milliseconds >> np.uint64(40 - 8 * byte)).astype(np.uint8)
    out[:, 6] = (out[:, 6] & 0x0F) | 0x70
    out[:, 8] = (out[:, 8] & 0x3F) | 0x80
    return out


def uuid7_at(moment: datetime, rng: np.random.Generator) -> uuid.UUID:
    """One identifier for a given moment, reproducible by the generator's state."""
    epoch_ms = np.array([int(moment.timestamp() * 1000)])
    return uuid.UUID(bytes=uuid7_array(epoch_ms, rng)[0].tobytes())
