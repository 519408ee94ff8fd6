"""The control surface `/_simulator`: shows handsets and orders, and acts as reviewer, carrier and portal."""

from dataclasses import asdict, replace

from aiohttp import web

from simulator import test_numbers
from simulator.control_bodies import Body, bad_request, control_body
from simulator.faults_control import plan_from
from simulator.parts import parts_of
from simulator.state import Order, Override
from simulator.views import full_order, messaging_profile


async def inbox(request: web.Request) -> web.Response:
    """Show what the handset of a number received, newest last; without a number, of all handsets."""
    world = parts_of(request).world
    # A plus sign that a client did not escape arrives as a space.
    phone_number = request.query.get("phone_number", "").replace(" ", "+")
    return web.json_response(world.inbox.get(phone_number, []) if phone_number else world.messages)


async def orders(request: web.Request) -> web.Response:
    """Show every order that was ever created, oldest first, with everything that the simulator knows."""
    return web.json_response([full_order(order) for order in parts_of(request).world.orders.values()])


async def faults(request: web.Request) -> web.Response:
    """Replace the plan of faults."""
    plan = plan_from(await control_body(request))
    parts_of(request).world.faults.replace(plan)
    return web.json_response({"kinds": plan.kinds, "rate": plan.rate, "seed": plan.seed})


async def fault_counts(request: web.Request) -> web.Response:
    """Show how often each kind of fault has happened so far."""
    return web.json_response(dict(parts_of(request).world.faults.counts))


async def order_status(request: web.Request) -> web.Response:
    """Act as reviewer, carrier or portal: set any status, or take a number out with null. The review by itself ends."""
    parts = parts_of(request)
    order = parts.world.orders.get(request.match_info["id"])
    if order is None:
        raise web.HTTPNotFound(text=f"There is no order {request.match_info['id']}.")
    body = await control_body(request)
    status, numbers = body.text("order"), body.statuses("numbers")
    body.refuse_unknown_keys()
    _all_ordered(order, numbers)
    parts.reviewer.stop(order)
    parts.lifecycle.change(order, status, numbers)
    return web.json_response(full_order(order))


def _all_ordered(order: Order, numbers: dict[str, str | None]) -> None:
    missing = [phone_number for phone_number in numbers if phone_number not in order.numbers]
    if missing:
        raise bad_request(f"The order does not list {', '.join(missing)}.")


async def number(request: web.Request) -> web.Response:
    """Change what one number answers, or put it into the inventory of hosted numbers or take it out."""
    phone_number = request.match_info["phone_number"]
    body, world = await control_body(request), parts_of(request).world
    override = _changed(world.overrides.get(phone_number, Override()), body)
    in_inventory = body.flag("in_inventory")
    body.refuse_unknown_keys()
    world.overrides[phone_number] = override
    if in_inventory is True:
        world.activate(phone_number, None, None)
    elif in_inventory is False:
        world.inventory.pop(phone_number, None)
    present = phone_number in world.inventory
    return web.json_response({"phone_number": phone_number, **asdict(override), "in_inventory": present})


def _changed(override: Override, body: Body) -> Override:
    if body.has("eligible_status"):
        override = replace(override, eligible_status=body.text("eligible_status"))
    if body.has("code_error"):
        override = replace(override, code_error=body.text("code_error"))
    return override


async def calls(request: web.Request) -> web.Response:
    """Show every API call, oldest first; the status is null if no answer was given."""
    return web.json_response(list(parts_of(request).world.calls))


async def profile(request: web.Request) -> web.Response:
    """Set where a profile's webhooks go, or make the profile unknown."""
    body = await control_body(request)
    world = parts_of(request).world
    profile_id = request.match_info["id"].lower()
    known = world.profile(profile_id)
    for name in ("webhook_url", "webhook_failover_url"):
        if body.has(name):
            setattr(known, name, body.text(name))
    unknown = body.flag("unknown")
    body.refuse_unknown_keys()
    if unknown is not None:
        change = world.settings.unknown_profiles.add if unknown else world.settings.unknown_profiles.discard
        change(profile_id)
    return web.json_response(messaging_profile(known))


async def webhook_key(request: web.Request) -> web.Response:
    """Show the public key that checks webhook signatures: plain base64, as in the portal."""
    return web.Response(text=parts_of(request).webhooks.public_key)


async def deliveries(request: web.Request) -> web.Response:
    """Show every attempt to deliver a webhook, oldest first, with the HTTP status or the error."""
    return web.json_response(list(parts_of(request).webhooks.deliveries))


async def settings(request: web.Request) -> web.Response:
    """Change settings while the simulator runs."""
    body = await control_body(request)
    chosen = parts_of(request).world.settings
    for name in ("ownership_word_over_rest", "updated_at_over_rest", "upload_needs_verified"):
        setattr(chosen, name, _or(body.flag(name), getattr(chosen, name)))
    for name in ("review_seconds", "transfer_seconds"):
        setattr(chosen, name, _or(body.figure(name), getattr(chosen, name)))
    body.refuse_unknown_keys()
    return web.json_response({name: value for name, value in asdict(chosen).items() if isinstance(value, bool | float)})


def _or(chosen: float | None, present: float) -> float:
    return present if chosen is None else chosen


async def number_table(_request: web.Request) -> web.Response:
    """Show the test numbers and what happens to each."""
    rows = test_numbers.ROWS
    return web.json_response([{"phone_number": r.phone_number, "name": r.name, "promise": r.promise} for r in rows])


ROUTES = (
    web.get("/_simulator/inbox", inbox),
    web.get("/_simulator/orders", orders),
    web.post("/_simulator/faults", faults),
    web.get("/_simulator/faults", fault_counts),
    web.post("/_simulator/orders/{id}/status", order_status),
    web.post("/_simulator/numbers/{phone_number}", number),
    web.get("/_simulator/calls", calls),
    web.post("/_simulator/profiles/{id}", profile),
    web.get("/_simulator/webhook_key", webhook_key),
    web.get("/_simulator/webhooks", deliveries),
    web.post("/_simulator/settings", settings),
    web.get("/_simulator/test_numbers", number_table),
)
