"""A look-up for a face ends with what Telnyx answered last, before the server ends its run in silence."""

import uuid
from datetime import timedelta

import pytest
from temporalio.client import WorkflowFailureError

from domain.checks import CheckRequest, OrphansRequest, PreflightRequest
from domain.messages import Message
from services import short_workflows
from services.errors import NoAnswer
from tests.workflows.stage import Stage

LIMIT = timedelta(seconds=6)
"""Longer than the pause before the second attempt."""


@pytest.mark.parametrize(
    ("workflow_type", "request_type", "fault", "named"),
    [
        ("CheckNumbers", CheckRequest, "500", "HTTP 500"),
        ("CheckNumbers", CheckRequest, "slow", "hosted-sms doctor"),
        ("Preflight", PreflightRequest, "slow", "hosted-sms doctor"),
        ("FindOrphans", OrphansRequest, "slow", "hosted-sms doctor"),
    ],
)
async def test_a_telnyx_in_trouble_is_not_called_a_missing_worker_or_a_refusal(
    stage: Stage, workflow_type: str, request_type: type[Message], fault: str, named: str
) -> None:
    await stage.faults(kinds=[fault], delay=60)
    request = request_type.model_validate({"account": stage.account, "phone_numbers": ["+15125550187"]})

    with pytest.raises(WorkflowFailureError) as failure:
        await stage.client.execute_workflow(
            workflow_type, request, id=str(uuid.uuid4()), task_queue=stage.queue, execution_timeout=LIMIT
        )

    found = short_workflows.failure(failure.value, LIMIT)
    assert isinstance(found, NoAnswer)
    assert named in str(found)
    assert "worker.py" not in str(found), "a worker runs, so none is to be started"
