"""Reads a message from what its sender gave: any number of arguments, and in each any JSON.

Programs of others write messages too, and so do people with the `temporal` command. What cannot be read becomes one
sentence. It names fields and kinds of JSON and repeats no value, since a value may be a code.
"""

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from domain.printable import LONGEST_NAME, line, printable
from domain.text import join_some
from domain.unreadable import Unreadable

M = TypeVar("M", bound=BaseModel)

MOST_ENTRIES = 2000
"""Entries of a list in a message. More than 200 are never useful; reading a million of them would take seconds."""

_NAMED = 3
_EXPECTED = {
    "string": "a text",
    "list": "a list",
    "bool": "true or false",
    "int": "a whole number",
    "model": "an object",
    "dict": "an object",
    "datetime": "an instant such as 2026-11-30T15:04:05Z",
}
"""What was expected, by the first word of pydantic's type of the error."""
_SEEN = {bool: "true or false", str: "a text", list: "a list", dict: "an object", type(None): "null"}


class WrongShape(ValueError):  # noqa: N818 - named for what a person sees
    """A message that cannot be read. The text is one sentence; `by` is its sender, where one is named."""

    def __init__(self, sentence: str, by: str = "") -> None:
        super().__init__(sentence)
        self.by = by


def read_message(kind: type[M], given: Sequence[object]) -> M:
    """Read the one message that was expected.

    Args:
        kind: its type.
        given: every argument that was sent, as plain JSON, or an `Unreadable`.

    Raises:
        WrongShape: there is another number of arguments, or the one is no such message or must not be used.
    """
    for one in given:
        if isinstance(one, Unreadable):
            raise WrongShape(one.sentence, sender_of(given))
    if len(given) != 1:
        sentence = f"One {kind.__name__} was expected, and {len(given)} arguments were sent: send one object."
        raise WrongShape(sentence, sender_of(given))
    try:
        return kind.model_validate(given[0])
    except ValidationError as error:
        raise WrongShape(_sentence(kind, error), sender_of(given)) from None


def read_new_message(kind: type[M], given: Sequence[object]) -> M:
    """Read a message that was not accepted before: one with a list that is too long is refused, too.

    Raises:
        WrongShape: as for `read_message`.
    """
    fields = given[0].items() if given and isinstance(given[0], dict) else ()
    for name, value in fields:
        if isinstance(value, list) and len(value) > MOST_ENTRIES:
            sentence = f"The field `{name}` has {len(value)} entries, and at most {MOST_ENTRIES} are read: send fewer."
            raise WrongShape(sentence, sender_of(given))
    return read_message(kind, given)


def sender_of(given: Sequence[object]) -> str:
    """Who sent it, as far as it says so: the text `by` of the first argument."""
    by = given[0].get("by") if given and isinstance(given[0], dict) else ""
    return line(by, LONGEST_NAME) if isinstance(by, str) else ""


def _sentence(kind: type[M], error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False)
    faults = join_some((_fault(one["loc"], one["type"], one["input"]) for one in found), _NAMED)
    return f"This is no {kind.__name__}: {faults}; docs/messages.schema.json has its shape."


def _fault(place: tuple[int | str, ...], error_type: str, value: object) -> str:
    path = ".".join(str(part)[:40] for part in place[:4])
    name = f"`{path}`" if path and printable(path) == path else "it"
    if error_type == "missing":
        return f"{name} is missing"
    expected = _EXPECTED.get(error_type.partition("_")[0], "something else")
    return f"{name} is {_SEEN.get(type(value), 'a number')} where {expected} is expected"
