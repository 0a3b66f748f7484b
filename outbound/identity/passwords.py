"""Passwords: argon2, checked outside any transaction because the check is slow on purpose."""

from __future__ import annotations

import unicodedata
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from outbound.errors import Invalid

_HASHER = PasswordHash((Argon2Hasher(),))
MIN_PASSWORD = 10


def hash_password(password: str) -> str:
    return _HASHER.hash(_typed(password))


def matches(password: str, password_hash: str | None) -> bool:
    """Whether this is the password; as slow where there is none, so that the time taken says nothing."""
    good = _HASHER.verify(_typed(password), password_hash or _nobodys_hash())
    return good and password_hash is not None


def refuse_weak_password(password: str) -> None:
    """Raises :class:`Invalid` for one that is short, or repeats a character or two."""
    if len(password) < MIN_PASSWORD:
        raise Invalid(f"The password is too short: it needs at least {MIN_PASSWORD} characters.")
    if len(set(password)) < 4:
        raise Invalid("The password repeats the same few characters; choose one that is harder to guess.")


def _typed(password: str) -> str:
    # One device writes an accented letter as one character, another as two.
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody's password")
