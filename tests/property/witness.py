"""Sees every call at the simulator, on its way in and when it is carried out, and notes what must never happen."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus

from aiohttp import web

from simulator.fault_injection import fault_of
from simulator.parts import CALL_NAMES, SimulatorParts
from simulator.state import Order
from tests.property.clock import Clock
from tests.property.stories import DAY
from tests.property.truth import is_active, is_live

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LATEST = 60.0
"""Seconds of the story's clock after which a call on its way has arrived and every list is true; half the quarantine
after which a second order may be sent, and time enough to list an order before another is sent."""
CHECK_GOOD_FOR = DAY + LATEST
"""Seconds of the story's clock after which a number that became active is known from the check of eligibility."""
STALE = 0.02
"""Real seconds that a stale list lags behind."""
IN_TIME = 0.5
"""Real seconds in which what happened at Telnyx must have been read before a step that it forbids."""


class Witness:
    """The eyes of a story in its simulator."""

    def __init__(self, services: SimulatorParts, clock: Clock) -> None:
        self._services = services
        self._clock = clock
        self.complaints: list[str] = []
        self.ours: list[str] = []
        """The ids of the orders that the API made, oldest first; those of a portal are not among them."""
        self.ever_active: set[str] = set()
        """Numbers that were active at some time."""
        self.left_out: set[tuple[str, str]] = set()
        """Orders with the numbers that were ordered in them and that Telnyx left out."""
        self._told: set[tuple[str, str]] = set()
        """Orders with the numbers of which an answer said that they are active, as long as they are."""
        self._active_since: dict[tuple[str, str], float] = {}
        """Orders with their active numbers, and when that was seen first."""
        self._hosted_since: dict[str, float] = {}
        """The numbers of the inventory, and when they were seen there first."""
        self._listed: set[str] = set()
        """The ids of the orders that there were when orders were listed last."""
        self._seen_at: dict[str, float] = {}
        """Orders and numbers of the inventory, and the second of the story in which they were seen there first."""
        self._on_the_way: dict[int, tuple[float, asyncio.Event]] = {}

    def watch(self, app: web.Application) -> None:
        """Look at every call of a simulator from here on."""
        app.middlewares.insert(0, self._arrival)
        app.middlewares.append(self._deed)

    def look(self) -> None:
        """Note which numbers are active now."""
        world, now = self._services.world, time.monotonic()
        active = {(order.id, n) for order in world.orders.values() for n in order.numbers if is_active(order, n)}
        self._active_since = {pair: self._active_since.get(pair, now) for pair in active}
        self._hosted_since = {number: self._hosted_since.get(number, now) for number in world.inventory}
        there = [*world.orders, *world.inventory]
        self._seen_at = {one: self._seen_at.get(one, self._clock.elapsed) for one in there}
        self._told &= active
        self.ever_active |= {number for _, number in active} | set(world.inventory)

    @web.middleware
    async def _arrival(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        call = request.app[CALL_NAMES].get(request.match_info.handler, "")
        if not call:
            return await handler(request)
        self.look()
        if call == "list":
            await self._all_arrived()
            self._listed = set(self._services.world.orders)
        if call in {"delete", "request_codes", "submit_codes"}:
            self._must_not_touch_active(call, request.match_info["id"], await _named(request))
        if call == "create":
            self._must_be_free(await _named(request))
            self._on_the_way[id(request)] = (await self._clock.now(), asyncio.Event())
        try:
            response = await handler(request)
            if call == "get" and response.status == HTTPStatus.OK:
                self._tells(request.match_info["id"])
            return response
        finally:
            fault = fault_of(request)
            if fault is None or fault.kind != "late_commit":
                self._has_arrived(request)

    @web.middleware
    async def _deed(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        call = request.app[CALL_NAMES].get(request.match_info.handler, "")
        if call != "create":
            return await handler(request)
        before, named = set(self._services.world.orders), await _named(request)
        self._must_be_the_only_one(named)
        try:
            return await handler(request)
        finally:
            made = [order for order in self._services.world.orders.values() if order.id not in before]
            self.ours += [order.id for order in made]
            self.left_out |= {(order.id, n) for order in made for n in named if n not in order.numbers}
            self._has_arrived(request)

    def _tells(self, order_id: str) -> None:
        """An answer that arrives says which numbers of an order are active."""
        self.look()
        self._told |= {pair for pair in self._active_since if pair[0] == order_id}

    def _must_be_the_only_one(self, phone_numbers: list[str]) -> None:
        """Of the orders that the API made none is live, at the moment in which another is made."""
        for order_id in self.ours:
            self._must_hold_none(self._services.world.orders[order_id], phone_numbers)

    def _must_be_free(self, phone_numbers: list[str]) -> None:
        """Whoever sends an order has listed those of a portal, and knows which numbers are active."""
        for order in self._services.world.orders.values():
            listed = order.id in self._listed and _long(order.created)
            if order.id not in self.ours and (listed or self._is_there_for(order.id) > LATEST):
                self._must_hold_none(order, phone_numbers)
        told = {number for _, number in self._told}
        hosted = [number for number in phone_numbers if number in self._hosted_since]
        if active := [number for number in hosted if number in told or self._is_there_for(number) > CHECK_GOOD_FOR]:
            self.complaints.append(f"a new order for {active}, active already")

    def _is_there_for(self, order_or_number: str) -> float:
        return self._clock.elapsed - self._seen_at[order_or_number]

    def _must_hold_none(self, order: Order, phone_numbers: list[str]) -> None:
        if shared := [number for number in phone_numbers if is_live(order, number)]:
            self.complaints.append(f"a second live order for {shared}, while {order.id} is {order.status}")

    def _must_not_touch_active(self, call: str, order_id: str, named: list[str]) -> None:
        order = self._services.world.orders.get(order_id)
        if order is None or order.status == "deleted":
            return
        for number in named if call != "delete" else list(order.numbers):
            since, told = self._active_since.get((order_id, number)), (order_id, number) in self._told
            # An order is read before it is deleted; before codes go out or come back it need not be.
            if since is not None and (told or (call == "delete" and _long(since))):
                self.complaints.append(f"{call} on the order {order_id} with the active {number} (told: {told})")
            elif call != "delete" and order.created - self._hosted_since.get(number, order.created) > IN_TIME:
                self.complaints.append(f"{call} on the order {order_id} with {number}, active before it was made")

    async def _all_arrived(self) -> None:
        """Nothing is under way for longer than `LATEST`, whatever the two clocks say."""
        now = await self._clock.now()
        for since, arrived in list(self._on_the_way.values()):
            if now - since >= LATEST:
                await arrived.wait()
        if "stale_list" in self._services.world.faults.plan.kinds:
            await asyncio.sleep(STALE * 1.5)

    def _has_arrived(self, request: web.Request) -> None:
        _, event = self._on_the_way.pop(id(request), (0.0, None))
        if event is not None:
            event.set()


def _long(since: float) -> bool:
    return time.monotonic() - since > IN_TIME


async def _named(request: web.Request) -> list[str]:
    """The numbers that the body of a call names."""
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError:
        return []
    if not isinstance(body, dict):
        return []
    rows: Iterable[object] = body.get("verification_codes") or []
    return [*map(str, body.get("phone_numbers") or []), *(str(row["phone_number"]) for row in rows)]  # type: ignore[index]
