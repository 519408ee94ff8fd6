"""What comes too late or concerns nothing of a request: refused in one sentence that names the present state."""

import re

import pytest
from temporalio.service import RPCError, RPCStatusCode

from domain.messages import (
    AnswerAsk,
    Cancel,
    Code,
    Document,
    GiveUp,
    HostingRequest,
    Message,
    ReplaceDocuments,
    ResendCodes,
    RetryNumbers,
    SubmitCodes,
)
from domain.vocabulary import NumberState, Outcome, Step
from services import submit_documents, updates
from services.errors import Finished, Refused, UnknownReference
from services.submit_documents import CheckedDocuments
from tests.workflows.stage import PROFILE, Stage, Story
from workflows.request import validators
from workflows.request.records import NumberRecord
from workflows.request.state import State

ONE, TWO, STRANGER = "+15125550251", "+15125550252", "+15125550259"
PAPER = Document(sha256="0" * 64, size=10, name="loa.pdf")


def _code(number: str) -> SubmitCodes:
    return SubmitCodes(codes=[Code(phone_number=number, code="12345")])


EVERYTHING: list[Message] = [
    _code(ONE),
    ResendCodes(phone_numbers=[ONE]),
    ReplaceDocuments(loa=PAPER),
    RetryNumbers(phone_numbers=[ONE]),
    GiveUp(phone_numbers=[ONE]),
    AnswerAsk(ask="codes-1", choice="again"),
    Cancel(),
]
OF_A_STRANGER: list[Message] = [
    _code(STRANGER),
    ResendCodes(phone_numbers=[STRANGER]),
    RetryNumbers(phone_numbers=[STRANGER]),
    GiveUp(phone_numbers=[STRANGER]),
]
UNTIMELY: list[tuple[Message, str]] = [
    (RetryNumbers(phone_numbers=[ONE]), f"{ONE} is active"),
    (GiveUp(phone_numbers=[ONE]), f"{ONE} is active"),
    (ResendCodes(phone_numbers=[ONE]), "review"),
    (AnswerAsk(ask="codes-1", choice="again"), "carrier-2"),
    (AnswerAsk(ask="carrier-2", choice="again"), "carrier"),
]


def is_one_sentence(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Z0-9r][^\n]*\.", text)) and ". " not in text


async def _told(stage: Stage, reference: str, message: Message) -> str:
    """What the command would print of a refusal."""
    with pytest.raises(Refused) as caught:
        await updates.send(stage.client, reference, message)
    assert is_one_sentence(str(caught.value)), str(caught.value)
    return str(caught.value)


async def _half_done(stage: Stage) -> Story:
    """A request with one number active, while the other waits for its carrier."""
    await stage.control("settings", {"review_seconds": 600})
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await story.codes(ONE, TWO)
    await story.until_step("review")
    await stage.act(ONE, order="successful", numbers={ONE: "successful", TWO: "failed_carrier_rejected"})
    await story.until_asked("carrier")
    return story


async def test_an_unknown_reference_is_refused_whatever_is_wanted_of_it(stage: Stage) -> None:
    for message in EVERYTHING:
        with pytest.raises(UnknownReference, match="There is no request 'r-nobody'"):
            await updates.send(stage.client, "r-nobody", message)


async def test_what_is_untimely_names_the_present_state_and_changes_nothing(stage: Stage) -> None:
    story = await _half_done(stage)
    before = await story.look()
    for message, expected in UNTIMELY:
        assert expected in await _told(stage, story.reference, message)
    for message in OF_A_STRANGER:
        said = await _told(stage, story.reference, message)
        assert STRANGER in said
        assert "review" in said
    assert await story.look() == before
    await story.give_up(TWO)
    await story.ends("partly_active")


async def test_a_finished_request_takes_nothing_any_more_and_says_how_it_ended(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await story.codes(ONE)
    result = await story.ends("active")
    for message in EVERYTHING:
        said = await _told(stage, story.reference, message)
        assert "(active)" in said
    with pytest.raises(Finished, match="\\(active\\)"):
        await submit_documents.store(stage.client, stage.store, story.reference, CheckedDocuments(None, None))
    assert await story.result() == result


async def test_a_code_signalled_after_the_end_is_refused_by_the_server(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await story.codes(ONE)
    await story.ends("active")
    with pytest.raises(RPCError) as caught:
        await story.handle.signal("codes", _code(ONE))
    assert caught.value.status is RPCStatusCode.NOT_FOUND


@pytest.mark.parametrize(
    ("number", "code", "expected"),
    [(STRANGER, "12345", "codes"), (ONE, "12a45", "3–12 digits")],
    ids=["of a stranger", "that is none"],
)
async def test_a_signalled_code_that_is_refused_is_noted_and_sends_nothing(
    stage: Stage, number: str, code: str, expected: str
) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await story.handle.signal("codes", {"codes": [{"phone_number": number, "code": code}], "by": "a script"})
    seen = await story.until(lambda progress: [event for event in progress.events if "refused" in event.what])
    (noted,) = [event for event in seen.events if "refused" in event.what]
    assert expected in noted.what
    assert code not in noted.what
    assert noted.by == "a script"
    assert await stage.calls("POST", "validation_codes") == 0
    await story.codes(ONE)
    await story.ends("active")


def _state(*states: NumberState, **fields: object) -> State:
    numbers = {f"+1512555026{place}": NumberRecord(state=state) for place, state in enumerate(states)}
    return State.model_validate({"numbers": numbers, "step": Step.REVIEW, **fields})


def test_a_request_whose_numbers_are_all_active_cannot_be_cancelled() -> None:
    refusal = validators.cancel(_state(NumberState.ACTIVE, NumberState.ACTIVE), Cancel())
    assert "review" in refusal


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"stopping": "Nobody answered in time."}, "The request is ending: nobody answered in time."),
        ({"outcome": Outcome.PARTLY_ACTIVE, "step": Step.DONE}, "The request has ended: partly active."),
    ],
)
def test_a_request_that_is_ending_or_has_ended_says_so_to_everything(fields: dict[str, object], expected: str) -> None:
    state = _state(NumberState.ACTIVE, NumberState.REJECTED, **fields)
    refused = {validators.cancel(state, Cancel()), validators.replace_documents(state, ReplaceDocuments(loa=PAPER))}
    refused |= {validators.answer(state, AnswerAsk(ask="carrier-1", choice="again"))}
    refused |= {validators.retry_numbers(state, RetryNumbers(phone_numbers=list(state.numbers)))}
    assert refused == {expected}


@pytest.mark.parametrize("reference", ["", "a b", "..", "x" * 65])
def test_a_reference_that_can_be_none_begins_nothing(reference: str) -> None:
    wish = HostingRequest(reference=reference, messaging_profile_id=PROFILE, phone_numbers=[ONE])
    assert "is refused: expected 1–64 letters" in validators.request(wish)
