"""What a request hears and does not act on: of strangers, of what is settled already, too early or too late."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from domain.messages import Code, HostingRequest, SubmitCodes, TelnyxNews
from domain.verdicts import NumberVerdict, Verdict
from domain.vocabulary import AskKind, ChoiceKind, Next, NumberState, Step
from workflows.request import validators
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


def test_what_telnyx_says_of_a_number_that_is_not_the_requests_changes_nothing(state: State) -> None:
    before = state.model_copy(deep=True)
    active = NumberVerdict(state=NumberState.ACTIVE, status="successful")
    state.apply_verdict(Verdict(next=Next.WAIT, numbers={STRANGER: active}))
    assert state == before


def test_whatever_telnyx_says_of_an_active_number_it_stays_active(state: State) -> None:
    state.numbers[ONE].apply(NumberVerdict(state=NumberState.ACTIVE, status="successful", because="It is active."))
    before = state.model_copy(deep=True)
    state.numbers[ONE].apply(NumberVerdict(state=NumberState.FAILED, status="failed", because="It failed."))
    assert state == before


def test_an_active_number_cannot_be_given_up(state: State) -> None:
    state.numbers[ONE].apply(NumberVerdict(state=NumberState.ACTIVE, status="successful"))
    state.give_up([ONE], "Nobody answered.")
    assert state.numbers[ONE].state is NumberState.ACTIVE


def test_an_answer_to_an_ask_that_is_closed_or_offers_something_else_answers_none(state: State) -> None:
    state.asks = [AskRecord(id="choice-1", kind=AskKind.CHOICE, numbers=[ONE], guidance="Choose.", since=NOW)]
    asks = Asks(REQUEST, state)
    assert asks.find("choice-1", ChoiceKind.AGAIN, "") is None
    assert asks.find("choice-2", ChoiceKind.AGAIN, "") is None


@pytest.mark.parametrize("step", [Step.ELIGIBILITY, Step.ORDER])
def test_a_code_before_any_was_asked_for_is_refused_by_the_present_step(state: State, step: Step) -> None:
    state.step = step
    early = SubmitCodes(codes=[Code(phone_number=ONE, code="12345")])
    assert step in validators.submit_codes(state, early)


async def test_cleaning_up_is_finished_although_its_request_is_cancelled_again_and_again() -> None:
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


async def test_a_cleaning_up_that_is_itself_cancelled_is_not_taken_for_done() -> None:
    async def cancelled() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await shielded(cancelled())


@pytest.mark.parametrize(
    ("in_hand", "told_of"),
    [
        # The order of an earlier round, while this round's is not known yet.
        ("", "order-1"),
        # An order that is not this round's, and one that is not named.
        ("order-2", "order-1"),
        ("order-2", ""),
    ],
)
def test_news_of_a_transfer_of_another_order_is_not_taken_for_this_rounds(
    state: State, in_hand: str, told_of: str
) -> None:
    state.round, state.order_ids = Round(numbers=[ONE], order_id=in_hand), ["order-1"]
    request = cast("RequestContext", SimpleNamespace(state=state, given=REQUEST))
    transfer.on_transfer_event(request, TelnyxNews(order_id=told_of, decision="approved"))
    assert state.round.transfer is None


def test_a_watch_that_was_stopped_has_no_news(state: State) -> None:
    watch = Watch("default", state)
    watch.stop()
    assert not watch.has_returned
    assert watch.news() is None
