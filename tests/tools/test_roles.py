"""A database role is taken in one place, and the check that holds it knows every spelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.roles import HOME, ROOT, everywhere, found_in

TAKEN = [
    'session.execute(text("set local role outbound_job"))',
    'session.execute(text("SET LOCAL\\n ROLE outbound_job"))',
    'text(f"set local role {role}")',
    'text("set role outbound_job")',
    'text("Set Session Role outbound_job")',
    'text("set " "local " "role outbound_job")',
    'text("set local " + "role " + role)',
    'driver.execute(b"set role x")',
    "text(\"select set_config('role', 'outbound_job', true)\")",
    'text("reset role")',
    'text("set session authorization outbound_job")',
    'text("set local role = outbound_job")',
    "text('set local \"role\" = outbound_job')",
    'text("set /* for a moment */ local role outbound_job")',
    "text(\"select set_config(E'role', 'outbound_job', true)\")",
    'text("select set_config($$role$$, $$outbound_job$$, true)")',
    'select(func.set_config("role", "outbound_job", True))',
    'select(func.set_config(literal("Role"), name, True))',
    'session.execute(text("select set_config(:name, :role, true)"), {"name": "role", "role": role})',
    'text("set local {} outbound_job".format("role"))',
    'text("set local %s outbound_job" % "role")',
    'text(f"set local {name} outbound_job")',
    'create_engine(url, connect_args={"options": "-c role=outbound_job"})',
    'create_engine(url, connect_args={"options": "-crole=outbound_job"})',
]
LEFT_ALONE = [
    "text(\"update outbound.memberships set role = 'OPS'\")",
    "text(\"update outbound.memberships as m set role = 'OPS'\")",
    "# set local role outbound_job",
    "text(\"select set_config('app.org_id', :org, true)\")",
    'text("insert into x (role) values (1)")',
    'text("set local search_path = marts")',
    'select(func.set_config("app.role", "x", True))',
    'select(func.set_config("app.org_id", value, True))',
    '{"role": member.role}',
    "text('update outbound.memberships set \"role\" = :role')",
]


@pytest.mark.parametrize("source", TAKEN)
def test_a_role_that_is_taken_is_found_however_it_is_spelled(source: str):
    assert found_in(Path("somewhere.py"), source)


@pytest.mark.parametrize("source", LEFT_ALONE)
def test_what_takes_no_role_is_left_alone(source: str):
    assert found_in(Path("somewhere.py"), source) == []


def test_sql_is_read_without_its_comments():
    (found,) = found_in(Path("some.sql"), "-- set local role a\n/* set role b\n*/ select 1;\nset role c;")
    assert found.line == 4


def test_hooks_of_the_models_are_read_too():
    (found,) = found_in(Path("dbt_project.yml"), "name: x\n# set role a\non-run-start: 'set role b'\n")
    assert found.line == 3


def test_the_product_takes_roles_in_one_place_alone():
    assert everywhere() == []
    assert found_in(HOME, (ROOT / HOME).read_text(encoding="utf-8"))
