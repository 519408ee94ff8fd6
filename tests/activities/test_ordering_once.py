"""Exactly one order: when one is sent, when an attempt steps aside first, and when a person is asked."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.vocabulary import AskKind, ChoiceKind, Next, NumberState
from telnyx_api.accounts import TelnyxAccounts
from telnyx_api.errors import OutcomeUnknown, StopAccount, TryLater
from tests.activities.ordering_stage import QUARANTINE, OrderSteps, ordering, place, posts, work
from tests.activities.stage import BEGINNING, ORDERS, PROFILE, A, Attempt, B, C, Failing, OneClient, Stage, seconds


async def test_a_first_attempt_looks_and_then_places_the_order(stage: Stage) -> None:
    verdict = await place(stage, A, B)
    [order] = await stage.truth()
    assert verdict.next is Next.GO_ON
    assert verdict.order_id == order["id"]
    assert order["messaging_profile_id"] == PROFILE
    assert {told.state for told in verdict.numbers.values()} == {NumberState.UNVERIFIED}
    assert set(verdict.numbers) == {A, B}
    assert len(await stage.calls("GET", ORDERS)) == 1


async def test_a_repetition_after_success_takes_the_order_over(stage: Stage) -> None:
    first = await place(stage, A, B)
    second = await Attempt(2).run(ordering(stage).place_order, work(B, A))
    assert second.order_id == first.order_id
    assert await posts(stage) == 1


async def test_an_attempt_without_a_note_of_the_one_before_sends_nothing_and_steps_aside(stage: Stage) -> None:
    second = Attempt(2)
    failure = await second.fails(ordering(stage).place_order, work(A))
    assert (failure.type, seconds(failure)) == ("Quarantine", QUARANTINE)
    assert await posts(stage) == 0
    verdict = await second.next().run(ordering(stage).place_order, work(A))
    assert verdict.order_id
    assert await posts(stage) == 1


async def test_a_note_of_an_earlier_attempt_than_the_last_is_no_note(stage: Stage) -> None:
    noted = Attempt(2)
    await noted.fails(ordering(stage).place_order, work(A))
    skipped = Attempt(4, noted.left)
    failure = await skipped.fails(ordering(stage).place_order, work(A))
    assert failure.type == "Quarantine"
    assert await posts(stage) == 0


@pytest.mark.parametrize("early", [timedelta(), timedelta(seconds=QUARANTINE - 2)])
async def test_an_attempt_that_the_server_begins_too_early_sends_nothing(stage: Stage, early: timedelta) -> None:
    """A server that was killed and started again may not keep the delay that the first attempt asked for."""
    await stage.faults("timeout_after_commit", calls=["create"], times=1)
    first = Attempt()
    await first.fails(ordering(stage).place_order, work(A))
    await stage.faults("stale_list", calls=["list"])
    second = first.next(early)
    failure = await second.fails(ordering(stage).place_order, work(A))
    assert (failure.type, seconds(failure)) == ("Quarantine", QUARANTINE)
    await stage.faults()
    assert (await second.next().run(ordering(stage).place_order, work(A))).order_id
    assert await posts(stage) == 1


QUIET_SINCE_THEN = BEGINNING.isoformat()


@pytest.mark.parametrize(
    "found",
    [
        [],
        [1],
        [1, "quiet"],
        [None, "quiet", QUIET_SINCE_THEN],
        ["1", "quiet", QUIET_SINCE_THEN],
        [3, "quiet", QUIET_SINCE_THEN],
        [1, "quiet", "then"],
        [1, "quiet", QUIET_SINCE_THEN, "more"],
    ],
)
async def test_a_note_that_cannot_be_read_as_the_last_attempts_is_not_trusted(
    stage: Stage, found: list[object]
) -> None:
    failure = await Attempt(2, found).fails(ordering(stage).place_order, work(A))
    assert failure.type == "Quarantine"
    assert await posts(stage) == 0


async def test_a_run_that_was_reset_steps_aside_before_it_sends(stage: Stage) -> None:
    first = Attempt()
    failure = await first.fails(ordering(stage).place_order, work(A, started_afresh=True))
    assert (failure.type, seconds(failure)) == ("Quarantine", QUARANTINE)
    assert (await first.next().run(ordering(stage).place_order, work(A, started_afresh=True))).order_id


async def test_a_reset_run_takes_the_order_over_that_the_earlier_run_placed(stage: Stage) -> None:
    order_id = await stage.order(A)
    verdict = await Attempt().run(ordering(stage).place_order, work(A, started_afresh=True))
    assert verdict.order_id == order_id


@pytest.mark.parametrize(("age", "sent"), [(timedelta(), 0), (-timedelta(seconds=1), 1)])
async def test_numbers_that_were_checked_too_long_ago_are_checked_again_before_they_are_ordered(
    stage: Stage, age: timedelta, sent: int
) -> None:
    until = BEGINNING - age
    verdict = await Attempt().run(ordering(stage).place_order, work(A).model_copy(update={"checked_until": until}))
    assert verdict.next is (Next.GO_ON if sent else Next.AGAIN)
    assert await posts(stage) == sent


async def test_an_unknown_outcome_is_tried_again_after_the_quarantine(stage: Stage) -> None:
    await stage.faults("500", calls=["create"], times=1)
    first = Attempt()
    failure = await first.fails(ordering(stage).place_order, work(A))
    assert (failure.type, seconds(failure)) == (OutcomeUnknown.__name__, QUARANTINE)
    assert (await first.next().run(ordering(stage).place_order, work(A))).order_id


@pytest.mark.parametrize(("unanswered", "unseen"), [(True, True), (False, False)])
async def test_an_order_that_nobody_could_look_for_is_looked_for_at_the_end(
    stage: Stage, *, unanswered: bool, unseen: bool
) -> None:
    await stage.faults("timeout_after_commit" if unanswered else "429", calls=["create"], times=1)
    first = Attempt()
    await first.fails(ordering(stage).place_order, work(A))
    await stage.faults("404", calls=["list"])
    verdict = await first.next().run(ordering(stage).place_order, work(A))
    assert (verdict.next, verdict.may_be_ours) == (Next.ASK, unseen)


async def test_a_refusal_for_now_needs_no_quarantine(stage: Stage) -> None:
    await stage.faults("429", calls=["create"], times=1)
    first = Attempt()
    failure = await first.fails(ordering(stage).place_order, work(A))
    assert failure.type == TryLater.__name__
    assert seconds(failure) < QUARANTINE
    assert (await first.next().run(ordering(stage).place_order, work(A))).order_id
    assert len(await stage.truth()) == 1


async def test_a_list_that_fails_before_anything_was_sent_needs_no_quarantine(stage: Stage) -> None:
    await stage.faults("500", calls=["list"], times=1)
    first = Attempt()
    failure = await first.fails(ordering(stage).place_order, work(A))
    assert seconds(failure) < QUARANTINE
    assert (await first.next().run(ordering(stage).place_order, work(A))).order_id


async def test_a_list_that_fails_after_a_crash_does_not_shorten_the_quarantine(stage: Stage) -> None:
    await stage.faults("429", calls=["list"], times=1)
    failure = await Attempt(2).fails(ordering(stage).place_order, work(A))
    assert seconds(failure) == QUARANTINE


@pytest.mark.parametrize("pointer", ["/messaging_profile_id", "/phone_numbers", "/phone_numbers/7"])
async def test_a_refused_order_is_a_question_in_telnyx_own_words(stage: Stage, pointer: str) -> None:
    await stage.faults("422", calls=["create"], pointer=pointer)
    verdict = await place(stage, A)
    assert (verdict.next, verdict.order_id) == (Next.ASK, "")
    assert verdict.need is not None
    assert verdict.need.numbers == [A]
    assert pointer in verdict.need.guidance
    assert {choice.choice for choice in verdict.need.choices} == {ChoiceKind.AGAIN, ChoiceKind.GIVE_UP}


async def test_an_order_refused_for_one_number_is_tried_again_without_it(stage: Stage) -> None:
    await stage.faults("422", calls=["create"], pointer="/phone_numbers/1")
    verdict = await place(stage, A, B)
    assert (verdict.next, verdict.order_id) == (Next.AGAIN, "")
    assert {number: told.state for number, told in verdict.numbers.items()} == {B: NumberState.LEFT_OUT}


async def test_all_or_nothing_orders_none_of_them_when_one_is_refused(stage: Stage) -> None:
    await stage.faults("422", calls=["create"], pointer="/phone_numbers/1")
    asked = work(A, B).model_copy(update={"all_or_nothing": True})
    verdict = await Attempt().run(ordering(stage).place_order, asked)
    assert (verdict.next, verdict.order_id, verdict.need) == (Next.STOP, "", None)
    assert {told.state for told in verdict.numbers.values()} == {NumberState.LEFT_OUT}
    assert "Telnyx refused 1 of 2 numbers" in verdict.numbers[A].because
    assert "/phone_numbers/1" in verdict.numbers[B].because


async def test_all_or_nothing_goes_on_without_a_refused_number_that_is_active_already(stage: Stage) -> None:
    await stage.control(f"numbers/{B}", {"in_inventory": True})
    await stage.faults("422", calls=["create"], pointer="/phone_numbers/1")
    asked = work(A, B).model_copy(update={"all_or_nothing": True})
    verdict = await Attempt().run(ordering(stage).place_order, asked)
    assert verdict.next is Next.AGAIN
    assert {number: told.state for number, told in verdict.numbers.items()} == {B: NumberState.ACTIVE}


async def test_a_refused_look_at_the_inventory_is_a_question_too(stage: Stage) -> None:
    class NoInventory:
        def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
            client: Any = Failing(StopAccount("Not allowed.")) if name == "all_hosted_numbers" else stage.telnyx
            call: Callable[..., Awaitable[Any]] = getattr(client, name)
            return call

    await stage.faults("422", calls=["create"], pointer="/phone_numbers/1")
    step = OrderSteps(OneClient(NoInventory()))  # type: ignore[arg-type]  # every method of the port by name
    verdict = await Attempt().run(step.place_order, work(A, B))
    assert verdict.need is not None
    assert verdict.need.kind is AskKind.ACCOUNT


async def test_a_refused_key_is_a_question_about_the_account(stage: Stage) -> None:
    await stage.faults("401", calls=["list"])
    verdict = await place(stage, A)
    assert verdict.need is not None
    assert verdict.need.kind is AskKind.ACCOUNT


async def test_an_account_without_a_key_is_a_question_about_the_account() -> None:
    step = OrderSteps(TelnyxAccounts({}))
    verdict = await Attempt().run(step.place_order, work(A))
    assert verdict.need is not None
    assert verdict.need.kind is AskKind.ACCOUNT


@pytest.mark.parametrize("status", ["401", "422"])
async def test_nobody_is_asked_while_something_sent_may_still_arrive(stage: Stage, status: str) -> None:
    """Whoever answered `again` at once would have a second order sent while the first is on its way."""
    await stage.faults(status, calls=["list"])
    second = Attempt(2)
    failure = await second.fails(ordering(stage).place_order, work(A))
    assert (failure.type, seconds(failure)) == ("Quarantine", QUARANTINE)
    assert (await second.next().run(ordering(stage).place_order, work(A))).next is Next.ASK


async def test_candidates_are_asked_about_only_when_none_can_be_added_to_them(stage: Stage) -> None:
    await stage.order(A, C)
    second = Attempt(2)
    assert (await second.fails(ordering(stage).place_order, work(A, B))).type == "Quarantine"
    assert (await second.next().run(ordering(stage).place_order, work(A, B))).next is Next.ASK


@pytest.mark.parametrize("asked_for", [0.0, 30.0, 7200.0])
async def test_no_header_shortens_the_quarantine_and_none_is_believed_beyond_a_quarter_hour(asked_for: float) -> None:
    error = TryLater("Not now.", retry_after=asked_for)
    step = OrderSteps(OneClient(Failing(error)))  # type: ignore[arg-type]  # any call fails
    assert seconds(await Attempt(2).fails(step.place_order, work(A))) == {0.0: 120, 30.0: 120, 7200.0: 900}[asked_for]
