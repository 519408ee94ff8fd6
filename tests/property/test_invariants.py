"""That each rule bites: the end of a story is made by hand, one thing in it is wrong, and the rule names it."""

import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowExecutionStatus, WorkflowHistory

from domain.messages import AskView, NumberProgress, Progress
from simulator.parts import SimulatorParts
from simulator.settings import Settings
from simulator.state import Order
from tests.property import invariants
from tests.property.invariants import complaints, hold_now
from tests.property.playing import Play
from tests.property.requests import Request
from tests.property.stories import DAY, Action, Do, Plan, Story
from tests.property.witness import Witness
from tests.workflows.telnyx_side import PROFILE

ONE, TWO = "+13125550101", "+13125550102"
WORKFLOW_TASK_FAILED = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
TIMER_STARTED = EventType.EVENT_TYPE_TIMER_STARTED


@dataclass
class Handle:
    """Stands for the workflow of a request."""

    progress: Progress
    running: bool = False
    events: list[HistoryEvent] = field(default_factory=list)
    length: int = 10

    async def query(self, _name: str, **_: object) -> Progress:
        return self.progress

    async def describe(self) -> object:
        status = WorkflowExecutionStatus.RUNNING if self.running else WorkflowExecutionStatus.COMPLETED
        nothing_pending = SimpleNamespace(pending_activities=[])
        return SimpleNamespace(status=status, history_length=self.length, raw_description=nothing_pending)

    async def fetch_history(self) -> WorkflowHistory:
        return WorkflowHistory("hosting-r", self.events)


class Ending:
    """A story with one request for two numbers, which the simulator knows and a hand brings to its end."""

    def __init__(self) -> None:
        self.services = SimulatorParts(Settings())
        self.clock = SimpleNamespace(elapsed=0.0)
        self.witness = Witness(self.services, cast("Any", self.clock))
        self.scene = cast(
            "Any",
            SimpleNamespace(world=self.services.world, witness=self.witness, clock=self.clock, held={}),
        )
        self.play = Play(self.scene, Story(requests=(Plan(phone_numbers=(ONE, TWO)),), actions=(Action(do=Do.CANCEL),)))
        self.handle = Handle(Progress(reference="r", outcome="running"))
        self.request = Request(self.scene, self.play.story.requests[0], "r", cast("Any", self.handle))
        self.play.requests.append(self.request)

    def order(self, *numbers: str) -> Order:
        """An order that the request made."""
        order = self.services.lifecycle.create(PROFILE, numbers or (ONE, TWO))
        self.witness.ours.append(order.id)
        return order

    def happens(self, order: Order, status: str | None = None, one: str = "", two: str = "") -> None:
        """Telnyx says words about an order."""
        words: dict[str, str | None] = {number: word for number, word in ((ONE, one), (TWO, two)) if word}
        self.services.lifecycle.change(order, status, words)
        self.witness.look()

    async def ends(self, outcome: str, one: str, two: str, *orders: Order, left_behind: str = "") -> list[str]:
        """What is wrong when the request ends so."""
        self.request.result = Progress(
            reference="r",
            outcome=outcome,
            step="done",
            order_ids=[order.id for order in orders],
            numbers=[NumberProgress(phone_number=ONE, state=one), NumberProgress(phone_number=TWO, state=two)],
            left_behind=[left_behind] if left_behind else [],
        )
        return await complaints(self.play)

    def shows(self, *asks: AskView, order_ids: tuple[str, ...] = ()) -> None:
        """The request is open and shows these asks."""
        self.handle.running = True
        self.handle.progress = Progress(reference="r", outcome="running", asks=list(asks), order_ids=list(order_ids))

    async def look(self, *, days: float = 0, events: int = 0, things: int = 0) -> list[str]:
        """What is wrong now, after so many days, things that happened and events that the history got."""
        self.clock.elapsed += days * DAY
        self.handle.length += events
        self.play.things += things
        await hold_now(self.play, None)
        return self.request.complaints


@pytest.fixture
def ending() -> Ending:
    return Ending()


# How it ended


async def test_two_active_numbers_are_active(ending: Ending) -> None:
    order = ending.order()
    ending.happens(order, "successful", one="successful", two="successful")
    assert await ending.ends("active", "active", "active", order) == []


async def test_one_that_failed_beside_one_that_is_active(ending: Ending) -> None:
    order = ending.order()
    ending.happens(order, "successful", one="successful", two="failed")
    assert await ending.ends("partly_active", "active", "failed", order) == []


@pytest.mark.parametrize(("outcome", "one"), [("not_active", "active"), ("active", "active"), ("done", "given_up")])
async def test_the_outcome_has_to_fit_the_numbers(ending: Ending, outcome: str, one: str) -> None:
    order = ending.order()
    ending.happens(order, one="successful", two="failed")
    wrong = await ending.ends(outcome, one, "failed", order, left_behind=f"Order {order.id} stays.")
    assert any(line.startswith(f"the outcome {outcome} does not fit") for line in wrong)


async def test_every_number_has_a_final_state(ending: Ending) -> None:
    wrong = await ending.ends("cancelled", "in_review", "given_up")
    assert wrong == [f"{ONE} ended as in_review"]


async def test_every_number_has_one_outcome(ending: Ending) -> None:
    ending.request.plan = Plan(phone_numbers=(ONE,))
    [wrong] = await ending.ends("cancelled", "given_up", "given_up")
    assert wrong.startswith("not each number has one outcome")


async def test_no_ask_is_left_open(ending: Ending) -> None:
    await ending.ends("cancelled", "given_up", "given_up")
    assert ending.request.result is not None
    ending.request.result = ending.request.result.model_copy(update={"asks": [AskView(id="codes-1", kind="codes")]})
    [wrong] = await complaints(ending.play)
    assert wrong.startswith("asks are left open")


async def test_a_number_that_never_was_active_is_not(ending: Ending) -> None:
    order = ending.order()
    ending.happens(order, "successful", one="successful", two="failed")
    assert f"{TWO} is called active, and never was" in await ending.ends("active", "active", "active", order)


async def test_an_active_number_has_not_failed_because_its_neighbour_did(ending: Ending) -> None:
    order = ending.order()
    ending.happens(order, "successful", one="failed", two="successful")
    assert await ending.ends("not_active", "failed", "failed", order) == [
        f"{TWO} is failed (), and Telnyx never said so",
        f"{TWO} is failed (), but active in the order {order.id}",
    ]


async def test_an_active_number_has_not_failed_because_it_did_in_an_order_before(ending: Ending) -> None:
    first, second = ending.order(), ending.order(TWO)
    ending.happens(first, "failed", one="failed", two="failed_timeout")
    ending.happens(second, "successful", two="successful")
    wrong = await ending.ends("not_active", "failed", "failed", first, second)
    assert wrong == [f"{TWO} is failed (), but active in the order {second.id}"]


@pytest.mark.parametrize("state", ["failed", "rejected"])
async def test_a_number_fails_only_by_a_word_of_telnyx(ending: Ending, state: str) -> None:
    order, other = ending.order(), ending.order(ONE)
    ending.happens(order, "deleted", one="deleted")
    ending.happens(other, "carrier_rejected")
    order.history = [line for line in order.history if line["what"] != "order deleted"]
    wrong = await ending.ends("not_active", "failed", state, order, other)
    assert wrong == [f"{TWO} is {state} (), and Telnyx never said so"]


async def test_a_number_fails_with_its_order_when_it_is_left_out_or_ordered_anew(ending: Ending) -> None:
    ended, short = ending.order(ONE), ending.order(ONE)
    ending.happens(ended, "carrier_rejected")
    ending.happens(short, one="failed")
    ending.witness.left_out.add((short.id, TWO))
    assert await ending.ends("not_active", "rejected", "failed", ended, short) == []
    ending.witness.left_out.clear()
    assert await ending.ends("not_active", "rejected", "failed", ended, short) != []
    ending.request.ordered_anew.add(TWO)
    assert await ending.ends("not_active", "rejected", "failed", ended, short) == []


async def test_an_active_number_is_given_up_only_with_its_order_named(ending: Ending) -> None:
    order = ending.order()
    ending.happens(order, one="deleted", two="successful")
    wrong = [f"{TWO} is given_up (), but active in the order {order.id}"]
    assert await ending.ends("cancelled", "failed", "given_up", order) == wrong
    assert await ending.ends("cancelled", "failed", "given_up", order, left_behind="Something else.") == wrong
    assert await ending.ends("cancelled", "failed", "given_up", order, left_behind=f"Order {order.id} stays.") == []


async def test_an_order_is_left_behind_only_with_its_name(ending: Ending) -> None:
    order = ending.order()
    ending.happens(order, one="failed")
    wrong = [f"the order {order.id} (pending) is left behind without a word, with ['{TWO}']"]
    assert await ending.ends("cancelled", "failed", "given_up", order) == wrong
    assert await ending.ends("cancelled", "failed", "given_up", order, left_behind="Something else.") == wrong
    assert await ending.ends("cancelled", "failed", "given_up", order, left_behind=f"Order {order.id} stays.") == []


async def test_an_order_that_was_made_is_known(ending: Ending) -> None:
    order = ending.order()
    assert await ending.ends("cancelled", "given_up", "given_up") == [
        f"the order {order.id} (pending) was made, and no request knows it"
    ]
    assert await ending.ends("cancelled", "given_up", "given_up", left_behind="One may have been placed.") == []


async def test_where_nothing_stands_against_it_every_number_becomes_active(ending: Ending) -> None:
    ending.play.story = ending.play.story.model_copy(update={"actions": (Action(do=Do.HELP),)})
    [wrong] = await ending.ends("cancelled", "given_up", "given_up")
    assert wrong.startswith("nothing stood against it, and yet it ended as cancelled")


async def test_a_request_that_is_open_in_the_end(ending: Ending) -> None:
    ending.shows()
    [wrong] = await complaints(ending.play)
    assert wrong.startswith("never ended")


@pytest.mark.parametrize(("cause", "harmless"), [("UNHANDLED_COMMAND", True), ("NON_DETERMINISTIC_ERROR", False)])
async def test_no_workflow_task_fails(ending: Ending, cause: str, harmless: bool) -> None:  # noqa: FBT001 - a row of a table
    event = HistoryEvent(event_type=WORKFLOW_TASK_FAILED)
    event.workflow_task_failed_event_attributes.cause = WorkflowTaskFailedCause.Value(
        f"WORKFLOW_TASK_FAILED_CAUSE_{cause}"
    )
    ending.handle.events.append(event)
    wrong = await ending.ends("cancelled", "given_up", "given_up")
    assert (wrong == []) is harmless


# What it is like on the way


ASK = AskView(id="choice-1", kind="choice", numbers=[ONE], guidance="Look these numbers up.")


async def test_a_request_that_waits_for_nothing_is_stuck(ending: Ending, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invariants, "LOOK_EVERY", 0.0)
    ending.shows()
    [wrong] = await ending.look()
    assert wrong.startswith("open, but it waits for nothing")


async def test_a_request_with_a_timer_waits_for_it(ending: Ending) -> None:
    ending.handle.events.append(_timer())
    ending.shows()
    begun = time.monotonic()
    assert await ending.look() == []
    assert time.monotonic() - begun < 1


async def test_nobody_is_asked_the_same_again_while_nothing_has_changed(ending: Ending) -> None:
    ending.shows(ASK)
    assert await ending.look() == []
    ending.shows(ASK.model_copy(update={"id": "choice-2"}))
    [wrong] = await ending.look(days=1)
    assert wrong.startswith("choice-2 asks the same as choice-1, and nothing had changed")


async def test_whoever_did_something_or_has_other_news_is_asked_again(ending: Ending) -> None:
    order = ending.order()
    ending.shows(ASK)
    await ending.look()
    ending.shows(ASK.model_copy(update={"id": "choice-2"}))
    ending.happens(order, one="failed")
    await ending.look()
    ending.shows(ASK.model_copy(update={"id": "choice-3"}))
    ending.play.happenings += 1
    assert await ending.look() == []


async def test_the_same_is_not_asked_twice_at_a_time(ending: Ending) -> None:
    ending.shows(ASK, ASK.model_copy(update={"id": "choice-2"}))
    assert any(line.startswith("the same is asked twice at the same time") for line in await ending.look())


async def test_a_history_grows_by_what_happens_and_by_what_is_asked(ending: Ending) -> None:
    ending.shows(ASK)
    await ending.look(events=50)
    assert await ending.look(events=6 * 30, days=30, things=1) == []
    ending.shows(ASK.model_copy(update={"numbers": [TWO]}))
    assert await ending.look(events=50, things=1) == []


async def test_a_history_that_grows_by_its_polls_is_too_long(ending: Ending) -> None:
    """Ten days are fifteen polls, since the first day has more; one that came into the history would cost six."""
    ending.shows()
    ending.handle.events.append(_timer())
    await ending.look(events=50)
    [wrong] = await ending.look(events=6 * 15, days=10, things=1)
    assert wrong.startswith("the history grew from 60 to 150 events, to 120 at most expected")


@pytest.mark.parametrize(
    ("kind", "counts"), [("422", True), ("401", True), ("429", False), ("409", False), ("500", False)]
)
async def test_a_refusal_is_something_that_happens_unless_it_is_waited_out(
    ending: Ending, kind: str, *, counts: bool
) -> None:
    ending.shows()
    ending.handle.events.append(_timer())
    await ending.look(events=50)
    ending.services.world.faults.counts[kind] += 1
    assert (await ending.look(events=55) == []) is counts


async def test_the_last_stretch_of_a_history_counts_too(ending: Ending) -> None:
    ending.shows()
    ending.handle.events.append(_timer())
    await ending.look(events=50)
    ending.handle.running = False
    ending.request.result = Progress(reference="r", outcome="cancelled")
    assert len(await ending.look(events=6 * 32, days=1, things=1)) == 1
    assert len(await ending.look(events=0, days=32)) == 1, "it was looked at once after its end"


def _timer() -> HistoryEvent:
    started = HistoryEvent(event_type=TIMER_STARTED)
    started.timer_started_event_attributes.timer_id = "1"
    return started
