"""Files in S3, or in what speaks its protocol (MinIO, R2, Ceph). Credentials come from the usual AWS environment."""

from __future__ import annotations

import base64
import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, BinaryIO

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from outbound.errors import NotFound, Unavailable
from outbound.settings import Settings
from outbound.storage.blobs import CHUNK, Blob, Staged, Stored, Ticket, checked, received

_log = logging.getLogger("outbound.storage.s3")
_PART = 8 << 20
"""Bytes of one part; what is larger goes up in several, each tried again by itself."""
_AWAY = "The bucket that keeps files does not answer; try again in a moment."
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
_spared: ContextVar[list[str] | None] = ContextVar("spared", default=None)


@contextmanager
def deletions_spared() -> Iterator[list[str]]:
    """Within it nothing is deleted from any bucket: the list has the keys that were to go, for whoever may have to
    take everything back first."""
    keys: list[str] = []
    token = _spared.set(keys)
    try:
        yield keys
    finally:
        _spared.reset(token)


def look(settings: Settings) -> None:
    """Whether the bucket answers, asked once and not for long. Raises :class:`Unavailable`."""
    bucket = (settings.s3_url or "").removeprefix("s3://").partition("/")[0]
    config = Config(
        connect_timeout=3,
        read_timeout=3,
        retries={"mode": "standard", "total_max_attempts": 1},
        s3={"addressing_style": "path" if settings.s3_endpoint else "auto"},
    )
    try:
        with _one_sentence(bucket):
            client = boto3.client(
                "s3", endpoint_url=settings.s3_endpoint, region_name=settings.s3_region, config=config
            )
            client.head_bucket(Bucket=bucket)
    except NotFound:
        raise Unavailable(f"There is no bucket {bucket}; make it, or correct OUTBOUND_S3_URL.", outside=_AWAY) from None


class S3Store:
    """One prefix of one bucket. Objects carry no type of their own: whoever serves them says it."""

    def __init__(self, client: Any, bucket: str, prefix: str, workspace: Path) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix
        self._workspace = workspace

    @classmethod
    def open(cls, settings: Settings, folder: Path, space: str) -> S3Store:
        """Raises :class:`Unavailable` when the client cannot be set up."""
        bucket, _, prefix = (settings.s3_url or "").removeprefix("s3://").partition("/")
        config = Config(
            signature_version="s3v4",
            connect_timeout=5,
            read_timeout=60,
            max_pool_connections=20,
            retries={"mode": "standard", "max_attempts": 3},
            # A server of one's own rarely has a name for each bucket.
            s3={"addressing_style": "path" if settings.s3_endpoint else "auto"},
        )
        with _one_sentence(bucket):
            client = boto3.client(
                "s3", endpoint_url=settings.s3_endpoint, region_name=settings.s3_region, config=config
            )
        return cls(client, bucket, f"{prefix.strip('/')}/{space}".lstrip("/"), folder / "incoming")

    @property
    def workspace(self) -> Path:
        return self._workspace

    def put(self, org_id: uuid.UUID, source: BinaryIO, *, limit: int) -> Blob:
        # The key is the hash, so the whole content is seen before the first byte goes out.
        with received(self._workspace, source, limit=limit) as (path, blob):
            self._upload(path, self._key(org_id, blob.sha256))
        return blob

    def size(self, org_id: uuid.UUID, sha256: str) -> int | None:
        try:
            with _one_sentence(self._bucket):
                return self._client.head_object(Bucket=self._bucket, Key=self._key(org_id, sha256))["ContentLength"]
        except NotFound:
            return None

    def read(self, org_id: uuid.UUID, sha256: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        part = {} if not start and length is None else {"Range": f"bytes={start}-{_last(start, length)}"}
        return self._pieces(self._key(org_id, sha256), **part)

    def delete(self, org_id: uuid.UUID, sha256: str) -> None:
        self.delete_key(self._key(org_id, sha256))

    def walk(self, org_id: uuid.UUID | None = None) -> Iterator[Stored]:
        for entry in self._list(f"{self._prefix}/{org_id}/" if org_id else f"{self._prefix}/"):
            owner, folder, name = entry["Key"].removeprefix(f"{self._prefix}/").split("/")
            if folder != "staged":
                yield Stored(uuid.UUID(owner), name, entry["Size"], entry["LastModified"])

    def stage(self, org_id: uuid.UUID, name: uuid.UUID, source: BinaryIO, *, limit: int) -> Blob:
        with received(self._workspace, source, limit=limit) as (path, blob):
            self._upload(path, self._staged(org_id, name))
        return blob

    def read_staged(self, org_id: uuid.UUID, name: uuid.UUID) -> Iterator[bytes]:
        return self._pieces(self._staged(org_id, name))

    def unstage(self, org_id: uuid.UUID, name: uuid.UUID) -> None:
        self.delete_key(self._staged(org_id, name))

    def walk_staged(self, org_id: uuid.UUID) -> Iterator[Staged]:
        for entry in self._list(f"{self._prefix}/{org_id}/staged/"):
            yield Staged(org_id, uuid.UUID(entry["Key"].rpartition("/")[2]), entry["LastModified"])

    def upload_ticket(self, org_id: uuid.UUID, name: uuid.UUID, declared: Blob, seconds: int) -> Ticket | None:
        """Length and hash are signed with it: S3 itself refuses another body."""
        checksum = base64.b64encode(bytes.fromhex(checked(declared.sha256))).decode()
        with _one_sentence(self._bucket):
            url = self._client.generate_presigned_url(
                "put_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": self._staged(org_id, name),
                    "ContentLength": declared.size,
                    "ContentType": _PLAIN,
                    "ChecksumSHA256": checksum,
                },
                ExpiresIn=seconds,
            )
        return Ticket("PUT", url, {"content-type": _PLAIN, "x-amz-checksum-sha256": checksum})

    def download_url(
        self, org_id: uuid.UUID, sha256: str, *, media_type: str, disposition: str, seconds: int
    ) -> str | None:
        with _one_sentence(self._bucket):
            return self._client.generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": self._key(org_id, sha256),
                    "ResponseContentType": media_type,
                    "ResponseContentDisposition": disposition,
                },
                ExpiresIn=seconds,
            )

    def _key(self, org_id: uuid.UUID, sha256: str) -> str:
        return f"{self._prefix}/{org_id}/{checked(sha256)[:2]}/{sha256}"

    def _staged(self, org_id: uuid.UUID, name: uuid.UUID) -> str:
        return f"{self._prefix}/{org_id}/staged/{name}"

    def _upload(self, path: Path, key: str) -> None:
        with _one_sentence(self._bucket), path.open("rb") as file:
            self._client.upload_fileobj(
                file,
                self._bucket,
                key,
                ExtraArgs={"ContentType": _PLAIN, "ContentDisposition": "attachment"},
                Config=TransferConfig(multipart_threshold=_PART, multipart_chunksize=_PART, max_concurrency=4),
            )

    def delete_key(self, key: str) -> None:
        """Removes an object by its whole key; nothing happens where there is none."""
        spared = _spared.get()
        if spared is not None:
            spared.append(key)
            return
        with _one_sentence(self._bucket):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def _pieces(self, key: str, **part: str) -> Iterator[bytes]:
        with _one_sentence(self._bucket):
            body = self._client.get_object(Bucket=self._bucket, Key=key, **part)["Body"]

        def pieces() -> Iterator[bytes]:
            with _one_sentence(self._bucket):
                try:
                    yield from body.iter_chunks(CHUNK)
                finally:
                    body.close()

        return pieces()

    def _list(self, prefix: str) -> Iterator[dict[str, Any]]:
        with _one_sentence(self._bucket):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
                yield from page.get("Contents", ())


_PLAIN = "application/octet-stream"


def _last(start: int, length: int | None) -> str:
    return "" if length is None else str(start + length - 1)


@contextmanager
def _one_sentence(bucket: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "unknown"))
        if code in _MISSING:
            raise NotFound("This file is no longer kept.") from None
        _log.error("S3 refused: %s", code)
        raise Unavailable(
            f"The bucket {bucket} refuses ({code}); check its name, region and credentials.", outside=_AWAY
        ) from error
    except (BotoCoreError, OSError) as error:
        _log.error("S3 does not answer: %s", type(error).__name__)
        raise Unavailable(
            f"The bucket {bucket} cannot be reached ({type(error).__name__}); try again, or check OUTBOUND_S3_URL, "
            "OUTBOUND_S3_ENDPOINT and the AWS credentials.",
            outside=_AWAY,
        ) from error
