"""Telnyx refuses an order because it has one already: that one is looked for, and no other is sent."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain.vocabulary import AskKind, ChoiceKind, Next
from telnyx_api.errors import TryLater
from telnyx_api.replies import Order
from tests.activities.ordering_stage import QUARANTINE, OrderSteps, count_posts, ordering, work
from tests.activities.stage import BEGINNING, A, Attempt, B, C, OneAccount, Stage, need_of, seconds


class HidingTelnyx:
    """The stage's client, whose list shows no order for some times, then fails once or shows all."""

    def __init__(self, stage: Stage, times: int, then: Exception | None = None) -> None:
        self._real = stage.telnyx
        self._answers: list[list[Order] | Exception] = [*([] for _ in range(times)), *([then] if then else [])]

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        real: Callable[..., Awaitable[Any]] = getattr(self._real, name)
        return self._list if name == "all_orders" and self._answers else real

    async def _list(self, **_options: object) -> list[Order]:
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def hiding(stage: Stage, times: int) -> OrderSteps:
    return OrderSteps(OneAccount(HidingTelnyx(stage, times)))


@pytest.fixture
async def conflict(stage: Stage) -> Stage:
    """Telnyx refuses the next order once, because it has one already."""
    await stage.faults("409", calls=["create"], times=1)
    return stage


async def test_an_order_that_the_second_list_shows_is_adopted_at_once(conflict: Stage) -> None:
    order_id = await _placed_before(conflict, A, B)
    verdict = await Attempt().run(hiding(conflict, 1).place_order, work(A, B))
    assert (verdict.next, verdict.order_id) == (Next.GO_ON, order_id)
    assert await count_posts(conflict) == 2, "the existing order, and the refused one"


async def test_an_order_that_the_list_shows_after_the_quarantine_is_adopted(conflict: Stage) -> None:
    order_id = await _placed_before(conflict, A)
    first, step = Attempt(), hiding(conflict, 2).place_order
    failure = await first.fails(step, work(A))
    assert (failure.type, seconds(failure)) == ("Quarantine", QUARANTINE)
    assert (await first.next().run(step, work(A))).order_id == order_id
    assert await count_posts(conflict) == 2


async def test_an_order_that_no_list_shows_is_a_question_in_telnyx_words(conflict: Stage) -> None:
    first, step = Attempt(), ordering(conflict).place_order
    await first.fails(step, work(A))
    verdict = await first.next().run(step, work(A))
    need = need_of(verdict)
    assert (verdict.next, verdict.order_id) == (Next.ASK, "")
    assert (need.kind, need.numbers) == (AskKind.CHOICE, [A])
    assert [choice.choice for choice in need.choices] == [ChoiceKind.AGAIN, ChoiceKind.GIVE_UP]
    assert "HTTP 409" in need.guidance
    assert verdict.may_be_ours, "it is looked for again at the end"
    assert await count_posts(conflict) == 1


async def test_a_failure_in_between_keeps_the_conflict(conflict: Stage) -> None:
    first, step = Attempt(), ordering(conflict).place_order
    await first.fails(step, work(A))
    second = first.next()
    await conflict.faults("429", calls=["list"], times=1)
    assert (await second.fails(step, work(A))).type == "TryLater"
    assert (await second.next().run(step, work(A))).next is Next.ASK
    assert await count_posts(conflict) == 1


async def test_a_failed_list_after_the_conflict_does_not_shorten_the_quarantine(conflict: Stage) -> None:
    client = HidingTelnyx(conflict, 1, then=TryLater("Not now."))
    first, step = Attempt(), OrderSteps(OneAccount(client)).place_order
    failure = await first.fails(step, work(A))
    assert (failure.type, seconds(failure)) == ("TryLater", QUARANTINE)
    assert (await first.next().run(ordering(conflict).place_order, work(A))).next is Next.ASK
    assert await count_posts(conflict) == 1


async def test_an_order_that_shares_a_number_is_a_question_after_the_quarantine(conflict: Stage) -> None:
    other = await _placed_before(conflict, A, C)
    first, step = Attempt(), hiding(conflict, 1).place_order
    assert (await first.fails(step, work(A, B))).type == "Quarantine"
    verdict = await first.next().run(step, work(A, B))
    assert other in need_of(verdict).guidance
    assert await count_posts(conflict) == 2


async def test_a_conflict_after_a_quarantine_causes_another_one(conflict: Stage) -> None:
    """The list has hidden the order for one quarantine already."""
    order_id = await _placed_before(conflict, A)
    step = hiding(conflict, 2).place_order
    second = Attempt(2, [1, "quiet", BEGINNING.isoformat()])
    assert (await second.fails(step, work(A))).type == "Quarantine"
    assert (await second.next().run(step, work(A))).order_id == order_id
    assert await count_posts(conflict) == 2


async def test_the_answer_again_places_an_order(conflict: Stage) -> None:
    first, step = Attempt(), ordering(conflict).place_order
    await first.fails(step, work(A))
    await first.next().run(step, work(A))
    assert (await Attempt().run(step, work(A))).order_id
    assert await count_posts(conflict) == 2


async def _placed_before(conflict: Stage, *numbers: str) -> str:
    """An order from before the refusal."""
    await conflict.faults()
    order_id = await conflict.order(*numbers)
    await conflict.faults("409", calls=["create"], times=1)
    return order_id


class MixedUp:
    """A Telnyx that answers each new order with an order of other numbers. Ours may be created as well."""

    def __init__(self, stage: Stage, foreign: Order, *, creates: bool) -> None:
        self._real, self._foreign, self._creates = stage.telnyx, foreign, creates

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        real: Callable[..., Awaitable[Any]] = getattr(self._real, name)
        return real

    async def create_order(self, profile: str, numbers: list[str]) -> Order:
        if self._creates:
            await self._real.create_order(profile, numbers)
        return self._foreign


@pytest.mark.parametrize("theirs", [(B,), (A, B)], ids=["none of ours", "one of ours"])
async def test_an_answer_with_an_order_of_other_numbers_is_not_taken_for_the_requests_order(
    stage: Stage, theirs: tuple[str, ...]
) -> None:
    foreign = await stage.telnyx.get_order(await stage.order(*theirs))
    await stage.set_status(foreign.id, "failed")  # no list names it for our numbers
    step, first = OrderSteps(OneAccount(MixedUp(stage, foreign, creates=False))).place_order, Attempt()
    assert (await first.fails(step, work(A))).type == "Quarantine"
    verdict = await first.next().run(step, work(A))
    assert (verdict.next, verdict.order_id, verdict.may_be_ours) == (Next.ASK, "", True)
    assert foreign.id in need_of(verdict).guidance


async def test_the_requests_order_is_found_behind_the_answer_with_another_order(stage: Stage) -> None:
    foreign = await stage.telnyx.get_order(await stage.order(B))
    step = OrderSteps(OneAccount(MixedUp(stage, foreign, creates=True))).place_order
    verdict = await Attempt().run(step, work(A))
    assert verdict.order_id == await _newest(stage)
    assert verdict.order_id != foreign.id
    assert await count_posts(stage) == 2


async def _newest(stage: Stage) -> str:
    return str((await stage.orders())[-1]["id"])
