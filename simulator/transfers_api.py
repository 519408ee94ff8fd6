"""The calls by which the present owner of a number answers an internal transfer."""

from aiohttp import web

from simulator.errors import not_found, unprocessable
from simulator.parts import order_answer, order_of, parts_of


async def approve(request: web.Request) -> web.Response:
    """Approve the internal transfer."""
    return _decide(request, "approved")


async def reject(request: web.Request) -> web.Response:
    """Reject the internal transfer; the order fails."""
    return _decide(request, "rejected")


def _decide(request: web.Request, decision: str) -> web.Response:
    """Answer with the order, because what Telnyx answers is not documented (docs/telnyx.md §1). A token works once."""
    order = order_of(request)
    if order.transfer is None or request.query.get("token") != order.transfer.token:
        raise not_found("The transfer request of this token")
    if order.transfer.decision != "pending" or order.is_final:
        raise unprocessable("The transfer request was answered already.", parameter="token")
    parts_of(request).reviewer.decide_transfer(order, decision)
    return order_answer(request, order)
