"""Finds the running request of each of many numbers, by fingerprints, each match confirmed by the request itself."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from temporalio.client import Client, WorkflowExecution

from domain import names
from domain.messages import HostingRequest
from runtime.codec import UndecryptablePayload
from runtime.fingerprints import Fingerprints
from services import server_state
from services.errors import NoHostingRequest, UnknownReference

_NUMBERS_AT_ONCE = 100
"""Fingerprints in one query of the server."""
_AT_ONCE = 20
"""Questions to the server at the same time."""


@dataclass
class Owners:
    """Which running requests hold which numbers."""

    of: dict[str, list[HostingRequest]] = field(default_factory=dict)
    """By number, in E.164. A number that no request holds is absent."""
    unreadable: list[UndecryptablePayload] = field(default_factory=list)
    """Requests that may hold a number and that this process has no key for."""


async def find(client: Client, fingerprints: Fingerprints, numbers: Sequence[str]) -> Owners:
    """Finds the running requests that hold these numbers, in E.164.

    Raises:
        Refused: the namespace was never set up.
        NoAnswer: the server does not answer.
    """
    gate = asyncio.Semaphore(_AT_ONCE)
    runs = await _candidates(client, [fingerprints.of(number) for number in numbers], gate)
    owners, wanted = Owners(), set(numbers)
    for found in await asyncio.gather(*(_read(client, run, gate) for run in runs)):
        if isinstance(found, UndecryptablePayload):
            owners.unreadable.append(found)
        elif found is not None:
            for number in wanted.intersection(found.phone_numbers):
                owners.of.setdefault(number, []).append(found)
    return owners


async def _candidates(
    client: Client, fingerprints: Sequence[str], gate: asyncio.Semaphore
) -> Sequence[WorkflowExecution]:
    """The running requests with one of these fingerprints, and those that have none yet: no worker took them."""
    conditions = [f"{names.PHONE_NUMBERS} IS NULL"]
    for first in range(0, len(fingerprints), _NUMBERS_AT_ONCE):
        some = ", ".join(f"'{one}'" for one in fingerprints[first : first + _NUMBERS_AT_ONCE])
        conditions.append(f"{names.PHONE_NUMBERS} IN ({some})")

    async def matching(condition: str) -> list[WorkflowExecution]:
        query = f"WorkflowType = '{names.WORKFLOW_TYPE}' AND ExecutionStatus = 'Running' AND {condition}"
        async with gate:
            return [found async for found in server_state.list_workflows(client, query)]

    runs = {run.id: run for some in await asyncio.gather(*map(matching, conditions)) for run in some}
    return sorted(runs.values(), key=lambda run: run.id)


async def _read(
    client: Client, run: WorkflowExecution, gate: asyncio.Semaphore
) -> HostingRequest | UndecryptablePayload | None:
    """What a request was started with; None when it was started by hand with something else, or has just gone."""
    async with gate:
        try:
            return await server_state.asked_for(client, run.id)
        except UndecryptablePayload as error:
            return error
        except (NoHostingRequest, UnknownReference):
            return None
