"""The calls about orders: eligibility check, create, list, get, delete."""

import time
from collections.abc import Sequence

from aiohttp import web

from simulator.bodies import read_json_object, read_page, read_strings
from simulator.eligibility import check, orderable
from simulator.errors import INVALID_PROFILE, not_found, unprocessable
from simulator.fault_injection import fault_of
from simulator.parts import order_answer, order_of, parts_of
from simulator.state import Order, World
from simulator.views import api_order, page_of

MAX_NUMBERS = 200
"""Numbers in one request (docs/telnyx.md §9)."""

STALE_SECONDS = 5.0
"""How far a stale list lags behind if the fault names no delay."""


async def eligibility(request: web.Request) -> web.Response:
    """Say for each number whether it can be hosted; the answer has no `data` envelope."""
    phone_numbers = read_strings(await read_json_object(request), "phone_numbers", status=400)
    _at_most_200(phone_numbers)
    return web.json_response({"phone_numbers": check(parts_of(request).world, phone_numbers)})


async def create(request: web.Request) -> web.Response:
    """Create an order. There is no idempotency key, so the same call twice creates two orders."""
    parts = parts_of(request)
    body = await read_json_object(request)
    profile_id = body.get("messaging_profile_id")
    phone_numbers = read_strings(body, "phone_numbers")
    _check_order(parts.world, profile_id, phone_numbers)
    order = parts.lifecycle.create(profile_id, _taken(request, phone_numbers))
    if order.transfer is not None:
        parts.reviewer.await_owner(order)
    return order_answer(request, order)


def _taken(request: web.Request, phone_numbers: Sequence[str]) -> Sequence[str]:
    """The numbers that the order gets: all of them, unless a fault leaves out some or all."""
    fault = fault_of(request)
    if fault is not None and fault.kind == "subset_create":
        return phone_numbers[: (len(phone_numbers) + 1) // 2]
    return [] if fault is not None and fault.kind == "empty_create" else phone_numbers


def _check_order(world: World, profile_id: object, phone_numbers: Sequence[str]) -> None:
    if profile_id is not None and not (isinstance(profile_id, str) and world.knows_profile(profile_id)):
        raise unprocessable("The messaging profile does not exist.", "/messaging_profile_id", code=INVALID_PROFILE)
    _at_most_200(phone_numbers)
    for place, phone_number in enumerate(phone_numbers):
        pointer = f"/phone_numbers/{place}"
        if phone_number in phone_numbers[:place]:
            raise unprocessable("The phone number is repeated in the request.", pointer)
        if not orderable(world, phone_number):
            raise unprocessable("The phone number is not eligible for hosting.", pointer)


def _at_most_200(phone_numbers: Sequence[str]) -> None:
    if len(phone_numbers) > MAX_NUMBERS:
        raise unprocessable(f"At most {MAX_NUMBERS} phone numbers are allowed in one request.", "/phone_numbers")


async def list_orders(request: web.Request) -> web.Response:
    """Answer one page of all orders, newest first, deleted ones too; the list cannot be filtered."""
    number, size = read_page(request)
    world = parts_of(request).world
    rows, meta = page_of(_listed(request, world), number, size)
    return web.json_response({"data": [api_order(order, world.settings) for order in rows], "meta": meta})


def _listed(request: web.Request, world: World) -> list[Order]:
    orders = list(world.orders.values())[::-1]
    fault = fault_of(request)
    if fault is not None and fault.kind == "stale_list":
        since = time.monotonic() - (STALE_SECONDS if fault.delay is None else fault.delay)
        orders = [order for order in orders if order.created <= since]
    if fault is not None and fault.kind == "shuffled_list":
        world.random.shuffle(orders)
    return orders


async def get(request: web.Request) -> web.Response:
    """Answer one order as it is now."""
    return order_answer(request, order_of(request))


async def delete(request: web.Request) -> web.Response:
    """Delete an order with all of its numbers, active ones too; the second time it is not found."""
    order = order_of(request)
    if order.status == "deleted":
        raise not_found(f"Hosted number order {order.id}")
    parts = parts_of(request)
    parts.reviewer.stop(order)
    parts.lifecycle.delete(order)
    return order_answer(request, order)
