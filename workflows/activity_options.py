"""How long each kind of work may take and how often it is tried again: written once, here, each with its why.

What Telnyx has to settle is tried for as long as it takes, since a request must not fail because a service was down
for a night. What a person waits for is tried once first, so that the person gets an answer within 45 seconds.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityCancellationType

ANSWER_WITHIN = timedelta(seconds=40)
"""When a letter is told "kept, still being tried"; callers are promised 45 seconds."""

HINTS_EVERY = timedelta(seconds=5)
"""A flood of webhooks costs one look at the order in this time."""

FIRST_RETRY = timedelta(seconds=2)

_BACKOFF = RetryPolicy(initial_interval=FIRST_RETRY)
"""For ever: 2 seconds at first, then longer and longer; Telnyx's own delay goes before (Telnyx facts §8)."""


@dataclass(frozen=True)
class ActivityOptions:
    """The time limits of one kind of work."""

    start_to_close: timedelta
    """Of one attempt: how late a worker's death is noticed when there is no heartbeat."""
    schedule_to_close: timedelta | None = None
    heartbeat: timedelta | None = timedelta(seconds=10)
    """How late it is noticed otherwise; every call to Telnyx beats every 3 seconds."""
    attempts: int = 0
    """0: for ever."""
    longest_pause: timedelta = timedelta(minutes=5)
    """Between two attempts when the failure names no delay of its own, as when a worker died."""
    growth: float = 2.0
    """How much longer each pause is than the one before."""
    cancellation: ActivityCancellationType = ActivityCancellationType.TRY_CANCEL

    def options(self) -> dict[str, Any]:
        """The arguments for starting an activity."""
        return {
            "start_to_close_timeout": self.start_to_close,
            "schedule_to_close_timeout": self.schedule_to_close,
            "heartbeat_timeout": self.heartbeat,
            "retry_policy": replace(
                _BACKOFF,
                backoff_coefficient=self.growth,
                maximum_attempts=self.attempts,
                maximum_interval=self.longest_pause,
            ),
            "cancellation_type": self.cancellation,
        }


READ = ActivityOptions(start_to_close=timedelta(minutes=15))
"""Up to 200 numbers are checked in one call, and repeating a look does no harm. When Telnyx says that numbers are in
this account already, every page of its numbers and orders is read, hence the same limit as for `CREATE`."""

CREATE = ActivityOptions(
    start_to_close=timedelta(minutes=15),
    longest_pause=timedelta(seconds=5),
    cancellation=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)
"""Lists every page of the account first, hence the long limit. Never cut short:
an order whose id nobody learns cannot be removed. What fails names its own delay, quarantine included; the pause is for
a worker that died, and a request that met a few of those would else wait for minutes."""

PROMPT = ActivityOptions(
    start_to_close=ANSWER_WITHIN,
    schedule_to_close=ANSWER_WITHIN,
    attempts=1,
    cancellation=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)
"""One try while a person waits for the answer."""

PERSISTENT = ActivityOptions(
    start_to_close=timedelta(seconds=45),
    cancellation=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)
"""The same work once the person was told that it is kept; also codes that no person asked for."""

UPLOAD = ActivityOptions(
    start_to_close=timedelta(minutes=3),
    cancellation=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)
"""Two files of up to 5 MB over a slow line."""

WATCH = ActivityOptions(start_to_close=timedelta(seconds=60), longest_pause=timedelta(seconds=5))
"""One look; the delay to the next comes with the failure that says "no news". Cancelling needs no ceremony. Every look
counts as an attempt, so a look that a dying worker took along would else be made up for only after minutes."""

DELETE = ActivityOptions(
    start_to_close=timedelta(seconds=60),
    schedule_to_close=timedelta(days=1),
    cancellation=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)
"""Read and delete. After a day without success the outcome says what is left behind, so that the request can end."""

SEARCH = ActivityOptions(start_to_close=timedelta(minutes=15), schedule_to_close=timedelta(days=1))
"""Looking once more for an order, as long as `CREATE` at a time and as `DELETE` in all."""

LOCAL = ActivityOptions(start_to_close=timedelta(seconds=10), heartbeat=None)
"""A computation or a log line inside the worker."""

SEE_CLOSED: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=60),
    "retry_policy": RetryPolicy(maximum_attempts=2),
}
"""Describing a thousand workflows; what is not seen now is seen before the next run."""

WOKEN_AT_ONCE = 10
BETWEEN_WAKINGS = timedelta(seconds=3)
"""A resumed account's requests call Telnyx some at a time; time enough for the first to meet the trouble again."""

STORE = ActivityOptions(
    start_to_close=timedelta(seconds=20), schedule_to_close=ANSWER_WITHIN, attempts=3, heartbeat=None
)
"""Reading two files from the store while a person waits; a store that is away is said to whoever handed them in."""

FACE = ActivityOptions(start_to_close=timedelta(seconds=20), schedule_to_close=timedelta(seconds=25), heartbeat=None)
"""A person at a terminal waits for it."""

PATIENT_LOOK = ActivityOptions(start_to_close=timedelta(minutes=1), heartbeat=None)
"""Reads requests of ours, as many as share a number; nobody waits, but it must not be missed."""

ONCE = replace(FACE, attempts=1)
"""What must not be sent twice, such as a token that works once; the person is told when nobody knows how it went."""

SURVEY = ActivityOptions(start_to_close=timedelta(minutes=5), schedule_to_close=timedelta(minutes=5))
"""Lists every order of an account while a person waits."""

CHANNEL = ActivityOptions(start_to_close=timedelta(seconds=60), heartbeat=None, attempts=4, growth=4.0)
"""People are told through several channels and in the log; who is missed four times in a few minutes is reminded."""

WEBHOOK = ActivityOptions(
    start_to_close=timedelta(seconds=45),
    schedule_to_close=timedelta(days=3),
    heartbeat=None,
    longest_pause=timedelta(hours=6),
    growth=3.0,
)
"""A receiver may be down over a weekend; programs have no other way to learn of it but `events replay`."""

_SHORTEST_WAIT = 0.001


def seconds_until(instant: datetime | None) -> float | None:
    """How long to wait for an instant; None without one, and never nothing at all.

    Right after a local activity a replay may have another time than the run had (docs/decisions/0011). So what is due
    by now is waited for as well: whether there is a timer must not depend on the time.
    """
    return None if instant is None else max((instant - workflow.now()).total_seconds(), _SHORTEST_WAIT)
