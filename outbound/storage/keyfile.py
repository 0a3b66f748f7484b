"""The key ring's file, ``ring.json``: key ids and keys, and the key of fingerprints once the first key may go.

Every change is a new file, through to the disk and renamed into place: a reader sees the old ring or the new one.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from outbound.errors import Conflict, Misconfigured, NotFound

FINGERPRINT = "fingerprint"
"""Names the key of fingerprints, beside the numbers of the others."""


@dataclass(frozen=True)
class RingFile:
    """What the file holds."""

    keys: dict[int, bytes]
    kept_fingerprint_key: bytes | None = None
    """None until a second key is added: then it is derived from the only one there ever was."""

    @property
    def fingerprint_key(self) -> bytes:
        if self.kept_fingerprint_key is not None:
            return self.kept_fingerprint_key
        return hmac.new(self.keys[min(self.keys)], b"the key of fingerprints", hashlib.sha256).digest()

    def proofs(self) -> dict[str, str]:
        """For each key, and that of fingerprints, a word that only its holder can say, and that tells nothing of it."""
        named = {str(key_id): key for key_id, key in sorted(self.keys.items())}
        return {
            name: hmac.new(key, b"this is the key", hashlib.sha256).hexdigest()[:16]
            for name, key in {**named, FINGERPRINT: self.fingerprint_key}.items()
        }

    def continues(self, earlier: RingFile) -> bool:
        """Whether this is that ring at a later time: keys may have come, and old ones gone, but none is another."""
        same = all(key == earlier.keys.get(key_id, key) for key_id, key in self.keys.items())
        return same and self.fingerprint_key == earlier.fingerprint_key and max(self.keys) >= max(earlier.keys)


def read_ring(folder: Path) -> RingFile:
    """Raises :class:`Misconfigured` when the file cannot be read."""
    return read_ring_file(folder / "ring.json")


def read_ring_file(path: Path) -> RingFile:
    """The same, by the name of the file."""
    try:
        stored = json.loads(path.read_text(encoding="ascii"))
        kept = stored.pop(FINGERPRINT, None)
        keys = {int(key_id): base64.b64decode(key, validate=True) for key_id, key in stored.items()}
        if not keys or {len(key) for key in keys.values()} != {32}:
            raise ValueError("it holds no whole key")
        return RingFile(keys, base64.b64decode(kept, validate=True) if kept else None)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise Misconfigured(
            f"The key ring {path} cannot be read ({error}); restore it from its backup, "
            "for positions cannot be opened without it."
        ) from error


def create_ring(folder: Path) -> None:
    """Makes the file with a first key, unless it is there."""
    path = folder / "ring.json"
    if path.exists():
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Linked into place whole: of two processes that start at once, one wins and both read its file.
    written = _written(folder, RingFile({1: AESGCM.generate_key(bit_length=256)}))
    try:
        os.link(written, path)
    except FileExistsError:
        pass
    finally:
        written.unlink()
    _sync(folder)


def add_key(folder: Path) -> int:
    """Adds a key, which every process then seals with. Returns its id."""
    with _changing(folder) as ring:
        key_id = max(ring.keys) + 1
        keys = {**ring.keys, key_id: AESGCM.generate_key(bit_length=256)}
        _replace(folder, RingFile(keys, ring.fingerprint_key))
    return key_id


def remove_key(folder: Path, key_id: int) -> None:
    """Destroys a key. Raises :class:`NotFound`, and :class:`Conflict` for the one that seals."""
    with _changing(folder) as ring:
        _refuse_removal(ring, key_id)
        keys = {known: key for known, key in ring.keys.items() if known != key_id}
        _replace(folder, RingFile(keys, ring.fingerprint_key))


def refuse_removal(folder: Path, key_id: int) -> None:
    """Raises what :func:`remove_key` would."""
    _refuse_removal(read_ring(folder), key_id)


def put_ring(folder: Path, ring: RingFile) -> None:
    """Puts a ring in the place of whatever is there."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _replace(folder, ring)


def _refuse_removal(ring: RingFile, key_id: int) -> None:
    if key_id not in ring.keys:
        raise NotFound(f"The key ring holds no key {key_id}; see `outbound keys list`.")
    if key_id == max(ring.keys):
        raise Conflict(f"Key {key_id} is the one that seals; rotate first.")


@contextmanager
def _changing(folder: Path) -> Iterator[RingFile]:
    """One change at a time."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield read_ring(folder)


def _replace(folder: Path, ring: RingFile) -> None:
    _written(folder, ring).replace(folder / "ring.json")
    _sync(folder)


def _written(folder: Path, ring: RingFile) -> Path:
    plain = {str(key_id): base64.b64encode(key).decode() for key_id, key in sorted(ring.keys.items())}
    if ring.kept_fingerprint_key is not None:
        plain[FINGERPRINT] = base64.b64encode(ring.kept_fingerprint_key).decode()
    with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="ascii") as file:
        json.dump(plain, file)
        file.flush()
        os.fsync(file.fileno())
    return Path(file.name)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
