"""The two lists of an account, as one row each: its orders, and its hosted numbers (docs/telnyx.md §1)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from telnyx_api.call import Call
from telnyx_api.pagination import Window
from telnyx_api.replies import ORDER_ID, NumberSettings, Order, Page, Reply
from telnyx_api.reply_parser import parse_page, parse_wanted_rows
from telnyx_api.wanted import Names

R = TypeVar("R", bound=Reply)
Rows = tuple[list[tuple[str, R | None]], Page]
"""One page: each entry with its identity, None in place of one that no one wants."""

ORDERS = "/messaging_hosted_number_orders"
NUMBERS = "/messaging_hosted_numbers"

_PLAIN_ID = re.compile(ORDER_ID)


@dataclass(frozen=True)
class ListKind(Generic[R]):
    """What one has to know of a list: how it is asked for, and what its entries are called."""

    doing: str
    """Completes the sentence "when Telnyx was asked to …"."""
    path: str
    model: type[R]
    names: Callable[[R], Sequence[str]]
    """What an entry is found by; the first is its identity."""
    skip: Callable[[object, frozenset[str]], str | None]
    """The identity of a raw row without any of the names; None when it has one, or is not as expected."""
    params: dict[str, str | int] = field(default_factory=dict)

    def call(self, window: Window) -> Call:
        """The call for one page."""
        place: dict[str, str | int] = {"page[number]": window.number, "page[size]": window.size}
        return Call(self.doing, "GET", self.path, params=place | self.params)

    def parse(self, wanted: Names, body: object) -> Rows[R]:
        """The rows of a page."""
        rows = parse_wanted_rows(
            self.model,
            body,
            identify=lambda entry: self.names(entry)[0],
            glance=lambda row: None if wanted is None else self.skip(row, wanted),
        )
        return rows, parse_page(body)


def _order_names(order: Order) -> list[str]:
    return [order.id, *(number.phone_number for number in order.phone_numbers)]


def _skip_order(row: object, wanted: frozenset[str]) -> str | None:
    try:
        order_id, numbers = row["id"], [number["phone_number"] for number in row["phone_numbers"]]  # type: ignore[index]  # caught below
        is_plain = _PLAIN_ID.fullmatch(order_id) is not None and all(map(_is_name, numbers))
        return order_id if is_plain and wanted.isdisjoint([order_id, *numbers]) else None
    except (TypeError, KeyError):
        return None


def _skip_hosted_number(row: object, wanted: frozenset[str]) -> str | None:
    number = row.get("phone_number") if isinstance(row, dict) else None
    return number if isinstance(number, str) and number and number not in wanted else None


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value)


ORDER_LIST = ListKind("list the orders", ORDERS, Order, _order_names, _skip_order)
NUMBER_LIST = ListKind(
    "list the hosted numbers",
    NUMBERS,
    NumberSettings,
    lambda row: [row.phone_number],
    _skip_hosted_number,
    params={"sort[phone_number]": "asc"},
)
