"""Keeps a flood of events from a request: the first hint goes at once, the last of the next seconds when they are over.

Each hint costs a call to Telnyx, which has limits of its own. What is told of an internal transfer stands nowhere else,
so an ordinary hint never takes its place.
"""

import asyncio

import structlog

from domain.messages import TelnyxNews
from domain.transfers import PENDING
from inbound.routes import TEMPORAL_FAULTS, Requests
from inbound.tally import Outcome, Tally

EVERY = 6.0
"""Seconds between two hints to the same request; a little more than the 5 in which it looks once, so it may at once."""
MOST_AT_ONCE = 2_000
"""Requests that are kept in mind; beyond that Telnyx is told to come back."""

_TRIES = 24
"""How often a hint that was put off is tried, once in each pause; after two minutes the request's own polls must do."""

_log = structlog.get_logger(__name__)


class Overloaded(Exception):  # noqa: N818 - named for the state
    """Too much is under way; the sender has to come back."""


class Pacing:
    """Hands hints on to requests, at most one in each pause, and never loses the last."""

    def __init__(self, requests: Requests, every: float = EVERY, tally: Tally | None = None) -> None:
        self._requests = requests
        self._every = every
        self._tally = tally or Tally()
        self._pauses: dict[str, asyncio.Task[None]] = {}
        self._put_off: dict[str, TelnyxNews] = {}

    async def tell(self, workflow_id: str, news: TelnyxNews) -> str:
        """Gives a request the hint: `told`, `put_off` until the pause is over, or `gone` when the request has ended.

        Raises:
            Overloaded: too many requests are kept in mind.
            TEMPORAL_FAULTS: Temporal does not answer as it should; the hint is not kept.
        """
        if workflow_id in self._pauses:
            self._put_off[workflow_id] = _more_telling(self._put_off.get(workflow_id), news)
            return "put_off"
        if len(self._pauses) >= MOST_AT_ONCE:
            raise Overloaded
        self._pauses[workflow_id] = asyncio.create_task(self._pause(workflow_id))
        try:
            return "told" if await self._requests.tell(workflow_id, news) else "gone"
        except BaseException:
            self._forget_unless_somebody_waits(workflow_id)
            raise

    async def aclose(self) -> None:
        """Tells at once what was put off, since nobody is left to do it later."""
        pauses = list(self._pauses.values())
        for pause in pauses:
            pause.cancel()
        await asyncio.gather(*pauses, return_exceptions=True)
        left, self._put_off = self._put_off, {}
        told = await asyncio.gather(*(self._told(workflow_id, news) for workflow_id, news in left.items()))
        for workflow_id, done in zip(left, told, strict=True):
            if not done:
                self._lost(workflow_id, "the process stops")

    async def _pause(self, workflow_id: str) -> None:
        """Waits, tells what came meanwhile, and waits again; ends after a pause in which nothing came."""
        tries = _TRIES
        await asyncio.sleep(self._every)
        while tries and (news := self._put_off.get(workflow_id)):
            if await self._told(workflow_id, news):
                tries = _TRIES
                if self._put_off[workflow_id] is news:  # or a newer one came while it was told
                    del self._put_off[workflow_id]
            else:
                tries -= 1
            await asyncio.sleep(self._every)
        if self._put_off.pop(workflow_id, None):
            self._lost(workflow_id, "it was tried for long enough")
        del self._pauses[workflow_id]

    async def _told(self, workflow_id: str, news: TelnyxNews) -> bool:
        try:
            await self._requests.tell(workflow_id, news)
        except TEMPORAL_FAULTS as error:
            _log.warning("webhook_deferred", workflow_id=workflow_id, reason=type(error).__name__)
            return False
        return True

    def _lost(self, workflow_id: str, reason: str) -> None:
        self._tally.add(Outcome.LOST)
        _log.error("webhook_lost", workflow_id=workflow_id, reason=reason, advice="the next poll finds what it told")

    def _forget_unless_somebody_waits(self, workflow_id: str) -> None:
        if workflow_id not in self._put_off and workflow_id in self._pauses:
            self._pauses.pop(workflow_id).cancel()


def _more_telling(earlier: TelnyxNews | None, news: TelnyxNews) -> TelnyxNews:
    """The hint to keep of two: a decision goes before a question, anything of a transfer before an ordinary hint."""
    if earlier is None or _rank(news) > _rank(earlier):
        return news
    if _rank(news) < _rank(earlier):
        return earlier
    return news.model_copy(update={"approval_deadline": news.approval_deadline or earlier.approval_deadline})


def _rank(news: TelnyxNews) -> int:
    return ("", PENDING).index(news.decision) if news.decision in {"", PENDING} else 2
