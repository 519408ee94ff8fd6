"""A Telnyx account in memory, as a lister and watches read it: its list changes while it is read, and calls fail."""

import json
from typing import TYPE_CHECKING, Any

import httpx

from telnyx_api.client import TelnyxClient

if TYPE_CHECKING:
    from collections.abc import Callable

SERVER_PAGE = 7
"""The account has few orders, and a reading of its list has several pages. With smaller ones a reading cannot repeat an
entry of each page before (`telnyx_api.pagination.next_window`)."""
_ERROR = {"errors": [{"code": "10007", "title": "This is a test", "detail": "This is a test."}]}


class ListedAccount:
    """The orders of an account, newest first. It is the truth that the program must notice."""

    def __init__(self) -> None:
        self.orders: dict[str, dict[str, Any]] = {}
        self.during_reading: list[Callable[[], None]] = []
        """What happens between two pages, in this order: one thing at each page."""
        self.unanswered_lists = self.unanswered_reads = 0
        """How many calls to come get no answer of Telnyx."""
        self.calls = 0
        self._changes = 0
        self.client = TelnyxClient("KEY", "https://telnyx.test/v2", transport=httpx.MockTransport(self._answer))

    def place(self, order_id: str) -> None:
        """A new order, in front of the others."""
        row = {"id": order_id, "status": "pending", "phone_numbers": [{"phone_number": number_of(order_id)}]}
        self.orders = {order_id: row} | self.orders
        self.change(order_id)

    def change(self, order_id: str) -> None:
        """An order changes in a way that means nothing new to its request."""
        if order := self.orders.get(order_id):
            self._changes += 1
            order["updated_at"] = f"change {self._changes}"
            order["phone_numbers"][0]["status"] = ("pending", "provisioning")[self._changes % 2]

    def delete(self, order_id: str) -> None:
        """An order is gone."""
        self.orders.pop(order_id, None)

    def version(self, order_id: str) -> str:
        """What distinguishes the present state of an order from all others."""
        return self.orders[order_id]["updated_at"] if order_id in self.orders else "gone"

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        order_id = request.url.path.partition("_orders/")[2]
        return self._show(order_id) if order_id else self._list(request.url.params)

    def _show(self, order_id: str) -> httpx.Response:
        if self.unanswered_reads:
            self.unanswered_reads -= 1
            return httpx.Response(500, json=_ERROR)
        order = self.orders.get(order_id)
        return httpx.Response(200, content=json.dumps({"data": order})) if order else httpx.Response(404, json=_ERROR)

    def _list(self, params: httpx.QueryParams) -> httpx.Response:
        if self.unanswered_lists:
            self.unanswered_lists -= 1
            return httpx.Response(500, json=_ERROR)
        size, rows = int(params["page[size]"]), list(self.orders.values())
        start = (int(params["page[number]"]) - 1) * size
        meta = {"total_results": len(rows)}
        body = json.dumps({"data": rows[start : start + min(size, SERVER_PAGE)], "meta": meta})
        if self.during_reading and size > 1:
            self.during_reading.pop(0)()
        return httpx.Response(200, content=body)


def number_of(order_id: str) -> str:
    """The phone number of an order."""
    return f"+1212555{int(order_id.rpartition('-')[2]):04}"
