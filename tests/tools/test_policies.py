"""The page of policies is what the migrations leave."""

from __future__ import annotations

from outbound.storage.database import Database
from tools.policies import PAGE, page


def test_the_page_is_that_of_the_catalogue(database: Database):
    with database.admin_engine.connect() as connection:
        assert PAGE.read_text(encoding="utf-8") == page(connection), "stale: `make policies` writes it anew"
