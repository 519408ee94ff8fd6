"""Telnyx refuses the account: there is one question, everything waits, and one answer lets everything go on."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from domain import names
from domain.accounts import AccountProgress, AccountTrouble
from domain.healing import HEALS_BY_ITSELF
from domain.messages import AccountResumed, Event
from services.errors import Refused
from tests.services.accounts_at_work import LONG_AGO, AccountStage, Request, accounts_at_work
from tests.workflows.stage import Stage
from tests.workflows.story import events_about, states
from tests.workflows.waiting import until
from workflows import search_attributes as attributes
from workflows.activity_options import WOKEN_AT_ONCE
from workflows.request.state import MAX_WAITING

ONE, TWO = "+15125550171", "+15125550172"


@pytest.fixture
async def account(live_server: WorkflowEnvironment) -> AsyncIterator[AccountStage]:
    async with accounts_at_work(live_server.client) as stage:
        yield stage


async def _until_seen(account: AccountStage, good: Callable[[AccountProgress], object]) -> AccountProgress:
    return await until(account.look, good)


async def _stopped(account: AccountStage, count: int) -> list[Request]:
    requests = [await account.request() for _ in range(count)]
    await asyncio.gather(*(account.trouble(request) for request in requests))
    await _until_seen(account, lambda seen: len(seen.waiting) == count and account.board.notifications)
    return requests


# The account's workflow by itself


async def test_people_are_asked_once_however_many_requests_meet_the_stop(account: AccountStage) -> None:
    requests = await _stopped(account, 4)
    requests.append(await account.request())
    await account.trouble(requests[-1])  # after people were asked, so nothing but the page changes
    seen = await _until_seen(account, lambda seen: len(seen.waiting) == 5)
    assert (seen.stopped, seen.because) == (True, "10009 refused.")
    assert account.board.events() == ["account_stopped"]
    (news,) = account.board.notifications
    assert news.command == f"hosted-sms account resume {account.account}"
    assert "10009 refused." in news.text
    known = (await account.entity.describe()).typed_search_attributes
    assert (known[attributes.ACCOUNT], known[attributes.NEEDS]) == (account.account, ["account"])
    assert known.get(attributes.DEADLINE) is None

    async def page() -> str:
        return str((await account.entity.query("__temporal_workflow_metadata")).current_details)

    shown = await page()
    assert all(text in shown for text in [*(names.reference_of(request.id) for request in requests), news.command])


async def test_a_resume_wakes_every_request_a_few_at_a_time(account: AccountStage) -> None:
    requests = await _stopped(account, WOKEN_AT_ONCE + 2)
    assert f"{len(requests)}" in await account.resume()
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
    seen = await _until_seen(account, lambda seen: seen.stopped and len(account.board.notifications) >= 3)
    assert len(seen.waiting) == 3, "two that were not woken yet, and the new one"
    assert account.board.events().count("account_stopped") == 2
    await account.resume()
    await asyncio.gather(*(request.result() for request in requests))


async def test_trouble_from_before_the_resume_is_no_new_question(account: AccountStage) -> None:
    await _stopped(account, 1)
    await account.resume()
    late = await account.request()
    await account.trouble(late, at=LONG_AGO)
    assert await late.result() == "me"
    assert account.board.events().count("account_stopped") == 1


async def test_a_request_that_closed_meanwhile_does_not_hold_up_the_others(account: AccountStage) -> None:
    closed, waiting = await _stopped(account, 2)
    await closed.terminate()
    await account.resume()
    assert await waiting.result() == "me"


@pytest.mark.parametrize("arguments", [[], [{"because": 7, "by": "Ann"}], [{}, {}], ["stopped"]])
async def test_a_message_that_cannot_be_read_is_refused_and_stops_nothing(
    account: AccountStage, arguments: list[Any]
) -> None:
    await _stopped(account, 1)
    for update in ("claim", "no_such_update"):
        with pytest.raises(WorkflowUpdateFailedError) as caught:
            await account.entity.execute_update(update, args=arguments)
        assert isinstance(caught.value.cause, ApplicationError)
        assert caught.value.cause.type == "Refused"
    for place, signal in enumerate(("trouble", "silent", "no_such_signal"), 1):
        await account.entity.signal(signal, args=arguments)
        seen = await _until_seen(account, lambda seen, place=place: len(seen.events) == 1 + place)  # type: ignore[misc]
        assert signal in seen.events[-1].what
        assert seen.events[-1].by == ("Ann" if "Ann" in str(arguments) else "")
    await account.resume()


async def test_trouble_of_another_account_stops_nothing(account: AccountStage) -> None:
    await account.claim(await account.request(), "aaaaaaa")
    now = datetime.now(UTC)
    said = AccountTrouble(account="another", workflow_id="hosting-r-1", because="10009 refused.", at=now)
    await account.entity.signal(names.STOP_SIGNAL, said)
    seen = await _until_seen(account, lambda seen: any("another" in event.what for event in seen.events))
    assert (seen.stopped, seen.waiting) == (False, [])


async def test_an_account_that_is_not_stopped_cannot_be_resumed(account: AccountStage) -> None:
    with pytest.raises(Refused):  # no request ordered anything yet, so there is no workflow
        await account.resume()
    await account.claim(await account.request(), "aaaaaaa")
    with pytest.raises(Refused):
        await account.resume()


async def test_reminders_of_a_stop_never_end_and_one_goes_to_a_second_recipient(
    skipping_server: WorkflowEnvironment,
) -> None:
    async with accounts_at_work(skipping_server.client) as account:
        requests = await _stopped(account, 1)
        await skipping_server.sleep(timedelta(days=80))
        await _until_seen(account, lambda _seen: len(account.board.notifications) >= 80)
        await account.leave(*requests)
    events = account.board.events()
    assert events[:5] == ["account_stopped", "ask_reminder", "ask_reminder", "ask_escalated", "ask_reminder"]
    assert (events.count("ask_escalated"), set(events[4:])) == (1, {"ask_reminder"})
    assert {news.deadline for news in account.board.notifications} == {None}
    assert {news.command for news in account.board.notifications} == {f"hosted-sms account resume {account.account}"}


# The account's workflow heals its stop

MINUTES = timedelta(minutes=1)


async def _stopped_for_healing(account: AccountStage, server: WorkflowEnvironment, count: int) -> list[Request]:
    requests = [await account.request() for _ in range(count)]
    for request in requests:
        await account.trouble(request, at=await server.get_current_time())
    await _until_seen(account, lambda seen: len(seen.waiting) == count and account.board.notifications)
    return requests


async def _until_trial(account: AccountStage, times: int) -> AccountProgress:
    return await _until_seen(account, lambda seen: sum("goes first" in event.what for event in seen.events) == times)


async def _until_ended(request: Request) -> None:
    """A pending result would let the clock skip to the end of time."""
    await until(request.describe, lambda described: described.status is WorkflowExecutionStatus.COMPLETED)


async def test_probes_of_a_stopped_account_become_rare_and_one_that_succeeds_resumes_it(
    skipping_server: WorkflowEnvironment,
) -> None:
    async with accounts_at_work(skipping_server.client) as account:
        requests = await _stopped_for_healing(account, skipping_server, 2)
        [news] = account.board.notifications
        assert HEALS_BY_ITSELF in news.text
        began = await skipping_server.get_current_time()
        await skipping_server.sleep(timedelta(hours=5))
        await until(account.look, lambda seen: seen.stopped and len(account.telnyx.probes) >= 7)
        times = [began, *account.telnyx.probes]
        gaps = [(after - before) / MINUTES for before, after in itertools.pairwise(times)][:7]
        assert [round(gap, -1) if gap > 7 else round(gap) for gap in gaps] == [5, 10, 20, 40, 60, 60, 60]
        account.telnyx.refuses = False
        await skipping_server.sleep(timedelta(hours=1))
        await _until_trial(account, 1)
        await skipping_server.sleep(timedelta(minutes=5))
        seen = await _until_seen(account, lambda seen: not seen.stopped and not seen.waiting)
        await _until_ended(requests[1])
        await account.leave(requests[0])
    assert account.board.events() == ["account_stopped", "account_resumed"]
    assert not seen.heals


async def test_a_call_that_is_still_refused_keeps_the_stop_and_makes_its_probes_rarer(
    skipping_server: WorkflowEnvironment,
) -> None:
    """The key works and the balance is empty: a read succeeds, and an order is refused."""
    async with accounts_at_work(skipping_server.client) as account:
        account.telnyx.refuses = False
        requests = await _stopped_for_healing(account, skipping_server, 1)
        ends = [await skipping_server.get_current_time()]
        for trial in (1, 2, 3):
            await skipping_server.sleep(timedelta(minutes=5 * 2 ** (trial - 1), seconds=1))
            await _until_trial(account, trial)
            ends.append(await skipping_server.get_current_time())
            await account.trouble(requests[0], at=ends[-1] + timedelta(seconds=1))
            seen = await _until_seen(account, lambda seen: seen.waiting)
            assert seen.stopped
        assert len(account.telnyx.probes) == 3
        await account.resume()
        await _until_ended(requests[0])
        await account.leave()
    assert account.board.events() == ["account_stopped", "account_resumed"]


async def test_a_stop_soon_after_the_account_resumed_by_itself_is_probed_later(
    skipping_server: WorkflowEnvironment,
) -> None:
    async with accounts_at_work(skipping_server.client) as account:
        account.telnyx.refuses = False
        [request] = await _stopped_for_healing(account, skipping_server, 1)
        await skipping_server.sleep(timedelta(minutes=11))
        await _until_seen(account, lambda seen: not seen.stopped)
        await _stopped_for_healing(account, skipping_server, 1)
        await skipping_server.sleep(timedelta(minutes=9))
        assert len(account.telnyx.probes) == 1
        await skipping_server.sleep(timedelta(minutes=2))
        await until(account.look, lambda _seen: len(account.telnyx.probes) == 2)
        await account.leave(request)


async def test_a_person_who_resumes_the_account_ends_its_probe(skipping_server: WorkflowEnvironment) -> None:
    async with accounts_at_work(skipping_server.client) as account:
        [request] = await _stopped_for_healing(account, skipping_server, 1)
        await account.resume()
        await _until_ended(request)
        await skipping_server.sleep(timedelta(hours=3))
        pending = (await account.entity.describe()).raw_description.pending_activities
        assert (len(pending), account.telnyx.probes) == (0, [])
        await account.leave()


async def test_a_stop_without_a_request_that_waits_needs_no_trial(skipping_server: WorkflowEnvironment) -> None:
    async with accounts_at_work(skipping_server.client) as account:
        account.telnyx.refuses = False
        [request] = await _stopped_for_healing(account, skipping_server, 1)
        await request.terminate()
        await skipping_server.sleep(timedelta(minutes=6))
        await _until_seen(account, lambda seen: not seen.stopped)
        await account.leave()


# In requests


async def test_a_key_that_works_again_resumes_all_requests_without_a_person(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    stories = [await skipping.request(number) for number in (ONE, TWO)]
    await asyncio.gather(*(story.until_asked("codes") for story in stories))
    await skipping.refuse_account()
    await skipping_server.sleep(timedelta(hours=3))
    await asyncio.gather(*(story.until_asked("account") for story in stories))
    await asyncio.gather(*(story.codes(number) for story, number in zip(stories, (ONE, TWO), strict=True)))
    await skipping.faults()
    await skipping_server.sleep(timedelta(hours=2))
    for story in stories:
        await story.ends("active")
    assert (len(skipping.notified("account_stopped")), len(skipping.notified("account_resumed"))) == (1, 1)


@pytest.mark.parametrize("status", ["402", "403"])
async def test_while_only_one_kind_of_call_is_refused_it_is_tried_rarely_and_no_one_is_told_that_it_works(
    skipping: Stage, skipping_server: WorkflowEnvironment, status: str
) -> None:
    story = await skipping.request(ONE)
    await story.until_asked("codes")
    await skipping.faults(kinds=[status], calls=["submit_codes"])
    await story.codes(ONE)
    await story.until_asked("account")
    for _ in range(12):  # in steps, so that each call can be answered: the clock does not wait for Telnyx
        await skipping_server.sleep(timedelta(hours=1))
        await asyncio.sleep(0.1)
    assert 3 <= await skipping.calls("POST", "validation_codes") <= 16
    assert not skipping.notified("account_resumed")
    await skipping.faults()
    await skipping_server.sleep(timedelta(hours=2))
    await story.ends("active")
    assert (len(skipping.notified("account_stopped")), len(skipping.notified("account_resumed"))) == (1, 1)


async def test_a_refused_key_with_many_requests_under_way_asks_once_and_loses_nothing(stage: Stage) -> None:
    numbers = [f"+1512555{3000 + place}" for place in range(12)]
    stories = [await stage.request(number) for number in numbers]
    await asyncio.gather(*(story.until_asked("codes") for story in stories))
    await stage.refuse_account()
    await asyncio.gather(*(story.until_asked("account") for story in stories))
    calls = len(await stage.control("calls"))
    answers = await asyncio.gather(*(story.codes(number) for story, number in zip(stories, numbers, strict=True)))
    assert all(answer.accepted and not answer.numbers for answer in answers), "kept, and not tried"
    await asyncio.sleep(2)  # four times the interval at which the orders are polled otherwise
    assert len(await stage.control("calls")) == calls, "Telnyx is not called while it refuses the account"
    assert "12" in (await stage.resume_account()).sentence
    results = await asyncio.gather(*(story.ends("active") for story in stories))
    assert (len(stage.notified("account_stopped")), len(stage.notified("account_resumed"))) == (1, 1)
    assert not [entry for entry in stage.notified(kind="account") if entry.get("reference")]
    assert not any(events_about(result, "rejected") for result in results)


async def test_codes_whose_submission_meets_the_stop_are_kept_and_not_wrong(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await stage.faults(kinds=["401"], calls=["submit_codes"])
    answer = await story.codes(ONE)
    assert (answer.accepted, answer.numbers) == (True, [])
    ask = await story.until_asked("account")
    assert f"hosted-sms account resume {stage.account}" in ask.guidance
    assert (ask.deadline, [choice.choice for choice in ask.choices]) == (None, ["again", "give_up"])
    assert states(await story.look()) == {ONE: "unverified"}
    await stage.resume_account()
    assert not events_about(await story.ends("active"), "rejected")


async def test_messages_that_need_no_telnyx_are_handled_while_the_account_is_refused(stage: Stage) -> None:
    first, second = await stage.request(ONE, documents=False), await stage.request(TWO)
    await asyncio.gather(first.until_asked("codes"), second.until_asked("codes"))
    await stage.refuse_account()
    await asyncio.gather(first.until_asked("account"), second.until_asked("account"))
    assert (await first.documents()).accepted
    assert (await second.give_up(TWO)).accepted
    assert (await second.ends("not_active")).left_behind, "its order cannot be deleted now"
    await stage.resume_account()
    await first.until(lambda progress: "account" not in {ask.kind for ask in progress.asks})
    await first.completes(ONE)


async def test_one_request_alone_may_be_tried_again_before_the_account_is_resumed(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await stage.refuse_account()
    ask = await story.until_asked("account")
    await stage.faults()
    await story.answer(ask, "again")
    await story.completes(ONE)


async def test_a_resume_of_another_account_lets_no_request_go_on(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await stage.refuse_account()
    await story.until_asked("account")
    await story.handle.signal("account_resumed", AccountResumed(account="another", by="Ann"))
    [refused] = events_about(await story.until(lambda seen: events_about(seen, "another")), "another")
    assert refused.by == "Ann"
    assert "account" in [ask.kind for ask in (await story.look()).asks]
    await stage.resume_account()
    await story.completes(ONE)


async def test_a_request_that_has_not_ordered_yet_waits_as_well(stage: Stage) -> None:
    await stage.refuse_account()
    story = await stage.request(ONE)
    await story.until_asked("account")
    await stage.resume_account()
    await story.completes(ONE)


async def test_kept_codes_survive_continue_as_new(stage: Stage) -> None:
    """The server of these tests suggests a new run after 200 events."""
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await stage.refuse_account()
    await story.until_asked("account")
    await story.codes(ONE)
    first_run = (await story.handle.describe()).run_id

    async def is_in_a_new_run() -> bool:
        await story.hint()
        return (await story.handle.describe()).run_id != first_run

    await until(is_in_a_new_run)
    await stage.resume_account()
    await story.newest_run().ends("active")


async def test_a_flood_of_kept_codes_does_not_grow_what_is_carried(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await stage.refuse_account()
    await story.until_asked("account")
    await story.codes(ONE)
    for _ in range(MAX_WAITING + 4):
        await story.newest_run().signal_code(ONE)

    async def left_out() -> list[Event]:
        await story.newest_run().hint()
        return events_about(await story.newest_run().look(), "SubmitCodes")

    left = await until(left_out, len)
    assert {event.by for event in left} == {"a script"}, "the newest are left out"
    await stage.resume_account()
    await story.newest_run().ends("active")


@pytest.mark.settings(ask_deadline=5 * 86400)
async def test_while_the_account_is_refused_no_deadline_passes_and_people_are_reminded_of_it_alone(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await skipping.request(ONE)
    await story.until_asked("codes")
    await skipping.refuse_account()
    await skipping_server.sleep(timedelta(days=1))
    await story.until_asked("account")
    before = len(skipping.notified("ask_reminder", kind="codes"))
    await story.codes(ONE)
    await skipping_server.sleep(timedelta(days=10))
    reminders = skipping.notified("ask_reminder", kind="account")
    assert not [entry for entry in reminders if entry.get("reference")]
    assert 3 <= len(reminders) <= 9, "one a working day, of which eleven days have nine at most"
    assert len(skipping.notified("ask_reminder", kind="codes")) == before
    await skipping.resume_account()
    await story.ends("active")
