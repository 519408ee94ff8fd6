"""What an order of the simulated Telnyx says of one number: now, and at any time in its history."""

from collections.abc import Iterator

from simulator.state import Order
from simulator.statuses import FINAL_NUMBER_STATUSES, FINAL_ORDER_STATUSES

GOOD = "successful"
_TAKEN_OUT = "taken out of the order"
_ENDS_NUMBER = (FINAL_NUMBER_STATUSES - {GOOD}) | {_TAKEN_OUT}
_ENDS_ORDER = FINAL_ORDER_STATUSES - {GOOD}


def is_live(order: Order, phone_number: str) -> bool:
    """Whether an order can still activate a number."""
    number = order.numbers.get(phone_number)
    return number is not None and not order.is_final and number.status not in FINAL_NUMBER_STATUSES


def is_active(order: Order, phone_number: str) -> bool:
    """Whether an order says that a number is active."""
    number = order.numbers.get(phone_number)
    return number is not None and number.status == GOOD


def ever_failed(order: Order, phone_number: str) -> bool:
    """Whether an order had a final status other than `successful` for this number at any time.

    The number's own status goes before that of its order, unless the order was deleted. The statuses of the other
    numbers say nothing.
    """
    return any(
        own in _ENDS_NUMBER or of_order == "deleted" or (of_order in _ENDS_ORDER and own != GOOD)
        for own, of_order in _statuses(order, phone_number)
    )


def was_active(order: Order, phone_number: str) -> bool:
    """Whether an order said at any time that a number is active."""
    return any(own == GOOD for own, _ in _statuses(order, phone_number))


def _statuses(order: Order, phone_number: str) -> Iterator[tuple[str, str]]:
    """The status of a number and of its order, after each line of the order's history that is about either.

    A line names the last four digits, which differ for all numbers of the stories. An order that never held the number
    yields nothing.
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
