"""Prints what happens in the demo, within the width of the terminal."""

import shlex
import textwrap
import time
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

_COLORS = {"active": "green", "partly_active": "yellow", "left_out": "yellow", "running": "cyan"}
_INDENT = " " * 22
_LEAST_WIDTH = 60


class Narrator:
    """Prints headings, events with the seconds since the start, commands and replies."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    def heading(self, title: str) -> None:
        """Begin a part of the story."""
        self._console.print(Text(f"\n{title}", style="bold"))

    def event(self, who: str, what: str) -> None:
        """Print what happened to a request or to the installation."""
        first, *rest = self._lines(what)
        self._console.print(Text.assemble((f"{self.seconds:5.1f}s  ", "dim"), (f"{who:<14}", "bold"), first))
        for line in rest:
            self._console.print(Text(_INDENT + line))

    def command(self, words: Sequence[str]) -> None:
        """Print a command as one types it. A long command continues on the next line, as a shell understands it."""
        lines = textwrap.wrap(shlex.join(words), self._width - 4, break_long_words=False, break_on_hyphens=False)
        typed = f" \\\n{_INDENT}    ".join(lines)
        self._console.print(Text(f"{_INDENT}$ {typed}", style="cyan"))

    def reply(self, sentence: str) -> None:
        """Print the reply to a command."""
        for line in self._lines(sentence):
            self._console.print(Text(_INDENT + line, style="dim"))

    @property
    def _width(self) -> int:
        """Columns to the right of the indent."""
        return max(self._console.width, _LEAST_WIDTH) - len(_INDENT)

    def _lines(self, sentence: str) -> list[str]:
        start = sentence[: len(sentence) - len(sentence.lstrip())]
        return textwrap.wrap(sentence, self._width, subsequent_indent=start, break_long_words=False) or [""]

    def plain(self, line: str) -> None:
        """Print a line unchanged, so that it can be copied."""
        self._console.print(Text(line))

    def table(self, shown: Sequence[dict[str, Any]]) -> None:
        """Print how each number of each request ended."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in ("Request", "Outcome", "Number", "State", "Telnyx says"):
            table.add_column(column, no_wrap=True)
        for request in shown:
            head = (request["reference"], request["outcome"])
            for number in request["numbers"]:
                row = (*head, number["phone_number"], number["state"], number["status"])
                table.add_row(*(Text(cell, style=_COLORS.get(cell, "")) for cell in row))
                head = ("", "")
        self._console.print(table)

    def failed(self, sentence: str, logs: str) -> None:
        """Print the last lines of the logs, then in one sentence why the demo failed."""
        self._console.print(Text(logs, style="dim"))
        self._console.print(Text(f"\nThe demo failed: {sentence}", style="bold red"))
