"""Telnyx refuses an order because something is there already: it is looked for, and nothing more is sent."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain.vocabulary import AskKind, ChoiceKind, Next
from telnyx_api.errors import TryLater
from telnyx_api.replies import Order
from tests.activities.ordering_stage import QUARANTINE, OrderSteps, ordering, posts, work
from tests.activities.stage import BEGINNING, A, Attempt, B, C, OneClient, Stage, seconds


class Hiding:
    """The stage's client, whose list shows no order so many times, and then fails once or is the real one."""

    def __init__(self, stage: Stage, times: int, then: Exception | None = None) -> None:
        self._real = stage.telnyx
        self._answers: list[list[Order] | Exception] = [*([] for _ in range(times)), *([then] if then else [])]

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        real: Callable[..., Awaitable[Any]] = getattr(self._real, name)
        return self._scripted if name == "all_orders" and self._answers else real

    async def _scripted(self, **_options: object) -> list[Order]:
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def hiding(stage: Stage, times: int) -> OrderSteps:
    return OrderSteps(OneClient(Hiding(stage, times)))  # type: ignore[arg-type] # every method of the port by name


@pytest.fixture
async def conflict(stage: Stage) -> Stage:
    """Telnyx says once that what is ordered is there already."""
    await stage.faults("409", calls=["create"], times=1)
    return stage


async def test_an_order_that_the_second_list_shows_is_taken_over_at_once(conflict: Stage) -> None:
    order_id = await _placed_before(conflict, A, B)
    verdict = await Attempt().run(hiding(conflict, 1).place_order, work(A, B))
    assert (verdict.next, verdict.order_id) == (Next.GO_ON, order_id)
    assert await posts(conflict) == 2, "the one before, and the one refused"


async def test_an_order_that_the_list_shows_after_the_quarantine_is_taken_over(conflict: Stage) -> None:
    order_id = await _placed_before(conflict, A)
    first, step = Attempt(), hiding(conflict, 2).place_order
    failure = await first.fails(step, work(A))
    assert (failure.type, seconds(failure)) == ("Quarantine", QUARANTINE)
    assert (await first.next().run(step, work(A))).order_id == order_id
    assert await posts(conflict) == 2


async def test_what_no_list_shows_is_asked_about_in_telnyx_words_and_not_ordered_again(conflict: Stage) -> None:
    first, step = Attempt(), ordering(conflict).place_order
    await first.fails(step, work(A))
    verdict = await first.next().run(step, work(A))
    assert (verdict.next, verdict.order_id) == (Next.ASK, "")
    assert verdict.need is not None
    assert (verdict.need.kind, verdict.need.numbers) == (AskKind.CHOICE, [A])
    assert [choice.choice for choice in verdict.need.choices] == [ChoiceKind.AGAIN, ChoiceKind.GIVE_UP]
    assert "HTTP 409" in verdict.need.guidance
    assert verdict.may_be_ours, "so that it is looked for again at the end"
    assert await posts(conflict) == 1


async def test_trouble_in_between_does_not_make_an_attempt_forget_the_conflict(conflict: Stage) -> None:
    first, step = Attempt(), ordering(conflict).place_order
    await first.fails(step, work(A))
    second = first.next()
    await conflict.faults("429", calls=["list"], times=1)
    assert (await second.fails(step, work(A))).type == "TryLater"
    assert (await second.next().run(step, work(A))).next is Next.ASK
    assert await posts(conflict) == 1


async def test_a_list_that_fails_right_after_the_conflict_does_not_shorten_the_quarantine(conflict: Stage) -> None:
    client = Hiding(conflict, 1, then=TryLater("Not now."))
    first, step = Attempt(), OrderSteps(OneClient(client)).place_order  # type: ignore[arg-type] # as above
    failure = await first.fails(step, work(A))
    assert (failure.type, seconds(failure)) == ("TryLater", QUARANTINE)
    assert (await first.next().run(ordering(conflict).place_order, work(A))).next is Next.ASK
    assert await posts(conflict) == 1


async def test_orders_that_share_a_number_are_asked_about_once_the_quarantine_is_over(conflict: Stage) -> None:
    other = await _placed_before(conflict, A, C)
    first, step = Attempt(), hiding(conflict, 1).place_order
    assert (await first.fails(step, work(A, B))).type == "Quarantine"
    verdict = await first.next().run(step, work(A, B))
    assert verdict.need is not None
    assert other in verdict.need.guidance
    assert await posts(conflict) == 2


async def test_a_conflict_after_a_quarantine_is_waited_for_too(conflict: Stage) -> None:
    """The list hid the order from before for one quarantine already."""
    order_id = await _placed_before(conflict, A)
    step = hiding(conflict, 2).place_order
    second = Attempt(2, [1, "quiet", BEGINNING.isoformat()])
    assert (await second.fails(step, work(A))).type == "Quarantine"
    assert (await second.next().run(step, work(A))).order_id == order_id
    assert await posts(conflict) == 2


async def test_who_answers_again_has_it_ordered(conflict: Stage) -> None:
    first, step = Attempt(), ordering(conflict).place_order
    await first.fails(step, work(A))
    await first.next().run(step, work(A))
    assert (await Attempt().run(step, work(A))).order_id
    assert await posts(conflict) == 2


async def _placed_before(conflict: Stage, *numbers: str) -> str:
    """An order placed before Telnyx began to refuse; the fault comes after it."""
    await conflict.faults()
    order_id = await conflict.order(*numbers)
    await conflict.faults("409", calls=["create"], times=1)
    return order_id
