"""Exactly one order whatever becomes of the answers: attempt by attempt, in compressed time.

The faults come late, but within the quarantine, which is what the quarantine is for.
"""

import asyncio
from typing import TypeVar

import pytest
from temporalio.exceptions import ApplicationError

from domain.activity_io import FindOrder, OrderVerdict, PlaceOrder
from domain.vocabulary import Next
from tests.activities.ordering_stage import OrderSteps
from tests.activities.stage import PROFILE, A, Attempt, B, Stage, Step, seconds

QUARANTINE = 1000.0
COMPRESSION = QUARANTINE / 0.6
"""A wait of the whole quarantine takes 0.6 s; every other wait that an attempt asks for is as much shorter."""
LATE = 0.35
"""Later than the client's patience of 0.25 s, and well within the quarantine that begins then."""
MOST_ATTEMPTS = 12
In = TypeVar("In")
Out = TypeVar("Out")


class NoHolders:
    """Nobody else is at work."""

    async def find_holders(self, _order_id: str, *, besides: str) -> list[str]:  # noqa: ARG002 - named by the port
        return []


def ordering(stage: Stage) -> OrderSteps:
    return OrderSteps(stage.accounts, NoHolders(), quarantine=QUARANTINE)


def work(*numbers: str) -> PlaceOrder:
    return PlaceOrder(reference="r-1", account="default", messaging_profile_id=PROFILE, phone_numbers=list(numbers))


def search(*numbers: str) -> FindOrder:
    return FindOrder(reference="r-1", account="default", messaging_profile_id=PROFILE, phone_numbers=list(numbers))


async def obey(failure: ApplicationError) -> None:
    """Wait as the server would."""
    await asyncio.sleep(seconds(failure) / COMPRESSION)


async def until_answered(step: Step[In, Out], given: In, attempt: Attempt | None = None) -> Out:
    """Attempt after attempt, as the server would make them."""
    attempt = attempt or Attempt()
    for _ in range(MOST_ATTEMPTS):
        try:
            return await attempt.run(step, given)
        except ApplicationError as failure:
            if failure.non_retryable:
                raise
            await obey(failure)
            attempt = attempt.next()
    raise AssertionError(f"no answer in {MOST_ATTEMPTS} attempts")


async def one_order(stage: Stage, verdict: OrderVerdict) -> None:
    """The truth: one order, and it is the one in hand."""
    assert verdict.next is Next.GO_ON
    assert [order["id"] for order in await stage.truth()] == [verdict.order_id]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        # The order is made, its answer never comes.
        ("timeout_after_commit", {"delay": 2.0}),
        # The client has given up when the order is made.
        ("late_commit", {"delay": LATE}),
        # Nothing but a broken connection: with this seed before the order is made, with that one after it.
        ("reset", {"seed": 1}),
        ("reset", {"seed": 8}),
        # A plain failure; nothing was done, which the status does not tell.
        ("500", {}),
    ],
)
async def test_a_create_that_goes_wrong_leaves_one_order(stage: Stage, kind: str, options: dict[str, object]) -> None:
    await stage.faults(kind, calls=["create"], times=1, **options)
    await one_order(stage, await until_answered(ordering(stage).place_order, work(A, B)))


@pytest.mark.parametrize("kind", ["late_commit", "timeout_after_commit", "reset"])
async def test_a_create_that_goes_wrong_twice_leaves_one_order(stage: Stage, kind: str) -> None:
    await stage.faults(kind, calls=["create"], times=2, delay=LATE)
    await one_order(stage, await until_answered(ordering(stage).place_order, work(A)))


@pytest.mark.parametrize("kind", ["stale_list", "shuffled_list", "reset", "slow", "500"])
async def test_a_list_that_goes_wrong_as_well_leaves_one_order(stage: Stage, kind: str) -> None:
    """The list lags less than the quarantine lasts."""
    await stage.faults("timeout_after_commit", calls=["create"], times=1, delay=0.5)
    first = Attempt()
    failure = await first.fails(ordering(stage).place_order, work(A))
    await stage.faults(kind, calls=["list"], times=2, delay=LATE)
    await obey(failure)
    await one_order(stage, await until_answered(ordering(stage).place_order, work(A), first.next()))


async def test_a_worker_that_died_while_its_order_was_on_the_way_leaves_one_order(stage: Stage) -> None:
    """The order is made only after the next attempt has looked: the list was empty then."""
    await stage.faults("late_commit", calls=["create"], times=1, delay=LATE)
    dead = Attempt()
    await dead.fails(ordering(stage).place_order, work(A))  # what it left is lost with its worker
    await one_order(stage, await until_answered(ordering(stage).place_order, work(A), dead.after_a_crash()))


async def test_a_reset_run_whose_order_was_on_the_way_leaves_one_order(stage: Stage) -> None:
    await stage.faults("late_commit", calls=["create"], times=1, delay=LATE)
    await Attempt().fails(ordering(stage).place_order, work(A))
    afresh = work(A).model_copy(update={"started_afresh": True})
    await one_order(stage, await until_answered(ordering(stage).place_order, afresh))


@pytest.mark.parametrize("seed", range(3))
async def test_a_bad_day_at_telnyx_leaves_one_order(stage: Stage, seed: int) -> None:
    kinds = ["reset", "timeout_after_commit", "late_commit", "429", "500", "503", "shuffled_list"]
    await stage.faults(*kinds, rate=0.6, seed=seed, calls=["create", "list"], delay=LATE, times=5)
    await one_order(stage, await until_answered(ordering(stage).place_order, work(A, B)))


async def test_a_cancel_during_the_request_still_returns_the_order(stage: Stage) -> None:
    """An order whose id nobody learns could never be removed."""
    attempt = Attempt()
    await stage.faults("slow", calls=["create"], delay=0.15)
    placing = asyncio.ensure_future(attempt.run(ordering(stage).place_order, work(A)))
    async with asyncio.timeout(10):
        while not await stage.calls("POST"):  # noqa: ASYNC110 - the other side of HTTP has no event to wait for
            await asyncio.sleep(0.005)
    attempt.environment.cancel()
    await one_order(stage, await placing)


async def test_a_cancel_before_the_request_sends_nothing(stage: Stage) -> None:
    attempt = Attempt()
    await stage.faults("slow", calls=["list"], delay=0.2)
    placing = asyncio.ensure_future(attempt.run(ordering(stage).place_order, work(A)))
    async with asyncio.timeout(10):
        while not await stage.calls("GET"):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.005)
    attempt.environment.cancel()
    with pytest.raises(asyncio.CancelledError):
        await placing
    assert await stage.truth() == []


async def test_a_search_finds_the_order_that_was_made_late(stage: Stage) -> None:
    await stage.faults("late_commit", calls=["create"], times=1, delay=LATE)
    await Attempt().fails(ordering(stage).place_order, work(A))
    found = await until_answered(ordering(stage).find_order, search(A))
    await one_order(stage, found)


async def test_a_search_survives_a_list_that_fails(stage: Stage) -> None:
    order_id = await stage.order(A)
    await stage.faults("500", "reset", "429", calls=["list"], times=3)
    assert (await until_answered(ordering(stage).find_order, search(A))).order_id == order_id


async def test_without_a_look_the_simulator_makes_a_second_order(stage: Stage) -> None:
    """So that the tests above can fail at all."""
    await stage.order(A)
    await stage.order(A)
    assert len(await stage.truth()) == 2
