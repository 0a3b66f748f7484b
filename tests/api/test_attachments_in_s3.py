"""Photos that go to S3 and come from it directly, against a local server that speaks it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import URL

from outbound.settings import get_settings
from outbound.storage.blobs import open_store
from tests.api.conftest import Api
from tests.api.test_attachments import send
from tests.support.announced import announcement
from tests.support.franchise import Franchise
from tests.support.photos import SECRETS, photo
from tests.support.problems import assert_problem
from tests.support.s3 import CREDENTIALS, s3_server


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with s3_server("photos") as endpoint:
        yield endpoint


@pytest.fixture
def database_url(database_url: URL, s3: str, monkeypatch: pytest.MonkeyPatch) -> URL:
    """The settings of these tests name a bucket: they are read after this."""
    prefix = uuid.uuid4().hex
    wanted = {"OUTBOUND_S3_URL": f"s3://photos/{prefix}", "OUTBOUND_S3_ENDPOINT": s3, "OUTBOUND_S3_REGION": "us-east-1"}
    for name, value in (CREDENTIALS | wanted).items():
        monkeypatch.setenv(name, value)
    return database_url


def test_a_photo_sent_directly_is_completed_cleaned_and_fetched_directly(
    api: Api, franchise: Franchise, lead_id: uuid.UUID
):
    sent = photo()
    body = announcement(lead_id, sent)
    announced = api.post("/api/attachments/uploads", franchise.rep, body).json()
    upload = announced["upload"]
    assert upload["url"].startswith(str(get_settings().s3_endpoint))
    assert httpx.request(upload["method"], upload["url"], headers=upload["headers"], content=sent).status_code == 200
    done = api.post(f"/api/attachments/{body['id']}/complete", franchise.rep, None)
    assert done.status_code == 200, done.text

    answer = api.request("GET", f"/api/attachments/{body['id']}/content", franchise.rep, follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["cache-control"] == "no-store"
    fetched = httpx.get(answer.headers["location"])
    assert hashlib.sha256(fetched.content).hexdigest() == done.json()["sha256"]
    assert fetched.headers["content-type"] == "image/jpeg"
    assert fetched.headers["content-disposition"].startswith("inline;")
    assert not [secret for secret in SECRETS if secret in fetched.content]
    small = api.get(f"/api/attachments/{body['id']}/content", franchise.rep, size=32)
    assert (small.status_code, small.headers["content-type"]) == (200, "image/jpeg")
    assert list(open_store(get_settings()).walk_staged(franchise.org_id)) == []


def test_a_photo_sent_through_the_api_lies_there_until_it_is_taken_back(
    api: Api, franchise: Franchise, lead_id: uuid.UUID
):
    store = open_store(get_settings())
    sent = send(api, franchise.rep, lead_id, photo()).json()
    assert [(each.org_id, each.sha256) for each in store.walk()] == [(franchise.org_id, sent["sha256"])]
    assert api.request("DELETE", f"/api/attachments/{sent['id']}", franchise.rep).status_code == 204
    assert list(store.walk()) == []


def test_a_bucket_that_does_not_answer_is_a_problem_and_leaves_no_row(
    api: Api, franchise: Franchise, lead_id: uuid.UUID, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("OUTBOUND_S3_URL", "s3://no-such-bucket")
    get_settings.cache_clear()
    api.client.app.state.attachments = open_store(get_settings())  # type: ignore[attr-defined]
    assert_problem(send(api, franchise.rep, lead_id, photo()), 503, "bucket")
    assert api.get(f"/api/leads/{lead_id}/attachments", franchise.rep).json()["items"] == []
