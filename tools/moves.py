"""Finds where a lead is moved elsewhere than by its one writer: ``python -m tools.moves``.

Whoever writes a stage, an owner, a place or a clock by hand forgets the history, the handoff or the audit of it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.sources import ROOT, files, strings, text_of, without_comments

HOME = "outbound/leads/moves.py"
FOLDERS = ("outbound", "ingest", "api", "orchestration", "dashboards", "cli")
COLUMNS = frozenset(
    {
        "pipeline_stage", "stage_entered_at", "owner_id", "territory_id", "cell", "due_at", "next_action_at",
        "last_activity_at", "last_activity_id", "archived_at", "merged_into_id",
    }
)  # fmt: skip
"""Columns of a lead that a move changes."""

LEADS, HISTORY, UNKNOWN = "leads", "lead_stage_changes", "columns that do not stand here"
_TRIGGERS = "triggers keep what only the database sees"
EXCEPTIONS: Mapping[str, Mapping[str, str]] = {
    "ingest/statements.py": {LEADS: "an import's leads begin, thousands at a time; their history is of moves.py"},
    "ingest/undo.py": {UNKNOWN: "blanks what the list filled in of the person: columns of FILLABLE"},
    "outbound/demo/lead_records.py": dict.fromkeys(
        (LEADS, HISTORY), "the demo's years are copied as they were made up"
    ),
    "outbound/leads/batch.py": {LEADS: "a phone's leads begin; their history is of moves.py"},
    "outbound/leads/service.py": dict.fromkeys(("due_at", "next_action_at"), "of a lead that is not stored yet"),
    "outbound/privacy/erasure.py": {LEADS: "a copy of the row without the person takes its place, and moves nowhere"},
    "outbound/storage/migrations": dict.fromkeys((LEADS, HISTORY, UNKNOWN, *sorted(COLUMNS)), _TRIGGERS),
}
"""By file or folder: what may be written there, and why."""

_WRITES = re.compile(
    r"""\b(?:(?P<update>update)|insert\s+into|merge\s+into|delete\s+from|copy)\s+(?:only\s+)?
    (?:"?outbound"?\.)?"?(?P<table>leads|lead_stage_changes)\b"?(?![.\w])""",
    re.IGNORECASE | re.VERBOSE,
)
_SETS = re.compile(r"\s+(?:(?:as\s+)?\w+\s+)?set\b", re.IGNORECASE)
_TOKEN = re.compile(r"'[^']*'|[(),;=]|\b(?:from|where|returning)\b|\{\}", re.IGNORECASE)
_MODELS = {"Lead": LEADS, "LeadStageChange": HISTORY}
_COPIES = frozenset({"copy_rows", "copy_columns", "put", "put_many", "insert_rows"})
_OF_LEADS = re.compile("lead|survivor|merged", re.IGNORECASE)
_CALLED_LEAD = re.compile(r"(?:^|_)(?:lead|survivor|merged)$")


@dataclass(frozen=True)
class Found:
    """A place where a lead is moved: ``what`` is a table that is written, or a column of a lead."""

    file: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} of a lead is written here; make a Move and hand it to {HOME}."


def moved_in(text: str) -> Iterator[tuple[int, str]]:
    """What a text of SQL writes of moves, with its offsets."""
    text = without_comments(".sql", text)
    for match in _WRITES.finditer(text):
        table = match["table"].lower()
        if table == HISTORY or not match["update"]:
            yield match.start(), table
            continue
        sets = _SETS.match(text, match.end())
        if sets is not None:
            for name in _assigned(text[sets.end() :]):
                if name in COLUMNS or name == UNKNOWN:
                    yield match.start(), name


def found_in(file: Path, source: str) -> list[Found]:
    """What a file of Python or SQL writes of moves: in its SQL, by its models, or of what is a lead by type or name."""
    if not _OF_LEADS.search(source):  # most files need not be parsed
        return []
    if file.suffix == ".sql":
        return [Found(file, source.count("\n", 0, at) + 1, what) for at, what in moved_in(source)]
    tree = ast.parse(source)
    found = {Found(file, line, what) for line, text in strings(tree) for _, what in moved_in(text)}
    found |= {Found(file, line, what) for line, what in _by_model(tree)}
    return sorted(found, key=lambda each: (each.line, each.what))


def everywhere(root: Path = ROOT) -> list[Found]:
    """Every place of the product but the one home and what is excepted."""
    return [
        found
        for file in files(root, FOLDERS, (".py", ".sql"))
        if (name := file.relative_to(root)).as_posix() != HOME
        for found in found_in(name, file.read_text(encoding="utf-8"))
        if not excepted(found)
    ]


def excepted(found: Found) -> bool:
    """Whether this may be written there."""
    places = [found.file.as_posix(), *(parent.as_posix() for parent in found.file.parents)]
    return any(found.what in EXCEPTIONS.get(place, {}) for place in places)


def _assigned(clause: str) -> Iterator[str]:
    """The columns that a ``set`` assigns, up to its end."""
    depth, start, is_target = 0, 0, True
    for token in _TOKEN.finditer(clause):
        match token[0].lower():
            case "(":
                depth += 1
            case ")":
                depth -= 1
                if depth < 0:  # the end of what it stands in
                    return
            case "=" if depth == 0 and is_target:
                yield from re.findall(r"\w+", clause[start : token.start()].lower())
                is_target = False
            case "," if depth == 0:
                start, is_target = token.end(), True
            case "{}" if depth == 0 and is_target:
                yield UNKNOWN
            case ";" | "from" | "where" | "returning" if depth == 0:
                return


def _by_model(tree: ast.AST) -> Iterator[tuple[int, str]]:
    leads = _typed_as_lead(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="insert" | "update" | "delete"), args=[ast.Name(id=model), *_]) if (
                model in _MODELS
            ):
                yield node.lineno, _MODELS[model]
            case ast.Call(func=ast.Name(id="LeadStageChange")):
                yield node.lineno, HISTORY
            case ast.Call(func=ast.Name(id="setattr"), args=[ast.Name(id=name), column, _]) if _is_lead(name, leads):
                if (written := text_of(column)) in COLUMNS:
                    yield node.lineno, str(written)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _COPIES:
                tables = {text_of(each) for each in node.args} & {LEADS, HISTORY}
                yield from ((node.lineno, str(table)) for table in tables)
            case ast.Attribute(value=ast.Name(id=name), attr=column, ctx=ast.Store() | ast.Del()) if (
                column in COLUMNS and _is_lead(name, leads)
            ):
                yield node.lineno, column


def _is_lead(name: str, leads: frozenset[str]) -> bool:
    return name in leads or _CALLED_LEAD.search(name) is not None


def _typed_as_lead(tree: ast.AST) -> frozenset[str]:
    """Names that the file declares to be leads, or makes so."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.arg(arg=name, annotation=ast.expr() as type_) if _is_lead_type(type_):
                names.add(name)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=type_) if _is_lead_type(type_):
                names.add(name)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="Lead"))):
                names.add(name)
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Attribute(attr="get" | "get_one"), args=[ast.Name(id="Lead"), *_]),
            ):
                names.add(name)
    return frozenset(names)


def _is_lead_type(type_: ast.expr) -> bool:
    match type_:
        case ast.Name(id="Lead"):
            return True
        case ast.BinOp(left=left, right=right):
            return _is_lead_type(left) or _is_lead_type(right)
    return False


def main() -> int:
    found = everywhere()
    for each in found:
        print(each, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
