"""Reaches the workflow of a Telnyx account from an activity, and starts it when it does not run yet."""

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

from domain import delays, markdown, names
from domain.accounts import AccountSilence, AccountTrouble, AccountUnreachable, Claim, ClaimResult, OpenAccount
from workflows import search_attributes as attributes

log = structlog.get_logger(__name__)

ANSWER_WITHIN = timedelta(seconds=20)
CLAIMS_AT_ONCE = 3
"""Claims that one worker has under way to one account. The account takes ten and turns the others away. Hundreds that
come back again and again would keep a busy server from answering any of them."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0
"""Seconds before a claim that was turned away comes back."""
_CLAIMS_PAST_CLOSED = 3
_DESCRIBED_AT_ONCE = 20
_BUSY = frozenset({RPCStatusCode.RESOURCE_EXHAUSTED, RPCStatusCode.ABORTED, RPCStatusCode.ALREADY_EXISTS})


class TemporalAccountWorkflow:
    """Implements the port `AccountWorkflow` with a Temporal client."""

    def __init__(
        self, client: Client, queue: str = names.LOCAL_QUEUE, claim_within: float = delays.CLAIM_WITHIN
    ) -> None:
        """The workflows run on `queue`, which is the worker's own. A claim takes at most `claim_within` seconds."""
        self._client = client
        self._queue = queue
        self._claim_within = claim_within
        self._reported: dict[str, float] = {}
        self._gates: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(CLAIMS_AT_ONCE))

    async def claim(self, account: str, claim: Claim) -> ClaimResult:
        """Claim numbers. A claim of another request in the way is void when that request is closed.

        Raises:
            AccountUnreachable: the account's workflow does not answer.
        """
        try:
            async with asyncio.timeout(self._claim_within):
                return await self._claim_past_closed(account, claim)
        except (RPCError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError) as error:
            log.warning("account_unreachable", account=account, error=type(error).__name__)
            sentence = f"The workflow {names.account_workflow_id(account)} of the account did not answer."
            raise AccountUnreachable(sentence) from None

    async def _claim_past_closed(self, account: str, claim: Claim) -> ClaimResult:
        result = await self._claim(account, claim)
        for _ in range(_CLAIMS_PAST_CLOSED):
            if result.granted or not (void := await self.find_closed(result.holders.values())):
                break
            again = await self._claim(account, claim.model_copy(update={"void": void}))
            result = again.model_copy(update={"moved": again.moved or result.moved})
        return result

    async def _claim(self, account: str, claim: Claim) -> ClaimResult:
        """Claim once, and come back for as long as the account or the server turns the claim away."""
        pause = _FIRST_PAUSE
        while True:
            try:
                async with self._gates[account]:
                    return await self._send_claim(account, claim)
            except RPCError as error:
                if error.status not in _BUSY:
                    raise
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - spreads callers, guards nothing
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _send_claim(self, account: str, claim: Claim) -> ClaimResult:
        start: WithStartWorkflowOperation[Any, None] = WithStartWorkflowOperation(
            names.ACCOUNT_WORKFLOW_TYPE, OpenAccount(account=account), **self._start_options(account)
        )
        result: ClaimResult = await self._client.execute_update_with_start_workflow(
            names.CLAIM_UPDATE,
            claim,
            result_type=ClaimResult,
            start_workflow_operation=start,
            rpc_timeout=ANSWER_WITHIN,
        )
        return result

    async def find_closed(self, references: Iterable[str]) -> list[str]:
        """Find those of these requests that are over, or that the server does not know.

        Raises:
            RPCError: the server does not answer.
        """
        asked = list(dict.fromkeys(references))
        closed: list[str] = []
        for start in range(0, len(asked), _DESCRIBED_AT_ONCE):
            some = asked[start : start + _DESCRIBED_AT_ONCE]
            running = await asyncio.gather(*(self._is_running(reference) for reference in some))
            closed += [reference for reference, runs in zip(some, running, strict=True) if not runs]
        return closed

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
        """Report that Telnyx refuses the account to a request."""
        await self._signal(trouble.account, names.STOP_SIGNAL, trouble)

    async def report_outage(self, account: str, since: datetime, because: str = "") -> None:
        """Report that Telnyx has not answered since an instant, at most once in ten minutes. Never raises."""
        now = time.monotonic()
        if now - self._reported.get(account, -delays.OUTAGE_REPORTED_EVERY) < delays.OUTAGE_REPORTED_EVERY:
            return
        self._reported[account] = now
        try:
            await self._signal(account, names.SILENCE_SIGNAL, AccountSilence(since=since, because=because))
        except RPCError as error:
            del self._reported[account]
            log.warning("silence_not_reported", account=account, error=type(error).__name__)

    async def _signal(self, account: str, signal: str, message: AccountTrouble | AccountSilence) -> None:
        await self._client.start_workflow(
            names.ACCOUNT_WORKFLOW_TYPE,
            OpenAccount(account=account),
            **self._start_options(account),
            start_signal=signal,
            start_signal_args=[message],
            rpc_timeout=ANSWER_WITHIN,
        )

    def _start_options(self, account: str) -> dict[str, Any]:
        return {
            "id": names.account_workflow_id(account),
            "task_queue": self._queue,
            "id_conflict_policy": WorkflowIDConflictPolicy.USE_EXISTING,
            "search_attributes": TypedSearchAttributes([SearchAttributePair(attributes.ACCOUNT, account)]),
            "static_summary": f"The Telnyx account {markdown.escape(account)}: what its requests share",
        }
