"""Internal transfers as the side that ordered meets them: wanted or not, decided, in silence, and without webhooks."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.messages import HostingRequest, SubmitCodes, TelnyxNews
from domain.transfers import ENDED_MEANWHILE, NOT_WANTED, REFUSED, need_of_transfer
from domain.vocabulary import AskKind
from tests.workflows.stage import Stage, Story, states
from workflows.request.display import details
from workflows.request.records import AskRecord
from workflows.request.state import State

ONE = "+15125550161"
SILENT, REJECTING = "+15005553018", "+15005553020"
WANTED = {"internal_transfer": True}
DEADLINE = datetime(2040, 1, 2, 3, 4, tzinfo=UTC)
EVENTS = "messaging_hosted_numbers_orders."


async def tell(story: Story, order_id: str, decision: str, deadline: datetime | None = None) -> None:
    """A webhook of a transfer, as the public process passes it on."""
    news = TelnyxNews(
        event_id=f"e-{decision}",
        event_type=f"{EVENTS}internal_transfer_detected",
        order_id=order_id,
        decision=decision,
        approval_deadline=deadline,
    )
    await story.handle.signal("telnyx_news", news)


async def owner(stage: Stage, number: str, decision: str) -> None:
    """The account that hosts a number answers Telnyx."""
    [order] = await stage.orders(number)
    path = f"/v2/messaging_hosted_number_orders/{order['id']}/{decision}"
    reply = await stage.telnyx.post(
        path, params={"token": order["transfer"]["token"]}, headers={"authorization": "Bearer KEY_other"}
    )
    assert reply.status_code == 200, reply.text


async def test_a_wanted_transfer_waits_for_the_owner_and_then_goes_the_usual_way(stage: Stage) -> None:
    story = await stage.request(SILENT, options=WANTED)
    ask = await story.until_asked("transfer")
    assert "10DLC" in ask.guidance
    order_id = await stage.the_order(SILENT)
    await tell(story, order_id, "pending", DEADLINE)
    seen = await story.until(lambda progress: progress.asks[0].deadline == DEADLINE)
    assert "02 January 2040 03:04 UTC" in seen.asks[0].guidance
    assert [one.id for one in seen.asks] == [ask.id], "the same wait, not a second one"
    assert await stage.calls("POST", "verification_codes") == 0
    await owner(stage, SILENT, "approve")
    await tell(story, order_id, "approved")
    await story.until_asked("codes")
    await story.codes(SILENT)
    result = await story.ends("active")
    assert len(await stage.orders(SILENT)) == 1
    assert any("let them go" in event.what for event in result.events)


async def test_without_any_webhook_72_hours_of_silence_are_approval(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    await skipping.control("settings", {"transfer_seconds": 0.01})
    story = await skipping.request(SILENT, options=WANTED)
    ask = await story.until_asked("transfer")
    assert ask.since is not None
    assert ask.deadline is not None
    assert timedelta(hours=71, minutes=59) < ask.deadline - ask.since <= timedelta(hours=72)
    await skipping_server.sleep(timedelta(hours=71))
    assert [one.kind for one in (await story.look()).asks] == ["transfer"]
    assert await skipping.calls("POST", "verification_codes") == 0
    await skipping_server.sleep(timedelta(hours=2))
    await story.until_asked("codes")
    await story.codes(SILENT)
    result = await story.ends("active")
    assert not [event for event in result.events if "Nobody answered" in event.what or "Reminded" in event.what]


async def test_an_owners_refusal_ends_the_numbers_by_the_orders_word_and_says_who_refused(stage: Stage) -> None:
    story = await stage.request(SILENT, options=WANTED)
    await story.until_asked("transfer")
    await tell(story, await stage.the_order(SILENT), "rejected")
    await story.until(lambda progress: progress.asks)
    assert states(await story.look()) == {SILENT: "unverified"}, "a hint alone ends nothing"
    await owner(stage, SILENT, "reject")
    ask = await story.until_asked("support")
    seen = await story.until(lambda progress: progress.numbers[0].because.startswith(REFUSED))
    assert states(seen) == {SILENT: "failed"}
    assert ask.numbers == [SILENT]
    await story.give_up(SILENT)
    result = await story.ends("not_active")
    assert result.numbers[0].status == "failed_number_already_hosted"


async def test_a_refusal_that_no_order_confirms_holds_a_request_until_the_deadline_only(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    await skipping.control("settings", {"transfer_seconds": 0.01})
    story = await skipping.request(SILENT, options=WANTED)
    await story.until_asked("transfer")
    await tell(story, await skipping.the_order(SILENT), "rejected")
    await skipping_server.sleep(timedelta(hours=73))
    await story.until_asked("codes")
    await story.codes(SILENT)
    result = await story.ends("active")
    assert any("refusal" in event.what for event in result.events)
    assert not any("Silence is approval" in event.what for event in result.events)


async def test_a_refusal_whose_webhook_was_lost_is_noticed_by_the_order(stage: Stage) -> None:
    story = await stage.request(REJECTING, options=WANTED)
    seen = await story.until(lambda progress: progress.numbers[0].because.startswith(ENDED_MEANWHILE))
    assert states(seen) == {REJECTING: "failed"}
    assert (await story.until_asked("support")).numbers == [REJECTING]
    await story.give_up(REJECTING)
    await story.ends("not_active")


async def test_without_opting_in_the_number_is_left_out_and_told_how(stage: Stage) -> None:
    story = await stage.request(SILENT)
    result = await story.ends("not_active")
    assert states(result) == {SILENT: "left_out"}
    assert "--internal-transfer" in result.numbers[0].because
    assert await stage.orders(SILENT) == []


@pytest.mark.parametrize("decision", ["pending", "approved"])
async def test_a_transfer_that_nobody_wanted_stops_the_request_and_removes_its_order(
    stage: Stage, decision: str
) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await tell(story, await stage.the_order(ONE), decision)
    result = await story.ends("not_active")
    assert states(result) == {ONE: "given_up"}
    assert result.numbers[0].because == NOT_WANTED
    assert [order["status"] for order in await stage.orders(ONE)] == ["deleted"]


async def test_a_refusal_that_a_request_did_not_wait_for_only_makes_it_read_its_order(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await tell(story, await stage.the_order(ONE), "rejected")
    await story.codes(ONE)
    result = await story.ends("active")
    assert not [event for event in result.events if "transfer" in event.what]


async def test_a_webhook_that_overtakes_the_answer_to_the_order_is_not_lost(stage: Stage) -> None:
    await stage.faults(kinds=["timeout_after_commit"], calls=["create"], times=1, rate=1, seed=1, delay=0.2)
    story = await stage.request(ONE)
    await stage.until_ordered(ONE)
    await tell(story, await stage.the_order(ONE), "pending")
    result = await story.ends("not_active")
    assert result.numbers[0].because == NOT_WANTED
    assert await stage.calls("POST", "verification_codes") == 0


async def test_news_of_a_transfer_of_another_order_changes_nothing(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    for order_id in ("", "0c1b7a52-6a0e-4d8b-9c34-5b7a2f10c001"):
        await tell(story, order_id, "pending")
    await story.codes(ONE)
    await story.ends("active")


async def test_a_transfer_that_is_noticed_late_takes_the_codes_back_until_it_is_decided(stage: Stage) -> None:
    story = await stage.request(ONE, options=WANTED)
    await story.until_asked("codes")
    order_id = await stage.the_order(ONE)
    await tell(story, order_id, "pending")
    seen = await story.until(lambda progress: [ask for ask in progress.asks if ask.kind == "transfer"])
    assert [ask.kind for ask in seen.asks] == ["transfer"]
    await tell(story, order_id, "approved")
    await story.until_asked("codes")
    assert await stage.calls("POST", "verification_codes") == 2, "codes from before may count for nothing"
    await tell(story, order_id, "pending")  # late: the transfer is decided
    await story.codes(ONE)
    await story.ends("active")


async def test_a_person_who_knows_of_the_approval_need_not_wait_for_its_webhook(stage: Stage) -> None:
    story = await stage.request(SILENT, options=WANTED)
    ask = await story.until_asked("transfer")
    await owner(stage, SILENT, "approve")
    await story.answer(ask, "go_on")
    await story.until_asked("codes")
    await story.codes(SILENT)
    await story.ends("active")


async def test_a_transfer_can_be_given_up_which_removes_the_order(stage: Stage) -> None:
    story = await stage.request(SILENT, options=WANTED)
    await story.answer(await story.until_asked("transfer"), "give_up")
    assert states(await story.ends("not_active")) == {SILENT: "given_up"}
    assert [order["status"] for order in await stage.orders(SILENT)] == ["deleted"]


def test_the_page_does_not_say_that_a_person_has_to_act_on_a_transfer() -> None:
    request = HostingRequest(reference="r", messaging_profile_id="p", phone_numbers=[ONE])
    state = State.of(request)
    need = need_of_transfer([ONE], DEADLINE)
    state.asks = [AskRecord(id="transfer-1", since=DEADLINE, **dict(need))]
    first, *_ = details(request, state).splitlines()
    assert first == "### Waiting for another Telnyx account, which may object to losing 1 number"
    state.asks.append(AskRecord(id="carrier-2", kind=AskKind.CARRIER, numbers=[ONE], guidance="", since=DEADLINE))
    assert details(request, state).startswith("### Waiting for a person: the losing carrier's consent")


def test_unread_news_of_a_transfer_are_carried_into_a_new_run_beside_codes() -> None:
    request = HostingRequest(reference="r", messaging_profile_id="p", phone_numbers=[ONE])
    state = State.of(request)
    unread: list[SubmitCodes | TelnyxNews] = [
        TelnyxNews(order_id="o-1", decision="pending", approval_deadline=DEADLINE),
        SubmitCodes(codes=[]),
    ]
    state.unread = unread
    carried = request.model_copy(update={"carry": state.model_dump(mode="json")})
    assert State.of(carried).unread == unread
