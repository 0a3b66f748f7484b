"""The map of a list: how many new leads each cell gets."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import pytest

from outbound.geo.cells import cell_at, parent, to_hex
from outbound.ids import uuid7
from outbound.imports import places as import_places
from outbound.imports.models import ImportRow, ProspectImport
from outbound.vocabulary import ImportSource, RowFate
from tests.api.conftest import Api
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem


def a_list(franchise: Franchise, rows: Iterable[tuple[RowFate, int | None]]) -> str:
    """The path to the cells of an import with rows of these fates in these cells."""
    import_id = uuid7()
    with franchise.admin() as session:
        session.add(
            ProspectImport(
                org_id=franchise.org_id,
                id=import_id,
                uploaded_by=franchise.manager.id,
                source=ImportSource.CSV,
                file_url="none",
                file_name="list.csv",
                file_sha256="0" * 64,
            )
        )
        session.flush()
        for line, (fate, cell) in enumerate(rows, 2):
            session.add(ImportRow(org_id=franchise.org_id, import_id=import_id, line=line, fate=fate, cell=cell))
    return f"/api/prospect-imports/{import_id}/cells"


NEAR, FAR = cell_at(41.60, -93.62), cell_at(41.59, -93.61)


def test_new_leads_are_counted_by_cell_and_nothing_else_is(api: Api, franchise: Franchise):
    new, known, nowhere = RowFate.NEW, RowFate.SAME, None
    path = a_list(franchise, [(new, FAR), (new, NEAR), (new, NEAR), (known, FAR), (new, nowhere)])
    assert api.get(path, franchise.manager).json() == {
        "resolution": 9,
        "cells": [{"cell": to_hex(NEAR), "leads": 2}, {"cell": to_hex(FAR), "leads": 1}],
    }


def test_a_list_that_reaches_far_is_told_in_coarser_cells(
    api: Api, franchise: Franchise, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(import_places, "MOST_CELLS", 2)
    spots = [cell_at(41.6 + step / 1000, -93.62) for step in range(0, 60, 3)] + [cell_at(44.0, -90.0)] * 5
    told = api.get(a_list(franchise, [(RowFate.NEW, cell) for cell in spots]), franchise.owner).json()
    assert told["resolution"] < 9
    assert len(told["cells"]) == 2
    assert sum(each["leads"] for each in told["cells"]) == len(spots)
    assert {each["cell"] for each in told["cells"]} == {to_hex(parent(cell, told["resolution"])) for cell in spots}


def test_a_list_out_of_reach_is_not_there(api: Api, franchise: Franchise, other_franchise: Franchise):
    path = a_list(other_franchise, [(RowFate.NEW, NEAR)])
    assert_problem(api.get(path, franchise.owner), 404)
    assert_problem(api.get(f"/api/prospect-imports/{uuid.uuid4()}/cells", franchise.owner), 404)
    assert_problem(api.get(path, franchise.rep), 403)
