"""Faults of the Temporal server: those that may pass by themselves, and refusals with what to do."""

from datetime import timedelta

import pytest
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError, TimeoutError, TimeoutType  # noqa: A004 - the server's
from temporalio.service import RPCError, RPCStatusCode

from adapters.order_holders import TemporalOrderHolders
from services import server_state, short_workflows
from services.errors import FailingWorker, NoAnswer, Refused, WorkerSilent


@pytest.mark.parametrize(
    ("status", "reason", "error", "named"),
    [
        (RPCStatusCode.CANCELLED, "it said so.\nand more", NoAnswer, "(it said so)"),
        (RPCStatusCode.DEADLINE_EXCEEDED, "slow", NoAnswer, "(slow)"),
        (RPCStatusCode.UNAVAILABLE, "gone", NoAnswer, "(gone)"),
        (RPCStatusCode.RESOURCE_EXHAUSTED, "busy", NoAnswer, "(busy)"),
        (RPCStatusCode.ABORTED, "race", NoAnswer, "(race)"),
        (RPCStatusCode.INVALID_ARGUMENT, "no mapping defined for Search Attribute X", Refused, "hosted-sms setup"),
        (RPCStatusCode.PERMISSION_DENIED, "no right", Refused, "(no right)"),
        (
            RPCStatusCode.FAILED_PRECONDITION,
            "Unable to perform workflow execution update due to Workflow Task in failed state.",
            FailingWorker,
            "hosted-sms doctor",
        ),
    ],
)
def test_a_fault_that_may_pass_is_no_answer_and_any_other_a_refusal(
    status: RPCStatusCode, reason: str, error: type[Exception], named: str
) -> None:
    found = server_state.fault(RPCError(reason, status, b""))

    assert type(found) is error
    assert named in str(found)


@pytest.mark.parametrize(
    ("innermost", "error", "named"),
    [
        (ApplicationError("The key is wrong.", non_retryable=True), Refused, "The key is wrong."),
        (ApplicationError("A gateway answered."), NoAnswer, "A gateway answered."),
        (TimeoutError("late", type=TimeoutType.START_TO_CLOSE, last_heartbeat_details=[]), WorkerSilent, "5 s"),
    ],
)
def test_a_failed_short_workflow_is_refused_only_if_no_other_try_could_help(
    innermost: Exception, error: type[Exception], named: str
) -> None:
    outer = ApplicationError("the activity failed", non_retryable=True)
    outer.__cause__ = innermost

    found = short_workflows.failure(WorkflowFailureError(cause=outer), timedelta(seconds=5))

    assert type(found) is error
    assert named in str(found)


@pytest.mark.parametrize("order_id", ["", "x' OR WorkflowType='HostNumbers", "a/b", "ä"])
async def test_a_malformed_order_id_stands_in_no_query(client: Client, order_id: str) -> None:
    assert await TemporalOrderHolders(client).find_holders(order_id, besides="r-1") == []
