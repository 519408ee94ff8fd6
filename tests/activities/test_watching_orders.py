"""The watch answers when an order means something else than what is known, and only then."""

import dataclasses
from datetime import datetime, timedelta

import pytest

from activities.ports import Accounts
from activities.watch_order import WatchOrderActivities
from domain.activity_io import OrderVerdict, WatchOrder
from domain.calendar import CENTRAL, Calendar
from domain.vocabulary import AskKind, Next, NumberState
from telnyx_api.errors import Problem, StopAccount
from tests.activities.stage import A, Attempt, B, Failing, Knowing, OneClient, Stage, in_hand, seconds

POLL = 3600.0
UNVERIFIED = {A: NumberState.UNVERIFIED, B: NumberState.UNVERIFIED}
IN_REVIEW = {A: NumberState.IN_REVIEW, B: NumberState.IN_REVIEW}


def watching(accounts: Accounts, poll: float = POLL, requests: Knowing | None = None) -> WatchOrderActivities:
    return WatchOrderActivities(accounts, requests or Knowing(), poll, Calendar(), timedelta(days=3))


def work(order_id: str, known: dict[str, NumberState], *, papers_given: bool = False, digest: str = "") -> WatchOrder:
    return WatchOrder(**dict(in_hand(order_id, known, papers_given=papers_given)), digest=digest)


async def look(stage: Stage, watch: WatchOrder, attempt: int = 1) -> OrderVerdict:
    return await Attempt(attempt).run(watching(stage.accounts).watch_order, watch)


async def is_silent(stage: Stage, watch: WatchOrder, attempt: int = 1) -> bool:
    failure = await Attempt(attempt).fails(watching(stage.accounts).watch_order, watch)
    return failure.type == "NoNews" and not failure.non_retryable


@pytest.mark.parametrize(
    ("attempt", "delay"),
    [(1, 30), (2, 60), (3, 120), (7, 1920), (8, 3600), (9, 3600), (5000, 3600)],
)
async def test_no_news_doubles_the_delay_up_to_the_poll_interval(stage: Stage, attempt: int, delay: float) -> None:
    watch = work(await stage.order(A, B), UNVERIFIED)
    failure = await Attempt(attempt).fails(watching(stage.accounts).watch_order, watch)
    assert (failure.type, seconds(failure)) == ("NoNews", delay)


async def test_a_short_poll_interval_shortens_every_delay(stage: Stage) -> None:
    watch = work(await stage.order(A, B), UNVERIFIED)
    failure = await Attempt(3).fails(watching(stage.accounts, 5.0).watch_order, watch)
    assert seconds(failure) == 5.0


async def test_only_the_numbers_that_changed_are_told(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.portal(order_id, "provisioning", {A: "successful", B: "provisioning"})
    verdict = await look(stage, work(order_id, IN_REVIEW))
    assert {number: told.state for number, told in verdict.numbers.items()} == {A: NumberState.ACTIVE}
    assert verdict.next is Next.WAIT


async def test_what_was_told_is_not_told_again(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.portal(order_id, "provisioning", {A: "successful", B: "provisioning"})
    assert await is_silent(stage, work(order_id, {B: NumberState.IN_REVIEW}))


async def test_papers_uploaded_in_the_portal_are_noticed(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.portal(order_id, "loa_file_successful")
    verdict = await look(stage, work(order_id, UNVERIFIED))
    assert {told.state for told in verdict.numbers.values()} == {NumberState.IN_REVIEW}


async def test_a_code_entered_in_the_portal_is_noticed_where_rest_has_a_word_for_it(stage: Stage) -> None:
    await stage.control("settings", {"ownership_word_over_rest": True})
    order_id = await stage.verified_order(A)
    verdict = await look(stage, work(order_id, {A: NumberState.UNVERIFIED}))
    assert verdict.numbers[A].state is NumberState.VERIFIED


async def test_an_order_deleted_in_the_portal_ends_its_numbers(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.telnyx.delete_order(order_id)
    verdict = await look(stage, work(order_id, UNVERIFIED))
    assert verdict.next is Next.GO_ON
    assert {told.state for told in verdict.numbers.values()} == {NumberState.FAILED}


async def test_an_ordinary_step_of_the_review_is_no_news(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    for word in ("pending", "loa_file_successful", "provisioning"):
        await stage.portal(order_id, word)
        assert await is_silent(stage, work(order_id, IN_REVIEW, papers_given=True))


async def test_a_question_is_put_once_and_again_when_it_changes_or_ends(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.portal(order_id, "regulatory_hold")
    asked = await look(stage, work(order_id, IN_REVIEW))
    assert (asked.next, asked.numbers) == (Next.ASK, {})
    assert asked.need is not None
    assert "'regulatory_hold'" in asked.need.guidance
    assert await is_silent(stage, work(order_id, IN_REVIEW, digest=asked.digest))

    await stage.portal(order_id, "carrier_hold")
    changed = await look(stage, work(order_id, IN_REVIEW, digest=asked.digest))
    assert changed.need is not None
    assert "'carrier_hold'" in changed.need.guidance

    await stage.portal(order_id, "provisioning")
    ended = await look(stage, work(order_id, IN_REVIEW, digest=changed.digest))
    assert (ended.next, ended.digest) == (Next.WAIT, "")


async def test_a_second_odd_number_is_a_new_question(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.portal(order_id, "provisioning", {A: "carrier_hold"})
    asked = await look(stage, work(order_id, IN_REVIEW))
    await stage.portal(order_id, None, {B: "carrier_hold"})
    again = await look(stage, work(order_id, IN_REVIEW, digest=asked.digest))
    assert again.need is not None
    assert again.need.numbers == [A, B]


async def test_a_number_taken_out_of_the_order_is_a_question(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.portal(order_id, None, {B: None})
    verdict = await look(stage, work(order_id, UNVERIFIED))
    assert verdict.need is not None
    assert verdict.need.numbers == [B]
    assert await is_silent(stage, work(order_id, UNVERIFIED, digest=verdict.digest))
    await stage.portal(order_id, None, {A: None})
    another = await look(stage, work(order_id, UNVERIFIED, digest=verdict.digest))
    assert another.need is not None
    assert another.need.numbers == [A, B]


async def test_a_number_that_timed_out_asks_for_a_new_order(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.portal(order_id, "failed", {A: "failed_timeout", B: "successful"})
    verdict = await look(stage, work(order_id, IN_REVIEW))
    assert verdict.next is Next.AGAIN
    assert verdict.numbers[A].next is Next.AGAIN
    assert verdict.numbers[B].state is NumberState.ACTIVE


async def refused_order(stage: Stage) -> tuple[str, str]:
    """An order whose papers were refused, and the digest of that question."""
    order_id = await stage.order(A, B)
    await stage.portal(order_id, "loa_file_invalid")
    asked = await look(stage, work(order_id, IN_REVIEW, papers_given=True))
    assert asked.need is not None
    assert asked.need.kind is AskKind.DOCUMENTS
    assert {told.state for told in asked.numbers.values()} == {NumberState.VERIFIED}
    return order_id, asked.digest


@pytest.mark.parametrize("attempt", [1, 2, 3])
async def test_right_after_an_upload_the_old_word_of_refusal_is_no_news(stage: Stage, attempt: int) -> None:
    order_id, digest = await refused_order(stage)
    assert await is_silent(stage, work(order_id, IN_REVIEW, papers_given=True, digest=digest), attempt)


@pytest.mark.parametrize("attempt", [4, 9])
async def test_a_word_of_refusal_that_lasts_is_a_second_refusal(stage: Stage, attempt: int) -> None:
    order_id, digest = await refused_order(stage)
    verdict = await look(stage, work(order_id, IN_REVIEW, papers_given=True, digest=digest), attempt)
    assert verdict.need is not None
    assert verdict.need.kind is AskKind.DOCUMENTS
    assert {told.state for told in verdict.numbers.values()} == {NumberState.VERIFIED}


async def test_another_word_of_refusal_is_news_at_once(stage: Stage) -> None:
    order_id, digest = await refused_order(stage)
    await stage.portal(order_id, "incorrect_billing_information")
    verdict = await look(stage, work(order_id, IN_REVIEW, papers_given=True, digest=digest))
    assert verdict.need is not None
    assert "incorrect_billing_information" in verdict.need.guidance


async def test_a_refusal_that_a_person_knows_of_is_not_told_again(stage: Stage) -> None:
    order_id, digest = await refused_order(stage)
    known = dict.fromkeys((A, B), NumberState.VERIFIED)
    assert await is_silent(stage, work(order_id, known, digest=digest), 20)


async def test_trouble_with_the_account_is_told_once_and_its_end_too(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.faults("401", calls=["get"])
    told = await look(stage, work(order_id, UNVERIFIED))
    assert told.need is not None
    assert told.need.kind is AskKind.ACCOUNT
    assert (told.order_id, told.numbers) == (order_id, {})
    assert await is_silent(stage, work(order_id, UNVERIFIED, digest=told.digest), 5)
    await stage.faults()
    mended = await look(stage, work(order_id, UNVERIFIED, digest=told.digest))
    assert (mended.next, mended.digest) == (Next.WAIT, "")


def refused(request_id: str) -> Failing:
    problem = Problem(code="10009", title="Authentication failed", detail=f"Request {request_id} was refused.")
    return Failing(StopAccount(f"Telnyx refused: {problem}.", http_status=401, problems=(problem,)))


async def test_the_same_trouble_in_other_words_is_no_news() -> None:
    """Else every look would be news, and a night of trouble a long history."""
    one, other = (watching(OneClient(refused(name))) for name in ("abc", "xyz"))  # type: ignore[arg-type]  # any call fails
    told = await Attempt().run(one.watch_order, work("order-1", UNVERIFIED))
    silent = await Attempt().fails(other.watch_order, work("order-1", UNVERIFIED, digest=told.digest))
    assert silent.type == "NoNews"


async def test_another_trouble_is_told_as_well(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.faults("401", calls=["get"])
    told = await look(stage, work(order_id, UNVERIFIED))
    await stage.faults("423", calls=["get"])
    other = await look(stage, work(order_id, UNVERIFIED, digest=told.digest))
    assert other.need is not None
    assert "HTTP 423" in other.need.guidance


@pytest.mark.parametrize("kind", ["422", "423"])
async def test_what_is_said_against_an_order_once_and_not_again_asks_nobody(stage: Stage, kind: str) -> None:
    watch = work(await stage.order(A, B), UNVERIFIED)
    await stage.faults(kind, calls=["get"], times=1)
    assert await is_silent(stage, watch)
    await stage.faults(kind, calls=["get"], times=2)
    verdict = await look(stage, watch)
    assert verdict.need is not None
    assert verdict.need.kind is AskKind.CHOICE
    assert f"HTTP {kind}" in verdict.need.guidance


@pytest.mark.parametrize("kind", ["409", "429", "500", "503", "reset", "timeout_after_commit"])
async def test_a_look_without_an_answer_is_looked_again(stage: Stage, kind: str) -> None:
    order_id = await stage.order(A, B)
    await stage.faults(kind, calls=["get"], delay=1.0)
    failure = await Attempt().fails(watching(stage.accounts).watch_order, work(order_id, UNVERIFIED))
    assert failure.type in {"TryLater", "OutcomeUnknown"}
    assert not failure.non_retryable


async def test_an_account_without_a_key_is_told_once() -> None:
    activities = watching(OneClient(Failing(StopAccount("There is no key."))), POLL)  # type: ignore[arg-type]  # any call fails
    told = await Attempt().run(activities.watch_order, work("order-1", UNVERIFIED))
    silent = await Attempt().fails(activities.watch_order, work("order-1", UNVERIFIED, digest=told.digest))
    assert silent.type == "NoNews"


def at(instant: datetime) -> Attempt:
    attempt = Attempt()
    attempt.environment.info = dataclasses.replace(attempt.environment.info, started_time=instant)
    return attempt


WEDNESDAY = datetime(2026, 11, 25, 10, tzinfo=CENTRAL)
THREE_WORKING_DAYS_LATER = datetime(2026, 12, 2, 10, tzinfo=CENTRAL)


async def test_a_review_is_late_after_three_working_days_and_not_a_minute_before(stage: Stage) -> None:
    order_id = await stage.verified_order(A, B)
    watch = work(order_id, IN_REVIEW, papers_given=True).model_copy(update={"review_since": WEDNESDAY})
    early = at(THREE_WORKING_DAYS_LATER - timedelta(minutes=1))
    assert (await early.fails(watching(stage.accounts).watch_order, watch)).type == "NoNews"
    verdict = await at(THREE_WORKING_DAYS_LATER).run(watching(stage.accounts).watch_order, watch)
    assert verdict.late_since == THREE_WORKING_DAYS_LATER
    assert not verdict.numbers


async def test_a_review_that_people_know_to_be_late_is_no_news(stage: Stage) -> None:
    watch = work(await stage.verified_order(A, B), IN_REVIEW, papers_given=True)
    failure = await at(THREE_WORKING_DAYS_LATER).fails(watching(stage.accounts).watch_order, watch)
    assert failure.type == "NoNews"
