"""Every status of a number in an order: its outcome, who is asked, and what that person can do (Telnyx facts §5)."""

from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest
from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from domain.advice import CARRIER_CASES
from domain.messages import AskView, NumberProgress, Progress
from domain.number_statuses import NUMBERS, NumberKind
from tests.workflows.stage import Stage, staged, states
from tests.workflows.telnyx_test_numbers import cast, twist

ONE, TWO = "+15125550221", "+15125550222"
SETTLED_BY_PERSON = [word for word, row in NUMBERS.items() if row.kind is NumberKind.FIXABLE]
CLOSED = [word for word, row in NUMBERS.items() if row.kind is NumberKind.CLOSED]
OPEN = [
    word for word, row in NUMBERS.items() if row.kind in {NumberKind.OPEN, NumberKind.VERIFIED, NumberKind.IN_REVIEW}
]
REJECTED, TIMED_OUT = cast("number", "failed_carrier_rejected"), cast("number", "failed_timeout")
SUCCESSFUL = cast("number", "successful")


class Seen(NamedTuple):
    """What was seen of one request: at its first questions after the review, at the second time-out, and at its end."""

    reviewed: Progress
    carrier: AskView
    settling: AskView
    support: AskView
    result: Progress
    orders: list[list[str]]


@pytest.fixture(scope="module")
async def seen(live_server: WorkflowEnvironment) -> AsyncIterator[Seen]:
    """One order with every word that ends a number."""
    async with staged(live_server, TemporalOrderHolders(live_server.client)) as stage:
        numbers = [SUCCESSFUL, REJECTED, TIMED_OUT, *(cast("number", word) for word in CLOSED + SETTLED_BY_PERSON)]
        story = await stage.request(*numbers)
        await story.until_asked("codes")
        await story.codes(*numbers)
        carrier = await story.until_asked("carrier")
        settling = await story.until_asked("support")
        reviewed = await story.until(lambda progress: [ask for ask in progress.asks if ask.kind == "codes"])
        await story.codes(TIMED_OUT)
        parked = await story.until(
            lambda progress: [ask for ask in progress.asks if ask.kind == "support" and TIMED_OUT in ask.numbers]
        )
        support = next(ask for ask in parked.asks if ask.kind == "support")
        await story.give_up(REJECTED, TIMED_OUT, *(cast("number", word) for word in SETTLED_BY_PERSON))
        result = await story.ends("partly_active")
        orders = [[row["phone_number"] for row in order["phone_numbers"]] for order in await stage.control("orders")]
        yield Seen(reviewed, carrier, settling, support, result, orders)


async def test_a_successful_number_is_reported_at_once_and_never_ordered_again(seen: Seen) -> None:
    assert states(seen.reviewed)[SUCCESSFUL] == "active"
    assert seen.reviewed.outcome == "running"
    assert sum(SUCCESSFUL in order for order in seen.orders) == 1


@pytest.mark.parametrize("word", CLOSED)
async def test_a_number_that_telnyx_closed_has_its_outcome_with_what_to_do(seen: Seen, word: str) -> None:
    number = cast("number", word)
    for progress in (seen.reviewed, seen.result):
        told = _told(progress, number)
        assert (told.state, told.status) == ("failed", word)
        assert f"({word})" in told.because
        assert told.because.endswith(NUMBERS[word].guidance)
    assert sum(number in order for order in seen.orders) == 1, "never a second order by itself"


@pytest.mark.parametrize("word", SETTLED_BY_PERSON)
async def test_a_number_whose_cause_a_person_can_settle_waits_for_that_person(seen: Seen, word: str) -> None:
    number = cast("number", word)
    assert (_told(seen.reviewed, number).state, _told(seen.reviewed, number).status) == ("failed", word)
    assert number in seen.settling.numbers
    assert f"({word}). {NUMBERS[word].guidance}" in seen.settling.guidance
    assert sum(number in order for order in seen.orders) == 1, "never a second order by itself"
    assert _told(seen.result, number).state == "given_up"


async def test_a_number_gets_an_order_of_its_own_once_a_person_has_settled_the_cause(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.act(ONE, order="successful", numbers={ONE: "successful", TWO: "failed_number_already_hosted"})
    assert (await story.until_asked("support")).numbers == [TWO]
    assert states(await story.look())[ONE] == "active"
    await story.retry(TWO)
    await story.until_asked("codes")
    await stage.control("settings", {"review_seconds": 0.3})
    await story.codes(TWO)
    await story.ends("active")
    assert [len(order["phone_numbers"]) for order in await stage.orders(TWO)] == [2, 1]


async def test_a_number_that_the_carrier_refused_is_asked_about_alone(seen: Seen) -> None:
    assert _told(seen.reviewed, REJECTED).state == "rejected"
    assert seen.carrier.numbers == [REJECTED]
    assert "(failed_carrier_rejected)" in seen.carrier.guidance
    assert CARRIER_CASES in seen.carrier.guidance
    assert _told(seen.result, REJECTED).state == "given_up"


async def test_a_number_that_timed_out_gets_one_order_of_its_own_and_then_telnyx_support_is_asked(seen: Seen) -> None:
    assert [order for order in seen.orders if TIMED_OUT in order][1:] == [[TIMED_OUT]]
    assert seen.reviewed.round == 2
    assert TIMED_OUT in seen.support.numbers
    assert TIMED_OUT not in seen.settling.numbers
    assert "(failed_timeout)" in seen.support.guidance
    assert all(order_id in seen.support.guidance for order_id in seen.result.order_ids)
    assert _told(seen.result, TIMED_OUT).state == "given_up"


async def test_a_number_that_times_out_once_is_active_after_its_second_order(stage: Stage) -> None:
    number = twist("times out once")
    story = await stage.request(number)
    await story.until_asked("codes")
    await story.codes(number)
    await story.until(lambda progress: progress.round == 2 and progress.asks)
    await story.codes(number)
    result = await story.ends("active")
    assert len(result.order_ids) == 2


async def test_a_number_that_the_carrier_refused_once_is_active_after_its_retry(stage: Stage) -> None:
    number = twist("carrier rejects once")
    story = await stage.request(number, ONE)
    await story.until_asked("codes")
    await story.codes(number, ONE)
    assert (await story.until_asked("carrier")).numbers == [number]
    assert states(await story.look())[ONE] == "active"
    await story.retry(number)
    await story.until_asked("codes")
    await story.codes(number)
    result = await story.ends("active")
    assert [len(order["phone_numbers"]) for order in await stage.orders(number)] == [2, 1]
    assert len(result.order_ids) == 2


async def test_numbers_under_way_are_waited_for_and_nobody_is_asked(stage: Stage) -> None:
    numbers = [cast("number", word) for word in OPEN]
    await stage.control("settings", {"ownership_word_over_rest": True})
    story = await stage.request(ONE, *numbers)
    await story.until_asked("codes")
    await story.codes(ONE, *numbers)
    progress = await story.until(lambda progress: states(progress)[ONE] == "active")
    (order,) = await stage.orders(ONE)
    spoken = {row["phone_number"]: row["status"] for row in order["phone_numbers"]}
    assert [spoken[number] for number in numbers] == OPEN
    assert {states(progress)[number] for number in numbers} == {"in_review"}
    assert not progress.asks
    await stage.act(ONE, order="successful", numbers=dict.fromkeys(numbers, "successful"))
    await story.ends("active")


async def test_an_unknown_word_of_a_number_is_asked_about_while_the_others_go_on(stage: Stage) -> None:
    number = twist("unknown number word")
    story = await stage.request(ONE, number)
    await story.until_asked("codes")
    await story.codes(ONE, number)
    ask = await story.until_asked("choice")
    assert ask.numbers == [number]
    assert "'regulatory_hold'" in ask.guidance
    await story.until(lambda progress: states(progress)[ONE] == "active")
    await stage.act(number, order="successful", numbers={number: "successful"})
    result = await story.ends("active")
    assert not result.asks


@pytest.mark.parametrize("word", ["", None], ids=["empty", "missing"])
async def test_a_number_without_a_word_is_asked_about(stage: Stage, word: str | None) -> None:
    story = await stage.in_review(ONE, TWO)
    order_id = await stage.the_order(ONE)
    await stage.control(f"orders/{order_id}/status", {"numbers": {TWO: word}})
    ask = await story.until_asked("choice")
    assert ask.numbers == [TWO]
    await story.answer(ask, "give_up")
    await stage.act(ONE, order="successful", numbers={ONE: "successful"})
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "active", TWO: "given_up"}


async def test_what_telnyx_says_of_the_order_counts_although_the_number_is_in_no_inventory(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    await stage.act(ONE, order="successful", numbers={ONE: "successful"})
    await stage.control(f"numbers/{ONE}", {"in_inventory": False})
    await story.ends("active")


def _told(progress: Progress, number: str) -> NumberProgress:
    return next(told for told in progress.numbers if told.phone_number == number)
