"""A request is shown by its worker, by its result, or by what the server alone knows."""

import time

import pytest
from temporalio.client import Client, WorkflowFailureError

from domain import names
from domain.messages import Cancel
from services import progress, updates
from services.errors import Refused, UnknownReference
from tests.services.fixtures import Begin


async def test_an_open_request_is_shown_by_its_worker(
    client: Client, reference: str, number: str, begin: Begin
) -> None:
    await begin(client)

    shown = await progress.show(client, reference)

    assert (shown.partial, shown.step) == (False, "codes")
    assert [(n.phone_number, n.state) for n in shown.numbers] == [(number, "unverified")]


async def test_without_a_worker_the_server_knows_enough_for_a_partial_answer(
    silent: Client, reference: str, number: str, begin: Begin
) -> None:
    await begin(silent, customer="acme")

    began = time.monotonic()
    shown = await progress.show(silent, reference)

    assert time.monotonic() - began < 5
    assert (shown.partial, shown.outcome, shown.step, shown.customer) == (True, "running", "eligibility", "acme")
    assert [n.phone_number for n in shown.numbers] == [number]


async def test_a_closed_request_is_read_from_its_result(client: Client, reference: str, begin: Begin) -> None:
    await begin(client)
    await updates.send(client, reference, Cancel())
    await client.get_workflow_handle(names.workflow_id(reference)).result()

    shown = await progress.show(client, reference)

    assert (shown.outcome, shown.step, shown.partial) == ("cancelled", "done", False)


async def test_a_terminated_request_is_not_active_and_has_the_reason(
    silent: Client, reference: str, begin: Begin
) -> None:
    await begin(silent)
    await silent.get_workflow_handle(names.workflow_id(reference)).terminate(reason="started by mistake")

    shown = await progress.show(silent, reference)

    assert (shown.outcome, shown.step, shown.partial) == ("not_active", "done", False)
    assert "started by mistake" in shown.events[-1].what


async def test_a_failed_request_names_its_failure(client: Client, reference: str, begin: Begin) -> None:
    await begin(client, messaging_profile_id="breaks")
    with pytest.raises(WorkflowFailureError):
        await client.get_workflow_handle(names.workflow_id(reference)).result()

    shown = await progress.show(client, reference)

    assert shown.outcome == "not_active"
    assert "it broke on purpose" in shown.events[-1].what


async def test_a_start_that_was_refused_sends_no_one_to_telnyx(client: Client, reference: str, begin: Begin) -> None:
    await begin(client, messaging_profile_id="refused")
    with pytest.raises(WorkflowFailureError):
        await client.get_workflow_handle(names.workflow_id(reference)).result()

    shown = await progress.show(client, reference)

    assert (shown.outcome, shown.left_behind) == ("not_active", [])
    assert "it was refused on purpose" in shown.events[-1].what
    assert "Telnyx" not in shown.numbers[0].because


@pytest.mark.parametrize(("reference", "error"), [("unknown", UnknownReference), ("mal formed", Refused)])
async def test_an_unknown_or_malformed_reference_is_refused(
    silent: Client, reference: str, error: type[Exception]
) -> None:
    with pytest.raises(error, match=f"'{reference}'"):
        await progress.show(silent, reference)


@pytest.mark.parametrize("arguments", [[], ["not a request"], [{"reference": "r"}]])
async def test_a_workflow_started_with_something_else_is_refused(
    silent: Client, reference: str, arguments: list[object]
) -> None:
    workflow_id = names.workflow_id(reference)
    await silent.start_workflow("HostNumbers", args=arguments, id=workflow_id, task_queue=names.LOCAL_QUEUE)

    with pytest.raises(Refused, match=f"temporal workflow terminate -w {workflow_id}"):
        await progress.show(silent, reference, within=0.2)
