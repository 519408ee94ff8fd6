"""The story of `examples/orders.csv`: which documents are at hand, what goes wrong, and how each number must end."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tools.demo.command import ROOT
from tools.demo.documents import SIGNED_LATER, documents_of, numbers_by_reference
from tools.demo.processes import DemoFailed

LATE = "late-papers"
REFUSED = "unsigned-loa"
MISTYPED = "mistyped-code"
MOBILE = "+15005550003"
"""The test number that Telnyx calls a mobile one, which cannot be hosted."""
TIMED_OUT = "timed-out"
REJECTED = "rejected-once"
ORDERED_TWICE = {"+15005553009": TIMED_OUT, "+15005553011": REJECTED}
"""The test numbers that succeed only in their second order, and the request each belongs to."""

ABOUT = {
    "plain": "two numbers, papers and codes in order",
    MISTYPED: "one of its codes is mistyped",
    "one-mobile": f"one of its numbers, {MOBILE}, is a mobile one",
    LATE: "its papers come only when they are asked for",
    REFUSED: "its LOA is not signed, so the reviewer refuses it once",
    TIMED_OUT: "its number times out at the carrier once",
    REJECTED: "one of its two numbers is rejected by the carrier once",
}


def drawer() -> dict[str, list[str]]:
    """By reference, what is handed in when a request asks for papers: options of `hosted-sms documents`."""
    loa, bill = (_as_typed(path) for path in documents_of(LATE))
    return {LATE: ["--loa", loa, "--bill", bill], REFUSED: ["--loa", _as_typed(SIGNED_LATER)]}


def must_have_come_true(shown: Sequence[Mapping[str, Any]], orders: Sequence[Mapping[str, Any]]) -> None:
    """Compares how the requests ended with the story.

    Args:
        shown: what `hosted-sms show --json` says of each request.
        orders: every order that Telnyx ever had.

    Raises:
        DemoFailed: a number ended otherwise, or there is an order too many or too few.
    """
    for request, numbers in zip(shown, numbers_by_reference().values(), strict=True):
        _numbers_ended_well(request, numbers)
        _has_its_orders(request, orders)
    expected = len(shown) + len(ORDERED_TWICE)
    if len(orders) != expected:
        raise DemoFailed(f"Telnyx has {len(orders)} orders for {len(shown)} requests, not {expected}.")


def epilogue(orders: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the table of the end does not tell: which numbers took a second order, and that nobody waited for them.

    Raises:
        DemoFailed: the neighbour of the rejected number was not active before it.
    """
    by_itself, by_a_person = ORDERED_TWICE
    first, second = (order for order in orders if by_a_person in _numbers_of(order))
    (neighbour,) = _numbers_of(first) - {by_a_person}
    earlier = _over_at(second) - _over_at(first)
    if earlier <= timedelta():
        raise DemoFailed(f"{neighbour} became active only after {by_a_person}.")
    return [
        f"{by_itself} took two orders: the carrier let the first one time out, and",
        "the second followed by itself; only its code had to be read out anew.",
        f"{by_a_person} took two as well: the carrier rejected it, and once a person had",
        f"settled that, `retry` gave it an order of its own. {neighbour} of the same",
        f"request did not wait for it: it was active {earlier.total_seconds():.0f} seconds earlier.",
        "Every other number took exactly one order.",
    ]


def _numbers_of(order: Mapping[str, Any]) -> set[str]:
    return {row["phone_number"] for row in order["phone_numbers"]}


def _over_at(order: Mapping[str, Any]) -> datetime:
    """When the last thing happened to an order."""
    return datetime.fromisoformat(order["history"][-1]["at"])


def _as_typed(path: Path) -> str:
    """A path as one types it in the folder of the repository, where the commands run."""
    return str(path.relative_to(ROOT))


def _numbers_ended_well(request: Mapping[str, Any], numbers: Sequence[str]) -> None:
    expected = {number: "left_out" if number == MOBILE else "active" for number in numbers}
    found = {row["phone_number"]: row["state"] for row in request["numbers"]}
    outcome = "partly_active" if MOBILE in numbers else "active"
    if (found, request["outcome"]) != (expected, outcome):
        raise DemoFailed(f"{request['reference']} ended {request['outcome']} with {found}, not {outcome}, {expected}.")


def _has_its_orders(request: Mapping[str, Any], orders: Sequence[Mapping[str, Any]]) -> None:
    """Its orders are the only ones at Telnyx that hold its numbers, each with the numbers that belong into it."""
    active = {row["phone_number"] for row in request["numbers"] if row["state"] == "active"}
    found = {order["id"]: _numbers_of(order) for order in orders}
    found = {order_id: held for order_id, held in found.items() if held & active}
    expected = [active, *({number} for number in ORDERED_TWICE if number in active)]
    if list(found) != request["order_ids"] or list(found.values()) != expected:
        raise DemoFailed(
            f"{request['reference']} names the orders {request['order_ids']} and should have one for each of"
            f" {expected}, but Telnyx has {found}."
        )
