"""Columns of words read as the words' own type."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import CheckConstraint, Table, literal, select
from sqlalchemy.orm import Session

from outbound.leads.models import Lead
from outbound.storage.base import Base
from outbound.storage.database import Database
from outbound.storage.words import Word
from outbound.vocabulary import OPEN_STAGES, Stage
from tests.support.franchise import Franchise


def test_a_lead_that_is_read_has_a_stage(database: Database, franchise: Franchise):
    lead_id = franchise.add_lead(franchise.north_west, stage=Stage.FOLLOW_UP)
    with database.as_job(franchise.org_id) as session:
        assert session.get_one(Lead, (franchise.org_id, lead_id)).pipeline_stage is Stage.FOLLOW_UP
        found = session.scalar(
            select(Lead.pipeline_stage).where(Lead.id == lead_id, Lead.pipeline_stage.in_(OPEN_STAGES))
        )
        assert found is Stage.FOLLOW_UP


def test_none_stays_none_and_a_word_that_nobody_knows_is_refused(database: Database, franchise: Franchise):
    with database.as_job(franchise.org_id) as session:
        assert _read(session, None) is None
        with pytest.raises(ValueError, match="'ASLEEP' is not a valid Stage"):
            _read(session, "ASLEEP")


def test_every_column_held_to_words_reads_as_them():
    plain = [
        f"{table.name}.{name}"
        for table in Base.metadata.tables.values()
        for name in _held_to_words(table)
        if not isinstance(table.c[name].type, Word)
    ]
    assert plain == []


def test_columns_held_to_words_are_found():
    assert _held_to_words(Base.metadata.tables["outbound.tasks"]) == ["state"]


def _held_to_words(table: Table) -> list[str]:
    told = (str(each.sqltext) for each in table.constraints if isinstance(each, CheckConstraint))
    return [found.group(1) for each in told if (found := re.fullmatch(r'"(\w+)" in \(.*\)', each))]


def _read(session: Session, word: str | None) -> Stage | None:
    return session.scalar(select(literal(word, Word(Stage))))
