"""Finds the running requests that an event concerns, and sends them a hint.

An ordinary hint leaves no event in a request's history: it makes the watch of the order poll now instead of after its
pause (docs/decisions/0013). What the order does not show is sent as a signal: an internal transfer and, when the
request does not know it already, a verified number and a second refusal of documents. So is every hint while there is
no watch, for instance right after the order was placed.
"""

from typing import Protocol

from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain import names
from domain.messages import TelnyxNews
from domain.transfers import ALERT_WORKFLOW, WINDOW, ApprovalRequest, alert_workflow_id
from inbound import unseen
from inbound.events import Event
from runtime import watch_polls
from runtime.fingerprints import Fingerprints

MAX_REQUESTS = 20
"""Requests that one event may reach. One has the order; others share a fingerprint by chance."""


class Requests(Protocol):
    """The running requests, as the receiver needs them. Every method fails with Temporal's errors."""

    async def find(self, account: str, event: Event) -> list[str]:
        """The workflow ids of the running requests of an account that an event concerns."""
        ...

    async def send_hint(self, workflow_id: str, hint: TelnyxNews) -> bool:
        """Send a request a hint; False when it has ended, or polls soon anyway."""
        ...

    async def start_alert(self, request: ApprovalRequest) -> None:
        """Notify the owners of numbers that another account wants to take, once for each event of an account."""
        ...


class RunningRequests:
    """The requests on a Temporal server.

    Search attributes appear a moment late, so the first event of a new order is found by its numbers. Numbers may share
    a fingerprint by chance. A request that gets a wrong hint reads its own order once more, and nothing else happens.
    """

    def __init__(self, client: Client, fingerprints: Fingerprints, queue: str = names.LOCAL_QUEUE) -> None:
        self._client = client
        self._fingerprints = fingerprints
        self._queue = queue

    async def find(self, account: str, event: Event) -> list[str]:
        """Search by order id, and by the numbers when no request has that order: two queries at most.

        Args:
            account: the one whose key verified the event. Requests of other accounts are never found.
            event: of that account.

        Raises:
            RPCError: Temporal does not answer as it should.
        """
        found: list[str] = []
        if event.order_id:
            found = await self._running(account, f"{names.ORDER_IDS} = '{event.order_id}'")
        if not found and event.numbers:
            fingerprints = ", ".join(f"'{self._fingerprints.of(number)}'" for number in event.numbers)
            found = await self._running(account, f"{names.PHONE_NUMBERS} IN ({fingerprints})")
        return found

    async def send_hint(self, workflow_id: str, hint: TelnyxNews) -> bool:
        """Make the request's watch poll its order now; what the order does not show goes to the request itself.

        So does a hint to a request without a watch: that of an order that was just placed would begin minutes later.

        Raises:
            RPCError: Temporal does not answer as it should.
            TimeoutError: a poll takes long. The next one can be requested only after it.
        """
        try:
            if not hint.decision and await self._polls(workflow_id, hint):
                return True
            await self._client.get_workflow_handle(workflow_id).signal(
                watch_polls.SIGNAL, hint, rpc_timeout=watch_polls.RPC_TIMEOUT
            )
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return True

    async def _polls(self, workflow_id: str, hint: TelnyxNews) -> bool:
        """Poll the order now. True when that shows the request all that the hint tells."""
        try:
            offered = await watch_polls.poll_now(self._client, workflow_id)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False  # there is no watch now
            raise
        return offered and not await unseen.tells_more(self._client, workflow_id, hint)

    async def start_alert(self, request: ApprovalRequest) -> None:
        """Start the workflow that finds the owners of the numbers, which may take longer than Telnyx waits.

        Raises:
            RPCError: Temporal does not answer as it should.
        """
        try:
            await self._client.start_workflow(
                ALERT_WORKFLOW,
                request,
                id=alert_workflow_id(request.account, request.event_id),
                task_queue=self._queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                execution_timeout=WINDOW,
                rpc_timeout=watch_polls.RPC_TIMEOUT,
            )
        except WorkflowAlreadyStartedError:
            return

    async def _running(self, account: str, condition: str) -> list[str]:
        running = f"WorkflowType = '{names.WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'"
        query = f"{running} AND {names.ACCOUNT} = '{account}' AND {condition}"
        rows = self._client.list_workflows(
            query, limit=MAX_REQUESTS, page_size=MAX_REQUESTS, rpc_timeout=watch_polls.RPC_TIMEOUT
        )
        return list(dict.fromkeys([row.id async for row in rows]))
