"""What is there already blocks a new order: it is taken over when it is exactly ours, and asked about otherwise."""

import pytest

from domain.vocabulary import ChoiceKind, Next, NumberState
from tests.activities.ordering_stage import held_by, place, posts, work
from tests.activities.stage import A, Attempt, B, C, Stage

OTHER_PROFILE = "22222222-2222-4222-8222-222222222222"


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
    assert {choice.order_id for choice in verdict.need.choices if choice.choice == ChoiceKind.ADOPT} == orders
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
    assert not [choice for choice in verdict.need.choices if choice.choice == ChoiceKind.ADOPT]
    assert await posts(stage) == 1


async def test_an_order_of_another_profile_is_asked_about(stage: Stage) -> None:
    order_id = await stage.order(A, profile=OTHER_PROFILE)
    verdict = await place(stage, A)
    assert verdict.next is Next.ASK
    assert verdict.need is not None
    assert [choice.order_id for choice in verdict.need.choices if choice.choice == ChoiceKind.ADOPT] == [order_id]


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
