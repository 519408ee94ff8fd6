"""The monitor sees what must never happen: each of its rules is broken once over HTTP, and kept otherwise."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, cast

import pytest
from aiohttp import web

from simulator import app as simulator
from simulator.faults import Plan
from simulator.parts import SimulatorParts
from simulator.state import Order
from telnyx_api.client import TelnyxClient
from telnyx_api.errors import TelnyxError
from tests.property.monitor import CHECK_GOOD_FOR, LATEST, Monitor
from tests.property.rules import Rule
from tests.workflows.telnyx_side import PROFILE

ONE, TWO = "+13125550101", "+13125550102"
AGES = 60.0


class _Clock:
    elapsed = 0.0

    async def now(self) -> float:
        return time.time()


@dataclass
class Simulated:
    """A simulator with its monitor, and a client that calls it."""

    telnyx: TelnyxClient
    parts: SimulatorParts
    monitor: Monitor
    clock: _Clock

    async def order(self, *numbers: str) -> Order:
        """Place an order over the API."""
        order = await self.telnyx.create_order(PROFILE, numbers)
        return self.parts.world.orders[order.id]

    def order_in_portal(self, *numbers: str, ago: float = AGES) -> Order:
        """Place an order as a person in the portal."""
        order = self.parts.lifecycle.create(PROFILE, numbers)
        order.created -= ago
        return order

    def set_status(self, order: Order, status: str | None = None, **numbers: str) -> None:
        statuses: dict[str, str | None] = {{"one": ONE, "two": TWO}[name]: own for name, own in numbers.items()}
        self.parts.lifecycle.change(order, status, statuses)

    def long_ago(self) -> None:
        """All that the monitor saw until now was long ago."""
        self.monitor.look()
        for seen in (self.monitor._active_since, self.monitor._hosted_since):
            for key in cast("dict[Any, float]", seen):
                cast("dict[Any, float]", seen)[key] -= AGES

    async def verify(self, call: str, order: Order, *numbers: str) -> None:
        if call == "request_codes":
            await self.telnyx.request_codes(order.id, numbers, "sms")
        else:
            await self.telnyx.submit_codes(order.id, dict.fromkeys(numbers, "00000"))

    def broken(self) -> list[Rule]:
        return [one.rule for one in self.monitor.violations]

    def only_details(self) -> str:
        [violation] = self.monitor.violations
        return violation.details


@pytest.fixture
async def it() -> AsyncIterator[Simulated]:
    app, clock = simulator.build(), _Clock()
    monitor = Monitor(cast("Any", clock))
    monitor.watch(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    telnyx = TelnyxClient("KEY_test", f"http://127.0.0.1:{runner.addresses[0][1]}/v2")
    yield Simulated(telnyx, monitor.parts, monitor, clock)
    await telnyx.aclose()
    await runner.cleanup()


async def test_the_usual_course_breaks_no_rule(it: Simulated) -> None:
    order = await it.order(ONE, TWO)
    await it.telnyx.request_codes(order.id, [ONE, TWO], "sms")
    codes = {number: it.parts.world.inbox[number][-1]["code"] for number in (ONE, TWO)}
    await it.telnyx.submit_codes(order.id, codes)
    it.set_status(order, "successful", one="failed_timeout", two="successful")
    await it.telnyx.get_order(order.id)
    again = await it.order(ONE)
    await it.telnyx.request_codes(again.id, [ONE], "sms")
    await it.telnyx.delete_order(again.id)
    assert it.broken() == []


# No second live order


async def test_a_second_order_beside_one_of_our_own(it: Simulated) -> None:
    first = await it.order(ONE)
    await it.order(ONE, TWO)
    assert it.broken() == [Rule.ONE_LIVE_ORDER]
    assert (first.id in it.only_details(), ONE in it.only_details(), TWO in it.only_details()) == (True, True, False)


@pytest.mark.parametrize("listed", [True, False])
async def test_a_second_order_beside_one_of_the_portal(it: Simulated, *, listed: bool) -> None:
    it.order_in_portal(ONE)
    if listed:
        await it.telnyx.all_orders()
    else:
        it.monitor.look()
        it.clock.elapsed += LATEST + 1
    await it.order(ONE)
    assert it.broken() == [Rule.ONE_LIVE_ORDER]


async def test_an_order_that_the_portal_placed_after_the_list_was_read_could_not_be_seen(it: Simulated) -> None:
    await it.telnyx.all_orders()
    it.order_in_portal(ONE)
    await it.order(ONE)
    assert it.broken() == []


# No order for an active number


@pytest.mark.parametrize("reported", [True, False])
async def test_a_new_order_for_an_active_number(it: Simulated, *, reported: bool) -> None:
    order = await it.order(ONE)
    it.set_status(order, "successful", one="successful")
    if reported:
        await it.telnyx.get_order(order.id)
    else:
        it.monitor.look()
        it.clock.elapsed += CHECK_GOOD_FOR + 1
    with pytest.raises(TelnyxError):
        await it.telnyx.create_order(PROFILE, [ONE])
    assert it.broken() == [Rule.NO_ORDER_FOR_ACTIVE]


async def test_a_new_order_for_a_number_that_became_active_since_it_was_checked(it: Simulated) -> None:
    it.parts.world.activate(ONE, None, None)
    it.long_ago()
    with pytest.raises(TelnyxError):
        await it.telnyx.create_order(PROFILE, [ONE])
    assert it.broken() == []


# No call that touches an active number


@pytest.mark.parametrize("call", ["request_codes", "submit_codes"])
async def test_a_number_is_verified_although_it_is_active_in_that_order(it: Simulated, call: str) -> None:
    order = await it.order(ONE, TWO)
    it.set_status(order, two="successful")
    await it.telnyx.get_order(order.id)
    await it.verify(call, order, ONE, TWO)
    assert it.broken() == [Rule.ACTIVE_IS_UNTOUCHED]
    assert (call in it.only_details(), TWO in it.only_details()) == (True, True)


@pytest.mark.parametrize("call", ["request_codes", "submit_codes"])
async def test_a_number_is_verified_in_a_later_order_although_it_was_active_before(it: Simulated, call: str) -> None:
    first = it.order_in_portal(ONE)
    it.set_status(first, "successful", one="successful")
    it.long_ago()
    later = it.order_in_portal(ONE, TWO, ago=0)
    await it.verify(call, later, ONE, TWO)
    assert it.broken() == [Rule.ACTIVE_IS_UNTOUCHED]
    assert (later.id in it.only_details(), ONE in it.only_details()) == (True, True)


async def test_a_number_may_become_active_elsewhere_while_its_order_is_under_way(it: Simulated) -> None:
    order = await it.order(ONE)
    it.parts.world.activate(ONE, None, None)
    it.long_ago()
    order.created -= AGES
    await it.telnyx.request_codes(order.id, [ONE], "sms")
    assert it.broken() == []


async def test_an_order_is_deleted_with_an_active_number_in_it(it: Simulated) -> None:
    order = await it.order(ONE, TWO)
    it.set_status(order, two="successful")
    it.long_ago()
    await it.telnyx.delete_order(order.id)
    assert it.broken() == [Rule.ACTIVE_IS_UNTOUCHED]


async def test_the_content_of_an_answer_that_never_arrived_is_not_known(it: Simulated) -> None:
    order = await it.order(ONE)
    it.set_status(order, one="successful")
    it.parts.world.faults.replace(Plan(kinds=("timeout_after_commit",), delay=0.01, times=1))
    with pytest.raises(TelnyxError):
        await it.telnyx.get_order(order.id)
    await it.telnyx.delete_order(order.id)
    assert it.broken() == []
