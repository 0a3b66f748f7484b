"""A franchise with everything in it, and the rows of it that stand for the ids of a request."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import astuple, dataclass

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from outbound.ids import uuid7
from outbound.settings import Settings
from tests.support.cast import Member
from tests.support.everything import add_everything
from tests.support.franchise import Franchise

TABLES = {
    "handoff": "onboarding_handoffs",
    "import": "prospect_imports",
    "enrollment": "lead_cadence_enrollments",
    "step": "cadence_steps",
    "template": "message_templates",
    "stop": "trip_stops",
    "trip_stop": "trip_stops",
    "key": "api_keys",
    "address": "addresses",
    "parent": "territories",
    "assignment": "territory_assignments",
    "entry": "audit_entries",
    "from": "leads",
    "merged": "leads",
    "bulk": "bulk_changes",
    "export": "organisation_exports",
    "match": "match_pairs",
}
"""What a name in a path or a body stands for, where its table is not its plural: ``handoff_id`` is a row of these."""

PEOPLE = re.compile(r"(^|_)(user|owner|member|assignee|rep|person|uploader|acted_by|successor)$")


class UnknownName(Exception):
    """A request names something that no table here stands for."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the tests do not know which row `{name}` names: add it to TABLES in tests/support/ground.py, and a row "
            "of its table to tests/support/everything.py"
        )


@dataclass(frozen=True)
class Row:
    """A row that stands for an id, and whether the caller can see it."""

    id: uuid.UUID
    visible: bool


class Ground:
    """Rows of one franchise by the name that requests give them."""

    def __init__(self, franchise: Franchise) -> None:
        self.franchise = franchise
        self.everything = add_everything(franchise)
        self.preferred = {each for each in astuple(self.everything) if isinstance(each, uuid.UUID)}
        self.preferred |= {franchise.north_west.id, franchise.south_west.id, franchise.scheduled}
        self._rows: dict[tuple[object, ...], Row] = {}
        with franchise.admin() as session:
            columns = session.execute(
                text(
                    "select c.relname, array_agg(a.attname::text) from pg_class c"
                    " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and a.attgenerated = ''"
                    " and not a.attisdropped"
                    " where c.relnamespace = 'outbound'::regnamespace and c.relkind = 'r' group by 1"
                )
            )
            self.columns = {table: set(names) for table, names in columns}

    def keep_file(self, settings: Settings) -> None:
        """Puts a file behind the attachments, which are rows alone."""
        self.files = settings.attachments_dir
        content = b"\xff\xd8\xff\xd9"
        digest = hashlib.sha256(content).hexdigest()
        path = settings.attachments_dir / str(self.franchise.org_id) / digest[:2] / digest
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        with self.franchise.admin() as session:
            session.execute(
                text("update outbound.attachments set sha256 = :digest, size = :size where org_id = :org"),
                {"digest": digest, "size": len(content), "org": self.franchise.org_id},
            )

    def stage(self, store: str, name: uuid.UUID, content: bytes) -> None:
        """Leaves bytes where a direct upload puts them."""
        path = self.files.parent / store / str(self.franchise.org_id) / "staged" / str(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def change(self, table: str, where: Mapping[str, object] | None = None, **changes: object) -> None:
        """Brings rows of a table into a state."""
        found = "".join(f" and {key} is not distinct from :w_{key}" for key in where or {})
        made = ", ".join(f"{key} = :{key}" for key in changes)
        given = {f"w_{key}": value for key, value in (where or {}).items()}
        with self.franchise.admin() as session:
            session.execute(
                text(f"update outbound.{table} set {made} where org_id = :org {found}"),
                {"org": self.franchise.org_id, **given, **changes},
            )

    def another(self, table: str, /, of: uuid.UUID | None = None, **changes: object) -> uuid.UUID:
        """Another row like the one there is (or ``of``), but for these columns: for what can be done only once."""
        made = uuid7()
        names = ", ".join(f'"{name}"' for name in sorted(self.columns[table]))
        values = ", ".join(f'made."{name}"' for name in sorted(self.columns[table]))
        which = " and t.id = :of" if of else ""
        with self.franchise.admin() as session:
            session.execute(
                text(
                    f"insert into outbound.{table} ({names}) select {values} from outbound.{table} t,"
                    " jsonb_populate_record(t, cast(:changes as jsonb)) as made"
                    f" where t.org_id = :org {which} order by t.id limit 1"
                ),
                {
                    "org": self.franchise.org_id,
                    "of": of,
                    "changes": json.dumps({"id": str(made), **changes}, default=str),
                },
            )
        return made

    def row(self, name: str, member: Member, within: Mapping[str, str] | None = None) -> Row:
        """The row that ``lead_id`` and the like stand for: one that the member can see, where there is one, and of
        the rows named before it (``within``: parameters of a path), where its table refers to them.

        Raises :class:`UnknownName`.
        """
        kind = re.sub(r"_ids?$", "", name)
        if PEOPLE.search(kind):
            return Row(self.franchise.rep.id, visible=True)
        table = next((found for found in self._tables(kind) if found in self.columns), None)
        if table is None:
            raise UnknownName(name)
        parents = {column: value for column, value in (within or {}).items() if column in self.columns[table]}
        key = (table, member, tuple(parents.items()))
        if key not in self._rows:
            self._rows[key] = self._find(table, member, parents)
        return self._rows[key]

    def knows(self, name: str) -> bool:
        """Whether a name stands for a row."""
        kind = re.sub(r"_ids?$", "", name)
        return bool(PEOPLE.search(kind)) or any(table in self.columns for table in self._tables(kind))

    @staticmethod
    def _tables(kind: str) -> list[str]:
        """Tables a name may mean: ``target_lead`` is a lead."""
        words = kind.split("_")
        kinds = ["_".join(words[start:]) for start in range(len(words))]
        return [TABLES.get(each, re.sub("ys$", "ies", f"{each}s")) for each in kinds]

    def _find(self, table: str, member: Member, parents: dict[str, str]) -> Row:
        narrow = "".join(f" and {column} = :{column}" for column in parents)
        query = text(f"select id from outbound.{table} where org_id = :org {narrow} order by id limit 1000")
        given = {"org": self.franchise.org_id, **parents}
        with self.franchise.admin() as session:
            everyone = list(session.scalars(query, given))
        if not everyone:
            # None under that parent: any other is as unreachable there.
            assert parents, f"add a row of {table} to tests/support/everything.py"
            return Row(self._find(table, member, {}).id, visible=False)
        try:
            with self.franchise.as_member(member) as session:
                seen = list(session.scalars(query, given))
        except ProgrammingError:  # a role without any grant on the table sees none of it
            seen = []
        candidates = seen or everyone
        best = min(candidates, key=lambda each: (each not in self.preferred, candidates.index(each)))
        return Row(best, visible=bool(seen))
