"""The story of `examples/orders.csv`: which papers lie in the drawer, what goes wrong, and how each number must end."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from demo.command import ROOT
from demo.papers import SIGNED_LATER, numbers_by_reference, papers_of
from demo.processes import DemoFailed

LATE = "late-papers"
REFUSED = "unsigned-loa"
MISTYPED = "mistyped-code"
MOBILE = "+15005550003"
"""The test number that Telnyx calls a mobile one, which cannot be hosted."""

ABOUT = {
    "plain": "two numbers, papers and codes in order",
    MISTYPED: "one of its codes is mistyped",
    "one-mobile": f"one of its numbers, {MOBILE}, is a mobile one",
    LATE: "its papers come only when they are asked for",
    REFUSED: "its LOA is not signed, so the reviewer refuses it once",
}


def drawer() -> dict[str, list[str]]:
    """By reference, what is handed in when a request asks for papers: options of `hosted-sms documents`."""
    loa, bill = (_as_typed(path) for path in papers_of(LATE))
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
        _has_one_order(request, orders)
    if len(orders) != len(shown):
        raise DemoFailed(f"Telnyx has {len(orders)} orders for {len(shown)} requests.")


def _as_typed(path: Path) -> str:
    """A path as one types it in the folder of the repository, where the commands run."""
    return str(path.relative_to(ROOT))


def _numbers_ended_well(request: Mapping[str, Any], numbers: Sequence[str]) -> None:
    expected = {number: "left_out" if number == MOBILE else "active" for number in numbers}
    found = {row["phone_number"]: row["state"] for row in request["numbers"]}
    outcome = "partly_active" if MOBILE in numbers else "active"
    if (found, request["outcome"]) != (expected, outcome):
        raise DemoFailed(f"{request['reference']} ended {request['outcome']} with {found}, not {outcome}, {expected}.")


def _has_one_order(request: Mapping[str, Any], orders: Sequence[Mapping[str, Any]]) -> None:
    """Its order is the only one at Telnyx that holds its numbers, and no number beside them."""
    active = {row["phone_number"] for row in request["numbers"] if row["state"] == "active"}
    found = [order for order in orders if active & {row["phone_number"] for row in order["phone_numbers"]}]
    ids = [order["id"] for order in found]
    held = {row["phone_number"] for order in found for row in order["phone_numbers"]}
    if ids != request["order_ids"] or held != active:
        raise DemoFailed(f"{request['reference']} names the orders {request['order_ids']}, but Telnyx has {ids}.")
