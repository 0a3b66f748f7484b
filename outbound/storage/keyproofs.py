"""A database and its key ring belong together: no other ring is used with it, and none is made in a lost one's place.

The database holds a proof of each key of its ring. Where it holds none yet, what is sealed in it tells the ring.
"""

# ruff: noqa: S608
# Names of tables and columns come from SEALED; values are always parameters.

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import CheckConstraint, Connection, Engine, Text, func, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from outbound.errors import Misconfigured
from outbound.storage.base import Base
from outbound.storage.crypto import KeyRing, Unreadable
from outbound.storage.keyfile import FINGERPRINT, RingFile, create_ring, read_ring
from outbound.storage.sealed_columns import ROW_ID, SEALED

_SAMPLE = 200
"""Values of each column that are tried while the database has no place for proofs yet."""
_ROWS = 5000
_LOCK = 0x6B657973  # "keys": one change at a time, of the ring's file together with the proofs


class KeyProof(Base):
    """What proves that a ring holds a key (its number, or ``fingerprint``). Tells nothing of the key."""

    __tablename__ = "key_proofs"
    __table_args__ = (CheckConstraint("key = 'fingerprint' or key ~ '^[1-9][0-9]*$'", name="key"),)

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    proof: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


@dataclass(frozen=True)
class Looked:
    """How many values of a column a key has sealed, and how many of them do not open."""

    table: str
    column: str
    key: int
    values: int
    not_readable: int


class Source(Protocol):
    """A database whose keys are not proved yet."""

    @property
    def admin_engine(self) -> Engine: ...

    def organisation_ids(self) -> Sequence[uuid.UUID]: ...

    def without_keys(self, org_id: uuid.UUID) -> AbstractContextManager[Session]: ...


def check(source: Source, folder: Path) -> RingFile | None:
    """The database's ring; none where neither has begun. Makes and writes nothing.

    Raises :class:`Misconfigured` where something is sealed that the ring in this folder does not open.
    """
    proofs = _proofs_of(source.admin_engine)
    if proofs:
        ring = _there(folder, sorted(proofs))
        if ring.proofs() != proofs:
            with locked(source.admin_engine) as connection:  # once a change that is under way is through
                ring = _there(folder, sorted(proofs))
                _refuse_another(ring, _proofs(connection), folder)
        return ring
    found = looked_through(source, _read(folder), most=_SAMPLE)
    return _of_what_is_sealed(found, folder, any_will_do=True)


def settled(source: Source, folder: Path) -> KeyRing:
    """The database's ring, made where neither has begun, and its proofs written down where they were not."""
    ring = check(source, folder)
    proofs = _proofs_of(source.admin_engine)
    if ring is None or (proofs is not None and ring.proofs() != proofs):
        with locked(source.admin_engine) as connection:
            kept = _proofs(connection) if proofs is not None else None
            if kept:
                ring = _there(folder, sorted(kept))
                _refuse_another(ring, kept, folder)
            elif kept is not None:
                ring = _of_what_is_sealed(looked_through(source, _read(folder)), folder)
            if ring is None:
                create_ring(folder)
                ring = read_ring(folder)
            if kept is not None:
                write_proofs(connection, ring)
    return KeyRing.of(ring, folder)


@contextmanager
def locked(engine: Engine) -> Iterator[Connection]:
    """A transaction in which the ring and its proofs change together; another such waits for it."""
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield connection


def write_proofs(connection: Connection, ring: RingFile) -> None:
    """Adds the proofs of keys that came to a ring."""
    connection.execute(
        text("insert into outbound.key_proofs (key, proof) values (:key, :proof) on conflict do nothing"),
        [{"key": key, "proof": proof} for key, proof in ring.proofs().items()],
    )


def replace_proofs(connection: Connection, ring: RingFile) -> None:
    """Makes a database one of another ring, for good."""
    connection.execute(text("delete from outbound.key_proofs"))
    write_proofs(connection, ring)


def proofs_in(connection: Connection) -> dict[str, str] | None:
    """What the ring of this database has to say for each of its keys, as this transaction sees it. None: the schema
    has no place for them yet."""
    if connection.scalar(text("select to_regclass('outbound.key_proofs') is null")):
        return None
    return _proofs(connection)


def proved_keys(connection: Connection) -> list[int]:
    """The numbers of the keys that a ring has to hold."""
    return [int(key) for key in _proofs(connection) if key != FINGERPRINT]


def drop_proof(engine: Engine, key_id: int) -> None:
    """Forgets a key that is about to go."""
    with engine.begin() as connection:
        connection.execute(text("delete from outbound.key_proofs where key = :key"), {"key": str(key_id)})


def looked_through(source: Source, ring: KeyRing | None, *, most: int | None = None, but: int = 0) -> list[Looked]:
    """Opens every sealed value of every organisation, or the oldest ``most`` of each column, and counts; those of
    key ``but`` are left out."""
    with source.admin_engine.connect() as connection:
        rows = connection.execute(
            text("select table_name, column_name from information_schema.columns where table_schema = 'outbound'")
        )
        there = {tuple(row) for row in rows}
    if ("organisations", "id") not in there:
        return []
    counts: dict[tuple[str, str, int], list[int]] = {}
    for org_id in source.organisation_ids():
        for table, column in (each for each in SEALED if each in there):
            with source.without_keys(org_id) as session:
                for key, opens in _values(session, org_id, table, column, ring, most, but):
                    count = counts.setdefault((table, column, key), [0, 0])
                    count[0] += 1
                    count[1] += not opens
    return [Looked(*of, *count) for of, count in counts.items()]


def _values(
    session: Session, org_id: uuid.UUID, table: str, column: str, ring: KeyRing | None, most: int | None, but: int
) -> Iterator[tuple[int, bool]]:
    row_id = ROW_ID.get(table, "id")
    rows = session.execute(
        text(
            f"select {row_id} as id, {column} as sealed from outbound.{table}"
            f" where org_id = :org and {column} is not null and substring({column} from 1 for 4) <> :but"
            f" order by {row_id} limit :most"
        ),
        {"org": org_id, "most": most, "but": but.to_bytes(4, "big")},
        execution_options={"yield_per": _ROWS},
    )
    for row in rows:
        blob = bytes(row.sealed)
        yield int.from_bytes(blob[:4], "big"), ring is not None and _opens(ring, org_id, row.id, blob)


def _opens(ring: KeyRing, org_id: uuid.UUID, row_id: uuid.UUID, blob: bytes) -> bool:
    try:
        ring.open_sealed(org_id, row_id, blob)
    except Unreadable:
        return False
    return True


def _of_what_is_sealed(found: Sequence[Looked], folder: Path, *, any_will_do: bool = False) -> RingFile | None:
    """The ring that opens what was sealed before there were proofs: most of it, or any value of a sample."""
    values, shut = sum(each.values for each in found), sum(each.not_readable for each in found)
    if not values:
        return read_ring(folder) if _is_there(folder) else None
    keys = sorted({str(each.key) for each in found})
    ring = _there(folder, keys)
    if shut == values or (shut > values - shut and not any_will_do):
        raise Misconfigured(
            f"The key ring {folder / 'ring.json'} opens {values - shut:,} of {values:,} values that this database "
            f"holds sealed with {_named(keys)}: it is not the one they were sealed with; {_PUT_BACK}."
        )
    return ring


def _refuse_another(ring: RingFile, proofs: dict[str, str], folder: Path) -> None:
    own = ring.proofs()
    missing = sorted(key for key, proof in proofs.items() if own.get(key) != proof)
    if missing:
        raise Misconfigured(
            f"The key ring {folder / 'ring.json'} is not the one of this database: {_named(missing)} "
            f"{'are' if len({*missing} - {FINGERPRINT}) > 1 else 'is'} missing from it; {_PUT_BACK}."
        )


def _there(folder: Path, keys: Sequence[str]) -> RingFile:
    if not _is_there(folder):
        raise Misconfigured(
            f"There is no key ring {folder / 'ring.json'}, and this database holds what was sealed with "
            f"{_named(keys)}; {_PUT_BACK}."
        )
    return read_ring(folder)


_PUT_BACK = (
    "put the copy in its place that `outbound keys export` made, for none is made anew (where there is none left, "
    "`outbound keys replace-lost` gives up what was sealed)"
)


def _named(keys: Sequence[str]) -> str:
    numbers = [key for key in keys if key != FINGERPRINT]
    if not numbers:
        return "the key of fingerprints"
    return f"key{'s' if len(numbers) > 1 else ''} {', '.join(sorted(numbers, key=int))}"


def _is_there(folder: Path) -> bool:
    return (folder / "ring.json").exists()


def _read(folder: Path) -> KeyRing | None:
    return KeyRing.of(read_ring(folder), folder) if _is_there(folder) else None


def _proofs_of(engine: Engine) -> dict[str, str] | None:
    with engine.connect() as connection:
        return proofs_in(connection)


def _proofs(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text("select key, proof from outbound.key_proofs"))
    return {row.key: row.proof for row in rows}
