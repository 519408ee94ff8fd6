"""Finds the running requests that an event concerns, and gives them the hint.

An ordinary hint never reaches a request's history: the activity that watches its order is told to look now instead of
after its pause (docs/decisions/0013). Only what the order itself does not say, of an internal transfer, is signalled.
"""

from typing import Protocol

from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain import names
from domain.messages import TelnyxNews
from domain.transfers import ALERT_WORKFLOW, WINDOW, ApprovalRequest, alert_workflow_id
from inbound import watch
from inbound.events import Event
from runtime.fingerprints import Fingerprints

SIGNAL = "telnyx_news"
MOST = 20
"""Requests that one event may reach; an order has one, more come only from fingerprints shared by chance."""

TEMPORAL_FAULTS = (RPCError, TimeoutError)
"""How it shows that Temporal does not answer as it should."""


class Requests(Protocol):
    """The running requests, as the receiver sees them; both fail with Temporal's errors."""

    async def concerned_by(self, event: Event) -> list[str]:
        """The workflow ids of the running requests that an event is about."""
        ...

    async def tell(self, workflow_id: str, news: TelnyxNews) -> bool:
        """Gives a request the hint; False when it has ended meanwhile, or when there is no pause to cut short."""
        ...

    async def alert(self, asked: ApprovalRequest) -> None:
        """Has whoever may lose numbers to another account told, once for each event."""
        ...


class RunningRequests:
    """The requests on a Temporal server.

    Search attributes lag a moment behind, so the first event of a new order is found by its numbers. A fingerprint may
    be shared by chance: whoever is told wrongly reads its own order once more, and that is all.
    """

    def __init__(self, client: Client, fingerprints: Fingerprints, queue: str = names.LOCAL_QUEUE) -> None:
        self._client = client
        self._fingerprints = fingerprints
        self._queue = queue

    async def concerned_by(self, event: Event) -> list[str]:
        """Looks by order id, and by the numbers when no request holds that order: two queries at most.

        Raises:
            RPCError: Temporal does not answer as it should.
        """
        found: list[str] = []
        if event.order_id:
            found = await self._running(f"{names.ORDER_IDS} = '{event.order_id}'")
        if not found and event.numbers:
            words = ", ".join(f"'{self._fingerprints.of(number)}'" for number in event.numbers)
            found = await self._running(f"{names.PHONE_NUMBERS} IN ({words})")
        return found

    async def tell(self, workflow_id: str, news: TelnyxNews) -> bool:
        """Has the request's order looked at now; news of a transfer goes to the request itself.

        A request that watches nothing now is about to: its first look comes at once.

        Raises:
            RPCError: Temporal does not answer as it should.
            TimeoutError: a look is under way, and it takes long; the next one can only be asked for when it is over.
        """
        try:
            if not news.decision and await watch.look_now(self._client, workflow_id):
                return True
            await self._client.get_workflow_handle(workflow_id).signal(SIGNAL, news, rpc_timeout=watch.WITHIN)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return True

    async def alert(self, asked: ApprovalRequest) -> None:
        """Starts the workflow that finds out whose numbers these are, which may take longer than Telnyx waits.

        Raises:
            RPCError: Temporal does not answer as it should.
        """
        try:
            await self._client.start_workflow(
                ALERT_WORKFLOW,
                asked,
                id=alert_workflow_id(asked.event_id),
                task_queue=self._queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                execution_timeout=WINDOW,
                rpc_timeout=watch.WITHIN,
            )
        except WorkflowAlreadyStartedError:
            return

    async def _running(self, condition: str) -> list[str]:
        query = f"WorkflowType = '{names.WORKFLOW_TYPE}' AND ExecutionStatus = 'Running' AND {condition}"
        rows = self._client.list_workflows(query, limit=MOST, page_size=MOST, rpc_timeout=watch.WITHIN)
        return list(dict.fromkeys([row.id async for row in rows]))
