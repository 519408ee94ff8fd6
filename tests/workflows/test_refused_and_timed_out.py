"""Numbers that the carrier refused or that timed out: the others are never held up, and people settle the rest."""

from datetime import timedelta

from tests.workflows.stage import Stage, states

ONE, TWO = "+15125550171", "+15125550172"
TIMES_OUT_ONCE, TIMES_OUT_ALWAYS = "+15005553009", "+15005553010"


async def test_a_number_that_timed_out_gets_one_new_order_by_itself_with_its_papers_reused(stage: Stage) -> None:
    story = await stage.request(ONE, TIMES_OUT_ONCE)
    await story.until_asked("codes")
    await story.codes(ONE, TIMES_OUT_ONCE)
    seen = await story.until(lambda progress: progress.round == 2 and progress.asks)
    assert seen.asks[0].numbers == [TIMES_OUT_ONCE]
    assert states(seen)[ONE] == "active"
    await story.codes(TIMES_OUT_ONCE)
    result = await story.ends("active")
    assert len(result.order_ids) == 2
    second = (await stage.orders(TIMES_OUT_ONCE))[-1]
    assert [row["phone_number"] for row in second["phone_numbers"]] == [TIMES_OUT_ONCE]


async def test_a_number_that_times_out_twice_is_a_question_that_names_both_orders(stage: Stage) -> None:
    story = await stage.request(TIMES_OUT_ALWAYS)
    await story.until_asked("codes")
    await story.codes(TIMES_OUT_ALWAYS)
    await story.until(lambda progress: progress.round == 2 and progress.asks)
    await story.codes(TIMES_OUT_ALWAYS)
    ask = await story.until_asked("support")
    seen = await story.look()
    assert len(seen.order_ids) == 2
    assert all(order_id in ask.guidance for order_id in seen.order_ids)
    await story.give_up(TIMES_OUT_ALWAYS)
    result = await story.ends("not_active")
    assert states(result) == {TIMES_OUT_ALWAYS: "given_up"}


async def test_a_number_that_the_carrier_refused_is_asked_about_while_the_others_go_on(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.act(ONE, numbers={TWO: "failed_carrier_rejected"})
    ask = await story.until_asked("carrier")
    assert ask.numbers == [TWO]
    assert "Bandwidth" in ask.guidance
    await stage.act(ONE, order="successful", numbers={ONE: "successful"})
    seen = await story.until(lambda progress: states(progress)[ONE] == "active")
    assert seen.outcome == "running"
    assert (await story.until_asked("carrier")).numbers == [TWO]


async def test_a_retried_number_gets_an_order_of_its_own(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.act(ONE, order="successful", numbers={ONE: "successful", TWO: "failed_carrier_rejected"})
    await story.until_asked("carrier")
    answer = await story.retry(TWO)
    assert answer.accepted
    await story.until_asked("codes")
    await stage.control("settings", {"review_seconds": 0.3})
    await story.codes(TWO)
    result = await story.ends("active")
    assert len(result.order_ids) == 2
    assert len(await stage.orders(ONE)) == 1


async def test_an_order_that_the_carrier_refused_waits_for_a_person(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.act(ONE, order="carrier_rejected")
    ask = await story.until_asked("carrier")
    assert ask.numbers == [ONE, TWO]
    await story.give_up(TWO)
    await story.retry(ONE)
    await story.until_asked("codes")
    await stage.control("settings", {"review_seconds": 0.3})
    await story.codes(ONE)
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "active", TWO: "given_up"}


async def test_nobody_settles_it_until_the_deadline_and_the_number_is_given_up(skipping: Stage) -> None:
    story = await skipping.in_review(ONE)
    await skipping.act(ONE, order="carrier_rejected")
    result = await story.ends("not_active")
    assert states(result) == {ONE: "given_up"}
    assert "(carrier_rejected)" in result.numbers[0].because


async def test_support_settles_nothing_until_the_deadline_and_the_number_is_given_up(skipping: Stage) -> None:
    story = await skipping.in_review(ONE, TWO)
    await skipping.act(ONE, order="successful", numbers={ONE: "successful", TWO: "failed_number_already_hosted"})
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "active", TWO: "given_up"}
    assert "Nobody answered the ask for support until its deadline." in result.numbers[1].because
    reminded = [event.at for event in result.events if event.what == "Reminded about support."]
    assert reminded[-1] - reminded[0] > timedelta(days=50), "support takes its time: sixty days"


async def test_a_cancel_leaves_a_refused_number_refused(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.act(ONE, order="successful", numbers={ONE: "successful", TWO: "failed_carrier_rejected"})
    await story.until_asked("carrier")
    await story.cancel()
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "active", TWO: "rejected"}
