"""Limits the log lines about refused webhooks. Anyone can send what is refused, and could fill a disk with lines."""

import time
from collections.abc import Callable

PERIOD = 60.0
LINES = 20
"""Lines in one period. Every refusal is counted anyway."""


class LineLimit:
    """Allows a number of lines in each period."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._written = 0

    def allows_line(self) -> bool:
        """Whether one more line may be written; it then counts as written."""
        now = self._clock()
        if now - self._began >= PERIOD:
            self._began, self._written = now, 0
        self._written += 1
        return self._written <= LINES
