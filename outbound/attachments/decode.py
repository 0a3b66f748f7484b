"""``python -m outbound.attachments.decode``: does what one line of JSON asks of one photo, and tells how it went."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from outbound.attachments import media
from outbound.attachments.child import limit_this_process
from outbound.errors import Invalid
from outbound.vocabulary import MediaType

_NICE = 10
"""Whoever waits for a route comes before a photo."""


def done(order: dict[str, Any]) -> dict[str, Any]:
    """What was made of the photo, or why nothing."""
    source, target = Path(order["source"]), Path(order["target"])
    try:
        if order["work"] == "thumbnail":
            with source.open("rb") as file:
                target.write_bytes(media.thumbnail(file, order["edge"]))
            return {}
        with target.open("wb") as made:
            width, height = media.rewrite(source, MediaType(order["media_type"]), made, order["max_pixels"])
        return {"width": width, "height": height}
    except Invalid as error:
        return {"refused": error.errors[0]["reason"]}
    except MemoryError:
        return {"refused": "to decode it takes too much memory; send a smaller one"}


if __name__ == "__main__":
    given = json.loads(sys.stdin.buffer.readline())
    os.nice(_NICE)
    limit_this_process(given.get("max_pixels", media.MAX_EDGE**2))
    sys.stdout.write(json.dumps(done(given)))
