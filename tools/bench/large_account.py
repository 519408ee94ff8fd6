"""What a large account costs by itself: its claims, and the looks at its orders. Computed with our own code."""

import math
from datetime import UTC, datetime

from activities import watch_list
from domain import watch_note
from domain.accounts import Claim
from workflows.account.claims import Claims

LARGEST_PAYLOAD = 2 * 1024**2
"""The most bytes of one payload that the Temporal server takes."""

_AN_HOUR = 3600.0


def share_of_a_payload(numbers: int) -> float:
    """How much of the largest payload the claims of so many live numbers take, in requests of one number each."""
    claims, now = Claims(), datetime.now(UTC)
    for place in range(numbers):
        claim = Claim(
            reference=f"order-2026-11-{place:08d}",
            workflow_run_id=f"{place:036d}",
            fingerprints=[f"{place:07d}"],
        )
        claims.take(claim, now)
    return len(claims.model_dump_json()) / LARGEST_PAYLOAD


def looks_an_hour(orders: int, poll_interval: float) -> float:
    """How many calls to Telnyx so many orders in review cost in an hour, once their watches pause the longest.

    The lister reads every page in each poll interval (seconds). A watch reads its order when a note is old, and a
    listing stands for its other polls.
    """
    calls_of_a_listing = 1 + math.ceil(orders / watch_list.NEW_ON_A_PAGE)
    return _AN_HOUR * (calls_of_a_listing / poll_interval + orders / watch_note.READ_COUNTS_FOR.total_seconds())
