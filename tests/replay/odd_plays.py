"""Requests that meet something odd at Telnyx: other orders, refusals, faults, other accounts, a stopped account."""

from domain import names
from domain.accounts import ResumeAccount
from domain.messages import TelnyxNews
from tests.replay.usual_plays import HELD, ONE, TWO, approve, asked, in_review, reviewed_at_last
from tests.workflows.stage import PROFILE, Stage, Story

HOSTED_ELSEWHERE = "+15005553018"


async def order_adopted(stage: Stage, reference: str) -> None:
    """Two orders with the number lie at Telnyx, and a person says which one it is."""
    body = {"messaging_profile_id": PROFILE, "phone_numbers": [ONE]}
    for _ in range(2):
        reply = await stage.telnyx.post(
            "/v2/messaging_hosted_number_orders", json=body, headers={"authorization": "Bearer KEY_portal"}
        )
        assert reply.is_success, reply.text
    await stage.control("settings", HELD)
    story = await stage.request(ONE, reference=reference)
    newest = (await stage.orders(ONE))[-1]["id"]
    await story.answer(await story.until_asked("choice"), "adopt", newest)
    await reviewed_at_last(stage, story, ONE)
    await story.ends("active")


async def refused_at_create(stage: Stage, reference: str) -> None:
    await stage.faults(rate=1, kinds=["422"], pointer="/phone_numbers/1", calls=["create"], times=1, seed=1)
    story = await asked(stage, reference, ONE, TWO)
    await story.codes(ONE)
    await story.until_step("review")
    await approve(stage, ONE)
    await story.ends("partly_active")


async def telnyx_in_trouble(stage: Stage, reference: str) -> None:
    """The first try of two calls fails, so they are tried again with patience."""
    await stage.faults(rate=1, kinds=["500"], calls=["eligibility"], times=1, seed=1)
    story = await asked(stage, reference, ONE)
    await stage.faults(rate=1, kinds=["500"], calls=["upload"], times=1, seed=1)
    await story.codes(ONE)
    await story.until_step("review")
    await approve(stage, ONE)
    await story.ends("active")


async def hinted(stage: Stage, reference: str) -> None:
    """A webhook tells that something happened long before the next poll."""
    story = await in_review(stage, reference, ONE)
    await approve(stage, ONE)
    await story.handle.signal("telnyx_news", {"event_id": "e", "event_type": "x", "order_id": "o"})
    await story.ends("active")


async def cancelled_while_ordering(stage: Stage, reference: str) -> None:
    """Cancelled when an order was placed whose id never arrived, so it has to be looked for."""
    await stage.faults(rate=1, kinds=["timeout_after_commit"], calls=["create"], times=1, seed=1, delay=0.5)
    story = await stage.request(ONE, reference=reference)
    await story.until_at_work("place_order")
    await stage.until_ordered(ONE)
    await story.cancel()
    await story.ends("cancelled")


async def transfer_agreed(stage: Stage, reference: str) -> None:
    """Another account hosts the number, this was known, and it lets the number go."""
    await stage.control("settings", HELD)
    story = await stage.request(HOSTED_ELSEWHERE, reference=reference, options={"internal_transfer": True})
    await story.until_asked("transfer")
    [order] = await stage.orders(HOSTED_ELSEWHERE)
    reply = await stage.telnyx.post(
        f"/v2/messaging_hosted_number_orders/{order['id']}/approve",
        params={"token": order["transfer"]["token"]},
        headers={"authorization": "Bearer KEY_other"},
    )
    assert reply.is_success, reply.text
    await _hear_of_transfer(story, order["id"], "approved")
    await reviewed_at_last(stage, story, HOSTED_ELSEWHERE)
    await story.ends("active")


async def transfer_not_wanted(stage: Stage, reference: str) -> None:
    story = await asked(stage, reference, ONE)
    await _hear_of_transfer(story, await stage.the_order(ONE), "pending")
    await story.ends("not_active")


async def _hear_of_transfer(story: Story, order_id: str, decision: str) -> None:
    event = "messaging_hosted_numbers_orders.internal_transfer_detected"
    news = TelnyxNews(event_id=f"e-{decision}", event_type=event, order_id=order_id, decision=decision)
    await story.handle.signal("telnyx_news", news)


async def stopped_account(stage: Stage, reference: str) -> None:
    """Telnyx refuses the key; once it is mended a person has the account go on."""
    await stage.control("settings", HELD)
    await stage.faults(rate=1, kinds=["401"], calls=["eligibility"], times=1, seed=1)
    story = await stage.request(ONE, reference=reference)
    await story.until_asked("account")
    account = stage.client.get_workflow_handle(names.account_workflow_id(stage.account))
    await account.execute_update(names.RESUME_UPDATE, ResumeAccount(by="test"))
    await reviewed_at_last(stage, story, ONE)
    await story.ends("active")


async def number_of_another_request(stage: Stage, reference: str) -> None:
    """A second request wants the number; it is told who holds it, and gives it up."""
    story = await asked(stage, reference, ONE)
    second = await stage.request(ONE, reference=f"{reference}-2")
    await second.give_up(*(await second.until_asked("choice")).numbers)
    await second.ends("not_active")
    await story.cancel()
    await story.ends("cancelled")
