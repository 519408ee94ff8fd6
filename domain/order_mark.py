"""A mark of what an order shows, by which a lister and a watch tell whether it changed.

A mark is compared and nothing else: what an order means is read from the order.
"""

import hashlib
from base64 import urlsafe_b64encode

from domain.order_snapshot import OrderSnapshot

GONE = "deleted"
"""The status of an order that Telnyx does not know."""

_BYTES = 6
"""Two marks of an order are the same by chance once in 2^48."""


def mark_of(order: OrderSnapshot) -> str:
    """Eight characters that change with the statuses of an order and its numbers, and with the time of its change."""
    return shorten(repr((order.order_id, order.status, sorted(order.numbers.items()), order.updated_at)))


def mark_of_gone(order_id: str) -> str:
    """The mark of an order that Telnyx does not show."""
    return mark_of(OrderSnapshot(order_id=order_id, status=GONE, numbers={}))


def shorten(text: str) -> str:
    """Eight characters that stand for a text."""
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:_BYTES]).decode()
