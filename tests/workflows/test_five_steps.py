"""The paths of a request that a person looks after well."""

from domain.messages import Progress
from tests.workflows.stage import Stage, pdf, states

ONE, TWO, THREE = "+15125550101", "+15125550102", "+15125550103"
WIRELESS = "+15005550003"
LOA_REFUSED_FIRST = "+15005553001"


async def test_one_number_goes_through_the_five_steps(stage: Stage) -> None:
    story = await stage.request(ONE)
    ask = await story.until_asked("codes")
    assert ask.numbers == [ONE]
    answer = await story.codes(ONE)
    assert [(row.phone_number, row.result) for row in answer.numbers] == [(ONE, "verified")]
    result = await story.ends("active")
    assert states(result) == {ONE: "active"}
    assert result.order_ids == [await stage.the_order(ONE)]
    assert not result.asks
    assert not result.left_behind


async def test_an_ineligible_number_is_left_out_while_the_rest_goes_on(stage: Stage) -> None:
    story = await stage.request(ONE, WIRELESS, TWO)
    await story.until_asked("codes")
    await story.codes(ONE, TWO)
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "active", WIRELESS: "left_out", TWO: "active"}
    assert "number_can_not_be_wireless" in next(n.because for n in result.numbers if n.phone_number == WIRELESS)


async def test_a_request_of_ineligible_numbers_alone_orders_nothing(stage: Stage) -> None:
    story = await stage.request(WIRELESS)
    result = await story.ends("not_active")
    assert states(result) == {WIRELESS: "left_out"}
    assert not await stage.orders(WIRELESS)


async def test_a_wrong_code_is_an_answer_not_an_error(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    answer = await story.wrong_code(ONE)
    assert answer.accepted
    assert answer.numbers[0].result == "rejected"
    await story.codes(ONE)
    await story.ends("active")


async def test_some_codes_come_now_and_the_rest_later(stage: Stage) -> None:
    story = await stage.request(ONE, TWO, THREE)
    await story.until_asked("codes")
    await story.codes(TWO)
    ask = await story.until_asked("codes")
    assert ask.numbers == [ONE, THREE]
    await story.codes(ONE, THREE)
    await story.ends("active")


async def test_codes_are_sent_again_by_sms_or_by_a_call(stage: Stage) -> None:
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    assert (await story.resend(ONE, method="call")).accepted
    inbox = await stage.control(f"inbox?phone_number=%2B{ONE[1:]}")
    assert [row["method"] for row in inbox] == ["sms", "call"]
    assert (await story.resend()).accepted
    inbox = await stage.control(f"inbox?phone_number=%2B{TWO[1:]}")
    assert [row["method"] for row in inbox] == ["sms", "sms"]
    await story.codes(ONE, TWO)
    await story.ends("active")


async def test_codes_can_come_by_a_bare_signal(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    code = await stage.code(ONE)
    await story.handle.signal("codes", {"codes": [{"phone_number": ONE, "code": code}], "by": "a script"})
    result = await story.ends("active")
    assert "a script" in [event.by for event in result.events]


async def test_documents_are_asked_for_when_they_are_missing(stage: Stage) -> None:
    story = await stage.request(ONE, papers=False)
    await story.until_asked("codes")
    await story.codes(ONE)
    ask = await story.until_asked("documents")
    assert "LOA and the bill" in ask.guidance
    papers = await stage.papers(story.reference)
    assert (await story.documents(loa=papers["loa"])).accepted
    ask = await story.until_asked("documents")
    assert "LOA" not in ask.guidance
    assert (await story.documents(bill=papers["bill"])).accepted
    await story.ends("active")


async def test_documents_may_come_before_they_are_asked_for(stage: Stage) -> None:
    story = await stage.request(ONE, papers=False)
    await story.until_asked("codes")
    await story.documents()
    await story.codes(ONE)
    result = await story.ends("active")
    assert not [event for event in result.events if event.what.startswith("Asked a person for documents")]


async def test_a_refused_loa_is_uploaded_again_to_the_same_order(stage: Stage) -> None:
    story = await stage.request(LOA_REFUSED_FIRST)
    await story.until_asked("codes")
    await story.codes(LOA_REFUSED_FIRST)
    ask = await story.until_asked("documents")
    assert "loa_file_invalid" in ask.guidance
    await story.documents()
    await story.ends("active")
    (order,) = await stage.orders(LOA_REFUSED_FIRST)
    assert len(order["uploads"]) == 2


async def test_every_happening_is_noted_for_people(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await story.codes(ONE)
    told = _told(await story.result())
    for what in (
        "1 of 1 numbers can be hosted",
        "Order ",
        "Asked a person for codes",
        "code(s) accepted",
        "uploaded",
        "Ended",
    ):
        assert what in told


def _told(progress: Progress) -> str:
    return "\n".join(event.what for event in progress.events)


async def test_the_question_about_refused_papers_names_the_numbers_that_the_bill_lacks(stage: Stage) -> None:
    reference = "bill-lacks-numbers"
    bill = await stage.store.put(reference, pdf("Your bill for 512-555-0101, thank you"), "bill.pdf")
    story = await stage.request(ONE, LOA_REFUSED_FIRST, reference=reference, bill=bill)
    await story.until_asked("codes")
    await story.codes(ONE, LOA_REFUSED_FIRST)
    ask = await story.until_asked("documents")
    assert "loa_file_invalid" in ask.guidance
    assert LOA_REFUSED_FIRST in ask.guidance
    await story.documents()
    await story.ends("active")
