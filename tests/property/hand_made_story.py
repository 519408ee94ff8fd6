"""A story of one request for two numbers, whose end a test makes by hand."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowExecutionStatus, WorkflowHistory

from domain.messages import AskView, NumberProgress, Progress
from simulator.parts import SimulatorParts
from simulator.settings import Settings
from simulator.state import Order
from tests.property.invariants import check_now, violations
from tests.property.monitor import Monitor
from tests.property.requests import Request
from tests.property.rules import Rule
from tests.property.stories import DAY, Action, Do, RequestPlan, Story
from tests.property.story_run import StoryRun
from tests.workflows.telnyx_side import PROFILE

ONE, TWO = "+13125550101", "+13125550102"


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


class HandMadeStory:
    """Such a story, in a simulator that the test changes."""

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
