"""What is not believed at once: an order said to be unknown, an answer that leaves numbers out, a frozen attempt."""

import asyncio
import dataclasses
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from activities import heartbeats
from activities.delete_order import DeleteOrderActivities
from activities.eligibility import EligibilityActivities
from activities.watch_order import WatchOrderActivities
from domain.activity_io import CheckEligibility, DeleteOrder, WatchOrder
from domain.calendar import Calendar
from domain.vocabulary import Next, NumberState
from runtime.fingerprints import Fingerprints
from telnyx_api.errors import NotFound, Problem
from telnyx_api.replies import Order
from tests.activities.ordering_stage import OrderSteps, posts, work
from tests.activities.stage import PROFILE, A, Attempt, B, Knowing, OneClient, Stage

NO_SUCH_ORDER = NotFound("no such order", http_status=404, problems=(Problem(code="10005"),))
BY_A_PROXY = NotFound("not found", http_status=404)


class Instead:
    """The stage's client with one method replaced: it answers in turn, and lastly as the real one."""

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


def _watch(client: Instead) -> WatchOrderActivities:
    accounts = OneClient(client)  # type: ignore[arg-type] # every method of the port by name
    return WatchOrderActivities(accounts, Knowing(), 3600.0, Calendar(), timedelta(days=3))


def _work(order_id: str) -> WatchOrder:
    return WatchOrder(account="default", order_id=order_id, known={NumberState.UNVERIFIED: [A]})


async def test_an_order_unknown_once_is_not_given_up(stage: Stage) -> None:
    order_id = await stage.order(A)
    watching = _watch(Instead(stage, "get_order", NO_SUCH_ORDER))
    assert (await Attempt().fails(watching.watch_order, _work(order_id))).type == "NoNews"


async def test_an_order_unknown_twice_and_not_listed_counts_as_deleted(stage: Stage) -> None:
    watching = _watch(Instead(stage, "get_order", NO_SUCH_ORDER, NO_SUCH_ORDER))
    verdict = await Attempt().run(watching.watch_order, _work("99999999-9999-4999-8999-999999999999"))
    assert verdict.numbers[A].state is NumberState.FAILED


async def test_an_order_unknown_twice_that_is_listed_all_the_same_is_not_given_up(stage: Stage) -> None:
    order_id = await stage.order(A)
    watching = _watch(Instead(stage, "get_order", NO_SUCH_ORDER, NO_SUCH_ORDER))
    assert (await Attempt().fails(watching.watch_order, _work(order_id))).type == "NoNews"


async def test_a_telnyx_that_knows_nothing_at_all_is_a_question_and_no_deletion(stage: Stage) -> None:
    order_id = await stage.order(A)
    await stage.faults("404", calls=["get", "list"])
    verdict = await Attempt().run(_watch(Instead(stage, "get_order")).watch_order, _work(order_id))
    assert (verdict.next, verdict.numbers) == (Next.ASK, {})


async def test_an_order_that_cannot_be_found_because_telnyx_finds_nothing_is_left_behind_in_so_many_words(
    stage: Stage,
) -> None:
    order_id = await stage.order(A)
    await stage.faults("404")
    work = DeleteOrder(account="default", order_id=order_id, known={NumberState.UNVERIFIED: [A]}, ours=[A])
    deleted = await Attempt().run(DeleteOrderActivities(stage.accounts).delete_order, work)
    assert not deleted.deleted
    assert f"Order {order_id} could not be deleted" in deleted.left_behind


async def test_a_404_that_is_not_telnyxs_proves_nothing(stage: Stage) -> None:
    order_id = await stage.order(A)
    watching = _watch(Instead(stage, "get_order", BY_A_PROXY, BY_A_PROXY, BY_A_PROXY))
    assert (await Attempt().fails(watching.watch_order, _work(order_id))).type == "OutcomeUnknown"


async def test_an_answer_that_leaves_numbers_out_is_no_proof_that_the_order_does(stage: Stage) -> None:
    client = Instead(stage, "create_order", lambda order: Order(id=order.id, status="pending"))
    ordering = OrderSteps(OneClient(client))  # type: ignore[arg-type] # as above
    verdict = await Attempt().run(ordering.place_order, work(A, B))
    assert {number: told.state for number, told in verdict.numbers.items()} == {
        A: NumberState.UNVERIFIED,
        B: NumberState.UNVERIFIED,
    }


@pytest.mark.parametrize(("looks", "named"), [(1, {A}), (2, set())], ids=["by the second look", "not then either"])
async def test_an_order_that_names_none_of_its_numbers_is_looked_at_once_more(
    stage: Stage, looks: int, named: set[str]
) -> None:
    answers = [lambda order: Order(id=order.id, status="pending")] * looks
    create = Instead(stage, "create_order", answers[0])
    client = Instead(SimpleNamespace(telnyx=create), "get_order", *answers)  # type: ignore[arg-type] # as above
    ordering = OrderSteps(OneClient(client))  # type: ignore[arg-type] # as above
    verdict = await Attempt().run(ordering.place_order, work(A))
    assert verdict.order_id
    assert set(verdict.numbers) == named


async def test_a_cancel_while_a_new_order_is_looked_at_still_returns_it(stage: Stage) -> None:
    looked = asyncio.Event()

    def _look(order: Order) -> Order:
        looked.set()
        return Order(id=order.id, status="pending")

    create = Instead(stage, "create_order", lambda order: Order(id=order.id, status="pending"))
    client = Instead(SimpleNamespace(telnyx=create), "get_order", _look)  # type: ignore[arg-type] # as above
    attempt, ordering = Attempt(), OrderSteps(OneClient(client))  # type: ignore[arg-type] # as above
    placing = asyncio.ensure_future(attempt.run(ordering.place_order, work(A)))
    async with asyncio.timeout(10):
        await looked.wait()
    attempt.environment.cancel()
    assert (await placing).order_id


async def test_a_frozen_attempt_sends_nothing_once_it_has_a_successor(stage: Stage) -> None:
    client = Instead(stage, "all_orders", _frozen_for_longer_than_the_server_waits)
    ordering = OrderSteps(OneClient(client))  # type: ignore[arg-type] # as above
    attempt = Attempt()
    attempt.environment.info = dataclasses.replace(attempt.environment.info, heartbeat_timeout=timedelta(seconds=0.2))
    failure = await attempt.fails(ordering.place_order, work(A))
    assert failure.type == "Quarantine"
    assert await posts(stage) == 0


def _frozen_for_longer_than_the_server_waits(orders: list[Order]) -> list[Order]:
    time.sleep(0.3)  # holds up the whole process, heartbeats included
    return orders


async def test_a_number_said_to_be_in_another_order_goes_on_when_that_order_is_ours(stage: Stage) -> None:
    activities = EligibilityActivities(stage.accounts, Fingerprints(b"f" * 32))
    asked = CheckEligibility(account="default", messaging_profile_id=PROFILE, phone_numbers=[A])
    order_id = await stage.order(A)
    await stage.control(f"numbers/{A}", {"eligible_status": "NUMBER_CAN_NOT_BE_REPEATED"})
    goes_on = await Attempt().run(activities.check_eligibility, asked)
    await stage.portal(order_id, "deleted", {A: "deleted"})
    left_out = await Attempt().run(activities.check_eligibility, asked)
    assert left_out.numbers[A].state is NumberState.LEFT_OUT
    assert (goes_on.next, goes_on.numbers[A].state) == (Next.GO_ON, NumberState.NEW)


async def test_heartbeats_on_time_are_steady() -> None:
    async def beat() -> bool:
        async with heartbeats.send_heartbeats() as pulse:
            await asyncio.sleep(0)
            return pulse.is_steady

    assert await Attempt().environment.run(beat)
