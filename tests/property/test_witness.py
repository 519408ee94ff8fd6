"""That the witness sees what must never happen: each of its rules is broken once, over HTTP, and kept beside it."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, cast

import pytest
from aiohttp import web

from simulator import app as simulator
from simulator.faults import Plan
from simulator.parts import PARTS, SimulatorParts
from simulator.state import Order
from telnyx_api.client import TelnyxClient
from telnyx_api.errors import TelnyxError
from tests.property.witness import CHECK_GOOD_FOR, LATEST, Witness
from tests.workflows.telnyx_side import PROFILE

ONE, TWO = "+13125550101", "+13125550102"
AGES = 60.0


class _Clock:
    elapsed = 0.0

    async def now(self) -> float:
        return time.time()


@dataclass
class Seat:
    """A simulator with its witness, and somebody who calls it."""

    telnyx: TelnyxClient
    services: SimulatorParts
    witness: Witness
    clock: _Clock

    def ordered_in_portal(self, *numbers: str, ago: float = AGES) -> Order:
        """An order that somebody made in the portal."""
        order = self.services.lifecycle.create(PROFILE, numbers)
        order.created -= ago
        return order

    def happens(self, order: Order, status: str | None = None, **numbers: str) -> None:
        """Telnyx says words about an order."""
        words: dict[str, str | None] = {{"one": ONE, "two": TWO}[name]: word for name, word in numbers.items()}
        self.services.lifecycle.change(order, status, words)

    def long_ago(self) -> None:
        """What the witness saw until now is as old as can be."""
        self.witness.look()
        for seen in (self.witness._active_since, self.witness._hosted_since):
            for key in cast("dict[Any, float]", seen):
                cast("dict[Any, float]", seen)[key] -= AGES

    def complaint(self) -> str:
        """The only one."""
        [complaint] = self.witness.complaints
        return complaint


@pytest.fixture
async def seat() -> AsyncIterator[Seat]:
    app = simulator.build()
    clock = _Clock()
    witness = Witness(None, cast("Any", clock))  # type: ignore[arg-type]
    witness.watch(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    witness._services = app[PARTS]
    telnyx = TelnyxClient("KEY_test", f"http://127.0.0.1:{runner.addresses[0][1]}/v2")
    yield Seat(telnyx, app[PARTS], witness, clock)
    await telnyx.aclose()
    await runner.cleanup()


async def _ordered(seat: Seat, *numbers: str) -> Order:
    order = await seat.telnyx.create_order(PROFILE, numbers)
    return seat.services.world.orders[order.id]


async def test_the_plain_way_is_no_reason_to_complain(seat: Seat) -> None:
    order = await _ordered(seat, ONE, TWO)
    await seat.telnyx.request_codes(order.id, [ONE, TWO], "sms")
    codes = {number: seat.services.world.inbox[number][-1]["code"] for number in (ONE, TWO)}
    await seat.telnyx.submit_codes(order.id, codes)
    seat.happens(order, "successful", one="failed_timeout", two="successful")
    await seat.telnyx.get_order(order.id)
    again = await _ordered(seat, ONE)
    await seat.telnyx.request_codes(again.id, [ONE], "sms")
    await seat.telnyx.delete_order(again.id)
    assert seat.witness.complaints == []


async def test_a_second_order_beside_one_of_our_own(seat: Seat) -> None:
    first = await _ordered(seat, ONE)
    await _ordered(seat, ONE, TWO)
    assert seat.complaint() == f"a second live order for ['{ONE}'], while {first.id} is pending"


async def test_a_second_order_beside_one_of_the_portal(seat: Seat) -> None:
    theirs = seat.ordered_in_portal(ONE)
    await seat.telnyx.all_orders()
    await _ordered(seat, ONE)
    assert seat.complaint() == f"a second live order for ['{ONE}'], while {theirs.id} is pending"


async def test_a_second_order_of_somebody_who_did_not_even_list(seat: Seat) -> None:
    theirs = seat.ordered_in_portal(ONE)
    seat.witness.look()
    seat.clock.elapsed += LATEST + 1
    await _ordered(seat, ONE)
    assert seat.complaint() == f"a second live order for ['{ONE}'], while {theirs.id} is pending"


async def test_an_order_that_the_portal_made_after_the_list_was_read_could_not_be_seen(seat: Seat) -> None:
    await seat.telnyx.all_orders()
    seat.ordered_in_portal(ONE)
    await _ordered(seat, ONE)
    assert seat.witness.complaints == []


@pytest.mark.parametrize("way", ["told", "long ago"])
async def test_a_new_order_for_a_number_that_is_active(seat: Seat, way: str) -> None:
    order = await _ordered(seat, ONE)
    seat.happens(order, "successful", one="successful")
    if way == "told":
        await seat.telnyx.get_order(order.id)
    else:
        seat.witness.look()
        seat.clock.elapsed += CHECK_GOOD_FOR + 1
    with pytest.raises(TelnyxError):
        await seat.telnyx.create_order(PROFILE, [ONE])
    assert seat.complaint() == f"a new order for ['{ONE}'], active already"


async def test_a_new_order_for_a_number_that_became_active_since_it_was_checked(seat: Seat) -> None:
    seat.services.world.activate(ONE, None, None)
    seat.long_ago()
    with pytest.raises(TelnyxError):
        await seat.telnyx.create_order(PROFILE, [ONE])
    assert seat.witness.complaints == []


@pytest.mark.parametrize("call", ["request_codes", "submit_codes"])
async def test_a_number_that_is_verified_although_it_is_active_in_that_order(seat: Seat, call: str) -> None:
    order = await _ordered(seat, ONE, TWO)
    seat.happens(order, two="successful")
    await seat.telnyx.get_order(order.id)
    await _verify(seat, call, order, ONE, TWO)
    assert seat.complaint() == f"{call} on the order {order.id} with the active {TWO} (told: True)"


@pytest.mark.parametrize("call", ["request_codes", "submit_codes"])
async def test_a_number_that_is_verified_in_a_later_order_although_it_was_active_before(seat: Seat, call: str) -> None:
    first = seat.ordered_in_portal(ONE)
    seat.happens(first, "successful", one="successful")
    seat.long_ago()
    later = seat.ordered_in_portal(ONE, TWO, ago=0)
    await _verify(seat, call, later, ONE, TWO)
    assert seat.complaint() == f"{call} on the order {later.id} with {ONE}, active before it was made"


async def test_a_number_that_becomes_active_elsewhere_while_its_order_is_under_way(seat: Seat) -> None:
    order = await _ordered(seat, ONE)
    seat.services.world.activate(ONE, None, None)
    seat.long_ago()
    order.created -= AGES
    await seat.telnyx.request_codes(order.id, [ONE], "sms")
    assert seat.witness.complaints == []


async def test_an_order_that_is_deleted_with_an_active_number_in_it(seat: Seat) -> None:
    order = await _ordered(seat, ONE, TWO)
    seat.happens(order, two="successful")
    seat.long_ago()
    await seat.telnyx.delete_order(order.id)
    assert seat.complaint() == f"delete on the order {order.id} with the active {TWO} (told: False)"


async def test_what_an_answer_that_never_arrived_said_is_not_known(seat: Seat) -> None:
    order = await _ordered(seat, ONE)
    seat.happens(order, one="successful")
    seat.services.world.faults.replace(Plan(kinds=("timeout_after_commit",), delay=0.01, times=1))
    with pytest.raises(TelnyxError):
        await seat.telnyx.get_order(order.id)
    await seat.telnyx.delete_order(order.id)
    assert seat.witness.complaints == []


async def _verify(seat: Seat, call: str, order: Order, *numbers: str) -> None:
    if call == "request_codes":
        await seat.telnyx.request_codes(order.id, numbers, "sms")
    else:
        await seat.telnyx.submit_codes(order.id, dict.fromkeys(numbers, "00000"))
