"""What became of each number at Telnyx, read from the history of every order that the simulator ever had."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.words import NUMBER_IS_OVER, ORDER_IS_OVER

_SUCCESS = "successful"
_NUMBER_FAILED = NUMBER_IS_OVER - {_SUCCESS}
_ORDER_FAILED = ORDER_IS_OVER - {_SUCCESS}
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
    last_word: str = ""

    def has_word(self, word: str, at: datetime) -> None:
        """The number has a new word now."""
        self.last_word = word
        if self.active and word != _SUCCESS:
            self.switched_off = at
        self.active = word == _SUCCESS
        if word in _NUMBER_FAILED or word == _TAKEN_OUT:
            self.ended = self.ended or at
        if word in NUMBER_IS_OVER or word == _TAKEN_OUT:
            self.over = self.over or at

    def order_has_word(self, word: str, at: datetime) -> None:
        """Its order has a new word now."""
        if word in _ORDER_FAILED and not self.active:
            self.ended = self.ended or at
        if word in ORDER_IS_OVER:
            self.over = self.over or at


def lives(orders: Sequence[Mapping[str, Any]]) -> list[Life]:
    """The life of each number in each order, oldest first.

    Args:
        orders: what `/_simulator/orders` answers.
    """
    return [life for order in orders for life in _lives_in(order)]


def by_number(found: Iterable[Life]) -> dict[str, list[Life]]:
    """The lives of each number, oldest first."""
    sorted_out: dict[str, list[Life]] = defaultdict(list)
    for life in sorted(found, key=lambda life: life.began):
        sorted_out[life.phone_number].append(life)
    return dict(sorted_out)


def _lives_in(order: Mapping[str, Any]) -> list[Life]:
    history = [(datetime.fromisoformat(line["at"]), str(line["what"])) for line in order["history"]]
    began = history[0][0]
    numbers = [str(row["phone_number"]) for row in order["phone_numbers"]]
    found = {number[-4:]: Life(order["id"], number, began) for number in numbers}
    for at, what in history:
        subject, _, rest = what.partition(" ")
        if subject == "order":
            for life in found.values():
                life.order_has_word(rest, at)
        elif subject == "number":
            digits, _, word = rest.partition(" ")
            if (named := found.get(digits.removeprefix("…"))) is not None:
                named.has_word(word, at)
    return list(found.values())
