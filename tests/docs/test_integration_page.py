"""docs/integration.md names what the workflow really has: updates, signals, queries, search attributes, messages."""

import re
from typing import Any

import pytest
from temporalio import workflow

from domain import names
from domain.message_schema import RECEIVED, SENT
from domain.messages import Message
from services.setup import _TYPE_NAMES
from tests.docs.pages import DOCS
from workflows import search_attributes as attributes
from workflows.host_numbers import HostNumbers

PAGE = (DOCS / "integration.md").read_text(encoding="utf-8")
HOST_NUMBERS = workflow._Definition.must_from_class(HostNumbers)
# These two are between workflows of ours: the account's `resume` sends one, the watch reads the other.
INTERNAL = {"account_resumed", "watched"}
EVERY_HANDLER: list[Any] = [*HOST_NUMBERS.updates.values(), *HOST_NUMBERS.signals.values()]
HANDLERS = [one for one in EVERY_HANDLER if one.name not in {*INTERNAL, None}]


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda one: one.name)
def test_it_has_each_update_and_each_signal_with_its_message(handler: Any) -> None:
    assert f"| `{handler.name}` | `{handler.fn.takes.__name__}` |" in PAGE


def test_it_has_each_query() -> None:
    queries = {f"{name}" for name in HOST_NUMBERS.queries} - INTERNAL
    assert set(re.findall(r"[Qq]uery `(\w+)`", PAGE)) == queries


@pytest.mark.parametrize("attribute", attributes.ALL, ids=lambda attribute: attribute.name)
def test_it_has_each_search_attribute_with_its_type(attribute: Any) -> None:
    assert f"| `{attribute.name}` | {_TYPE_NAMES[attribute.indexed_value_type]} |" in PAGE


def test_it_has_the_names_by_which_a_request_is_started() -> None:
    rows = [f"| workflow type | `{names.WORKFLOW_TYPE}` |", f"| task queue | `{names.LOCAL_QUEUE}` |"]
    rows.append(f"| workflow id | `{names.workflow_id('<reference>')}`.")
    assert [row for row in rows if row not in PAGE] == []
    assert f"`{names.MEMO_DIGEST}` of the memo" in PAGE
    assert f"`{names.account_workflow_id('<name>')}`" in PAGE


@pytest.mark.parametrize("message", [*SENT, *RECEIVED], ids=lambda message: message.__name__)
def test_it_says_where_each_message_of_the_schema_is_used(message: type[Message]) -> None:
    assert f"`{message.__name__}`" in PAGE
