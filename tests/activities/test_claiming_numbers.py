"""An order begins with the claim of its numbers: what the activity does with each answer."""

import pytest

from domain.vocabulary import AskKind, ChoiceKind, Next
from tests.activities.ordering_stage import QUARANTINE, FakeAccountWorkflow, ordering, posts, work
from tests.activities.stage import ORDERS, A, Attempt, B, C, Stage, seconds


async def test_the_numbers_are_claimed_by_fingerprint_before_anything_is_listed(stage: Stage) -> None:
    account_workflow = FakeAccountWorkflow()
    await Attempt().run(ordering(stage, account_workflow).place_order, work(A, B))
    (claim,) = account_workflow.claims
    assert (claim.reference, claim.fingerprints) == ("r-1", [A[-4:], B[-4:]])
    assert claim.workflow_run_id


async def test_numbers_of_another_request_are_asked_about_and_nothing_is_sent(stage: Stage) -> None:
    account_workflow = FakeAccountWorkflow({A[-4:]: "r-7", B[-4:]: "r-8"})
    verdict = await Attempt().run(ordering(stage, account_workflow).place_order, work(A, B, C))
    assert (verdict.next, verdict.order_id) == (Next.ASK, "")
    assert verdict.need is not None
    assert (verdict.need.kind, verdict.need.numbers) == (AskKind.CHOICE, [A, B])
    assert [choice.choice for choice in verdict.need.choices] == [ChoiceKind.AGAIN, ChoiceKind.GIVE_UP]
    assert "hosted-sms show r-7" in verdict.need.guidance
    assert "hosted-sms show r-8" in verdict.need.guidance
    assert await posts(stage) == 0
    assert not await stage.calls("GET", ORDERS)


async def test_numbers_taken_over_from_another_run_are_not_ordered_for_two_quarantines(stage: Stage) -> None:
    account_workflow = FakeAccountWorkflow(moved=True)
    first = Attempt()
    failure = await first.fails(ordering(stage, account_workflow).place_order, work(A))
    assert (failure.type, seconds(failure)) == ("Quarantine", 2 * QUARANTINE)
    assert await posts(stage) == 0
    second = first.next()
    assert (await second.run(ordering(stage, account_workflow).place_order, work(A))).order_id
    assert await posts(stage) == 1


async def test_trouble_after_the_quarantine_costs_no_second_one(stage: Stage) -> None:
    """The account says for an hour that the numbers were taken over; having waited once is enough."""
    account_workflow = FakeAccountWorkflow(moved=True)
    first = Attempt()
    await first.fails(ordering(stage, account_workflow).place_order, work(A))
    await stage.faults("500", calls=["list"])
    second = first.next()
    failure = await second.fails(ordering(stage, account_workflow).place_order, work(A))
    assert seconds(failure) < QUARANTINE
    await stage.faults()
    assert (await second.next().run(ordering(stage, account_workflow).place_order, work(A))).order_id


async def test_an_order_that_is_there_already_is_taken_over_without_waiting(stage: Stage) -> None:
    order_id = await stage.order(A)
    verdict = await Attempt().run(ordering(stage, FakeAccountWorkflow(moved=True)).place_order, work(A))
    assert verdict.order_id == order_id


@pytest.mark.parametrize("moved", [False, True])
async def test_while_nobody_knows_who_holds_the_numbers_nothing_is_sent(stage: Stage, moved: bool) -> None:  # noqa: FBT001 - a row of the table
    account_workflow = FakeAccountWorkflow(reachable=False)
    first = Attempt()
    failure = await first.fails(ordering(stage, account_workflow).place_order, work(A))
    assert (failure.type, failure.non_retryable) == ("AccountUnreachable", False)
    assert seconds(failure) < QUARANTINE
    assert await posts(stage) == 0
    account_workflow.reachable, account_workflow.moved = True, moved
    second = first.next()
    if moved:
        assert seconds(await second.fails(ordering(stage, account_workflow).place_order, work(A))) == 2 * QUARANTINE
    else:
        assert (await second.run(ordering(stage, account_workflow).place_order, work(A))).order_id
