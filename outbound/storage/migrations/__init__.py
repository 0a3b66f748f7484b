"""Alembic migrations: dated, named, each a SQL file beside a revision."""
