"""Exactly one order: when one is placed, when an existing one is taken over, and when a person is asked."""

from collections.abc import Mapping

import pytest

from activities.ordering import OrderingActivities
from domain.vocabulary import AskKind, ChoiceWord, Next, NumberState
from domain.work import OrderVerdict, PlaceOrder
from telnyx_api.accounts import TelnyxAccounts
from telnyx_api.errors import OutcomeUnknown, TryLater
from tests.activities.stage import ORDERS, PROFILE, A, Attempt, B, C, Failing, OneClient, Stage, seconds

QUARANTINE = 120.0
OTHER_PROFILE = "22222222-2222-4222-8222-222222222222"


class Holders:
    """Which running requests hold which order."""

    def __init__(self, held: Mapping[str, list[str]] | None = None) -> None:
        self._held = dict(held or {})

    async def holders_of(self, order_id: str, *, besides: str) -> list[str]:
        return [reference for reference in self._held.get(order_id, []) if reference != besides]


def ordering(stage: Stage) -> OrderingActivities:
    return OrderingActivities(stage.accounts, Holders(), QUARANTINE)


def held_by(stage: Stage, order_id: str, *references: str) -> OrderingActivities:
    return OrderingActivities(stage.accounts, Holders({order_id: list(references)}), QUARANTINE)


def work(*numbers: str, adopt: str = "", started_afresh: bool = False) -> PlaceOrder:
    return PlaceOrder(
        reference="r-1",
        account="default",
        messaging_profile_id=PROFILE,
        phone_numbers=list(numbers),
        adopt=adopt,
        started_afresh=started_afresh,
    )


async def place(stage: Stage, *numbers: str, adopt: str = "") -> OrderVerdict:
    return await Attempt().run(ordering(stage).place_order, work(*numbers, adopt=adopt))


async def posts(stage: Stage) -> int:
    return len(await stage.calls("POST", ORDERS))


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


@pytest.mark.parametrize("found", [[], [1], [None, "quiet"], ["1", "quiet"], [3, "quiet"], [1, "quiet", "more"]])
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


async def test_an_unknown_outcome_is_tried_again_after_the_quarantine(stage: Stage) -> None:
    await stage.faults("500", calls=["create"], times=1)
    first = Attempt()
    failure = await first.fails(ordering(stage).place_order, work(A))
    assert (failure.type, seconds(failure)) == (OutcomeUnknown.__name__, QUARANTINE)
    assert (await first.next().run(ordering(stage).place_order, work(A))).order_id


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


async def test_a_refused_order_is_a_question_in_telnyx_own_words(stage: Stage) -> None:
    await stage.faults("422", calls=["create"], pointer="/phone_numbers/0")
    verdict = await place(stage, A)
    assert (verdict.next, verdict.order_id) == (Next.ASK, "")
    assert verdict.need is not None
    assert verdict.need.numbers == [A]
    assert "/phone_numbers/0" in verdict.need.guidance
    assert {choice.choice for choice in verdict.need.choices} == {ChoiceWord.AGAIN, ChoiceWord.GIVE_UP}


async def test_a_refused_key_is_a_question_about_the_account(stage: Stage) -> None:
    await stage.faults("401", calls=["list"])
    verdict = await place(stage, A)
    assert verdict.need is not None
    assert verdict.need.kind is AskKind.ACCOUNT


async def test_an_account_without_a_key_is_a_question_about_the_account() -> None:
    activities = OrderingActivities(TelnyxAccounts({}), Holders(), QUARANTINE)
    verdict = await Attempt().run(activities.place_order, work(A))
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


async def test_an_order_held_by_another_request_is_asked_about_and_its_holder_named(stage: Stage) -> None:
    order_id = await stage.order(A)
    verdict = await Attempt().run(held_by(stage, order_id, "r-other").place_order, work(A))
    assert (verdict.next, verdict.order_id) == (Next.ASK, "")
    assert verdict.need is not None
    assert "r-other" in verdict.need.guidance
    assert order_id in verdict.need.guidance


async def test_the_request_itself_is_no_other_holder(stage: Stage) -> None:
    order_id = await stage.order(A)
    assert (await Attempt().run(held_by(stage, order_id, "r-1").place_order, work(A))).order_id == order_id


async def test_two_orders_for_the_same_numbers_are_offered_for_a_choice(stage: Stage) -> None:
    orders = {await stage.order(A, B), await stage.order(A, B)}
    verdict = await place(stage, A, B)
    assert verdict.next is Next.ASK
    assert verdict.need is not None
    assert {choice.order_id for choice in verdict.need.choices if choice.choice == ChoiceWord.ADOPT} == orders
    assert await posts(stage) == 2


async def test_the_chosen_order_is_taken_over(stage: Stage) -> None:
    await stage.order(A, B)
    chosen = await stage.order(A, B)
    verdict = await place(stage, A, B, adopt=chosen)
    assert (verdict.next, verdict.order_id) == (Next.GO_ON, chosen)
    assert await posts(stage) == 2


async def test_a_chosen_order_that_is_gone_is_no_reason_to_guess(stage: Stage) -> None:
    chosen, other = await stage.order(A), await stage.order(A, B)
    await stage.telnyx.delete_order(chosen)
    verdict = await place(stage, A, adopt=chosen)
    assert verdict.next is Next.ASK
    assert verdict.need is not None
    assert other in verdict.need.guidance


@pytest.mark.parametrize("theirs", [(A,), (A, B, C), (A, C)], ids=["a part", "more", "an overlap"])
async def test_an_order_that_shares_some_numbers_is_asked_about_without_guessing(
    stage: Stage, theirs: tuple[str, ...]
) -> None:
    order_id = await stage.order(*theirs)
    verdict = await place(stage, A, B)
    assert verdict.next is Next.ASK
    assert verdict.need is not None
    assert order_id in verdict.need.guidance
    assert not [choice for choice in verdict.need.choices if choice.choice == ChoiceWord.ADOPT]
    assert await posts(stage) == 1


async def test_an_order_of_another_profile_is_asked_about(stage: Stage) -> None:
    order_id = await stage.order(A, profile=OTHER_PROFILE)
    verdict = await place(stage, A)
    assert verdict.next is Next.ASK
    assert verdict.need is not None
    assert [choice.order_id for choice in verdict.need.choices if choice.choice == ChoiceWord.ADOPT] == [order_id]


async def test_an_order_of_an_unknown_word_blocks_another_one(stage: Stage) -> None:
    await stage.portal(await stage.order(A, B), "regulatory_hold")
    assert (await place(stage, A)).next is Next.ASK


@pytest.mark.parametrize("word", ["failed", "carrier_rejected", "successful", "deleted"])
async def test_an_order_that_has_ended_does_not_block(stage: Stage, word: str) -> None:
    old = await stage.order(A)
    await stage.portal(old, word)
    verdict = await place(stage, A)
    assert verdict.order_id not in {"", old}


async def test_a_number_that_has_ended_in_a_living_order_does_not_block(stage: Stage) -> None:
    old = await stage.order(A, B)
    await stage.portal(old, "provisioning", {A: "failed_timeout"})
    verdict = await place(stage, A)
    assert verdict.order_id not in {"", old}


async def test_orders_of_other_numbers_do_not_matter(stage: Stage) -> None:
    await stage.order(C)
    assert (await place(stage, A)).next is Next.GO_ON


async def test_an_adopted_order_is_reported_as_far_as_it_is(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.portal(order_id, "loa_file_successful", {B: "failed_number_not_found"})
    verdict = await place(stage, A, B)
    assert verdict.order_id == order_id
    assert verdict.numbers[A].state is NumberState.IN_REVIEW
    assert verdict.numbers[B].state is NumberState.FAILED


async def test_numbers_that_the_new_order_leaves_out_are_not_reported_as_ordered(stage: Stage) -> None:
    await stage.faults("subset_create", calls=["create"])
    verdict = await place(stage, A, B)
    assert verdict.next is Next.GO_ON
    assert set(verdict.numbers) == {A}


async def test_a_number_of_an_unknown_word_is_in_the_order_all_the_same(stage: Stage) -> None:
    order_id = await stage.order(A)
    await stage.portal(order_id, None, {A: "regulatory_hold"})
    verdict = await place(stage, A)
    assert verdict.order_id == order_id
    assert verdict.numbers[A].state is NumberState.UNVERIFIED


@pytest.mark.parametrize("asked_for", [0.0, 30.0, 7200.0])
async def test_no_header_shortens_the_quarantine_and_none_is_believed_beyond_a_quarter_hour(asked_for: float) -> None:
    error = TryLater("Not now.", retry_after=asked_for)
    activities = OrderingActivities(OneClient(Failing(error)), Holders(), QUARANTINE)  # type: ignore[arg-type]  # any call fails
    assert (
        seconds(await Attempt(2).fails(activities.place_order, work(A)))
        == {0.0: 120, 30.0: 120, 7200.0: 900}[asked_for]
    )
