"""Starts thousands of requests that wait for a person: Telnyx has sent the codes, and no one submits them."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from domain import names
from domain.vocabulary import AskKind
from tools.bench import ours
from tools.bench.calls import Calls, quick_client
from tools.bench.driver import AT_ONCE, play_all
from tools.bench.orders import Order, orders
from tools.bench.testbed import TestBed, account_name

IN_ONE_ACCOUNT = 500
"""Requests of one Telnyx account. More would make the list longer that the program reads before each order."""

WAITING = f"{names.NEEDS} = '{AskKind.CODES}' AND ExecutionStatus = 'Running'"
"""Lists the requests that wait for their codes."""
IN_FLIGHT = 200
"""Requests that are started but do not wait yet. More at once would only wait in queues."""
_WITHIN = 600.0
_CHECK_EVERY = 0.5
_SAMPLES = 6  # of a span of time


@dataclass(frozen=True)
class Idle:
    """What a worker uses while it has nothing to do."""

    share_of_a_core: float
    polls: int
    """Calls to the Telnyx API in that time, because some orders were due to be read."""


@dataclass(frozen=True)
class _Sample:
    """A sample: time, CPU seconds of the worker so far, calls to the API so far."""

    at: float
    cpu: float
    polls: int


def _between(before: _Sample, after: _Sample) -> Idle:
    return Idle((after.cpu - before.cpu) / (after.at - before.at), after.polls - before.polls)


class WaitingRequests:
    """Requests that wait for their codes, oldest first."""

    def __init__(self, bed: TestBed, simulators: Sequence[Calls], people: ours.Ours) -> None:
        self._bed = bed
        self._simulators = simulators
        self.people = people
        self.orders: list[Order] = []

    async def add(self, count: int) -> float:
        """Start more requests, and wait until all of them wait for their codes. Returns the seconds that this took."""
        began = time.monotonic()
        new = orders("waiting", len(self.orders) + count)[len(self.orders) :]
        places = {order.reference: len(self.orders) + place for place, order in enumerate(new)}

        async def start(order: Order) -> None:
            await self.people.start(order, account_name(places[order.reference] % len(self._simulators)))

        for first in range(0, count, IN_FLIGHT // 2):
            some = new[first : first + IN_FLIGHT // 2]
            await play_all(start, some, AT_ONCE)
            self.orders += some
            await self._until_waiting(len(self.orders) - IN_FLIGHT // 2)
        await self._until_waiting(len(self.orders))
        return time.monotonic() - began

    async def _until_waiting(self, count: int) -> None:
        async with asyncio.timeout(_WITHIN):
            while await self._waiting() < count:  # noqa: ASYNC110 - the server has no event to wait for
                await asyncio.sleep(_CHECK_EVERY)

    async def idle(self, seconds: float, at_most: float) -> Idle:
        """What the worker uses in the span in which the fewest orders were due to be read.

        Args:
            seconds: length of a span.
            at_most: seconds after which to take the best span so far, if no span was without a poll.
        """
        samples = [await self._sample()]
        end = time.monotonic() + max(at_most, seconds)
        best: Idle | None = None
        while (best is None or best.polls) and (best is None or time.monotonic() < end):
            await asyncio.sleep(seconds / _SAMPLES)
            samples.append(await self._sample())
            if len(samples) > _SAMPLES:
                span = _between(samples[-1 - _SAMPLES], samples[-1])
                best = min(best or span, span, key=lambda idle: (idle.polls, idle.share_of_a_core))
        return best

    async def receive_webhooks(self) -> None:
        """Start our process for webhooks, and let every account send its signed webhooks there, as in production."""
        address = await asyncio.to_thread(self.people.start_webhooks)
        for place, simulator in enumerate(self._simulators):
            await simulator.send_webhooks(f"http://{address}/telnyx/{account_name(place)}")

    def simulator_of(self, order: Order) -> Calls:
        """The simulator with the account of a request."""
        return self._simulators[self.orders.index(order) % len(self._simulators)]

    async def _sample(self) -> _Sample:
        polls = await self._count_calls()
        return _Sample(time.monotonic(), self._bed.cpu()["worker"], polls)

    async def _count_calls(self) -> int:
        return sum([await simulator.count_calls() for simulator in self._simulators])

    async def _waiting(self) -> int:
        return (await self.people.hosted_sms.client.count_workflows(WAITING)).count


@asynccontextmanager
async def waiting_requests(bed: TestBed, **settings: str) -> AsyncIterator[WaitingRequests]:
    """No requests yet, on a test bed whose worker polls as rarely as in production."""
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(quick_client(one)) for one in bed.simulator_addresses]
        simulators = [Calls(client) for client in clients]
        usual = {"HOSTED_SMS_POLL_INTERVAL": "3600"}
        people = await stack.enter_async_context(ours.running(bed, simulators[0], **usual | settings))
        yield WaitingRequests(bed, simulators, people)


def simulators_for(count: int) -> int:
    """The number of accounts for so many requests."""
    return max(2, -(-count // IN_ONE_ACCOUNT))
