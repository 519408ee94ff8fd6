"""`hosted-sms account`: where a Telnyx account stands, and that its requests go on."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from domain.healing import HEALS_BY_ITSELF
from services import accounts
from tests import limits
from tests.commands.conftest import Command
from tests.services.accounts_at_work import AccountStage, accounts_at_work
from tests.workflows.waiting import until


@pytest.fixture
async def account(client: Client) -> AsyncIterator[AccountStage]:
    async with accounts_at_work(client) as stage:
        yield stage


async def test_a_stopped_account_says_since_when_who_waits_and_what_to_type(
    hosted_sms: Command, account: AccountStage
) -> None:
    request = await account.request()
    await account.trouble(request)
    shown = await hosted_sms("account", "show", account.account)
    assert shown.code == 0, shown.err
    assert " UTC" in shown.out.splitlines()[0]
    assert f"hosted-sms account resume {account.account}" in shown.out
    assert request.id.removeprefix("hosting-") in shown.out
    assert "10009 refused." in shown.out
    as_json = (await hosted_sms("account", "show", account.account, "--json")).json
    assert (as_json["account"], as_json["stopped"], as_json["partial"]) == (account.account, True, False)
    assert as_json["heals"]
    assert HEALS_BY_ITSELF in (await hosted_sms("account", "show", account.account)).out
    assert as_json["waiting"] == [request.id.removeprefix("hosting-")]
    assert account.account in await accounts.stopped(account.client)
    await request.terminate()
    await account.entity.terminate()


async def test_resume_lets_everything_go_on_and_the_same_id_does_it_once(
    hosted_sms: Command, account: AccountStage
) -> None:
    request = await account.request()
    await account.trouble(request)
    said = ["account", "resume", account.account, "--by", "eva", "--id", f"id-{account.account}", "--json"]
    ended = await hosted_sms(*said)
    assert (ended.code, ended.json["accepted"]) == (0, True)
    assert await request.result() == "eva"
    assert (await hosted_sms(*said)).json == ended.json


async def test_an_account_that_is_not_stopped_is_refused_with_one_sentence(
    hosted_sms: Command, account: AccountStage
) -> None:
    await account.claim(await account.request(), "aaaaaaa")
    ended = await hosted_sms("account", "resume", account.account)
    assert (ended.code, ended.out, account.account in ended.err) == (1, "", True)
    shown = (await hosted_sms("account", "show", account.account, "--json")).json
    assert (shown["stopped"], shown["numbers"], shown["requests"]) == (False, 1, 1)


async def test_a_request_that_has_ended_is_not_counted_as_under_way(
    hosted_sms: Command, account: AccountStage, reference: str, number: str
) -> None:
    ended = await account.request()
    await account.claim(ended, "aaaaaaa")
    await ended.terminate()
    words = ["start", "--reference", reference, "--profile", "p", "--number", number, "--account", account.account]
    assert (await hosted_sms(*words)).code == 0
    async with asyncio.timeout(limits.WAIT):  # the server's index lags a moment behind
        while "Requests under way: 1." not in (await hosted_sms("account", "show", account.account)).out:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("verb", ["show", "resume"])
async def test_an_account_of_which_nothing_is_known_is_refused(hosted_sms: Command, verb: str) -> None:
    ended = await hosted_sms("account", verb, "no-such-account")
    assert (ended.code, ended.out) == (1, "")
    assert "'no-such-account'" in ended.err
    assert (await hosted_sms("account", verb, "no account")).code == 1


async def test_without_a_worker_lists_still_know_that_it_is_stopped(hosted_sms: Command, client: Client) -> None:
    async with accounts_at_work(client) as stage:
        request = await stage.request()
        await stage.trouble(request)
        await until(lambda: accounts.stopped(client), lambda stopped: stage.account in stopped)
    shown = (await hosted_sms("account", "show", stage.account, "--json")).json
    assert (shown["stopped"], shown["partial"]) == (True, True)
    assert "No worker answered" in (await hosted_sms("account", "show", stage.account)).out
    ended = await hosted_sms("account", "resume", stage.account, "--within", "1", "--id", "i-1")
    assert ended.code == 3
    assert "--id i-1" in ended.err
    await request.terminate()
    await stage.entity.terminate()
