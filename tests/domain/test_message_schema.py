"""docs/messages.schema.json is up to date, and has each message that a program may exchange with a request."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from temporalio import workflow

from domain.message_schema import render_schema
from domain.messages import Code, HostingRequest, Message, Progress, SubmitCodes
from workflows.host_numbers import HostNumbers

FILE = Path(__file__).parents[2] / "docs" / "messages.schema.json"
DEFINITION = workflow._Definition.must_from_class(HostNumbers)
REQUEST = HostingRequest(reference="r", messaging_profile_id="p", phone_numbers=["+15125550100"])
CODES = SubmitCodes(codes=[Code(phone_number="+15125550100", code="12345")])


def errors(name: str, document: Any) -> list[str]:
    """What the schema finds wrong in a document."""
    schema = json.loads(FILE.read_text(encoding="utf-8")) | {"$ref": f"#/$defs/{name}"}
    return [error.message for error in Draft202012Validator(schema).iter_errors(document)]


def test_the_file_is_up_to_date() -> None:
    fresh = FILE.read_text(encoding="utf-8") == render_schema()
    assert fresh, "generate it: python -m domain.message_schema > docs/messages.schema.json"


def test_it_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(json.loads(render_schema()))


UPDATES = [one for one in DEFINITION.updates.values() if one.name]


@pytest.mark.parametrize("update", UPDATES, ids=lambda update: update.name)
def test_each_update_has_its_message_and_its_answer_in_it(update: Any) -> None:
    definitions = json.loads(render_schema())["$defs"]
    assert {update.fn.takes.__name__, update.ret_type.__name__} <= set(definitions)


@pytest.mark.parametrize(
    "message", [REQUEST, CODES, Progress(reference="r")], ids=lambda message: type(message).__name__
)
def test_a_message_fits_it_and_a_broken_one_does_not(message: Message) -> None:
    document = message.model_dump(mode="json")
    assert errors(type(message).__name__, document) == []
    required = next(iter(document))
    assert errors(type(message).__name__, {**document, required: 7})
    del document[required]
    assert errors(type(message).__name__, document)
    assert errors(type(message).__name__, {"unknown": 1} | message.model_dump(mode="json")) == []


def test_a_program_may_leave_out_what_has_a_default() -> None:
    assert errors("HostingRequest", REQUEST.model_dump(mode="json", exclude_defaults=True)) == []
