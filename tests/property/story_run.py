"""Runs a story: each of its actions, and then a time without faults in which every request has to end."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from simulator.state import Order
from simulator.statuses import FINAL_NUMBER_STATUSES
from tests.property import people
from tests.property.actions import ACTIONS
from tests.property.environment import StoryEnvironment
from tests.property.requests import Request
from tests.property.stories import DAY, Action, Do, Story

_WAITED_OUT = frozenset({"409", "429"})
"""Refusals after which the same call is simply made again, which adds nothing to a history."""
FINAL_ROUNDS = 16
"""How often people and reviewers do their part in the end. A request that is open after that never ends."""
AfterAction = Callable[["StoryRun", Action | None], Awaitable[None]]


@dataclass
class StoryRun:
    """A story under way.

    Attributes:
        changes: counts what people, portals and faults did, without looks and time that passes.
        things: counts everything that happened, also looks and time that passes.
    """

    env: StoryEnvironment
    story: Story
    requests: list[Request] = field(default_factory=list)
    changes: int = 0
    things: int = 0

    @property
    def refusals(self) -> int:
        """Counts what Telnyx refused for good. With each refusal it said something new."""
        counts = self.env.world.faults.counts.items()
        return sum(times for kind, times in counts if kind.startswith("4") and kind not in _WAITED_OUT)

    async def run(self, after_each: AfterAction) -> None:
        """Do every action, and then what ends all requests. `after_each` checks what is seen after each action."""
        if self.story.before:
            await self.do(self.story.before)
        await self.do(Action(do=Do.START))
        hurried = bool(self.story.actions) and self.story.actions[0].do is Do.HURRY
        await self.env.clock.advance(0 if hurried else 1)
        for action in self.story.actions:
            await self.do(action)
            self.things += 1
            self.changes += action.do not in {Do.WAIT, Do.LOOK, Do.WEBHOOK, Do.HURRY}
            if not hurried:
                await self.env.clock.advance(1)
                await after_each(self, action)
            hurried = action.do is Do.HURRY
        await self.run_to_the_end(after_each)

    async def run_to_the_end(self, after_each: AfterAction) -> None:
        """Without faults, people and reviewers do their part, or deadlines pass."""
        await self.do(Action(do=Do.CALM))
        for round_ in range(FINAL_ROUNDS):
            helpful = self.story.helpful and round_ < FINAL_ROUNDS // 2
            if round_ >= 2:
                self.finish_reviews()
            for request in self.requests:
                await (people.help_out if helpful else people.decide)(request, round_)
            self.changes += 1
            self.things += 1
            await self.env.clock.advance((4 if helpful else 32) * DAY)
            await after_each(self, None)
            if not any([await request.is_open() for request in self.requests]):
                return

    async def do(self, action: Action) -> None:
        await ACTIONS[action.do](self, action)

    def finish_reviews(self) -> None:
        """Telnyx finishes every order that is still open."""
        for order in list(self.env.world.orders.values()):
            open_numbers = {n: row for n, row in order.numbers.items() if row.status not in FINAL_NUMBER_STATUSES}
            if open_numbers or not order.is_final:
                statuses = {n: "successful" if row.verified else "failed" for n, row in open_numbers.items()}
                self.set_status(order, None if order.is_final else "successful", statuses)

    # What actions use

    def set_status(self, order: Order, status: str | None, numbers: Mapping[str, str | None]) -> None:
        self.env.parts.reviewer.stop(order)
        self.env.parts.lifecycle.change(order, status, numbers)

    def request(self, action: Action) -> Request:
        return self.requests[action.who % len(self.requests)]

    def orders(self, action: Action) -> list[Order]:
        """The order of a request that an action is about: 0 is the newest."""
        numbers = set(self.request(action).plan.phone_numbers)
        orders = [order for order in self.env.world.orders.values() if numbers & set(order.numbers)][::-1]
        return [orders[action.figure % len(orders)]] if orders else []

    def chosen(self, action: Action, among: list[str]) -> list[str]:
        """The numbers that an action is about."""
        return [n for place, n in enumerate(among) if not action.numbers or action.numbers >> place & 1]

    def numbers(self, action: Action) -> list[str]:
        return self.chosen(action, list(self.request(action).plan.phone_numbers))
