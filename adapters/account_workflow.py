"""The way from an activity to the workflow of its Telnyx account, which whoever comes first starts."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from domain import names
from domain.accounts import AccountSilence, AccountTrouble, AccountUnreachable, Claim, ClaimResult, OpenAccount
from workflows import search_attributes as attributes

log = structlog.get_logger(__name__)

CLAIM_WITHIN = 60.0
"""Seconds; an account takes ten claims at a time, so that many at once wait their turn here."""
ANSWER_WITHIN = timedelta(seconds=20)
CLAIMS_AT_ONCE = 3
"""Claims of one worker on their way to one account. It takes ten in all: whoever is turned away comes back, and
hundreds that come back keep a busy server from ever answering one of them."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0
_SILENCE_EVERY = 600.0
"""Seconds between two reports of the same silence by one worker: hundreds of activities notice it at once."""
_LOOKS = 3
_DESCRIBED_AT_ONCE = 20
_BUSY = frozenset({RPCStatusCode.RESOURCE_EXHAUSTED, RPCStatusCode.ABORTED, RPCStatusCode.ALREADY_EXISTS})


class TemporalAccountWorkflow:
    """Reaches the accounts' workflows over a Temporal client."""

    def __init__(self, client: Client, queue: str = names.LOCAL_QUEUE, claim_within: float = CLAIM_WITHIN) -> None:
        """Reach the workflows that run on `queue`, the worker's own; a claim takes at most `claim_within` seconds."""
        self._client = client
        self._queue = queue
        self._claim_within = claim_within
        self._reported: dict[str, float] = {}
        self._gates: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(CLAIMS_AT_ONCE))

    async def claim(self, account: str, claim: Claim) -> ClaimResult:
        """Claim numbers; whoever stands in the way is looked at, and is in nobody's way once its request is closed.

        Raises:
            AccountUnreachable: the account's workflow does not answer.
        """
        try:
            async with asyncio.timeout(self._claim_within):
                return await self._claim_past_closed(account, claim)
        except (RPCError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError) as error:
            log.warning("account_unreachable", account=account, error=type(error).__name__)
            sentence = f"The account's workflow {names.account_workflow_id(account)} did not answer; it is asked again."
            raise AccountUnreachable(sentence) from None

    async def _claim_past_closed(self, account: str, claim: Claim) -> ClaimResult:
        claimed = await self._claim(account, claim)
        for _ in range(_LOOKS):
            if claimed.granted or not (void := await self.find_closed(claimed.holders.values())):
                break
            again = await self._claim(account, claim.model_copy(update={"void": void}))
            claimed = again.model_copy(update={"moved": again.moved or claimed.moved})
        return claimed

    async def _claim(self, account: str, claim: Claim) -> ClaimResult:
        pause = _FIRST_PAUSE
        while True:
            try:
                async with self._gates[account]:
                    claimed: ClaimResult = await self._client.execute_update_with_start_workflow(
                        names.CLAIM_UPDATE,
                        claim,
                        result_type=ClaimResult,
                        start_workflow_operation=self._start(account),
                        rpc_timeout=ANSWER_WITHIN,
                    )
            except RPCError as error:
                if error.status not in _BUSY:
                    raise
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - spreads callers, guards nothing
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                return claimed

    def _start(self, account: str) -> WithStartWorkflowOperation[Any, None]:
        return WithStartWorkflowOperation(
            names.ACCOUNT_WORKFLOW_TYPE,
            OpenAccount(account=account),
            id=names.account_workflow_id(account),
            task_queue=self._queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=_attributes(account),
            static_summary=_summary(account),
        )

    async def find_closed(self, references: Iterable[str]) -> list[str]:
        """Those of these requests that are over, or are not known at all; raises RPCError when nobody can tell."""
        asked = list(dict.fromkeys(references))
        found: list[str] = []
        for start in range(0, len(asked), _DESCRIBED_AT_ONCE):
            some = asked[start : start + _DESCRIBED_AT_ONCE]
            running = await asyncio.gather(*(self._is_running(reference) for reference in some))
            found += [reference for reference, runs in zip(some, running, strict=True) if not runs]
        return found

    async def _is_running(self, reference: str) -> bool:
        request = self._client.get_workflow_handle(names.workflow_id(reference))
        try:
            found = await request.describe(rpc_timeout=ANSWER_WITHIN)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return found.status is WorkflowExecutionStatus.RUNNING

    async def report_stop(self, trouble: AccountTrouble) -> None:
        """A request met the account's stop."""
        await self._signal(trouble.account, names.STOP_SIGNAL, trouble)

    async def report_outage(self, account: str, since: datetime) -> None:
        """Telnyx has not answered since then; said once in a while, and never a reason to fail."""
        now = time.monotonic()
        if now - self._reported.get(account, -_SILENCE_EVERY) < _SILENCE_EVERY:
            return
        self._reported[account] = now
        try:
            await self._signal(account, names.SILENCE_SIGNAL, AccountSilence(since=since))
        except RPCError as error:
            del self._reported[account]
            log.warning("silence_not_reported", account=account, error=type(error).__name__)

    async def _signal(self, account: str, signal: str, message: AccountTrouble | AccountSilence) -> None:
        await self._client.start_workflow(
            names.ACCOUNT_WORKFLOW_TYPE,
            OpenAccount(account=account),
            id=names.account_workflow_id(account),
            task_queue=self._queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=_attributes(account),
            static_summary=_summary(account),
            start_signal=signal,
            start_signal_args=[message],
            rpc_timeout=ANSWER_WITHIN,
        )


def _attributes(account: str) -> TypedSearchAttributes:
    return TypedSearchAttributes([SearchAttributePair(attributes.ACCOUNT, account)])


def _summary(account: str) -> str:
    return f"The Telnyx account {account}: what its requests share"
