"""Where and how urgently calls to Telnyx are done: the queue, the fairness key and the priority of each.

    a request's call, account without a rate limit ──► the workflow's own queue: the server hands it to this worker
                                                       together with the answer to the workflow task, without a poll
    a request's call, account with a rate limit ─────► the queue of calls, where the server keeps the limit
    a call for a face ───────────────────────────────► the queue of calls: it is rare, and right for every account
    a look ──────────────────────────────────────────► the queue of looks, which has slots of its own

A start without a poll passes the server's rate limits by, so the queue depends on the mark `limited` of the request.
"""

from typing import Any

from temporalio import workflow
from temporalio.common import Priority

from domain import priorities
from domain.messages import HostingRequest
from domain.names import looks_queue, telnyx_queue


def request_call(request: HostingRequest) -> dict[str, Any]:
    """The queue and priority arguments of an activity that calls Telnyx for a request.

    The fairness key tells the customers of an account apart: one customer's flood must not delay another's calls. For a
    limited account it is the account, since the server's limit is one per key.
    """
    if request.limited:
        return telnyx_call(request.account)
    return {"priority": Priority(fairness_key=priorities.fairness_key(request.account, request.customer))}


def telnyx_call(account: str) -> dict[str, Any]:
    """The same for a call that keeps the account's rate limit."""
    return {
        "task_queue": telnyx_queue(workflow.info().task_queue),
        "priority": Priority(fairness_key=priorities.fairness_key(account)),
    }


def telnyx_poll(account: str) -> dict[str, Any]:
    """The same for a look that can wait. Looks have a queue of their own, with slots of their own."""
    return {
        "task_queue": looks_queue(workflow.info().task_queue),
        "priority": Priority(priority_key=priorities.POLL, fairness_key=priorities.fairness_key(account)),
    }
