"""Each rule bites: the end of a story is made by hand, one thing in it is wrong, and the rule is reported as broken."""

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
from tests.property.invariants import check_now, violations
from tests.property.monitor import Monitor
from tests.property.requests import Request
from tests.property.rules import Rule
from tests.property.stories import DAY, Action, Do, RequestPlan, Story
from tests.property.story_run import StoryRun
from tests.workflows.telnyx_side import PROFILE

ONE, TWO = "+13125550101", "+13125550102"
ASK = AskView(id="choice-1", kind="choice", numbers=[ONE], guidance="Look these numbers up.")
ASK_AGAIN = ASK.model_copy(update={"id": "choice-2"})


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
    """A story of one request for two numbers, in a simulator that a test changes by hand."""

    def __init__(self) -> None:
        self.parts = SimulatorParts(Settings())
        self.clock = SimpleNamespace(elapsed=0.0)
        self.monitor = Monitor(cast("Any", self.clock))
        self.monitor.parts = self.parts
        env: Any = SimpleNamespace(world=self.parts.world, monitor=self.monitor, clock=self.clock, held={})
        plan = RequestPlan(phone_numbers=(ONE, TWO))
        self.run = StoryRun(env, Story(requests=(plan,), actions=(Action(do=Do.CANCEL),)))
        self.handle = Handle(Progress(reference="r", outcome="running"))
        self.request = Request(env, plan, "r", cast("Any", self.handle))
        self.run.requests.append(self.request)

    def order(self, *numbers: str) -> Order:
        """An order that the request placed."""
        order = self.parts.lifecycle.create(PROFILE, numbers or (ONE, TWO))
        self.monitor.ours.append(order.id)
        return order

    def set_status(self, order: Order, status: str | None = None, one: str = "", two: str = "") -> None:
        statuses: dict[str, str | None] = {number: status for number, status in ((ONE, one), (TWO, two)) if status}
        self.parts.lifecycle.change(order, status, statuses)
        self.monitor.look()

    async def ends(self, outcome: str, one: str, two: str, *orders: Order, left_behind: str = "") -> list[Rule]:
        """The rules that are broken when the request ends so."""
        self.request.result = Progress(
            reference="r",
            outcome=outcome,
            step="done",
            order_ids=[order.id for order in orders],
            numbers=[NumberProgress(phone_number=ONE, state=one), NumberProgress(phone_number=TWO, state=two)],
            left_behind=[left_behind] if left_behind else [],
        )
        return await self.broken()

    async def broken(self) -> list[Rule]:
        return [one.rule for one in await violations(self.run)]

    def shows(self, *asks: AskView) -> None:
        """The request is open and shows these asks. Without any it waits for a timer."""
        self.handle.running = True
        self.handle.events = [] if asks else [_timer()]
        self.handle.progress = Progress(reference="r", outcome="running", asks=list(asks))

    async def look(self, *, days: float = 0, events: int = 0, things: int = 0) -> list[Rule]:
        """The rules that are broken after so many days, things that happened and new events of the history."""
        self.clock.elapsed += days * DAY
        self.handle.length += events
        self.run.things += things
        await check_now(self.run, None)
        return [one.rule for one in self.request.violations]


def _timer() -> HistoryEvent:
    started = HistoryEvent(event_type=EventType.EVENT_TYPE_TIMER_STARTED)
    started.timer_started_event_attributes.timer_id = "1"
    return started


@pytest.fixture
def ending() -> Ending:
    return Ending()


# How it ended


@pytest.mark.parametrize(
    ("two", "outcome", "state"), [("successful", "active", "active"), ("failed", "partly_active", "failed")]
)
async def test_a_true_outcome_breaks_no_rule(ending: Ending, two: str, outcome: str, state: str) -> None:
    order = ending.order()
    ending.set_status(order, "successful", one="successful", two=two)
    assert await ending.ends(outcome, "active", state, order) == []


@pytest.mark.parametrize(("outcome", "one"), [("not_active", "active"), ("active", "active"), ("done", "given_up")])
async def test_the_outcome_fits_the_numbers(ending: Ending, outcome: str, one: str) -> None:
    order = ending.order()
    ending.set_status(order, one="successful", two="failed")
    assert Rule.OUTCOME_FITS in await ending.ends(outcome, one, "failed", order, left_behind=order.id)


async def test_every_number_has_one_final_state(ending: Ending) -> None:
    assert await ending.ends("cancelled", "in_review", "given_up") == [Rule.ONE_FINAL_STATE]
    ending.request.plan = RequestPlan(phone_numbers=(ONE,))
    assert await ending.ends("cancelled", "given_up", "given_up") == [Rule.ONE_FINAL_STATE]


async def test_no_ask_is_left_open(ending: Ending) -> None:
    await ending.ends("cancelled", "given_up", "given_up")
    assert ending.request.result is not None
    ending.request.result = ending.request.result.model_copy(update={"asks": [ASK]})
    assert await ending.broken() == [Rule.NO_OPEN_ASK]


async def test_only_a_number_that_was_active_is_active(ending: Ending) -> None:
    order = ending.order()
    ending.set_status(order, "successful", one="successful", two="failed")
    assert await ending.ends("active", "active", "active", order) == [Rule.ACTIVE_IS_TRUE]


async def test_an_active_number_has_not_failed_because_its_neighbor_did(ending: Ending) -> None:
    order = ending.order()
    ending.set_status(order, "successful", one="failed", two="successful")
    broken = await ending.ends("not_active", "failed", "failed", order)
    assert broken == [Rule.FAILED_IS_TRUE, Rule.ACTIVE_IS_REPORTED]


async def test_an_active_number_has_not_failed_because_it_did_in_an_earlier_order(ending: Ending) -> None:
    first, second = ending.order(), ending.order(TWO)
    ending.set_status(first, "failed", one="failed", two="failed_timeout")
    ending.set_status(second, "successful", two="successful")
    assert await ending.ends("not_active", "failed", "failed", first, second) == [Rule.ACTIVE_IS_REPORTED]


@pytest.mark.parametrize("state", ["failed", "rejected"])
async def test_a_number_fails_only_by_a_status_of_telnyx(ending: Ending, state: str) -> None:
    order, other = ending.order(), ending.order(ONE)
    ending.set_status(order, "deleted", one="deleted")
    ending.set_status(other, "carrier_rejected")
    order.history = [line for line in order.history if line["what"] != "order deleted"]
    assert await ending.ends("not_active", "failed", state, order, other) == [Rule.FAILED_IS_TRUE]


async def test_a_number_may_fail_when_its_order_left_it_out_or_was_given_up_for_another(ending: Ending) -> None:
    ended, short = ending.order(ONE), ending.order(ONE)
    ending.set_status(ended, "carrier_rejected")
    ending.set_status(short, one="failed")
    ending.monitor.left_out.add((short.id, TWO))
    assert await ending.ends("not_active", "rejected", "failed", ended, short) == []
    ending.monitor.left_out.clear()
    assert await ending.ends("not_active", "rejected", "failed", ended, short) == [Rule.FAILED_IS_TRUE]
    ending.request.reordered.add(TWO)
    assert await ending.ends("not_active", "rejected", "failed", ended, short) == []


@pytest.mark.parametrize(
    ("one", "two", "rule"),
    [("deleted", "successful", Rule.ACTIVE_IS_REPORTED), ("failed", "", Rule.ORDERS_ARE_NAMED)],
    ids=["active", "live"],
)
async def test_an_order_with_an_active_or_a_live_number_is_named(
    ending: Ending, one: str, two: str, rule: Rule
) -> None:
    order = ending.order()
    ending.set_status(order, one=one, two=two)
    for named in ("", "Something else."):
        assert await ending.ends("cancelled", "failed", "given_up", order, left_behind=named) == [rule]
    assert await ending.ends("cancelled", "failed", "given_up", order, left_behind=f"Order {order.id}.") == []


async def test_an_order_that_was_placed_is_known(ending: Ending) -> None:
    ending.order()
    assert await ending.ends("cancelled", "given_up", "given_up") == [Rule.ORDERS_ARE_KNOWN]
    assert await ending.ends("cancelled", "given_up", "given_up", left_behind="One may have been placed.") == []


async def test_every_number_becomes_active_where_nothing_prevents_it(ending: Ending) -> None:
    ending.run.story = ending.run.story.model_copy(update={"actions": (Action(do=Do.HELP),)})
    assert await ending.ends("cancelled", "given_up", "given_up") == [Rule.UNHINDERED_IS_ACTIVE]


async def test_every_request_ends(ending: Ending) -> None:
    ending.shows()
    assert await ending.broken() == [Rule.ENDS]


@pytest.mark.parametrize(
    ("cause", "broken"), [("UNHANDLED_COMMAND", []), ("NON_DETERMINISTIC_ERROR", [Rule.NO_FAILED_TASK])]
)
async def test_no_workflow_task_fails(ending: Ending, cause: str, broken: list[Rule]) -> None:
    event = HistoryEvent(event_type=EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
    event.workflow_task_failed_event_attributes.cause = WorkflowTaskFailedCause.Value(
        f"WORKFLOW_TASK_FAILED_CAUSE_{cause}"
    )
    ending.handle.events.append(event)
    assert await ending.ends("cancelled", "given_up", "given_up") == broken


# On the way


async def test_an_open_request_waits_for_something(ending: Ending, monkeypatch: pytest.MonkeyPatch) -> None:
    ending.shows()
    begun = time.monotonic()
    assert await ending.look() == [], "it waits for its timer"
    assert time.monotonic() - begun < 1
    monkeypatch.setattr(invariants, "LOOK_EVERY", 0.0)
    ending.handle.events.clear()
    assert await ending.look() == [Rule.WAITS_FOR_SOMETHING]


async def test_nothing_is_asked_again_while_nothing_has_changed(ending: Ending) -> None:
    ending.shows(ASK)
    assert await ending.look() == []
    ending.shows(ASK_AGAIN)
    assert await ending.look(days=1) == [Rule.NOT_ASKED_AGAIN]


async def test_the_same_may_be_asked_again_after_a_change_at_telnyx_or_by_a_person(ending: Ending) -> None:
    order = ending.order()
    ending.shows(ASK)
    await ending.look()
    ending.shows(ASK_AGAIN)
    ending.set_status(order, one="failed")
    await ending.look()
    ending.shows(ASK.model_copy(update={"id": "choice-3"}))
    ending.run.changes += 1
    assert await ending.look() == []


async def test_the_same_is_not_asked_twice_at_a_time(ending: Ending) -> None:
    ending.shows(ASK, ASK_AGAIN)
    assert Rule.NOT_ASKED_TWICE in await ending.look()


async def test_a_history_grows_by_what_happens_and_by_what_is_asked(ending: Ending) -> None:
    ending.shows(ASK)
    await ending.look(events=50)
    assert await ending.look(events=6 * 30, days=30, things=1) == []
    ending.shows(ASK.model_copy(update={"numbers": [TWO]}))
    assert await ending.look(events=50, things=1) == []


async def test_a_history_does_not_grow_by_polls(ending: Ending) -> None:
    """Ten days have fifteen polls, since the first day has more. A poll in the history would cost six events."""
    ending.shows()
    await ending.look(events=50)
    assert await ending.look(events=6 * 15, days=10, things=1) == [Rule.SHORT_HISTORY]


@pytest.mark.parametrize(
    ("kind", "counts"), [("422", True), ("401", True), ("429", False), ("409", False), ("500", False)]
)
async def test_a_refusal_counts_as_a_thing_unless_it_is_waited_out(ending: Ending, kind: str, *, counts: bool) -> None:
    ending.shows()
    await ending.look(events=50)
    ending.parts.world.faults.counts[kind] += 1
    assert (await ending.look(events=55) == []) is counts


async def test_the_last_part_of_a_history_counts_once(ending: Ending) -> None:
    ending.shows()
    await ending.look(events=50)
    ending.handle.running = False
    ending.request.result = Progress(reference="r", outcome="cancelled")
    assert len(await ending.look(events=6 * 32, days=1, things=1)) == 1
    assert len(await ending.look(events=0, days=32)) == 1, "it was checked once after its end"
