"""Watches every call of the simulator, when it arrives and when it is carried out, and reports broken rules."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from http import HTTPStatus

from aiohttp import web

from simulator.fault_injection import fault_of
from simulator.parts import CALL_NAMES, PARTS, SimulatorParts
from simulator.state import Order
from tests.property.clock import Clock
from tests.property.rules import Rule, Violation
from tests.property.stories import DAY
from tests.property.truth import is_active, is_live

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LATEST = 60.0
"""Seconds of the story after which a call has arrived and every list is true. It is half the quarantine after which a
second order may be sent, and leaves time to list an order before another is sent."""
CHECK_GOOD_FOR = DAY + LATEST
"""Seconds of the story after which a number that became active is known from the eligibility check."""
STALE = 0.02
"""Real seconds that a stale list lags behind."""
IN_TIME = 0.5
"""Real seconds within which a change at Telnyx must have been read before a step that it forbids."""


class Monitor:
    """Sees all that one story does at its simulator.

    Attributes:
        parts: the parts of the simulator, once it runs.
        violations: the broken rules.
        ours: the ids of the orders that the API placed, oldest first, without those of a portal.
        ever_active: numbers that were active at any time.
        left_out: the orders, with the numbers that were ordered in them and that Telnyx left out.
    """

    parts: SimulatorParts

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.violations: list[Violation] = []
        self.ours: list[str] = []
        self.ever_active: set[str] = set()
        self.left_out: set[tuple[str, str]] = set()
        self._reported: set[tuple[str, str]] = set()
        """Orders with the numbers that an answer called active, as long as they are."""
        self._active_since: dict[tuple[str, str], float] = {}
        """Orders with their active numbers, and when that was seen first."""
        self._hosted_since: dict[str, float] = {}
        """The numbers of the inventory, and when they were seen there first."""
        self._listed: set[str] = set()
        """The ids of the orders that existed when orders were listed last."""
        self._seen_at: dict[str, float] = {}
        """Orders and numbers of the inventory, and the second of the story in which they were seen first."""
        self._on_the_way: dict[int, tuple[float, asyncio.Event]] = {}

    def watch(self, app: web.Application) -> None:
        """Watch every call of a simulator that is about to start."""

        async def take_parts(app: web.Application) -> AsyncIterator[None]:
            self.parts = app[PARTS]
            yield

        app.cleanup_ctx.append(take_parts)
        app.middlewares.insert(0, self._on_arrival)
        app.middlewares.append(self._on_order)

    def look(self) -> None:
        """Remember which numbers are active now."""
        world, now = self.parts.world, time.monotonic()
        active = {(order.id, n) for order in world.orders.values() for n in order.numbers if is_active(order, n)}
        self._active_since = {pair: self._active_since.get(pair, now) for pair in active}
        self._hosted_since = {number: self._hosted_since.get(number, now) for number in world.inventory}
        present = [*world.orders, *world.inventory]
        self._seen_at = {one: self._seen_at.get(one, self._clock.elapsed) for one in present}
        self._reported &= active
        self.ever_active |= {number for _, number in active} | set(world.inventory)

    @web.middleware
    async def _on_arrival(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        call = request.app[CALL_NAMES].get(request.match_info.handler, "")
        if not call:
            return await handler(request)
        await self._check(call, request)
        try:
            response = await handler(request)
            if call == "get" and response.status == HTTPStatus.OK:
                self._remember_reported(request.match_info["id"])
            return response
        finally:
            fault = fault_of(request)
            if fault is None or fault.kind != "late_commit":
                self._has_arrived(request)

    async def _check(self, call: str, request: web.Request) -> None:
        self.look()
        if call == "list":
            await self._all_arrived()
            self._listed = set(self.parts.world.orders)
        if call in {"delete", "request_codes", "submit_codes"}:
            self._must_not_touch_active(call, request.match_info["id"], await _numbers_in(request))
        if call == "create":
            self._must_be_free(await _numbers_in(request))
            self._on_the_way[id(request)] = (await self._clock.now(), asyncio.Event())

    @web.middleware
    async def _on_order(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Called when an order is about to be placed in truth, which may be after its caller gave up."""
        call = request.app[CALL_NAMES].get(request.match_info.handler, "")
        if call != "create":
            return await handler(request)
        before, ordered = set(self.parts.world.orders), await _numbers_in(request)
        self._must_be_the_only_one(ordered)
        try:
            return await handler(request)
        finally:
            placed = [order for order in self.parts.world.orders.values() if order.id not in before]
            self.ours += [order.id for order in placed]
            self.left_out |= {(order.id, n) for order in placed for n in ordered if n not in order.numbers}
            self._has_arrived(request)

    def _remember_reported(self, order_id: str) -> None:
        """An answer that arrives says which numbers of an order are active."""
        self.look()
        self._reported |= {pair for pair in self._active_since if pair[0] == order_id}

    def _must_be_the_only_one(self, phone_numbers: list[str]) -> None:
        """No order that the API placed is live at the moment at which another is placed."""
        for order_id in self.ours:
            self._must_hold_none(self.parts.world.orders[order_id], phone_numbers)

    def _must_be_free(self, phone_numbers: list[str]) -> None:
        """A caller that places an order has listed those of a portal, and knows which numbers are active."""
        for order in self.parts.world.orders.values():
            listed = order.id in self._listed and _long_ago(order.created)
            if order.id not in self.ours and (listed or self._seen_for(order.id) > LATEST):
                self._must_hold_none(order, phone_numbers)
        reported = {number for _, number in self._reported}
        hosted = [number for number in phone_numbers if number in self._hosted_since]
        if active := [number for number in hosted if number in reported or self._seen_for(number) > CHECK_GOOD_FOR]:
            self._report(Rule.NO_ORDER_FOR_ACTIVE, f"a new order for {active}, active already")

    def _seen_for(self, order_or_number: str) -> float:
        return self._clock.elapsed - self._seen_at[order_or_number]

    def _must_hold_none(self, order: Order, phone_numbers: list[str]) -> None:
        if shared := [number for number in phone_numbers if is_live(order, number)]:
            self._report(Rule.ONE_LIVE_ORDER, f"a second one for {shared}, while {order.id} is {order.status}")

    def _must_not_touch_active(self, call: str, order_id: str, phone_numbers: list[str]) -> None:
        order = self.parts.world.orders.get(order_id)
        if order is None or order.status == "deleted":
            return
        for number in phone_numbers if call != "delete" else list(order.numbers):
            since, reported = self._active_since.get((order_id, number)), (order_id, number) in self._reported
            # An order is read before it is deleted. Before codes are sent or submitted it need not be.
            active = since is not None and (reported or (call == "delete" and _long_ago(since)))
            hosted_before = order.created - self._hosted_since.get(number, order.created) > IN_TIME
            if active or (call != "delete" and hosted_before):
                self._report(Rule.ACTIVE_IS_UNTOUCHED, f"{call} of the order {order_id} with the active {number}")

    def _report(self, rule: Rule, details: str) -> None:
        self.violations.append(Violation(rule, details))

    async def _all_arrived(self) -> None:
        """Wait for every call that is under way for longer than `LATEST` by the clock of the story."""
        now = await self._clock.now()
        for since, arrived in list(self._on_the_way.values()):
            if now - since >= LATEST:
                await arrived.wait()
        if "stale_list" in self.parts.world.faults.plan.kinds:
            await asyncio.sleep(STALE * 1.5)

    def _has_arrived(self, request: web.Request) -> None:
        _, event = self._on_the_way.pop(id(request), (0.0, None))
        if event is not None:
            event.set()


def _long_ago(since: float) -> bool:
    return time.monotonic() - since > IN_TIME


async def _numbers_in(request: web.Request) -> list[str]:
    """The numbers that the body of a call names."""
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError:
        return []
    if not isinstance(body, dict):
        return []
    rows: Iterable[object] = body.get("verification_codes") or []
    return [*map(str, body.get("phone_numbers") or []), *(str(row["phone_number"]) for row in rows)]  # type: ignore[index]
