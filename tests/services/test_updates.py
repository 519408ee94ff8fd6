"""A message to a request brings an answer, a refusal, or the reason why there is none."""

import asyncio

import pytest
from temporalio.client import Client

from domain import names
from domain.messages import Cancel, Code, ResendCodes, SubmitCodes
from services import updates
from services.errors import Finished, NoAnswer, Refused, UnknownReference
from tests.services.fixtures import Begin


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
