"""A transfer that a webhook reported, and that the request did not opt in to: does the order bear it out?

No order shows a transfer (docs/telnyx.md §1). It shows whether the webhook can be true: it is the order in hand, it
holds the request's numbers and no others, and it is under way. Only then the numbers are given up.
"""

from collections.abc import Collection

from domain import transfers
from domain.activity_io import WatchOrder, WatchVerdict
from domain.number_statuses import NumberKind
from domain.order_snapshot import OrderSnapshot
from domain.order_statuses import OrderKind
from domain.read_statuses import group_statuses
from domain.text import join_some
from domain.verdicts import NumberVerdict
from domain.vocabulary import Next, NumberState

_UNDER_WAY = {OrderKind.OPEN, OrderKind.IN_REVIEW, OrderKind.DOCUMENTS}
_GIVEN_UP = NumberVerdict(state=NumberState.GIVEN_UP, because=transfers.NOT_WANTED)


def judge_transfer(order: OrderSnapshot, work: WatchOrder, verdict: WatchVerdict) -> WatchVerdict:
    """Add to a verdict about an order what follows from the reported transfer.

    Args:
        order: the order as read just now.
        work: what the request knows of it, and the numbers that it was placed for.
        verdict: what the order means without the report.

    Returns:
        The verdict with the reason why the order contradicts the report. Else a verdict that gives up the numbers which
        are still under way in the order.
    """
    ended = {number: found for number, found in verdict.numbers.items() if found.state.is_final}
    given_up = {number: _GIVEN_UP for number in work.states() if number not in ended}
    if doubt := _doubt_order(order, work) or _doubt_numbers(order, given_up):
        return verdict.model_copy(update={"transfer_doubt": doubt})
    return WatchVerdict(
        next=Next.GO_ON,
        because=transfers.NOT_WANTED,
        order_id=order.order_id,
        digest=work.digest,
        numbers=ended | given_up,
        statuses=group_statuses({number: status for number, status in order.numbers.items() if number not in ended}),
    )


def _doubt_order(order: OrderSnapshot, work: WatchOrder) -> str:
    """Why this is not the order in hand, or not under way any more; empty when it is both."""
    if order.order_id != work.order_id:
        return f"Telnyx showed the order {order.order_id} in place of {work.order_id}."
    if order.kind not in _UNDER_WAY:
        return order.row.sentence("order") if order.row else f"The order has the unknown status {order.status!r}."
    if strangers := set(order.numbers) - set(work.transfer_of):
        return f"The order also names numbers that do not belong to this request: {join_some(sorted(strangers))}."
    if missing := set(work.states()) - set(order.numbers):
        return f"The order does not list these numbers: {join_some(sorted(missing))}."
    return ""


def _doubt_numbers(order: OrderSnapshot, given_up: Collection[str]) -> str:
    """Why a transfer of the order's numbers is no longer under way; empty when it may be."""
    kinds = {number: order.number_kind(number) for number in order.numbers}
    if decided := sorted(number for number, kind in kinds.items() if kind in {NumberKind.ACTIVE, None}):
        return f"These numbers of the order are active, or have an unknown status: {join_some(decided)}."
    return "" if given_up else "No number of the order is under way."
