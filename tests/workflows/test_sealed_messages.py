"""Anyone who reaches the Temporal server commands nothing with a payload that is not sealed for its workflow."""

from typing import Any

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain import names
from domain.accounts import ResumeAccount
from domain.messages import Cancel, Code, HostingRequest, SubmitCodes
from services.updates import UPDATES
from tests.workflows import attackers
from tests.workflows.attackers import ODD, raw, sealed, sealed_as_before, start_input, with_keys, without_keys
from tests.workflows.failed_tasks import failed_tasks
from tests.workflows.stage import Stage
from tests.workflows.story import Story
from tests.workflows.waiting import until
from workflows.registry import WORKFLOWS

ONE, TWO = "+15125550361", "+15125550362"


@pytest.fixture
async def waiting(stage: Stage) -> Story:
    """A request that waits for a code."""
    story = await stage.request(ONE)
    await story.until_asked("codes")
    return story


async def attacks(stage: Stage, story: Story, message: Any) -> dict[str, Payload]:
    """The same message in every way in which it must not be taken as a command, by the reason."""
    id_ = story.handle.id
    bystander = await stage.request(TWO)
    changed = await sealed(stage.client, message, id_)
    changed.data = changed.data[:-1] + bytes([changed.data[-1] ^ 1])
    moved = await sealed(stage.client, message, bystander.handle.id)
    moved.metadata["workflow"] = id_.encode()
    other_namespace = attackers.with_keys(stage.client, attackers.keys_of("test"))
    config = other_namespace.config()
    config["namespace"] = "elsewhere"
    return {
        "plain": await sealed(without_keys(stage.client), message),
        "unbound": await sealed_as_before(stage.client, message),
        "foreign": await sealed(stage.client, message, bystander.handle.id),
        "unknown_key": await sealed(with_keys(stage.client, attackers.keys_of("k9")), message, id_),
        "damaged": changed,
        "damaged, with the id of this workflow": moved,
        "damaged, since from another namespace": await sealed(Client(**config), message, id_),
        "other_message": await start_input(story.handle),
    }


def refused(stage: Stage, kind: str, workflow_id: str) -> list[str]:
    """The reasons for which something that came to a workflow was left out, as logged."""
    return [
        line["reason"]
        for line in stage.logs
        if line["event"] == "payload_refused" and (line["kind"], line["workflow_id"]) == (kind, workflow_id)
    ]


async def test_no_update_is_obeyed_that_is_not_sealed_for_its_request(stage: Stage, waiting: Story) -> None:
    stranger = without_keys(stage.client).get_workflow_handle(waiting.handle.id)
    tried = await attacks(stage, waiting, Cancel(by="mallory"))
    for payload in [*tried.values(), *ODD.values()]:
        with pytest.raises(WorkflowUpdateFailedError) as caught:
            await stranger.execute_update(UPDATES[Cancel], args=raw(payload))
        assert isinstance(caught.value.cause, ApplicationError)
        assert caught.value.cause.type == "Refused"
    with pytest.raises(WorkflowUpdateFailedError):
        await stranger.execute_update(UPDATES[Cancel], args=[])
    reasons = refused(stage, "update", waiting.handle.id)
    assert reasons[: len(tried)] == [reason.partition(",")[0] for reason in tried]
    assert len(reasons) == len(tried) + len(ODD)
    await waiting.completes(ONE)
    assert await failed_tasks(waiting.handle) == []


@pytest.mark.parametrize("signal", ["codes", "telnyx_news", "made-up"])
async def test_no_signal_is_heard_and_none_stops_a_request(stage: Stage, waiting: Story, signal: str) -> None:
    code = SubmitCodes(codes=[Code(phone_number=ONE, code=await stage.code(ONE))], by="mallory")
    stranger = without_keys(stage.client).get_workflow_handle(waiting.handle.id)
    tried = await attacks(stage, waiting, code)
    if signal == "codes":  # the one that may be plain, and so may be sealed as before
        del tried["plain"], tried["unbound"]
    if signal == "made-up":  # it takes no message
        del tried["other_message"]
    for payload in tried.values():
        await stranger.signal(signal, args=raw(payload))
    await until(waiting.look, lambda _: len(refused(stage, "signal", waiting.handle.id)) == len(tried), 0.2)
    events = " ".join(event.what for event in (await waiting.look()).events)
    assert signal in events
    assert "under the unknown key k9 was left out" in events
    for payload in ODD.values():
        await stranger.signal(signal, args=raw(payload))
    await stranger.signal(signal, args=[])
    progress = await waiting.look()
    assert [ask.kind for ask in progress.asks] == ["codes"]
    await waiting.completes(ONE)
    assert await failed_tasks(waiting.handle) == []


async def test_an_account_is_stopped_by_no_payload(stage: Stage, waiting: Story) -> None:
    account = stage.client.get_workflow_handle(names.account_workflow_id(stage.account))
    stranger = without_keys(stage.client).get_workflow_handle(account.id)
    for payload in ODD.values():
        for signal in (names.STOP_SIGNAL, names.SILENCE_SIGNAL, "made-up"):
            await stranger.signal(signal, args=raw(payload))
        for update in (names.RESUME_UPDATE, names.CLAIM_UPDATE, "made-up"):
            with pytest.raises(WorkflowUpdateFailedError):
                await stranger.execute_update(update, args=raw(payload))
    with pytest.raises(WorkflowUpdateFailedError):
        await stranger.execute_update(names.RESUME_UPDATE, ResumeAccount(by="mallory"))
    await waiting.completes(ONE)
    assert await failed_tasks(account) == []


async def test_no_workflow_starts_with_what_is_not_sealed_for_it(stage: Stage, waiting: Story) -> None:
    stranger = without_keys(stage.client)
    given = HostingRequest(reference="evil", messaging_profile_id="p", phone_numbers=[TWO], account=stage.account)
    tried = [*(await attacks(stage, waiting, given)).values(), *ODD.values()]
    kinds = [kind for kind in (_type(one) for one in WORKFLOWS) if kind != "ForgetDocuments"]
    for place, payload in enumerate(tried):
        for kind in kinds if place < 3 else [kinds[place % len(kinds)]]:  # all with one, each with a few
            handle = await stranger.start_workflow(
                kind, args=raw(payload), id=f"{waiting.reference}-evil-{place}-{kind}", task_queue=stage.queue
            )
            with pytest.raises(WorkflowFailureError) as caught:
                await handle.result()
            assert isinstance(caught.value.cause, ApplicationError)
            assert caught.value.cause.type == "Refused"
            assert await failed_tasks(handle) == []
    assert not await stage.calls("GET", "eligib")
    await waiting.completes(ONE)


def _type(one: type) -> str:
    return str(workflow._Definition.must_from_class(one).name)
