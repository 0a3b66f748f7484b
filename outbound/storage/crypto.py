"""Encryption at rest of exact positions and secrets: AES-256-GCM under a key ring.

A sealed value is ``key id (4 bytes) | nonce (12) | ciphertext and tag``; organisation and row are bound into it
as associated data, so that a value copied to another row does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import struct
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from outbound.errors import Misconfigured
from outbound.storage.keyfile import RingFile, create_ring, read_ring

_NONCE = 12
_POSITION = struct.Struct(">dd")
_LOOK_AGAIN_SECONDS = 1.0
"""How long a process may go on sealing under a key that is no longer the newest."""
_log = logging.getLogger("outbound.keys")


class Unreadable(Misconfigured):
    """One sealed value does not open: the others do, so a list shows it as not readable and goes on."""


@dataclass(frozen=True)
class _Keys:
    """One reading of the ring."""

    ciphers: dict[int, AESGCM]
    newest: int
    fingerprint: bytes
    version: tuple[int, int]
    """Which file it was: its number and time, as its file system tells; zeros without a file."""
    ring: RingFile


class KeyRing:
    """The keys of this installation; the newest seals, every one opens.

    A ring that was read from a file follows it: a key added by another process is taken up within a second for
    sealing, and at once for opening. Another ring in the file's place is not taken up.
    """

    def __init__(self, keys: dict[int, bytes], *, folder: Path | None = None) -> None:
        self._folder = folder
        self._guard = threading.Lock()
        self._looked = time.monotonic()
        self._keys = _keys(RingFile(keys), (0, 0))
        self._refused: tuple[int, int] | None = None

    @classmethod
    def open(cls, folder: Path) -> KeyRing:
        """Reads ``ring.json`` in a folder, or makes it with a first key, readable by its owner only.

        Raises :class:`Misconfigured` when the file cannot be read.
        """
        create_ring(folder)
        return cls.of(read_ring(folder), folder)

    @classmethod
    def of(cls, file: RingFile, folder: Path) -> KeyRing:
        """The ring that was read from a folder's ``ring.json``."""
        ring = cls(file.keys, folder=folder)
        ring._keys = _keys(file, (0, 0))
        ring._read()
        return ring

    @property
    def newest(self) -> int:
        """The id of the key that seals."""
        return self._current().newest

    @property
    def ids(self) -> list[int]:
        """The ids of every key, oldest first."""
        return sorted(self._current().ciphers)

    @property
    def is_superseded(self) -> bool:
        """Whether another ring stands in the file by now: what is sealed with this one may never open again."""
        self._read()
        return (
            self._refused is not None
            and self._folder is not None
            and self._refused == _version(self._folder / "ring.json")
        )

    def seal(self, org_id: uuid.UUID, row_id: uuid.UUID, plain: bytes) -> bytes:
        keys = self._current()
        nonce = os.urandom(_NONCE)
        sealed = keys.ciphers[keys.newest].encrypt(nonce, plain, org_id.bytes + row_id.bytes)
        return keys.newest.to_bytes(4, "big") + nonce + sealed

    def fingerprint(self, org_id: uuid.UUID, plain: bytes) -> str:
        """A name for a secret value that is the same each time, and tells nothing to who lacks the key.

        Under a key of its own, derived from the first one, so that it outlives every rotation.
        """
        key = self._keys.fingerprint
        return hmac.new(key, b"fingerprint" + org_id.bytes + plain, hashlib.sha256).hexdigest()[:32]

    def open_sealed(self, org_id: uuid.UUID, row_id: uuid.UUID, blob: bytes) -> bytes:
        """Raises :class:`Unreadable` for a value of another row, or sealed with a key that is not here."""
        key_id = int.from_bytes(blob[:4], "big")
        cipher = self._keys.ciphers.get(key_id) or self._read().ciphers.get(key_id)
        if cipher is None:
            raise Unreadable("A position was sealed with a key that the key ring does not hold.")
        try:
            return cipher.decrypt(blob[4 : 4 + _NONCE], blob[4 + _NONCE :], org_id.bytes + row_id.bytes)
        except (InvalidTag, ValueError):  # the latter for a value too short to hold a nonce
            raise Unreadable(f"The position of row {row_id} does not open: it is not this row's.") from None

    def _current(self) -> _Keys:
        if self._folder is None or time.monotonic() - self._looked < _LOOK_AGAIN_SECONDS:
            return self._keys
        self._looked = time.monotonic()
        return self._read()

    def _read(self) -> _Keys:
        """What the file says now; what is in memory where it cannot be reached, or is another ring's."""
        if self._folder is not None:
            with self._guard:
                version = _version(self._folder / "ring.json")
                if version is not None and version not in (self._keys.version, self._refused):
                    found = read_ring(self._folder)
                    if found.continues(self._keys.ring):
                        self._keys = _keys(found, version)
                    else:
                        self._refused = version
                        _log.error("another key ring stands in %s; it is not used, put the former back", self._folder)
        return self._keys


def _version(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _keys(ring: RingFile, version: tuple[int, int]) -> _Keys:
    ciphers = {key_id: AESGCM(key) for key_id, key in ring.keys.items()}
    return _Keys(ciphers, max(ciphers), ring.fingerprint_key, version, ring)


def read_keys(folder: Path) -> list[int]:
    """The ids of the keys on file. Raises :class:`Misconfigured` when there is none that can be read."""
    return sorted(read_ring(folder).keys)


def seal_position(ring: KeyRing, org_id: uuid.UUID, row_id: uuid.UUID, lat: float, lon: float) -> bytes:
    """Encrypts a position in WGS 84 degrees for one row."""
    return ring.seal(org_id, row_id, _POSITION.pack(lat, lon))


def open_position(ring: KeyRing, org_id: uuid.UUID, row_id: uuid.UUID, blob: bytes) -> tuple[float, float]:
    """Latitude and longitude of a sealed position. Raises :class:`Unreadable`."""
    plain = ring.open_sealed(org_id, row_id, blob)
    if len(plain) != _POSITION.size:
        raise Unreadable(f"What is sealed in row {row_id} is no position.")
    lat, lon = _POSITION.unpack(plain)
    return lat, lon


def readable_position(
    ring: KeyRing, org_id: uuid.UUID, row_id: uuid.UUID, blob: bytes | None
) -> tuple[float, float] | None:
    """The same; none where there is none, or it does not open: for what shows or weighs many rows."""
    if blob is None:
        return None
    try:
        return open_position(ring, org_id, row_id, bytes(blob))
    except Unreadable as error:
        _log.warning("not readable: %s", error.message)
        return None
