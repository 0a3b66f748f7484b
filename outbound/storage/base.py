"""The declarative base: what every tenant table has in common.

Primary and foreign keys carry ``org_id``, so that no reference can cross organisations.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import UserDefinedType

from outbound import vocabulary
from outbound.ids import uuid7
from outbound.storage.words import Word, is_vocabulary

SCHEMA = "outbound"


class Base(DeclarativeBase):
    """Base of all tables of the operational schema."""

    metadata = MetaData(
        schema=SCHEMA,
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )
    type_annotation_map = {  # noqa: RUF012 (read by SQLAlchemy on the class)
        datetime: DateTime(timezone=True),
        str: Text(),
        uuid.UUID: Uuid(),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
        **{words: Word(words) for words in vars(vocabulary).values() if is_vocabulary(words)},
    }


class Timestamps:
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=900)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now(), sort_order=901)


class TenantKey(Timestamps):
    """An organisation's row: the key is ``(org_id, id)``."""

    @declared_attr
    def org_id(cls) -> Mapped[uuid.UUID]:  # noqa: N805
        return mapped_column(
            ForeignKey(f"{SCHEMA}.organisations.id", ondelete="CASCADE"), primary_key=True, sort_order=-2
        )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-1)


class TenantChildKey(Timestamps):
    """A row that exists only with its parent: the parent's foreign key holds the organisation."""

    org_id: Mapped[uuid.UUID] = mapped_column(primary_key=True, sort_order=-2)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-1)


class Versioned:
    """A row that people edit: ``version`` counts the edits, for ``If-Match``."""

    version: Mapped[int] = mapped_column(server_default="1", default=1, sort_order=899)


class Xid8(UserDefinedType[int]):
    """A full transaction id; it orders what clocks cannot."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


class Extracted:
    """A row that the lake takes: stamped with the transaction that last wrote it.

    The default stamps inserts, a trigger restamps updates, another leaves a tombstone at deletion.
    """

    xact: Mapped[int] = mapped_column(
        Xid8(), server_default=text("pg_current_xact_id()"), deferred=True, sort_order=902
    )


def tenant_reference(
    column: str, target: str, *, on_delete: str = "NO ACTION", target_column: str = "id"
) -> ForeignKeyConstraint:
    """A foreign key within the organisation. ``SET NULL`` blanks the column alone, never ``org_id``."""
    action = f"SET NULL ({column})" if on_delete == "SET NULL" else on_delete
    return ForeignKeyConstraint(
        ["org_id", column],
        [f"{SCHEMA}.{target}.org_id", f"{SCHEMA}.{target}.{target_column}"],
        ondelete=action,
    )


def member_reference(column: str) -> ForeignKeyConstraint:
    """A foreign key to a member of the organisation."""
    return tenant_reference(column, "memberships", target_column="user_id")


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """Holds a text column to the words of the vocabulary."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f'"{column}" in ({listed})', name=column)
