"""The search for an order that an interrupted attempt may have placed, before a stopped request reports its end."""

import asyncio

import pytest

from domain import heartbeats
from domain.vocabulary import Next, NumberState
from telnyx_api.replies import NumberSettings, Order
from tests.activities.ordering_stage import QUARANTINE, FakeAccountWorkflow, OrderSteps, held_by, search
from tests.activities.stage import BEGINNING, A, Attempt, B, C, OneAccount, Stage, seconds, states_of

SEARCH = search(A, B)


def finding(stage: Stage) -> OrderSteps:
    # The search needs no claim: it works while the account's workflow does not answer.
    return OrderSteps(stage.accounts, account_workflow=FakeAccountWorkflow(reachable=False))


async def test_an_order_of_exactly_these_numbers_is_found_at_once(stage: Stage) -> None:
    order_id = await stage.order(B, A)
    verdict = await Attempt().run(finding(stage).find_order, SEARCH)
    assert (verdict.next, verdict.order_id) == (Next.GO_ON, order_id)
    assert set(states_of(verdict).values()) == {NumberState.UNVERIFIED}


async def test_an_empty_list_is_believed_only_after_the_quarantine(stage: Stage) -> None:
    first = Attempt()
    failure = await first.fails(finding(stage).find_order, SEARCH)
    assert (failure.type, seconds(failure)) == ("Quarantine", QUARANTINE)
    verdict = await first.next().run(finding(stage).find_order, SEARCH)
    assert (verdict.next, verdict.order_id, verdict.numbers) == (Next.STOP, "", {})


async def test_an_order_that_arrives_during_the_quarantine_is_found(stage: Stage) -> None:
    first = Attempt()
    await first.fails(finding(stage).find_order, SEARCH)
    order_id = await stage.order(A, B)
    assert (await first.next().run(finding(stage).find_order, SEARCH)).order_id == order_id


async def test_a_search_whose_worker_died_waits_for_the_quarantine_again(stage: Stage) -> None:
    failure = await Attempt(2).fails(finding(stage).find_order, SEARCH)
    assert failure.type == "Quarantine"


async def test_the_delay_after_a_failed_list_is_no_quarantine(stage: Stage) -> None:
    first = Attempt()
    await stage.faults("429", calls=["list"], times=1)
    assert (await first.fails(finding(stage).find_order, SEARCH)).type == "TryLater"
    assert (await first.next().fails(finding(stage).find_order, SEARCH)).type == "Quarantine"


async def test_an_order_that_has_ended_is_not_found(stage: Stage) -> None:
    await stage.set_status(await stage.order(A, B), "failed")
    first = Attempt()
    await first.fails(finding(stage).find_order, SEARCH)
    assert (await first.next().run(finding(stage).find_order, SEARCH)).order_id == ""


@pytest.mark.parametrize("orders", [[(A,)], [(A, B, C)], [(A, B), (A, B)]], ids=["a part", "more", "two"])
async def test_each_order_that_may_be_the_requests_is_named_at_the_end_of_the_search(
    stage: Stage, orders: list[tuple[str, ...]]
) -> None:
    """The answer "no order" would leave the request's own order behind without a word."""
    ids = [await stage.order(*numbers) for numbers in orders]
    first = Attempt()
    await first.fails(finding(stage).find_order, SEARCH)
    verdict = await first.next().run(finding(stage).find_order, SEARCH)
    assert (verdict.next, verdict.order_id) == (Next.STOP, "")
    assert {order_id: order_id in left for order_id, left in verdict.not_taken.items()} == dict.fromkeys(ids, True)


async def test_a_wider_order_beside_the_requests_own_is_named(stage: Stage) -> None:
    own, wider = await stage.order(A, B), await stage.order(A, B, C)
    verdict = await Attempt().run(finding(stage).find_order, SEARCH)
    assert (verdict.order_id, list(verdict.not_taken)) == (own, [wider])
    assert C in verdict.not_taken[wider]


async def test_an_order_of_another_request_is_not_taken_for_the_requests_own(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    step, first = held_by(stage, order_id, "r-other").find_order, Attempt()
    await first.fails(step, SEARCH)
    verdict = await first.next().run(step, SEARCH)
    assert (verdict.order_id, verdict.not_taken) == ("", {}), "that request looks after it"


async def test_a_request_that_sent_no_order_takes_none_and_calls_none_its_own(stage: Stage) -> None:
    exact, wider, held = await stage.order(A, B), await stage.order(A, C), await stage.order(B)
    unsent = SEARCH.model_copy(update={"may_have_sent": False})
    verdict = await Attempt().run(held_by(stage, held, "r-other").find_order, unsent)
    assert (verdict.next, verdict.order_id) == (Next.STOP, "")
    assert set(verdict.not_taken) == {exact, wider}
    may_be_ours = await _named_when_sent(stage)
    assert set(verdict.not_taken.values()).isdisjoint(may_be_ours.values())


async def _named_when_sent(stage: Stage) -> dict[str, str]:
    """What the same search says when the request may have sent an order."""
    first = Attempt()
    await first.fails(finding(stage).find_order, search(A, B, C))
    return (await first.next().run(finding(stage).find_order, search(A, B, C))).not_taken


async def test_a_refused_key_ends_the_search_with_telnyx_own_words(stage: Stage) -> None:
    await stage.faults("401", calls=["list"])
    failure = await Attempt().fails(finding(stage).find_order, SEARCH)
    assert failure.non_retryable
    assert "10009 Authentication failed" in str(failure)


class SlowInventory:
    """An account without orders, whose inventory takes longer than one heartbeat for two numbers."""

    async def all_orders(self, **_options: object) -> list[Order]:
        return []

    async def find_hosted_number(self, _phone_number: str) -> list[NumberSettings]:
        await asyncio.sleep(heartbeats.INTERVAL.total_seconds() * 0.6)
        return []


async def test_a_long_look_at_the_inventory_sends_heartbeats() -> None:
    second = Attempt(2, [1, "quiet", BEGINNING.isoformat()])
    step = OrderSteps(OneAccount(SlowInventory())).find_order
    verdict = await second.run(step, search(A, B, forgotten=True))
    assert (verdict.next, verdict.order_id) == (Next.STOP, "")
    assert second.beats
