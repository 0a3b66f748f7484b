"""``docs/policies.sql``, from the catalogue of a migrated database: ``python -m tools.policies`` writes it anew.

Policies are made and changed by many migrations; this is what has become of them. Nothing runs the page.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, text

from outbound.settings import Settings
from outbound.storage import embedded
from outbound.storage.database import Database

PAGE = Path(__file__).parents[1] / "docs" / "policies.sql"
_OPENING = """\
-- Who may see and write which rows: the row-level security of every table, as the migrations leave it.
-- Written by `make policies` from the catalogue of a migrated database; a test fails when it is stale.
"""
_TABLES = text("""
  select c.oid, c.oid::regclass::text as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'outbound' and c.relkind in ('r', 'p')
  order by c.relname collate "C"
""")
_POLICIES = text("""
  select quote_ident(policyname) as name, permissive, lower(cmd) as command, qual, with_check,
    array(select quote_ident(role) from unnest(roles) as role order by role collate "C") as roles
  from pg_policies where schemaname = 'outbound' and (schemaname || '.' || tablename)::regclass = :table
  order by policyname collate "C"
""")


def page(connection: Connection) -> str:
    """The whole page."""
    connection.execute(text("select pg_catalog.set_config('search_path', '', true)"))  # so that names are whole
    return _OPENING + "".join(_tables(connection))


def _tables(connection: Connection) -> Iterator[str]:
    for table in connection.execute(_TABLES).all():
        yield f"\n-- {table.name}\n"
        if not table.enabled:
            yield "-- no row-level security\n"
            continue
        yield f"alter table {table.name} enable row level security;\n"
        if table.forced:
            yield f"alter table {table.name} force row level security;\n"
        for policy in connection.execute(_POLICIES, {"table": table.oid}).all():
            restrictive = "" if policy.permissive == "PERMISSIVE" else " as restrictive"
            yield f"create policy {policy.name} on {table.name}{restrictive} for {policy.command}\n"
            yield f"  to {', '.join(policy.roles)}"
            yield "" if policy.qual is None else f"\n  using ({_plain(policy.qual)})"
            yield "" if policy.with_check is None else f"\n  with check ({_plain(policy.with_check)})"
            yield ";\n"


def _plain(expression: str) -> str:
    """An expression as every server writes it: they differ in how they break its lines."""
    one = " ".join(expression.split())
    return one.replace("( ", "(").replace(" )", ")")


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), database_url=None)
        database = Database.open(settings)
        try:
            database.migrate()
            with database.admin_engine.connect() as connection:
                PAGE.write_text(page(connection), encoding="utf-8")
        finally:
            database.dispose()
            embedded.stop(settings)


if __name__ == "__main__":
    main()
