"""The connection of a process that also does its work while Temporal is away."""

import asyncio
import time

import structlog
from temporalio.client import Client, RetryConfig

from runtime.connection import CannotReachTemporal, connect
from runtime.settings import Settings

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0
_SAY_AGAIN_AFTER = 300.0
"""Seconds between two log lines with the same reason."""

_log = structlog.get_logger(__name__)


async def wait_for_temporal(settings: Settings, *, retry: RetryConfig) -> Client:
    """Connect to Temporal, for as long as it takes; `retry` says how long a failed call is retried.

    Each new reason why it cannot be reached is logged at once, and the same reason every few minutes. A namespace that
    is missing and credentials that are refused may be corrected at the server, so they are waited for as well.

    Raises:
        SettingsError: the keys or the `TEMPORAL_*` variables are wrong, which no waiting changes.
    """
    pause, said, said_at = _FIRST_PAUSE, "", 0.0
    while True:
        try:
            client = await connect(settings, retry=retry)
        except CannotReachTemporal as error:
            reason, now = str(error), time.monotonic()
            if reason != said or now - said_at >= _SAY_AGAIN_AFTER:
                _log.warning("temporal_awaited", reason=reason)
                said, said_at = reason, now
        else:
            _log.info("temporal_reached", namespace=client.namespace)
            return client
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
