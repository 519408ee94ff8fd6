"""Every word of the eligibility check: what the requester reads and can do next (Telnyx facts §3)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import NamedTuple

import pytest
from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from domain.eligibility_statuses import ELIGIBILITY, EligibilityKind
from domain.messages import NumberProgress, Progress
from tests.workflows.stage import PROFILE, Stage, Story, staged, states
from tests.workflows.telnyx_test_numbers import cast, twist

ONE, TWO = "+15125550201", "+15125550202"
ELIGIBLE = cast("eligibility", "eligible")
HOSTED_HERE = cast("eligibility", "number_can_not_be_active_in_your_account")
REPEATED = cast("eligibility", "number_can_not_be_repeated")
FINAL = [word for word, row in ELIGIBILITY.items() if row.kind in {EligibilityKind.LEFT_OUT, EligibilityKind.TRANSFER}]
NOT_CONFIRMED = ["number_can_not_be_active_in_your_account", "number_can_not_be_repeated"]
TRIED_AGAIN = [
    ("number_can_not_be_validated", "choice"),
    ("billing_account_check_failed", "account"),
]


class Checked(NamedTuple):
    """A request of every number that is left out, with one that is not, and what was ordered for it."""

    result: Progress
    ordered: set[str]


@pytest.fixture(scope="module")
async def checked(live_server: WorkflowEnvironment) -> AsyncIterator[Checked]:
    """One request for all the words that concern one number only."""
    async with staged(live_server, TemporalOrderHolders(live_server.client)) as stage:
        story = await stage.request(ELIGIBLE, *(cast("eligibility", word) for word in [*FINAL, *NOT_CONFIRMED]))
        await story.until_asked("codes")
        await story.codes(ELIGIBLE)
        result = await story.ends("partly_active")
        orders = await stage.control("orders")
        yield Checked(result, {row["phone_number"] for order in orders for row in order["phone_numbers"]})


async def test_an_eligible_number_alone_goes_into_the_order(checked: Checked) -> None:
    assert states(checked.result)[ELIGIBLE] == "active"
    assert checked.ordered == {ELIGIBLE}


@pytest.mark.parametrize("word", FINAL)
async def test_a_number_that_cannot_be_hosted_is_left_out_and_says_what_to_do(checked: Checked, word: str) -> None:
    told = _told(checked.result, cast("eligibility", word))
    assert (told.state, told.status) == ("left_out", word)
    assert f"({word})" in told.because
    assert told.because.endswith(ELIGIBILITY[word].guidance)


@pytest.mark.parametrize("word", NOT_CONFIRMED)
async def test_a_word_that_a_look_does_not_confirm_leaves_the_number_out(checked: Checked, word: str) -> None:
    told = _told(checked.result, cast("eligibility", word))
    assert (told.state, told.status) == ("left_out", word)
    assert "Telnyx support" in told.because


async def test_a_number_that_is_hosted_here_already_is_simply_active(stage: Stage) -> None:
    await stage.control(f"numbers/{HOSTED_HERE}", {"in_inventory": True})
    story = await stage.request(HOSTED_HERE)
    result = await story.ends("active")
    assert "(number_can_not_be_active_in_your_account)" in result.numbers[0].because
    assert not await stage.orders(HOSTED_HERE)


async def test_a_number_in_an_open_order_of_this_account_goes_on_with_that_order(stage: Stage) -> None:
    await stage.control(f"numbers/{REPEATED}", {"eligible_status": "ELIGIBLE"})
    body = {"messaging_profile_id": PROFILE, "phone_numbers": [REPEATED]}
    key = {"Authorization": "Bearer KEY_test"}
    reply = await stage.telnyx.post("/v2/messaging_hosted_number_orders", json=body, headers=key)
    assert reply.status_code == 200, reply.text
    await stage.control(f"numbers/{REPEATED}", {"eligible_status": "NUMBER_CAN_NOT_BE_REPEATED"})
    story = await stage.request(REPEATED)
    await story.until_asked("codes")
    await story.codes(REPEATED)
    result = await story.ends("active")
    assert result.order_ids == [await stage.the_order(REPEATED)]


@pytest.mark.parametrize(("word", "kind"), TRIED_AGAIN, ids=[word for word, *_ in TRIED_AGAIN])
async def test_a_check_that_could_not_be_made_is_made_again_and_again_and_then_asked_about(
    skipping: Stage, skipping_server: WorkflowEnvironment, word: str, kind: str
) -> None:
    number = cast("eligibility", word)
    story = await skipping.request(ONE, number)
    await skipping_server.sleep(timedelta(minutes=2))
    assert not (await story.look()).asks, "it is still being tried"
    await skipping_server.sleep(timedelta(minutes=10))
    ask = await story.until_asked(kind)
    assert await _checks(skipping) == 5, "one at once, four more with growing pauses"
    assert ask.numbers == [number]
    assert f"({word})" in ask.guidance
    assert ELIGIBILITY[word].guidance in ask.guidance
    await skipping.control(f"numbers/{number}", {"eligible_status": "ELIGIBLE"})
    await story.answer(ask, "again")
    await _goes_through(story, ONE, number)


@pytest.mark.parametrize("word", [word for word, *_ in TRIED_AGAIN])
async def test_a_check_that_works_later_asks_nobody(
    skipping: Stage, skipping_server: WorkflowEnvironment, word: str
) -> None:
    number = cast("eligibility", word)
    story = await skipping.request(number)
    await skipping_server.sleep(timedelta(minutes=1))
    await skipping.control(f"numbers/{number}", {"eligible_status": "ELIGIBLE"})
    await skipping_server.sleep(timedelta(minutes=10))
    result = await _goes_through(story, number)
    assert [event.what for event in result.events if event.what.startswith("Asked")] == [
        "Asked a person for codes, about 1 number(s)."
    ]


async def test_a_closed_account_is_one_question_and_nothing_is_ordered_meanwhile(stage: Stage) -> None:
    number = cast("eligibility", "billing_account_is_abolished")
    story = await stage.request(ONE, number)
    ask = await story.until_asked("account")
    assert "billing_account_is_abolished" in ask.guidance
    assert ELIGIBILITY["billing_account_is_abolished"].guidance in ask.guidance
    assert {choice.choice for choice in ask.choices} == {"again", "give_up"}
    assert not await stage.orders(ONE)
    await stage.control(f"numbers/{number}", {"eligible_status": "ELIGIBLE"})
    await story.answer(ask, "again")
    await _goes_through(story, ONE, number)


@pytest.mark.parametrize(
    ("word", "said"),
    [("NUMBER_IS_UNDER_REVIEW", "'number_is_under_review'"), ("", "(eligible: false)")],
    ids=["unknown", "missing"],
)
async def test_a_word_that_no_table_knows_is_asked_about_and_checked_again(stage: Stage, word: str, said: str) -> None:
    number = twist("unknown eligibility word")
    await stage.control(f"numbers/{number}", {"eligible_status": word})
    story = await stage.request(ONE, number)
    ask = await story.until_asked("choice")
    assert ask.numbers == [number]
    assert said in ask.guidance
    assert {choice.choice for choice in ask.choices} == {"again", "go_on", "give_up"}
    assert not await stage.orders(ONE)
    await stage.control(f"numbers/{number}", {"eligible_status": "ELIGIBLE"})
    await story.answer(ask, "again")
    await _goes_through(story, ONE, number)


async def test_a_person_may_order_a_number_of_an_unknown_word_all_the_same(stage: Stage) -> None:
    number = twist("unknown eligibility word")
    story = await stage.request(ONE, number)
    await story.answer(await story.until_asked("choice"), "go_on")
    await story.until_asked("codes")
    await story.codes(ONE)
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "active", number: "left_out"}, "Telnyx refused to order it"


async def test_all_or_nothing_orders_nothing_when_one_number_cannot_be_hosted(stage: Stage) -> None:
    wireless = cast("eligibility", "number_can_not_be_wireless")
    story = await stage.request(ONE, wireless, options={"all_or_nothing": True})
    result = await story.ends("not_active")
    assert states(result) == {ONE: "left_out", wireless: "left_out"}
    assert "1 of 2 numbers" in _told(result, ONE).because
    assert not await stage.orders(ONE)


async def test_all_or_nothing_asks_nobody_about_another_number_and_orders_nothing(stage: Stage) -> None:
    wireless, odd = cast("eligibility", "number_can_not_be_wireless"), twist("unknown eligibility word")
    story = await stage.request(ONE, wireless, odd, options={"all_or_nothing": True})
    result = await story.ends("not_active")
    assert set(states(result).values()) == {"left_out"}
    assert not [event.what for event in result.events if event.what.startswith("Asked")]
    assert not await stage.orders(ONE)


async def _goes_through(story: Story, *numbers: str) -> Progress:
    await story.until_asked("codes")
    await story.codes(*numbers)
    return await story.ends("active")


async def _checks(stage: Stage) -> int:
    return await stage.calls("POST", "eligibility_numbers_check")


def _told(result: Progress, number: str) -> NumberProgress:
    return next(told for told in result.numbers if told.phone_number == number)
