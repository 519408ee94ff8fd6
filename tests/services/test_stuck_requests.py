"""Stuck workflows, on a server that marks them at their first failed task."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from temporalio import workflow
from temporalio.api.workflowservice.v1 import DescribeNamespaceResponse
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain import names
from services import doctor_checks, stuck_remedies, stuck_requests
from services.errors import NoAnswer
from services.stuck_requests import StuckWorkflow
from services.task_failures import TaskFailure
from tests import limits

pytestmark = pytest.mark.server

REQUEST = names.workflow_id("r-1")
ACCOUNT = names.account_workflow_id("default")
FOREIGN = "foreign"
FAILED = "workflow task failed: WorkflowWorkerUnhandledFailure"
ONE = StuckWorkflow(workflow_id=REQUEST, run_id="run-1", name="r-1", cause=FAILED)


@workflow.defn(dynamic=True)
class Broken:
    """Runs under any workflow type. Its error fails the workflow task and not the workflow."""

    @workflow.run
    async def run(self, arguments: Sequence[RawValue]) -> None:
        raise RuntimeError(f"broken on purpose, with {len(arguments)} arguments")


@pytest.fixture
async def broken() -> AsyncIterator[Client]:
    """A client of a server of its own, where workers fail on a request, an account and a foreign workflow."""
    after = "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=1"
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(Path(sys.executable).parent / "temporal"),
        dev_server_extra_args=[f"--dynamic-config-value={after}"],
        dev_server_log_level="error",
    ) as server:
        client = server.client
        async with worker(client, names.LOCAL_QUEUE), worker(client, "another"):
            await client.start_workflow(names.WORKFLOW_TYPE, id=REQUEST, task_queue=names.LOCAL_QUEUE)
            await client.start_workflow(names.ACCOUNT_WORKFLOW_TYPE, id=ACCOUNT, task_queue=names.LOCAL_QUEUE)
            await client.start_workflow("Foreign", id=FOREIGN, task_queue="another")
            yield client
            for workflow_id in await marked(client):
                await client.get_workflow_handle(workflow_id).terminate()


def worker(client: Client, queue: str) -> Worker:
    return Worker(client, task_queue=queue, workflows=[Broken], workflow_runner=UnsandboxedWorkflowRunner())


async def marked(client: Client) -> set[str]:
    """What the server has marked, on any queue."""
    query = "ExecutionStatus = 'Running' AND TemporalReportedProblems IS NOT NULL"
    return {run.id async for run in client.list_workflows(query)}


async def until_marked(client: Client, wanted: set[str]) -> None:
    async with asyncio.timeout(limits.WAIT):
        while await marked(client) != wanted:  # noqa: ASYNC110 - a list has no event to wait for
            await asyncio.sleep(0.1)


async def test_stuck_workflows_of_our_queue_are_found_with_their_cause(broken: Client) -> None:
    await until_marked(broken, {REQUEST, ACCOUNT, FOREIGN})

    found = sorted(await stuck_requests.stuck(broken), key=lambda one: one.workflow_id)
    assert all(one.failure and "broken on purpose" in one.failure.text for one in found)

    assert [(one.workflow_id, one.name, one.cause) for one in found] == [
        (ACCOUNT, "account default", FAILED),
        (REQUEST, "r-1", FAILED),
    ]
    assert found[1].run_id == (await broken.get_workflow_handle(REQUEST).describe()).run_id


async def test_the_doctor_names_them_until_none_is_left(broken: Client) -> None:
    await until_marked(broken, {REQUEST, ACCOUNT, FOREIGN})
    found = await doctor_checks.stuck(broken)
    assert found.level == "fail"
    # The request was started with nothing, so no reset helps it. The account can be reset.
    assert f"temporal workflow terminate -w {REQUEST}" in found.remedy
    assert f"temporal workflow reset --workflow-id {ACCOUNT}" in found.remedy
    assert f"reset --workflow-id {REQUEST}" not in found.remedy
    assert all(f"{name} ({FAILED})" in found.sentence for name in ("r-1", "account default"))

    for workflow_id in (REQUEST, ACCOUNT):
        await broken.get_workflow_handle(workflow_id).terminate()
    await until_marked(broken, {FOREIGN})
    found = await doctor_checks.stuck(broken)
    assert (found.level, found.remedy) == ("ok", "")


async def test_an_account_is_looked_at_before_the_server_marks_it(
    broken: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stops all its requests, and a server marks it late or not at all."""
    monkeypatch.setattr(stuck_requests, "_MARKED", "WorkflowId = 'none'")
    async with asyncio.timeout(limits.WAIT):
        while not (found := await stuck_requests.stuck(broken)):  # noqa: ASYNC110 - the server has no event
            await asyncio.sleep(0.1)

    assert [(one.name, one.cause) for one in found] == [("account default", FAILED)]
    assert "broken on purpose" in stuck_remedies.sentence(found)


def _lacking(key_id: str, workflow_id: str, start_key: str = "k1") -> StuckWorkflow:
    failure = TaskFailure(cause="WorkflowWorkerUnhandledFailure", key_id=key_id)
    return ONE.model_copy(update={"workflow_id": workflow_id, "failure": failure, "start_key": start_key})


def test_a_missing_key_is_named_and_its_return_is_the_remedy() -> None:
    started, answered = _lacking("k9", "hosting-r-1", "k9"), _lacking("k9", "hosting-$(touch x); rm")
    text = stuck_remedies.remedy([started, answered])

    assert "'k9'" in stuck_remedies.sentence([started])
    assert text.index("add the key 'k9'") < text.index("temporal workflow")
    assert "temporal workflow terminate --workflow-id hosting-r-1 " in text
    assert "temporal workflow reset --workflow-id 'hosting-$(touch x); rm' " in text  # as the shell has to see it


def test_the_remedy_names_the_run_and_a_command_that_can_be_typed() -> None:
    text = stuck_remedies.remedy([ONE])

    assert "run-1 of r-1" in text
    assert "temporal workflow reset --workflow-id hosting-r-1 --type LastWorkflowTask --reason stuck" in text


def test_a_reset_asks_no_codec_endpoint_that_may_lack_the_key(tmp_path: Path) -> None:
    """The command reads the history, and a codec endpoint that cannot open all of it makes it fail."""
    temporal = tmp_path / "temporal"
    temporal.write_text('#!/bin/sh\necho "<$TEMPORAL_CODEC_ENDPOINT> $*"\n')
    temporal.chmod(0o700)
    said = subprocess.run(  # noqa: S603 - a command of ours, as a person copies it
        ["/bin/sh", "-c", stuck_remedies.reset("hosting-r-1")],
        env={"PATH": str(tmp_path), "TEMPORAL_CODEC_ENDPOINT": "http://127.0.0.1:1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert said.startswith("<> workflow reset --workflow-id hosting-r-1 ")


def test_a_full_list_does_not_claim_to_be_complete() -> None:
    assert stuck_remedies.sentence([ONE]).startswith("1 is")
    assert stuck_remedies.sentence([ONE] * stuck_requests.MOST).startswith("20 or more")


@pytest.mark.parametrize(
    ("marks", "cause"),
    [
        (
            ["category=WorkflowTaskFailed", "cause=WorkflowTaskFailedCauseBadCancelTimerAttributes"],
            "workflow task failed: BadCancelTimerAttributes",
        ),
        (
            ["category=WorkflowTaskTimedOut", "cause=WorkflowTaskTimedOutCauseStartToClose"],
            "workflow task timed out: StartToClose",
        ),
        # a word of a later server is printed as it is
        (["category=New", "cause=OfItsOwn"], "New: OfItsOwn"),
        (["category=WorkflowTaskFailed"], "workflow task failed"),
    ],
)
def test_the_mark_of_the_server_becomes_a_cause(marks: list[str], cause: str) -> None:
    assert stuck_requests._cause(marks) == cause


class Server:
    """A client whose server refuses to list, or lists nothing and describes a namespace without capabilities."""

    namespace = "default"

    def __init__(self, refusal: RPCStatusCode | None) -> None:
        self._refusal = refusal
        self.workflow_service = SimpleNamespace(describe_namespace=self._described)

    async def list_workflows(self, *_: object, **__: object) -> AsyncIterator[Any]:
        if self._refusal is not None:
            raise RPCError("invalid query: invalid search attribute: TemporalReportedProblems", self._refusal, b"")
        for run in list[Any]():
            yield run

    async def _described(self, *_: object, **__: object) -> DescribeNamespaceResponse:
        return DescribeNamespaceResponse()


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (RPCStatusCode.INVALID_ARGUMENT, "TemporalReportedProblems"),
        (RPCStatusCode.PERMISSION_DENIED, "TemporalReportedProblems"),
        (None, "marks no workflow"),  # the attribute is known, and the server does not use it
    ],
)
async def test_a_server_that_does_not_mark_or_tell_is_a_warning(refusal: RPCStatusCode | None, reason: str) -> None:
    found = await doctor_checks.stuck(cast("Client", Server(refusal)))

    assert (found.level, found.silent) == ("warn", False)
    assert reason in found.sentence
    assert found.remedy


async def test_a_server_that_does_not_answer_is_no_answer() -> None:
    with pytest.raises(NoAnswer):
        await stuck_requests.stuck(cast("Client", Server(RPCStatusCode.UNAVAILABLE)))
