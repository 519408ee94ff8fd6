"""Makes the watch of a request poll its order now, without an event in the request's history (docs/decisions/0013)."""

import asyncio
from datetime import timedelta

from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.activity.v1 import ActivityOptions
from temporalio.api.common.v1 import Priority, WorkflowExecution
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.workflowservice.v1 import UpdateActivityOptionsRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain import names

SIGNAL = "telnyx_news"
"""The signal that hints a request where the pause of its watch cannot be ended."""
RPC_TIMEOUT = timedelta(seconds=5)
"""How long one call to Temporal may take."""

_DEFAULT_PRIORITY = 3
"""Temporal's priority of everything that names none. The watch's usual polls have a lower one."""
_NOT_OFFERED = {RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.PERMISSION_DENIED}
"""The answers of a server that changes no activity, or does not let us."""
_POLL_SECONDS, _CHECK_SECONDS = 3.0, 0.1
"""How long to wait for a running poll, and how often to check whether it runs."""


async def poll_now(client: Client, workflow_id: str) -> bool:
    """End the pause before the watch's next poll; False when this server does not do that for us.

    Raises:
        RPCError: Temporal does not answer as it should. NOT_FOUND means that there is no watch, or that it saw the
            change itself.
        TimeoutError: a poll has been running for some seconds. It may have read the order before the change.
    """
    await _wait_for_running_poll(client, workflow_id)
    try:
        await _raise_priority(client, workflow_id)
    except RPCError as error:
        if error.status in _NOT_OFFERED:
            return False
        raise
    return True


async def _wait_for_running_poll(client: Client, workflow_id: str) -> None:
    """Wait until no poll runs, which may have read the order too early. One that begins afterwards reads it now."""
    async with asyncio.timeout(_POLL_SECONDS):
        while await _polls(client, workflow_id):  # noqa: ASYNC110 - the server has no event to wait for
            await asyncio.sleep(_CHECK_SECONDS)


async def _polls(client: Client, workflow_id: str) -> bool:
    described = await client.get_workflow_handle(workflow_id).describe(rpc_timeout=RPC_TIMEOUT)
    return any(
        one.activity_type.name == names.WATCH_ACTIVITY
        and one.state == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
        for one in described.raw_description.pending_activities
    )


async def _raise_priority(client: Client, workflow_id: str) -> None:
    """Let the watch overtake all polls that are due, which are thousands after a large import.

    A change of its options also ends the pause of an activity: the server plans the next attempt again, by the retry
    policy, which lets it begin `WATCH.longest_pause` after the last one. It does no harm to an attempt that runs.
    """
    request = UpdateActivityOptionsRequest(
        namespace=client.namespace,
        execution=WorkflowExecution(workflow_id=workflow_id),
        type=names.WATCH_ACTIVITY,
        identity=client.identity,
        activity_options=ActivityOptions(priority=Priority(priority_key=_DEFAULT_PRIORITY)),
        update_mask=FieldMask(paths=["priority.priority_key"]),
    )
    await client.workflow_service.update_activity_options(request, timeout=RPC_TIMEOUT)
