"""Many creates in one account at once: they share a few listings, and each still sees what was there when it asked."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from activities.ordering.place import MOST_ON_THE_WAY
from domain.activity_io import PlacementVerdict
from telnyx_api.accounts import TelnyxAccounts
from telnyx_api.client import TelnyxClient
from telnyx_api.errors import TryLater
from telnyx_api.replies import HostedNumber, Order
from telnyx_api.shared_reading import Turns
from telnyx_api.transport import MAX_CONNECTIONS
from tests import limits
from tests.activities.ordering_stage import FakeAccountWorkflow, OrderSteps, count_posts, work
from tests.activities.stage import ORDERS, PROFILE, A, Attempt, OneAccount, Stage
from tests.workflows.waiting import until

THERE_ALREADY = 520
"""Orders: three pages."""


def numbers(count: int, *, line: int = 0) -> list[str]:
    return [f"+1213{place:07}" for place in range(line, line + count)]


async def fill(stage: Stage, count: int = THERE_ALREADY) -> None:
    async with client_of(stage) as outside:
        for phone_number in numbers(count):
            await outside.create_order(PROFILE, [phone_number])


def client_of(stage: Stage, kind: type[TelnyxClient] = TelnyxClient) -> TelnyxClient:
    """A client of its own, as another worker has one, and with the time that a busy machine needs."""
    return kind("KEY", f"{stage.outside.base_url}/v2", read_timeout=limits.WAIT)


async def place_each(client: TelnyxClient, phone_numbers: Sequence[str]) -> list[PlacementVerdict]:
    """One create for each number, all at once. None of them fails."""
    step = OrderSteps(TelnyxAccounts({"default": client})).place_order
    return await asyncio.gather(*(Attempt().run(step, work(one)) for one in phone_numbers))


async def count_pages(stage: Stage) -> int:
    return len(await stage.calls("GET", ORDERS))


async def test_two_hundred_creates_at_once_share_a_few_listings(stage: Stage) -> None:
    await fill(stage)
    async with client_of(stage) as client:
        verdicts = await place_each(client, numbers(200, line=10_000))
    assert len({verdict.order_id for verdict in verdicts}) == 200
    assert await count_pages(stage) <= 3 * 4, "three pages and what grows meanwhile, for three listings"


@asynccontextmanager
async def growing(stage: Stage) -> AsyncIterator[list[str]]:
    """Orders appear without a pause."""
    made: list[str] = []

    async def grow() -> None:
        async with client_of(stage) as outside:
            while True:
                made.append((await outside.create_order(PROFILE, numbers(1, line=50_000 + len(made)))).id)

    growth = asyncio.ensure_future(grow())
    try:
        yield made
    finally:
        growth.cancel()
        await asyncio.wait([growth])


async def test_two_workers_are_served_while_the_list_grows_during_every_reading(stage: Stage) -> None:
    await fill(stage)
    await stage.faults("slow", calls=["list"], delay=0.05)
    async with client_of(stage) as one, client_of(stage) as other, growing(stage) as made:
        before = len(made)
        verdicts = await asyncio.gather(
            place_each(one, numbers(40, line=10_000)), place_each(other, numbers(40, line=20_000))
        )
        assert len(made) > before + 10, "the list did not hold still"
    placed = [verdict.order_id for part in verdicts for verdict in part]
    ordered = [number["phone_number"] for order in await stage.orders() for number in order["phone_numbers"]]
    assert len(set(placed)) == 80
    assert len(ordered) == len(set(ordered)), "each number was ordered once"


class HeldClient(TelnyxClient):
    """A client whose first reading waits before its second page."""

    first_page_read: asyncio.Event
    go_on: asyncio.Event

    async def _ask(self, call: Any, parse: Callable[[object], Any]) -> Any:
        if call.params.get("page[number]") == 2 and not self.first_page_read.is_set():
            self.first_page_read.set()
            await self.go_on.wait()
        return await super()._ask(call, parse)


async def place_during_a_reading(stage: Stage) -> None:
    """An earlier attempt's order arrives after the first page of a reading. Then the next attempt asks."""
    await fill(stage, 260)
    async with client_of(stage, HeldClient) as client:
        assert isinstance(client, HeldClient)
        client.first_page_read, client.go_on = asyncio.Event(), asyncio.Event()
        account = FakeAccountWorkflow()
        step = OrderSteps(TelnyxAccounts({"default": client}), account_workflow=account).place_order
        early = asyncio.ensure_future(client.all_orders())
        async with asyncio.timeout(limits.WAIT):
            await client.first_page_read.wait()
        await stage.order(A)
        placing = asyncio.ensure_future(Attempt().run(step, work(A)))
        await until(lambda: _claims(account))
        await asyncio.sleep(0)  # it asks right after its claim
        client.go_on.set()
        async with asyncio.timeout(limits.WAIT):
            await early
            assert (await placing).order_id


async def _claims(account: FakeAccountWorkflow) -> int:
    return len(account.claims)


async def orders_of(stage: Stage, phone_number: str) -> int:
    return sum(
        phone_number in {one["phone_number"] for one in order["phone_numbers"]} for order in await stage.orders()
    )


async def test_a_create_is_not_served_by_the_listing_under_way(stage: Stage) -> None:
    await place_during_a_reading(stage)
    assert await orders_of(stage, A) == 1


async def test_a_listing_that_began_before_the_claim_would_double_an_order(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above finds what it looks for."""

    def join(turns: Turns[Any], asker: object) -> None:
        (turns._waiting if turns._served is None else turns._served).append(asker)

    monkeypatch.setattr(Turns, "ask", join)
    await place_during_a_reading(stage)
    assert await orders_of(stage, A) == 2


async def test_a_second_attempt_asks_again(stage: Stage) -> None:
    """What the first attempt was told does not count any more."""
    await stage.faults("429", calls=["create"], times=1)
    first, step = Attempt(), OrderSteps(stage.accounts).place_order
    assert (await first.fails(step, work(A))).type == TryLater.__name__
    order_id = await stage.order(A)
    assert (await first.next().run(step, work(A))).order_id == order_id
    assert (await count_pages(stage), await count_posts(stage)) == (2, 2)


class SlowCreates:
    """An account without orders, whose creates end when the test says so."""

    def __init__(self) -> None:
        self.on_the_way = 0
        self.sent: list[str] = []
        self.go_on = asyncio.Event()

    async def all_orders(self, **_options: object) -> list[Order]:
        return []

    async def create_order(self, messaging_profile_id: str, phone_numbers: Sequence[str]) -> Order:
        self.sent += phone_numbers
        self.on_the_way += 1
        await self.go_on.wait()
        self.on_the_way -= 1
        rows = [HostedNumber(phone_number=one, status="pending") for one in phone_numbers]
        return Order(id=f"o{phone_numbers[0][1:]}", messaging_profile_id=messaging_profile_id, phone_numbers=rows)


async def test_creates_that_a_listing_serves_together_do_not_fill_the_connections() -> None:
    telnyx, wanted = SlowCreates(), numbers(3 * MOST_ON_THE_WAY)
    step = OrderSteps(OneAccount(telnyx)).place_order
    attempts = [Attempt() for _ in wanted]
    placing = [asyncio.ensure_future(one.run(step, work(number))) for one, number in zip(attempts, wanted, strict=True)]
    await until(lambda: _sent(telnyx), lambda sent: sent == MOST_ON_THE_WAY)
    attempts[-1].environment.cancel()
    with pytest.raises(asyncio.CancelledError):
        await placing.pop()
    assert telnyx.on_the_way == MOST_ON_THE_WAY
    telnyx.go_on.set()
    assert len({verdict.order_id for verdict in await asyncio.gather(*placing)}) == len(wanted) - 1
    assert wanted[-1] not in telnyx.sent, "who is cancelled while waiting sends nothing"
    assert 2 * MOST_ON_THE_WAY <= MAX_CONNECTIONS


async def _sent(telnyx: SlowCreates) -> int:
    return telnyx.on_the_way
