"""What the command says an import came to."""

from __future__ import annotations

import uuid

from cli.reports import summary
from ingest.report import ImportReport
from outbound.vocabulary import ImportStatus

ID = uuid.UUID(int=7)


def test_a_paused_import_says_why_and_how_it_goes_on_and_no_counts_that_are_none_yet() -> None:
    report = ImportReport(ID, "may.csv", ImportStatus.PAUSED, rows=12, error="The geocoder does not answer.")
    said = summary(report)
    assert "may.csv is paused after reading 12 rows" in said
    assert "The geocoder does not answer." in said
    assert f"outbound import --resume {ID}" in said
    assert "new leads" not in said


def test_it_says_where_new_leads_come_to_lie_and_how_many_nobody_owns() -> None:
    report = ImportReport(
        ID, "may.csv", ImportStatus.READY, rows=5, new=5, with_owner=2, locations={"zip_centroid": 1, "file": 4}
    )
    said = summary(report)
    assert "3  new leads without an owner" in said
    assert said.index("4  the list's own coordinates") < said.index("1  the middle of their ZIP code: roughly")
    assert f"outbound import --commit {ID}" in said


def test_one_is_one() -> None:
    said = summary(ImportReport(ID, "may.csv", ImportStatus.COMPLETED, rows=1, new=1, new_doors=1, with_owner=1))
    assert "1 row in" in said
    assert "(1 new door)" in said
    assert "without an owner" not in said
