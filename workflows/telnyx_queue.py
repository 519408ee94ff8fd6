"""Where and how urgently calls to Telnyx are done: the queue, the fairness key and the priority of each."""

from typing import Any

from temporalio import workflow
from temporalio.common import Priority

from domain import priorities
from domain.names import telnyx_queue


def telnyx_call(account: str) -> dict[str, Any]:
    """The queue and priority arguments of an activity that calls Telnyx.

    The fairness key is the account: one account's flood must not delay another's calls, and the server can limit the
    rate of each key.
    """
    return {
        "task_queue": telnyx_queue(workflow.info().task_queue),
        "priority": Priority(fairness_key=account),
    }


def telnyx_poll(account: str) -> dict[str, Any]:
    """The same for a poll of an order, which can wait."""
    return telnyx_call(account) | {"priority": Priority(priority_key=priorities.POLL, fairness_key=account)}
