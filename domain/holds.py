"""What to ask about numbers on hold: their order is over, but a person can still help."""

from collections.abc import Sequence

from domain.text import join_some
from domain.verdicts import Need
from domain.vocabulary import AskKind

_ORDERS = "Orders so far, for Telnyx support: {orders}."
_REMEDY = "Once the cause is fixed, retry these numbers, which gives them an order of their own, or give them up."


def need_of_hold(kind: AskKind, numbers: Sequence[str], reasons: Sequence[str], order_ids: Sequence[str]) -> Need:
    """Ask about numbers that wait for the carrier's consent or for Telnyx support.

    Args:
        kind: `carrier` or `support`.
        numbers: the numbers on hold.
        reasons: what Telnyx said about each, in sentences.
        order_ids: the request's orders so far.
    """
    orders = [_ORDERS.format(orders=join_some(order_ids))] if kind is AskKind.SUPPORT else []
    guidance = " ".join([*dict.fromkeys(reasons), *orders, _REMEDY])
    return Need(kind=kind, numbers=list(numbers), guidance=guidance)
