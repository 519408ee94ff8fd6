"""A Telnyx order as read just now: its statuses, and which numbers it still claims or could switch off.

Every question here is answered on the safe side: a status that no table knows counts as a claim, and as a risk.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.number_statuses import NUMBERS, NumberKind
from domain.order_statuses import ORDERS, OrderKind
from domain.status_table import StatusRow

UNFINISHED = "provisioning"
"""The status of an order whose numbers are being activated."""

_ENDED = {NumberKind.CLOSED, NumberKind.FIXABLE, NumberKind.REJECTED, NumberKind.TIMED_OUT}
_HARMLESS = _ENDED | {NumberKind.OPEN, NumberKind.VERIFIED}
_DECIDED = _ENDED | {NumberKind.ACTIVE}


@dataclass(frozen=True)
class OrderSnapshot:
    """An order as the API showed it: its status, and the status of each number that it lists (in lower case)."""

    order_id: str
    status: str
    numbers: Mapping[str, str]
    updated_at: str = ""
    """When Telnyx changed the order last, as Telnyx writes it; empty when it does not say."""

    @property
    def row(self) -> StatusRow[OrderKind] | None:
        """The row of the order's status; None for a status that no table knows."""
        return ORDERS.get(self.status)

    @property
    def kind(self) -> OrderKind | None:
        """The kind of the order's status; None for a status that no table knows."""
        return self.row.kind if self.row else None

    def number_row(self, phone_number: str) -> StatusRow[NumberKind] | None:
        """The row of a number's status; None for an unknown status, and for a number that the order does not list."""
        return NUMBERS.get(self.numbers.get(phone_number, ""))

    def number_kind(self, phone_number: str) -> NumberKind | None:
        """The kind of a number's status; None like `number_row`."""
        row = self.number_row(phone_number)
        return row.kind if row else None


def is_live(order: OrderSnapshot, phone_number: str) -> bool:
    """Say whether the order still claims a number."""
    if phone_number not in order.numbers:
        return False
    order_ended = order.kind is not None and order.kind.is_terminal
    return not order_ended and order.number_kind(phone_number) not in _ENDED


def numbers_at_risk(order: OrderSnapshot) -> list[str]:
    """List the numbers that deleting this order could switch off, sorted; empty when it may be deleted."""
    if order.kind in {None, OrderKind.DONE} or order.status == "provisioning":
        return sorted(order.numbers) or ["numbers that it does not list"]
    return sorted(number for number in order.numbers if order.number_kind(number) not in _HARMLESS)


def is_unfinished(order: OrderSnapshot, phone_numbers: Iterable[str]) -> bool:
    """Say whether the order is complete while numbers of it are still being activated, and nothing else is open."""
    kinds = {order.number_kind(number) for number in open_numbers(order, phone_numbers)}
    return order.kind is OrderKind.DONE and kinds == {NumberKind.IN_REVIEW}


def open_numbers(order: OrderSnapshot, phone_numbers: Iterable[str]) -> list[str]:
    """List those of the numbers that the order lists and whose own status is neither final nor active, sorted."""
    listed = (number for number in phone_numbers if number in order.numbers)
    return sorted(number for number in listed if order.number_kind(number) not in _DECIDED)
