"""The worker of the honest peer: `python -m tools.bench.peer_worker TEMPORAL SIMULATOR KEY`. Prints when ready."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.worker import Worker

from tools.bench.calls import Calls, usual_client
from tools.bench.peer_codec import peer_converter
from tools.bench.peer_flow import ACCOUNT_ID, QUEUE, Claim, PeerAccount, PeerHosting, PeerOrder, PeerStep

FIRST_POLL, LONGEST_POLL = 30.0, 3600.0
_FINAL = frozenset({"successful", "failed", "deleted"})


class PeerActivities:
    """One activity for each call."""

    def __init__(self, client: Client, calls: Calls) -> None:
        self._client = client
        self._calls = calls

    @activity.defn
    async def check_eligibility(self, order: PeerOrder) -> None:
        """Fail unless all numbers can be hosted."""
        if not await self._calls.check_eligibility(order.phone_numbers):
            raise ApplicationError("A number cannot be hosted.", non_retryable=True)

    @activity.defn
    async def create_order(self, order: PeerOrder) -> str:
        """Claim the numbers, look for an order of them, and create one only if there is none. Returns its id."""
        await self._claim(order.phone_numbers)
        wanted = set(order.phone_numbers)
        for order_id, numbers in await self._calls.open_orders():
            if numbers == wanted:
                return order_id  # an attempt before this one created it, and its answer was lost
            if numbers & wanted:
                raise ApplicationError(f"Order {order_id} has some of the numbers.", non_retryable=True)
        return await self._calls.create_order(order.phone_numbers)

    @activity.defn
    async def request_codes(self, step: PeerStep) -> None:
        """Request the codes."""
        await self._calls.request_codes(step.order_id, step.phone_numbers)

    @activity.defn
    async def remind(self, step: PeerStep) -> None:
        """Remind a person of the codes."""
        activity.logger.warning("Order %s waits for %s codes.", step.order_id, len(step.phone_numbers))

    @activity.defn
    async def submit_codes(self, step: PeerStep) -> bool:
        """Submit the codes."""
        return await self._calls.submit_codes(step.order_id, step.codes)

    @activity.defn
    async def upload(self, step: PeerStep) -> None:
        """Upload the documents."""
        await self._calls.upload(step.order_id, Path(step.loa), Path(step.bill))

    @activity.defn
    async def watch(self, step: PeerStep) -> str:
        """Read the order until it is final. The retries of the server are the clock, less and less often."""
        status = await self._calls.order_status(step.order_id)
        if status not in _FINAL:
            pause = timedelta(seconds=min(FIRST_POLL * 2.0 ** min(activity.info().attempt - 1, 20), LONGEST_POLL))
            raise ApplicationError("In review.", next_retry_delay=pause, category=ApplicationErrorCategory.BENIGN)
        return status

    async def _claim(self, phone_numbers: Sequence[str]) -> None:
        """Claim numbers. Those of a workflow that has ended are free.

        Raises:
            ApplicationError: another workflow has one of them.
        """
        claim = Claim(phone_numbers=list(phone_numbers), holder=str(activity.info().workflow_id))
        while holder := await self._send(claim):
            found = await self._client.get_workflow_handle(holder).describe()
            if found.status is WorkflowExecutionStatus.RUNNING:
                raise ApplicationError(f"{holder} has some of the numbers.", non_retryable=True)
            claim = claim.model_copy(update={"ended": holder})

    async def _send(self, claim: Claim) -> str:
        started = WithStartWorkflowOperation(
            PeerAccount.run,
            {},
            id=ACCOUNT_ID,
            task_queue=QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        return await self._client.execute_update_with_start_workflow(
            PeerAccount.claim, claim, start_workflow_operation=started
        )


async def serve(temporal: str, simulator: str, key: str) -> None:
    """Work until stopped."""
    client = await Client.connect(temporal, data_converter=peer_converter(key))
    async with usual_client(simulator) as http:
        own = PeerActivities(client, Calls(http))
        steps: list[Any] = [own.check_eligibility, own.create_order, own.request_codes, own.remind, own.submit_codes]
        steps += [own.upload, own.watch]
        async with Worker(client, task_queue=QUEUE, workflows=[PeerHosting, PeerAccount], activities=steps):
            sys.stdout.write("Peer worker ready\n")
            sys.stdout.flush()
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
