"""Which dbt model is made from what: the models' own `ref` and `source` calls, recorded by rendering their Jinja.

dbt itself takes seconds and 150 MB to say the same, too much for a process that only shows the lineage. A test holds
the result to dbt's manifest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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
    tests: tuple[str, ...] = ()
    """The names that dbt gives the data tests of its properties file."""


def read_models(project: Path) -> list[Model]:
    """The models of a dbt project, each after those it is made from."""
    environment, macros = _environment(project)
    properties = _properties(project)
    models = {
        file.stem: _read(environment, macros, file, properties.get(file.stem, {}))
        for file in sorted(project.glob("models/**/*.sql"))
    }
    order = TopologicalSorter({name: sorted(model.models) for name, model in models.items()})
    return [models[name] for name in order.static_order()]


def read_tests_of_several(project: Path) -> dict[str, frozenset[str]]:
    """The tests that are queries of their own, with the models that each looks at."""
    environment, macros = _environment(project)
    return {
        file.stem: frozenset(_rendered(environment, macros, file).models)
        for file in sorted(project.glob("tests/**/*.sql"))
    }


def _read(environment: Environment, macros: Any, file: Path, properties: Mapping[str, Any]) -> Model:
    read = _rendered(environment, macros, file)
    layer = file.parts[-file.parts[::-1].index("models")]
    return Model(
        name=file.stem,
        layer=layer,
        models=frozenset(read.models),
        lake_tables=frozenset(read.lake_tables),
        description=" ".join(properties.get("description", "").split()),
        tests=tuple(_tests_of(properties)),
    )


def _environment(project: Path) -> tuple[Environment, Any]:
    environment = Environment(undefined=ChainableUndefined, extensions=["jinja2.ext.do"], autoescape=False)  # noqa: S701 (SQL)
    told = yaml.safe_load((project / "dbt_project.yml").read_text())
    environment.globals["var"] = told.get("vars", {}).__getitem__
    text = "\n".join(file.read_text() for file in sorted(project.glob("macros/**/*.sql")))
    return environment, environment.from_string(_NO_MACRO.sub("", text))


def _rendered(environment: Environment, macros: Any, file: Path) -> _Recorder:
    read = _Recorder()
    context = read.context()
    environment.from_string(file.read_text()).render({**context, **vars(macros.make_module(context))})
    return read


def _tests_of(properties: Mapping[str, Any]) -> Iterator[str]:
    for test in properties.get("data_tests", []):
        yield _name_of_test(test, properties["name"], {})
    for column in properties.get("columns", []):
        for test in column.get("data_tests", []):
            yield _name_of_test(test, properties["name"], {"column_name": column["name"]})


def _name_of_test(test: str | Mapping[str, Any], model: str, more: Mapping[str, Any]) -> str:
    """As dbt makes it of kind, model and arguments, unless the test has a name."""
    kind, told = (test, {}) if isinstance(test, str) else next(iter(test.items()))
    if "name" in told:
        return str(told["name"])
    arguments = {**told.get("arguments", {}), **more}
    parts: list[Any] = []
    for _, value in sorted(arguments.items()):
        parts += value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return f"{kind}_{model}_" + "__".join(re.sub("[^0-9a-zA-Z_]+", "_", str(part)) for part in parts)


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
