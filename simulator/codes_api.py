"""The calls that prove ownership: request codes and submit codes."""

from typing import Any

from aiohttp import web

from simulator.bodies import read_json_object, read_strings
from simulator.errors import MISSING_PARAMETER, ApiError, unprocessable
from simulator.parts import order_of, parts_of
from simulator.state import Order, OrderedNumber, World
from simulator.statuses import FINAL_NUMBER_STATUSES, METHODS

CODE_DIGITS = 5
"""As many as the vendor's sample has. The length is not documented (docs/telnyx.md §11)."""


async def request_codes(request: web.Request) -> web.Response:
    """Send a code to every given number; a 2xx may hold an error for a number (docs/telnyx.md §1)."""
    order = _open_order(request)
    body = await read_json_object(request)
    phone_numbers = read_strings(body, "phone_numbers")
    method = body.get("verification_method")
    if method not in METHODS:
        raise unprocessable("verification_method must be sms or call.", "/verification_method")
    numbers = [_number(order, n, f"/phone_numbers/{place}") for place, n in enumerate(phone_numbers)]
    world = parts_of(request).world
    order.record(f"codes requested by {method}")
    return web.json_response({"data": [_send_code(world, number, method) for number in numbers]})


def _open_order(request: web.Request) -> Order:
    order = order_of(request)
    if order.is_final:
        raise ApiError(409, f"The order is {order.status}; its numbers can no longer be verified.")
    return order


def _number(order: Order, phone_number: str, pointer: str) -> OrderedNumber:
    number = order.numbers.get(phone_number)
    if number is None or (number.status in FINAL_NUMBER_STATUSES and number.status != "successful"):
        raise unprocessable("The phone number is not part of this order.", pointer)
    return number


def _send_code(world: World, number: OrderedNumber, method: str) -> dict[str, str]:
    behavior = world.behavior(number.phone_number)
    override = world.overrides.get(number.phone_number)
    error = (override and override.code_error) or behavior.code_error
    if error:
        return {"phone_number": number.phone_number, "type": method, "error": error}
    number.code = f"{world.random.randrange(10**CODE_DIGITS):0{CODE_DIGITS}}"
    if method not in behavior.silent:
        world.put_into_inbox(number.phone_number, method, number.code)
    return {"phone_number": number.phone_number, "type": method, "verification_code_id": world.new_id()}


async def submit_codes(request: web.Request) -> web.Response:
    """Take the codes that people read out; a wrong one is `rejected` inside a 200 (docs/telnyx.md §1)."""
    order = _open_order(request)
    pairs = _codes(order, await read_json_object(request))
    parts = parts_of(request)
    rows = []
    for number, code in pairs:
        status = _check_code(parts.world, number, code)
        if status == "verified":
            parts.lifecycle.verify(order, number)
        rows.append({"phone_number": number.phone_number, "status": status})
    return web.json_response({"data": {"order_id": order.id, "phone_numbers": rows}})


def _codes(order: Order, body: dict[str, Any]) -> list[tuple[OrderedNumber, str]]:
    entries = body.get("verification_codes")
    if not isinstance(entries, list) or not entries:
        raise unprocessable("verification_codes is required.", "/verification_codes", code=MISSING_PARAMETER)
    pairs = []
    for place, entry in enumerate(entries):
        pointer = f"/verification_codes/{place}"
        code = entry.get("code") if isinstance(entry, dict) else None
        if not isinstance(code, str) or not code:
            raise unprocessable("code must be a string.", f"{pointer}/code")
        pairs.append((_number(order, str(entry.get("phone_number")), f"{pointer}/phone_number"), code))
    return pairs


def _check_code(world: World, number: OrderedNumber, code: str) -> str:
    """Only the newest code of a number is correct."""
    if number.verified:
        return "already_verified"
    number.attempts += 1
    if world.behavior(number.phone_number).first_code_rejected and number.attempts == 1:
        return "rejected"
    return "verified" if number.code is not None and number.code == code else "rejected"
