"""Messages of other clients: any JSON, values of a later version, and what continue-as-new carries.

tests/domain/test_messages.py tests that each message survives the trip and tolerates new fields.
"""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter

from domain import messages
from domain.accounts import OpenAccount
from domain.message_shape import WrongShape, read_new_message
from domain.messages import (
    AnswerAsk,
    Cancel,
    Code,
    GiveUp,
    HostingRequest,
    Message,
    ReplaceDocuments,
    ResendCodes,
    RetryNumbers,
    SubmitCodes,
)
from domain.verdicts import Need, Verdict
from domain.vocabulary import AskKind, Next, NumberState, Outcome, Step
from tests.fuzz.oddities import JSON, PLAIN, TEXT, drawn
from workflows.account.state import AccountState
from workflows.request import validators
from workflows.request.state import State

MODELS = sorted(
    (kind for kind in vars(messages).values() if isinstance(kind, type) and issubclass(kind, Message)),
    key=lambda kind: kind.__name__,
)
FIELDS = st.sampled_from(sorted({name for model in MODELS for name in model.model_fields}))
BODIES = JSON | st.dictionaries(FIELDS, JSON, max_size=6)
NUMBERS = ["+15125550100", "+15125550101"]
ANY_NUMBERS = st.lists(st.sampled_from(NUMBERS) | PLAIN, max_size=4)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@drawn(25)
@given(body=BODIES)
async def test_any_json_is_a_message_or_refused(model: type[Message], body: Any) -> None:
    payload = Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(body).encode())
    try:
        [message] = await pydantic_data_converter.decode([payload], [model])
    except ValidationError as error:
        assert error.error_count() > 0  # noqa: PT017 - parsing it is right, too
    else:
        assert type(message) is model
        assert model.model_validate_json(message.model_dump_json()) == message


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@drawn(25)
@given(arguments=st.lists(BODIES, max_size=3), secret=st.integers(10**6, 10**7))
def test_any_arguments_are_a_message_or_refused_without_their_values(
    model: type[Message], arguments: list[Any], secret: int
) -> None:
    if arguments and isinstance(arguments[0], dict):
        arguments[0] = dict.fromkeys(arguments[0], secret)
    try:
        message = read_new_message(model, arguments)
    except WrongShape as fault:
        assert str(secret) not in str(fault)  # noqa: PT017 - reading it is right, too
        assert str(fault).endswith(".")  # noqa: PT017 - as above
        assert len(str(fault)) < 1000  # noqa: PT017 - as above
    else:
        assert type(message) is model


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (HostingRequest, {"phone_numbers": [1] * 1_000_000}),
        (SubmitCodes, {"codes": [1] * 1_000_000}),
        (SubmitCodes, {"codes": [{"phone_number": [1] * 1_000_000}]}),
        (HostingRequest, {"carry": {str(n): n for n in range(200_000)}}),
    ],
)
def test_a_message_of_two_megabytes_is_refused_quickly(model: type[Message], body: dict[str, Any]) -> None:
    """Temporal takes a workflow that computes for two seconds for one that hangs."""
    begun = time.process_time()
    with pytest.raises(WrongShape):
        read_new_message(model, [body])
    assert time.process_time() - begun < 1


@drawn(60)
@given(value=PLAIN)
def test_a_value_of_a_later_version_asks_a_person(value: str) -> None:
    known = {str(kind) for kind in AskKind} | {str(following) for following in Next}
    if value in known:
        return
    assert Need.model_validate({"kind": value}).kind is AskKind.SUPPORT
    assert Verdict.model_validate({"next": value}).next is Next.ASK


def states() -> st.SearchStrategy[State]:
    """A request in any state that its fields allow."""

    def made(records: list[Any], step: Step, outcome: Outcome, stopping: str) -> State:
        request = HostingRequest(reference="r", messaging_profile_id="p", phone_numbers=NUMBERS)
        state = State.of(request)
        for number, (found, parked) in zip(NUMBERS, records, strict=True):
            state.numbers[number].state, state.numbers[number].parked = found, parked
        state.begin_round()
        state.step, state.outcome, state.stopping = step, outcome, stopping
        return state

    record = st.tuples(st.sampled_from(NumberState), st.sampled_from([None, AskKind.CARRIER, AskKind.SUPPORT]))
    both = st.lists(record, min_size=2, max_size=2)
    return st.builds(made, both, st.sampled_from(Step), st.sampled_from(Outcome), st.sampled_from(["", "Cancelled."]))


MESSAGES = st.one_of(
    st.builds(SubmitCodes, codes=st.lists(st.builds(Code, phone_number=st.sampled_from(NUMBERS) | PLAIN, code=TEXT))),
    st.builds(ResendCodes, phone_numbers=ANY_NUMBERS, method=st.sampled_from(["sms", "call"]) | PLAIN),
    st.builds(ReplaceDocuments),
    st.builds(RetryNumbers, phone_numbers=ANY_NUMBERS),
    st.builds(GiveUp, phone_numbers=ANY_NUMBERS, why=PLAIN),
    st.builds(Cancel, why=PLAIN),
    st.builds(AnswerAsk, ask=PLAIN, choice=PLAIN, order_id=PLAIN),
)
VALIDATORS: dict[type[Message], Any] = {
    SubmitCodes: validators.submit_codes,
    ResendCodes: validators.resend_codes,
    ReplaceDocuments: validators.replace_documents,
    RetryNumbers: validators.retry_numbers,
    GiveUp: validators.give_up,
    Cancel: validators.cancel,
    AnswerAsk: validators.answer,
}


@drawn(250)
@given(state=states(), message=MESSAGES)
def test_a_validator_accepts_or_says_why_not_and_changes_nothing(state: State, message: Message) -> None:
    before = state.model_dump_json()
    refusal = VALIDATORS[type(message)](state, message)
    assert refusal == "" or refusal.endswith(".")
    assert state.model_dump_json() == before
    codes = [entry.code for entry in getattr(message, "codes", []) if len(entry.code) > 3 and entry.code.isdigit()]
    assert not [code for code in codes if code in refusal and code not in str(message)]


@pytest.mark.parametrize("count", [20_000])
def test_validators_are_quick_with_many_numbers(count: int) -> None:
    """Temporal takes a workflow that computes for two seconds for one that hangs."""
    many = [f"+1512{place:07}" for place in range(count)]
    state = State.of(HostingRequest(reference="r", messaging_profile_id="p", phone_numbers=NUMBERS))
    begun = time.process_time()
    assert validators.request(HostingRequest(reference="r", messaging_profile_id="p", phone_numbers=many))
    assert validators.submit_codes(state, SubmitCodes(codes=[Code(phone_number=n, code="12345") for n in many]))
    assert validators.retry_numbers(state, RetryNumbers(phone_numbers=many))
    assert validators.give_up(state, GiveUp(phone_numbers=many))
    assert validators.resend_codes(state, ResendCodes(phone_numbers=many))
    assert time.process_time() - begun < 2


@drawn(100)
@given(state=states())
async def test_the_carried_state_is_the_state_before(state: State) -> None:
    request = HostingRequest(reference="r", messaging_profile_id="p", phone_numbers=NUMBERS)
    carrying = request.model_copy(update={"carry": state.model_dump(mode="json")})
    [arrived] = await pydantic_data_converter.decode(await pydantic_data_converter.encode([carrying]), [HostingRequest])
    assert State.of(arrived) == state


@drawn(80)
@given(carry=st.dictionaries(st.sampled_from(sorted(State.model_fields)) | PLAIN, JSON, max_size=5))
def test_a_malformed_carry_is_refused_at_once(carry: dict[str, Any]) -> None:
    request = HostingRequest(reference="r", messaging_profile_id="p", phone_numbers=NUMBERS)
    for made in (
        lambda: State.of(request.model_copy(update={"carry": carry})),
        lambda: AccountState.of(OpenAccount(account="a").model_copy(update={"carry": carry})),
    ):
        try:
            assert isinstance(made(), State | AccountState)
        except ValidationError as error:
            assert error.error_count() > 0  # noqa: PT017 - parsing it is right, too
