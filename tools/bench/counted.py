"""What the Temporal server counts of one request without problems, in the designs that use Temporal.

Each request runs alone, and its review ends only when nothing moves any more. So no race decides what is counted:
whatever a design does by itself after the upload is done before Telnyx has news.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

import httpx
from temporalio.client import Client, WorkflowHandle

from tools.bench import naive, ours, peer
from tools.bench.calls import Calls, quick_client
from tools.bench.driver import all_succeeded, play_all
from tools.bench.histories import stored
from tools.bench.orders import Order, orders
from tools.bench.results import Counts, fewest
from tools.bench.server_counts import ServerCounts, difference
from tools.bench.testbed import TestBed

_NEVER = 1e6  # seconds: the review ends when `ReviewedCalls` ends it
_WARM_UP = 2
_OTHERS = 1_000


class People(Protocol):
    """Who drives a design."""

    async def play(self, order: Order) -> None:
        """Run one order from its start to its end."""

    def handle(self, order: Order) -> WorkflowHandle[object, object]:
        """The workflow of an order."""


RUNNING: dict[str, Callable[[TestBed, Calls], AbstractAsyncContextManager[People]]] = {
    "ours": ours.running,
    "naive": naive.running,
    "peer": peer.running,
}
"""The designs whose server is Temporal."""


class ReviewedCalls(Calls):
    """Approves an order as soon as its request waits for nothing else."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        super().__init__(client)
        self.counts: ServerCounts | None = None
        self.counts_a_look = False
        self.look: Counts | None = None
        """What one look at an order in review costs, if `counts_a_look` asked for it."""

    async def until_active(self, phone_number: str) -> None:
        """Wait until the documents are uploaded and the server is still, and approve the order."""
        await self.until_uploaded(phone_number)
        if self.counts:
            before = await self.counts.now()
            if self.counts_a_look:
                await self.until_read_again()
                self.look = difference(before, await self.counts.now())
        await self.approve(phone_number)
        await super().until_active(phone_number)


async def count_design(name: str, folder: Path, requests: int, *, with_look: bool = False) -> tuple[Counts, Counts]:
    """What the server counts of one request of one number, and of one look at its order in review.

    Args:
        name: of the design.
        folder: for its processes.
        requests: how many run, of which the one with the fewest calls counts.
        with_look: whether to wait half a minute for a look. Without it, and in a design that never looks, it is empty.

    Raises:
        NotAllSucceeded: an order did not end as it should.
    """
    with TestBed(folder, review_seconds=_NEVER) as bed:
        async with quick_client(bed.simulator_address) as http:
            calls = ReviewedCalls(http)
            async with RUNNING[name](bed, calls) as people:
                some = orders("counted", _WARM_UP + requests)
                await play_all(people.play, some[:_WARM_UP], at_once=1)
                calls.counts = ServerCounts(await Client.connect(bed.temporal_address), bed.metrics_address)
                found = [await _count(calls.counts, people, order) for order in some[_WARM_UP:]]
                if with_look and name != "naive":
                    calls.counts_a_look = True
                    some += (looked := orders("looked", 1, first=_OTHERS))
                    await people.play(*looked)
                await all_succeeded(calls, some)
    return fewest(found), calls.look or Counts()


async def _count(counts: ServerCounts, people: People, order: Order) -> Counts:
    before = await counts.now()
    await people.play(order)
    found = difference(before, await counts.now())
    found.events = (await stored(people.handle(order))).events
    return found
