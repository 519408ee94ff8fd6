"""Has the watch of a request look at its order now, without an event in the request's history (docs/decisions/0013)."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.activity.v1 import ActivityOptions
from temporalio.api.common.v1 import Priority, WorkflowExecution
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.workflowservice.v1 import ResetActivityRequest, UpdateActivityOptionsRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain import names

WITHIN = timedelta(seconds=5)
"""How long one call to Temporal may take."""

_LIKE_ALL_OTHER_WORK = 3
"""The priority of what names none; a look that nobody asked for comes after it."""
_NOT_OFFERED = {RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.PERMISSION_DENIED}
"""How a server answers that changes or resets no activity, or that does not let us."""
_A_LOOK_TAKES, _SEEN_EVERY = 3.0, 0.1
"""Seconds that a look under way is waited for, and between two glances at it."""


async def look_now(client: Client, workflow_id: str) -> bool:
    """Ends the pause before the watch's next look; False when this server does not do that for us.

    Raises:
        RPCError: Temporal does not answer as it should; with NOT_FOUND, there is no watch, or it saw the news itself.
        TimeoutError: a look has been under way for some seconds; what it sees may be older than the news.
    """
    await _no_look_under_way(client, workflow_id)
    try:
        await _end_the_pause(client, workflow_id)
    except RPCError as error:
        if error.status in _NOT_OFFERED:
            return False
        raise
    with suppress(RPCError):  # the look is due by now, and on a quiet server it is over
        await _go_before_others(client, workflow_id)
    return True


async def _no_look_under_way(client: Client, workflow_id: str) -> None:
    """Waits until the watch pauses: the server forgets a look that is reset meanwhile, and misses it ten seconds on."""
    async with asyncio.timeout(_A_LOOK_TAKES):
        while await _looks(client, workflow_id):  # noqa: ASYNC110 - the server has no event to wait for
            await asyncio.sleep(_SEEN_EVERY)


async def _looks(client: Client, workflow_id: str) -> bool:
    described = await client.get_workflow_handle(workflow_id).describe(rpc_timeout=WITHIN)
    return any(
        one.activity_type.name == names.WATCH_ACTIVITY
        and one.state == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
        for one in described.raw_description.pending_activities
    )


async def _end_the_pause(client: Client, workflow_id: str) -> None:
    now = ResetActivityRequest(
        namespace=client.namespace,
        execution=WorkflowExecution(workflow_id=workflow_id),
        type=names.WATCH_ACTIVITY,
        identity=client.identity,
    )
    await client.workflow_service.reset_activity(now, timeout=WITHIN)


async def _go_before_others(client: Client, workflow_id: str) -> None:
    """Else it would stand behind every look that is due, which after a great import are thousands.

    After the reset, never before: a watch that is changed in its pause may begin a look, which the reset would hit.
    """
    sooner = UpdateActivityOptionsRequest(
        namespace=client.namespace,
        execution=WorkflowExecution(workflow_id=workflow_id),
        type=names.WATCH_ACTIVITY,
        identity=client.identity,
        activity_options=ActivityOptions(priority=Priority(priority_key=_LIKE_ALL_OTHER_WORK)),
        update_mask=FieldMask(paths=["priority.priority_key"]),
    )
    await client.workflow_service.update_activity_options(sooner, timeout=WITHIN)
