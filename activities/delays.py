"""How long activities wait: between heartbeats, before a second look, and until the next attempt. All in seconds."""

HEARTBEAT_INTERVAL = 3.0
"""Well under the heartbeat time-outs, so that only a dead or frozen worker misses one."""

SECOND_LOOK_DELAY = 2.0
"""Before an order is read again that Telnyx seems not to know: a new order may not be known everywhere at once."""

DELETE_PAUSES = (2.0, 10.0)
"""Before an order whose deletion Telnyx refused is read and deleted again."""

FIRST_RETRY_DELAY = 2.0
LONGEST_RETRY_DELAY = 300.0
"""Our own back-off after a failed call to Telnyx."""

LONGEST_TELNYX_DELAY = 900.0
"""A longer delay in a header of Telnyx is not believed: the limits are not published (docs/telnyx.md §8)."""

FIRST_RECHECK_DELAY = 30.0
"""Before an eligibility check that Telnyx could not make is repeated. It usually works a little later."""

FIRST_POLL_DELAY = 30.0
"""After the first look at an order. The poll interval of the settings is the longest delay."""

LONGEST_WEBHOOK_DELAY = 3600.0
"""A longer pause that a receiver of outbound webhooks asks for is cut to this."""

_MOST_DOUBLINGS = 20
"""More would overflow a float after many attempts. Each longest delay is reached long before."""


def double_each_attempt(first: float, attempt: int, longest: float) -> float:
    """The delay after an attempt, counted from 1: `first`, then twice as long each time, up to `longest`."""
    return min(first * 2.0 ** min(attempt - 1, _MOST_DOUBLINGS), longest)
