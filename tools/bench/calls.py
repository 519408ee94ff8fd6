"""The calls of the flow, without retries or error classes, one function each.

Script, naive design and DBOS share them; ours has its own client. What drives a design uses them for what a person
sees: the code on the handset, and that a number has become active.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from httpx_aiohttp import AiohttpTransport

from tools.bench.orders import PROFILE

ORDERS = "/v2/messaging_hosted_number_orders"
SECONDS_BETWEEN_POLLS = 0.05
_SECONDS = 30.0
_PAGE_SIZE = 250
_CLOSED = frozenset({"deleted", "failed", "successful"})


def quick_client(address: str) -> httpx.AsyncClient:
    """Httpx with the transport of aiohttp, at a quarter of the cost. It needs a running event loop."""
    return httpx.AsyncClient(base_url=address, transport=AiohttpTransport(), timeout=_SECONDS, headers=_KEY)


def usual_client(address: str) -> httpx.AsyncClient:
    """Httpx with its default transport."""
    return httpx.AsyncClient(base_url=address, timeout=_SECONDS, headers=_KEY, trust_env=False)


_KEY = {"Authorization": "Bearer KEY_bench"}


class Calls:
    """The calls to Telnyx and to the control surface of the simulator."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def check_eligibility(self, phone_numbers: Sequence[str]) -> bool:
        """Whether all numbers can be hosted."""
        body = {"phone_numbers": list(phone_numbers)}
        rows = (await self._ask("POST", f"{ORDERS}/eligibility_numbers_check", json=body))["phone_numbers"]
        return all(row["eligible"] for row in rows)

    async def create_order(self, phone_numbers: Sequence[str]) -> str:
        """Create an order. Returns its id."""
        body = {"messaging_profile_id": PROFILE, "phone_numbers": list(phone_numbers)}
        return str((await self._ask("POST", ORDERS, json=body))["data"]["id"])

    async def open_orders(self) -> list[tuple[str, set[str]]]:
        """The id and the numbers of every order that may still come to something, over all pages of the list."""
        found, page, pages = list[tuple[str, set[str]]](), 1, 1
        while page <= pages:
            answer = await self._ask("GET", ORDERS, params={"page[number]": page, "page[size]": _PAGE_SIZE})
            found += [_numbers(row) for row in answer["data"] if row["status"] not in _CLOSED]
            page, pages = page + 1, answer["meta"]["total_pages"]
        return found

    async def request_codes(self, order_id: str, phone_numbers: Sequence[str]) -> None:
        """Request a code by text for each number."""
        body = {"phone_numbers": list(phone_numbers), "verification_method": "sms"}
        await self._ask("POST", f"{ORDERS}/{order_id}/verification_codes", json=body)

    async def submit_codes(self, order_id: str, codes: dict[str, str]) -> bool:
        """Submit the codes. Returns whether all were right."""
        rows = [{"phone_number": number, "code": code} for number, code in codes.items()]
        path = f"{ORDERS}/{order_id}/validation_codes"
        answer = await self._ask("POST", path, json={"verification_codes": rows})
        return all(row["status"] == "verified" for row in answer["data"]["phone_numbers"])

    async def upload(self, order_id: str, loa: Path, bill: Path) -> None:
        """Upload both documents from their files, as every design does."""
        files = {name: (f"{name}.pdf", path.read_bytes(), "application/pdf") for name, path in _named(loa, bill)}
        await self._ask("POST", f"{ORDERS}/{order_id}/actions/file_upload", files=files)

    async def order_status(self, order_id: str) -> str:
        """The current status of the order."""
        return str((await self._ask("GET", f"{ORDERS}/{order_id}"))["data"]["status"])

    async def codes_on_handsets(self, phone_numbers: Sequence[str]) -> dict[str, str]:
        """Wait until every handset has a code. Returns the codes by number."""
        return {number: await self._code_on_handset(number) for number in phone_numbers}

    async def _code_on_handset(self, phone_number: str) -> str:
        while True:
            shown = await self._ask("GET", "/_simulator/inbox", params={"phone_number": phone_number})
            if shown:
                return str(shown[-1]["code"])
            await asyncio.sleep(SECONDS_BETWEEN_POLLS)

    async def until_active(self, phone_number: str) -> None:
        """Wait until a number is hosted, which is when Telnyx sends its last webhook."""
        path = f"/v2/messaging_hosted_numbers/{phone_number}"
        while (await self._client.get(path)).is_error:  # noqa: ASYNC110 - HTTP has no event to wait for
            await asyncio.sleep(SECONDS_BETWEEN_POLLS)

    async def until_uploaded(self, phone_number: str) -> None:
        """Wait until the documents of a number's order are at Telnyx."""
        while not (await self._order_of(phone_number))["uploads"]:  # noqa: ASYNC110 - HTTP has no event to wait for
            await asyncio.sleep(SECONDS_BETWEEN_POLLS)

    async def until_read_again(self) -> None:
        """Wait until an order is read once more, whichever it is."""
        reads = await self._count_reads()
        while await self._count_reads() == reads:  # noqa: ASYNC110 - HTTP has no event to wait for
            await asyncio.sleep(SECONDS_BETWEEN_POLLS)

    async def _count_reads(self) -> int:
        rows = await self._ask("GET", "/_simulator/calls")
        return sum(row["method"] == "GET" and row["path"].startswith(f"{ORDERS}/") for row in rows)

    async def approve(self, phone_number: str) -> None:
        """Act as reviewer and carrier: activate the order of a number."""
        order = await self._order_of(phone_number)
        statuses = {"order": "successful", "numbers": dict.fromkeys(_numbers(order)[1], "successful")}
        await self._ask("POST", f"/_simulator/orders/{order['id']}/status", json=statuses)

    async def _order_of(self, phone_number: str) -> dict[str, Any]:
        (order,) = [one for one in await self.orders_in_truth() if phone_number in _numbers(one)[1]]
        return order

    async def orders_in_truth(self) -> list[dict[str, Any]]:
        """Every order that was ever created, with its true status."""
        return list(await self._ask("GET", "/_simulator/orders"))

    async def send_webhooks(self, url: str) -> None:
        """Set the webhook URL of the profile."""
        await self._ask("POST", f"/_simulator/profiles/{PROFILE}", json={"webhook_url": url})

    async def count_calls(self) -> int:
        """The number of calls about orders. Calls of the driver to the control surface do not count."""
        answer = await self._client.get("/_simulator/calls")
        return answer.raise_for_status().text.count(f'"{ORDERS}')  # reading 100,000 rows as JSON would take seconds

    async def _ask(self, method: str, path: str, **options: Any) -> Any:
        answer = await self._client.request(method, path, **options)
        return answer.raise_for_status().json()


def _numbers(row: dict[str, Any]) -> tuple[str, set[str]]:
    return str(row["id"]), {number["phone_number"] for number in row["phone_numbers"]}


def _named(loa: Path, bill: Path) -> tuple[tuple[str, Path], tuple[str, Path]]:
    return ("loa", loa), ("bill", bill)
