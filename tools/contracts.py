"""Contracts of import-linter that name what is allowed, and hold a module to what it says of itself."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class AllowedContract(Contract):
    """Modules import of the project only what is named, and themselves."""

    source_modules = fields.ListField(subfield=fields.ModuleField())
    within = fields.ListField(subfield=fields.ModuleField())
    """The project's packages."""
    allowed_modules = fields.ListField(subfield=fields.ModuleField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        sources = [module.name for module in self.source_modules]  # type: ignore[attr-defined]
        allowed = [*sources, *(module.name for module in self.allowed_modules)]  # type: ignore[attr-defined]
        packages = [module.name for module in self.within]  # type: ignore[attr-defined]
        broken = [
            f"{importer} may not import {imported}"
            for source in sources
            for importer in sorted({source} | graph.find_descendants(source))
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if _below(imported, packages) and not _below(imported, allowed)
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        _render(check)


class PureContract(Contract):
    """Modules whose docstring says "Pure", and those that are called ``rules``, import nothing that asks or answers
    the world."""

    within = fields.ListField(subfield=fields.ModuleField())
    forbidden_modules = fields.ListField(subfield=fields.ModuleField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        forbidden = [module.name for module in self.forbidden_modules]  # type: ignore[attr-defined]
        packages = [module.name for module in self.within]  # type: ignore[attr-defined]
        modules = sorted(module for module in graph.modules if _below(module, packages) and _is_pure(module))
        broken = [
            f"{module} is pure and may not import {imported}"
            for module in modules
            for imported in sorted(graph.find_modules_directly_imported_by(module))
            if _below(imported, forbidden)
        ]
        return ContractCheck(kept=bool(modules) and not broken, metadata={"broken": broken or ["no module is pure"]})

    def render_broken_contract(self, check: ContractCheck) -> None:
        _render(check)


def _below(module: str, packages: Any) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _is_pure(module: str) -> bool:
    path = Path(*module.split(".")).with_suffix(".py")
    if not path.exists():  # a package
        return False
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return path.name == "rules.py" or any(word in said for word in ("Pure:", "Pure.", "Pure but"))


def _render(check: ContractCheck) -> None:
    for each in check.metadata["broken"]:
        output.print_error(f"- {each}.", bold=False)
