"""How long the program waits, in one place: for answers, between tries, and between polls. All in seconds.

Three sources can set the delay before an activity is tried again. The first that applies decides:

1. The failure itself, by `next_retry_delay`: the activity took it from Telnyx's headers or from `double_each_attempt`.
   It overrides the retry policy.
2. The retry policy in `workflows.activity_options`, when the failure names none: a worker died, or a timeout passed.
3. Between the one try for a waiting person and the tries that follow, the workflow waits itself: for the delay that the
   failed try named, or else `FIRST_RETRY`.

`tests/workflows/test_timing.py` asserts how these numbers relate to each other and to the timeouts of the activities.
"""

import zlib

# For answers

ANSWER_PROMISED = 45.0
"""Every update is answered within this time (contract)."""
ANSWER_WITHIN = 40.0
"""When the sender of a message is told "kept, still being tried"."""
COMMAND_WAITS = 20.0
"""A face waits so long for the answer to an update. After a worker's death the first answer takes twice
`STICKY_TIMEOUT`."""
WORKER_WITHIN = 3.0
"""A worker has so long to answer a query before a face shows what the Temporal server alone knows."""
STICKY_TIMEOUT = 5.0
"""The next step of a request waits so long for the worker that has it in memory. A worker that died loses it then. The
SDK's default of ten seconds would be ten seconds in which a person gets no answer."""
WEBHOOK_RESPONSE = 1.5
"""A webhook's delivery may take so long before it goes on in the background. Telnyx waits two seconds (docs/telnyx.md
§6)."""
CLAIM_WITHIN = 60.0
"""One claim of numbers may take so long. An account takes ten claims at a time, so many at once wait their turn."""

# Between tries

LOCAL_TRY = 5.0
"""A call to Telnyx that is tried within a workflow task may take so long. A slower one goes on as a call of its own."""
FIRST_RETRY = 2.0
LONGEST_RETRY = 300.0
"""Our own back-off after a failed call to Telnyx."""
LONGEST_TELNYX_DELAY = 900.0
"""A longer delay in a header of Telnyx is not believed: the limits are not published (docs/telnyx.md §8)."""
LONGEST_CLAIM_RETRY = 60.0
"""Between two claims that the account's workflow did not answer. Each of them took `CLAIM_WITHIN` before."""
ROOM_AWAITED = 300.0
"""Before a claim is repeated for which the account's workflow had no room. Room comes when requests end."""
FIRST_RECHECK = 30.0
"""Before an eligibility check that Telnyx could not make is repeated. It usually works a little later."""
CALL_PLACE_WITHIN = 15.0
"""An upload, or a watch, waits so long for others of its account before it is tried again later. It holds a slot of its
worker meanwhile. A person who waits for an upload is answered in time."""
SECOND_LOOK = 2.0
"""Before an order is read again that Telnyx seems not to know: a new order may not be known everywhere at once."""
DELETE_PAUSES = (2.0, 10.0)
"""Before an order whose deletion Telnyx refused is read and deleted again."""
LONGEST_IMPORT_RETRY = 60.0
"""Before rows of an import for which a service did not answer are tried again."""
FIRST_ROOM, LONGEST_ROOM = 1.0, 15.0
"""Before an import counts again how many requests are under way: the first, doubled each time, and the longest."""
VISIBLE_WITHIN = 5.0
"""The server's lists show a new request within this time. Until then an import counts it itself."""
LONGEST_RECEIVER_DELAY = 3600.0
"""A longer pause that a receiver of outbound webhooks asks for is cut to this."""

# Between polls, hints and reports

WATCH_AFTER = 300.0
"""After an order was placed its watch begins, unless its review or the poll interval ends earlier. Until then the
answers to our own calls tell what becomes of it, and a webhook begins the watch at once."""
FIRST_POLL = 300.0
"""After the first look at an order, if `HOSTED_SMS_POLL_INTERVAL` is not shorter. Each later delay is twice as long."""
LONGEST_POLL = 86400.0
"""Between two polls of a request's own watch. It is the safety net: the account's lister sees changes much sooner. A
day is the time that a request may lose when the lister misses something, of the days that a review takes."""
SHORTEST_OF_LONGEST = 0.8
"""Of `LONGEST_POLL`. The watches of a large import are spread over the rest."""
READ_AT_LEAST = 604800.0
"""A watch reads its order itself after this time at the latest, also while lists show that nothing changed."""
LISTER_STAYS = 3600.0
"""A lister that finds no order under watch ends after this time. An order follows its claim within minutes."""
BETWEEN_HINTS = 0.05
"""Between two hints of a lister. Each makes a watch read its order."""
MISSED_HINT = 10.0
"""Before a lister reads again because it could not hint a request."""
AT_ONCE = 5.0
"""A first look that begins so soon is given what the request still knows."""
HINTS_EVERY = 5.0
"""A flood of webhooks costs one read of the order in this time."""
HINT_PAUSE = 6.0
"""Between two hints of `webhooks.py` to one request. After it the request may read its order at once."""
FIRST_PROBE = 300.0
LONGEST_PROBE = 3600.0
"""Between two probes of a stopped account: the first, doubled each time, and the longest."""
LONGEST_AFTER_TRIALS = 43200.0
"""The longest after trials that failed. A probe costs one read, but a trial costs a request some events."""
TRIAL_LASTS = 300.0
"""After a probe succeeded, one request calls Telnyx alone for so long. Most refusals come back within seconds. An
eligibility check that fails for its billing is repeated for minutes before it counts."""
OUTAGE_REPORTED_EVERY = 600.0
"""By one worker to the workflow of an account. Hundreds of activities notice the same outage at once."""

_MOST_DOUBLINGS = 20
"""More would overflow a float after many attempts. Each longest delay is reached long before."""


def double_each_attempt(first: float, attempt: int, longest: float) -> float:
    """The delay after an attempt, counted from 1: `first`, then twice as long each time, up to `longest`."""
    return min(first * 2.0 ** min(attempt - 1, _MOST_DOUBLINGS), longest)


def spread_longest_poll(order_id: str) -> float:
    """The longest delay between two polls of an order. It differs from order to order, and is always the same for one.

    Without it, the watches of an import that stood still together would call Telnyx together once a day.
    """
    share = zlib.crc32(order_id.encode()) / 2**32
    return LONGEST_POLL * (SHORTEST_OF_LONGEST + (1 - SHORTEST_OF_LONGEST) * share)
