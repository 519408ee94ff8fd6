"""Parks requests by the thousand where they wait for a person: Telnyx has sent the codes, and nobody hands them in."""

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
from tools.bench.stand import Stand, account_name

IN_ONE_ACCOUNT = 500
"""Requests of one account at Telnyx; how many share one sets the length of the list read before each order."""

_PARKED = f"{names.NEEDS} = '{AskKind.CODES}' AND ExecutionStatus = 'Running'"
IN_FLIGHT = 200
"""Requests on their way to the code wait; more at once would only stand in queues, as an import would let them."""
_WITHIN = 600.0
_LOOK_EVERY = 0.5
_SAMPLES = 6  # of a span of time


@dataclass(frozen=True)
class Idle:
    """What a worker spends while nobody asks anything of it."""

    share_of_a_core: float
    looks: int
    """Calls of the Telnyx API in that time: orders that were due to be read."""


@dataclass(frozen=True)
class _Sample:
    """One look at the worker: when, CPU seconds so far, calls of the API so far."""

    at: float
    cpu: float
    looks: int


def _between(before: _Sample, after: _Sample) -> Idle:
    return Idle((after.cpu - before.cpu) / (after.at - before.at), after.looks - before.looks)


class Lot:
    """The requests that are parked, in the order in which they came."""

    def __init__(self, stand: Stand, worlds: Sequence[Calls], people: ours.Ours) -> None:
        self._stand = stand
        self._worlds = worlds
        self.people = people
        self.parked: list[Order] = []

    async def park(self, count: int) -> float:
        """Starts so many more and waits until all of them wait for their codes; the seconds that took."""
        began = time.monotonic()
        new = orders("parked", len(self.parked) + count)[len(self.parked) :]
        places = {order.reference: len(self.parked) + place for place, order in enumerate(new)}

        async def start(order: Order) -> None:
            await self.people.start(order, account_name(places[order.reference] % len(self._worlds)))

        for first in range(0, count, IN_FLIGHT // 2):
            some = new[first : first + IN_FLIGHT // 2]
            await play_all(start, some, AT_ONCE)
            self.parked += some
            await self._until_waiting(len(self.parked) - IN_FLIGHT // 2)
        await self._until_waiting(len(self.parked))
        return time.monotonic() - began

    async def _until_waiting(self, count: int) -> None:
        async with asyncio.timeout(_WITHIN):
            while await self._waiting() < count:  # noqa: ASYNC110 - the server has no event to wait for
                await asyncio.sleep(_LOOK_EVERY)

    async def idle(self, seconds: float, patience: float) -> Idle:
        """What the worker spends: of all spans of so many seconds, that in which the fewest orders were due to be read.

        Args:
            seconds: length of a span.
            patience: seconds after which the best span so far has to do, when none was quite still.
        """
        samples = [await self._sample()]
        end = time.monotonic() + max(patience, seconds)
        best: Idle | None = None
        while (best is None or best.looks) and (best is None or time.monotonic() < end):
            await asyncio.sleep(seconds / _SAMPLES)
            samples.append(await self._sample())
            if len(samples) > _SAMPLES:
                span = _between(samples[-1 - _SAMPLES], samples[-1])
                best = min(best or span, span, key=lambda idle: (idle.looks, idle.share_of_a_core))
        return best

    async def take_webhooks(self) -> None:
        """From now on the webhooks of every account reach our own process for them, signed, as in production."""
        address = await asyncio.to_thread(self.people.start_webhooks)
        for place, world in enumerate(self._worlds):
            await world.send_webhooks(f"http://{address}/telnyx/{account_name(place)}")

    def world_of(self, order: Order) -> Calls:
        """Telnyx as the account of a parked request sees it."""
        return self._worlds[self.parked.index(order) % len(self._worlds)]

    async def _sample(self) -> _Sample:
        looks = await self._looks()
        return _Sample(time.monotonic(), self._stand.cpu()["worker"], looks)

    async def _looks(self) -> int:
        return sum([await world.count_calls() for world in self._worlds])

    async def _waiting(self) -> int:
        return (await self.people.hosted_sms.client.count_workflows(_PARKED)).count


@asynccontextmanager
async def lot(stand: Stand, **settings: str) -> AsyncIterator[Lot]:
    """An empty lot on a stand; the worker looks at orders as seldom as in production."""
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(quick_client(one)) for one in stand.simulator_addresses]
        worlds = [Calls(client) for client in clients]
        usual = {"HOSTED_SMS_POLL_INTERVAL": "3600"}
        people = await stack.enter_async_context(ours.running(stand, worlds[0], **usual | settings))
        yield Lot(stand, worlds, people)


def worlds_for(count: int) -> int:
    """How many accounts so many requests are spread over."""
    return max(2, -(-count // IN_ONE_ACCOUNT))
