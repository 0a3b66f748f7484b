"""Columns of words: text in the database, held to its words by a check, and the words' own type in Python."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeGuard

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator


class Word(TypeDecorator[StrEnum]):
    """Text that reads as a member of ``words``; :func:`outbound.storage.base.one_of` is its check.

    A word that the database has and ``words`` has not raises ``ValueError``, as the words themselves do.
    """

    impl = Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    @property
    def python_type(self) -> type[StrEnum]:
        return self.words

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        return _Members(self.words).__getitem__  # a look-up in C: lists read thousands of words


class _Members(dict[str | None, StrEnum | None]):
    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__({word.value: word for word in words} | {None: None})
        self._words = words

    def __missing__(self, word: Any) -> StrEnum:
        return self._words(word)


def is_vocabulary(value: object) -> TypeGuard[type[StrEnum]]:
    """Whether this is a type of words."""
    return isinstance(value, type) and issubclass(value, StrEnum) and value is not StrEnum
