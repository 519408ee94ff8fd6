"""Reaches the workflow of a Telnyx account from an activity, and starts it when it does not run yet."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

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

from adapters.claim_batches import ClaimBatches
from domain import delays, markdown, names
from domain.accounts import (
    CLAIM_MANY_UPDATE,
    AccountSilence,
    AccountTrouble,
    AccountUnreachable,
    Claim,
    ClaimResult,
    ManyClaimResults,
    ManyClaims,
    OpenAccount,
)
from domain.messages import Message
from workflows import search_attributes as attributes

Answer = TypeVar("Answer", bound=Message)
log = structlog.get_logger(__name__)

ANSWER_WITHIN = timedelta(seconds=20)
_CLAIMS_PAST_CLOSED = 3
_DESCRIBED_AT_ONCE = 20
_WORTH_A_LIST = 200
"""Requests of which the running ones are listed first, a thousand in a page. Below, each is described."""
_MOST_DESCRIBED = 5000
"""In one look for closed requests. The others are looked at the next time."""


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
        self._batches = ClaimBatches(self._send_claims)
        self._unanswered: Counter[str] = Counter()

    async def claim(self, account: str, claim: Claim) -> ClaimResult:
        """Claim numbers. A claim of another request in the way is void when that request is closed.

        Raises:
            AccountUnreachable: the account's workflow does not answer.
        """
        try:
            async with asyncio.timeout(self._claim_within):
                result = await self._claim_past_closed(account, claim)
        except (RPCError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError) as error:
            self._count_unanswered(account, error)
            sentence = f"The workflow {names.account_workflow_id(account)} of the account did not answer."
            raise AccountUnreachable(sentence) from None
        if unanswered := self._unanswered.pop(account, 0):
            log.info("account_reachable", account=account, unanswered=unanswered)
        return result

    def _count_unanswered(self, account: str, error: Exception) -> None:
        """One line for each outage: a thousand claims that are tried again would fill the log."""
        self._unanswered[account] += 1
        if self._unanswered[account] == 1:
            log.warning("account_unreachable", account=account, error=type(error).__name__)

    async def _claim_past_closed(self, account: str, claim: Claim) -> ClaimResult:
        result = await self._claim(account, claim)
        for _ in range(_CLAIMS_PAST_CLOSED):
            if result.granted or not (void := await self.find_closed(result.holders.values())):
                break
            again = await self._claim(account, claim.model_copy(update={"void": void}))
            moved_at = again.moved_at or result.moved_at
            result = again.model_copy(update={"moved": moved_at is not None, "moved_at": moved_at})
        return result

    async def _claim(self, account: str, claim: Claim) -> ClaimResult:
        """Claim once, together with what other requests claim at the same time."""
        return await self._batches.claim(account, claim)

    async def _send_claims(self, account: str, update_id: str, claims: Sequence[Claim]) -> Sequence[ClaimResult]:
        if len(claims) == 1:
            return [await self._send(account, update_id, names.CLAIM_UPDATE, claims[0], ClaimResult)]
        message = ManyClaims(claims=list(claims))
        return (await self._send(account, update_id, CLAIM_MANY_UPDATE, message, ManyClaimResults)).results

    async def _send(self, account: str, update_id: str, update: str, message: Message, answer: type[Answer]) -> Answer:
        start: WithStartWorkflowOperation[Any, None] = WithStartWorkflowOperation(
            names.ACCOUNT_WORKFLOW_TYPE, OpenAccount(account=account), **self._start_options(account)
        )
        result: Answer = await self._client.execute_update_with_start_workflow(
            update,
            message,
            id=update_id,
            result_type=answer,
            start_workflow_operation=start,
            rpc_timeout=ANSWER_WITHIN,
        )
        return result

    async def find_closed(self, references: Iterable[str], account: str = "") -> list[str]:
        """Find those of these requests of an account that are over, or that the server does not know.

        Raises:
            RPCError: the server does not answer.
        """
        asked = list(dict.fromkeys(references))
        if account and len(asked) > _WORTH_A_LIST:  # lists lag behind, so what they do not show is described
            running = await self._list_running(account)
            asked = [one for one in asked if one not in running][:_MOST_DESCRIBED]
        closed: list[str] = []
        for start in range(0, len(asked), _DESCRIBED_AT_ONCE):
            some = asked[start : start + _DESCRIBED_AT_ONCE]
            runs = await asyncio.gather(*(self._is_running(reference) for reference in some))
            closed += [reference for reference, still in zip(some, runs, strict=True) if not still]
        return closed

    async def _list_running(self, account: str) -> set[str]:
        query = f"WorkflowType='{names.WORKFLOW_TYPE}' AND ExecutionStatus='Running' AND {names.ACCOUNT}='{account}'"
        rows = self._client.list_workflows(query, rpc_timeout=ANSWER_WITHIN)
        return {names.reference_of(row.id) async for row in rows}

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
