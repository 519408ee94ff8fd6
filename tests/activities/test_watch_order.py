"""The watch answers when an order means something else than the request knows, and only then."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from activities.call_places import WATCHES_AT_ONCE
from activities.listings import Listings
from activities.order_state import read_order
from activities.ports import Accounts
from activities.refused_documents import describe_refusal
from activities.watch_order import WatchOrderActivities
from domain import delays
from domain.activity_io import WatchOrder, WatchVerdict
from domain.calendar import CENTRAL, Calendar
from domain.vocabulary import AskKind, Next, NumberState
from domain.watch_note import split_watch_note
from telnyx_api.errors import Problem, StopAccount
from tests.activities.stage import (
    BEGINNING,
    A,
    Attempt,
    B,
    FailingTelnyx,
    FakeLiveRequest,
    OneAccount,
    Stage,
    Step,
    current,
    need_of,
    seconds,
    states_of,
)

POLL = 3600.0
UNVERIFIED = {A: NumberState.UNVERIFIED, B: NumberState.UNVERIFIED}
IN_REVIEW = {A: NumberState.IN_REVIEW, B: NumberState.IN_REVIEW}
WEDNESDAY = datetime(2026, 11, 25, 10, tzinfo=CENTRAL)
THREE_WORKING_DAYS_LATER = datetime(2026, 12, 2, 10, tzinfo=CENTRAL)


def watch_of(accounts: Accounts, poll: float = POLL) -> Step[WatchOrder, WatchVerdict]:
    return WatchOrderActivities(accounts, FakeLiveRequest(), Listings(poll), Calendar(), timedelta(days=3)).watch_order


def work(order_id: str, known: dict[str, NumberState], *, papers_given: bool = False, digest: str = "") -> WatchOrder:
    return WatchOrder(**dict(current(order_id, known, papers_given=papers_given)), digest=digest)


async def read(stage: Stage, known: WatchOrder, attempt: int = 1) -> WatchVerdict:
    return await Attempt(attempt).run(watch_of(stage.accounts), known)


async def is_silent(stage: Stage, known: WatchOrder, attempt: int = 1) -> bool:
    failure = await Attempt(attempt).fails(watch_of(stage.accounts), known)
    return failure.type == "NoNews" and not failure.non_retryable


@pytest.mark.parametrize(
    ("attempt", "delay"),
    [(1, 300), (2, 600), (3, 1200), (4, 2400), (7, 19200), (8, 38400)],
)
async def test_the_delay_grows_also_beyond_the_poll_interval(stage: Stage, attempt: int, delay: float) -> None:
    known = work(await stage.order(A, B), UNVERIFIED)
    failure = await Attempt(attempt).fails(watch_of(stage.accounts), known)
    assert (failure.type, seconds(failure)) == ("NoNews", delay)
    assert seconds(await Attempt(attempt).fails(watch_of(stage.accounts, 30.0), known)) == delay / 10


async def test_the_longest_delay_is_a_day_and_differs_from_order_to_order(stage: Stage) -> None:
    orders = [await stage.order(number) for number in (A, B)]
    known = [work(one, {number: NumberState.UNVERIFIED}) for one, number in zip(orders, (A, B), strict=True)]
    paused = [seconds(await Attempt(5000).fails(watch_of(stage.accounts), one)) for one in known]
    assert all(0.8 * delays.LONGEST_POLL <= one <= delays.LONGEST_POLL for one in paused)
    assert paused[0] != paused[1]


async def test_a_verdict_holds_only_the_numbers_that_changed(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, "provisioning", {A: "successful", B: "provisioning"})
    verdict = await read(stage, work(order_id, IN_REVIEW))
    assert (verdict.next, states_of(verdict)) == (Next.WAIT, {A: NumberState.ACTIVE})
    assert await is_silent(stage, work(order_id, {B: NumberState.IN_REVIEW}))


async def test_documents_uploaded_in_the_portal_are_noticed(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, "loa_file_successful")
    verdict = await read(stage, work(order_id, UNVERIFIED))
    assert states_of(verdict) == IN_REVIEW


async def test_a_code_entered_in_the_portal_is_noticed_when_the_api_has_a_status_for_it(stage: Stage) -> None:
    await stage.control("settings", {"ownership_word_over_rest": True})
    order_id = await stage.verified_order(A)
    verdict = await read(stage, work(order_id, {A: NumberState.UNVERIFIED}))
    assert states_of(verdict) == {A: NumberState.VERIFIED}


async def test_an_order_deleted_in_the_portal_ends_its_numbers(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.telnyx.delete_order(order_id)
    verdict = await read(stage, work(order_id, UNVERIFIED))
    assert verdict.next is Next.GO_ON
    assert set(states_of(verdict).values()) == {NumberState.FAILED}


async def test_an_ordinary_step_of_the_review_changes_nothing(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    for status in ("pending", "loa_file_successful", "provisioning"):
        await stage.set_status(order_id, status)
        assert await is_silent(stage, work(order_id, IN_REVIEW, papers_given=True))


async def test_a_question_is_asked_once_and_again_when_it_changes_or_ends(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, "regulatory_hold")
    asked = await read(stage, work(order_id, IN_REVIEW))
    assert (asked.next, asked.numbers) == (Next.ASK, {})
    assert "'regulatory_hold'" in need_of(asked).guidance
    assert await is_silent(stage, work(order_id, IN_REVIEW, digest=asked.digest))

    await stage.set_status(order_id, "carrier_hold")
    changed = await read(stage, work(order_id, IN_REVIEW, digest=asked.digest))
    assert "'carrier_hold'" in need_of(changed).guidance

    await stage.set_status(order_id, "provisioning")
    ended = await read(stage, work(order_id, IN_REVIEW, digest=changed.digest))
    assert (ended.next, ended.digest) == (Next.WAIT, "")


async def test_a_second_number_of_an_unknown_status_is_a_new_question(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, "provisioning", {A: "carrier_hold"})
    asked = await read(stage, work(order_id, IN_REVIEW))
    await stage.set_status(order_id, None, {B: "carrier_hold"})
    again = await read(stage, work(order_id, IN_REVIEW, digest=asked.digest))
    assert need_of(again).numbers == [A, B]


async def test_a_number_that_the_order_no_longer_lists_is_a_question(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, None, {B: None})
    verdict = await read(stage, work(order_id, UNVERIFIED))
    assert need_of(verdict).numbers == [B]
    assert await is_silent(stage, work(order_id, UNVERIFIED, digest=verdict.digest))
    await stage.set_status(order_id, None, {A: None})
    another = await read(stage, work(order_id, UNVERIFIED, digest=verdict.digest))
    assert need_of(another).numbers == [A, B]


async def test_a_number_that_timed_out_wants_a_new_order(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, "failed", {A: "failed_timeout", B: "successful"})
    verdict = await read(stage, work(order_id, IN_REVIEW))
    assert verdict.next is Next.AGAIN
    assert verdict.numbers[A].next is Next.AGAIN
    assert verdict.numbers[B].state is NumberState.ACTIVE


async def refused_order(stage: Stage, **known: Any) -> WatchOrder:
    """A watch of an order whose documents were refused, right after others were uploaded."""
    await stage.control("settings", {"updated_at_over_rest": True})
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, "loa_file_invalid")
    order = await read_order(stage.telnyx, order_id)
    asked = await read(stage, work(order_id, IN_REVIEW, papers_given=True))
    assert need_of(asked).kind is AskKind.DOCUMENTS
    assert set(states_of(asked).values()) == {NumberState.VERIFIED}
    refusal = describe_refusal(order, current(order_id, IN_REVIEW))
    uploaded = work(order_id, IN_REVIEW, papers_given=True).model_copy(update={"known_refusal": refusal})
    return uploaded.model_copy(update=known)


async def test_a_refusal_that_stands_after_an_upload_is_no_new_one_however_often_it_is_read(stage: Stage) -> None:
    known, attempt = await refused_order(stage), Attempt()
    for _ in range(12):
        failure = await attempt.fails(watch_of(stage.accounts), known)
        assert failure.type == "NoNews"
        attempt = attempt.next()


async def test_numbers_that_end_while_a_refusal_stands_are_reported_without_a_question(stage: Stage) -> None:
    known = await refused_order(stage)
    await stage.control("settings", {"updated_at_over_rest": False})
    await stage.set_status(known.order_id, None, {A: "failed_number_not_found"})
    verdict = await read(stage, known)
    assert (states_of(verdict), verdict.need) == ({A: NumberState.FAILED}, None)


async def _another_status(stage: Stage, order_id: str) -> None:
    await stage.set_status(order_id, "incorrect_billing_information")


async def _the_same_again(stage: Stage, order_id: str) -> None:
    await stage.set_status(order_id, "loa_file_invalid")


async def _nothing(_stage: Stage, _order_id: str) -> None:
    """Nothing changes at Telnyx."""


@pytest.mark.parametrize(
    ("change", "known", "at", "status"),
    [
        (_another_status, {}, BEGINNING, "incorrect_billing_information"),
        (_the_same_again, {}, BEGINNING, "loa_file_invalid"),
        (_nothing, {"refused_again": True}, BEGINNING, "loa_file_invalid"),
        (_nothing, {"review_since": WEDNESDAY}, THREE_WORKING_DAYS_LATER, "loa_file_invalid"),
    ],
    ids=["another status", "updated_at", "a webhook", "the business time of a review"],
)
async def test_a_refusal_is_new_after(
    stage: Stage, change: Callable[[Stage, str], Awaitable[None]], known: dict[str, Any], at: datetime, status: str
) -> None:
    watched = await refused_order(stage, **known)
    await change(stage, watched.order_id)
    verdict = await Attempt(at=at).run(watch_of(stage.accounts), watched)
    assert need_of(verdict).kind is AskKind.DOCUMENTS
    assert status in need_of(verdict).guidance
    assert set(states_of(verdict).values()) == {NumberState.VERIFIED}


async def test_a_refusal_is_new_when_another_status_was_read_in_between(stage: Stage) -> None:
    known, first = await refused_order(stage), Attempt()
    await stage.control("settings", {"updated_at_over_rest": False})
    await stage.set_status(known.order_id, "pending")
    assert (await first.fails(watch_of(stage.accounts), known)).type == "NoNews"
    await stage.set_status(known.order_id, "loa_file_invalid")
    assert need_of(await first.next().run(watch_of(stage.accounts), known)).kind is AskKind.DOCUMENTS


async def test_a_refusal_stands_also_for_a_request_that_uploaded_under_the_version_before(stage: Stage) -> None:
    known = await refused_order(stage)
    digest = known.known_refusal.partition("@")[0]
    assert await is_silent(stage, known.model_copy(update={"known_refusal": "", "digest": digest}))


async def test_a_refusal_that_a_person_knows_of_changes_nothing(stage: Stage) -> None:
    known = await refused_order(stage)
    digest, verified = known.known_refusal.partition("@")[0], dict.fromkeys((A, B), NumberState.VERIFIED)
    assert await is_silent(stage, work(known.order_id, verified, digest=digest), 20)


async def unfinished_order(stage: Stage, status: str = "provisioning") -> WatchOrder:
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, "successful", {A: "successful", B: status})
    return work(order_id, {B: NumberState.IN_REVIEW})


async def test_a_number_still_being_activated_in_a_successful_order_is_a_question_after_a_working_day(
    stage: Stage,
) -> None:
    known, first = await unfinished_order(stage), Attempt(at=WEDNESDAY)
    assert (await first.fails(watch_of(stage.accounts), known)).type == "NoNews"
    early = first.next(timedelta(days=4, hours=23, minutes=59))  # Thanksgiving, the day after it and a weekend
    assert (await early.fails(watch_of(stage.accounts), known)).type == "NoNews"
    asked = await early.next(timedelta(minutes=1)).run(watch_of(stage.accounts), known)
    assert need_of(asked).numbers == [B]
    assert "'provisioning'" in need_of(asked).guidance
    assert await is_silent(stage, known.model_copy(update={"digest": asked.digest}), 2), "it is asked once"


@pytest.mark.parametrize("status", ["pending", "odd_one"])
async def test_a_number_of_another_status_in_a_successful_order_is_a_question_at_once(
    stage: Stage, status: str
) -> None:
    assert need_of(await read(stage, await unfinished_order(stage, status))).numbers == [B]


@pytest.mark.parametrize(
    ("early", "delay"), [(timedelta(), 4800.0), (timedelta(seconds=60), 300.0)], ids=["on time", "hinted"]
)
async def test_polls_come_soon_again_after_one_that_a_webhook_asked_for(
    stage: Stage, early: timedelta, delay: float
) -> None:
    known, step = work(await stage.order(A, B), UNVERIFIED), watch_of(stage.accounts)
    fourth = Attempt(4)
    pause = (await fourth.fails(step, known)).next_retry_delay
    assert pause is not None
    fifth = fourth.next(pause - early)
    assert seconds(await fifth.fails(step, known)) == delay
    assert seconds(await fifth.next().fails(step, known)) == 2 * delay


async def test_a_poll_without_news_leaves_what_it_read(stage: Stage) -> None:
    known, attempt = work(await stage.order(A, B), IN_REVIEW), Attempt(at=WEDNESDAY)
    await stage.set_status(known.order_id, None, {A: "provisioning"})
    await attempt.fails(watch_of(stage.accounts), known)
    told, note = split_watch_note(attempt.left)
    assert told is None
    assert note is not None
    assert (note.at, note.by_number()) == (WEDNESDAY, {A: "provisioning", B: "pending"})


async def test_a_verdict_tells_the_status_of_the_numbers_that_did_not_change(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, "provisioning", {A: "successful", B: "provisioning"})
    assert (await read(stage, work(order_id, IN_REVIEW))).statuses == {"provisioning": [B]}


async def test_trouble_with_the_account_is_reported_once_and_so_is_its_end(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.faults("401", calls=["get"])
    reported = await read(stage, work(order_id, UNVERIFIED))
    assert need_of(reported).kind is AskKind.ACCOUNT
    assert (reported.order_id, reported.numbers) == (order_id, {})
    assert await is_silent(stage, work(order_id, UNVERIFIED, digest=reported.digest), 5)
    await stage.faults()
    ended = await read(stage, work(order_id, UNVERIFIED, digest=reported.digest))
    assert (ended.next, ended.digest) == (Next.WAIT, "")


def refused(request_id: str) -> OneAccount:
    problem = Problem(code="10009", title="Authentication failed", detail=f"Request {request_id} was refused.")
    return OneAccount(FailingTelnyx(StopAccount(f"Telnyx refused: {problem}.", http_status=401, problems=(problem,))))


async def test_the_same_trouble_in_other_words_changes_nothing() -> None:
    """Otherwise a night of trouble would make a long history."""
    one, other = watch_of(refused("abc")), watch_of(refused("xyz"))
    reported = await Attempt().run(one, work("order-1", UNVERIFIED))
    silent = await Attempt().fails(other, work("order-1", UNVERIFIED, digest=reported.digest))
    assert silent.type == "NoNews"


async def test_another_trouble_is_reported_as_well(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.faults("401", calls=["get"])
    reported = await read(stage, work(order_id, UNVERIFIED))
    await stage.faults("423", calls=["get"])
    other = await read(stage, work(order_id, UNVERIFIED, digest=reported.digest))
    assert "HTTP 423" in need_of(other).guidance


@pytest.mark.parametrize("kind", ["422", "423"])
async def test_an_error_about_an_order_is_a_question_only_when_it_is_repeated(stage: Stage, kind: str) -> None:
    known = work(await stage.order(A, B), UNVERIFIED)
    await stage.faults(kind, calls=["get"], times=1)
    assert await is_silent(stage, known)
    await stage.faults(kind, calls=["get"], times=2)
    need = need_of(await read(stage, known))
    assert need.kind is AskKind.CHOICE
    assert f"HTTP {kind}" in need.guidance


@pytest.mark.parametrize("kind", ["409", "429", "500", "503", "reset", "timeout_after_commit"])
async def test_a_read_without_an_answer_is_tried_again(stage: Stage, kind: str) -> None:
    order_id = await stage.order(A, B)
    await stage.faults(kind, calls=["get"], delay=1.0)
    failure = await Attempt().fails(watch_of(stage.accounts), work(order_id, UNVERIFIED))
    assert failure.type in {"TryLater", "OutcomeUnknown"}
    assert not failure.non_retryable


async def test_a_review_is_late_after_three_working_days_and_not_a_minute_before(stage: Stage) -> None:
    order_id = await stage.verified_order(A, B)
    known = work(order_id, IN_REVIEW, papers_given=True).model_copy(update={"review_since": WEDNESDAY})
    early = Attempt(at=THREE_WORKING_DAYS_LATER - timedelta(minutes=1))
    assert (await early.fails(watch_of(stage.accounts), known)).type == "NoNews"
    verdict = await Attempt(at=THREE_WORKING_DAYS_LATER).run(watch_of(stage.accounts), known)
    assert verdict.late_since == THREE_WORKING_DAYS_LATER
    assert not verdict.numbers


async def test_a_review_that_people_know_to_be_late_changes_nothing(stage: Stage) -> None:
    known = work(await stage.verified_order(A, B), IN_REVIEW, papers_given=True)
    failure = await Attempt(at=THREE_WORKING_DAYS_LATER).fails(watch_of(stage.accounts), known)
    assert failure.type == "NoNews"


async def test_a_watch_leaves_the_connections_of_its_account_to_others(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few watches read at a time. One that waited too long for its turn reads when it would have read next."""
    monkeypatch.setattr(delays, "CALL_PLACE_WITHIN", 0.05)
    order_id = await stage.order(A)
    await stage.faults("slow", delay=600)
    watch, waiting = watch_of(stage.accounts), work(order_id, {A: NumberState.UNVERIFIED})
    failures = await asyncio.gather(*(Attempt().fails(watch, waiting) for _ in range(WATCHES_AT_ONCE + 1)))
    [busy] = [one for one in failures if one.type == "LooksBusy"]
    assert seconds(busy) == delays.FIRST_POLL
    assert len(await stage.calls("GET", order_id)) == WATCHES_AT_ONCE
