"""Lists that go to S3 directly, are handed in by reference, and are read by whoever runs the import."""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import URL

from ingest.service import run_import
from outbound.settings import Settings, get_settings
from outbound.storage.blobs import open_store
from outbound.storage.database import Database
from tests.api.conftest import Api
from tests.support.franchise import Franchise
from tests.support.problems import assert_problem
from tests.support.s3 import CREDENTIALS, s3_server

PATH = "/api/prospect-imports"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with s3_server("lists") as endpoint:
        yield endpoint


@pytest.fixture
def database_url(database_url: URL, s3: str, monkeypatch: pytest.MonkeyPatch) -> URL:
    """The settings of these tests name a bucket: they are read after this."""
    prefix = uuid.uuid4().hex
    wanted = {"OUTBOUND_S3_URL": f"s3://lists/{prefix}", "OUTBOUND_S3_ENDPOINT": s3, "OUTBOUND_S3_REGION": "us-east-1"}
    for name, value in (CREDENTIALS | wanted).items():
        monkeypatch.setenv(name, value)
    return database_url


def test_a_list_goes_to_s3_and_is_imported_from_there(
    api: Api, franchise: Franchise, database: Database, settings: Settings
):
    lat, lon = franchise.north_west.box.point(900)
    content = f"house number,street,zip,lat,lon\n1,Elm St,50309,{lat},{lon}\n".encode()
    sha256 = hashlib.sha256(content).hexdigest()
    ticket = api.post(f"{PATH}/uploads", franchise.manager, {"size": len(content), "sha256": sha256}).json()
    assert ticket["url"].startswith(str(get_settings().s3_endpoint))
    reference = {"upload_id": ticket["upload_id"], "sha256": sha256, "file_name": "elm.csv"}
    assert_problem(api.post(PATH, franchise.manager, reference), 409, "Nothing was sent")
    sent = httpx.request(ticket["method"], ticket["url"], headers=ticket["headers"], content=content)
    assert sent.status_code == 200
    made = api.post(PATH, franchise.manager, reference)
    assert made.status_code == 201, made.text
    assert open_store(settings, "uploads").size(franchise.org_id, sha256) == len(content)
    shutil.rmtree(settings.uploads_dir, ignore_errors=True)  # the import is run on another machine
    report = run_import(database, settings, franchise.org_id, uuid.UUID(made.json()["id"]))
    assert (report.rows, report.new) == (1, 1)
    assert not [path for path in settings.uploads_dir.rglob("*") if path.is_file()]
