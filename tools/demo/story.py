"""The story of `examples/orders.csv`: what goes wrong in each request, and how each number must end."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tools.demo.command import ROOT
from tools.demo.documents import SIGNED_LATER, documents_of, numbers_by_reference
from tools.demo.processes import DemoFailed

LATE = "late-docs"
REFUSED = "unsigned-loa"
MISTYPED = "mistyped-code"
MOBILE = "+15005550003"
"""A test number that Telnyx reports as mobile, so that it cannot be hosted."""
TIMED_OUT = "timed-out"
REJECTED = "rejected-once"
ORDERED_TWICE = {"+15005553009": TIMED_OUT, "+15005553011": REJECTED}
"""The test numbers that succeed only in their second order, with their requests."""

ABOUT = {
    "plain": "two numbers, with documents and codes in order",
    MISTYPED: "one of its codes is mistyped at first",
    "one-mobile": f"one of its numbers is mobile ({MOBILE})",
    LATE: "its documents follow when it asks for them",
    REFUSED: "its LOA is not signed, so Telnyx refuses it at first",
    TIMED_OUT: "its number times out at the carrier at first",
    REJECTED: "one of its two numbers is rejected by the carrier at first",
}


def documents_when_asked() -> dict[str, list[str]]:
    """The options of `hosted-sms documents` with which to answer a request that asks for documents, by reference."""
    loa, bill = (_as_typed(path) for path in documents_of(LATE))
    return {LATE: ["--loa", loa, "--bill", bill], REFUSED: ["--loa", _as_typed(SIGNED_LATER)]}


def check(shown: Sequence[Mapping[str, Any]], orders: Sequence[Mapping[str, Any]]) -> None:
    """Compare the ends of the requests with the story.

    Args:
        shown: the output of `hosted-sms show --json` for each request.
        orders: all orders at the simulated Telnyx.

    Raises:
        DemoFailed: a number ended differently, or there are too many or too few orders.
    """
    for request, numbers in zip(shown, numbers_by_reference().values(), strict=True):
        _numbers_ended_well(request, numbers)
        _has_its_orders(request, orders)
    expected = len(shown) + len(ORDERED_TWICE)
    if len(orders) != expected:
        raise DemoFailed(f"Telnyx has {len(orders)} orders for {len(shown)} requests, not {expected}.")


def epilogue(orders: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the last table does not show: which numbers took two orders, and that no other number waited for them.

    Raises:
        DemoFailed: the other number of the same request was not active earlier.
    """
    by_itself, by_a_person = ORDERED_TWICE
    first, second = (order for order in orders if by_a_person in _numbers_of(order))
    (neighbor,) = _numbers_of(first) - {by_a_person}
    earlier = _over_at(second) - _over_at(first)
    if earlier <= timedelta():
        raise DemoFailed(f"{neighbor} became active only after {by_a_person}.")
    return [
        f"{by_itself} took two orders. The first one timed out at the carrier, and",
        "the second one followed automatically. A person read out one more code.",
        f"{by_a_person} took two orders. The carrier rejected the first one. A person",
        f"called the carrier, and `retry` placed the second one. {neighbor} of the",
        f"same request did not wait: it was active {earlier.total_seconds():.0f} seconds earlier.",
        "Every other number took exactly one order.",
    ]


def _numbers_of(order: Mapping[str, Any]) -> set[str]:
    return {row["phone_number"] for row in order["phone_numbers"]}


def _over_at(order: Mapping[str, Any]) -> datetime:
    """When the last thing happened to an order."""
    return datetime.fromisoformat(order["history"][-1]["at"])


def _as_typed(path: Path) -> str:
    """A path as one types it in the root of the repository, where the commands run."""
    return str(path.relative_to(ROOT))


def _numbers_ended_well(request: Mapping[str, Any], numbers: Sequence[str]) -> None:
    expected = {number: "left_out" if number == MOBILE else "active" for number in numbers}
    found = {row["phone_number"]: row["state"] for row in request["numbers"]}
    outcome = "partly_active" if MOBILE in numbers else "active"
    if (found, request["outcome"]) != (expected, outcome):
        raise DemoFailed(f"{request['reference']} ended {request['outcome']} with {found}, not {outcome}, {expected}.")


def _has_its_orders(request: Mapping[str, Any], orders: Sequence[Mapping[str, Any]]) -> None:
    """Check that exactly its orders hold its numbers at Telnyx, each with the right ones."""
    active = {row["phone_number"] for row in request["numbers"] if row["state"] == "active"}
    found = {order["id"]: _numbers_of(order) for order in orders}
    found = {order_id: held for order_id, held in found.items() if held & active}
    expected = [active, *({number} for number in ORDERED_TWICE if number in active)]
    if list(found) != request["order_ids"] or list(found.values()) != expected:
        raise DemoFailed(
            f"{request['reference']} names the orders {request['order_ids']}. There must be one for each of"
            f" {expected}, but Telnyx has {found}."
        )
