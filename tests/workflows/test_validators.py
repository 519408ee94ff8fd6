"""A malformed or untimely message is refused with one sentence that names the number or the ask. Nothing is kept of it.

Sentences are not compared here, since a better one must break no test: only ids, numbers, steps and choices are.
"""

import asyncio
import re
from typing import Any

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.messages import (
    AnswerAsk,
    Cancel,
    Choice,
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
from domain.vocabulary import AskKind, NumberState, Outcome, Step
from services import progress, updates
from services.errors import Finished, Refused, UnknownReference
from tests.limits import WAIT
from tests.workflows.stage import Stage
from tests.workflows.story import events_about, states
from tests.workflows.telnyx_side import PROFILE
from workflows.request import validators
from workflows.request.records import AskRecord, NumberRecord, Round
from workflows.request.state import State

ONE, TWO, STRANGER = "+15125550131", "+15125550132", "+15125550139"
WIRELESS = "+15005550003"
REQUEST = HostingRequest(reference="r", messaging_profile_id=PROFILE, phone_numbers=[ONE, TWO, WIRELESS])
VALIDATORS: dict[type[Message], Any] = {
    SubmitCodes: validators.submit_codes,
    ResendCodes: validators.resend_codes,
    ReplaceDocuments: validators.replace_documents,
    RetryNumbers: validators.retry_numbers,
    GiveUp: validators.give_up,
    AnswerAsk: validators.answer,
    Cancel: validators.cancel,
}


def _codes(*pairs: tuple[str, str]) -> SubmitCodes:
    return SubmitCodes(codes=[Code(phone_number=number, code=code) for number, code in pairs])


WHILE_CODES_ARE_AWAITED: list[tuple[Message, list[str]]] = [
    (SubmitCodes(codes=[]), []),
    (_codes((ONE, "12a45")), [ONE]),
    (_codes((ONE, "")), [ONE]),
    (_codes((ONE, "12345"), (ONE, "54321")), [ONE]),
    (_codes((STRANGER, "12345")), [STRANGER, "codes"]),
    (ResendCodes(method="pigeon"), ["pigeon"]),
    (ResendCodes(phone_numbers=[STRANGER]), [STRANGER, "codes"]),
    (ResendCodes(phone_numbers=[WIRELESS]), [WIRELESS, "codes"]),
    (ReplaceDocuments(), []),
    (GiveUp(phone_numbers=[]), []),
    (GiveUp(phone_numbers=[STRANGER]), [STRANGER, "codes"]),
    (GiveUp(phone_numbers=[WIRELESS]), [WIRELESS]),
    (RetryNumbers(phone_numbers=[]), []),
    (RetryNumbers(phone_numbers=[STRANGER]), [STRANGER, "codes"]),
    (RetryNumbers(phone_numbers=[ONE]), [ONE]),
    (AnswerAsk(ask="choice-9", choice="wait"), ["choice-9", "codes-1"]),
    (AnswerAsk(ask="codes-1", choice="wait"), ["codes-1", "wait"]),
]
IN_REVIEW: list[tuple[Message, list[str]]] = [
    (RetryNumbers(phone_numbers=[ONE]), [ONE]),
    (GiveUp(phone_numbers=[ONE]), [ONE]),
    (ResendCodes(phone_numbers=[ONE]), [ONE, "review"]),
    (AnswerAsk(ask="codes-1", choice="again"), ["codes-1", "carrier-2", "review"]),
    (AnswerAsk(ask="carrier-2", choice="wait"), ["carrier-2", "adopt"]),
    (AnswerAsk(ask="carrier-2", choice="adopt"), ["adopt", "order-7"]),
]
EVERY_KIND: list[Message] = [
    _codes((ONE, "12345")),
    ResendCodes(phone_numbers=[ONE]),
    ReplaceDocuments(loa=Document(sha256="0" * 64, size=10, name="loa.pdf")),
    RetryNumbers(phone_numbers=[ONE]),
    GiveUp(phone_numbers=[ONE]),
    AnswerAsk(ask="codes-1", choice="again"),
    Cancel(),
]


def _state(step: Step, states: dict[str, NumberState], ask: AskRecord | None = None, **fields: Any) -> State:
    state = State.of(REQUEST)
    state.numbers = {number: NumberRecord(state=one) for number, one in states.items()}
    state.step, state.round, state.asks = step, Round(numbers=list(states)), [ask] if ask else []
    return state.model_copy(update=fields)


def _ask(id_: str, *choices: Choice) -> AskRecord:
    since = "2026-11-24T00:00:00Z"
    kind = AskKind(id_.partition("-")[0])
    return AskRecord.model_validate(
        {"id": id_, "kind": kind, "numbers": [ONE], "guidance": "", "choices": choices, "since": since}
    )


@pytest.mark.parametrize(("message", "names"), WHILE_CODES_ARE_AWAITED)
def test_a_refusal_while_codes_are_awaited_names_what_is_wrong(message: Message, names: list[str]) -> None:
    numbers = {ONE: NumberState.UNVERIFIED, TWO: NumberState.UNVERIFIED, WIRELESS: NumberState.LEFT_OUT}
    refusal = VALIDATORS[type(message)](_state(Step.CODES, numbers, _ask("codes-1")), message)
    assert _is_one_sentence(refusal)
    assert [name for name in names if name not in refusal] == []
    assert "12a45" not in refusal, "a code is not repeated"


@pytest.mark.parametrize(("message", "names"), IN_REVIEW)
def test_a_refusal_in_the_review_names_what_is_wrong(message: Message, names: list[str]) -> None:
    numbers = {ONE: NumberState.ACTIVE, TWO: NumberState.REJECTED}
    ask = _ask("carrier-2", Choice(choice="adopt", sentence="", order_id="order-7"))
    refusal = VALIDATORS[type(message)](_state(Step.REVIEW, numbers, ask), message)
    assert _is_one_sentence(refusal)
    assert [name for name in names if name not in refusal] == []


def _is_one_sentence(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Z][^\n]*\.", text)) and ". " not in text


@pytest.mark.parametrize("step", [Step.ELIGIBILITY, Step.ORDER])
def test_a_code_is_refused_before_any_was_requested(step: Step) -> None:
    state = _state(step, {ONE: NumberState.NEW})
    assert step in validators.submit_codes(state, _codes((ONE, "12345")))


def test_a_request_whose_numbers_are_all_active_cannot_be_cancelled() -> None:
    assert "review" in validators.cancel(_state(Step.REVIEW, {ONE: NumberState.ACTIVE}), Cancel())


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"stopping": "Out of time."}, "out of time"),
        ({"outcome": Outcome.PARTLY_ACTIVE}, "partly active"),
    ],
)
def test_a_request_that_is_ending_or_has_ended_refuses_everything_with_the_reason(
    fields: dict[str, Any], why: str
) -> None:
    state = _state(Step.REVIEW, {ONE: NumberState.ACTIVE, TWO: NumberState.REJECTED}, **fields)
    [refusal] = {VALIDATORS[type(message)](state, message) for message in EVERY_KIND}
    assert why in refusal


@pytest.mark.parametrize("reference", ["", "a b", "..", "x" * 65, "account-1"])
def test_a_reference_that_is_none_or_reserved_is_refused(reference: str) -> None:
    assert repr(reference) in validators.request(REQUEST.model_copy(update={"reference": reference}))


@pytest.mark.parametrize(
    ("numbers", "names"),
    [
        (["+442079460000"], "+442079460000"),
        (["5125550100"], "5125550100"),
        (["+10125550100"], "+10125550100"),
        (["+15121550100"], "+15121550100"),
        ([ONE, ONE], ONE),
        ([], "200"),
        ([f"+1512555{n:04d}" for n in range(201)], "201"),
    ],
)
def test_impossible_numbers_are_refused(numbers: list[str], names: str) -> None:
    refusal = validators.request(REQUEST.model_copy(update={"phone_numbers": numbers}))
    assert _is_one_sentence(refusal)
    assert names in refusal


# On a real server


GOOD = REQUEST.model_dump(mode="json")
MALFORMED_STARTS: list[tuple[str, str, list[Any], str]] = [
    # type, id (a reference of its own unless it is named), arguments, what the refusal names
    ("HostNumbers", "", [GOOD | {"phone_numbers": [ONE, ONE]}], ONE),
    ("HostNumbers", "", [{"reference": "r", "phone_numbers": [ONE]}], "messaging_profile_id"),
    ("HostNumbers", "", [GOOD | {"phone_numbers": 5}], "phone_numbers"),
    ("HostNumbers", "", [GOOD | {"options": {"needed_by": "soon"}}], "options.needed_by"),
    ("HostNumbers", "", [], "HostingRequest"),
    ("HostNumbers", "", [GOOD, GOOD], "HostingRequest"),
    ("HostNumbers", "", [None], "HostingRequest"),
    ("HostNumbers", "", [GOOD | {"carry": {"numbers": 1}}], "carry"),
    ("HostNumbers", "hosting-another", [GOOD], "hosting-r"),
    ("HostingAccount", "hosting-account-wrong", [{"account": "a"}], "hosting-account-a"),
    ("HostingAccount", "", [{"account": "a", "carry": {"events": 1}}], "carry"),
    ("HostingAccount", "", [], "OpenAccount"),
    ("CheckNumbers", "", [{}], "phone_numbers"),
    ("CheckNumbers", "", [{"phone_numbers": ["512"]}], "512"),
    ("Preflight", "", [7], "PreflightRequest"),
    ("FindOrphans", "", [{}, {}], "OrphansRequest"),
    ("TellPeople", "", [{}], "event"),
    ("AlertOfTransfer", "", [{"account": "a"}], "phone_numbers"),
    ("AnswerTransfer", "", [{"decision": "perhaps"}], "decision"),
]


async def test_a_workflow_that_was_started_malformed_fails_at_once_and_says_why(stage: Stage) -> None:
    for kind, given_id, arguments, names_ in MALFORMED_STARTS:
        id_ = given_id or {"HostNumbers": "hosting-r", "HostingAccount": "hosting-account-a"}.get(kind, kind)
        handle = await stage.client.start_workflow(kind, args=arguments, id=id_, task_queue=stage.queue)
        with pytest.raises(WorkflowFailureError) as caught:
            async with asyncio.timeout(WAIT):
                await handle.result()
        refusal = caught.value.cause
        assert isinstance(refusal, ApplicationError), (kind, arguments)
        assert (refusal.type, refusal.non_retryable) == ("Refused", True)
        assert _is_one_sentence(refusal.message), refusal.message
        assert names_ in refusal.message, refusal.message
        if id_ == "hosting-r":
            assert refusal.message.rstrip(".") in await why_it_did_not_begin(stage, "r")
    assert not await stage.control("orders")


async def why_it_did_not_begin(stage: Stage, reference: str) -> str:
    """What a person is shown of a request that could not begin."""
    try:
        shown = await progress.show(stage.client, reference)
    except Refused as refused:
        return str(refused)
    return shown.events[-1].what


async def test_a_refused_message_changes_nothing(stage: Stage) -> None:
    story = await stage.request(ONE, TWO, WIRELESS)
    await story.until_asked("codes")
    before = await story.look()
    for message, names in WHILE_CODES_ARE_AWAITED:
        refusal = await story.refusal(message)
        assert [name for name in names if name not in refusal] == []
    assert await story.look() == before


@pytest.mark.parametrize(("number", "code"), [(STRANGER, "12345"), (ONE, "12a45")])
async def test_a_refused_signal_becomes_an_event_and_no_code_is_submitted(stage: Stage, number: str, code: str) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await story.handle.signal("codes", {"codes": [{"phone_number": number, "code": code}], "by": "a script"})
    seen = await story.until(lambda progress: events_about(progress, number))
    assert seen.events[-1].by == "a script"
    assert code not in seen.events[-1].what
    assert await stage.calls("POST", "validation_codes") == 0
    await story.completes(ONE)


async def test_an_unknown_reference_is_refused_by_every_message(stage: Stage) -> None:
    for message in EVERY_KIND:
        with pytest.raises(UnknownReference, match="r-nobody"):
            await updates.send(stage.client, "r-nobody", message)


async def test_a_finished_request_takes_no_message_and_names_its_outcome(stage: Stage) -> None:
    story = await stage.request(ONE)
    result = await story.completes(ONE)
    for message in EVERY_KIND:
        with pytest.raises(Finished, match="active"):
            await story.send(message)
    with pytest.raises(RPCError) as caught:
        await story.handle.signal("codes", _codes((ONE, "12345")))
    assert caught.value.status is RPCStatusCode.NOT_FOUND
    assert states(await story.result()) == states(result)
