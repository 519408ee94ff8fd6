"""Writes answers to stdout and reasons to stderr, as sentences for people or as JSON for programs."""

import re
import shutil
import sys
import textwrap
import traceback
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO

from domain.printable import printable, printable_lines
from domain.text import count
from runtime import terminals

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

_COMMAND = re.compile(r"`[^`]*`")
_GLUE = "\x00"
_LONGEST_ANSWER = 1000
_MOST_WARNINGS = 10


def write(text: str) -> None:
    """Prints plain text. What looks like markup is printed as it is."""
    terminals.write(sys.stdout, f"{text}\n")


def write_wrapped(text: str, indent: int = 0, hanging: int = 0) -> None:
    """Prints a paragraph, wrapped in a terminal. Programs get it on one line.

    Args:
        text: the paragraph.
        indent: columns left of every line.
        hanging: further columns left of every line but the first.
    """
    write(_fitted(printable(text), sys.stdout, indent, hanging))


def _fitted(text: str, stream: TextIO, indent: int = 0, hanging: int = 0) -> str:
    """A paragraph as a stream needs it: a terminal breaks a line that is too long anywhere, also inside a number."""
    if stream.isatty():
        return wrapped(text, indent, hanging, shutil.get_terminal_size().columns)
    return " " * indent + text


def wrapped(text: str, indent: int, hanging: int, width: int) -> str:
    """A paragraph of at most so many columns. A command in backticks stays on one line."""
    whole = _COMMAND.sub(lambda command: command[0].replace(" ", _GLUE), printable(text))
    first, others = " " * indent, " " * (indent + hanging)
    wrapper = textwrap.TextWrapper(
        width, initial_indent=first, subsequent_indent=others, break_long_words=False, break_on_hyphens=False
    )
    return wrapper.fill(whole).replace(_GLUE, " ")


def render(content: "RenderableType") -> None:
    """Prints tables and the like for people, in colors where the terminal has them."""
    from rich.console import Console

    Console(highlight=False, markup=False, emoji=False).print(Shown(content))


class Shown:
    """Anything that rich prints, with nothing in its texts that moves a cursor, colors or hides."""

    def __init__(self, content: "RenderableType") -> None:
        self._content = content

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        """The same pieces; rich's own controls are none of their texts."""
        from rich.segment import Segment

        for piece in console.render(self._content, options):
            yield piece if piece.control else Segment(printable_lines(piece.text), piece.style)


def dump(content: "BaseModel | Sequence[BaseModel]") -> None:
    """Prints one model or a list of them as JSON."""
    if isinstance(content, Sequence):
        dump_plain([item.model_dump(mode="json") for item in content])
    else:
        dump_plain(content.model_dump(mode="json"))


def dump_plain(content: Any) -> None:
    """Prints lists and dictionaries as JSON."""
    terminals.write_json(sys.stdout, content, indent=2)


def dump_line(content: "BaseModel") -> None:
    """Prints one model as one line of JSON, without delay."""
    terminals.write_json(sys.stdout, content.model_dump(mode="json"))
    sys.stdout.flush()


def warn(sentences: Sequence[str]) -> None:
    """Prints warnings to stderr, where they disturb no program that reads the answer."""
    for sentence in sentences:
        _write_error(_fitted(f"Warning: {printable(sentence)}", sys.stderr) + "\n")


def warn_of_some(sentences: Sequence[str]) -> None:
    """Prints the first ten warnings, and how many more there are. A file of thousands of rows may have one for each."""
    more = len(sentences) - _MOST_WARNINGS
    warn(sentences[:_MOST_WARNINGS])
    if more > 0:
        note(f"… and {count(more, 'more warning')}: `--json` has all of them.")


def note(sentence: str) -> None:
    """Prints to stderr what a person at a terminal has to do next."""
    _write_error(_fitted(sentence, sys.stderr) + "\n")
    sys.stderr.flush()


def fail(sentence: str, *, as_json: bool) -> None:
    """Prints why a command did not do what was asked."""
    if as_json:
        with suppress(BrokenPipeError):
            terminals.write_json(sys.stderr, {"error": sentence})
        return
    lines = [_fitted(line, sys.stderr) for line in sentence.split("\n")]
    _write_error("\n".join(lines) + "\n")


def confirm(question: str) -> bool:
    """Ask a person at a terminal, who has to type `y` or `yes`. A script, which has none, is not asked."""
    if sys.stdin is None or not sys.stdin.isatty():
        return True
    _write_error(f"{question} Type y for yes: ")
    sys.stderr.flush()
    return sys.stdin.readline(_LONGEST_ANSWER).strip().casefold() in {"y", "yes"}


def fault(error: Exception) -> None:
    """Prints where an unexpected error came from."""
    _write_error("".join(traceback.format_exception(error)))


def _write_error(text: str) -> None:
    """Writes to stderr. When its reader has gone, the command goes on and its exit code stays."""
    with suppress(BrokenPipeError):
        terminals.write(sys.stderr, text)


class LaterConsole:
    """A console of rich that is loaded when something is printed on it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._console, name)

    @cached_property
    def _console(self) -> "Console":
        from rich.console import Console

        return Console(highlight=False, emoji=False)


class Counter:
    """Counts on stderr while many things are done: one line that is overwritten on a terminal, else nothing."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self._total = total
        self._done = 0
        self._shown = not quiet and sys.stderr.isatty()
        self._open = False

    def advance(self) -> None:
        """Counts one more."""
        self.show(self._done + 1)

    def show(self, done: int) -> None:
        """Shows that so many are done."""
        self._done = done
        if self._shown:
            self._open = True
            sys.stderr.write(f"\r{self._done} of {self._total}")
            sys.stderr.flush()

    def close(self) -> None:
        """Ends the line, if there is one."""
        if self._open:
            sys.stderr.write("\n")
        self._open = False
