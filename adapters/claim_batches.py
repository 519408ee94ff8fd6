"""Claims of many requests in one update: what comes while one update is under way goes with the next.

An account's workflow takes ten updates at a time, and each costs it five events. So each worker has one update to each
account under way. A claim that comes alone goes at once and by itself.

An update without an answer is asked for again by its id until it has one, or until nobody waits for it. So a slow
worker gets it once.
"""

import asyncio
import random
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError, RPCStatusCode

from domain.accounts import Claim, ClaimResult

MOST_CLAIMS, MOST_ENTRIES = 200, 4000
"""Of one update: claims, and their numbers and void references. It stays below 300 KB."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0
"""Seconds before an update that was turned away comes back."""
_BUSY = frozenset({RPCStatusCode.RESOURCE_EXHAUSTED, RPCStatusCode.ABORTED, RPCStatusCode.ALREADY_EXISTS})

Send = Callable[[str, str, Sequence[Claim]], Awaitable[Sequence[ClaimResult]]]
"""Sends claims to an account in one update with an id, and returns an answer for each."""


class _Waiting(NamedTuple):
    claim: Claim
    answer: "asyncio.Future[ClaimResult]"


class ClaimBatches:
    """Sends the claims of one worker."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: defaultdict[str, list[_Waiting]] = defaultdict(list)
        self._senders: dict[str, asyncio.Task[None]] = {}

    async def claim(self, account: str, claim: Claim) -> ClaimResult:
        """The account's answer to a claim. A caller that is canceled leaves the others alone.

        Raises:
            RPCError: the server does not answer.
            WorkflowUpdateFailedError: the account's workflow refuses this claim.
        """
        answer: asyncio.Future[ClaimResult] = asyncio.get_running_loop().create_future()
        self._waiting[account].append(_Waiting(claim, answer))
        if account not in self._senders:
            self._senders[account] = asyncio.create_task(self._send_all(account))
        return await answer

    async def _send_all(self, account: str) -> None:
        try:
            while batch := self._next_batch(account):
                await self._answer(account, batch)
        finally:
            del self._senders[account]

    def _next_batch(self, account: str) -> list[_Waiting]:
        batch: list[_Waiting] = []
        waiting = [one for one in self._waiting.pop(account, []) if not one.answer.done()]
        entries = 0
        for one in waiting[:MOST_CLAIMS]:
            entries += len(one.claim.fingerprints) + len(one.claim.void)
            if batch and entries > MOST_ENTRIES:
                break
            batch.append(one)
        if rest := waiting[len(batch) :]:
            self._waiting[account] = rest
        return batch

    async def _answer(self, account: str, batch: list[_Waiting]) -> None:
        """Answer each claim of a batch. One that makes the account refuse the whole update fails alone."""
        try:
            results = await self._send_until_answered(account, batch)
        except WorkflowUpdateFailedError as error:
            if len(batch) == 1:
                _fail(batch, error)
            else:
                for one in batch:
                    await self._answer(account, [one])
        except Exception as error:  # noqa: BLE001 - the callers get it
            _fail(batch, error)
        else:
            for one, result in zip(batch, results, strict=True):
                if not one.answer.done():
                    one.answer.set_result(result)

    async def _send_until_answered(self, account: str, batch: list[_Waiting]) -> Sequence[ClaimResult]:
        update_id, pause = str(uuid.uuid4()), _FIRST_PAUSE
        while True:
            try:
                return await self._send(account, update_id, [one.claim for one in batch])
            except WorkflowUpdateRPCTimeoutOrCancelledError:
                if all(one.answer.done() for one in batch):
                    raise
            except RPCError as error:
                if error.status not in _BUSY or all(one.answer.done() for one in batch):
                    raise
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - spreads callers, guards nothing
                pause = min(pause * 2, _LONGEST_PAUSE)


def _fail(batch: list[_Waiting], error: Exception) -> None:
    for one in batch:
        if not one.answer.done():
            one.answer.set_exception(error)
