"""Every status of an order: what becomes of its numbers, who is asked, and what can be done (docs/telnyx.md §4)."""

from datetime import timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.advice import CARRIER_CASES, DOCUMENT_RULES
from domain.number_statuses import NUMBERS
from domain.order_statuses import ORDERS, OrderKind
from tests.workflows.stage import Stage, pdf
from tests.workflows.story import Story, row_of, states
from tests.workflows.telnyx_test_numbers import number_for, number_named
from tests.workflows.waiting import until

ONE, TWO = "+15125550211", "+15125550212"
OPEN = [status for status, row in ORDERS.items() if row.kind in {OrderKind.OPEN, OrderKind.IN_REVIEW}]
DOCUMENTS = [status for status, row in ORDERS.items() if row.kind is OrderKind.DOCUMENTS]
ENDED = [status for status, row in ORDERS.items() if row.kind in {OrderKind.CLOSED, OrderKind.DELETED}]


async def _submitted(stage: Stage, *numbers: str) -> Story:
    """A request whose numbers are proved, so that its documents are uploaded next."""
    story = await stage.request(*numbers)
    await story.prove(*numbers)
    return story


@pytest.mark.parametrize("status", OPEN)
async def test_an_order_under_way_is_waited_for_without_an_ask(stage: Stage, status: str) -> None:
    number = number_for("order", status)
    story = await _submitted(stage, number)
    await until(lambda: stage.order_statuses(number), lambda statuses: statuses[-1] == status)
    await stage.until_called_again(2)
    seen = await story.until(lambda progress: states(progress)[number] == "in_review")
    assert not seen.asks
    await stage.approve(number)
    await story.ends("active")


async def test_a_successful_order_makes_its_numbers_active(stage: Stage) -> None:
    number = number_for("order", "successful")
    story = await _submitted(stage, number, ONE)
    assert states(await story.ends("active")) == {number: "active", ONE: "active"}


@pytest.mark.parametrize("status", DOCUMENTS)
async def test_refused_documents_are_one_ask_with_the_rules_and_the_numbers_that_the_bill_lacks(
    stage: Stage, status: str
) -> None:
    number, reference = number_for("order", status), f"refused-{status}"
    bill = await stage.store.put(reference, pdf("Your bill for 512-555-0211, thank you"), "bill.pdf")
    story = await stage.request(number, ONE, reference=reference, bill=bill)
    await story.prove(number, ONE)
    ask = await story.until_asked("documents")
    assert (ask.numbers, len((await story.look()).asks)) == ([number, ONE], 1)
    assert status in ask.guidance
    assert DOCUMENT_RULES in ask.guidance
    assert (number in ask.guidance, ONE in ask.guidance) == (True, False)
    assert (await story.documents()).accepted
    await stage.until_uploaded(number, 2)
    await stage.approve(number, ONE)
    assert (await story.ends("active")).order_ids == [await stage.the_order(number)]


async def test_documents_are_uploaded_to_the_same_order_as_often_as_it_takes(stage: Stage) -> None:
    number = number_for("order", "loa_file_invalid")
    await stage.configure(updated_at_over_rest=True)  # or the same word again would be no new refusal
    story = await _submitted(stage, number)
    for times in (1, 2, 3):
        await stage.until_uploaded(number, times)
        await story.until_asked("documents")
        if times < 3:
            await story.documents()
            await story.until(lambda progress: not progress.asks)
    await story.give_up(number)
    assert len((await story.ends("not_active")).order_ids) == 1


@pytest.mark.parametrize("status", ENDED)
async def test_the_numbers_of_an_order_that_telnyx_ended_have_failed_with_advice(stage: Stage, status: str) -> None:
    number = number_for("order", status)
    story = await _submitted(stage, number, ONE)
    result = await story.ends("not_active")
    assert states(result) == {number: "failed", ONE: "failed"}
    row = row_of(result, ONE)
    assert status in row.because
    assert ORDERS[status].guidance in row.because or NUMBERS[row.status].guidance in row.because
    assert [entry["kind"] for entry in stage.notified("ask_opened")] == ["codes"]
    assert len(await stage.orders(number)) == 1, "never a second order by itself"


@pytest.mark.parametrize("status", ENDED)
async def test_the_status_of_an_ended_order_counts_for_numbers_whose_own_is_still_open(
    stage: Stage, status: str
) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.set_status(ONE, status)
    result = await story.ends("not_active")
    assert states(result) == {ONE: "failed", TWO: "failed"}
    assert row_of(result, ONE).because.endswith(ORDERS[status].guidance)


async def test_a_person_settles_with_the_carrier_why_it_rejected_an_order(stage: Stage) -> None:
    number = number_for("order", "carrier_rejected")
    story = await _submitted(stage, number, ONE)
    ask = await story.until_asked("carrier")
    assert ask.numbers == [number, ONE]
    assert CARRIER_CASES in ask.guidance
    await story.give_up(ONE)
    await story.retry(number)
    await story.prove(number)
    await story.until_asked("carrier")
    await story.give_up(number)
    result = await story.ends("not_active")
    assert states(result) == {number: "given_up", ONE: "given_up"}
    assert len(result.order_ids) == 2


@pytest.mark.parametrize("status", ["carrier_rejected", *ENDED[:-1]])
async def test_a_number_that_became_active_stays_active_in_an_order_that_failed(stage: Stage, status: str) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.set_status(ONE, status, {ONE: "successful"})
    if status == "carrier_rejected":
        assert (await story.until_asked("carrier")).numbers == [TWO]
        await story.give_up(TWO)
    result = await story.ends("partly_active")
    assert states(result)[ONE] == "active"
    assert status in row_of(result, TWO).because


async def test_a_number_closed_without_a_reason_takes_the_reason_of_its_order(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    await stage.set_status(ONE, "carrier_rejected", {ONE: "failed"})
    assert "carrier_rejected" in (await story.until_asked("carrier")).guidance


async def test_a_number_being_activated_in_a_successful_order_is_asked_about_after_a_working_day(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await skipping.in_review(ONE, TWO)
    await skipping.set_status(ONE, "successful", {ONE: "successful", TWO: "provisioning"})
    await skipping_server.sleep(timedelta(hours=2))
    seen = await story.until(lambda progress: states(progress)[ONE] == "active")
    assert not seen.asks
    await skipping_server.sleep(timedelta(days=7))
    assert (await story.until_asked("choice")).numbers == [TWO]
    await skipping.approve(ONE, TWO)
    await story.ends("active")


@pytest.mark.parametrize("status", ["pending", "ownership_successful"])
async def test_an_open_number_in_a_successful_order_is_asked_about(stage: Stage, status: str) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.configure(ownership_word_over_rest=True)
    await stage.set_status(ONE, "successful", {ONE: "successful", TWO: status})
    ask = await story.until_asked("choice")
    assert ask.numbers == [TWO]
    assert status in ask.guidance
    assert states(await story.look())[ONE] == "active", "partial success is reported at once"
    await story.answer(ask, "go_on")
    await story.ends("active")


@pytest.mark.parametrize("status", ["failed", "failed_number_not_found", "deleted"])
async def test_a_number_that_failed_in_a_successful_order_has_failed(stage: Stage, status: str) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.set_status(ONE, "successful", {ONE: "successful", TWO: status})
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "active", TWO: "failed"}
    assert row_of(result, TWO).because.endswith(NUMBERS[status].guidance)


async def test_an_order_status_that_no_table_knows_is_asked_about_until_the_next_known_one(stage: Stage) -> None:
    number = number_named("unknown order word")
    story = await _submitted(stage, number)
    ask = await story.until_asked("choice")
    assert "regulatory_hold" in ask.guidance
    assert {choice.choice for choice in ask.choices} == {"wait", "go_on", "give_up"}
    await stage.set_status(number, "provisioning")
    await story.until(lambda progress: not progress.asks)
    await stage.approve(number)
    await story.ends("active")


async def test_an_order_without_a_status_is_asked_about_and_never_deleted(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    order_id = await stage.the_order(ONE)
    await stage.set_status(ONE, "")
    ask = await story.until_asked("choice")
    assert order_id in ask.guidance
    await story.answer(ask, "give_up")
    result = await story.ends("not_active")
    assert states(result) == {ONE: "given_up"}
    assert order_id in result.left_behind[0]
