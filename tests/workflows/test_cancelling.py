"""A request can be stopped at every step, and says truly what is left."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.workflows.stage import Stage, Story, states

ONE, TWO = "+15125550121", "+15125550122"
Stop = Callable[[Story], Awaitable[object]]

BY_UPDATE: Stop = Story.cancel


async def by_temporal(story: Story) -> None:
    await story.handle.cancel()


STOPS = pytest.mark.parametrize("stop", [BY_UPDATE, by_temporal], ids=["update", "temporal"])


async def _held(stage: Stage, call: str) -> None:
    """Hold the next call of this kind open for a second."""
    await stage.faults(rate=1, kinds=["slow"], delay=1, calls=[call], times=1, seed=1)


@STOPS
async def test_cancelled_while_numbers_are_checked(stage: Stage, stop: Stop) -> None:
    await _held(stage, "eligibility")
    story = await stage.request(ONE)
    await story.until_at_work("check_eligibility")
    await stop(story)
    result = await story.ends("cancelled")
    assert states(result) == {ONE: "given_up"}
    assert not await stage.orders(ONE)


@STOPS
async def test_cancelled_while_the_order_is_placed(stage: Stage, stop: Stop) -> None:
    await _held(stage, "create")
    story = await stage.request(ONE)
    await story.until_at_work("place_order")
    await stop(story)
    await story.ends("cancelled")
    assert [order["status"] for order in await stage.orders(ONE)] in ([], ["deleted"])
    assert not await stage.calls("POST", "verification_codes")


@STOPS
async def test_cancelled_between_two_tries_to_place_the_order(stage: Stage, stop: Stop) -> None:
    await stage.faults(rate=1, kinds=["timeout_after_commit"], calls=["create"], times=1, seed=1, delay=0.5)
    story = await stage.request(ONE)
    await story.until_at_work("place_order")
    await stage.until_ordered(ONE)
    await stop(story)
    await story.ends("cancelled")
    assert [order["status"] for order in await stage.orders(ONE)] == ["deleted"]


@STOPS
async def test_cancelled_while_codes_are_awaited(stage: Stage, stop: Stop) -> None:
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await story.codes(ONE)
    await stop(story)
    result = await story.ends("cancelled")
    assert states(result) == {ONE: "given_up", TWO: "given_up"}
    assert [order["status"] for order in await stage.orders(ONE)] == ["deleted"]


@STOPS
async def test_cancelled_while_a_code_is_submitted(stage: Stage, stop: Stop) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await _held(stage, "submit_codes")
    submitting = asyncio.ensure_future(story.codes(ONE))
    await story.until_at_work("submit_codes")
    await stop(story)
    assert (await submitting).sentence
    await story.ends("cancelled")
    assert [order["status"] for order in await stage.orders(ONE)] == ["deleted"]


@STOPS
async def test_cancelled_while_documents_are_awaited(stage: Stage, stop: Stop) -> None:
    story = await stage.request(ONE, papers=False)
    await story.until_asked("codes")
    await story.codes(ONE)
    await story.until_asked("documents")
    await stop(story)
    await story.ends("cancelled")
    assert [order["status"] for order in await stage.orders(ONE)] == ["deleted"]


@STOPS
async def test_cancelled_while_the_papers_go_up(stage: Stage, stop: Stop) -> None:
    await stage.control("settings", {"review_seconds": 600})
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await _held(stage, "upload")
    await story.codes(ONE)
    await story.until_at_work("upload_documents")
    await stop(story)
    await story.ends("cancelled")
    assert [order["status"] for order in await stage.orders(ONE)] == ["deleted"]


@STOPS
async def test_cancelled_during_the_review(stage: Stage, stop: Stop) -> None:
    await stage.control("settings", {"review_seconds": 600})
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await story.codes(ONE)
    await story.until_step("review")
    await stop(story)
    await story.ends("cancelled")
    assert [order["status"] for order in await stage.orders(ONE)] == ["deleted"]


async def test_an_active_number_is_never_switched_off_by_a_cancel(stage: Stage) -> None:
    await stage.control("settings", {"review_seconds": 600})
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await story.codes(ONE, TWO)
    await story.until_step("review")
    await stage.act(ONE, order="provisioning", numbers={ONE: "successful"})
    await story.until(lambda progress: states(progress)[ONE] == "active")
    await story.cancel()
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "active", TWO: "given_up"}
    assert ONE in result.left_behind[0]
    assert (await stage.orders(ONE))[0]["status"] == "provisioning"


async def test_two_cancels_at_once_clean_up_once(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await asyncio.gather(story.cancel(), story.handle.cancel())
    await story.ends("cancelled")
    assert [order["status"] for order in await stage.orders(ONE)] == ["deleted"]


async def test_a_request_whose_numbers_were_all_given_up_removes_its_order(stage: Stage) -> None:
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await story.give_up(ONE)
    assert (await stage.orders(ONE))[0]["status"] == "pending"
    await story.give_up(TWO)
    await story.ends("not_active")
    assert [order["status"] for order in await stage.orders(ONE)] == ["deleted"]


async def test_giving_up_some_numbers_never_deletes_the_order_that_others_share(stage: Stage) -> None:
    await stage.control("settings", {"upload_needs_verified": False})
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await story.codes(ONE)
    await story.give_up(TWO)
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "active", TWO: "given_up"}
    [order] = await stage.orders(TWO)
    words = {row["phone_number"]: row["status"] for row in order["phone_numbers"]}
    assert words == {ONE: "successful", TWO: "failed_ownership_verification"}
    assert not result.left_behind, "Telnyx itself ended the other number"
