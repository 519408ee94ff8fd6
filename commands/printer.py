"""Writes answers to stdout and reasons to stderr, as sentences for people or as JSON for programs."""

import json
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import RenderableType

    from domain.messages import Answer


def show(content: "RenderableType") -> None:
    """Prints something for people, in colours where the terminal has them."""
    from rich.console import Console  # noqa: PLC0415 - takes longer to load than a whole answer in JSON

    Console(highlight=False, markup=False, emoji=False).print(content)


def tell(sentence: str) -> None:
    """Prints a sentence as it is; words that look like markup stay."""
    sys.stdout.write(f"{sentence}\n")


def warn(sentences: Sequence[str]) -> None:
    """Prints warnings to stderr, so that they disturb no program that reads the answer."""
    for sentence in sentences:
        _reason(f"Warning: {sentence}\n")


def dump(content: "BaseModel | Sequence[BaseModel]") -> None:
    """Prints one model or a list of them as JSON."""
    if isinstance(content, Sequence):
        dump_plain([item.model_dump(mode="json") for item in content])
    else:
        sys.stdout.write(content.model_dump_json(indent=2) + "\n")


def dump_plain(content: Any) -> None:
    """Prints lists and dictionaries as JSON."""
    sys.stdout.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def fail(sentence: str, *, as_json: bool) -> None:
    """Prints the reason why a command did not do what it was asked."""
    _reason(json.dumps({"error": sentence}, ensure_ascii=False) + "\n" if as_json else f"{sentence}\n")


def fault(error: Exception) -> None:
    """Prints where an error came from that no command expects."""
    _reason("".join(traceback.format_exception(error)))


def _reason(text: str) -> None:
    """Writes to stderr; a reason that nobody reads stops no command and changes no exit code."""
    with suppress(BrokenPipeError):
        sys.stderr.write(text)


def answer(given: "Answer", *, as_json: bool) -> int:
    """Prints what a request answered; 1 when it refused or a code was not taken, else 0."""
    bad = [number for number in given.numbers if number.result in {"rejected", "not_asked"}]
    if as_json:
        dump(given)
    else:
        tell(given.sentence)
        for number in given.numbers:
            tell(f"  {number.phone_number}  {number.result.replace('_', ' ')}")
    if given.accepted and not bad:
        return 0
    reason = f"not taken: {', '.join(number.phone_number for number in bad)}" if bad else given.sentence
    fail(reason, as_json=as_json)
    return 1


class Counter:
    """Counts on stderr while many things are done: one line that is overwritten on a terminal, else nothing."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self._total = total
        self._done = 0
        self._shown = not quiet and sys.stderr.isatty()

    def advance(self) -> None:
        """Counts one more."""
        self._done += 1
        if self._shown:
            sys.stderr.write(f"\r{self._done} of {self._total}")
            sys.stderr.flush()

    def close(self) -> None:
        """Ends the line."""
        if self._shown:
            sys.stderr.write("\n")


def line(content: "BaseModel") -> None:
    """Prints one model as one line of JSON, at once."""
    sys.stdout.write(content.model_dump_json() + "\n")
    sys.stdout.flush()
