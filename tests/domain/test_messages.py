"""Every message survives the trip through Temporal's payloads, and tolerates what a later version may add."""

import base64
import json
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter

from domain import activity_io, checks, messages, verdicts
from domain.activity_io import CurrentOrder, FindOrder, PlacementVerdict, TryCodes
from domain.messages import Code, HostingRequest, Message, SubmitCodes
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


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_message_never_changes_once_made(model: type[Message]) -> None:
    assert model.model_config["frozen"] is True


def test_a_change_to_a_message_is_an_error() -> None:
    with pytest.raises(ValidationError):
        Code(phone_number="+12125550101", code="12345").code = "54321"  # type: ignore[misc]  # what the test is about


REQUIRED = {
    "HostingRequest": {"reference", "messaging_profile_id", "phone_numbers"},
    "SubmitCodes": {"codes"},
    "ResendCodes": set(),
    "ReplaceDocuments": set(),
    "RetryNumbers": {"phone_numbers"},
    "GiveUp": {"phone_numbers"},
    "Cancel": set(),
    "AnswerAsk": {"ask", "choice"},
    "TelnyxNews": set(),
    "Options": set(),
}


@pytest.mark.parametrize(("name", "required"), REQUIRED.items(), ids=list(REQUIRED))
def test_only_the_first_few_fields_of_the_contract_are_required(name: str, required: set[str]) -> None:
    model: type[BaseModel] = getattr(messages, name)
    assert {field for field, info in model.model_fields.items() if info.is_required()} == required


def test_a_bare_request_of_three_fields_is_a_whole_request() -> None:
    bare = '{"reference": "r-1", "messaging_profile_id": "p", "phone_numbers": ["+12125550101"]}'
    request = HostingRequest.model_validate_json(bare)
    assert (request.account, request.options.verification_method, request.carry) == ("default", "sms", None)


@pytest.mark.parametrize("word", ["transfer_numbers", "", "GO_ON", None])
def test_what_to_do_next_decodes_to_a_question_when_it_is_unknown(word: str | None) -> None:
    assert TypeAdapter(Verdict).validate_python({"next": word}).next is Next.ASK
    assert NumberVerdict.model_validate({"state": "new", "next": word}).next is Next.ASK


@pytest.mark.parametrize("word", ["port_out_pin", "", None])
def test_a_need_of_an_unknown_kind_goes_to_support(word: str | None) -> None:
    assert Need.model_validate({"kind": word}).kind is AskKind.SUPPORT


def test_known_words_decode_to_themselves() -> None:
    assert [Verdict.model_validate({"next": word}).next for word in Next] == list(Next)
    assert [Need.model_validate({"kind": word}).kind for word in AskKind] == list(AskKind)


def test_a_code_never_stands_in_a_repr() -> None:
    code = Code(phone_number="+12125550101", code="70412")
    work_of_codes = TryCodes(account="default", order_id="order-1", known={}, codes=[code])
    for shown in (code, SubmitCodes(codes=[code], by="Ann"), work_of_codes):
        assert "70412" not in repr(shown)
        assert "70412" not in str(shown)


def test_an_order_in_hand_gives_the_state_of_each_number() -> None:
    known = {NumberState.VERIFIED: ["+12125550101", "+12125550102"], NumberState.UNVERIFIED: ["+12125550103"]}
    assert CurrentOrder(account="default", order_id="order-1", known=known).states() == {
        "+12125550101": NumberState.VERIFIED,
        "+12125550102": NumberState.VERIFIED,
        "+12125550103": NumberState.UNVERIFIED,
    }


@pytest.mark.parametrize("word", [["codes"], {"ask": 1}, 3, None])
def test_a_kind_or_next_that_is_no_text_asks_support(word: object) -> None:
    assert Need.model_validate({"kind": word, "guidance": "Look."}).kind is AskKind.SUPPORT
    assert Verdict.model_validate({"next": word}).next is Next.ASK


def test_what_an_earlier_version_did_not_say_is_no_order_forgotten_or_in_doubt() -> None:
    earlier = {"reference": "r-1", "account": "default", "messaging_profile_id": "p-1", "phone_numbers": []}
    assert not FindOrder.model_validate(earlier).forgotten
    assert not PlacementVerdict.model_validate({"next": Next.GO_ON}).may_be_ours
