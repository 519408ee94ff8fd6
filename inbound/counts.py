"""Counts the outcomes of webhooks, and logs the counts at intervals and at the stop."""

from enum import StrEnum

import structlog

from runtime.interval_counts import IntervalCounts

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


class Counts(IntervalCounts):
    """How often each outcome occurred since the process began."""

    def __init__(self, interval: float = INTERVAL) -> None:
        super().__init__(WebhookOutcome, interval, lambda counts: _log.info("webhooks_counted", **counts))
