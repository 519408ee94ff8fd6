"""Counts the outcomes of webhooks, and logs the counts at intervals and at the stop."""

import asyncio
from enum import StrEnum

import structlog

INTERVAL = 600.0
"""Seconds between two log lines. There is none while no webhook comes."""

_log = structlog.get_logger(__name__)


class WebhookOutcome(StrEnum):
    """What happened to a webhook. The values are fields of the log line."""

    SIGNALLED = "signalled"
    """A request has its hint, or gets it when its pause is over."""
    ORPHAN = "orphan"
    """It concerns no running request, or none that needs the hint."""
    ELSEWHERE = "elsewhere"
    """It is not about hosted numbers."""
    CREATION = "creation"
    """It only says that an order was created."""
    REPEAT = "repeat"
    """It came before."""
    REFUSED = "refused"
    """Its signature is wrong, or its body cannot be read."""
    COME_BACK = "come_back"
    """It was answered 503."""
    KEPT = "kept"
    """It was answered 200 before Temporal had it. Its outcome is counted later."""
    UNKNOWN_PATH = "unknown_path"
    """It came to a path that does not exist, or with another method than POST. It may be no webhook at all."""
    LOST = "lost"
    """It was kept, and its delivery failed."""


class Counts:
    """How often each outcome occurred since the process began."""

    def __init__(self, interval: float = INTERVAL) -> None:
        self._interval = interval
        self._counts = dict.fromkeys(WebhookOutcome, 0)
        self._timer: asyncio.TimerHandle | None = None

    def add(self, outcome: WebhookOutcome) -> None:
        """Count one outcome. The log line follows within the interval."""
        self._counts[outcome] += 1
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._interval, self.log)

    def log(self) -> None:
        """Log all counts."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        _log.info("webhooks_counted", **self._counts)
