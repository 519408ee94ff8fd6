"""Counts what happens often, and logs all counts at intervals in which anything happened, and at the stop."""

import asyncio
from collections.abc import Callable, Iterable, Mapping


class IntervalCounts:
    """How often each kind of event occurred since the process began."""

    def __init__(self, kinds: Iterable[str], interval: float, write: Callable[[Mapping[str, int]], None]) -> None:
        """Begin with zeros.

        Args:
            kinds: what can be counted.
            interval: seconds between two log lines.
            write: logs all counts in one line.
        """
        self._write = write
        self._interval = interval
        self._counts = dict.fromkeys(kinds, 0)
        self._timer: asyncio.TimerHandle | None = None

    def add(self, kind: str) -> None:
        """Count one event. The log line follows within the interval."""
        self._counts[kind] += 1
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._interval, self.log)

    def log(self) -> None:
        """Log all counts."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._write(self._counts)

    def log_rest(self) -> None:
        """Log all counts, if one has changed since the last line."""
        if self._timer is not None:
            self.log()
