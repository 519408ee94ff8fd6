"""What to ask about numbers on hold: their order is over, but a person can still help."""

from collections.abc import Sequence

from domain.messages import Need
from domain.text import join_some
from domain.vocabulary import AskKind

_CARRIER = (
    "Known causes: the LOA does not name the account holder exactly; the carrier wants a phone call to authorize the"
    " routing; Bandwidth wants its direct customer to confirm the messaging transfer. Settle the cause, then retry"
    " these numbers, or give them up."
)
"""The causes that the guide names (docs/telnyx.md §9, §10)."""

_SUPPORT = (
    "Tell Telnyx support the orders so far: {orders}. Once the cause is settled, retry these numbers, which gives them"
    " an order of their own, or give them up."
)


def need_of_hold(kind: AskKind, numbers: Sequence[str], reasons: Sequence[str], order_ids: Sequence[str]) -> Need:
    """The ask about numbers that wait for the carrier's consent or for Telnyx support.

    Args:
        kind: `carrier` or `support`.
        numbers: the numbers on hold.
        reasons: what Telnyx said about each, in sentences.
        order_ids: the request's orders so far.
    """
    remedy = _CARRIER if kind is AskKind.CARRIER else _SUPPORT.format(orders=join_some(order_ids))
    said = " ".join(dict.fromkeys(reasons))
    return Need(kind=kind, numbers=list(numbers), guidance=f"{said} {remedy}")
