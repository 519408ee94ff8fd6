"""The search for an order that an interrupted attempt may have placed, before a stopped request reports its end."""

import asyncio

import pytest

from domain import heartbeats
from domain.activity_io import FindOrder
from domain.vocabulary import Next, NumberState
from telnyx_api.replies import NumberSettings, Order
from tests.activities.ordering_stage import FakeAccountWorkflow, OrderSteps
from tests.activities.stage import BEGINNING, PROFILE, A, Attempt, B, C, OneClient, Stage, seconds

QUARANTINE = 120.0


class Holders:
    """One other request that holds every order named."""

    def __init__(self, *orders: str) -> None:
        self._orders = orders

    async def find_holders(self, order_id: str, *, besides: str) -> list[str]:
        return [f"not-{besides}"] if order_id in self._orders else []


def ordering(stage: Stage, *held_by_another: str) -> OrderSteps:
    # Claims do not matter here: the search must work when nobody knows who holds what.
    return OrderSteps(stage.accounts, Holders(*held_by_another), FakeAccountWorkflow(reachable=False))


SEARCH = FindOrder(reference="r-1", account="default", messaging_profile_id=PROFILE, phone_numbers=[A, B])


async def test_an_order_of_exactly_these_numbers_is_found_at_once(stage: Stage) -> None:
    order_id = await stage.order(B, A)
    verdict = await Attempt().run(ordering(stage).find_order, SEARCH)
    assert (verdict.next, verdict.order_id) == (Next.GO_ON, order_id)
    assert {told.state for told in verdict.numbers.values()} == {NumberState.UNVERIFIED}


async def test_an_empty_list_is_believed_only_after_the_quarantine(stage: Stage) -> None:
    first = Attempt()
    failure = await first.fails(ordering(stage).find_order, SEARCH)
    assert (failure.type, seconds(failure)) == ("Quarantine", QUARANTINE)
    verdict = await first.next().run(ordering(stage).find_order, SEARCH)
    assert (verdict.next, verdict.order_id) == (Next.STOP, "")
    assert verdict.because == "No order was placed."


async def test_an_order_that_comes_during_the_quarantine_is_found(stage: Stage) -> None:
    first = Attempt()
    await first.fails(ordering(stage).find_order, SEARCH)
    order_id = await stage.order(A, B)
    assert (await first.next().run(ordering(stage).find_order, SEARCH)).order_id == order_id


async def test_a_search_whose_worker_died_waits_the_quarantine_again(stage: Stage) -> None:
    failure = await Attempt(2).fails(ordering(stage).find_order, SEARCH)
    assert failure.type == "Quarantine"


async def test_a_list_that_failed_is_no_wait_for_what_may_still_arrive(stage: Stage) -> None:
    first = Attempt()
    await stage.faults("429", calls=["list"], times=1)
    assert (await first.fails(ordering(stage).find_order, SEARCH)).type == "TryLater"
    assert (await first.next().fails(ordering(stage).find_order, SEARCH)).type == "Quarantine"


async def test_an_ended_order_is_none_to_be_found(stage: Stage) -> None:
    await stage.portal(await stage.order(A, B), "failed")
    first = Attempt()
    await first.fails(ordering(stage).find_order, SEARCH)
    assert (await first.next().run(ordering(stage).find_order, SEARCH)).order_id == ""


@pytest.mark.parametrize("orders", [[(A,)], [(A, B, C)], [(A, B), (A, B)]], ids=["a part", "more", "two"])
async def test_what_cannot_be_told_apart_ends_the_search_with_an_error_that_names_it(
    stage: Stage, orders: list[tuple[str, ...]]
) -> None:
    """An answer "no order was placed" would leave ours behind without a word."""
    ids = [await stage.order(*numbers) for numbers in orders]
    first = Attempt()
    await first.fails(ordering(stage).find_order, SEARCH)
    failure = await first.next().fails(ordering(stage).find_order, SEARCH)
    assert failure.non_retryable
    assert all(order_id in str(failure) for order_id in ids)


async def test_an_order_that_another_request_holds_is_not_taken_for_ours(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    first = Attempt()
    await first.fails(ordering(stage, order_id).find_order, SEARCH)
    failure = await first.next().fails(ordering(stage, order_id).find_order, SEARCH)
    assert failure.non_retryable
    assert order_id in str(failure)


async def test_a_refused_key_ends_the_search_with_an_error_in_telnyx_own_words(stage: Stage) -> None:
    await stage.faults("401", calls=["list"])
    failure = await Attempt().fails(ordering(stage).find_order, SEARCH)
    assert failure.non_retryable
    assert "10009 Authentication failed" in str(failure)


async def test_a_long_look_at_the_inventory_beats_or_its_worker_would_be_taken_for_dead() -> None:
    second = Attempt(2, [1, "quiet", BEGINNING.isoformat()])
    forgotten = SEARCH.model_copy(update={"forgotten": True})
    ordering = OrderSteps(OneClient(Slow()), account_workflow=FakeAccountWorkflow(reachable=False))  # type: ignore[arg-type] # it calls no more
    verdict = await second.run(ordering.find_order, forgotten)
    assert verdict.because == "No order was placed."
    assert second.beats


class Slow:
    """An account without orders that takes longer to show each of its numbers than one beat from the next."""

    async def all_orders(self, **_options: object) -> list[Order]:
        return []

    async def all_hosted_numbers(self, **_options: object) -> list[NumberSettings]:
        await asyncio.sleep(heartbeats.INTERVAL.total_seconds() * 0.6)
        return []
