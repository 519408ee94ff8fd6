"""How long the program waits, in one place: for answers, between tries, and between polls. All in seconds.

Three sources can set the delay before an activity is tried again. The first that applies decides:

1. The failure itself, by `next_retry_delay`: the activity took it from Telnyx's headers or from `double_each_attempt`.
   It overrides the retry policy.
2. The retry policy in `workflows.activity_options`, when the failure names none: a worker died, or a timeout passed.
3. Between the one try for a waiting person and the tries that follow, the workflow waits itself: for the delay that the
   failed try named, or else `FIRST_RETRY`.

`tests/workflows/test_timing.py` asserts how these numbers relate to each other and to the timeouts of the activities.
"""

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

FIRST_RETRY = 2.0
LONGEST_RETRY = 300.0
"""Our own back-off after a failed call to Telnyx."""
LONGEST_TELNYX_DELAY = 900.0
"""A longer delay in a header of Telnyx is not believed: the limits are not published (docs/telnyx.md §8)."""
FIRST_RECHECK = 30.0
"""Before an eligibility check that Telnyx could not make is repeated. It usually works a little later."""
SECOND_LOOK = 2.0
"""Before an order is read again that Telnyx seems not to know: a new order may not be known everywhere at once."""
DELETE_PAUSES = (2.0, 10.0)
"""Before an order whose deletion Telnyx refused is read and deleted again."""
LONGEST_RECEIVER_DELAY = 3600.0
"""A longer pause that a receiver of outbound webhooks asks for is cut to this."""

# Between polls, hints and reports

FIRST_POLL = 30.0
"""After the first look at an order. The setting `HOSTED_SMS_POLL_INTERVAL` is the longest delay."""
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
