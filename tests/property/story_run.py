"""Runs a story: each of its actions, and then a time without faults in which every request has to end."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from domain.messages import TelnyxNews
from simulator.faults import NAMED_KINDS
from simulator.faults import Plan as FaultPlan
from simulator.state import Order, Override, Upload
from simulator.statuses import FINAL_NUMBER_STATUSES
from tests.property import people
from tests.property.environment import StoryEnvironment
from tests.property.monitor import STALE
from tests.property.requests import Request
from tests.property.stories import DAY, TAKEN_OUT, Action, Do, Story
from tests.workflows.telnyx_side import PROFILE

OTHER_PROFILE = "22222222-2222-4222-8222-222222222222"
_RATES = (1.0, 0.5, 0.2, 1.0)
_TIMES = (1, 2, 5, None)
_MOST_REFUSALS = 20
"""Calls that are refused at most. A second look after a 404 takes two seconds of real time, and when the refusals come
and go, every look is another question to a person."""
_WAITED_OUT = frozenset({"409", "429"})
"""Refusals after which the same call is simply made again, which adds nothing to a history."""
_LASTING = frozenset({"401", "403", "429"})
_MOST_FAILURES = 600
"""Calls that fail at most: two days of attempts every five minutes. Months of them would show nothing more."""
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

    # The course of it

    async def run(self, after_each: AfterAction) -> None:
        """Do every action, and then what ends all requests. `after_each` checks what is seen after each action."""
        if self.story.before:
            await self.faults(self.story.before)
        await self.start(Action(do=Do.START))
        hurried = bool(self.story.actions) and self.story.actions[0].do is Do.HURRY
        await self.env.clock.advance(0 if hurried else 1)
        for action in self.story.actions:
            await _METHODS[action.do](self, action)
            self.things += 1
            self.changes += action.do not in {Do.WAIT, Do.LOOK, Do.WEBHOOK, Do.HURRY}
            if not hurried:
                await self.env.clock.advance(1)
                await after_each(self, action)
            hurried = action.do is Do.HURRY
        await self.run_to_the_end(after_each)

    async def run_to_the_end(self, after_each: AfterAction) -> None:
        """Without faults, people and reviewers do their part, or deadlines pass."""
        await self.calm(Action(do=Do.CALM))
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

    def finish_reviews(self) -> None:
        """Telnyx finishes every order that is still open."""
        for order in list(self.env.world.orders.values()):
            open_numbers = {n: row for n, row in order.numbers.items() if row.status not in FINAL_NUMBER_STATUSES}
            if open_numbers or not order.is_final:
                statuses = {n: "successful" if row.verified else "failed" for n, row in open_numbers.items()}
                self._set_status(order, None if order.is_final else "successful", statuses)

    def _set_status(self, order: Order, status: str | None, numbers: Mapping[str, str | None]) -> None:
        self.env.parts.reviewer.stop(order)
        self.env.parts.lifecycle.change(order, status, numbers)

    def _request(self, action: Action) -> Request:
        return self.requests[action.who % len(self.requests)]

    def _orders(self, action: Action) -> list[Order]:
        """The order of a request that an action is about: 0 is the newest."""
        numbers = set(self._request(action).plan.phone_numbers)
        orders = [order for order in self.env.world.orders.values() if numbers & set(order.numbers)][::-1]
        return [orders[action.figure % len(orders)]] if orders else []

    def _chosen(self, action: Action, among: list[str]) -> list[str]:
        return [n for place, n in enumerate(among) if not action.numbers or action.numbers >> place & 1]

    def _numbers(self, action: Action) -> list[str]:
        return self._chosen(action, list(self._request(action).plan.phone_numbers))

    # What happens

    async def start(self, _action: Action) -> None:
        """The next request begins, if the story has one."""
        if len(self.requests) < len(self.story.requests):
            plan = self.story.requests[len(self.requests)]
            self.requests.append(await Request.start(self.env, plan))

    async def wait(self, action: Action) -> None:
        """Time passes."""
        await self.env.clock.advance(action.figure)

    async def nothing(self, _action: Action) -> None:
        """A look, or no time to look."""

    async def write(self, action: Action) -> None:
        """A person sends a message."""
        await people.write(self._request(action), action, self._numbers(action))

    async def help(self, action: Action) -> None:
        """A person does what is asked."""
        await people.help_out(self._request(action), action.figure)

    async def order_status(self, action: Action) -> None:
        """The reviewer or the portal gives an order a status."""
        for order in self._orders(action):
            self._set_status(order, action.how, {})

    async def number_status(self, action: Action) -> None:
        """The reviewer or the portal gives numbers a status, or takes them out of their order."""
        status = None if action.how == TAKEN_OUT else action.how
        for order in self._orders(action):
            self._set_status(order, None, dict.fromkeys(self._chosen(action, list(order.numbers)), status))

    async def portal_code(self, action: Action) -> None:
        """A person enters codes in the portal."""
        for order in self._orders(action):
            for number in self._chosen(action, list(order.numbers)):
                if not order.is_final and order.numbers[number].status == "pending":
                    self.env.parts.lifecycle.verify(order, order.numbers[number])

    async def portal_documents(self, action: Action) -> None:
        """A person uploads documents in the portal."""
        for order in self._orders(action):
            if not order.is_final:
                order.uploads.append(Upload("portal", "portal"))
                order.record("documents uploaded")
                self.env.parts.reviewer.start_review(order)

    async def portal_order(self, action: Action) -> None:
        """A person orders numbers of a request in the portal."""
        profile = PROFILE if action.how == "same profile" else OTHER_PROFILE
        if numbers := self._numbers(action):
            self.env.parts.lifecycle.create(profile, numbers)

    async def rival(self, action: Action) -> None:
        """Another program with the same key orders numbers that a request has ordered already."""
        await self.env.telnyx.create_order(PROFILE, self._numbers(action))

    async def override(self, action: Action) -> None:
        """Telnyx changes what it knows of some numbers."""
        for number in self._numbers(action):
            override = self.env.world.overrides.setdefault(number, Override())
            if action.do is Do.ELIGIBILITY:
                override.eligible_status = action.how
            else:
                override.code_error = action.how or None

    async def inventory(self, action: Action) -> None:
        """Numbers enter the account's inventory, or leave it."""
        for number in self._numbers(action):
            if action.how == "in":
                self.env.world.activate(number, None, None)
            else:
                self.env.world.inventory.pop(number, None)

    async def webhook(self, action: Action) -> None:
        """A webhook arrives: a true one, the same twice, or one about an unknown order."""
        order_id = next((order.id for order in self._orders(action)), "") if action.how != "about nothing" else "none"
        news = TelnyxNews(event_id=f"e-{action.figure}", event_type="updated", order_id=order_id)
        for _ in range(2 if action.how == "double" else 1):
            await self._request(action).signal("telnyx_news", news)

    async def faults(self, action: Action) -> None:
        """Calls begin to fail."""
        kind, _, call = action.how.partition(":")
        rate, times = _RATES[action.figure % 4], _TIMES[action.figure // 3 % 4]
        refused = kind.startswith("4") and kind not in _LASTING
        self.env.world.faults.replace(
            FaultPlan(
                kinds=(kind,),
                rate=rate,
                seed=action.figure + 1,
                delay=STALE if kind in NAMED_KINDS else None,
                calls=frozenset({call} if call else ()),
                times=times or (_MOST_REFUSALS if refused else _MOST_FAILURES),
            )
        )

    async def calm(self, _action: Action) -> None:
        """No call fails any more."""
        self.env.world.faults.replace(FaultPlan())


_METHODS: dict[Do, Callable[[StoryRun, Action], Awaitable[None]]] = {
    Do.HURRY: StoryRun.nothing,
    Do.LOOK: StoryRun.nothing,
    Do.START: StoryRun.start,
    Do.WAIT: StoryRun.wait,
    Do.HELP: StoryRun.help,
    Do.ORDER_STATUS: StoryRun.order_status,
    Do.NUMBER_STATUS: StoryRun.number_status,
    Do.PORTAL_CODE: StoryRun.portal_code,
    Do.PORTAL_DOCUMENTS: StoryRun.portal_documents,
    Do.PORTAL_ORDER: StoryRun.portal_order,
    Do.ELIGIBILITY: StoryRun.override,
    Do.CODE_ERROR: StoryRun.override,
    Do.INVENTORY: StoryRun.inventory,
    Do.WEBHOOK: StoryRun.webhook,
    Do.FAULTS: StoryRun.faults,
    Do.CALM: StoryRun.calm,
    Do.RIVAL: StoryRun.rival,
    **dict.fromkeys(
        (Do.CODES, Do.SIGNAL_CODES, Do.RESEND, Do.DOCUMENTS, Do.GIVE_UP, Do.RETRY, Do.CANCEL, Do.ANSWER),
        StoryRun.write,
    ),
}
