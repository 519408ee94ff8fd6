"""What an order of the simulated Telnyx says of one number: now, and at any time in its history."""

from collections.abc import Iterator

from simulator.state import Order
from simulator.statuses import FINAL_NUMBER_STATUSES, FINAL_ORDER_STATUSES

GOOD = "successful"
_TAKEN_OUT = "taken out of the order"
_ENDS_NUMBER = (FINAL_NUMBER_STATUSES - {GOOD}) | {_TAKEN_OUT}
_ENDS_ORDER = FINAL_ORDER_STATUSES - {GOOD}


def is_live(order: Order, phone_number: str) -> bool:
    """Whether an order could still activate a number."""
    number = order.numbers.get(phone_number)
    return number is not None and not order.is_final and number.status not in FINAL_NUMBER_STATUSES


def is_active(order: Order, phone_number: str) -> bool:
    """Whether an order says that a number is active."""
    number = order.numbers.get(phone_number)
    return number is not None and number.status == GOOD


def had_last_word(order: Order, phone_number: str) -> bool:
    """Whether an order had, for this one number, a last word other than `successful` at some time.

    Its own word goes before that of its order, unless the order was deleted; what became of its neighbours says
    nothing.
    """
    return any(
        own in _ENDS_NUMBER or of_order == "deleted" or (of_order in _ENDS_ORDER and own != GOOD)
        for own, of_order in _words(order, phone_number)
    )


def was_active(order: Order, phone_number: str) -> bool:
    """Whether an order said at some time that a number is active."""
    return any(own == GOOD for own, _ in _words(order, phone_number))


def _words(order: Order, phone_number: str) -> Iterator[tuple[str, str]]:
    """The word of a number and that of its order after each line of the order's history that is about either.

    A line names the last four digits, by which all numbers of the stories differ. Nothing comes of an order that never
    held the number.
    """
    about_number, own, of_order = f"number …{phone_number[-4:]} ", "", ""
    lines = [line["what"] for line in order.history]
    if phone_number not in order.numbers and about_number + _TAKEN_OUT not in lines:
        return
    for line in lines:
        if line.startswith(about_number):
            own = line.removeprefix(about_number)
        elif line.startswith("order "):
            of_order = line.removeprefix("order ")
        yield own, of_order
