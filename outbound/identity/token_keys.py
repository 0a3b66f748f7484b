"""The keys that sign access tokens: a file of their own beside the key ring, so that they rotate on their own.

The newest signs, every one checks. A process that finds the file changed reads it again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

from joserfc.jwk import KeySet, OctKey

from outbound.errors import Misconfigured

_log = logging.getLogger("outbound.keys")
_KEPT = 3
"""Keys that stay after a rotation: a token outlives its key's turn by a quarter of an hour at most."""


class TokenKeys:
    """The signing keys of this installation."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "tokens.json"
        self._stamp: tuple[int, int] | None = None
        self._keys: list[tuple[str, bytes]] = []

    def newest(self) -> OctKey:
        """The key that signs; its ``kid`` goes into the header of what it signs."""
        kid, key = self._current()[-1]
        return OctKey.import_key(key, {"kid": kid, "alg": "HS256", "use": "sig"})

    def all(self) -> KeySet:
        """Every key that may have signed a token that still lives."""
        return KeySet([OctKey.import_key(key, {"kid": kid, "alg": "HS256"}) for kid, key in self._current()])

    def successors(self, token: str) -> Iterator[str]:
        """What follows a refresh token, by the newest key first.

        It is derived, not stored: a request repeated on a bad connection gets the same answer again, though the
        database holds hashes alone.
        """
        for _, key in reversed(self._current()):
            digest = hmac.new(key, b"refresh" + token.encode("utf-8", "replace"), hashlib.sha256).digest()
            yield base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def rotate(self) -> str:
        """Adds a key that signs from now on, and returns its id; the oldest goes."""
        kept = self._current()[1 - _KEPT :]
        kid = f"{int(kept[-1][0]) + 1}"
        self._write([*kept, (kid, secrets.token_bytes(32))], replace=True)
        return kid

    def _current(self) -> list[tuple[str, bytes]]:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            # Not so with the key ring: nothing is sealed with these. Who is signed in asks for a fresh access token.
            _log.warning("the keys of access tokens are made anew, for there are none in %s", self._path.parent)
            self._write([("1", secrets.token_bytes(32))], replace=False)
            stat = self._path.stat()
        stamp = (stat.st_mtime_ns, stat.st_ino)
        if stamp != self._stamp:
            try:
                stored = json.loads(self._path.read_text(encoding="ascii"))
                keys = [(str(kid), base64.b64decode(key, validate=True)) for kid, key in stored.items()]
                self._keys = sorted(keys, key=lambda pair: int(pair[0]))
                assert self._keys
            except (OSError, ValueError, TypeError, AttributeError, AssertionError) as error:
                raise Misconfigured(
                    f"The keys of access tokens in {self._path} cannot be read ({type(error).__name__}); "
                    "delete the file, and clients sign in anew."
                ) from error
            self._stamp = stamp
        return self._keys

    def _write(self, keys: list[tuple[str, bytes]], *, replace: bool) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = json.dumps({kid: base64.b64encode(key).decode() for kid, key in keys})
        # Put in place whole: of two processes that start at once, one wins and both read its file.
        with tempfile.NamedTemporaryFile("w", dir=self._path.parent, delete=False, encoding="ascii") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        written = Path(file.name)
        if replace:
            written.replace(self._path)
            return
        try:
            os.link(written, self._path)
        except FileExistsError:
            pass
        finally:
            written.unlink()
