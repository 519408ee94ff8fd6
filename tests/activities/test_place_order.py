"""Exactly one order: when it is sent, when an attempt waits for the quarantine first, and when a person is asked."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.vocabulary import AskKind, ChoiceKind, Next, NumberState
from telnyx_api.accounts import TelnyxAccounts
from telnyx_api.errors import OutcomeUnknown, StopAccount, TryLater
from tests.activities.ordering_stage import QUARANTINE, OrderSteps, count_posts, ordering, place, work
from tests.activities.stage import (
    BEGINNING,
    ORDERS,
    PROFILE,
    A,
    Attempt,
    B,
    C,
    FailingTelnyx,
    OneAccount,
    Stage,
    need_of,
    seconds,
    states_of,
)


async def test_a_first_attempt_lists_the_orders_and_places_one(stage: Stage) -> None:
    verdict = await place(stage, A, B)
    [order] = await stage.orders()
    assert (verdict.next, verdict.order_id) == (Next.GO_ON, order["id"])
    assert order["messaging_profile_id"] == PROFILE
    assert states_of(verdict) == dict.fromkeys((A, B), NumberState.UNVERIFIED)
    assert len(await stage.calls("GET", ORDERS)) == 1


async def test_a_repetition_after_a_success_adopts_the_order(stage: Stage) -> None:
    first = await place(stage, A, B)
    second = await Attempt(2).run(ordering(stage).place_order, work(B, A))
    assert second.order_id == first.order_id
    assert await count_posts(stage) == 1


async def test_an_attempt_without_a_note_of_the_last_one_waits_for_the_quarantine(stage: Stage) -> None:
    second = Attempt(2)
    failure = await second.fails(ordering(stage).place_order, work(A))
    assert (failure.type, seconds(failure)) == ("Quarantine", QUARANTINE)
    assert await count_posts(stage) == 0
    verdict = await second.next().run(ordering(stage).place_order, work(A))
    assert verdict.order_id
    assert await count_posts(stage) == 1


async def test_only_a_note_of_the_last_attempt_counts(stage: Stage) -> None:
    noted = Attempt(2)
    await noted.fails(ordering(stage).place_order, work(A))
    skipped = Attempt(4, noted.left)
    failure = await skipped.fails(ordering(stage).place_order, work(A))
    assert failure.type == "Quarantine"
    assert await count_posts(stage) == 0


@pytest.mark.parametrize("early", [timedelta(), timedelta(seconds=QUARANTINE - 2)])
async def test_an_attempt_that_the_server_begins_too_early_sends_nothing(stage: Stage, early: timedelta) -> None:
    """A server that was killed and restarted may not keep the delay that the first attempt asked for."""
    await stage.faults("timeout_after_commit", calls=["create"], times=1)
    first = Attempt()
    await first.fails(ordering(stage).place_order, work(A))
    await stage.faults("stale_list", calls=["list"])
    second = first.next(early)
    failure = await second.fails(ordering(stage).place_order, work(A))
    assert (failure.type, seconds(failure)) == ("Quarantine", QUARANTINE)
    await stage.faults()
    assert (await second.next().run(ordering(stage).place_order, work(A))).order_id
    assert await count_posts(stage) == 1


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
async def test_a_note_that_cannot_be_read_is_no_note(stage: Stage, found: list[object]) -> None:
    failure = await Attempt(2, found).fails(ordering(stage).place_order, work(A))
    assert failure.type == "Quarantine"
    assert await count_posts(stage) == 0


async def test_after_a_reset_the_first_attempt_waits_for_the_quarantine(stage: Stage) -> None:
    first = Attempt()
    failure = await first.fails(ordering(stage).place_order, work(A, started_afresh=True))
    assert (failure.type, seconds(failure)) == ("Quarantine", QUARANTINE)
    assert (await first.next().run(ordering(stage).place_order, work(A, started_afresh=True))).order_id


async def test_after_a_reset_the_order_of_the_earlier_run_is_adopted(stage: Stage) -> None:
    order_id = await stage.order(A)
    verdict = await Attempt().run(ordering(stage).place_order, work(A, started_afresh=True))
    assert verdict.order_id == order_id


@pytest.mark.parametrize(("age", "sent"), [(timedelta(), 0), (-timedelta(seconds=1), 1)])
async def test_numbers_that_were_checked_too_long_ago_are_not_ordered(stage: Stage, age: timedelta, sent: int) -> None:
    until = BEGINNING - age
    verdict = await Attempt().run(ordering(stage).place_order, work(A).model_copy(update={"checked_until": until}))
    assert verdict.next is (Next.GO_ON if sent else Next.AGAIN)
    assert await count_posts(stage) == sent


async def test_an_unknown_outcome_is_tried_again_after_the_quarantine(stage: Stage) -> None:
    await stage.faults("500", calls=["create"], times=1)
    first = Attempt()
    failure = await first.fails(ordering(stage).place_order, work(A))
    assert (failure.type, seconds(failure)) == (OutcomeUnknown.__name__, QUARANTINE)
    assert (await first.next().run(ordering(stage).place_order, work(A))).order_id


@pytest.mark.parametrize(("unanswered", "may_be_ours"), [(True, True), (False, False)])
async def test_an_order_that_could_not_be_looked_for_may_be_the_requests_own(
    stage: Stage, *, unanswered: bool, may_be_ours: bool
) -> None:
    await stage.faults("timeout_after_commit" if unanswered else "429", calls=["create"], times=1)
    first = Attempt()
    await first.fails(ordering(stage).place_order, work(A))
    await stage.faults("404", calls=["list"])
    verdict = await first.next().run(ordering(stage).place_order, work(A))
    assert (verdict.next, verdict.may_be_ours, verdict.may_have_sent) == (Next.ASK, may_be_ours, may_be_ours)


@pytest.mark.parametrize(("status", "call", "type_"), [("429", "create", TryLater), ("500", "list", OutcomeUnknown)])
async def test_a_failure_that_cannot_have_sent_an_order_needs_no_quarantine(
    stage: Stage, status: str, call: str, type_: type[Exception]
) -> None:
    await stage.faults(status, calls=[call], times=1)
    first = Attempt()
    failure = await first.fails(ordering(stage).place_order, work(A))
    assert failure.type == type_.__name__
    assert seconds(failure) < QUARANTINE
    assert (await first.next().run(ordering(stage).place_order, work(A))).order_id
    assert len(await stage.orders()) == 1


async def test_a_failed_list_after_a_crash_does_not_shorten_the_quarantine(stage: Stage) -> None:
    await stage.faults("429", calls=["list"], times=1)
    failure = await Attempt(2).fails(ordering(stage).place_order, work(A))
    assert seconds(failure) == QUARANTINE


@pytest.mark.parametrize("pointer", ["/messaging_profile_id", "/phone_numbers", "/phone_numbers/7"])
async def test_a_refused_order_is_a_question_in_telnyx_own_words(stage: Stage, pointer: str) -> None:
    await stage.faults("422", calls=["create"], pointer=pointer)
    verdict = await place(stage, A)
    need = need_of(verdict)
    assert (verdict.next, verdict.order_id, need.numbers) == (Next.ASK, "", [A])
    assert pointer in need.guidance
    assert {choice.choice for choice in need.choices} == {ChoiceKind.AGAIN, ChoiceKind.GIVE_UP}


async def test_an_order_refused_for_one_number_goes_on_without_it(stage: Stage) -> None:
    await stage.faults("422", calls=["create"], pointer="/phone_numbers/1")
    verdict = await place(stage, A, B)
    assert (verdict.next, verdict.order_id) == (Next.AGAIN, "")
    assert states_of(verdict) == {B: NumberState.LEFT_OUT}


async def test_all_or_nothing_orders_nothing_when_one_number_is_refused(stage: Stage) -> None:
    await stage.faults("422", calls=["create"], pointer="/phone_numbers/1")
    asked = work(A, B).model_copy(update={"all_or_nothing": True})
    verdict = await Attempt().run(ordering(stage).place_order, asked)
    assert (verdict.next, verdict.order_id, verdict.need) == (Next.STOP, "", None)
    assert states_of(verdict) == dict.fromkeys((A, B), NumberState.LEFT_OUT)
    assert "1 of 2 numbers" in verdict.numbers[A].because
    assert "/phone_numbers/1" in verdict.numbers[B].because


async def test_all_or_nothing_goes_on_without_a_refused_number_that_is_active(stage: Stage) -> None:
    await stage.control(f"numbers/{B}", {"in_inventory": True})
    await stage.faults("422", calls=["create"], pointer="/phone_numbers/1")
    asked = work(A, B).model_copy(update={"all_or_nothing": True})
    verdict = await Attempt().run(ordering(stage).place_order, asked)
    assert verdict.next is Next.AGAIN
    assert states_of(verdict) == {B: NumberState.ACTIVE}


async def test_a_refused_look_at_the_inventory_is_a_question(stage: Stage) -> None:
    class NoInventory:
        def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
            client: Any = FailingTelnyx(StopAccount("Not allowed.")) if name == "find_hosted_number" else stage.telnyx
            call: Callable[..., Awaitable[Any]] = getattr(client, name)
            return call

    await stage.faults("422", calls=["create"], pointer="/phone_numbers/1")
    verdict = await Attempt().run(OrderSteps(OneAccount(NoInventory())).place_order, work(A, B))
    assert need_of(verdict).kind is AskKind.ACCOUNT


async def test_a_refused_key_is_a_question_about_the_account(stage: Stage) -> None:
    await stage.faults("401", calls=["list"])
    assert need_of(await place(stage, A)).kind is AskKind.ACCOUNT


async def test_an_account_without_a_key_is_a_question_about_the_account() -> None:
    verdict = await Attempt().run(OrderSteps(TelnyxAccounts({})).place_order, work(A))
    assert need_of(verdict).kind is AskKind.ACCOUNT


@pytest.mark.parametrize("status", ["401", "422"])
async def test_no_question_is_asked_while_an_order_may_still_arrive(stage: Stage, status: str) -> None:
    """The answer `again` would send a second order while the first is on its way."""
    await stage.faults(status, calls=["list"])
    second = Attempt(2)
    failure = await second.fails(ordering(stage).place_order, work(A))
    assert (failure.type, seconds(failure)) == ("Quarantine", QUARANTINE)
    assert (await second.next().run(ordering(stage).place_order, work(A))).next is Next.ASK


async def test_existing_orders_are_a_question_only_after_the_quarantine(stage: Stage) -> None:
    await stage.order(A, C)
    second = Attempt(2)
    assert (await second.fails(ordering(stage).place_order, work(A, B))).type == "Quarantine"
    assert (await second.next().run(ordering(stage).place_order, work(A, B))).next is Next.ASK


@pytest.mark.parametrize(("theirs", "delay"), [(0.0, QUARANTINE), (30.0, QUARANTINE), (7200.0, 900)])
async def test_a_delay_of_telnyx_may_lengthen_the_quarantine_up_to_a_quarter_of_an_hour(
    theirs: float, delay: float
) -> None:
    step = OrderSteps(OneAccount(FailingTelnyx(TryLater("Not now.", retry_after=theirs)))).place_order
    assert seconds(await Attempt(2).fails(step, work(A))) == delay
