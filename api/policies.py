"""What a browser may load and run on our pages (Content-Security-Policy): nothing, and for each kind of page what it
needs of our own. No inline script but by its hash, and nothing of anybody else's."""

from __future__ import annotations

import base64
import hashlib
import re

_COMMON = {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'"}


def _policy(**more: str) -> str:
    directives = _COMMON | {name.replace("_", "-"): sources for name, sources in more.items()}
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


NOTHING = _policy()
"""Data, and whatever has no policy of its own."""
PAGE = _policy(script_src="'self'", style_src="'self'", img_src="'self'", connect_src="'self'", form_action="'self'")
"""The pages of :mod:`api.routes.pages`."""
REFERENCE = _policy(
    script_src="'self'", style_src="'self' 'unsafe-inline'", img_src="'self' data:", connect_src="'self'"
)
"""The reference of the API: Swagger UI sets styles on its elements, and draws its marks from ``data:``."""


def rep_app(api_url: str) -> str:
    """The rep app: MapLibre works in a worker, keeps images as ``blob:``, and asks for tiles by our full address."""
    return _policy(
        script_src="'self'",
        worker_src="'self' blob:",
        style_src="'self' 'unsafe-inline'",
        img_src="'self' data: blob:",
        font_src="'self'",
        connect_src=f"'self' {api_url}",
        manifest_src="'self'",
    )


def marts(page: str) -> str:
    """The documentation of the marts: dbt's page with all of its scripts inside, each named by its hash. They run apart
    from our origin, so without its cookie, and may ask for nothing."""
    digests = [hashlib.sha256(script.encode()).digest() for script in _SCRIPT.findall(page)]
    allowed = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    policy = _policy(script_src=allowed or "'none'", style_src="'unsafe-inline'", img_src="data:", font_src="data:")
    return f"sandbox allow-scripts; {policy}"


_SCRIPT = re.compile(r"<script[^>]*>(.*?)</script", re.DOTALL | re.IGNORECASE)
