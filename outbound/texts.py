"""What PostgreSQL can keep of a text: everything but NUL and halves of surrogate pairs."""

from __future__ import annotations


def is_storable(text: str) -> bool:
    """Whether a text that came from outside can be stored, and asked for."""
    return text == storable(text)


def storable(text: str) -> str:
    """What can be stored of it: NULs go, and halves of pairs (from bytes that were no UTF-8) become question marks."""
    if text.isprintable():  # neither of the two is
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
