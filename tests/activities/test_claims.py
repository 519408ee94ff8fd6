"""Numbers are claimed before they are ordered: what the activity does with each answer of the account's workflow."""

import pytest

from domain.vocabulary import AskKind, ChoiceKind, Next
from tests.activities.ordering_stage import QUARANTINE, FakeAccountWorkflow, count_posts, ordering, work
from tests.activities.stage import ORDERS, A, Attempt, B, C, Stage, need_of, seconds


async def test_a_claim_names_the_request_its_run_and_the_fingerprints(stage: Stage) -> None:
    account_workflow = FakeAccountWorkflow()
    await Attempt().run(ordering(stage, account_workflow).place_order, work(A, B))
    [claim] = account_workflow.claims
    assert (claim.reference, claim.fingerprints) == ("r-1", [A[-4:], B[-4:]])
    assert claim.workflow_run_id


async def test_numbers_of_other_requests_are_a_question_and_nothing_is_listed_or_sent(stage: Stage) -> None:
    account_workflow = FakeAccountWorkflow({A[-4:]: "r-7", B[-4:]: "r-8"})
    verdict = await Attempt().run(ordering(stage, account_workflow).place_order, work(A, B, C))
    need = need_of(verdict)
    assert (verdict.next, verdict.order_id) == (Next.ASK, "")
    assert (need.kind, need.numbers) == (AskKind.CHOICE, [A, B])
    assert [choice.choice for choice in need.choices] == [ChoiceKind.AGAIN, ChoiceKind.GIVE_UP]
    assert "hosted-sms show r-7" in need.guidance
    assert "hosted-sms show r-8" in need.guidance
    assert not await stage.calls(path=ORDERS)


async def test_numbers_that_another_run_held_are_ordered_after_two_quarantines(stage: Stage) -> None:
    step, first = ordering(stage, FakeAccountWorkflow(moved=True)).place_order, Attempt()
    failure = await first.fails(step, work(A))
    assert (failure.type, seconds(failure)) == ("Quarantine", 2 * QUARANTINE)
    assert await count_posts(stage) == 0
    assert (await first.next().run(step, work(A))).order_id
    assert await count_posts(stage) == 1


async def test_a_failure_after_the_quarantine_causes_no_second_one(stage: Stage) -> None:
    """The account's workflow says for an hour that the numbers moved. To wait once is enough."""
    step, first = ordering(stage, FakeAccountWorkflow(moved=True)).place_order, Attempt()
    await first.fails(step, work(A))
    await stage.faults("500", calls=["list"])
    second = first.next()
    assert seconds(await second.fails(step, work(A))) < QUARANTINE
    await stage.faults()
    assert (await second.next().run(step, work(A))).order_id


async def test_a_quarantine_from_before_the_takeover_does_not_count(stage: Stage) -> None:
    """The numbers move while this request waits for another reason: tests/explorer found it."""
    account_workflow = FakeAccountWorkflow(reachable=False, moved=True)
    step, first = ordering(stage, account_workflow).place_order, Attempt()
    again = work(A, started_afresh=True)
    assert seconds(await first.fails(step, again)) == QUARANTINE
    account_workflow.reachable = True
    second = first.next()
    assert seconds(await second.fails(step, again)) == 2 * QUARANTINE
    assert await count_posts(stage) == 0
    assert (await second.next().run(step, again)).order_id


async def test_an_existing_order_is_adopted_without_a_quarantine(stage: Stage) -> None:
    order_id = await stage.order(A)
    verdict = await Attempt().run(ordering(stage, FakeAccountWorkflow(moved=True)).place_order, work(A))
    assert verdict.order_id == order_id


@pytest.mark.parametrize("moved", [False, True])
async def test_nothing_is_sent_while_the_accounts_workflow_does_not_answer(stage: Stage, *, moved: bool) -> None:
    account_workflow = FakeAccountWorkflow(reachable=False)
    step, first = ordering(stage, account_workflow).place_order, Attempt()
    failure = await first.fails(step, work(A))
    assert (failure.type, failure.non_retryable) == ("AccountUnreachable", False)
    assert seconds(failure) < QUARANTINE
    assert await count_posts(stage) == 0
    account_workflow.reachable, account_workflow.moved = True, moved
    second = first.next()
    if moved:
        assert seconds(await second.fails(step, work(A))) == 2 * QUARANTINE
    else:
        assert (await second.run(step, work(A))).order_id


async def test_a_claim_without_an_answer_is_tried_again_ever_later(stage: Stage) -> None:
    step, attempt = ordering(stage, FakeAccountWorkflow(reachable=False)).place_order, Attempt()
    pauses = []
    for _ in range(8):
        pauses.append(seconds(await attempt.fails(step, work(A))))
        attempt = attempt.next()
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60]


async def test_a_request_waits_until_its_account_has_room_and_asks_nobody(stage: Stage) -> None:
    account_workflow = FakeAccountWorkflow()
    account_workflow.no_room = "No more fit."
    step, first = ordering(stage, account_workflow).place_order, Attempt()
    failure = await first.fails(step, work(A))
    assert (failure.type, failure.message, seconds(failure)) == ("AccountFull", "No more fit.", 300)
    assert not await stage.calls(path=ORDERS)
    account_workflow.no_room = ""
    assert (await first.next().run(step, work(A))).order_id
