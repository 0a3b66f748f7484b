"""Where sealed values lie."""

from __future__ import annotations

SEALED: tuple[tuple[str, str], ...] = (
    ("addresses", "position"),
    ("activities", "position"),
    ("trips", "start_position"),
    ("trips", "end_position"),
    ("rep_positions", "position"),
    ("sync_operations", "payload"),
    ("sign_in_providers", "client_secret"),
    ("geocoder_answers", "position"),
    ("import_rows", "position"),
    ("import_changes", "former_position"),
)
"""Table and column of every value that the key ring seals, bound to its row. A test walks the catalogue for others."""

ROW_ID = {"import_rows": "door_id", "import_changes": "entity_id"}
"""The column of the id that a value is bound to, where it is not ``id``."""

UNSEALED: frozenset[tuple[str, str]] = frozenset(
    {
        ("sessions", "token_hash"),
        ("refresh_tokens", "token_hash"),
        ("invitations", "token_hash"),
        ("password_resets", "token_hash"),
        ("api_keys", "secret_hash"),
        ("throttles", "subject"),
    }
)
"""Columns of bytes that are hashes: nothing in them opens."""
