"""Telnyx refuses the account: one question, everything waits, and one answer lets everything go on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs
from temporalio.testing import WorkflowEnvironment

from domain.accounts import AccountProgress
from domain.messages import Answer, Code, SubmitCodes
from services import accounts
from services.errors import Refused
from tests.services.accounts_at_work import LONG_AGO, AccountStage, Request, accounts_at_work
from tests.workflows.stage import PATIENCE, NoHolders, Stage, Story, staged, states
from workflows import search_attributes as attributes
from workflows.activity_options import WOKEN_AT_ONCE

REFUSED_KEY = {"rate": 1, "kinds": ["401"], "seed": 1}
ONE, TWO = "+15125550171", "+15125550172"


@pytest.fixture
async def account(live_server: WorkflowEnvironment) -> AsyncIterator[AccountStage]:
    async with accounts_at_work(live_server.client) as stage:
        yield stage


async def _until(good: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await good():  # noqa: ASYNC110 - the other side has no event to wait for
            await asyncio.sleep(0.05)


async def _until_seen(account: AccountStage, good: Callable[[AccountProgress], object]) -> AccountProgress:
    async def look() -> object:
        return good(await account.look())

    await _until(look)
    return await account.look()


async def _stopped(account: AccountStage, count: int) -> list[Request]:
    requests = [await account.request() for _ in range(count)]
    await asyncio.gather(*(account.trouble(request) for request in requests))
    await _until_seen(account, lambda seen: len(seen.waiting) == count and account.board.news)
    return requests


# The account's workflow by itself


async def test_however_many_requests_meet_the_stop_people_are_asked_once(account: AccountStage) -> None:
    await _stopped(account, 5)
    seen = await account.look()
    assert (seen.stopped, seen.because, len(seen.waiting)) == (True, "10009 refused.", 5)
    assert account.board.events() == ["account_stopped"]
    (news,) = account.board.news
    assert news.command == f"hosted-sms account resume {account.account}"
    assert "10009 refused." in news.text
    known = (await account.entity.describe()).typed_search_attributes
    assert (known[attributes.ACCOUNT], known[attributes.NEEDS]) == (account.account, ["account"])
    assert known.get(attributes.DEADLINE) is None


async def test_a_resume_wakes_everybody_some_at_a_time(account: AccountStage) -> None:
    requests = await _stopped(account, WOKEN_AT_ONCE + 2)
    assert "12 request(s) go on" in await account.resume()
    assert await asyncio.gather(*(request.result() for request in requests)) == ["me"] * len(requests)
    seen = await _until_seen(account, lambda seen: not seen.waiting)
    assert not seen.stopped
    assert account.board.events() == ["account_stopped", "account_resumed"]
    assert not (await account.entity.describe()).typed_search_attributes.get(attributes.NEEDS)


async def test_trouble_that_comes_back_stops_the_waking_and_is_one_question_again(account: AccountStage) -> None:
    requests = await _stopped(account, WOKEN_AT_ONCE + 2)
    await account.resume()
    await requests[0].result()
    await account.trouble(await account.request(), at=datetime.now(UTC) + timedelta(seconds=5))
    seen = await _until_seen(account, lambda seen: seen.stopped and len(account.board.news) >= 3)
    assert len(seen.waiting) == 3, "two that were not woken yet, and the new one"
    assert account.board.events().count("account_stopped") == 2
    await account.resume()
    await asyncio.gather(*(request.result() for request in requests))


async def test_what_was_refused_before_the_resume_asks_nobody_again(account: AccountStage) -> None:
    await _stopped(account, 1)
    await account.resume()
    late = await account.request()
    await account.trouble(late, at=LONG_AGO)
    assert await late.result() == "me"
    assert account.board.events().count("account_stopped") == 1


async def test_a_request_that_closed_meanwhile_holds_up_nobody(account: AccountStage) -> None:
    closed, waiting = await _stopped(account, 2)
    await closed.terminate()
    await account.resume()
    assert await waiting.result() == "me"


async def test_an_account_that_is_not_stopped_cannot_be_resumed(account: AccountStage) -> None:
    with pytest.raises(Refused, match=f"'{account.account}'"):
        await account.resume()
    await account.claim(await account.request(), "aaaaaaa")
    with pytest.raises(Refused, match=f"The account {account.account} is not stopped."):
        await account.resume()


async def test_a_stop_is_reminded_of_for_as_long_as_it_takes_and_told_once_to_a_second_recipient(
    skipping_server: WorkflowEnvironment,
) -> None:
    async with accounts_at_work(skipping_server.client) as account:
        requests = await _stopped(account, 1)
        await skipping_server.sleep(timedelta(days=80))
        await _until_seen(account, lambda _seen: len(account.board.news) >= 80)
        await account.leave(*requests)
    told = account.board.events()
    assert told[:5] == ["account_stopped", "ask_reminder", "ask_reminder", "ask_escalated", "ask_reminder"]
    assert (told.count("ask_escalated"), set(told[4:])) == (1, {"ask_reminder"})
    assert {news.deadline for news in account.board.news} == {None}
    assert {news.command for news in account.board.news} == {f"hosted-sms account resume {account.account}"}


async def test_the_page_names_the_command_and_who_waits(account: AccountStage) -> None:
    (request,) = await _stopped(account, 1)
    metadata = await account.entity.query("__temporal_workflow_metadata")
    page = str(metadata.current_details)
    assert f"the Telnyx account {account.account} is stopped since" in page
    assert f"hosted-sms account resume {account.account}" in page
    assert request.id.removeprefix("hosting-") in page


# In requests


@pytest.mark.parametrize("count", [12])
async def test_a_refused_key_with_many_requests_under_way_asks_once_and_loses_nothing(stage: Stage, count: int) -> None:
    numbers = [f"+1512555{3000 + place}" for place in range(count)]
    stories = [await stage.request(number) for number in numbers]
    await asyncio.gather(*(story.until_asked("codes") for story in stories))
    with capture_logs() as logs:
        await stage.faults(**REFUSED_KEY)
        await asyncio.gather(*(story.until_asked("account") for story in stories))
        calls = len(await stage.control("calls"))
        answers = await asyncio.gather(
            *(story.codes(*[number]) for story, number in zip(stories, numbers, strict=True))
        )
        assert all(answer.accepted and "It is kept" in answer.sentence for answer in answers)
        await asyncio.sleep(2)  # four times the interval at which the orders are polled otherwise
        assert len(await stage.control("calls")) == calls, "nobody calls Telnyx while it refuses the account"
        await stage.faults()
        assert f"{count} request(s) go on" in (await _resume(stage)).sentence
        results = await asyncio.gather(*(story.ends("active") for story in stories))
    said = [entry["event"] for entry in logs if entry.get("account") == stage.account]
    assert (said.count("account_stopped"), said.count("account_resumed")) == (1, 1)
    assert not [entry for entry in logs if entry.get("kind") == "account" and entry.get("reference")]
    assert not any("rejected" in event.what for result in results for event in result.events)


async def _resume(stage: Stage) -> Answer:
    return await accounts.resume(stage.client, stage.account, by="me", update_id=f"id-{stage.account}")


async def test_codes_whose_submission_meets_the_stop_are_kept_and_not_wrong(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await stage.faults(rate=1, kinds=["401"], calls=["submit_codes"], seed=1)
    answer = await story.codes(ONE)
    assert answer.accepted
    assert "kept" in answer.sentence
    ask = await story.until_asked("account")
    assert f"hosted-sms account resume {stage.account}" in ask.guidance
    assert (ask.deadline, [choice.choice for choice in ask.choices]) == (None, ["again", "give_up"])
    assert states(await story.look()) == {ONE: "unverified"}
    await stage.faults()
    await _resume(stage)
    result = await story.ends("active")
    assert "1 code(s) accepted." in [event.what for event in result.events]


async def test_what_needs_no_telnyx_is_dealt_with_while_the_account_is_refused(stage: Stage) -> None:
    first, second = await stage.request(ONE, papers=False), await stage.request(TWO)
    await asyncio.gather(first.until_asked("codes"), second.until_asked("codes"))
    await stage.faults(**REFUSED_KEY)
    await asyncio.gather(first.until_asked("account"), second.until_asked("account"))
    assert (await first.documents()).accepted
    assert (await second.give_up(TWO)).accepted
    assert (await second.ends("not_active")).left_behind, "its order cannot be deleted now, which is told"
    await stage.faults()
    await _resume(stage)
    await first.until(lambda progress: not [ask for ask in progress.asks if ask.kind == "account"])
    await first.codes(ONE)
    await first.ends("active")


async def test_one_request_alone_may_be_tried_again_before_the_account_is_resumed(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await stage.faults(**REFUSED_KEY)
    ask = await story.until_asked("account")
    await stage.faults()
    await story.answer(ask, "again")
    await story.codes(ONE)
    await story.ends("active")


async def test_a_request_that_has_not_ordered_yet_waits_as_well(stage: Stage) -> None:
    await stage.faults(**REFUSED_KEY)
    story = await stage.request(ONE)
    await story.until_asked("account")
    await stage.faults()
    await _resume(stage)
    await story.until_asked("codes")
    await story.codes(ONE)
    await story.ends("active")


async def test_kept_codes_outlive_the_history_of_the_request(stage: Stage) -> None:
    """The server of these tests suggests a new run after 200 events."""
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await stage.faults(**REFUSED_KEY)
    await story.until_asked("account")
    code = Code(phone_number=ONE, code=await stage.code(ONE))
    await story.send(SubmitCodes(codes=[code], by="test"))
    first_run = (await story.handle.describe()).run_id

    async def is_in_a_new_run() -> bool:
        await story.handle.signal("telnyx_news", {"event_id": "e"})
        return (await story.handle.describe()).run_id != first_run

    await _until(is_in_a_new_run)
    await stage.faults()
    await _resume(stage)
    latest = stage.client.get_workflow_handle(story.handle.id, result_type=type(await story.look()))
    await Story(stage, latest, story.reference).ends("active")


async def test_no_deadline_passes_while_the_account_is_refused_and_people_are_reminded_of_it_alone(
    skipping_server: WorkflowEnvironment,
) -> None:
    async with staged(skipping_server, NoHolders(), poll_interval=3600.0, ask_deadline=5 * 86400) as stage:
        story = await stage.request(ONE)
        await story.until_asked("codes")
        await stage.faults(**REFUSED_KEY)
        with capture_logs() as logs:
            await skipping_server.sleep(timedelta(days=1))
            await story.until_asked("account")
            await story.codes(ONE)
            await skipping_server.sleep(timedelta(days=10))
        reminders = [entry for entry in logs if entry["event"] == "ask_reminder" and entry["account"] == stage.account]
        assert {(entry["kind"], entry.get("reference", "")) for entry in reminders} == {("account", "")}
        assert 3 <= len(reminders) <= 9, "one a working day, of which eleven days have nine at most"
        await stage.faults()
        await _resume(stage)
        await story.ends("active")
