"""Writes down what a value looks like on the wire, one line for each field, without the name of any class."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python
from typing_extensions import TypeAliasType

_PLAIN = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "boolean",
    datetime: "instant",
    NoneType: "null",
    Path: "path",
    SecretStr: "secret text",
    Any: "anything",
}
_BOUNDS = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}


def lines(path: str, kind: Any, note: str = "", inside: tuple[Any, ...] = ()) -> Iterator[str]:
    """A line that says what a value is, then the lines of what is in it."""
    yield f"{path}: {word(kind)}{note}"
    yield from _within(path, kind, inside)


def word(kind: Any) -> str:
    """What a value is, in a few words."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return word(arguments[0]) + bounds(arguments[1:])
    if origin is Literal:
        return _one_of(arguments)
    if origin is None:
        return _PLAIN.get(kind) or _class_word(kind)
    inner = [word(one) for one in arguments if one is not ...]
    if origin in {Union, UnionType}:
        return " or ".join(inner)
    return f"map of {inner[0]} to {inner[1]}" if origin is dict else f"list of {inner[0]}"


def _class_word(kind: Any) -> str:
    if isinstance(kind, TypeAliasType):
        return "any JSON"
    if issubclass(kind, Enum):
        return _one_of(sorted(one.value for one in kind))
    if issubclass(kind, tuple):
        return "array"
    if issubclass(kind, BaseModel) and kind.model_config.get("extra", "ignore") != "ignore":
        return f"object, other fields: {kind.model_config['extra']}"
    if issubclass(kind, BaseModel) or dataclasses.is_dataclass(kind):
        return "object"
    raise TypeError(f"The golden file has no word for {kind}: add one to tests/golden/shapes.py.")


def _one_of(values: Any) -> str:
    return "one of " + " | ".join(json.dumps(value) for value in values)


def bounds(metadata: Any) -> str:
    """The limits of a number, such as `, above 0`."""
    flat = [one for some in metadata for one in (some.metadata if isinstance(some, FieldInfo) else [some])]
    return "".join(
        f", {text} {getattr(one, name):g}" for one in flat for name, text in _BOUNDS.items() if hasattr(one, name)
    )


def _within(path: str, kind: Any, inside: tuple[Any, ...]) -> Iterator[str]:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        yield from _within(path, arguments[0], inside)
    elif origin in {Union, UnionType}:
        objects = [one for one in arguments if word(one) == "object"]
        for place, one in enumerate(arguments, 1):
            yield from _within(f"{path}({place})" if len(objects) > 1 else path, one, inside)
    elif origin in {list, tuple, set, frozenset}:
        yield from _within(f"{path}[]", arguments[0], inside)
    elif origin is dict:
        yield from _within(f"{path}{{}}", arguments[1], inside)
    elif kind in inside:
        yield f"{path}: the same again"
    elif isinstance(kind, type):
        for name, field, note in _fields(kind):
            yield from lines(f"{path}{name}", field, note, (*inside, kind))


def _fields(kind: type) -> Iterator[tuple[str, Any, str]]:
    """The path, the type and the default of each field."""
    if issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            note = bounds(field.metadata) + (", required" if field.is_required() else _default(field))
            yield f".{field.alias or name}", field.annotation, note
    elif dataclasses.is_dataclass(kind):
        for name, hint in get_type_hints(kind).items():
            yield f".{name}", hint, ""
    elif issubclass(kind, tuple):
        hints, defaults = get_type_hints(kind), getattr(kind, "_field_defaults", {})
        for place, (name, hint) in enumerate(hints.items()):
            yield f"[{place}]", hint, f", default {as_json(defaults[name])}" if name in defaults else ", required"


def _default(field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True, validated_data={})
    prose = isinstance(default, str) and " " in default  # may be worded better
    return ", default a sentence" if prose else f", default {as_json(default)}"


def as_json(value: Any) -> str:
    """A value as JSON in one line, in an order of its own."""
    return json.dumps(to_jsonable_python(value), sort_keys=True, ensure_ascii=False)
