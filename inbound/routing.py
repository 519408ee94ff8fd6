"""Finds the running requests that an event concerns, and gives them the hint."""

from datetime import timedelta
from typing import Protocol

from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain import names
from domain.messages import TelnyxNews
from domain.transfers import ALERT_WORKFLOW, WINDOW, ApprovalRequested, alert_workflow_id
from inbound.events import Event
from runtime.fingerprints import Fingerprints

SIGNAL = "telnyx_news"
MOST = 20
"""Requests that one event may reach; an order has one, more come only from fingerprints shared by chance."""

TEMPORAL_FAULTS = (RPCError, TimeoutError)
"""How it shows that Temporal does not answer as it should."""

_WITHIN = timedelta(seconds=5)


class Requests(Protocol):
    """The running requests, as the receiver sees them; both fail with Temporal's errors."""

    async def concerned_by(self, event: Event) -> list[str]:
        """The workflow ids of the running requests that an event is about."""
        ...

    async def tell(self, workflow_id: str, news: TelnyxNews) -> bool:
        """Gives a request the hint; False when it has ended meanwhile."""
        ...

    async def alert(self, asked: ApprovalRequested) -> None:
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
        """Signals the newest run of a request.

        Raises:
            RPCError: Temporal does not answer as it should.
        """
        try:
            await self._client.get_workflow_handle(workflow_id).signal(SIGNAL, news, rpc_timeout=_WITHIN)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return True

    async def alert(self, asked: ApprovalRequested) -> None:
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
                rpc_timeout=_WITHIN,
            )
        except WorkflowAlreadyStartedError:
            return

    async def _running(self, condition: str) -> list[str]:
        query = f"WorkflowType = '{names.WORKFLOW_TYPE}' AND ExecutionStatus = 'Running' AND {condition}"
        rows = self._client.list_workflows(query, limit=MOST, page_size=MOST, rpc_timeout=_WITHIN)
        return list(dict.fromkeys([row.id async for row in rows]))
