"""What Streamlit brings along for the browser, sent gzipped: as it sends it, a first page is 6 MB."""

from __future__ import annotations

from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from outbound.serving.encodings import accepts_gzip, weaken
from outbound.serving.packed import PackedFiles

BUILT = Path(streamlit.__file__).parent / "static"
_HASHED = "/static/"
"""Below it the names carry a hash."""


class BuiltFiles:
    """Answers for Streamlit's own files, each compressed once; everything else is the application's, which compresses
    as it goes, and by whom it is asked to."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.files = PackedFiles(directory=BUILT, follow_symlink=True)  # as Streamlit itself serves them

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        built = await self._built(scope)
        if built is not None:
            await built(scope, receive, send)
            return
        if not accepts_gzip(scope["headers"]):  # Streamlit takes "gzip;q=0" for a wish
            asked = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
            scope = {**scope, "headers": asked}

        async def honest(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message.get("headers", [])))
                if "content-encoding" in headers:
                    weaken(headers)
                message = {**message, "headers": headers.raw}
            await send(message)

        await self.app(scope, receive, honest)

    async def _built(self, scope: Scope) -> Response | None:
        path: str = scope["path"]
        if scope["method"] not in ("GET", "HEAD") or not (path == "/" or path.startswith(_HASHED)):
            return None
        try:
            response = await self.files.get_response("index.html" if path == "/" else path.lstrip("/"), scope)
        except HTTPException:  # Streamlit has its own answer for what is not there
            return None
        if response.status_code == 200:
            kept = "no-cache" if path == "/" else "public, immutable, max-age=31536000"
            response.headers["cache-control"] = kept
        return response
