"""Plays a story: each action of it, then a kind world in which every request has to end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from domain.messages import TelnyxNews
from simulator.faults import NAMED_KINDS
from simulator.faults import Plan as FaultPlan
from simulator.state import Order, Override, Upload
from simulator.statuses import FINAL_NUMBER_STATUSES
from tests.property import people
from tests.property.environment import Scene
from tests.property.requests import Request
from tests.property.stories import DAY, TAKEN_OUT, Action, Do, Story
from tests.property.witness import STALE
from tests.workflows.telnyx_side import PROFILE

OTHER_PROFILE = "22222222-2222-4222-8222-222222222222"
_RATES = (1.0, 0.5, 0.2, 1.0)
_TIMES = (1, 2, 5, None)
_REFUSED_IN_VAIN = 20
"""Calls that are refused at most: a second look after a 404 takes two seconds of real time, and when the refusals come
and go, every look is another question to a person."""
_WAITED_OUT = frozenset({"409", "429"})
"""Refusals after which the same is simply done again, at no cost to a history."""
_LASTING = frozenset({"401", "403", "429"})
_TRIES_IN_VAIN = 600
"""Calls that go wrong at most: two days of trying every five minutes. Months of them show nothing more, in minutes."""
KIND_ROUNDS = 16
"""Times that the kind world looks after everything; a request that is open after them never ends."""


@dataclass
class Play:
    """A story under way."""

    scene: Scene
    story: Story
    requests: list[Request] = field(default_factory=list)
    happenings: int = 0
    """Counts what people, portals and faults did; a look and the time that passes do not count."""
    things: int = 0
    """Counts everything that happened, a look and the time that passes too."""

    @property
    def refusals(self) -> int:
        """Counts what Telnyx refused so that waiting does not mend it: with each it said something."""
        struck = self.scene.world.faults.counts.items()
        return sum(times for kind, times in struck if kind.startswith("4") and kind not in _WAITED_OUT)

    # The course of it

    async def to_the_end(self, after_each: Callable[["Play", Action | None], Awaitable[None]]) -> None:
        """Play every action, then be kind until all is over; what is seen after each action is judged."""
        if self.story.before:
            await self.faults(self.story.before)
        await self.start(Action(do=Do.START))
        hurried = bool(self.story.actions) and self.story.actions[0].do is Do.HURRY
        await self.scene.clock.go_on(0 if hurried else 1)
        for action in self.story.actions:
            await _DOES[action.do](self, action)
            self.things += 1
            self.happenings += action.do not in {Do.WAIT, Do.LOOK, Do.WEBHOOK, Do.HURRY}
            if not hurried:
                await self.scene.clock.go_on(1)
                await after_each(self, action)
            hurried = action.do is Do.HURRY
        await self.end_kindly(after_each)

    async def end_kindly(self, after_each: Callable[["Play", Action | None], Awaitable[None]]) -> None:
        """No faults; people and reviewers do their part, or deadlines pass."""
        await self.calm(Action(do=Do.CALM))
        for round_ in range(KIND_ROUNDS):
            helpful = self.story.helpful and round_ < KIND_ROUNDS // 2
            if round_ >= 2:
                self.finish_reviews()
            for request in self.requests:
                await (people.help_out if helpful else people.settle)(request, round_)
            self.happenings += 1
            self.things += 1
            await self.scene.clock.go_on((4 if helpful else 32) * DAY)
            await after_each(self, None)
            if not any([await request.is_open() for request in self.requests]):
                return

    def finish_reviews(self) -> None:
        """Telnyx settles whatever is still open there."""
        for order in list(self.scene.world.orders.values()):
            open_ones = {n: row for n, row in order.numbers.items() if row.status not in FINAL_NUMBER_STATUSES}
            if open_ones or not order.is_final:
                words = {n: "successful" if row.verified else "failed" for n, row in open_ones.items()}
                self.scene.services.reviewer.stop(order)
                self.scene.services.lifecycle.change(order, None if order.is_final else "successful", words)

    def _request(self, action: Action) -> Request:
        return self.requests[action.who % len(self.requests)]

    def _orders(self, action: Action) -> list[Order]:
        """The order of a request that an action is about: 0 is the newest."""
        numbers = set(self._request(action).plan.phone_numbers)
        orders = [order for order in self.scene.world.orders.values() if numbers & set(order.numbers)][::-1]
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
            self.requests.append(await Request.start(self.scene, plan))

    async def wait(self, action: Action) -> None:
        """Time passes."""
        await self.scene.clock.go_on(action.figure)

    async def nothing(self, _action: Action) -> None:
        """A look, or no time to look."""

    async def write(self, action: Action) -> None:
        """A person writes."""
        await people.write(self._request(action), action, self._numbers(action))

    async def help(self, action: Action) -> None:
        """A person does what is asked."""
        await people.help_out(self._request(action), action.figure)

    async def order_word(self, action: Action) -> None:
        """The reviewer or the portal says a word about an order."""
        for order in self._orders(action):
            self.scene.services.reviewer.stop(order)
            self.scene.services.lifecycle.change(order, action.way)

    async def number_word(self, action: Action) -> None:
        """The reviewer or the portal says a word about numbers, or takes them out."""
        word = None if action.way == TAKEN_OUT else action.way
        for order in self._orders(action):
            self.scene.services.reviewer.stop(order)
            numbers = self._chosen(action, list(order.numbers))
            self.scene.services.lifecycle.change(order, None, dict.fromkeys(numbers, word))

    async def portal_code(self, action: Action) -> None:
        """Somebody enters codes in the portal."""
        for order in self._orders(action):
            for number in self._chosen(action, list(order.numbers)):
                if not order.is_final and order.numbers[number].status == "pending":
                    self.scene.services.lifecycle.verify(order, order.numbers[number])

    async def portal_papers(self, action: Action) -> None:
        """Somebody uploads papers in the portal."""
        for order in self._orders(action):
            if not order.is_final:
                order.uploads.append(Upload("portal", "portal"))
                order.record("documents uploaded")
                self.scene.services.reviewer.start_review(order)

    async def portal_order(self, action: Action) -> None:
        """Somebody orders numbers of a request in the portal."""
        profile = PROFILE if action.way == "same profile" else OTHER_PROFILE
        if numbers := self._numbers(action):
            self.scene.services.lifecycle.create(profile, numbers)

    async def rival(self, action: Action) -> None:
        """Another program with the same key orders numbers that a request has ordered already."""
        await self.scene.telnyx.create_order(PROFILE, self._numbers(action))

    async def override(self, action: Action) -> None:
        """Telnyx thinks differently of some numbers."""
        for number in self._numbers(action):
            override = self.scene.world.overrides.setdefault(number, Override())
            if action.do is Do.ELIGIBILITY:
                override.eligible_status = action.way
            else:
                override.code_error = action.way or None

    async def inventory(self, action: Action) -> None:
        """Numbers come into the account's inventory, or leave it."""
        for number in self._numbers(action):
            if action.way == "in":
                self.scene.world.activate(number, None, None)
            else:
                self.scene.world.inventory.pop(number, None)

    async def webhook(self, action: Action) -> None:
        """A webhook is taken: a true one, the same twice, or one about an order that nobody knows."""
        order_id = next((order.id for order in self._orders(action)), "") if action.way != "about nothing" else "none"
        news = TelnyxNews(event_id=f"e-{action.figure}", event_type="updated", order_id=order_id)
        for _ in range(2 if action.way == "double" else 1):
            await self._request(action).signal("telnyx_news", news)

    async def faults(self, action: Action) -> None:
        """Something begins to go wrong."""
        kind, _, call = action.way.partition(":")
        rate, times = _RATES[action.figure % 4], _TIMES[action.figure // 3 % 4]
        refused = kind.startswith("4") and kind not in _LASTING
        self.scene.world.faults.replace(
            FaultPlan(
                kinds=(kind,),
                rate=rate,
                seed=action.figure + 1,
                delay=STALE if kind in NAMED_KINDS else None,
                calls=frozenset({call} if call else ()),
                times=times or (_REFUSED_IN_VAIN if refused else _TRIES_IN_VAIN),
            )
        )

    async def calm(self, _action: Action) -> None:
        """Nothing goes wrong any more."""
        self.scene.world.faults.replace(FaultPlan())


_DOES: dict[Do, Callable[[Play, Action], Awaitable[None]]] = {
    Do.HURRY: Play.nothing,
    Do.LOOK: Play.nothing,
    Do.START: Play.start,
    Do.WAIT: Play.wait,
    Do.HELP: Play.help,
    Do.ORDER_WORD: Play.order_word,
    Do.NUMBER_WORD: Play.number_word,
    Do.PORTAL_CODE: Play.portal_code,
    Do.PORTAL_PAPERS: Play.portal_papers,
    Do.PORTAL_ORDER: Play.portal_order,
    Do.ELIGIBILITY: Play.override,
    Do.CODE_ERROR: Play.override,
    Do.INVENTORY: Play.inventory,
    Do.WEBHOOK: Play.webhook,
    Do.FAULTS: Play.faults,
    Do.CALM: Play.calm,
    Do.RIVAL: Play.rival,
    **dict.fromkeys(
        (Do.CODES, Do.SIGNAL_CODES, Do.RESEND, Do.PAPERS, Do.GIVE_UP, Do.RETRY, Do.CANCEL, Do.ANSWER), Play.write
    ),
}
