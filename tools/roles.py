"""Finds where a database role is taken elsewhere than in its one home: ``python -m tools.roles``.

Whoever takes a role by hand forgets to give it back, or leaves the context behind that services read.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOME = Path("outbound/storage/system.py")
FOLDERS = ("outbound", "ingest", "api", "orchestration", "dashboards", "cli", "bench", "dbt_project")
_TAKEN = re.compile(
    r"""(?P<column>\bupdate\s+[\w."{}]+(?:\s+(?:as\s+)?\w+)?\s+)?  # a column of that name, which is no role of ours
    \b(?:set\s+(?P<kind>local\s+|session\s+)?(?:"role"|(?:role|session\s+authorization)\b)
       |set\s+(?:local|session)\s+[{%:]  # of a name that does not stand here
       |reset\s+role\b
       |set_config\s*\(\s*(?!'(?!role')[\w.]+'))  # of the role, or of a name that does not stand here
    |(?<!\S)-c\s*role\b  # an option of a connection""",
    re.IGNORECASE | re.VERBOSE,
)
_COMMENTS = {
    ".sql": re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL),
    ".yml": re.compile(r"(?<!\S)\#[^\n]*"),
}


@dataclass(frozen=True)
class Found:
    """A place where a role is taken."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: a database role is taken here; use `as_system` or a transaction of Database."


def roles_taken(text: str) -> Iterator[int]:
    """Offsets in a text of SQL at which a role is taken, or may be: a setting has to be named where it is set."""
    text = _blank(_COMMENTS[".sql"], text)
    for match in _TAKEN.finditer(text):
        if match["column"] is None or match["kind"]:
            yield match.start()


def found_in(file: Path, source: str) -> list[Found]:
    """Where a file of Python, SQL or YAML takes a role. Comments do not count, nor what is no string of Python."""
    if file.suffix in _COMMENTS:
        blank = _blank(_COMMENTS[file.suffix], source)
        return [Found(file, blank.count("\n", 0, at) + 1) for at in roles_taken(blank)]
    tree = ast.parse(source)
    called = [Found(file, node.lineno) for node in ast.walk(tree) if _sets_the_role(node)]
    return called + [Found(file, line) for line, text in _strings(tree) for _ in roles_taken(text)]


def everywhere(root: Path = ROOT) -> list[Found]:
    """Every place of the product but the one home."""
    files = (
        file
        for folder in FOLDERS
        for file in sorted((root / folder).rglob("*"))
        if file.suffix in (".py", *_COMMENTS) and file.is_file()  # dbt makes folders called as files are
    )
    return [
        found
        for file in files
        if file.relative_to(root) != HOME
        for found in found_in(file.relative_to(root), file.read_text(encoding="utf-8"))
    ]


def _strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Strings as the program has them: pieces side by side or added up are one, and what is filled in is a name."""
    for node in ast.walk(tree):
        text = _text(node)
        if text is not None:
            yield node.lineno, text  # type: ignore[attr-defined]


def _text(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Constant(value=bytes(raw)):
            return raw.decode("utf-8", "replace")
        case ast.JoinedStr(values=parts):
            return "".join(_text(part) or "{}" for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            before, after = _text(left), _text(right)
            return None if before is None and after is None else f"{before or '{}'}{after or '{}'}"
    return None


def _sets_the_role(node: ast.AST) -> bool:
    """A call of ``func.set_config`` for the role, or for a name that does not stand there."""
    match node:
        case ast.Call(func=ast.Attribute(attr="set_config"), args=[ast.Constant(value=str(name)), *_]):
            return name.lower() == "role"
        case ast.Call(func=ast.Attribute(attr="set_config")):
            return True
    return False


def _blank(comment: re.Pattern[str], source: str) -> str:
    """Without its comments, every line where it was."""
    return comment.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), source)


def main() -> int:
    found = everywhere()
    for each in found:
        print(each, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
