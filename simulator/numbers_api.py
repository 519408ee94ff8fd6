"""The calls about hosted numbers and messaging profiles."""

from typing import Any

from aiohttp import web

from simulator.bodies import read_json_object, read_page
from simulator.errors import INVALID_PROFILE, not_found, unprocessable
from simulator.parts import parts_of
from simulator.state import HostedNumber, World, now
from simulator.views import api_order, messaging_profile, number_settings, page_of


async def list_numbers(request: web.Request) -> web.Response:
    """Answer one page of the hosted numbers, filtered by profile and number, sorted if requested."""
    number, size = read_page(request)
    direction = request.query.get("sort[phone_number]")
    if direction not in {None, "asc", "desc"}:
        raise unprocessable("sort[phone_number] must be asc or desc.", parameter="sort[phone_number]")
    rows = [hosted for hosted in parts_of(request).world.inventory.values() if _wanted(request, hosted)]
    if direction is not None:
        rows.sort(key=lambda hosted: hosted.phone_number, reverse=direction == "desc")
    shown, meta = page_of(rows, number, size)
    return web.json_response({"data": [number_settings(hosted) for hosted in shown], "meta": meta})


def _wanted(request: web.Request, hosted: HostedNumber) -> bool:
    query = request.query
    return (
        query.get("filter[messaging_profile_id]", hosted.messaging_profile_id) == hosted.messaging_profile_id
        and query.get("filter[phone_number]", hosted.phone_number) == hosted.phone_number
        and query.get("filter[phone_number][contains]", "") in hosted.phone_number
    )


def _hosted(request: web.Request, *, by_number: bool) -> HostedNumber:
    """The number in the path: by its id or, where the API promises that, by the phone number."""
    name = request.match_info["id"]
    inventory = parts_of(request).world.inventory
    if by_number and name in inventory:
        return inventory[name]
    found = next((hosted for hosted in inventory.values() if hosted.id == name), None)
    if found is None:
        raise not_found(f"Hosted number {name}")
    return found


async def get_number(request: web.Request) -> web.Response:
    """Answer one hosted number with its messaging settings."""
    return web.json_response({"data": number_settings(_hosted(request, by_number=True))})


async def update_number(request: web.Request) -> web.Response:
    """Change profile, product or tags. Null keeps a value, an empty profile removes it (docs/telnyx.md §1)."""
    hosted = _hosted(request, by_number=True)
    body = await read_json_object(request)
    _check_update(parts_of(request).world, body)
    if body.get("messaging_profile_id") is not None:
        hosted.messaging_profile_id = body["messaging_profile_id"] or None
    hosted.messaging_product = body.get("messaging_product") or hosted.messaging_product
    if body.get("tags") is not None:
        hosted.tags = body["tags"]
    hosted.updated_at = now()
    return web.json_response({"data": number_settings(hosted)})


def _check_update(world: World, body: dict[str, Any]) -> None:
    profile_id = body.get("messaging_profile_id")
    if profile_id and not (isinstance(profile_id, str) and world.knows_profile(profile_id)):
        raise unprocessable("The messaging profile does not exist.", "/messaging_profile_id", code=INVALID_PROFILE)
    tags = body.get("tags")
    if tags is not None and not (isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)):
        raise unprocessable("tags must be a list of strings.", "/tags")


async def delete_number(request: web.Request) -> web.Response:
    """End the hosting of one number, and answer its order, not the number (docs/telnyx.md §1)."""
    hosted = _hosted(request, by_number=False)
    parts = parts_of(request)
    del parts.world.inventory[hosted.phone_number]
    order = parts.world.orders.get(hosted.order_id or "")
    if order is None or hosted.phone_number not in order.numbers:
        return web.json_response({"data": _made_up_order(parts.world, hosted)})
    left = [n for n in order.numbers.values() if n.phone_number != hosted.phone_number and n.status != "deleted"]
    parts.lifecycle.change(order, None if left else "deleted", {hosted.phone_number: "deleted"})
    return web.json_response({"data": api_order(order, parts.world.settings)})


def _made_up_order(world: World, hosted: HostedNumber) -> dict[str, Any]:
    """The answer for a number that the control surface put into the inventory: it has no order."""
    number = {"id": hosted.id, "record_type": "messaging_hosted_number", "phone_number": hosted.phone_number}
    return {
        "id": world.new_id(),
        "record_type": "messaging_hosted_number_order",
        "messaging_profile_id": hosted.messaging_profile_id,
        "status": "deleted",
        "phone_numbers": [{**number, "status": "deleted"}],
    }


async def get_profile(request: web.Request) -> web.Response:
    """Answer a messaging profile, with the address of its webhooks."""
    profile_id = request.match_info["id"]
    world = parts_of(request).world
    if not world.knows_profile(profile_id):
        raise not_found(f"Messaging profile {profile_id}")
    return web.json_response({"data": messaging_profile(world.profile(profile_id))})
