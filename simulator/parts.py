"""The parts of one simulator, wired together, and how a request handler finds them."""

from aiohttp import web

from simulator.background import Background
from simulator.errors import not_found
from simulator.lifecycle import Lifecycle
from simulator.review import Reviewer
from simulator.settings import Settings
from simulator.state import Order, World
from simulator.views import api_order
from simulator.webhooks import Webhooks


class SimulatorParts:
    """Everything that a handler needs: the state, what changes it, the reviewer and the webhooks."""

    def __init__(self, settings: Settings) -> None:
        self.world = World(settings)
        self.background = Background()
        self.webhooks = Webhooks(self.world, self.background)
        self.lifecycle = Lifecycle(self.world, self.webhooks.announce)
        self.reviewer = Reviewer(self.world, self.lifecycle, self.background)

    async def close(self) -> None:
        """End what runs in the background."""
        await self.background.stop()
        await self.webhooks.close()


PARTS = web.AppKey("parts", SimulatorParts)

CALL_NAMES = web.AppKey("call_names", dict)
"""The name of an API call, by its handler."""


def parts_of(request: web.Request) -> SimulatorParts:
    """The parts of the simulator that got this request."""
    return request.app[PARTS]


def order_of(request: web.Request) -> Order:
    """The order in the path; a 404 if there is none."""
    order_id = request.match_info["id"]
    order = parts_of(request).world.orders.get(order_id)
    if order is None:
        raise not_found(f"Hosted number order {order_id}")
    return order


def order_answer(request: web.Request, order: Order) -> web.Response:
    """Answer with the order in its envelope."""
    return web.json_response({"data": api_order(order, parts_of(request).world.settings)})
