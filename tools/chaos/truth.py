"""What became of each number at Telnyx, read from the history of every order that the simulator ever had."""

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
    """One number in one order."""

    order_id: str
    phone_number: str
    began: datetime
    ended: datetime | None = None
    """When it could become active no more, or was active no more; None while it is active or may become so."""
    active: bool = False
    """Active at the end."""
    switched_off: datetime | None = None
    """When it was taken away although it was active."""
    over: datetime | None = None
    """When the number or its order had its last word, good or bad; None while something may still happen."""
    last_word: str = "pending"
    end_word: str = ""
    """The word by which it ended in this order, before the whole order was deleted; empty when none did."""
    order_word: str = "pending"
    """The order's own word, before the order was deleted."""
    deleted_by_us: bool = False
    """Whether the order was deleted, and by a call of the program rather than in the portal."""

    def has_word(self, word: str, at: datetime) -> None:
        """The number has a new word now."""
        self.last_word = word
        if word in _NUMBER_FAILED and not (word == _DELETED and self.end_word):
            self.end_word = word
        if self.active and word != _SUCCESS:
            self.switched_off = at
        self.active = word == _SUCCESS
        if word in _NUMBER_FAILED or word == _TAKEN_OUT:
            self.ended = self.ended or at
        if word in FINAL_NUMBER_STATUSES or word == _TAKEN_OUT:
            self.over = self.over or at

    def order_has_word(self, word: str, at: datetime, deletions: Sequence[datetime] = ()) -> None:
        """Its order has a new word now."""
        if word == _DELETED:
            self.deleted_by_us = any(call <= at for call in deletions)
        else:
            self.order_word = word
        if word in _ORDER_FAILED and not self.active:
            self.ended = self.ended or at
        if word in FINAL_ORDER_STATUSES:
            self.over = self.over or at


def lives(orders: Sequence[Mapping[str, Any]], calls: Sequence[Mapping[str, Any]] = ()) -> list[Life]:
    """The life of each number in each order, oldest first.

    Args:
        orders: what `/_simulator/orders` answers.
        calls: what `/_simulator/calls` answers, which tells who deleted an order.
    """
    deletions: dict[str, list[datetime]] = defaultdict(list)
    for call in calls:
        if call["method"] == "DELETE":
            deletions[call["path"].rpartition("/")[2]].append(datetime.fromisoformat(call["at"]))
    return [life for order in orders for life in _lives_in(order, deletions[order["id"]])]


def by_number(found: Iterable[Life]) -> dict[str, list[Life]]:
    """The lives of each number, oldest first."""
    sorted_out: dict[str, list[Life]] = defaultdict(list)
    for life in sorted(found, key=lambda life: life.began):
        sorted_out[life.phone_number].append(life)
    return dict(sorted_out)


def _lives_in(order: Mapping[str, Any], deletions: Sequence[datetime]) -> list[Life]:
    history = [(datetime.fromisoformat(line["at"]), str(line["what"])) for line in order["history"]]
    began = history[0][0]
    numbers = [str(row["phone_number"]) for row in order["phone_numbers"]]
    found = {number[-4:]: Life(order["id"], number, began) for number in numbers}
    for at, what in history:
        subject, _, rest = what.partition(" ")
        if subject == "order":
            for life in found.values():
                life.order_has_word(rest, at, deletions)
        elif subject == "number":
            digits, _, word = rest.partition(" ")
            if (named := found.get(digits.removeprefix("…"))) is not None:
                named.has_word(word, at)
    return list(found.values())
