"""Which dbt model is made from what: the models' own `ref` and `source` calls, recorded by rendering their Jinja.

dbt itself takes seconds and 150 MB to say the same, too much for a process that only shows the lineage. A test holds
the result to dbt's manifest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import yaml
from jinja2 import ChainableUndefined, Environment

_NO_MACRO = re.compile(r"\{%-?\s*(test|materialization)\b.*?\bend\1\s*-?%\}", re.DOTALL)
"""Blocks of dbt's own kind among the macros, which no model calls."""


@dataclass(frozen=True)
class Model:
    """A dbt model: its layer (``staging``, ``intermediate``, ``marts``), and what it reads."""

    name: str
    layer: str
    models: frozenset[str]
    lake_tables: frozenset[str]
    description: str = ""
    tested: bool = False
    """Whether its properties file names data tests for it."""


def read_models(project: Path) -> list[Model]:
    """The models of a dbt project, each after those it is made from."""
    environment = Environment(undefined=ChainableUndefined, extensions=["jinja2.ext.do"], autoescape=False)  # noqa: S701 (SQL)
    text = "\n".join(file.read_text() for file in sorted(project.glob("macros/**/*.sql")))
    macros = environment.from_string(_NO_MACRO.sub("", text))
    properties = _properties(project)
    models = {
        file.stem: _read(environment, macros, file, properties.get(file.stem, {}))
        for file in sorted(project.glob("models/**/*.sql"))
    }
    order = TopologicalSorter({name: sorted(model.models) for name, model in models.items()})
    return [models[name] for name in order.static_order()]


def owner_of_test(test: str, models: Iterable[str]) -> str | None:
    """The model that a test is of; none: a test of several. dbt names it after the kind of test, then the model."""
    places = {model: f"_{test}_".find(f"_{model}_") for model in models}
    named = [model for model, place in places.items() if place >= 0]
    return min(named, key=lambda model: (places[model], -len(model)), default=None)


def _read(environment: Environment, macros: Any, file: Path, properties: Mapping[str, Any]) -> Model:
    read = _Recorder()
    context = read.context()
    model = environment.from_string(file.read_text())
    model.render({**context, **vars(macros.make_module(context))})
    layer = file.parts[-file.parts[::-1].index("models")]
    return Model(
        name=file.stem,
        layer=layer,
        models=frozenset(read.models),
        lake_tables=frozenset(read.lake_tables),
        description=" ".join(properties.get("description", "").split()),
        tested=any(part.get("data_tests") for part in (properties, *properties.get("columns", []))),
    )


class _Recorder:
    """Stands in for dbt while a model is rendered as dbt parses it: nothing is executed, no run is incremental."""

    def __init__(self) -> None:
        self.models: set[str] = set()
        self.lake_tables: set[str] = set()

    def context(self) -> dict[str, Any]:
        return {
            "ref": self._ref,
            "source": self._source,
            "config": lambda **_: "",
            "is_incremental": lambda: False,
            "return": lambda value: value,
            "execute": False,
            "adapter": self,
        }

    def dispatch(self, *_: Any) -> Any:
        """An engine's own macro: its arguments were rendered already, which is all that matters here."""
        return lambda *_, **__: ""

    def _ref(self, name: str) -> str:
        self.models.add(name)
        return name

    def _source(self, _: str, table: str) -> str:
        self.lake_tables.add(table)
        return table


def _properties(project: Path) -> dict[str, dict[str, Any]]:
    documents = [yaml.safe_load(file.read_text()) or {} for file in sorted(project.glob("models/**/*.yml"))]
    return {model["name"]: model for document in documents for model in document.get("models", [])}
