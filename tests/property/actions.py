"""What each action of a story does, at the requests or at the simulated Telnyx."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from domain.messages import TelnyxNews
from simulator.faults import NAMED_KINDS
from simulator.faults import Plan as FaultPlan
from simulator.state import Override, Upload
from tests.property import people
from tests.property.monitor import STALE
from tests.property.requests import Request
from tests.property.stories import TAKEN_OUT, Action, Do
from tests.workflows.telnyx_side import PROFILE

if TYPE_CHECKING:
    from tests.property.story_run import StoryRun

OTHER_PROFILE = "22222222-2222-4222-8222-222222222222"
_RATES = (1.0, 0.5, 0.2, 1.0)
_TIMES = (1, 2, 5, None)
_MOST_REFUSALS = 20
"""Calls that are refused at most. A second look after a 404 takes two seconds of real time, and when the refusals come
and go, every look is another question to a person."""
_LASTING = frozenset({"401", "403", "429"})
_MOST_FAILURES = 600
"""Calls that fail at most: two days of attempts every five minutes. Months of them would show nothing more."""


async def start(run: "StoryRun", _action: Action) -> None:
    """The next request begins, if the story has one."""
    if len(run.requests) < len(run.story.requests):
        plan = run.story.requests[len(run.requests)]
        run.requests.append(await Request.start(run.env, plan))


async def wait(run: "StoryRun", action: Action) -> None:
    """Time passes."""
    await run.env.clock.advance(action.figure)


async def nothing(_run: "StoryRun", _action: Action) -> None:
    """A look, or no time to look."""


async def write(run: "StoryRun", action: Action) -> None:
    """A person sends a message."""
    await people.write(run.request(action), action, run.numbers(action))


async def help_out(run: "StoryRun", action: Action) -> None:
    """A person does what is asked."""
    await people.help_out(run.request(action), action.figure)


async def order_status(run: "StoryRun", action: Action) -> None:
    """The reviewer or the portal gives an order a status."""
    for order in run.orders(action):
        run.set_status(order, action.how, {})


async def number_status(run: "StoryRun", action: Action) -> None:
    """The reviewer or the portal gives numbers a status, or takes them out of their order."""
    status = None if action.how == TAKEN_OUT else action.how
    for order in run.orders(action):
        run.set_status(order, None, dict.fromkeys(run.chosen(action, list(order.numbers)), status))


async def portal_code(run: "StoryRun", action: Action) -> None:
    """A person enters codes in the portal."""
    for order in run.orders(action):
        for number in run.chosen(action, list(order.numbers)):
            if not order.is_final and order.numbers[number].status == "pending":
                run.env.parts.lifecycle.verify(order, order.numbers[number])


async def portal_documents(run: "StoryRun", action: Action) -> None:
    """A person uploads documents in the portal."""
    for order in run.orders(action):
        if not order.is_final:
            order.uploads.append(Upload("portal", "portal"))
            order.record("documents uploaded")
            run.env.parts.reviewer.start_review(order)


async def portal_order(run: "StoryRun", action: Action) -> None:
    """A person orders numbers of a request in the portal."""
    profile = PROFILE if action.how == "same profile" else OTHER_PROFILE
    if numbers := run.numbers(action):
        run.env.parts.lifecycle.create(profile, numbers)


async def rival(run: "StoryRun", action: Action) -> None:
    """Another program with the same key orders numbers that a request has ordered already."""
    await run.env.telnyx.create_order(PROFILE, run.numbers(action))


async def override(run: "StoryRun", action: Action) -> None:
    """Telnyx changes what it knows of some numbers."""
    for number in run.numbers(action):
        known = run.env.world.overrides.setdefault(number, Override())
        if action.do is Do.ELIGIBILITY:
            known.eligible_status = action.how
        else:
            known.code_error = action.how or None


async def inventory(run: "StoryRun", action: Action) -> None:
    """Numbers enter the account's inventory, or leave it."""
    for number in run.numbers(action):
        if action.how == "in":
            run.env.world.activate(number, None, None)
        else:
            run.env.world.inventory.pop(number, None)


async def webhook(run: "StoryRun", action: Action) -> None:
    """A webhook arrives: a true one, the same twice, or one about an unknown order."""
    order_id = next((order.id for order in run.orders(action)), "") if action.how != "about nothing" else "none"
    news = TelnyxNews(account=run.env.account, event_id=f"e-{action.figure}", event_type="updated", order_id=order_id)
    for _ in range(2 if action.how == "double" else 1):
        await run.request(action).signal("telnyx_news", news)


async def faults(run: "StoryRun", action: Action) -> None:
    """Calls begin to fail."""
    kind, _, call = action.how.partition(":")
    rate, times = _RATES[action.figure % 4], _TIMES[action.figure // 3 % 4]
    refused = kind.startswith("4") and kind not in _LASTING
    run.env.world.faults.replace(
        FaultPlan(
            kinds=(kind,),
            rate=rate,
            seed=action.figure + 1,
            delay=STALE if kind in NAMED_KINDS else None,
            calls=frozenset({call} if call else ()),
            times=times or (_MOST_REFUSALS if refused else _MOST_FAILURES),
        )
    )


async def calm(run: "StoryRun", _action: Action) -> None:
    """No call fails any more."""
    run.env.world.faults.replace(FaultPlan())


ACTIONS: dict[Do, Callable[["StoryRun", Action], Awaitable[None]]] = {
    Do.HURRY: nothing,
    Do.LOOK: nothing,
    Do.START: start,
    Do.WAIT: wait,
    Do.HELP: help_out,
    Do.ORDER_STATUS: order_status,
    Do.NUMBER_STATUS: number_status,
    Do.PORTAL_CODE: portal_code,
    Do.PORTAL_DOCUMENTS: portal_documents,
    Do.PORTAL_ORDER: portal_order,
    Do.ELIGIBILITY: override,
    Do.CODE_ERROR: override,
    Do.INVENTORY: inventory,
    Do.WEBHOOK: webhook,
    Do.FAULTS: faults,
    Do.CALM: calm,
    Do.RIVAL: rival,
    **dict.fromkeys(
        (Do.CODES, Do.SIGNAL_CODES, Do.RESEND, Do.DOCUMENTS, Do.GIVE_UP, Do.RETRY, Do.CANCEL, Do.ANSWER),
        write,
    ),
}
