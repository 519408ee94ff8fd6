"""What a large account costs by itself: its claims, and the looks at its orders. Computed with our own code."""

from datetime import UTC, datetime

from domain.accounts import Claim
from tools.bench.review import Pace
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


def looks_an_hour(orders: int, pace: Pace) -> float:
    """How many calls to Telnyx so many orders in review cost in an hour, once their watches pause the longest."""
    return orders * _AN_HOUR / pace.longest
