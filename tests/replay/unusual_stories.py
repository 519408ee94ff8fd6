"""Requests that meet something unusual at Telnyx: other orders, refusals, faults, transfers, a stopped account."""

from domain.messages import AccountResumed
from services import accounts
from tests.replay.usual_stories import ONE, TWO, approved, asked_for_codes, hold_reviews
from tests.workflows.stage import Stage
from tests.workflows.story import Story

HOSTED_ELSEWHERE = "+15005553018"


async def order_adopted(stage: Stage, reference: str) -> None:
    """Two orders hold the number, and a person says which one it is."""
    newest = [await stage.order_in_portal(ONE) for _ in range(2)][-1]
    await hold_reviews(stage)
    story = await stage.request(ONE, reference=reference)
    await story.answer(await story.until_asked("choice"), "adopt", newest)
    await story.prove(ONE)
    await approved(stage, story, ONE)


async def refused_at_create(stage: Stage, reference: str) -> None:
    await stage.faults(kinds=["422"], pointer="/phone_numbers/1", calls=["create"], times=1)
    story = await asked_for_codes(stage, reference, ONE, TWO)
    await story.codes(ONE)
    await story.until_step("review")
    await stage.approve(ONE)
    await story.ends("partly_active")


async def telnyx_in_trouble(stage: Stage, reference: str) -> None:
    """The first attempt of two calls fails, so they are tried again for longer."""
    await stage.faults(kinds=["500"], calls=["eligibility"], times=1)
    story = await asked_for_codes(stage, reference, ONE)
    await stage.faults(kinds=["500"], calls=["upload"], times=1)
    await story.codes(ONE)
    await approved(stage, story, ONE)


async def hinted(stage: Stage, reference: str) -> None:
    """A webhook reports a change long before the next poll."""
    story = await stage.in_review(ONE, reference=reference)
    await stage.approve(ONE)
    await story.hint()
    await story.ends("active")


async def cancelled_while_ordering(stage: Stage, reference: str) -> None:
    """Cancelled after an order was placed whose id never arrived, so it has to be looked for."""
    await stage.faults(kinds=["timeout_after_commit"], calls=["create"], times=1, delay=0.5)
    story = await stage.request(ONE, reference=reference)
    await story.until_running("place_order")
    await stage.until_ordered(ONE)
    await story.cancel()
    await story.ends("cancelled")


async def transfer_agreed(stage: Stage, reference: str) -> None:
    """Another account hosts the number, as the request expects, and lets it go."""
    await hold_reviews(stage)
    story = await stage.request(HOSTED_ELSEWHERE, reference=reference, options={"internal_transfer": True})
    await story.until_asked("transfer")
    await stage.decide_transfer(HOSTED_ELSEWHERE, "approve")
    await _signal_transfer(story, await stage.the_order(HOSTED_ELSEWHERE), "approved")
    await story.prove(HOSTED_ELSEWHERE)
    await approved(stage, story, HOSTED_ELSEWHERE)


async def transfer_not_wanted(stage: Stage, reference: str) -> None:
    """A webhook reports a transfer that the request did not opt in to. The order is read, and bears it out."""
    story = await asked_for_codes(stage, reference, ONE)
    await _signal_transfer(story, await stage.the_order(ONE), "pending")
    await story.ends("not_active")


async def news_of_others(stage: Stage, reference: str) -> None:
    """Signals that are not of the request's account: a webhook of another one, one of none, and a resume."""
    story = await asked_for_codes(stage, reference, ONE)
    order_id = await stage.the_order(ONE)
    for account in ("another", ""):
        await story.hint(account=account, order_id=order_id, decision="pending")
    await story.handle.signal("account_resumed", AccountResumed(account="another"))
    await story.until(lambda progress: "another" in progress.events[-1].what)
    await story.cancel()
    await story.ends("cancelled")


async def _signal_transfer(story: Story, order_id: str, decision: str) -> None:
    event = "messaging_hosted_numbers_orders.internal_transfer_detected"
    await story.hint(event_id=f"e-{decision}", event_type=event, order_id=order_id, decision=decision)


async def stopped_account(stage: Stage, reference: str) -> None:
    """Telnyx refuses the key once, and a person resumes the account."""
    await hold_reviews(stage)
    await stage.faults(kinds=["401"], calls=["eligibility"], times=1)
    story = await stage.request(ONE, reference=reference)
    await story.until_asked("account")
    await accounts.resume(stage.client, stage.account, by="test")
    await story.prove(ONE)
    await approved(stage, story, ONE)


async def number_of_another_request(stage: Stage, reference: str) -> None:
    """A second request wants the number, is told which request holds it, and gives it up."""
    story = await asked_for_codes(stage, reference, ONE)
    second = await stage.request(ONE, reference=f"{reference}-2")
    await second.give_up(*(await second.until_asked("choice")).numbers)
    await second.ends("not_active")
    await story.cancel()
    await story.ends("cancelled")
