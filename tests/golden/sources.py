"""Finds contract words in the source: log events, failure types, memo keys, keys of TOML files, control bodies.

A constant is looked up in the module that names it, so that a constant may be renamed and its value may not change.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.golden import shapes
from tests.golden.ours import CONTROL_READERS

ROOT = Path(__file__).parents[2]
NOT_SHIPPED = {"tests", "tools", "bench", "chaos", "demo"}
_LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
_LOGGER = re.compile(r"(^|[._])log(ger)?$")


@dataclass(frozen=True)
class Source:
    """One file of the product."""

    path: Path
    tree: ast.Module

    def value(self, expression: ast.expr) -> Any:
        """The value of an expression that needs no more than what its module defines and imports."""
        if isinstance(expression, ast.Constant):
            return expression.value
        module = import_module(".".join(self.path.relative_to(ROOT).with_suffix("").parts))
        return eval(ast.unparse(expression), dict(vars(module)))  # noqa: S307 - our own source

    def calls(self) -> Iterator[ast.Call]:
        """Every call in the file."""
        yield from (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def constants(self, expression: ast.expr) -> list[str]:
        """The texts that an expression may be: a text, a choice between texts, or a variable that is set to such."""
        if isinstance(expression, ast.Constant):
            return [str(expression.value)]
        if isinstance(expression, ast.IfExp):
            return [*self.constants(expression.body), *self.constants(expression.orelse)]
        if isinstance(expression, ast.Name):
            return [text for value in self._set_to(expression.id) for text in self.constants(value)]
        return []

    def _set_to(self, name: str) -> Iterator[ast.expr]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign) and name in map(ast.unparse, node.targets):
                yield node.value
            if isinstance(node, ast.For) and ast.unparse(node.target) == name and isinstance(node.iter, ast.Tuple):
                yield from node.iter.elts


def sources() -> list[Source]:
    """Every file of the product, in the order of their paths."""
    rooms = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name not in NOT_SHIPPED]
    files = [*ROOT.glob("*.py"), *(path for room in rooms for path in room.rglob("*.py"))]
    return [Source(path, ast.parse(path.read_text())) for path in sorted(files)]


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _keyword(call: ast.Call, *names: str) -> list[ast.expr]:
    return [keyword.value for keyword in call.keywords if keyword.arg in names]


def log_events(source: Source) -> Iterator[str]:
    """Each event that is logged, with its level."""
    for call in source.calls():
        if isinstance(call.func, ast.Attribute) and call.func.attr in _LEVELS and call.args:
            if not _LOGGER.search(ast.unparse(call.func.value)):
                continue
            if ast.unparse(call.args[0]).endswith(".event"):
                yield f"log {call.func.attr}: each notification event"
                continue
            events = source.constants(call.args[0])
            assert events, f"{source.path}:{call.lineno} logs an event that is no literal text"
            yield from (f"log {call.func.attr}: {'a sentence' if ' ' in event else event}" for event in events)


def failure_types(source: Source) -> Iterator[str]:
    """Each failure type that is raised by its name, tested, or never retried."""
    for call in source.calls():
        for value in _keyword(call, "type", "type_", "failure_type"):
            yield from (f"failure type raised: {text}" for text in source.constants(value))
        for value in _keyword(call, "non_retryable_error_types"):
            yield from (f"failure type not retried: {text}" for text in sorted(source.value(value)))
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute) and node.left.attr == "type":
            tested = source.value(node.comparators[0])
            texts = [tested] if isinstance(tested, str) else sorted(tested)
            yield from (f"failure type tested: {text}" for text in texts)


def memo(source: Source) -> Iterator[str]:
    """Each memo key that is written, and what is read under it."""
    for call in source.calls():
        written = [*_keyword(call, "memo"), *(call.args if _name(call) == "upsert_memo" else [])]
        for value in written:
            if isinstance(value, ast.Dict):
                yield from (f"memo written: {source.value(key)}" for key in value.keys if key is not None)
        if _name(call) == "memo_value":
            for kind in _keyword(call, "type_hint"):
                yield from shapes.lines(f"memo read: {source.value(call.args[0])}", source.value(kind))


def toml_keys(source: Source) -> Iterator[str]:
    """The keys of each kind of table in the TOML files that settings name."""
    for call in source.calls():
        if _name(call) == "refuse_unknown":
            yield f"keys of a TOML table: {', '.join(sorted(source.value(call.args[0])))}"


def control_fields(source: Source) -> Iterator[str]:
    """The fields that the simulator's control surface reads from a body, and the parameters of queries."""
    if source.path.relative_to(ROOT).parts[0] != "simulator":
        return
    for call in source.calls():
        if isinstance(call.func, ast.Attribute) and call.func.attr in CONTROL_READERS and len(call.args) == 1:
            yield from (f"simulator control field: {text}" for text in source.constants(call.args[0]))
        if ast.unparse(call.func).endswith("query.get"):
            yield from (f"simulator query parameter: {text}" for text in source.constants(call.args[0]))


def facts() -> Iterator[str]:
    """Everything that is found in the source."""
    for source in sources():
        for find in (log_events, failure_types, memo, toml_keys, control_fields):
            yield from find(source)
