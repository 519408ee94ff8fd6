"""Drives the simulated API in tests: each method is one step of a person or a program."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import httpx

from tests import limits
from tests.simulator.openapi_check import UNKNOWN_STATUS_EXPECTED, check_answer

ORDERS = "/v2/messaging_hosted_number_orders"
NUMBERS = "/v2/messaging_hosted_numbers"
PROFILE = "11111111-1111-4111-8111-111111111111"
PDF = b"%PDF-1.4\nminimal"
DOCUMENTS = {
    "loa": ("loa.pdf", PDF + b" loa", "application/pdf"),
    "bill": ("bill.pdf", PDF + b" bill", "application/pdf"),
}
T = TypeVar("T")


def client_of(address: str, **options: Any) -> httpx.AsyncClient:
    """An HTTP client that fails on every answer that the OpenAPI document does not describe."""
    headers = {"authorization": "Bearer KEY_any"}
    return httpx.AsyncClient(
        base_url=address, headers=headers, event_hooks={"response": [check_answer]}, timeout=limits.WAIT, **options
    )


async def until(look: Callable[[], Awaitable[T]], good: Callable[[T], bool]) -> T:
    """Look repeatedly until what is seen is good."""
    async with asyncio.timeout(limits.WAIT):
        while not good(seen := await look()):  # noqa: ASYNC110 - the other side of HTTP has no event to wait for
            await asyncio.sleep(0.005)
        return seen


class Driver:
    """Drives one simulator over HTTP."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.extensions: dict[str, Any] = {}

    def expect_unknown_statuses(self) -> None:
        """From here on, answers may hold statuses that no document lists."""
        self.extensions = UNKNOWN_STATUS_EXPECTED

    async def post(self, path: str, body: object = None, **options: Any) -> httpx.Response:
        """POST a JSON body; any answer is fine."""
        return await self.client.post(path, json=body, extensions=self.extensions, **options)

    async def data(self, path: str, **params: Any) -> Any:
        """The `data` of a GET that must succeed."""
        reply = await self.client.get(path, params=params or None, extensions=self.extensions)
        assert reply.status_code == 200, reply.text
        return reply.json()["data"]

    async def control(self, path: str, body: Mapping[str, object] | None = None) -> Any:
        """Call the control surface, which must succeed: POST with a body, GET without."""
        url = f"/_simulator/{path}"
        reply = await (self.client.get(url) if body is None else self.client.post(url, json=body))
        assert reply.status_code == 200, reply.text
        return reply.json()

    async def eligibility(self, *phone_numbers: str) -> list[str]:
        reply = await self.post(f"{ORDERS}/eligibility_numbers_check", {"phone_numbers": phone_numbers})
        assert reply.status_code == 200, reply.text
        return [row["eligible_status"] for row in reply.json()["phone_numbers"]]

    async def try_create(self, *phone_numbers: str, profile: str | None = PROFILE) -> httpx.Response:
        return await self.post(ORDERS, {"messaging_profile_id": profile, "phone_numbers": phone_numbers})

    async def create(self, *phone_numbers: str) -> str:
        """Order the numbers and return the order's id."""
        reply = await self.try_create(*phone_numbers)
        assert reply.status_code == 200, reply.text
        return str(reply.json()["data"]["id"])

    async def order(self, order_id: str) -> dict[str, Any]:
        """The order as the API shows it."""
        return dict(await self.data(f"{ORDERS}/{order_id}"))

    async def truth(self, order_id: str) -> dict[str, Any]:
        """The order as it really is."""
        return next(order for order in await self.control("orders") if order["id"] == order_id)

    async def statuses(self, order_id: str) -> dict[str, str]:
        """The real statuses of the order's numbers."""
        return {n["phone_number"]: n["status"] for n in (await self.truth(order_id))["phone_numbers"]}

    async def request_codes(self, order_id: str, *phone_numbers: str, method: str = "sms") -> list[dict[str, str]]:
        body = {"phone_numbers": phone_numbers, "verification_method": method}
        reply = await self.post(f"{ORDERS}/{order_id}/verification_codes", body)
        assert reply.status_code == 200, reply.text
        return list(reply.json()["data"])

    async def inbox(self, phone_number: str) -> list[dict[str, str]]:
        reply = await self.client.get("/_simulator/inbox", params={"phone_number": phone_number})
        return list(reply.json())

    async def newest_code(self, phone_number: str) -> str:
        return (await self.inbox(phone_number))[-1]["code"]

    async def submit(self, order_id: str, codes: Mapping[str, str]) -> list[str]:
        """Submit codes and return the result of each."""
        pairs = [{"phone_number": phone_number, "code": code} for phone_number, code in codes.items()]
        reply = await self.post(f"{ORDERS}/{order_id}/validation_codes", {"verification_codes": pairs})
        assert reply.status_code == 200, reply.text
        return [row["status"] for row in reply.json()["data"]["phone_numbers"]]

    async def verify(self, order_id: str, *phone_numbers: str) -> list[str]:
        """Request codes, read them from the handsets and submit them."""
        await self.request_codes(order_id, *phone_numbers)
        return await self.submit(order_id, {number: await self.newest_code(number) for number in phone_numbers})

    async def upload(self, order_id: str, documents: Mapping[str, Any] = DOCUMENTS) -> httpx.Response:
        path = f"{ORDERS}/{order_id}/actions/file_upload"
        return await self.client.post(path, files=dict(documents), extensions=self.extensions)

    async def into_review(self, *phone_numbers: str) -> str:
        """Do everything up to the upload."""
        order_id = await self.create(*phone_numbers)
        await self.verify(order_id, *phone_numbers)
        reply = await self.upload(order_id)
        assert reply.status_code == 200, reply.text
        return order_id

    async def until_order(self, order_id: str, *statuses: str) -> dict[str, Any]:
        """Wait until the order has one of these statuses."""
        return await until(lambda: self.truth(order_id), lambda order: order["status"] in statuses)

    async def faults(self, *kinds: str, **options: object) -> None:
        """Set the plan of faults; without kinds there are none."""
        await self.control("faults", {"kinds": kinds, **options})

    async def statuses_of_calls(self) -> Sequence[int | None]:
        return [call["status"] for call in await self.control("calls")]
