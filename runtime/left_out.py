"""Remembers in the history of a run which of its signals were left out, and why.

What is left out today could be read tomorrow, with another key or another setting. A replay then would take a signal
that the workflow never acted on. So the handler that leaves out the n-th signal of the run records a patch, whose id
says so, and a replay is told of the patch before the signal.
"""

import dataclasses

from domain.unreadable import Reason, Unreadable

_PREFIX = "left-out"


class LeftOut:
    """The signals of a run, in the order of its history."""

    def __init__(self) -> None:
        self._seen = 0
        self._recorded: dict[int, Unreadable] = {}

    def recall(self, patch: str) -> None:
        """Take note of a patch in the history, if it is one of these."""
        prefix, _, rest = patch.partition(" ")
        words = rest.split(" ")
        if prefix == _PREFIX and len(words) == 3 and words[0].isdecimal():  # noqa: PLR2004 - as `mark` writes it
            self._recorded[int(words[0])] = Unreadable(Reason(words[1]), words[2].removeprefix("-"), patch)

    def next(self) -> Unreadable | None:
        """Count one more signal. Returns why it was left out; None when it was not, or is new."""
        self._seen += 1
        return self._recorded.get(self._seen)

    def mark(self, fault: Unreadable) -> Unreadable:
        """The same fault, with the patch that records it for the signal that was counted last."""
        patch = f"{_PREFIX} {self._seen} {fault.reason} -{fault.key}"
        return dataclasses.replace(fault, mark=patch)
