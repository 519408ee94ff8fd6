"""How long each kind of activity may take and how often it is tried again, each with its reason.

Telnyx calls are tried for as long as it takes, since a request must not fail because a service was down for a night.
What a person waits for is tried once first, so that the person gets an answer within 45 seconds. `domain.delays` says
which source decides the delay before a retry.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityCancellationType

from domain import delays, heartbeats

ANSWER_WITHIN = timedelta(seconds=delays.ANSWER_WITHIN)
FIRST_RETRY = timedelta(seconds=delays.FIRST_RETRY)


@dataclass(frozen=True, kw_only=True)
class ActivityOptions:
    """The timeouts and the retry policy of one kind of activity."""

    start_to_close: timedelta
    """Of one attempt. Without a heartbeat a worker's death is noticed this late."""
    schedule_to_close: timedelta | None = None
    """Of all attempts; None: for ever."""
    heartbeat: timedelta | None = heartbeats.TIMEOUT
    """With a heartbeat a worker's death is noticed this late."""
    attempts: int = 0
    """0: for ever."""
    longest_pause: timedelta = timedelta(minutes=5)
    """Between two attempts, when the failure names no delay."""
    growth: float = 2.0
    """How much longer each pause is than the one before."""
    cancellation: ActivityCancellationType = ActivityCancellationType.TRY_CANCEL
    tried_locally: bool = False
    """Whether the one try before these is made within the workflow task. Only for what changes nothing at Telnyx: a
    worker that dies repeats it."""

    def options(self) -> dict[str, Any]:
        """The arguments for starting an activity."""
        return {
            "start_to_close_timeout": self.start_to_close,
            "schedule_to_close_timeout": self.schedule_to_close,
            "heartbeat_timeout": self.heartbeat,
            "retry_policy": RetryPolicy(
                initial_interval=FIRST_RETRY,
                backoff_coefficient=self.growth,
                maximum_attempts=self.attempts,
                maximum_interval=self.longest_pause,
            ),
            "cancellation_type": self.cancellation,
        }


# Calls to Telnyx for a request

READ = ActivityOptions(start_to_close=timedelta(minutes=15), tried_locally=True)
"""Checks up to 200 numbers in one call; repeating it does no harm. When Telnyx says that numbers are in this account
already, every page of its numbers and orders is read. Hence the same limit as for `CREATE`."""

CREATE = ActivityOptions(
    start_to_close=timedelta(minutes=15),
    longest_pause=timedelta(seconds=5),
    cancellation=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)
"""Lists every page of the account's orders first, hence the long limit. It is never cut short, since an order whose id
is lost cannot be removed. A failure names its own delay, the quarantine included. The pause is for a dead worker; with
a longer one a request that meets a few of them would wait for minutes."""

PROMPT = ActivityOptions(
    start_to_close=ANSWER_WITHIN,
    schedule_to_close=ANSWER_WITHIN,
    attempts=1,
    cancellation=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)
"""One try while a person waits for the answer."""

LOCAL_TRY: dict[str, Any] = {
    "schedule_to_close_timeout": timedelta(seconds=delays.LOCAL_TRY),
    "retry_policy": RetryPolicy(maximum_attempts=1),
    "cancellation_type": ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
}
"""One try of a call to Telnyx within a workflow task. The task times out after ten seconds, and the SDK prolongs it
shortly before that with events of its own."""

PERSISTENT = ActivityOptions(
    start_to_close=timedelta(seconds=45),
    cancellation=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)
"""The same work after the person was told that it is kept. Also for codes that no person asked for."""

UPLOAD = ActivityOptions(
    start_to_close=timedelta(minutes=3),
    cancellation=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)
"""Two files of up to 5 MB over a slow line."""

WATCH = ActivityOptions(start_to_close=timedelta(seconds=60), longest_pause=FIRST_RETRY)
"""One poll. The activity sets the delay to the next poll through `next_retry_delay`. It is safe to cancel at any time.
Every poll counts as an attempt, so with a longer pause a poll lost with its worker would be repeated only after
minutes, and so would the poll for a webhook right after another poll (docs/decisions/0013)."""

LISTER = ActivityOptions(start_to_close=timedelta(minutes=30), longest_pause=timedelta(seconds=10))
"""One reading of the list of orders, and the hints that follow. It may last long, since it reads every page and hints
one request at a time. The activity sets the delay to the next reading through `next_retry_delay`."""

PROBE = ActivityOptions(start_to_close=timedelta(seconds=60))
"""One read of one entry. The activity sets the delay to the next one through `next_retry_delay`."""

DELETE = ActivityOptions(
    start_to_close=timedelta(seconds=60),
    schedule_to_close=timedelta(days=1),
    cancellation=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)
"""Read and delete. After a day without success the outcome says what is left behind, so that the request can end."""

SEARCH = ActivityOptions(start_to_close=timedelta(minutes=15), schedule_to_close=timedelta(days=1))
"""Looks once more for an order: one attempt as long as `CREATE`, all together as long as `DELETE`."""

# Calls for a person at a terminal or a console

FACE = ActivityOptions(start_to_close=timedelta(seconds=20), schedule_to_close=timedelta(seconds=25), heartbeat=None)
"""A person waits for it."""

ONCE = replace(FACE, attempts=1)
"""What must not be sent twice, such as a token that works once. When the outcome is unknown the person is told so."""

SURVEY = ActivityOptions(start_to_close=timedelta(minutes=5), schedule_to_close=timedelta(minutes=5))
"""Lists every order of an account while a person waits."""

TO_REPORT = timedelta(seconds=2)
"""What a face's run keeps back from its own limit, to say that Telnyx did not answer instead of ending in silence."""


def within_run(options: ActivityOptions) -> dict[str, Any]:
    """The arguments for the only activity of a run for a face: it ends a moment before the server ends the run."""
    limit = workflow.info().execution_timeout
    return (options if limit is None else replace(options, schedule_to_close=limit - TO_REPORT)).options()


# Work that does not call Telnyx

LOCAL = ActivityOptions(start_to_close=timedelta(seconds=10), heartbeat=None)
"""A computation or a log line inside the worker."""

STORE = ActivityOptions(
    start_to_close=timedelta(seconds=20), schedule_to_close=ANSWER_WITHIN, attempts=3, heartbeat=None
)
"""Reads two files from the store while a person waits. When the store does not answer the person is told so."""

IMPORT = ActivityOptions(
    start_to_close=timedelta(minutes=5),
    longest_pause=timedelta(seconds=30),
    cancellation=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)
"""Starts up to a batch of requests, or waits for room. When it is cancelled, what it has begun is still counted."""

LOSING_REQUESTS = ActivityOptions(start_to_close=timedelta(minutes=1), heartbeat=None)
"""Reads our requests that share a number with an order. No person waits, but it must not be missed."""

CLOSED_REQUESTS = ActivityOptions(start_to_close=timedelta(minutes=2), heartbeat=None, attempts=2)
"""Lists the running requests of an account and describes the others. What fails now is looked at again before the next
run."""

CHANNEL = ActivityOptions(start_to_close=timedelta(seconds=60), heartbeat=None, attempts=4, growth=4.0)
"""People are notified by several channels and in the log. After four failures in a few minutes the reminder has to
do."""

WEBHOOK = ActivityOptions(
    start_to_close=timedelta(seconds=45),
    schedule_to_close=timedelta(days=3),
    heartbeat=None,
    longest_pause=timedelta(hours=6),
    growth=3.0,
)
"""A receiver may be down over a weekend, and programs learn of the event in no other way but `events replay`."""

# Waking the requests of a resumed account

WOKEN_AT_ONCE = 10
BETWEEN_WAKINGS = timedelta(seconds=3)
"""A resumed account's requests call Telnyx ten at a time. The first have time to meet the trouble again."""

_SHORTEST_WAIT = 0.001


def seconds_until(instant: datetime | None) -> float | None:
    """Seconds until an instant: None without one, and never zero.

    Right after a local activity a replay may have another time than the run had (docs/decisions/0011). Whether there is
    a timer must not depend on the time, so there is one also for what is due already.
    """
    return None if instant is None else max((instant - workflow.now()).total_seconds(), _SHORTEST_WAIT)
