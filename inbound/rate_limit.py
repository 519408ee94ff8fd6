"""Limits the hints to one request: the first goes at once, and after a pause the last one that came meanwhile.

Each hint costs a call to Telnyx, which has rate limits of its own. Telnyx reports an internal transfer nowhere else, so
an ordinary hint never replaces a hint about a transfer.
"""

import asyncio
from enum import StrEnum

import structlog

from domain import delays
from domain.messages import TelnyxNews
from domain.transfers import PENDING
from inbound.counts import Counts, WebhookOutcome
from inbound.faults import TEMPORAL_FAULTS, Overloaded
from inbound.retry import RetryPolicy, retry
from inbound.running_requests import Requests

MAX_REQUESTS = 2_000
"""How many requests may be in a pause. One more is refused, and Telnyx comes back."""

_TRIES = 24
"""How often a postponed hint is tried, once in each pause. After two minutes a poll of the request is good enough."""

_log = structlog.get_logger(__name__)


class Sent(StrEnum):
    """What happened to a hint."""

    NOW = "now"
    LATER = "later"
    """It is sent when the pause is over, unless a better one comes meanwhile."""
    NOT_NEEDED = "not_needed"
    """The request has ended, or polls soon anyway."""


class RateLimit:
    """Sends hints to requests, at most one in each pause, and always the last one."""

    def __init__(self, requests: Requests, pause: float = delays.HINT_PAUSE, counts: Counts | None = None) -> None:
        self._requests = requests
        self._pause = pause
        self._counts = counts or Counts()
        self._retries = RetryPolicy(_TRIES * pause, first_pause=pause, longest_pause=pause)
        self._pauses: dict[str, asyncio.Task[None]] = {}
        self._postponed: dict[str, TelnyxNews] = {}

    async def send(self, workflow_id: str, hint: TelnyxNews) -> Sent:
        """Send a hint to a request, now or when its pause is over.

        Raises:
            Overloaded: too many requests are in a pause.
            TEMPORAL_FAULTS: Temporal does not answer as it should. The hint is not kept.
        """
        if workflow_id in self._pauses:
            self._postponed[workflow_id] = _merge(self._postponed.get(workflow_id), hint)
            return Sent.LATER
        if len(self._pauses) >= MAX_REQUESTS:
            raise Overloaded
        self._pauses[workflow_id] = asyncio.create_task(self._run_pauses(workflow_id))
        try:
            return Sent.NOW if await self._requests.send_hint(workflow_id, hint) else Sent.NOT_NEEDED
        except BaseException:
            self._end_unused_pause(workflow_id)
            raise

    async def aclose(self) -> None:
        """Send every postponed hint at once."""
        pauses = list(self._pauses.values())
        for pause in pauses:
            pause.cancel()
        await asyncio.gather(*pauses, return_exceptions=True)
        await asyncio.gather(*map(self._send_last, list(self._postponed)))

    async def _run_pauses(self, workflow_id: str) -> None:
        """Wait, send the hint that came meanwhile, and wait again; end after a pause without a hint."""
        await asyncio.sleep(self._pause)
        while workflow_id in self._postponed:
            try:
                await retry(lambda: self._send_postponed(workflow_id), self._retries, lambda _: None)
            except TimeoutError:
                self._drop(workflow_id, "it was retried for long enough")
                break
            await asyncio.sleep(self._pause)
        del self._pauses[workflow_id]

    async def _send_postponed(self, workflow_id: str) -> None:
        """Send the newest postponed hint; a fault is logged and raised."""
        hint = self._postponed[workflow_id]
        try:
            await self._requests.send_hint(workflow_id, hint)
        except TEMPORAL_FAULTS as fault:
            _log.warning("webhook_deferred", workflow_id=workflow_id, reason=type(fault).__name__)
            raise
        if self._postponed[workflow_id] is hint:  # a newer one may have come meanwhile
            del self._postponed[workflow_id]

    async def _send_last(self, workflow_id: str) -> None:
        try:
            await self._send_postponed(workflow_id)
        except TEMPORAL_FAULTS:
            self._drop(workflow_id, "the process stops")

    def _drop(self, workflow_id: str, reason: str) -> None:
        self._postponed.pop(workflow_id, None)
        self._counts.add(WebhookOutcome.LOST)
        _log.error("webhook_lost", workflow_id=workflow_id, reason=reason, advice="the next poll finds the change")

    def _end_unused_pause(self, workflow_id: str) -> None:
        if workflow_id not in self._postponed and workflow_id in self._pauses:
            self._pauses.pop(workflow_id).cancel()


def _merge(earlier: TelnyxNews | None, hint: TelnyxNews) -> TelnyxNews:
    """The one of two hints to keep: a decision before a question, and both before an ordinary hint.

    What both say of numbers and documents is kept.
    """
    if earlier is None:
        return hint
    kept = earlier if _rank(hint) < _rank(earlier) else hint
    update: dict[str, object] = {
        "verified": list(dict.fromkeys([*earlier.verified, *hint.verified])),
        "refused_at": max((at for at in (earlier.refused_at, hint.refused_at) if at), default=None),
    }
    if _rank(hint) == _rank(earlier):
        update["approval_deadline"] = hint.approval_deadline or earlier.approval_deadline
    return kept.model_copy(update=update)


def _rank(hint: TelnyxNews) -> int:
    return ("", PENDING).index(hint.decision) if hint.decision in {"", PENDING} else 2
