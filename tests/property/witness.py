"""Sees every call at the simulator, on its way in and when it is carried out, and notes what must never happen."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

from simulator.mishaps import fault_of
from simulator.services import CALL_NAMES, Services
from simulator.state import Order
from simulator.words import NUMBER_IS_OVER, ORDER_IS_OVER
from tests.property.clock import Clock

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LATEST = 60.0
"""Seconds of the story's clock after which a call on its way has arrived and every list is true; half the quarantine
after which a second order may be sent."""
STALE = 0.02
"""Real seconds that a stale list lags behind."""
IN_TIME = 0.5
"""Real seconds in which what happened at Telnyx must have been read before a step that it forbids."""


def is_live(order: Order, phone_number: str) -> bool:
    """Whether an order could still activate a number."""
    number = order.numbers.get(phone_number)
    return number is not None and not order.over and number.status not in NUMBER_IS_OVER


class Witness:
    """The eyes of a story in its simulator."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self._services = services
        self._clock = clock
        self.complaints: list[str] = []
        self.ours: list[str] = []
        """The ids of the orders that the API made, oldest first; those of a portal are not among them."""
        self.ever_active: set[str] = set()
        """Numbers that were active at some time."""
        self.told: dict[str, set[str]] = defaultdict(set)
        """By order: numbers of which an answer said that they are active."""
        self._active_since: dict[tuple[str, str], float] = {}
        self._on_the_way: dict[int, tuple[float, asyncio.Event]] = {}

    def watch(self, app: web.Application) -> None:
        """Look at every call of a simulator from here on."""
        app.middlewares.insert(0, self._arrival)
        app.middlewares.append(self._deed)

    def look(self) -> None:
        """Note which numbers are active now."""
        world, now = self._services.world, time.monotonic()
        active = {
            (order.id, number)
            for order in world.orders.values()
            for number, row in order.numbers.items()
            if row.status == "successful"
        }
        self._active_since = {pair: self._active_since.get(pair, now) for pair in active}
        self.ever_active |= {number for _, number in active} | set(world.inventory)

    @web.middleware
    async def _arrival(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        call = request.app[CALL_NAMES].get(request.match_info.handler, "")
        if not call:
            return await handler(request)
        self.look()
        if call == "list":
            await self._all_arrived()
        if call in {"delete", "request_codes", "submit_codes"}:
            self._must_not_touch_active(call, request.match_info["id"], await _named(request))
        if call == "create":
            self._on_the_way[id(request)] = (await self._clock.now(), asyncio.Event())
        try:
            return await handler(request)
        finally:
            fault = fault_of(request)
            if fault is None or fault.kind != "late_commit":
                self._has_arrived(request)

    @web.middleware
    async def _deed(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        call = request.app[CALL_NAMES].get(request.match_info.handler, "")
        orders = set(self._services.world.orders)
        if call == "create":
            self._must_be_the_only_one(await _named(request))
        try:
            response = await handler(request)
        finally:
            self.ours += [order for order in self._services.world.orders if order not in orders and call == "create"]
            self._has_arrived(request)
        self.look()
        if call == "get":
            order_id = request.match_info["id"]
            self.told[order_id] |= {number for order, number in self._active_since if order == order_id}
        return response

    def _must_be_the_only_one(self, phone_numbers: list[str]) -> None:
        for order_id in self.ours:
            order = self._services.world.orders[order_id]
            if shared := [number for number in phone_numbers if is_live(order, number)]:
                self.complaints.append(f"a second live order for {shared}, while {order_id} is {order.status}")

    def _must_not_touch_active(self, call: str, order_id: str, named: list[str]) -> None:
        order = self._services.world.orders.get(order_id)
        if order is None or order.status == "deleted":
            return
        numbers = named if call != "delete" else list(order.numbers)
        for number in numbers:
            since = self._active_since.get((order_id, number))
            known = number in self.told[order_id]
            if since is not None and (known or time.monotonic() - since > IN_TIME):
                self.complaints.append(f"{call} on the order {order_id} with the active {number} (told: {known})")

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


def was_over(order: Order) -> bool:
    """Whether an order or one of its numbers had a last word other than `successful` at some time."""
    words = {line["what"].rpartition(" ")[2] for line in order.history}
    taken = any(line["what"].endswith("taken out of the order") for line in order.history)
    return taken or bool(words & ((ORDER_IS_OVER | NUMBER_IS_OVER) - {"successful"}))
