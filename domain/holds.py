"""What to ask about numbers whose order is over, but for which a person can still do something."""

from collections.abc import Sequence

from domain.messages import Need
from domain.text import join_some
from domain.vocabulary import AskKind

_CARRIER = (
    "Known cases: the LOA must name the account holder exactly; some carriers want a phone call to authorize"
    " the routing; Bandwidth wants its direct customer to confirm the messaging transfer. Then retry these numbers, or"
    " give them up."
)
"""The known cases of the guide (Telnyx facts §9, §10)."""

_SUPPORT = (
    "For Telnyx support, the orders so far: {orders}. Once the cause is settled, retry these numbers, which gives them"
    " an order of their own, or give them up."
)


def parked(kind: AskKind, numbers: Sequence[str], reasons: Sequence[str], order_ids: Sequence[str]) -> Need:
    """The ask about numbers that wait for the carrier's consent or for Telnyx support.

    Args:
        kind: `carrier` or `support`.
        numbers: those that wait.
        reasons: Telnyx's word on each, in sentences.
        order_ids: the request's orders so far.
    """
    remedy = _CARRIER if kind is AskKind.CARRIER else _SUPPORT.format(orders=join_some(order_ids))
    said = " ".join(dict.fromkeys(reasons))
    return Need(kind=kind, numbers=list(numbers), guidance=f"{said} {remedy}")
