"""Requests for paths that do not exist. A messaging profile with a wrong webhook URL shows in nothing else."""

import time
from collections.abc import Callable, Mapping

import structlog

from inbound.counts import Counts, WebhookOutcome

_LONGEST_PATH = 100
_MOST_PATHS = 50
"""Paths that are remembered, of those that Telnyx may have called and of all others. More are only counted."""
_REMEMBERED = 3_600.0
"""Seconds. Anyone can send Telnyx's header, so what strangers filled is empty again an hour later."""

_log = structlog.get_logger(__name__)


class UnknownPaths:
    """Counts each request, and logs each path once an hour."""

    def __init__(self, counts: Counts, clock: Callable[[], float] = time.monotonic) -> None:
        self._counts = counts
        self._clock = clock
        self._forget()

    def add(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """Take one request; `headers` has lower-case names.

        Scanners ask for thousands of paths, so they have no share in the memory for what has Telnyx's headers.
        """
        self._counts.add(WebhookOutcome.UNKNOWN_PATH)
        if self._clock() - self._began >= _REMEMBERED:
            self._forget()
        signed = "telnyx-signature-ed25519" in headers
        seen, shown = self._seen[signed], f"{method[:10]} {path[:_LONGEST_PATH]}"
        if shown in seen or len(seen) >= _MOST_PATHS:
            return
        seen.add(shown)
        advice = "set the webhook URL of the messaging profile to https://HOST/telnyx/ACCOUNT" if signed else ""
        _log.warning("webhook_unknown_path", path=shown, signed=signed, advice=advice)

    def _forget(self) -> None:
        self._began = self._clock()
        self._seen: dict[bool, set[str]] = {True: set(), False: set()}
