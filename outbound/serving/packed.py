"""Files that were built once are compressed once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from outbound.serving.encodings import SHRINKS, SMALL, accepts_gzip, gzipped, media_type, weaken

LEVEL = 9
"""The best: it is paid once a file and process."""


class PackedFiles(StaticFiles):
    """Static files, gzipped for who accepts it. Each is compressed when it is first asked for, and anew once it has
    changed; what is kept is at most as much as there are files in the folder.

    Who asks for a range gets one of the file as it lies there.
    """

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._kept: dict[str, tuple[str, bytes]] = {}
        self._turn = anyio.CapacityLimiter(1)  # so that fifty who come at once wait for one compression

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        whole = FileResponse(full_path, stat_result=stat_result)  # a 304 does not say what it is of
        if media_type(whole.headers) in SHRINKS and stat_result.st_size >= SMALL:
            response.headers.add_vary_header("Accept-Encoding")
            if accepts_gzip(scope["headers"]) and "range" not in Headers(scope=scope):
                weaken(response.headers)
        return response

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if not isinstance(response, FileResponse) or not response.headers.get("etag", "").startswith("W/"):
            return response
        body = await anyio.to_thread.run_sync(
            self._packed, str(response.path), response.headers["etag"], limiter=self._turn
        )
        headers = dict(response.headers) | {"content-encoding": "gzip", "content-length": str(len(body))}
        del headers["accept-ranges"]
        return Response(b"" if scope["method"] == "HEAD" else body, headers=headers)

    def _packed(self, path: str, etag: str) -> bytes:
        known, body = self._kept.get(path, ("", b""))
        if known != etag:
            body = gzipped(Path(path).read_bytes(), LEVEL)
            self._kept[path] = (etag, body)
        return body
