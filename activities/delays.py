"""How long activities wait before a second look, and how long until the next attempt. All in seconds."""

SECOND_LOOK_DELAY = 2.0
"""Before an order is read again that Telnyx does not know: a new order may not be known everywhere at once."""

DELETE_PAUSES = (2.0, 10.0)
"""Before an order whose deletion Telnyx refused is read and deleted again."""

FIRST_RETRY_DELAY = 2.0
"""After the first failed attempt to call Telnyx."""
LONGEST_RETRY_DELAY = 300.0
"""After many failed attempts."""

LONGEST_TELNYX_DELAY = 900.0
"""A header of Telnyx that names a longer delay is not believed: its limits are not published (docs/telnyx.md §8)."""

FIRST_RECHECK_DELAY = 30.0
"""After the first eligibility check that Telnyx could not make. The check usually works a little later."""

FIRST_POLL_DELAY = 30.0
"""After the first look at an order. The poll interval of the settings is the longest delay."""

LONGEST_WEBHOOK_DELAY = 3600.0
"""A receiver of outbound webhooks that asks for a longer pause is tried again after this one."""

_MOST_DOUBLINGS = 20
"""Thousands of doublings would overflow a float. Each longest delay is reached long before."""


def double_each_attempt(first: float, attempt: int, longest: float) -> float:
    """The delay after an attempt, counted from 1: `first`, then twice as long each time, up to `longest`."""
    return min(first * 2.0 ** min(attempt - 1, _MOST_DOUBLINGS), longest)
