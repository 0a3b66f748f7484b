"""Templates of messages: what may stand in one, and what it says of a lead. Pure.

Only text, names, a few filters and ``if`` are let through: no loop, call, assignment or arithmetic, so a template ends
in time that grows with its length alone. Jinja's sandbox stands behind that, for what we did not think of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from jinja2 import TemplateError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from outbound.errors import Invalid
from outbound.vocabulary import MessageChannel

NAMES = (
    "first_name",
    "last_name",
    "full_name",
    "street",
    "city",
    "postcode",
    "company",
    "rep_name",
    "rep_first_name",
)
"""What a template may say of a lead, its door, the organisation and the lead's owner."""

LONGEST_OUTPUT = {MessageChannel.SMS: 1_600, MessageChannel.EMAIL: 50_000}
"""Characters. 1,600 is where providers refuse a text message (ten parts of 160)."""
LONGEST_SOURCE = 20_000
_FILTERS = frozenset({"default", "d", "upper", "lower", "title", "capitalize", "trim", "truncate", "e", "escape"})
_TESTS = frozenset({"defined", "undefined", "none"})
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.Filter,
    nodes.Test,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Concat,
    nodes.Keyword,
)
_DEEPEST = 20
_MOST_NODES = 2_000


class _Blank(Undefined):
    """A name without a value says nothing, whatever is asked of it."""


_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=_Blank, keep_trailing_newline=True)
_ENVIRONMENT.globals.clear()
_FAILURES = (
    TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    AssertionError,
    LookupError,
    AttributeError,
    NameError,
    SyntaxError,
)
"""What Jinja raises for senseless arguments of filters, and for numbers that Python cannot write."""


@dataclass(frozen=True)
class Rendered:
    """What a template says. ``missing``: names it uses that this lead has no value for."""

    subject: str | None
    body: str
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    """Names that no lead has; they are left out of the text."""


def names_in(source: str) -> set[str]:
    """Names that a template uses. Raises :class:`Invalid` for what may not stand in one."""
    return {node.name for node in _checked(source).find_all(nodes.Name)}


def refuse_unusable(source: str, field: str) -> None:
    """Raises :class:`Invalid` for a template that cannot be filled in, or that names what no lead has."""
    unknown = sorted(names_in(source) - set(NAMES))
    if unknown:
        reason = f"no lead has {_listed(unknown)}; there are {_listed(NAMES)}"
        raise Invalid(f"{field}: {reason}.", errors=[{"field": field, "reason": reason, "unknown": unknown}])
    _said(source, dict.fromkeys(NAMES, "x"))


def render(channel: MessageChannel, subject: str | None, body: str, values: Mapping[str, str | None]) -> Rendered:
    """A template with a lead's values. Raises :class:`Invalid` where it cannot be used, or says too much."""
    used = names_in(body) | (names_in(subject) if subject else set())
    known = {name: value for name, value in values.items() if value}
    text = _said(body, known)
    most = LONGEST_OUTPUT[channel]
    if len(text) > most:
        raise Invalid(f"The message has {len(text):,} characters and {channel} takes {most:,}; shorten the template.")
    return Rendered(
        subject=" ".join(_said(subject, known).split())[:998] if subject else None,  # a header is one line
        body=text,
        missing=tuple(sorted(name for name in used & set(NAMES) if name not in known)),
        unknown=tuple(sorted(used - set(NAMES))),
    )


def _said(source: str, values: Mapping[str, str]) -> str:
    try:
        said = _ENVIRONMENT.from_string(source).render(values)
    except _FAILURES as error:
        raise Invalid(f"The template cannot be filled in ({type(error).__name__}); look at its filters.") from None
    return said.encode("utf-8", "replace").decode()  # an escape in a constant may make half a character


def _checked(source: str) -> nodes.Template:
    if len(source) > LONGEST_SOURCE:
        raise Invalid(f"The template is longer than {LONGEST_SOURCE:,} characters; shorten it.")
    try:
        tree = _ENVIRONMENT.parse(source)
        count = 0
        for node in _walk(tree, 0):
            count += 1
            _refuse_foreign(node)
        if count > _MOST_NODES:
            raise Invalid("The template has too many parts; shorten it.")
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        raise Invalid(f"The template cannot be read{f' (line {line})' if line else ''}: {_reason(error)}.") from None
    except (RecursionError, MemoryError, SyntaxError, ValueError):
        raise Invalid("The template is nested too deeply or holds an impossible number; make it simpler.") from None
    return tree


def _walk(node: nodes.Node, depth: int) -> Iterator[nodes.Node]:
    if depth > _DEEPEST:
        raise Invalid("The template is nested too deeply; make it simpler.")
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child, depth + 1)


def _refuse_foreign(node: nodes.Node) -> None:
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        raise Invalid(f"The template uses the filter {node.name!r}; there are {_listed(sorted(_FILTERS))}.")
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        raise Invalid(f"The template uses the test {node.name!r}; there are {_listed(sorted(_TESTS))}.")
    if not isinstance(node, _ALLOWED) or (isinstance(node, nodes.Name) and node.name == "self"):
        raise Invalid(
            f"Line {node.lineno} of the template uses {type(node).__name__}, which is not allowed: "
            "only names in {{ }}, filters and if."
        )


def _reason(error: TemplateError) -> str:
    return (error.message or "it is not a template").rstrip(".")[:200]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
