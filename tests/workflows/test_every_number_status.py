"""Every status of a number in an order: its outcome, who is asked, and what that person can do (docs/telnyx.md §5)."""

from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest
from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from domain.advice import CARRIER_CASES
from domain.messages import AskView, Progress
from domain.number_statuses import NUMBERS, NumberKind
from tests.workflows.stage import Stage, staged
from tests.workflows.story import row_of, states
from tests.workflows.telnyx_test_numbers import number_for, number_named

ONE, TWO = "+15125550221", "+15125550222"
FIXABLE = [status for status, row in NUMBERS.items() if row.kind is NumberKind.FIXABLE]
CLOSED = [status for status, row in NUMBERS.items() if row.kind is NumberKind.CLOSED]
OPEN = [
    status
    for status, row in NUMBERS.items()
    if row.kind in {NumberKind.OPEN, NumberKind.VERIFIED, NumberKind.IN_REVIEW}
]
REJECTED, TIMED_OUT = number_for("number", "failed_carrier_rejected"), number_for("number", "failed_timeout")
SUCCESSFUL = number_for("number", "successful")


class Seen(NamedTuple):
    """What was seen of one request: at its first asks after the review, at the second time-out, and at its end."""

    reviewed: Progress
    carrier: AskView
    fixable: AskView
    support: AskView
    result: Progress
    orders: list[list[str]]


@pytest.fixture(scope="module")
async def seen(live_server: WorkflowEnvironment) -> AsyncIterator[Seen]:
    """One order with every status that ends a number."""
    async with staged(live_server, TemporalOrderHolders(live_server.client)) as stage:
        numbers = [SUCCESSFUL, REJECTED, TIMED_OUT, *(number_for("number", status) for status in CLOSED + FIXABLE)]
        story = await stage.request(*numbers)
        await story.prove(*numbers)
        carrier = await story.until_asked("carrier")
        fixable = await story.until_asked("support")
        reviewed = await story.until(lambda progress: [ask for ask in progress.asks if ask.kind == "codes"])
        await story.codes(TIMED_OUT)
        on_hold = await story.until(
            lambda progress: [ask for ask in progress.asks if ask.kind == "support" and TIMED_OUT in ask.numbers]
        )
        support = next(ask for ask in on_hold.asks if ask.kind == "support")
        await story.give_up(REJECTED, TIMED_OUT, *(number_for("number", status) for status in FIXABLE))
        result = await story.ends("partly_active")
        orders = [[row["phone_number"] for row in order["phone_numbers"]] for order in await stage.control("orders")]
        yield Seen(reviewed, carrier, fixable, support, result, orders)


async def test_a_successful_number_is_active_at_once_and_never_ordered_again(seen: Seen) -> None:
    assert states(seen.reviewed)[SUCCESSFUL] == "active"
    assert seen.reviewed.outcome == "running"
    assert sum(SUCCESSFUL in order for order in seen.orders) == 1


@pytest.mark.parametrize("status", CLOSED)
async def test_a_number_that_telnyx_closed_has_failed_with_advice(seen: Seen, status: str) -> None:
    number = number_for("number", status)
    for progress in (seen.reviewed, seen.result):
        row = row_of(progress, number)
        assert (row.state, row.status) == ("failed", status)
        assert row.because.endswith(NUMBERS[status].guidance)
    assert sum(number in order for order in seen.orders) == 1, "never a second order by itself"


@pytest.mark.parametrize("status", FIXABLE)
async def test_a_number_whose_failure_a_person_can_fix_waits_for_that_person(seen: Seen, status: str) -> None:
    number = number_for("number", status)
    row = row_of(seen.reviewed, number)
    assert (row.state, row.status) == ("failed", status)
    assert number in seen.fixable.numbers
    assert status in seen.fixable.guidance
    assert NUMBERS[status].guidance in seen.fixable.guidance
    assert sum(number in order for order in seen.orders) == 1, "never a second order by itself"
    assert row_of(seen.result, number).state == "given_up"


async def test_a_number_gets_an_order_of_its_own_once_a_person_fixed_the_cause(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.set_status(ONE, "successful", {ONE: "successful", TWO: "failed_number_already_hosted"})
    assert (await story.until_asked("support")).numbers == [TWO]
    assert states(await story.look())[ONE] == "active"
    await story.retry(TWO)
    await story.until_asked("codes")
    await stage.configure(review_seconds=0.3)
    await story.completes(TWO)
    assert [len(order["phone_numbers"]) for order in await stage.orders(TWO)] == [2, 1]


async def test_a_number_that_the_carrier_rejected_is_asked_about_alone(seen: Seen) -> None:
    assert row_of(seen.reviewed, REJECTED).state == "rejected"
    assert seen.carrier.numbers == [REJECTED]
    assert "failed_carrier_rejected" in seen.carrier.guidance
    assert CARRIER_CASES in seen.carrier.guidance
    assert row_of(seen.result, REJECTED).state == "given_up"


async def test_a_number_that_timed_out_gets_one_order_of_its_own_and_then_support_is_asked(seen: Seen) -> None:
    assert [order for order in seen.orders if TIMED_OUT in order][1:] == [[TIMED_OUT]]
    assert seen.reviewed.round == 2
    assert TIMED_OUT in seen.support.numbers
    assert TIMED_OUT not in seen.fixable.numbers
    assert "failed_timeout" in seen.support.guidance
    assert all(order_id in seen.support.guidance for order_id in seen.result.order_ids)
    assert row_of(seen.result, TIMED_OUT).state == "given_up"


async def test_a_number_that_times_out_once_is_active_after_its_second_order(stage: Stage) -> None:
    number = number_named("times out once")
    story = await stage.request(number)
    await story.prove(number)
    await story.until(lambda progress: progress.round == 2 and progress.asks)
    assert len((await story.completes(number)).order_ids) == 2


async def test_a_number_that_the_carrier_rejected_once_is_active_after_its_retry(stage: Stage) -> None:
    number = number_named("carrier rejects once")
    story = await stage.request(number, ONE)
    await story.prove(number, ONE)
    assert (await story.until_asked("carrier")).numbers == [number]
    assert states(await story.look())[ONE] == "active"
    await story.retry(number)
    assert len((await story.completes(number)).order_ids) == 2
    assert [len(order["phone_numbers"]) for order in await stage.orders(number)] == [2, 1]


async def test_numbers_under_way_are_waited_for_without_an_ask(stage: Stage) -> None:
    numbers = [number_for("number", status) for status in OPEN]
    await stage.configure(ownership_word_over_rest=True)
    story = await stage.request(ONE, *numbers)
    await story.prove(ONE, *numbers)
    progress = await story.until(lambda progress: states(progress)[ONE] == "active")
    (order,) = await stage.orders(ONE)
    statuses = {row["phone_number"]: row["status"] for row in order["phone_numbers"]}
    assert [statuses[number] for number in numbers] == OPEN
    assert {states(progress)[number] for number in numbers} == {"in_review"}
    assert not progress.asks
    await stage.approve(*numbers)
    await story.ends("active")


async def test_an_unknown_status_of_a_number_is_asked_about_while_the_others_go_on(stage: Stage) -> None:
    number = number_named("unknown number word")
    story = await stage.request(ONE, number)
    await story.prove(ONE, number)
    ask = await story.until_asked("choice")
    assert ask.numbers == [number]
    assert "regulatory_hold" in ask.guidance
    await story.until(lambda progress: states(progress)[ONE] == "active")
    await stage.approve(number)
    assert not (await story.ends("active")).asks


@pytest.mark.parametrize("status", ["", None], ids=["empty", "missing"])
async def test_a_number_without_a_status_is_asked_about(stage: Stage, status: str | None) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.set_status(ONE, numbers={TWO: status})
    ask = await story.until_asked("choice")
    assert ask.numbers == [TWO]
    await story.answer(ask, "give_up")
    await stage.approve(ONE)
    assert states(await story.ends("partly_active")) == {ONE: "active", TWO: "given_up"}


async def test_the_status_in_the_order_counts_although_the_number_is_in_no_inventory(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    await stage.approve(ONE)
    await stage.set_number(ONE, in_inventory=False)
    await story.ends("active")
