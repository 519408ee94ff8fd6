"""How the code of a number may arrive, fail to arrive or be unnecessary."""

from tests.workflows.stage import Stage
from tests.workflows.story import states
from tests.workflows.telnyx_test_numbers import number_named

ONE, TWO = "+15125550271", "+15125550272"
ALREADY, NO_SMS = number_named("already verified"), number_named("SMS never arrives")
NEVER = number_named("code never arrives")


async def test_a_wrong_code_is_an_answer_not_an_error(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    answer = await story.wrong_code(ONE)
    assert (answer.accepted, answer.numbers[0].result) == (True, "rejected")
    await story.completes(ONE)


async def test_a_number_that_is_proved_already_says_so_and_goes_on(stage: Stage) -> None:
    story = await stage.request(ALREADY, ONE)
    await story.until_asked("codes")
    answer = await story.codes(ALREADY, ONE)
    results = {row.phone_number: row.result for row in answer.numbers}
    assert results == {ALREADY: "already_verified", ONE: "verified"}
    await story.ends("active")


async def test_a_number_whose_proof_shows_in_the_order_needs_no_code(stage: Stage) -> None:
    await stage.configure(ownership_word_over_rest=True)
    story = await stage.request(ALREADY, ONE)
    await story.until(lambda progress: states(progress)[ALREADY] == "verified")
    assert (await story.until_asked("codes")).numbers == [ONE]
    await story.completes(ONE)


async def test_codes_are_sent_again_by_sms_or_by_a_call_to_all_numbers_or_to_some(stage: Stage) -> None:
    story = await stage.request(ONE, NO_SMS)
    await story.until_asked("codes")
    assert await stage.inbox(NO_SMS) == []
    assert (await story.resend(NO_SMS, method="call")).accepted
    assert (await story.resend()).accepted
    assert [entry["method"] for entry in await stage.inbox(ONE)] == ["sms", "sms"]
    assert [entry["method"] for entry in await stage.inbox(NO_SMS)] == ["call"]


async def test_a_code_that_never_arrives_is_sent_again_until_the_number_is_given_up_and_the_others_go_on(
    stage: Stage,
) -> None:
    await stage.configure(upload_needs_verified=False)
    story = await stage.request(NEVER, ONE)
    await story.until_asked("codes")
    for method in ("sms", "call"):
        assert (await story.resend(NEVER, method=method)).accepted
    await story.codes(ONE)
    assert (await story.until_asked("codes")).numbers == [NEVER]
    await story.give_up(NEVER)
    result = await story.ends("partly_active")
    assert states(result) == {NEVER: "given_up", ONE: "active"}
    assert [len(order["uploads"]) for order in await stage.orders(ONE)] == [1], "the upload is tried without it"
