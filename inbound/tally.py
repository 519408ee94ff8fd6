"""Counts what became of webhooks, and says so in the log every now and then and at the stop."""

import asyncio
from enum import StrEnum

import structlog

EVERY = 600.0
"""Seconds between two lines, of which there is none when nothing came."""

_log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """What became of a webhook, or of what it told when the answer could not wait for that."""

    SIGNALLED = "signalled"
    """A request has it, or gets it when its pause is over."""
    ORPHAN = "orphan"
    """No running request is concerned, or none that is between two looks at its order."""
    ELSEWHERE = "elsewhere"
    """It is not about hosted numbers."""
    CREATION = "creation"
    """It only says that an order was made."""
    REPEAT = "repeat"
    """It came before."""
    REFUSED = "refused"
    """It is not proven, or cannot be read."""
    COME_BACK = "come_back"
    """It was answered 503."""
    KEPT = "kept"
    """It was answered 200 before Temporal had it; its end is counted when it is known."""
    LOST = "lost"
    """What was kept was given up."""


class Tally:
    """How often each outcome was seen since the process began."""

    def __init__(self, every: float = EVERY) -> None:
        self._every = every
        self._counts = dict.fromkeys(Outcome, 0)
        self._next: asyncio.TimerHandle | None = None

    def add(self, outcome: Outcome) -> None:
        """Counts one, to be told within the interval."""
        self._counts[outcome] += 1
        if self._next is None:
            self._next = asyncio.get_running_loop().call_later(self._every, self.tell)

    def tell(self) -> None:
        """Writes all counts to the log."""
        if self._next is not None:
            self._next.cancel()
            self._next = None
        _log.info("webhooks_counted", **self._counts)
