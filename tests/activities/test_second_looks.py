"""What is not believed at first: that an order is unknown, that it lacks numbers, that an attempt was never frozen."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from activities import heartbeats
from activities.delete_order import DeleteOrderActivities
from activities.eligibility import EligibilityActivities
from activities.listings import Listings
from activities.watch_order import WatchOrderActivities
from domain.activity_io import CheckEligibility, DeleteOrder, WatchOrder
from domain.calendar import Calendar
from domain.vocabulary import Next, NumberState
from runtime.fingerprints import Fingerprints
from telnyx_api.errors import NotFound, Problem
from telnyx_api.replies import Order
from tests import limits
from tests.activities.ordering_stage import OrderSteps, count_posts, work
from tests.activities.stage import NO_ORDER, PROFILE, A, Attempt, B, FakeLiveRequest, OneAccount, Stage, states_of

NO_SUCH_ORDER = NotFound("no such order", http_status=404, problems=(Problem(code="10005"),))


class ScriptedTelnyx:
    """The stage's client with one method that gives these answers first, and then the real ones."""

    def __init__(self, stage: Stage, method: str, *answers: object) -> None:
        self._real, self._method, self._answers = stage.telnyx, method, list(answers)

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        real: Callable[..., Awaitable[Any]] = getattr(self._real, name)
        if name != self._method or not self._answers:
            return real

        async def scripted(*arguments: Any, **options: Any) -> Any:
            answer = self._answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            assert callable(answer)
            return answer(await real(*arguments, **options))

        return scripted


def _watch(client: ScriptedTelnyx) -> WatchOrderActivities:
    return WatchOrderActivities(OneAccount(client), FakeLiveRequest(), Listings(3600.0), Calendar(), timedelta(days=3))


def _work(order_id: str) -> WatchOrder:
    return WatchOrder(account="default", order_id=order_id, known={NumberState.UNVERIFIED: [A]})


async def test_an_order_that_is_unknown_once_is_not_given_up(stage: Stage) -> None:
    order_id = await stage.order(A)
    watch = _watch(ScriptedTelnyx(stage, "get_order", NO_SUCH_ORDER))
    assert (await Attempt().fails(watch.watch_order, _work(order_id))).type == "NoNews"


async def test_an_order_that_is_unknown_twice_and_not_listed_counts_as_deleted(stage: Stage) -> None:
    watch = _watch(ScriptedTelnyx(stage, "get_order", NO_SUCH_ORDER, NO_SUCH_ORDER))
    verdict = await Attempt().run(watch.watch_order, _work(NO_ORDER))
    assert verdict.numbers[A].state is NumberState.FAILED


async def test_an_order_that_is_unknown_twice_but_listed_is_not_given_up(stage: Stage) -> None:
    order_id = await stage.order(A)
    watch = _watch(ScriptedTelnyx(stage, "get_order", NO_SUCH_ORDER, NO_SUCH_ORDER))
    assert (await Attempt().fails(watch.watch_order, _work(order_id))).type == "NoNews"


async def test_a_telnyx_that_finds_nothing_at_all_is_a_question_and_no_deletion(stage: Stage) -> None:
    order_id = await stage.order(A)
    await stage.faults("404", calls=["get", "list"])
    verdict = await Attempt().run(_watch(ScriptedTelnyx(stage, "get_order")).watch_order, _work(order_id))
    assert (verdict.next, verdict.numbers) == (Next.ASK, {})


async def test_an_order_stays_behind_when_telnyx_finds_nothing_at_all(stage: Stage) -> None:
    order_id = await stage.order(A)
    await stage.faults("404")
    work = DeleteOrder(account="default", order_id=order_id, known={NumberState.UNVERIFIED: [A]}, ours=[A])
    deleted = await Attempt().run(DeleteOrderActivities(stage.accounts).delete_order, work)
    assert not deleted.deleted
    assert order_id in deleted.left_behind


async def test_an_answer_that_leaves_numbers_out_does_not_prove_that_the_order_does(stage: Stage) -> None:
    client = ScriptedTelnyx(stage, "create_order", lambda order: Order(id=order.id, status="pending"))
    ordering = OrderSteps(OneAccount(client))
    verdict = await Attempt().run(ordering.place_order, work(A, B))
    assert states_of(verdict) == dict.fromkeys((A, B), NumberState.UNVERIFIED)


@pytest.mark.parametrize(("reads", "numbers"), [(1, {A}), (2, set())], ids=["listed then", "not listed then"])
async def test_an_order_that_lists_none_of_its_numbers_is_read_once_more(
    stage: Stage, reads: int, numbers: set[str]
) -> None:
    answers = [lambda order: Order(id=order.id, status="pending")] * reads
    create = ScriptedTelnyx(stage, "create_order", answers[0])
    client = ScriptedTelnyx(SimpleNamespace(telnyx=create), "get_order", *answers)  # type: ignore[arg-type]  # it reads nothing else of a stage
    ordering = OrderSteps(OneAccount(client))
    verdict = await Attempt().run(ordering.place_order, work(A))
    assert verdict.order_id
    assert set(verdict.numbers) == numbers


async def test_a_cancel_while_a_new_order_is_read_still_returns_it(stage: Stage) -> None:
    was_read = asyncio.Event()

    def _read(order: Order) -> Order:
        was_read.set()
        return Order(id=order.id, status="pending")

    create = ScriptedTelnyx(stage, "create_order", lambda order: Order(id=order.id, status="pending"))
    client = ScriptedTelnyx(SimpleNamespace(telnyx=create), "get_order", _read)  # type: ignore[arg-type]  # it reads nothing else of a stage
    attempt, ordering = Attempt(), OrderSteps(OneAccount(client))
    placing = asyncio.ensure_future(attempt.run(ordering.place_order, work(A)))
    async with asyncio.timeout(limits.WAIT):
        await was_read.wait()
    attempt.environment.cancel()
    assert (await placing).order_id


async def test_an_attempt_that_was_frozen_sends_no_order(stage: Stage) -> None:
    client = ScriptedTelnyx(stage, "all_orders", _freeze)
    ordering = OrderSteps(OneAccount(client))
    attempt = Attempt()
    attempt.change_info(heartbeat_timeout=timedelta(seconds=0.2))
    failure = await attempt.fails(ordering.place_order, work(A))
    assert failure.type == "Quarantine"
    assert await count_posts(stage) == 0


def _freeze(orders: list[Order]) -> list[Order]:
    time.sleep(0.3)  # blocks the whole process, heartbeats included
    return orders


async def test_a_number_in_another_order_goes_on_when_that_order_is_in_this_account(stage: Stage) -> None:
    activities = EligibilityActivities(stage.accounts, Fingerprints(b"f" * 32))
    asked = CheckEligibility(account="default", messaging_profile_id=PROFILE, phone_numbers=[A])
    order_id = await stage.order(A)
    await stage.control(f"numbers/{A}", {"eligible_status": "NUMBER_CAN_NOT_BE_REPEATED"})
    goes_on = await Attempt().run(activities.check_eligibility, asked)
    await stage.set_status(order_id, "deleted", {A: "deleted"})
    left_out = await Attempt().run(activities.check_eligibility, asked)
    assert left_out.numbers[A].state is NumberState.LEFT_OUT
    assert (goes_on.next, goes_on.numbers[A].state) == (Next.GO_ON, NumberState.NEW)


async def test_heartbeats_on_time_are_steady() -> None:
    async def beat() -> bool:
        async with heartbeats.send_heartbeats() as pulse:
            await asyncio.sleep(0)
            return pulse.is_steady

    assert await Attempt().environment.run(beat)
