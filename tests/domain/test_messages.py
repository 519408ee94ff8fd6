"""Every message survives the trip through Temporal's payloads, and tolerates what a later version may add."""

import base64
import json
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter

from domain import activity_io, checks, messages, verdicts
from domain.activity_io import CurrentOrder, TryCodes
from domain.messages import Code, HostingRequest, Message, SubmitCodes
from domain.transfers import AnswerTransferRequest
from domain.verdicts import Need, NumberVerdict, Verdict
from domain.vocabulary import AskKind, Next, NumberState
from runtime.connection import data_converter
from runtime.settings import Settings

KEYS = "test:" + base64.b64encode(b"k" * 32).decode()
CONVERTERS = {"plain": pydantic_data_converter, "encrypted": data_converter(Settings(keys=KEYS))}


def models_of(module: ModuleType) -> list[type[Message]]:
    """The messages that a module defines itself."""
    own = [value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__]
    return [model for model in own if issubclass(model, Message) and model is not Message]


MODELS = [*models_of(messages), *models_of(verdicts), *models_of(activity_io), *models_of(checks)]
JSON_VALUES = st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5), st.lists, max_leaves=3)


def values_of(field: Any) -> st.SearchStrategy[Any]:
    """Any value of a field; of free JSON only a little, since pydantic's type for it has no end."""
    if "JsonValue" in str(field.annotation):
        return st.none() | st.dictionaries(st.text(max_size=5), JSON_VALUES, max_size=2)
    return st.from_type(field.annotation)


def any_of(model: type[Message]) -> st.SearchStrategy[Message]:
    """Any instance of a model."""
    return st.builds(model, **{name: values_of(field) for name, field in model.model_fields.items()})


st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))  # JSON has no others
for _model in MODELS:
    st.register_type_strategy(_model, any_of(_model))


async def through(converter: DataConverter, message: object, kind: type) -> Any:
    """What arrives at the other end."""
    [arrived] = await converter.decode(await converter.encode([message]), [kind])
    return arrived


def test_the_messages_are_all_here() -> None:
    names = {model.__name__ for model in MODELS}
    assert len(names) == len(MODELS)
    assert {"HostingRequest", "SubmitCodes", "Progress", "Verdict", "WatchOrder", "CheckReport"} <= names


@pytest.mark.parametrize("converter", CONVERTERS.values(), ids=list(CONVERTERS))
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
async def test_a_message_arrives_as_it_was_sent(
    model: type[Message], converter: DataConverter, data: st.DataObject
) -> None:
    message = data.draw(any_of(model))
    assert await through(converter, message, model) == message


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_fields_of_a_later_version_are_ignored(model: type[Message], data: st.DataObject) -> None:
    message = data.draw(any_of(model))
    later = json.loads(message.model_dump_json()) | {"a_field_of_tomorrow": {"with": ["anything"]}}
    assert model.model_validate_json(json.dumps(later)) == message


def test_a_message_never_changes_once_made() -> None:
    assert all(model.model_config["frozen"] is True for model in MODELS)


def test_a_bare_request_of_three_fields_is_a_whole_request() -> None:
    bare = '{"reference": "r-1", "messaging_profile_id": "p", "phone_numbers": ["+12125550101"]}'
    request = HostingRequest.model_validate_json(bare)
    assert (request.account, request.options.verification_method, request.carry) == ("default", "sms", None)


@pytest.mark.parametrize("unknown", ["transfer_numbers", "port_out_pin", "", "GO_ON", None, ["codes"], {"ask": 1}, 3])
def test_an_unknown_next_or_kind_becomes_a_question_to_support(unknown: object) -> None:
    assert TypeAdapter(Verdict).validate_python({"next": unknown}).next is Next.ASK
    assert NumberVerdict.model_validate({"state": "new", "next": unknown}).next is Next.ASK
    assert Need.model_validate({"kind": unknown, "guidance": "Look."}).kind is AskKind.SUPPORT


def test_a_known_next_and_kind_decode_to_themselves() -> None:
    assert [Verdict.model_validate({"next": value}).next for value in Next] == list(Next)
    assert [Need.model_validate({"kind": value}).kind for value in AskKind] == list(AskKind)


def test_what_is_left_out_decides_nothing() -> None:
    assert (Need().kind, Need().deadline) == (AskKind.SUPPORT, None)
    assert NumberVerdict(state=NumberState.NEW).next is Next.WAIT


def test_a_code_or_token_never_stands_in_a_repr() -> None:
    code = Code(phone_number="+12125550101", code="70412")
    codes = TryCodes(account="default", order_id="order-1", known={}, codes=[code])
    token = AnswerTransferRequest(order_id="o", decision="reject", token="tok-70412")
    for shown in (code, SubmitCodes(codes=[code], by="Ann"), codes, token):
        assert "70412" not in repr(shown) + str(shown)


def test_an_order_gives_the_known_state_of_each_number() -> None:
    known = {NumberState.VERIFIED: ["+12125550101", "+12125550102"], NumberState.UNVERIFIED: ["+12125550103"]}
    assert CurrentOrder(account="default", order_id="order-1", known=known).states() == {
        "+12125550101": NumberState.VERIFIED,
        "+12125550102": NumberState.VERIFIED,
        "+12125550103": NumberState.UNVERIFIED,
    }


def test_a_number_is_final_when_its_round_can_do_nothing_more_for_it() -> None:
    final = {state for state in NumberState if state.is_final}
    assert final == {"left_out", "active", "rejected", "failed", "given_up"}
