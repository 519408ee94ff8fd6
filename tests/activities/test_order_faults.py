"""Exactly one order in spite of every fault, attempt by attempt and in compressed time.

The faults come late, but within the quarantine: that is what it is for.
"""

import asyncio
from typing import TypeVar

import pytest
from temporalio.exceptions import ApplicationError

from domain.activity_io import OrderVerdict
from domain.vocabulary import Next
from tests import limits
from tests.activities.ordering_stage import OrderSteps, search, work
from tests.activities.stage import A, Attempt, B, Stage, Step, seconds

QUARANTINE = 1000.0
COMPRESSION = QUARANTINE / 0.6
"""The whole quarantine takes 0.6 s. Every other delay that an attempt asks for is shortened as much."""
LATE = 0.35
"""Seconds: longer than the client's timeout of 0.25 s, and well within the quarantine that follows it."""
MOST_ATTEMPTS = 12
In = TypeVar("In")
Out = TypeVar("Out")


def ordering(stage: Stage) -> OrderSteps:
    return OrderSteps(stage.accounts, quarantine=QUARANTINE)


async def wait_for_retry(failure: ApplicationError) -> None:
    """Wait as the server does."""
    await asyncio.sleep(seconds(failure) / COMPRESSION)


async def until_answered(step: Step[In, Out], given: In, attempt: Attempt | None = None) -> Out:
    """Attempt after attempt, as the server makes them."""
    attempt = attempt or Attempt()
    for _ in range(MOST_ATTEMPTS):
        try:
            return await attempt.run(step, given)
        except ApplicationError as failure:
            if failure.non_retryable:
                raise
            await wait_for_retry(failure)
            attempt = attempt.next()
    raise AssertionError(f"no answer in {MOST_ATTEMPTS} attempts")


async def expect_one_order(stage: Stage, verdict: OrderVerdict) -> None:
    """Telnyx has one order, and it is the one of the verdict."""
    assert verdict.next is Next.GO_ON
    assert [order["id"] for order in await stage.orders()] == [verdict.order_id]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        # The order is created, and its answer is lost.
        ("timeout_after_commit", {"delay": 2.0}),
        # The order is created after the client gave up.
        ("late_commit", {"delay": LATE}),
        # The connection breaks: with this seed before the order is created, with that one after it.
        ("reset", {"seed": 1}),
        ("reset", {"seed": 8}),
        # Nothing is created, but the status does not say so.
        ("500", {}),
        # A proxy answers in Telnyx's place: with this seed before the order is created, with that one after it.
        *((kind, {"seed": seed}) for kind in ("page_200", "page_403", "json_407", "blank_404") for seed in (1, 8)),
    ],
)
async def test_a_failed_create_leaves_one_order(stage: Stage, kind: str, options: dict[str, object]) -> None:
    await stage.faults(kind, calls=["create"], times=1, **options)
    await expect_one_order(stage, await until_answered(ordering(stage).place_order, work(A, B)))


@pytest.mark.parametrize("kind", ["late_commit", "timeout_after_commit", "reset"])
async def test_a_create_that_fails_twice_leaves_one_order(stage: Stage, kind: str) -> None:
    await stage.faults(kind, calls=["create"], times=2, delay=LATE)
    await expect_one_order(stage, await until_answered(ordering(stage).place_order, work(A)))


@pytest.mark.parametrize("kind", ["stale_list", "shuffled_list", "reset", "slow", "500", "page_404"])
async def test_a_list_that_fails_after_the_create_leaves_one_order(stage: Stage, kind: str) -> None:
    """The list lags less than the quarantine lasts."""
    await stage.faults("timeout_after_commit", calls=["create"], times=1, delay=0.5)
    first = Attempt()
    failure = await first.fails(ordering(stage).place_order, work(A))
    await stage.faults(kind, calls=["list"], times=2, delay=LATE)
    await wait_for_retry(failure)
    await expect_one_order(stage, await until_answered(ordering(stage).place_order, work(A), first.next()))


async def test_a_worker_that_dies_with_its_order_on_the_way_leaves_one_order(stage: Stage) -> None:
    """The next attempt finds an empty list: the order is created only after that."""
    await stage.faults("late_commit", calls=["create"], times=1, delay=LATE)
    dead = Attempt()
    await dead.fails(ordering(stage).place_order, work(A))  # its heartbeat is lost with its worker
    await expect_one_order(stage, await until_answered(ordering(stage).place_order, work(A), dead.after_a_crash()))


async def test_a_reset_with_an_order_on_the_way_leaves_one_order(stage: Stage) -> None:
    await stage.faults("late_commit", calls=["create"], times=1, delay=LATE)
    await Attempt().fails(ordering(stage).place_order, work(A))
    afresh = work(A).model_copy(update={"started_afresh": True})
    await expect_one_order(stage, await until_answered(ordering(stage).place_order, afresh))


@pytest.mark.parametrize("seed", range(3))
async def test_a_bad_day_at_telnyx_leaves_one_order(stage: Stage, seed: int) -> None:
    kinds = ["reset", "timeout_after_commit", "late_commit", "429", "500", "503", "shuffled_list"]
    await stage.faults(*kinds, rate=0.6, seed=seed, calls=["create", "list"], delay=LATE, times=5)
    await expect_one_order(stage, await until_answered(ordering(stage).place_order, work(A, B)))


async def test_a_cancel_during_the_request_still_returns_the_order(stage: Stage) -> None:
    """An order whose id is lost could never be removed."""
    attempt = Attempt()
    await stage.faults("slow", calls=["create"], delay=0.15)
    placing = asyncio.ensure_future(attempt.run(ordering(stage).place_order, work(A)))
    async with asyncio.timeout(limits.WAIT):
        while not await stage.calls("POST"):  # noqa: ASYNC110 - the simulator has no event to wait for
            await asyncio.sleep(0.005)
    attempt.environment.cancel()
    await expect_one_order(stage, await placing)


async def test_a_cancel_before_the_request_sends_nothing(stage: Stage) -> None:
    attempt = Attempt()
    await stage.faults("slow", calls=["list"], delay=0.2)
    placing = asyncio.ensure_future(attempt.run(ordering(stage).place_order, work(A)))
    async with asyncio.timeout(limits.WAIT):
        while not await stage.calls("GET"):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.005)
    attempt.environment.cancel()
    with pytest.raises(asyncio.CancelledError):
        await placing
    assert await stage.orders() == []


async def test_a_search_finds_an_order_that_was_created_late(stage: Stage) -> None:
    await stage.faults("late_commit", calls=["create"], times=1, delay=LATE)
    await Attempt().fails(ordering(stage).place_order, work(A))
    found = await until_answered(ordering(stage).find_order, search(A))
    await expect_one_order(stage, found)


async def test_a_search_survives_a_list_that_fails(stage: Stage) -> None:
    order_id = await stage.order(A)
    await stage.faults("500", "reset", "429", calls=["list"], times=3)
    assert (await until_answered(ordering(stage).find_order, search(A))).order_id == order_id


async def test_the_simulator_creates_a_second_order_for_the_same_numbers(stage: Stage) -> None:
    """So the tests above can fail."""
    await stage.order(A)
    await stage.order(A)
    assert len(await stage.orders()) == 2
