"""What a request ignores: news of other numbers or orders, news of finished numbers, and answers to closed asks."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from domain.messages import HostingRequest, TelnyxNews
from domain.verdicts import NumberVerdict, Verdict
from domain.vocabulary import AskKind, ChoiceKind, Next, NumberState
from workflows.request.activity_calls import shielded
from workflows.request.asks import Asks
from workflows.request.records import AskRecord, Round
from workflows.request.state import State
from workflows.request.watch import Watch
from workflows.steps import transfer

if TYPE_CHECKING:
    from workflows.request.context import RequestContext

ONE, STRANGER = "+15125550271", "+15125550279"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
REQUEST = HostingRequest(reference="r-1", messaging_profile_id="p", phone_numbers=[ONE])


@pytest.fixture
def state() -> State:
    return State.of(REQUEST)


def test_a_verdict_about_a_number_of_another_request_changes_nothing(state: State) -> None:
    before = state.model_copy(deep=True)
    active = NumberVerdict(state=NumberState.ACTIVE, status="successful")
    state.apply_verdict(Verdict(next=Next.WAIT, numbers={STRANGER: active}))
    assert state == before


def test_an_active_number_stays_active_after_any_verdict_and_cannot_be_given_up(state: State) -> None:
    state.numbers[ONE].apply(NumberVerdict(state=NumberState.ACTIVE, status="successful", because="It is active."))
    before = state.model_copy(deep=True)
    state.numbers[ONE].apply(NumberVerdict(state=NumberState.FAILED, status="failed", because="It failed."))
    state.give_up([ONE], "No one answered.")
    assert state == before


def test_an_answer_to_a_closed_ask_or_with_another_choice_is_found_nowhere(state: State) -> None:
    state.asks = [AskRecord(id="choice-1", kind=AskKind.CHOICE, numbers=[ONE], guidance="Choose.", since=NOW)]
    asks = Asks(REQUEST, state)
    assert asks.find("choice-1", ChoiceKind.AGAIN, "") is None
    assert asks.find("choice-2", ChoiceKind.AGAIN, "") is None


async def test_shielded_work_is_finished_although_it_is_cancelled_twice() -> None:
    begun, go_on, done = asyncio.Event(), asyncio.Event(), []

    async def clean_up() -> None:
        begun.set()
        await go_on.wait()
        done.append("clean")

    task = asyncio.create_task(shielded(clean_up()))
    await begun.wait()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    go_on.set()
    await task
    assert done == ["clean"]


async def test_shielded_work_that_cancels_itself_does_not_count_as_done() -> None:
    async def cancelled() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await shielded(cancelled())


@pytest.mark.parametrize(
    ("order_id", "of_webhook"),
    [("", "order-1"), ("order-2", "order-1"), ("order-2", "")],
    ids=["earlier, while this round has none yet", "earlier", "unnamed"],
)
def test_a_webhook_about_the_transfer_of_another_order_is_ignored(state: State, order_id: str, of_webhook: str) -> None:
    state.round, state.order_ids = Round(numbers=[ONE], order_id=order_id), ["order-1"]
    request = cast("RequestContext", SimpleNamespace(state=state, given=REQUEST))
    transfer.on_transfer_event(request, TelnyxNews(order_id=of_webhook, decision="approved"))
    assert state.round.transfer is None


def test_a_stopped_watch_reports_nothing(state: State) -> None:
    watch = Watch("default", state)
    watch.stop()
    assert not watch.has_returned
    assert watch.take_result() is None
