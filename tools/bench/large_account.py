"""What a large account costs by itself: its claims, and the looks at its orders. Computed with our own code."""

import math
import random
import string
import uuid
from datetime import UTC, datetime, timedelta

from activities import watch_list
from domain import watch_note
from domain.accounts import Claim
from workflows.account.claims import Claims
from workflows.account.packing import pack, packed_size

LARGEST_PAYLOAD = 2 * 1024**2
"""The most bytes of one payload that the Temporal server takes."""

_AN_HOUR = 3600.0
_SIGNS = string.ascii_letters + string.digits + "-_"


def share_of_a_payload(numbers: int) -> float:
    """How much of the largest payload the claims of so many live numbers take.

    Each number has a request of its own, whose reference is a UUID, and which claimed it more than an hour ago.
    """
    dice = random.Random(1)  # noqa: S311 - repeatable on purpose, guards nothing
    claims, now = Claims(), datetime.now(UTC)
    long_ago = now - timedelta(hours=2)
    for _ in range(numbers):
        reference, run = (str(uuid.UUID(int=dice.getrandbits(128), version=4)) for _ in range(2))
        fingerprint = "".join(dice.choices(_SIGNS, k=7))
        claims.take(Claim(reference=reference, workflow_run_id=run, fingerprints=[fingerprint]), long_ago)
    return packed_size(pack(claims.lists(now))) / LARGEST_PAYLOAD


def looks_an_hour(orders: int, poll_interval: float) -> float:
    """How many calls to Telnyx so many orders in review cost in an hour, once their watches pause the longest.

    The lister reads every page in each poll interval (seconds). A watch reads its order when a note is old, and a
    listing stands for its other polls.
    """
    calls_of_a_listing = 1 + math.ceil(orders / watch_list.NEW_ON_A_PAGE)
    return _AN_HOUR * (calls_of_a_listing / poll_interval + orders / watch_note.READ_COUNTS_FOR.total_seconds())
