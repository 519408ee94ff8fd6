"""What became of each number at Telnyx, from the histories of all orders in the simulator."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.statuses import FINAL_NUMBER_STATUSES, FINAL_ORDER_STATUSES

_SUCCESS = "successful"
_NUMBER_FAILED = FINAL_NUMBER_STATUSES - {_SUCCESS}
_ORDER_FAILED = FINAL_ORDER_STATUSES - {_SUCCESS}
_DELETED = "deleted"
_TAKEN_OUT = "taken out of the order"


@dataclass
class Life:
    """The life of one number in one order."""

    order_id: str
    phone_number: str
    began: datetime
    ended: datetime | None = None
    """When it was no longer active and could no longer become so; None while it is or may."""
    active: bool = False
    """Active at the end."""
    switched_off: datetime | None = None
    """When it was deleted although it was active."""
    over: datetime | None = None
    """When the number or its order had a final status; None while something may still happen."""
    last_status: str = "pending"
    end_status: str = ""
    """The status by which it ended, before the order was deleted; empty if there is none."""
    order_status: str = "pending"
    """The status of the order, before it was deleted."""
    deleted_by_us: bool = False
    """Whether the program deleted the order, not the portal."""

    def has_status(self, status: str, at: datetime) -> None:
        """Apply a new status of the number."""
        self.last_status = status
        if status in _NUMBER_FAILED and not (status == _DELETED and self.end_status):
            self.end_status = status
        if self.active and status != _SUCCESS:
            self.switched_off = at
        self.active = status == _SUCCESS
        if status in _NUMBER_FAILED or status == _TAKEN_OUT:
            self.ended = self.ended or at
        if status in FINAL_NUMBER_STATUSES or status == _TAKEN_OUT:
            self.over = self.over or at

    def order_has_status(self, status: str, at: datetime, deletions: Sequence[datetime] = ()) -> None:
        """Apply a new status of its order."""
        if status == _DELETED:
            self.deleted_by_us = any(call <= at for call in deletions)
        else:
            self.order_status = status
        if status in _ORDER_FAILED and not self.active:
            self.ended = self.ended or at
        if status in FINAL_ORDER_STATUSES:
            self.over = self.over or at


def lives(orders: Sequence[Mapping[str, Any]], calls: Sequence[Mapping[str, Any]] = ()) -> list[Life]:
    """The life of each number in each order, oldest first.

    Args:
        orders: what `/_simulator/orders` answers.
        calls: what `/_simulator/calls` answers, which shows who deleted an order.
    """
    deletions: dict[str, list[datetime]] = defaultdict(list)
    for call in calls:
        if call["method"] == "DELETE":
            deletions[call["path"].rpartition("/")[2]].append(datetime.fromisoformat(call["at"]))
    return [life for order in orders for life in _lives_in(order, deletions[order["id"]])]


def by_number(found: Iterable[Life]) -> dict[str, list[Life]]:
    """The lives of each number, oldest first."""
    grouped: dict[str, list[Life]] = defaultdict(list)
    for life in sorted(found, key=lambda life: life.began):
        grouped[life.phone_number].append(life)
    return dict(grouped)


def _lives_in(order: Mapping[str, Any], deletions: Sequence[datetime]) -> list[Life]:
    history = [(datetime.fromisoformat(line["at"]), str(line["what"])) for line in order["history"]]
    began = history[0][0]
    numbers = [str(row["phone_number"]) for row in order["phone_numbers"]]
    found = {number[-4:]: Life(order["id"], number, began) for number in numbers}
    for at, what in history:
        subject, _, rest = what.partition(" ")
        if subject == "order":
            for life in found.values():
                life.order_has_status(rest, at, deletions)
        elif subject == "number":
            digits, _, status = rest.partition(" ")
            if (named := found.get(digits.removeprefix("…"))) is not None:
                named.has_status(status, at)
    return list(found.values())
