"""How an order is read and judged; shared by every activity that holds one in its hands."""

import asyncio
import hashlib
from contextlib import suppress

from activities import delays
from activities.ports import Telnyx
from domain.activity_io import CurrentOrder, OrderVerdict
from domain.judge_orders import judge_order
from domain.number_statuses import NUMBERS
from domain.order_snapshot import OrderSnapshot
from domain.order_statuses import ORDERS, OrderKind
from domain.verdicts import NumberVerdict, Verdict
from domain.vocabulary import Next, NumberState
from telnyx_api.errors import FixInput, NeedsPerson, NotFound, OutcomeUnknown
from telnyx_api.replies import Order


def snapshot(order: Order) -> OrderSnapshot:
    """An order without what only the wire needs."""
    numbers = {row.phone_number: row.status for row in order.phone_numbers}
    return OrderSnapshot(order_id=order.id, status=order.status, numbers=numbers)


_DOUBTED = (FixInput, NeedsPerson)
"""What makes no sense of an order that was just as readable a look ago: a person is asked when it is said twice."""


async def read_order(telnyx: Telnyx, order_id: str) -> OrderSnapshot:
    """Read an order now; one that Telnyx twice says not to know, and does not list, is deleted (Telnyx facts §11).

    Whatever else a person would have to be asked about is also believed only when it is said twice.

    Raises:
        OutcomeUnknown: the 404 holds no word of Telnyx, so something in between may have answered.
        NotFound: Telnyx says the same of its list of orders, so its word on this one is worth nothing.
    """
    order = None
    with suppress(*_DOUBTED):
        order = await _known(telnyx, order_id)
    if order is None:
        await asyncio.sleep(delays.SECOND_LOOK_DELAY)
        order = await _known(telnyx, order_id)
    if order is None:  # it would be given up for good: one look more does no harm
        order = next((listed for listed in await telnyx.all_orders() if listed.id == order_id), None)
    return snapshot(order) if order else OrderSnapshot(order_id=order_id, status="deleted", numbers={})


async def _known(telnyx: Telnyx, order_id: str) -> Order | None:
    try:
        return await telnyx.get_order(order_id)
    except NotFound as error:
        if error.problems:
            return None
        raise OutcomeUnknown(str(error), http_status=error.http_status) from None


def judge(order: OrderSnapshot, in_hand: CurrentOrder) -> OrderVerdict:
    """The verdict on an order, with only the numbers that changed."""
    known = in_hand.states()
    verdict = judge_order(order, known, documents_given=in_hand.papers_given)
    changed = {number: told for number, told in verdict.numbers.items() if _is_news(told, known[number])}
    fields = {name: getattr(verdict, name) for name in Verdict.model_fields} | {"numbers": changed}
    return OrderVerdict(**fields, order_id=order.order_id, digest=digest_question(order, verdict))


def _is_news(told: NumberVerdict, known: NumberState) -> bool:
    return told.state is not known or told.next is Next.AGAIN


def digest_question(order: OrderSnapshot, verdict: Verdict) -> str:
    """What of an order was put to a person: changes when another question, or none, is to be put.

    The raw words count only where they are the question, so that an ordinary step of the review is no news.
    """
    if verdict.next is not Next.ASK:
        return ""
    odd = {number: word for number, word in sorted(order.numbers.items()) if word not in NUMBERS}
    lost = sorted(set(verdict.need.numbers if verdict.need else ()) - set(order.numbers))
    return hashlib.sha256(f"{order.status} {odd} {lost}".encode()).hexdigest()[:12]


def wants_documents(order: OrderSnapshot) -> bool:
    """Whether the order's word says that its papers were refused."""
    row = ORDERS.get(order.status)
    return row is not None and row.kind is OrderKind.DOCUMENTS
