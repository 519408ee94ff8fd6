"""What a test does and sees at the simulated Telnyx, where it plays the reviewer, the carrier and the portal."""

import itertools
from collections.abc import Mapping
from typing import Any

import httpx

from simulator.settings import Settings as SimulatorSettings
from tests.workflows.waiting import until

PROFILE = "11111111-1111-4111-8111-111111111111"
_ORDERS = "/v2/messaging_hosted_number_orders"

_seeds = itertools.count(1)
_TLS = httpx.create_ssl_context()
"""For all clients: httpx would make one for each, at a twentieth of what a story costs."""


def simulator_settings() -> SimulatorSettings:
    """A quick review, and a new seed, since two stages must not have the same order ids."""
    return SimulatorSettings(review_seconds=0.3, seed=next(_seeds))


def simulator_client(address: str) -> httpx.AsyncClient:
    """A client of the simulator at an address."""
    return httpx.AsyncClient(base_url=address, verify=_TLS)


class TelnyxSide:
    """Calls of the simulator: its control surface, and the API with the keys of others."""

    def __init__(self, telnyx: httpx.AsyncClient) -> None:
        self.telnyx = telnyx

    # What it does

    async def control(self, path: str, body: object = None) -> Any:
        """Call the control surface: POST with a body, GET without."""
        url = f"/_simulator/{path}"
        reply = await (self.telnyx.get(url) if body is None else self.telnyx.post(url, json=body))
        assert reply.status_code == 200, reply.text
        return reply.json()

    async def configure(self, **settings: object) -> None:
        """Change settings of the simulator."""
        await self.control("settings", settings)

    async def set_number(self, number: str, **overrides: object) -> None:
        """Change what Telnyx knows of a number."""
        await self.control(f"numbers/{number.replace('+', '%2B')}", overrides)

    async def set_status(
        self, number: str, order: str | None = None, numbers: Mapping[str, str | None] | None = None
    ) -> None:
        """Give the newest order with a number, and its numbers, a status. A number without one leaves the order."""
        order_id = (await self.orders(number))[-1]["id"]
        body = {"order": order, "numbers": numbers}
        await self.control(
            f"orders/{order_id}/status", {key: value for key, value in body.items() if value is not None}
        )

    async def approve(self, *numbers: str) -> None:
        """The newest order with these numbers, and all of them, become successful."""
        await self.set_status(numbers[0], "successful", dict.fromkeys(numbers, "successful"))

    async def faults(self, **faults: object) -> None:
        """Plan faults. Without arguments there are none any more."""
        await self.control("faults", faults)

    async def order_in_portal(self, *numbers: str) -> str:
        """Place an order as a person in the portal does. Returns its id."""
        body = {"messaging_profile_id": PROFILE, "phone_numbers": list(numbers)}
        reply = await self.telnyx.post(_ORDERS, json=body, headers={"authorization": "Bearer KEY_portal"})
        assert reply.status_code == 200, reply.text
        return str(reply.json()["data"]["id"])

    async def decide_transfer(self, number: str, decision: str) -> None:
        """Answer Telnyx as the account that hosts a number: `approve` or `reject`."""
        [order] = await self.orders(number)
        params, key = {"token": order["transfer"]["token"]}, {"authorization": "Bearer KEY_other"}
        reply = await self.telnyx.post(f"{_ORDERS}/{order['id']}/{decision}", params=params, headers=key)
        assert reply.status_code == 200, reply.text

    # What it shows

    async def orders(self, *numbers: str) -> list[dict[str, Any]]:
        """Every order ever placed with one of these numbers, oldest first."""
        orders = await self.control("orders")
        return [order for order in orders if {row["phone_number"] for row in order["phone_numbers"]} & set(numbers)]

    async def order_statuses(self, number: str) -> list[str]:
        """The status of every order with a number."""
        return [order["status"] for order in await self.orders(number)]

    async def the_order(self, number: str) -> str:
        """The id of the one order that was ever placed with a number."""
        [order] = await self.orders(number)
        return str(order["id"])

    async def until_ordered(self, number: str) -> None:
        """Wait until an order with a number exists."""
        await until(lambda: self.orders(number))

    async def until_uploaded(self, number: str, times: int) -> list[dict[str, Any]]:
        """Wait until documents were uploaded that often to the newest order with a number. Returns all uploads."""

        async def uploads() -> list[dict[str, Any]]:
            return list((await self.orders(number))[-1]["uploads"])

        return await until(uploads, lambda uploads: len(uploads) >= times)

    async def calls(self, method: str, ending: str) -> int:
        """How often the API was called with a method on paths of an ending."""
        return sum(call["method"] == method and call["path"].endswith(ending) for call in await self.control("calls"))

    async def checks(self) -> int:
        """How often eligibility was checked."""
        return await self.calls("POST", "eligibility_numbers_check")

    async def until_called_again(self, times: int) -> None:
        """Wait until the API was called that many times from now on."""
        before = len(await self.control("calls"))
        await until(lambda: self.control("calls"), lambda calls: len(calls) >= before + times)

    async def inbox(self, number: str) -> list[dict[str, str]]:
        """The codes that reached a number, newest last."""
        inbox: list[dict[str, str]] = await self.control(f"inbox?phone_number={number.replace('+', '%2B')}")
        return inbox

    async def code(self, number: str) -> str:
        """The newest code that reached a number."""
        return (await self.inbox(number))[-1]["code"]
