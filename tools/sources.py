"""What the checks of the sources read alike: files, strings as the program has them, text without its comments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMENTS = {
    ".sql": re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL),
    ".yml": re.compile(r"(?<!\S)\#[^\n]*"),
}


def files(root: Path, folders: Iterable[str], endings: Iterable[str]) -> Iterator[Path]:
    """Files in folders of a root, by their endings."""
    wanted = frozenset(endings)
    return (
        file
        for folder in folders
        for file in sorted((root / folder).rglob("*"))
        if file.suffix in wanted and file.is_file()  # dbt makes folders called as files are
    )


def strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Strings as the program has them, with their lines: pieces side by side or added up are one, and what is filled
    in is ``{}``."""
    for node in ast.walk(tree):
        text = text_of(node)
        if text is not None:
            yield node.lineno, text  # type: ignore[attr-defined]


def text_of(node: ast.AST) -> str | None:
    """The string that an expression is, as far as it stands there."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Constant(value=bytes(raw)):
            return raw.decode("utf-8", "replace")
        case ast.JoinedStr(values=parts):
            return "".join(text_of(part) or "{}" for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            before, after = text_of(left), text_of(right)
            return None if before is None and after is None else f"{before or '{}'}{after or '{}'}"
    return None


def without_comments(ending: str, source: str) -> str:
    """A text without its comments, every line where it was."""
    return COMMENTS[ending].sub(lambda match: re.sub(r"[^\n]", " ", match[0]), source)
