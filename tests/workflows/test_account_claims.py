"""A number is in one live request of an account, the first that claims it."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

import worker
from adapters.account_workflow import TemporalAccountWorkflow
from adapters.order_holders import TemporalOrderHolders
from adapters.parts import Parts
from domain.accounts import AccountUnreachable, Claim, ClaimResult
from telnyx_api.accounts import TelnyxAccounts
from telnyx_api.client import TelnyxClient
from tests.services.accounts_at_work import AccountStage, accounts_at_work
from tests.workflows.stage import SETTINGS, Stage
from tests.workflows.story import Story, states
from tests.workflows.waiting import until

ONE, TWO, THREE = "+15125550161", "+15125550162", "+15125550163"


@pytest.fixture
async def account(live_server: WorkflowEnvironment) -> AsyncIterator[AccountStage]:
    async with accounts_at_work(live_server.client) as stage:
        yield stage


# The account's workflow by itself


async def test_the_claim_of_a_closed_request_is_void(account: AccountStage) -> None:
    first, second = await account.request(), await account.request()
    await account.claim(first, "aaaaaaa")
    refused = ClaimResult(granted=False, holders={"aaaaaaa": first.id.removeprefix("hosting-")})
    assert await account.claim(second, "aaaaaaa") == refused
    await first.terminate()
    moved = await account.claim(second, "aaaaaaa")
    assert moved == ClaimResult(granted=True, moved=True, moved_at=moved.moved_at)
    again = await account.claim(second, "aaaaaaa")  # an answer may get lost, so the same claim gets the same answer
    assert moved.moved_at
    assert again.moved_at
    assert abs(again.moved_at - moved.moved_at) <= timedelta(seconds=1)


async def test_thirty_claims_at_once_are_all_answered(account: AccountStage) -> None:
    """A workflow takes ten updates at a time. The others wait their turn."""
    requests = [await account.request() for _ in range(3)]
    claims = enumerate(requests * 10)
    answers = await asyncio.gather(*(account.claim(request, "aaaaaaa", f"{place:07d}") for place, request in claims))
    assert (await account.look()).numbers == 31
    assert sum(answer.granted for answer in answers) == 10, "of the one request that was first"


async def test_claims_of_live_requests_survive_continue_as_new(account: AccountStage) -> None:
    """The server of these tests suggests a new run after 200 events."""
    held = await account.request()
    await account.claim(held, "aaaaaaa")
    first_run = (await account.entity.describe()).run_id
    for place in range(60):
        await account.claim(held, f"{place:07d}")
    await until(account.entity.describe, lambda described: described.run_id != first_run)
    assert not (await account.claim(await account.request(), "aaaaaaa")).granted


async def test_a_claim_needs_a_worker_that_answers(live_server: WorkflowEnvironment) -> None:
    without_worker = TemporalAccountWorkflow(live_server.client, f"q-{uuid.uuid4().hex[:6]}", claim_within=1.0)
    claim = Claim(reference="r", workflow_run_id="x", fingerprints=["aaaaaaa"])
    with pytest.raises(AccountUnreachable):
        await without_worker.claim("a-" + uuid.uuid4().hex, claim)


# In requests


async def test_two_requests_started_in_the_same_second_on_two_workers_place_one_order(stage: Stage) -> None:
    accounts = TelnyxAccounts({stage.account: TelnyxClient("KEY_test", f"{stage.telnyx.base_url}/v2")})
    other = await Client.connect(
        stage.client.service_client.config.target_host, data_converter=stage.client.data_converter
    )
    second = worker.workers(Parts(other, SETTINGS, accounts, TemporalOrderHolders(other), stage.store, stage.queue))
    async with second[0], second[1], second[2]:
        stories = await asyncio.gather(stage.request(ONE, TWO), stage.request(TWO, ONE))
        both = await asyncio.gather(*(_first_ask(story) for story in stories))
        assert sorted(both) == ["choice", "codes"]
        loser, winner = stories[both.index("choice")], stories[both.index("codes")]
        ask = await loser.until_asked("choice")
        assert winner.reference in ask.guidance
        await loser.answer(ask, "give_up")
        await loser.ends("not_active")
        await winner.completes(ONE, TWO)
    await accounts.aclose()
    assert len(await stage.orders(ONE)) == 1


async def _first_ask(story: Story) -> str:
    seen = await story.until(lambda progress: progress.asks)
    return str(seen.asks[0].kind)


async def test_the_free_numbers_go_on_when_those_of_another_request_are_given_up(stage: Stage) -> None:
    first = await stage.request(ONE)
    await first.until_asked("codes")
    second = await stage.request(ONE, TWO)
    ask = await second.until_asked("choice")
    assert ask.numbers == [ONE]
    await second.answer(ask, "give_up")
    assert states(await second.completes(TWO, outcome="partly_active")) == {ONE: "given_up", TWO: "active"}
    await first.completes(ONE)


async def test_a_number_is_free_again_once_its_request_is_closed(stage: Stage) -> None:
    first = await stage.request(ONE)
    await first.until_asked("codes")
    second = await stage.request(ONE)
    ask = await second.until_asked("choice")
    await first.cancel()
    await first.ends("cancelled")
    await second.answer(ask, "again")
    await second.completes(ONE)


async def test_a_request_terminated_while_it_orders_and_started_again_has_one_order(stage: Stage) -> None:
    """The restarted run finds no order in the list yet, but it learns that another run may have sent one."""
    await stage.faults(kinds=["late_commit"], calls=["create"], times=1, delay=0.8)
    first = await stage.request(THREE)
    await until(lambda: stage.calls("POST", "messaging_hosted_number_orders"))
    await first.handle.terminate("test")
    assert not await stage.orders(THREE), "it is still on its way"
    again = await stage.request(THREE, reference=first.reference)
    result = await again.completes(THREE)
    assert result.order_ids == [await stage.the_order(THREE)]


async def test_a_reference_that_is_reserved_for_accounts_is_refused(stage: Stage) -> None:
    story = await stage.request(ONE, reference=f"account-{uuid.uuid4().hex[:8]}")
    with pytest.raises(WorkflowFailureError) as caught:
        await story.result()
    assert isinstance(caught.value.cause, ApplicationError)
    assert caught.value.cause.type == "Refused"
