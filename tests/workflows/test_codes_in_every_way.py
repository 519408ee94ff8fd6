"""How a code may come, fail to come or be unnecessary; each number has a way of its own."""

from tests.workflows.stage import Stage, states
from tests.workflows.telnyx_test_numbers import twist

ONE = "+15125550271"
ALREADY, FIRST_REJECTED = twist("already verified"), twist("first code rejected")
NO_SMS, NEVER = twist("SMS never arrives"), twist("code never arrives")


async def test_a_number_that_is_proved_already_says_so_and_goes_on(stage: Stage) -> None:
    story = await stage.request(ALREADY, ONE)
    await story.until_asked("codes")
    answer = await story.codes(ALREADY, ONE)
    results = {row.phone_number: row.result for row in answer.numbers}
    assert results == {ALREADY: "already_verified", ONE: "verified"}
    await story.ends("active")


async def test_a_number_whose_proof_shows_in_the_order_needs_no_code(stage: Stage) -> None:
    await stage.control("settings", {"ownership_word_over_rest": True})
    story = await stage.request(ALREADY, ONE)
    await story.until(lambda progress: states(progress)[ALREADY] == "verified")
    assert (await story.until_asked("codes")).numbers == [ONE]
    await story.codes(ONE)
    await story.ends("active")


async def test_a_code_that_telnyx_rejects_at_first_may_be_handed_in_again(stage: Stage) -> None:
    story = await stage.request(FIRST_REJECTED)
    await story.until_asked("codes")
    answer = await story.codes(FIRST_REJECTED)
    assert answer.accepted, "a wrong code is an answer, not an error"
    assert "rejected" in answer.sentence
    assert "Read out the newest code" in answer.sentence
    await story.codes(FIRST_REJECTED)
    await story.ends("active")


async def test_a_code_that_no_text_brings_comes_by_a_call(stage: Stage) -> None:
    story = await stage.request(NO_SMS)
    ask = await story.until_asked("codes")
    assert "also by a call" in ask.guidance
    assert not await stage.control(f"inbox?phone_number=%2B{NO_SMS[1:]}")
    assert (await story.resend(NO_SMS, method="call")).accepted
    await story.codes(NO_SMS)
    await story.ends("active")


async def test_a_code_that_never_comes_is_sent_again_until_the_number_is_given_up_and_the_others_go_on(
    stage: Stage,
) -> None:
    await stage.control("settings", {"upload_needs_verified": False})
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
