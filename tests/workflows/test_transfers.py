"""Internal transfers as the ordering side sees them: wanted or not, decided or not, with and without webhooks."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.messages import HostingRequest, SubmitCodes, TelnyxNews
from domain.transfers import ENDED_MEANWHILE, NOT_WANTED, REFUSED, need_of_transfer
from domain.vocabulary import AskKind
from tests.workflows.stage import Stage
from tests.workflows.story import Story, events_about, states
from tests.workflows.waiting import until
from workflows.request.display import details
from workflows.request.records import AskRecord
from workflows.request.state import State

ONE = "+15125550161"
NEVER_DECIDED, REJECTING = "+15005553018", "+15005553020"
WANTED = {"internal_transfer": True}
DEADLINE = datetime(2040, 1, 2, 3, 4, tzinfo=UTC)


async def signal(story: Story, order_id: str, decision: str, deadline: datetime | None = None) -> None:
    """A webhook about a transfer, as the public process passes it on."""
    news = TelnyxNews(
        account=story.stage.account,
        event_id=f"e-{decision}",
        event_type="messaging_hosted_numbers_orders.internal_transfer_detected",
        order_id=order_id,
        decision=decision,
        approval_deadline=deadline,
    )
    await story.handle.signal("telnyx_news", news)


async def _waiting(stage: Stage) -> tuple[Story, str]:
    """A request that waits for the owner of its number, and its order."""
    story = await stage.request(NEVER_DECIDED, options=WANTED)
    await story.until_asked("transfer")
    return story, await stage.the_order(NEVER_DECIDED)


async def _codes_requested(stage: Stage) -> int:
    return await stage.calls("POST", "verification_codes")


async def test_a_wanted_transfer_waits_for_the_owner_and_then_goes_the_usual_way(stage: Stage) -> None:
    story, order_id = await _waiting(stage)
    await signal(story, order_id, "pending", DEADLINE)
    seen = await story.until(lambda progress: progress.asks[0].deadline == DEADLINE)
    assert "03:04 UTC" in seen.asks[0].guidance
    assert [one.kind for one in seen.asks] == ["transfer"], "the same wait, not a second one"
    assert await _codes_requested(stage) == 0
    await stage.decide_transfer(NEVER_DECIDED, "approve")
    await signal(story, order_id, "approved")
    await story.completes(NEVER_DECIDED)
    assert len(await stage.orders(NEVER_DECIDED)) == 1


@pytest.mark.parametrize("hint", ["", "rejected"], ids=["transfer", "with a refusal that no order confirms"])
async def test_72_hours_without_an_objection_are_approval(
    skipping: Stage, skipping_server: WorkflowEnvironment, hint: str
) -> None:
    await skipping.configure(transfer_seconds=0.01)
    story = await skipping.request(NEVER_DECIDED, options=WANTED)
    ask = await story.until_asked("transfer")
    assert ask.since is not None
    assert ask.deadline is not None
    assert timedelta(hours=71, minutes=59) < ask.deadline - ask.since <= timedelta(hours=72)
    if hint:
        await signal(story, await skipping.the_order(NEVER_DECIDED), hint)
    await skipping_server.sleep(timedelta(hours=71))
    assert [one.kind for one in (await story.look()).asks] == ["transfer"]
    assert await _codes_requested(skipping) == 0
    await skipping_server.sleep(timedelta(hours=2))
    await story.completes(NEVER_DECIDED)
    assert not skipping.notified("ask_reminder", kind="transfer")


async def test_a_refusal_by_the_owner_ends_the_numbers_only_by_the_orders_status(stage: Stage) -> None:
    story, order_id = await _waiting(stage)
    await signal(story, order_id, "rejected")
    await story.until(lambda progress: progress.asks)
    assert states(await story.look()) == {NEVER_DECIDED: "unverified"}, "a hint alone ends nothing"
    await stage.decide_transfer(NEVER_DECIDED, "reject")
    ask = await story.until_asked("support")
    seen = await story.until(lambda progress: progress.numbers[0].because.startswith(REFUSED))
    assert states(seen) == {NEVER_DECIDED: "failed"}
    assert ask.numbers == [NEVER_DECIDED]
    await story.give_up(NEVER_DECIDED)
    assert (await story.ends("not_active")).numbers[0].status == "failed_number_already_hosted"


async def test_a_refusal_whose_webhook_was_lost_is_noticed_by_the_order(stage: Stage) -> None:
    story = await stage.request(REJECTING, options=WANTED)
    seen = await story.until(lambda progress: progress.numbers[0].because.startswith(ENDED_MEANWHILE))
    assert states(seen) == {REJECTING: "failed"}
    assert (await story.until_asked("support")).numbers == [REJECTING]


async def test_without_opting_in_the_number_is_left_out_with_the_option_to_use(stage: Stage) -> None:
    result = await (await stage.request(NEVER_DECIDED)).ends("not_active")
    assert states(result) == {NEVER_DECIDED: "left_out"}
    assert "--internal-transfer" in result.numbers[0].because
    assert await stage.orders(NEVER_DECIDED) == []


async def _calls_about(stage: Stage, order_id: str) -> list[str]:
    """The methods of the calls about an order itself, oldest first."""
    return [call["method"] for call in await stage.control("calls") if call["path"].endswith(order_id)]


@pytest.mark.parametrize(("step", "decision"), [("codes", "pending"), ("codes", "approved"), ("review", "approved")])
async def test_an_unwanted_transfer_gives_the_numbers_up_only_once_the_order_was_read(
    stage: Stage, step: str, decision: str
) -> None:
    story = await (stage.request(ONE) if step == "codes" else stage.in_review(ONE))
    await story.until_step(step)
    order_id = await stage.the_order(ONE)
    await stage.faults(kinds=["500"], calls=["get"])
    await signal(story, order_id, decision)
    await stage.until_called_again(3)
    assert states(await story.look()) == {ONE: {"codes": "unverified", "review": "in_review"}[step]}
    assert await stage.calls("DELETE", order_id) == 0
    before = len(await _calls_about(stage, order_id))
    await stage.faults()
    result = await story.ends("not_active")
    assert states(result) == {ONE: "given_up"}
    assert result.numbers[0].because == NOT_WANTED
    assert await stage.order_statuses(ONE) == ["deleted"]
    *reads, last = (await _calls_about(stage, order_id))[before:]
    assert (set(reads), last) == ({"GET"}, "DELETE"), "it is read before it is given up, and before it is deleted"
    assert len(reads) >= 2


async def test_an_unwanted_transfer_waits_for_a_refused_account_and_gives_nothing_up_meanwhile(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    order_id = await stage.the_order(ONE)
    await stage.refuse_account()
    await signal(story, order_id, "pending")
    await story.until_asked("account")
    assert states(await story.look()) == {ONE: "unverified"}
    assert await stage.calls("DELETE", order_id) == 0
    await stage.resume_account()
    assert states(await story.ends("not_active")) == {ONE: "given_up"}


async def test_an_unwanted_transfer_whose_order_was_not_read_yet_survives_a_new_run(stage: Stage) -> None:
    """The server of these tests suggests a new run after 200 events."""
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await stage.faults(kinds=["500"], calls=["get"])
    await signal(story, await stage.the_order(ONE), "pending")
    first_run = (await story.handle.describe()).run_id

    async def is_in_a_new_run() -> bool:
        await story.newest_run().hint()
        return (await story.newest_run().handle.describe()).run_id != first_run

    await until(is_in_a_new_run)
    newest = story.newest_run()
    assert states(await newest.look()) == {ONE: "unverified"}
    await stage.faults()
    assert states(await newest.ends("not_active")) == {ONE: "given_up"}


CONTRADICTIONS: dict[str, tuple[str | None, dict[str, str | None], dict[str, str]]] = {
    "one number is active": (None, {"1": "successful"}, {"1": "active", "2": "unverified"}),
    "both are active": ("successful", {"1": "successful", "2": "successful"}, {"1": "active", "2": "active"}),
    "it lacks a number": (None, {"1": None}, {"1": "unverified", "2": "unverified"}),
    "it failed": ("failed", {}, {"1": "failed", "2": "failed"}),
    "it is deleted": ("deleted", {}, {"1": "failed", "2": "failed"}),
}
"""What the order and its numbers show when the webhook comes, and the states that follow."""


@pytest.mark.settings(poll_interval=3600.0)
async def test_an_order_that_contradicts_an_unwanted_transfer_has_the_webhook_left_out(
    stage: Stage, subtests: pytest.Subtests
) -> None:
    for index, (name, (order, numbers, follows)) in enumerate(CONTRADICTIONS.items()):
        first, second = (f"+151255502{index}{digit}" for digit in "12")
        named = {"1": first, "2": second}
        with subtests.test(name):
            story = await stage.request(first, second)
            await story.until_asked("codes")
            order_id = await stage.the_order(first)
            await stage.set_status(second, order, {named[key]: status for key, status in numbers.items()})
            await signal(story, order_id, "pending")
            seen = await story.until(lambda progress: events_about(progress, "webhook"))
            assert states(seen) == {named[key]: state for key, state in follows.items()}
            assert await stage.calls("DELETE", order_id) == 0


async def test_a_webhook_that_was_left_out_does_not_stand_in_the_way_of_the_next_one(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    order_id = await stage.the_order(ONE)
    await stage.set_status(ONE, "paused")
    await signal(story, order_id, "pending")
    seen = await story.until(lambda progress: events_about(progress, "webhook", "paused"))
    assert states(seen) == {ONE: "unverified"}
    await stage.set_status(ONE, "pending")
    await signal(story, order_id, "approved")
    assert states(await story.ends("not_active")) == {ONE: "given_up"}


TOLD = {"decision": "pending", "verified": [ONE], "refused_at": datetime(2026, 11, 24, tzinfo=UTC)}
"""All that a webhook alone can tell a request."""


async def test_a_webhook_of_another_account_says_nothing_and_one_without_an_account_is_a_hint_alone(
    stage: Stage,
) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    order_id = await stage.the_order(ONE)
    for account in (f"{stage.account}x", stage.account.upper(), ""):
        await story.hint(account=account, order_id=order_id, **TOLD)
    seen = await story.until(lambda progress: len(events_about(progress, "webhook")) == 3)
    assert states(seen) == {ONE: "unverified"}
    assert [ask.kind for ask in seen.asks] == ["codes"]
    await story.completes(ONE)


async def test_webhooks_about_other_orders_or_an_unwanted_refusal_change_nothing(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await signal(story, await stage.the_order(ONE), "rejected")
    for order_id in ("", "0c1b7a52-6a0e-4d8b-9c34-5b7a2f10c001"):
        await signal(story, order_id, "pending")
    await story.completes(ONE)


async def test_a_webhook_that_overtakes_the_answer_to_the_order_is_not_lost(stage: Stage) -> None:
    await stage.faults(kinds=["timeout_after_commit"], calls=["create"], times=1, delay=0.2)
    story = await stage.request(ONE)
    await stage.until_ordered(ONE)
    await signal(story, await stage.the_order(ONE), "pending")
    assert (await story.ends("not_active")).numbers[0].because == NOT_WANTED
    assert await _codes_requested(stage) == 0


async def test_a_transfer_that_is_noticed_late_takes_the_codes_back_until_it_is_decided(stage: Stage) -> None:
    story = await stage.request(ONE, options=WANTED)
    await story.until_asked("codes")
    order_id = await stage.the_order(ONE)
    await signal(story, order_id, "pending")
    await story.until_asked("transfer")
    assert [ask.kind for ask in (await story.look()).asks] == ["transfer"]
    await signal(story, order_id, "approved")
    await story.until_asked("codes")
    assert await _codes_requested(stage) == 2, "the codes from before may not count"
    await signal(story, order_id, "pending")  # late: the transfer is decided
    await story.completes(ONE)


async def test_a_person_who_knows_of_the_approval_need_not_wait_for_its_webhook(stage: Stage) -> None:
    story, _ = await _waiting(stage)
    await stage.decide_transfer(NEVER_DECIDED, "approve")
    await story.answer(await story.until_asked("transfer"), "go_on")
    await story.completes(NEVER_DECIDED)


async def test_giving_a_transfer_up_removes_the_order(stage: Stage) -> None:
    story, _ = await _waiting(stage)
    await story.answer(await story.until_asked("transfer"), "give_up")
    assert states(await story.ends("not_active")) == {NEVER_DECIDED: "given_up"}
    assert await stage.order_statuses(NEVER_DECIDED) == ["deleted"]


REQUEST = HostingRequest(reference="r", messaging_profile_id="p", phone_numbers=[ONE])


def test_the_page_names_a_person_only_when_one_has_to_act() -> None:
    state = State.of(REQUEST)
    state.asks = [AskRecord(id="transfer-1", since=DEADLINE, **dict(need_of_transfer([ONE], DEADLINE)))]
    assert "person" not in details(REQUEST, state).splitlines()[0]
    state.asks.append(AskRecord(id="carrier-2", kind=AskKind.CARRIER, numbers=[ONE], guidance="", since=DEADLINE))
    assert "person" in details(REQUEST, state).splitlines()[0]


def test_unread_webhooks_about_a_transfer_are_carried_into_a_new_run_beside_codes() -> None:
    state = State.of(REQUEST)
    unread: list[SubmitCodes | TelnyxNews] = [
        TelnyxNews(account="a", order_id="o-1", decision="pending", approval_deadline=DEADLINE),
        SubmitCodes(codes=[]),
    ]
    state.unread = unread
    carried = REQUEST.model_copy(update={"carry": state.model_dump(mode="json")})
    assert State.of(carried).unread == unread
