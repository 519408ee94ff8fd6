"""An existing order blocks a new one: it is adopted when it is exactly the request's, and a question otherwise."""

import pytest

from domain.vocabulary import ChoiceKind, Next, NumberState
from tests.activities.ordering_stage import count_posts, held_by, place, work
from tests.activities.stage import A, Attempt, B, C, Stage, need_of, states_of

OTHER_PROFILE = "22222222-2222-4222-8222-222222222222"


async def test_an_order_of_another_request_is_a_question_that_names_the_holder(stage: Stage) -> None:
    order_id = await stage.order(A)
    verdict = await Attempt().run(held_by(stage, order_id, "r-other").place_order, work(A))
    assert (verdict.next, verdict.order_id) == (Next.ASK, "")
    assert "r-other" in need_of(verdict).guidance
    assert order_id in need_of(verdict).guidance


async def test_an_order_that_only_the_request_itself_holds_is_adopted(stage: Stage) -> None:
    order_id = await stage.order(A)
    assert (await Attempt().run(held_by(stage, order_id, "r-1").place_order, work(A))).order_id == order_id


async def test_two_orders_for_the_same_numbers_are_offered_for_a_choice(stage: Stage) -> None:
    orders = {await stage.order(A, B), await stage.order(A, B)}
    verdict = await place(stage, A, B)
    assert verdict.next is Next.ASK
    assert {choice.order_id for choice in need_of(verdict).choices if choice.choice == ChoiceKind.ADOPT} == orders
    assert await count_posts(stage) == 2


async def test_the_chosen_order_is_adopted_and_the_others_are_named(stage: Stage) -> None:
    others = {await stage.order(A, B), await stage.order(B, C)}
    chosen = await stage.order(A, B)
    verdict = await place(stage, A, B, adopt=chosen)
    assert (verdict.next, verdict.order_id) == (Next.GO_ON, chosen)
    assert set(verdict.not_taken) == others
    assert await count_posts(stage) == 3


async def test_a_chosen_order_that_was_deleted_leaves_the_question_about_the_other(stage: Stage) -> None:
    chosen, other = await stage.order(A), await stage.order(A, B)
    await stage.telnyx.delete_order(chosen)
    verdict = await place(stage, A, adopt=chosen)
    assert verdict.next is Next.ASK
    assert other in need_of(verdict).guidance


@pytest.mark.parametrize("theirs", [(A,), (A, B, C), (A, C)], ids=["a part", "more", "an overlap"])
async def test_an_order_that_shares_some_numbers_is_a_question_and_cannot_be_adopted(
    stage: Stage, theirs: tuple[str, ...]
) -> None:
    order_id = await stage.order(*theirs)
    verdict = await place(stage, A, B)
    assert verdict.next is Next.ASK
    assert order_id in need_of(verdict).guidance
    assert ChoiceKind.ADOPT not in {choice.choice for choice in need_of(verdict).choices}
    assert await count_posts(stage) == 1


async def test_an_order_of_another_profile_is_a_question_and_can_be_adopted(stage: Stage) -> None:
    order_id = await stage.order(A, profile=OTHER_PROFILE)
    verdict = await place(stage, A)
    assert verdict.next is Next.ASK
    assert [choice.order_id for choice in need_of(verdict).choices if choice.choice == ChoiceKind.ADOPT] == [order_id]


async def test_an_order_of_an_unknown_status_blocks_a_new_one(stage: Stage) -> None:
    await stage.set_status(await stage.order(A, B), "regulatory_hold")
    assert (await place(stage, A)).next is Next.ASK


@pytest.mark.parametrize(
    ("order", "numbers"),
    [
        ("failed", {}),
        ("carrier_rejected", {}),
        ("successful", {}),
        ("deleted", {}),
        # The number has ended, its order has not.
        ("provisioning", {A: "failed_timeout"}),
    ],
)
async def test_an_order_in_which_the_number_has_ended_does_not_block(
    stage: Stage, order: str, numbers: dict[str, str]
) -> None:
    old = await stage.order(A, B)
    await stage.set_status(old, order, numbers)
    assert (await place(stage, A)).order_id not in {"", old}


async def test_orders_of_other_numbers_do_not_matter(stage: Stage) -> None:
    await stage.order(C)
    assert (await place(stage, A)).next is Next.GO_ON


async def test_an_adopted_order_is_reported_with_the_present_states(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, "loa_file_successful", {B: "failed_number_not_found"})
    verdict = await place(stage, A, B)
    assert verdict.order_id == order_id
    assert states_of(verdict) == {A: NumberState.IN_REVIEW, B: NumberState.FAILED}


async def test_numbers_that_the_new_order_leaves_out_are_not_reported(stage: Stage) -> None:
    await stage.faults("subset_create", calls=["create"])
    verdict = await place(stage, A, B)
    assert (verdict.next, set(verdict.numbers)) == (Next.GO_ON, {A})


async def test_a_number_of_an_unknown_status_is_in_the_order(stage: Stage) -> None:
    order_id = await stage.order(A)
    await stage.set_status(order_id, None, {A: "regulatory_hold"})
    verdict = await place(stage, A)
    assert (verdict.order_id, states_of(verdict)) == (order_id, {A: NumberState.UNVERIFIED})
