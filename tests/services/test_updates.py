"""A message to a request brings an answer, a refusal, or the reason why there is none."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowUpdateInput,
    WorkflowExecutionStatus,
    WorkflowUpdateHandle,
)
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain import names
from domain.messages import Cancel, Code, ReplaceDocuments, ResendCodes, SubmitCodes
from runtime import connection
from runtime.settings import Settings
from services import server_state, updates
from services.errors import FailingWorker, Finished, NoAnswer, Refused, UnknownReference, UnreadableAnswer
from tests import limits
from tests.services import stand_ins
from tests.services.fixtures import FINGERPRINT_KEY, KEYS, Begin, Prepared

OTHER_KEY = f"new:{base64.b64encode(b'n' * 32).decode()}"


@pytest.fixture
async def running(client: Client, reference: str, begin: Begin) -> str:
    await begin(client)
    return reference


async def test_a_wrong_code_is_an_answer_not_an_error(client: Client, running: str, number: str) -> None:
    message = SubmitCodes(codes=[Code(phone_number=number, code="000")])

    answer = await updates.send(client, running, message)

    assert [(result.phone_number, result.result) for result in answer.numbers] == [(number, "rejected")]


async def test_a_refusal_is_the_requests_own_sentence(client: Client, running: str) -> None:
    message = SubmitCodes(codes=[Code(phone_number="+15125559999", code="12345")])

    with pytest.raises(Refused, match=r"\+15125559999") as refusal:
        await updates.send(client, running, message)

    assert "12345" not in str(refusal.value)


async def test_the_same_id_is_one_intention_and_another_is_a_second(client: Client, running: str) -> None:
    first = await updates.send(client, running, ResendCodes(by="a"), update_id="one")
    same = await updates.send(client, running, ResendCodes(by="a"), update_id="one")
    second = await updates.send(client, running, ResendCodes(by="a"), update_id="two")

    assert first == same
    assert second.sentence.startswith("Asked 2 times")


async def test_thirty_messages_at_once_are_all_answered_although_the_server_takes_ten(
    client: Client, running: str
) -> None:
    answers = await asyncio.gather(
        *(updates.send(client, running, ResendCodes(), update_id=f"u{i}") for i in range(30))
    )

    assert len({answer.sentence for answer in answers}) == 30


async def test_an_unknown_reference_is_refused(client: Client, reference: str) -> None:
    with pytest.raises(UnknownReference, match=reference):
        await updates.send(client, reference, Cancel())


async def test_a_finished_request_repeats_its_answer_and_refuses_what_is_new(client: Client, running: str) -> None:
    first = await updates.send(client, running, Cancel(), update_id="a")
    await client.get_workflow_handle(names.workflow_id(running)).result()

    assert await updates.send(client, running, Cancel(), update_id="a") == first
    with pytest.raises(Finished, match="\\(cancelled\\)"):
        await updates.send(client, running, Cancel())


async def test_a_terminated_request_names_its_end(client: Client, running: str) -> None:
    await client.get_workflow_handle(names.workflow_id(running)).terminate(reason="by hand")

    with pytest.raises(Finished, match="terminated"):
        await updates.send(client, running, Cancel())


async def test_without_a_worker_it_may_still_be_applied(silent: Client, reference: str, begin: Begin) -> None:
    await begin(silent)

    with pytest.raises(NoAnswer, match="--id mine"):
        await updates.send(silent, reference, Cancel(), update_id="mine", within=1)


@pytest.fixture
async def rotated(silent: Client, reference: str, prepared: Prepared) -> AsyncIterator[Client]:
    """A client without the key with which the request of this test answers."""
    config = silent.config()
    settings = Settings(keys=f"{OTHER_KEY},{KEYS}", fingerprint_key=FINGERPRINT_KEY)
    config["data_converter"] = connection.data_converter(settings)
    ahead, queue = Client(**config), f"q-{reference}"
    async with Worker(ahead, task_queue=queue, workflows=stand_ins.ALL, workflow_runner=UnsandboxedWorkflowRunner()):
        request, workflow_id = (await prepared()).request, names.workflow_id(reference)
        await ahead.start_workflow(names.WORKFLOW_TYPE, request, id=workflow_id, task_queue=queue)
        yield silent
        with suppress(RPCError):  # it may have ended
            await ahead.get_workflow_handle(workflow_id).terminate()


async def test_what_was_applied_is_not_called_refused_when_its_answer_cannot_be_read(
    rotated: Client, reference: str, number: str
) -> None:
    code = Code(phone_number=number, code="12345")
    for message in (SubmitCodes(codes=[code]), ResendCodes(), ReplaceDocuments(), Cancel()):
        with pytest.raises(UnreadableAnswer, match=r"'new'.*--id mine-"):
            await updates.send(rotated, reference, message, update_id=f"mine-{type(message).__name__}")

    async with asyncio.timeout(limits.WAIT):
        await _closed(rotated, reference)
    with pytest.raises(UnreadableAnswer):
        await updates.send(rotated, reference, Cancel(), update_id="mine-Cancel")
    with pytest.raises(Finished):
        await updates.send(rotated, reference, Cancel(), update_id="another")


async def _closed(client: Client, reference: str) -> None:
    found = await server_state.describe(client, reference)
    while found.status is WorkflowExecutionStatus.RUNNING:
        await asyncio.sleep(0.02)
        found = await server_state.describe(client, reference)


async def test_a_refusal_that_cannot_be_read_is_still_one(rotated: Client, reference: str) -> None:
    with pytest.raises(Refused, match="'new'"):
        await updates.send(rotated, reference, SubmitCodes(codes=[Code(phone_number="+15125559999", code="12345")]))


class _FailingTasks(Interceptor):
    """The server after a worker has failed on a workflow for a while."""

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - named by the SDK
        class Refusing(OutboundInterceptor):
            async def start_workflow_update(self, input: StartWorkflowUpdateInput) -> WorkflowUpdateHandle[Any]:  # noqa: A002
                sentence = f"Unable to perform {input.update} due to Workflow Task in failed state."
                raise RPCError(sentence, RPCStatusCode.FAILED_PRECONDITION, b"")

        return Refusing(next)


async def test_a_request_on_which_a_worker_fails_is_for_the_doctor_or_to_be_terminated_when_none_can_read_it(
    silent: Client, reference: str, begin: Begin
) -> None:
    config = silent.config()
    config["interceptors"] = [_FailingTasks()]
    failing, unreadable = Client(**config), f"{reference}-7"
    await begin(silent)
    await silent.start_workflow(
        names.WORKFLOW_TYPE, {"reference": 7}, id=names.workflow_id(unreadable), task_queue=names.LOCAL_QUEUE
    )

    with pytest.raises(FailingWorker):
        await updates.send(failing, reference, Cancel())
    with pytest.raises(Refused, match=f"temporal workflow terminate -w hosting-{unreadable}"):
        await updates.send(failing, unreadable, Cancel())
    await silent.get_workflow_handle(names.workflow_id(unreadable)).terminate()
