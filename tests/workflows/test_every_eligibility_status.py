"""Every status of the eligibility check: what the requester reads and can do next (docs/telnyx.md §3)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import NamedTuple

import pytest
from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from domain.eligibility_statuses import ELIGIBILITY, EligibilityKind
from domain.messages import Progress
from tests.workflows.stage import Stage, staged
from tests.workflows.story import row_of, states
from tests.workflows.telnyx_test_numbers import number_for, number_named

ONE, TWO = "+15125550201", "+15125550202"
ELIGIBLE = number_for("eligibility", "eligible")
HOSTED_HERE = number_for("eligibility", "number_can_not_be_active_in_your_account")
REPEATED = number_for("eligibility", "number_can_not_be_repeated")
FINAL = [
    status for status, row in ELIGIBILITY.items() if row.kind in {EligibilityKind.LEFT_OUT, EligibilityKind.TRANSFER}
]
NOT_CONFIRMED = ["number_can_not_be_active_in_your_account", "number_can_not_be_repeated"]
TRIED_AGAIN = {"number_can_not_be_validated": "choice", "billing_account_check_failed": "account"}


class Checked(NamedTuple):
    """The result of a request of every number that is left out, with one that is not, and what was ordered."""

    result: Progress
    ordered: set[str]


@pytest.fixture(scope="module")
async def checked(live_server: WorkflowEnvironment) -> AsyncIterator[Checked]:
    """One request for all the statuses that concern one number only."""
    async with staged(live_server, TemporalOrderHolders(live_server.client)) as stage:
        left_out = [number_for("eligibility", status) for status in [*FINAL, *NOT_CONFIRMED]]
        story = await stage.request(ELIGIBLE, *left_out)
        result = await story.completes(ELIGIBLE, outcome="partly_active")
        orders = await stage.control("orders")
        yield Checked(result, {row["phone_number"] for order in orders for row in order["phone_numbers"]})


async def test_only_the_eligible_number_goes_into_the_order(checked: Checked) -> None:
    assert states(checked.result)[ELIGIBLE] == "active"
    assert checked.ordered == {ELIGIBLE}


@pytest.mark.parametrize("status", [*FINAL, *NOT_CONFIRMED])
async def test_a_number_that_cannot_be_hosted_is_left_out_with_advice(checked: Checked, status: str) -> None:
    row = row_of(checked.result, number_for("eligibility", status))
    assert (row.state, row.status) == ("left_out", status)
    assert row.because.endswith(ELIGIBILITY[status].guidance) or status in NOT_CONFIRMED


async def test_a_number_that_is_hosted_here_already_is_simply_active(stage: Stage) -> None:
    await stage.set_number(HOSTED_HERE, in_inventory=True)
    result = await (await stage.request(HOSTED_HERE)).ends("active")
    assert result.numbers[0].status == "number_can_not_be_active_in_your_account"
    assert not await stage.orders(HOSTED_HERE)


async def test_a_number_in_an_open_order_of_this_account_goes_on_with_that_order(stage: Stage) -> None:
    await stage.set_number(REPEATED, eligible_status="ELIGIBLE")
    order_id = await stage.order_in_portal(REPEATED)
    await stage.set_number(REPEATED, eligible_status="NUMBER_CAN_NOT_BE_REPEATED")
    story = await stage.request(REPEATED)
    assert (await story.completes(REPEATED)).order_ids == [order_id] == [await stage.the_order(REPEATED)]


@pytest.mark.parametrize("status", TRIED_AGAIN)
async def test_a_check_that_telnyx_could_not_make_is_made_again_before_a_person_is_asked(
    skipping: Stage, skipping_server: WorkflowEnvironment, status: str
) -> None:
    number = number_for("eligibility", status)
    story = await skipping.request(ONE, number)
    await skipping_server.sleep(timedelta(minutes=2))
    assert not (await story.look()).asks, "it is still being tried"
    await skipping_server.sleep(timedelta(minutes=4))  # a stopped account is tried again a few minutes later
    ask = await story.until_asked(TRIED_AGAIN[status])
    assert await skipping.checks() == 5, "one at once, four more with growing pauses"
    assert ask.numbers == [number]
    assert status in ask.guidance
    await skipping.set_number(number, eligible_status="ELIGIBLE")
    await story.answer(ask, "again")
    await story.completes(ONE, number)


@pytest.mark.parametrize("status", TRIED_AGAIN)
async def test_no_person_is_asked_when_a_later_check_succeeds(
    skipping: Stage, skipping_server: WorkflowEnvironment, status: str
) -> None:
    number = number_for("eligibility", status)
    story = await skipping.request(number)
    await skipping_server.sleep(timedelta(minutes=1))
    await skipping.set_number(number, eligible_status="ELIGIBLE")
    await skipping_server.sleep(timedelta(minutes=10))
    await story.completes(number)
    assert [entry["kind"] for entry in skipping.notified("ask_opened")] == ["codes"]


async def test_a_closed_account_is_one_question_and_nothing_is_ordered_meanwhile(stage: Stage) -> None:
    number = number_for("eligibility", "billing_account_is_abolished")
    story = await stage.request(ONE, number)
    ask = await story.until_asked("account")
    assert "billing_account_is_abolished" in ask.guidance
    assert {choice.choice for choice in ask.choices} == {"again", "give_up"}
    assert not await stage.orders(ONE)
    await stage.set_number(number, eligible_status="ELIGIBLE")
    await story.answer(ask, "again")
    await story.completes(ONE, number)


@pytest.mark.parametrize("status", ["NUMBER_IS_UNDER_REVIEW", ""], ids=["unknown", "missing"])
async def test_a_person_decides_about_a_status_that_no_table_knows_before_anything_is_ordered(
    stage: Stage, status: str
) -> None:
    number = number_named("unknown eligibility word")
    await stage.set_number(number, eligible_status=status)
    story = await stage.request(ONE, number)
    ask = await story.until_asked("choice")
    assert ask.numbers == [number]
    assert status.casefold() in ask.guidance
    assert {choice.choice for choice in ask.choices} == {"again", "go_on", "give_up"}
    assert not await stage.orders(ONE)
    await stage.set_number(number, eligible_status="ELIGIBLE")
    await story.answer(ask, "again")
    await story.completes(ONE, number)


@pytest.mark.parametrize(("choice", "state"), [("go_on", "left_out"), ("give_up", "given_up")])
async def test_a_number_of_an_unknown_status_can_be_ordered_anyway_or_given_up(
    stage: Stage, choice: str, state: str
) -> None:
    number = number_named("unknown eligibility word")
    story = await stage.request(ONE, number)
    await story.answer(await story.until_asked("choice"), choice)
    result = await story.completes(ONE, outcome="partly_active")
    assert states(result) == {ONE: "active", number: state}, "Telnyx refuses to order it"


@pytest.mark.parametrize("others", [[], [number_named("unknown eligibility word")]], ids=["alone", "and an unknown"])
async def test_all_or_nothing_orders_and_asks_nothing_when_one_number_cannot_be_hosted(
    stage: Stage, others: list[str]
) -> None:
    wireless = number_for("eligibility", "number_can_not_be_wireless")
    story = await stage.request(ONE, wireless, *others, options={"all_or_nothing": True})
    result = await story.ends("not_active")
    assert set(states(result).values()) == {"left_out"}
    assert not stage.notified("ask_opened")
    assert not await stage.orders(ONE)
