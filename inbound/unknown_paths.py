"""Requests for paths that do not exist. A messaging profile with a wrong webhook URL shows in nothing else."""

from collections.abc import Mapping

import structlog

from inbound.counts import Counts, WebhookOutcome

_LONGEST_PATH = 100
_MOST_PATHS = 50
"""Paths that are remembered, of those that Telnyx may have called and of all others. More are only counted."""

_log = structlog.get_logger(__name__)


class UnknownPaths:
    """Counts each request, and logs each path once."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._seen: dict[bool, set[str]] = {True: set(), False: set()}

    def add(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """Take one request; `headers` has lower-case names.

        Scanners ask for thousands of paths, so they have no share in the memory for what has Telnyx's headers.
        """
        self._counts.add(WebhookOutcome.UNKNOWN_PATH)
        signed = "telnyx-signature-ed25519" in headers
        seen, shown = self._seen[signed], f"{method[:10]} {path[:_LONGEST_PATH]}"
        if shown in seen or len(seen) >= _MOST_PATHS:
            return
        seen.add(shown)
        advice = "set the webhook URL of the messaging profile to https://HOST/telnyx/ACCOUNT" if signed else ""
        _log.warning("webhook_unknown_path", path=shown, signed=signed, advice=advice)
