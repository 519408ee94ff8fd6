"""How an order is read from Telnyx and judged, for every activity that works on an order."""

import asyncio
import hashlib
from contextlib import suppress

from activities.ports import Telnyx
from domain import delays
from domain.activity_io import CurrentOrder, OrderVerdict
from domain.judge_orders import judge_order
from domain.number_statuses import NUMBERS
from domain.order_snapshot import OrderSnapshot
from domain.order_statuses import OrderKind
from domain.read_statuses import group_statuses
from domain.verdicts import NumberVerdict, Verdict
from domain.vocabulary import Next, NumberState
from telnyx_api.errors import FixInput, NeedsPerson, NotFound
from telnyx_api.replies import Order

_DOUBTFUL = (FixInput, NeedsPerson)
"""Errors that make no sense for an order that Telnyx showed before. A person is asked only when one is repeated."""


def snapshot(order: Order) -> OrderSnapshot:
    """The parts of an order that decide what it means."""
    numbers = {row.phone_number: row.status for row in order.phone_numbers}
    return OrderSnapshot(order_id=order.id, status=order.status, numbers=numbers, updated_at=order.updated_at)


async def read_order(telnyx: Telnyx, order_id: str) -> OrderSnapshot:
    """Read an order as it is now.

    An order counts as deleted when Telnyx says twice that it does not know it, and does not list it either
    (docs/telnyx.md §11): the numbers of a deleted order are given up for good.

    Raises:
        NotFound: Telnyx does not even find its list of orders, so what it says of this one is worth nothing.
    """
    order = None
    with suppress(*_DOUBTFUL):
        order = await _get(telnyx, order_id)
    if order is None:
        await asyncio.sleep(delays.SECOND_LOOK)
        order = await _get(telnyx, order_id) or await _find_in_list(telnyx, order_id)
    return snapshot(order) if order else OrderSnapshot(order_id=order_id, status="deleted", numbers={})


async def _get(telnyx: Telnyx, order_id: str) -> Order | None:
    try:
        return await telnyx.get_order(order_id)
    except NotFound:
        return None


async def _find_in_list(telnyx: Telnyx, order_id: str) -> Order | None:
    return next((order for order in await telnyx.all_orders(named=[order_id]) if order.id == order_id), None)


def judge(order: OrderSnapshot, current: CurrentOrder) -> OrderVerdict:
    """Judge an order against what is known of it. The verdict holds only the numbers that changed."""
    known = current.states()
    verdict = judge_order(order, known, documents_given=current.papers_given)
    changed = {number: found for number, found in verdict.numbers.items() if _is_change(found, known[number])}
    read = {number: order.numbers.get(number, "") for number in known} | dict(order.numbers)
    told = {number: found.status for number, found in changed.items() if found.status}
    statuses = group_statuses({number: status for number, status in read.items() if told.get(number) != status})
    fields = {name: getattr(verdict, name) for name in Verdict.model_fields}
    news = {"numbers": changed, "statuses": statuses}
    return OrderVerdict(**fields | news, order_id=order.order_id, digest=digest_question(order, verdict))


def _is_change(found: NumberVerdict, known: NumberState) -> bool:
    return found.state is not known or found.next is Next.AGAIN


def digest_question(order: OrderSnapshot, verdict: Verdict) -> str:
    """A digest of the question that an order puts to a person; empty when it puts none.

    It covers raw statuses only where they are the question, so that an ordinary step of the review changes nothing.
    """
    if verdict.next is not Next.ASK:
        return ""
    unknown = {number: status for number, status in sorted(order.numbers.items()) if status not in NUMBERS}
    missing = sorted(set(verdict.need.numbers if verdict.need else ()) - set(order.numbers))
    return hashlib.sha256(f"{order.status} {unknown} {missing}".encode()).hexdigest()[:12]


def wants_documents(order: OrderSnapshot) -> bool:
    """Whether the order's status says that its documents were refused."""
    return order.kind is OrderKind.DOCUMENTS
