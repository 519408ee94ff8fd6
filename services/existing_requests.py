"""Which requests of a large file may exist already, found by lists and not one by one."""

import asyncio
from collections.abc import Sequence

from temporalio.client import Client

from domain import names
from services import server_state

_IDS_AT_ONCE = 100
"""Ids in one query of the server."""
_AT_ONCE = 20
"""Questions to the server at the same time."""


async def listed(client: Client, references: Sequence[str]) -> set[str]:
    """The ids of the workflows of these references that the server's lists show, running or ended.

    The lists show a new request within seconds. One that they do not show yet is recognized when it is started.

    Raises:
        NoAnswer: the server does not answer.
    """
    gate = asyncio.Semaphore(_AT_ONCE)

    async def of_some(some: Sequence[str]) -> list[str]:
        ids = ", ".join(f"'{names.workflow_id(reference)}'" for reference in some)
        query = f"WorkflowType = '{names.WORKFLOW_TYPE}' AND WorkflowId IN ({ids})"
        async with gate:
            return [found.id async for found in server_state.list_workflows(client, query)]

    parts = [references[first : first + _IDS_AT_ONCE] for first in range(0, len(references), _IDS_AT_ONCE)]
    return {id_ for ids in await asyncio.gather(*map(of_some, parts)) for id_ in ids}
