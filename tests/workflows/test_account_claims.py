"""One number is in one live request of an account, whoever asks first."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

import worker
from adapters.account_workflow import TemporalAccountWorkflow
from adapters.order_holders import TemporalOrderHolders
from adapters.parts import Parts
from domain.accounts import Claim, ClaimResult
from telnyx_api.accounts import TelnyxAccounts
from telnyx_api.client import TelnyxClient
from tests.services.accounts_at_work import AccountStage, accounts_at_work
from tests.workflows.stage import SETTINGS, Stage, Story, states

ONE, TWO, THREE = "+15125550161", "+15125550162", "+15125550163"


@pytest.fixture
async def account(live_server: WorkflowEnvironment) -> AsyncIterator[AccountStage]:
    async with accounts_at_work(live_server.client) as stage:
        yield stage


# The account's workflow by itself


async def test_a_claimed_number_is_given_to_nobody_else_while_its_request_lives(account: AccountStage) -> None:
    first, second = await account.request(), await account.request()
    assert await account.claim(first, "aaaaaaa", "bbbbbbb") == ClaimResult(granted=True)
    refused = await account.claim(second, "bbbbbbb", "ccccccc")
    assert refused == ClaimResult(granted=False, holders={"bbbbbbb": first.id.removeprefix("hosting-")})
    assert await account.claim(second, "ccccccc") == ClaimResult(granted=True), "it had what nobody held"


async def test_the_claim_of_a_closed_request_is_void_and_new_in_its_last_hour(account: AccountStage) -> None:
    first, second = await account.request(), await account.request()
    await account.claim(first, "aaaaaaa")
    await first.terminate()
    assert await account.claim(second, "aaaaaaa") == ClaimResult(granted=True, moved=True)
    assert await account.claim(second, "aaaaaaa") == ClaimResult(granted=True, moved=True), "no answer may get lost"


async def test_thirty_claims_at_once_are_all_answered(account: AccountStage) -> None:
    """A workflow takes ten updates at a time; the others wait their turn."""
    requests = [await account.request() for _ in range(3)]
    everybody = enumerate(requests * 10)
    answers = await asyncio.gather(*(account.claim(request, "aaaaaaa", f"{place:07d}") for place, request in everybody))
    assert (await account.look()).numbers == 31
    assert sum(answer.granted for answer in answers) == 10, "of the one request that was first"


async def test_claims_outlive_the_history_of_the_account_and_those_of_closed_requests_do_not(
    account: AccountStage,
) -> None:
    """The server of these tests suggests a new run after 200 events."""
    held = await account.request()
    await account.claim(held, "aaaaaaa")
    first_run = (await account.entity.describe()).run_id
    async with asyncio.timeout(60):
        for place in range(60):
            await account.claim(held, f"{place:07d}")
        while (await account.entity.describe()).run_id == first_run:  # noqa: ASYNC110 - a description has no event
            await asyncio.sleep(0.05)
    other = await account.request()
    refused = await account.claim(other, "aaaaaaa")
    assert not refused.granted


async def test_a_claim_needs_somebody_who_answers(live_server: WorkflowEnvironment) -> None:
    desk = TemporalAccountWorkflow(live_server.client, f"nobody-{uuid.uuid4().hex[:6]}", claim_within=1.0)
    with pytest.raises(Exception, match="did not answer"):
        await desk.claim("a-" + uuid.uuid4().hex, Claim(reference="r", workflow_run_id="x", fingerprints=["aaaaaaa"]))


# In requests


async def test_two_requests_started_in_the_same_second_on_two_workers_place_one_order(stage: Stage) -> None:
    accounts = TelnyxAccounts({stage.account: TelnyxClient("KEY_test", f"{stage.telnyx.base_url}/v2")})
    other = await Client.connect(
        stage.client.service_client.config.target_host, data_converter=stage.client.data_converter
    )
    second = worker.workers(Parts(other, SETTINGS, accounts, TemporalOrderHolders(other), stage.store, stage.queue))
    async with second[0], second[1]:
        stories = await asyncio.gather(stage.request(ONE, TWO), stage.request(TWO, ONE))
        both = await asyncio.gather(*(_asked(story) for story in stories))
        assert sorted(both) == ["choice", "codes"]
        assert len(await stage.orders(ONE)) == 1
        loser, winner = stories[both.index("choice")], stories[both.index("codes")]
        ask = await loser.until_asked("choice")
        assert winner.reference in ask.guidance
        assert f"hosted-sms show {winner.reference}" in ask.guidance
        await loser.answer(ask, "give_up")
        await loser.ends("not_active")
        await winner.codes(ONE, TWO)
        await winner.ends("active")
    await accounts.aclose()
    assert len(await stage.orders(ONE)) == 1


async def _asked(story: Story) -> str:
    seen = await story.until(lambda progress: progress.asks)
    return str(seen.asks[0].kind)


async def test_the_numbers_that_nobody_else_holds_go_on_when_the_others_are_given_up(stage: Stage) -> None:
    first = await stage.request(ONE)
    await first.until_asked("codes")
    second = await stage.request(ONE, TWO)
    ask = await second.until_asked("choice")
    assert ask.numbers == [ONE]
    await second.answer(ask, "give_up")
    await second.until_asked("codes")
    await second.codes(TWO)
    assert states(await second.ends("partly_active")) == {ONE: "given_up", TWO: "active"}
    await first.codes(ONE)
    await first.ends("active")


async def test_a_number_is_free_again_once_its_request_is_closed(stage: Stage) -> None:
    first = await stage.request(ONE)
    await first.until_asked("codes")
    second = await stage.request(ONE)
    ask = await second.until_asked("choice")
    await first.cancel()
    await first.ends("cancelled")
    await second.answer(ask, "again")
    await second.until_asked("codes")
    await second.codes(ONE)
    await second.ends("active")


async def test_a_request_terminated_while_its_order_is_on_its_way_and_started_again_has_one_order(
    stage: Stage,
) -> None:
    """The restarted run lists nothing yet, but learns that another run may have sent something."""
    await stage.faults(rate=1, kinds=["late_commit"], calls=["create"], times=1, delay=0.8, seed=1)
    first = await stage.request(THREE)
    await first.until_at_work("place_order")
    async with asyncio.timeout(20):
        while not await stage.calls("POST", "messaging_hosted_number_orders"):  # noqa: ASYNC110 - behind HTTP
            await asyncio.sleep(0.01)
    await first.handle.terminate("test")
    assert not await stage.orders(THREE), "it is still on its way"
    again = await stage.request(THREE, reference=first.reference)
    await again.until_asked("codes")
    await again.codes(THREE)
    result = await again.ends("active")
    assert result.order_ids == [order["id"] for order in await stage.orders(THREE)]
    assert len(result.order_ids) == 1


async def test_a_reference_that_would_be_an_account_is_refused(stage: Stage) -> None:
    story = await stage.request(ONE, reference=f"account-{uuid.uuid4().hex[:8]}")
    with pytest.raises(Exception, match="failed") as caught:
        await story.result()
    assert "names a Telnyx account" in str(caught.value.__cause__)
