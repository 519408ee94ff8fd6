"""Messages that cannot be read, or cannot be used as they are. The request goes on after each, and says so."""

from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.messages import Answer, Code, Document, Event, ResendCodes, SubmitCodes
from services.updates import UPDATES
from tests.workflows.stage import Stage
from tests.workflows.story import Story, events_about
from workflows.request.state import MAX_REFUSALS

ONE, TWO = "+15125550251", "+15125550252"
WIRELESS = "+15005550003"


@pytest.fixture
async def waiting(stage: Stage) -> Story:
    """A request that waits for the codes of two numbers. A third was left out."""
    story = await stage.request(ONE, TWO, WIRELESS)
    await story.until_asked("codes")
    return story


SECRET = 98765
WRONG_SHAPES: list[tuple[list[Any], str, str]] = [
    # every argument of one message, what the refusal names, and its sender
    ([{"codes": [{"phone_number": ONE, "code": SECRET}], "by": "Ann"}], "codes.0.code", "Ann"),
    ([{"codes": {ONE: str(SECRET)}, "by": "Ann"}], "codes", "Ann"),
    ([{"by": "Ann"}], "codes", "Ann"),
    ([{"codes": [], "by": 7}], "by", ""),
    ([{"codes": 7, "by": "Ann" * 1000}], "codes", "Ann" * 1000),
    ([{"codes": [7] * 5000, "by": "Ann"}], "5000", "Ann"),
    (["98765"], "SubmitCodes", ""),
    ([None], "SubmitCodes", ""),
    ([], "SubmitCodes", ""),
    ([{"codes": [], "by": "Ann"}, {"by": "Ben"}], "SubmitCodes", "Ann"),
]


async def test_a_message_of_the_wrong_shape_is_refused_in_our_words_and_stops_nothing(waiting: Story) -> None:
    for arguments, named, by in WRONG_SHAPES:
        refusal = await refused_update(waiting, UPDATES[SubmitCodes], arguments)
        begun = len((await waiting.look()).events)
        await waiting.handle.signal("codes", args=arguments)
        [event] = await events_since(waiting, begun)
        assert named in refusal
        assert named in event.what
        assert str(SECRET) not in refusal + event.what
        assert event.by == by[:200]
    await waiting.completes(ONE, TWO, outcome="partly_active")


async def test_a_message_of_an_unknown_name_is_refused_and_one_with_unknown_fields_is_read(waiting: Story) -> None:
    assert "submit_code" in await refused_update(waiting, "submit_code", [{}])
    await waiting.handle.signal("code", {"by": "a script"})
    [event] = (await waiting.until(lambda progress: events_about(progress, "'code'"))).events[-1:]
    assert event.by == "a script"
    assert "a script" in await waiting.details()
    codes = {"codes": [{"phone_number": ONE, "code": await waiting.stage.code(ONE), "new": 1}], "newer": []}
    answer = await waiting.handle.execute_update(UPDATES[SubmitCodes], codes, result_type=Answer)
    assert answer.accepted


async def test_a_flood_of_messages_that_cannot_be_read_leaves_the_other_events(waiting: Story) -> None:
    before = (await waiting.look()).events
    for place in range(MAX_REFUSALS + 10):
        await waiting.handle.signal("codes", {"by": f"script {place}"})
    last = f"script {MAX_REFUSALS + 9}"
    seen = await waiting.until(lambda progress: progress.events[-1].by == last)
    assert seen.events[: len(before)] == before
    assert len(seen.events) == len(before) + MAX_REFUSALS


async def test_each_code_that_is_not_tried_leaves_one_event_with_its_sender(stage: Stage, waiting: Story) -> None:
    right = await stage.code(ONE)
    await waiting.codes(ONE)
    begun = len((await waiting.look()).events)
    for by, code, accepted in (("Ann", right, True), ("Ben", "98765" if right != "98765" else "98764", False)):
        answer = await waiting.send(SubmitCodes(codes=[Code(phone_number=ONE, code=code)], by=by))
        assert (answer.accepted, answer.numbers[0].result) == (accepted, "already_verified")
        assert "codes" in answer.sentence, "the present step"
    for number in (ONE, WIRELESS):
        await waiting.handle.signal("codes", {"codes": [{"phone_number": number, "code": right}], "by": "a script"})
    left = await events_since(waiting, begun, 4)
    assert [event.by for event in left] == ["Ann", "Ben", "a script", "a script"]
    assert not [event for event in left if right in event.what]
    assert await stage.calls("POST", "validation_codes") == 1


async def test_a_wrong_code_for_a_verified_number_is_said_beside_one_that_is_right(
    stage: Stage, waiting: Story
) -> None:
    right = await stage.code(ONE)
    await waiting.codes(ONE)
    codes = {ONE: "98765" if right != "98765" else "98764", TWO: await stage.code(TWO)}
    answer = await waiting.send(SubmitCodes(codes=[Code(phone_number=n, code=c) for n, c in codes.items()], by="Ann"))
    assert {row.phone_number: row.result for row in answer.numbers} == {TWO: "verified", ONE: "already_verified"}
    assert not answer.accepted
    assert ONE in answer.sentence


async def test_a_code_that_is_kept_when_the_request_ends_leaves_an_event(stage: Stage, waiting: Story) -> None:
    await stage.refuse_account()
    assert (await waiting.resend(ONE)).accepted, "kept for the account"
    await waiting.until_asked("account")
    code = Code(phone_number=ONE, code="12345")
    assert (await waiting.send(SubmitCodes(codes=[code], by="Ann"))).accepted, "kept, too"
    await waiting.cancel()
    await stage.faults()
    late = [event for event in (await waiting.result()).events if event.by == "Ann"]
    assert len(late) == 1


async def events_since(story: Story, begun: int, count: int = 1) -> list[Event]:
    """The events after the first ones, once there are so many."""
    return (await story.until(lambda progress: len(progress.events) >= begun + count)).events[begun:]


async def refused_update(story: Story, update: str, arguments: list[Any]) -> str:
    """The refusal of an update, which must be ours."""
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await story.handle.execute_update(update, args=arguments)
    assert isinstance(caught.value.cause, ApplicationError)
    assert caught.value.cause.type == "Refused"
    return caught.value.cause.message


async def test_a_code_for_a_number_that_waits_for_none_is_not_tried(waiting: Story) -> None:
    await waiting.codes(ONE)
    codes = [Code(phone_number=number, code="12345") for number in (ONE, WIRELESS)]
    answer = await waiting.send(SubmitCodes(codes=codes))
    assert {row.phone_number: row.result for row in answer.numbers} == {ONE: "already_verified", WIRELESS: "not_asked"}


async def test_a_document_that_is_no_pdf_or_not_in_the_store_is_not_accepted(stage: Stage, waiting: Story) -> None:
    zipped = await stage.store.put(waiting.reference, b"PK\x03\x04" + b"0" * 200, "loa.pdf")
    for loa in (zipped, Document(sha256="0" * 64, size=10, name="loa.pdf")):
        assert not (await waiting.documents(loa=loa)).accepted
    await waiting.completes(ONE, TWO, outcome="partly_active")


async def test_documents_can_be_handed_in_again_after_the_store_did_not_answer(stage: Stage, waiting: Story) -> None:
    documents = await stage.documents(waiting.reference)
    stage.store.away = True
    assert not (await waiting.documents(**documents)).accepted
    stage.store.away = False
    assert (await waiting.documents(**documents)).accepted


async def test_a_message_with_the_same_update_id_is_handled_once(stage: Stage, waiting: Story) -> None:
    for _ in range(2):
        await waiting.send(ResendCodes(phone_numbers=[ONE]), update_id="one-intention")
    assert len(await stage.inbox(ONE)) == 2, "the first code and one more"
