"""Every JSON object is an event with the fields that can be read, and nothing else is an event."""

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbound.events import HOSTED_ORDERS, NotAnEvent, parse
from tests.inbound.webhook_sender import NUMBER, ORDER, event

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
# Every field of the schema, with any value.
ROW = st.dictionaries(st.sampled_from(["value", "status"]), JSON)
PAYLOAD = st.dictionaries(
    st.sampled_from(["order_id", "numbers", "decision", "approval_decision", "approval_deadline"]),
    JSON | st.lists(ROW | JSON),
)
DATA = st.dictionaries(st.sampled_from(["id", "event_type", "payload"]), JSON | PAYLOAD)


def test_an_event_has_an_order_and_numbers() -> None:
    seen = parse(event("e-7"))
    assert (seen.id, seen.order_id, seen.numbers, seen.concerns_hosting) == ("e-7", ORDER, [NUMBER], True)


@pytest.mark.parametrize(
    "kind", ["message.received", "messaging_hosted_numbers", "", "Messaging_Hosted_Numbers_Orders."]
)
def test_other_events_of_the_profile_do_not_concern_hosting(kind: str) -> None:
    assert not parse(json.dumps({"data": {"event_type": kind}}).encode()).concerns_hosting


@pytest.mark.parametrize(
    "body", [b"{}", b'{"data": null}', b'{"data": []}', b'{"data": {}}', b'{"data": {"payload": 7}}']
)
def test_every_field_may_be_missing(body: bytes) -> None:
    seen = parse(body)
    assert (seen.id, seen.event_type, seen.order_id, seen.numbers) == ("", "", "", [])


DEADLINE = 1_900_000_000
TRANSFER = f"{HOSTED_ORDERS}internal_transfer_"


@pytest.mark.parametrize(
    ("kind", "more", "decision", "asks"),
    [
        # The five event types; they may lack a `decision`.
        (f"{TRANSFER}detected", {}, "pending", False),
        (f"{TRANSFER}approval_requested", {"approval_deadline": DEADLINE}, "pending", True),
        (f"{TRANSFER}approved", {"decision": "approved"}, "approved", False),
        (f"{TRANSFER}auto_approved", {}, "approved", False),
        (f"{TRANSFER}rejected", {"decision": "rejected"}, "rejected", False),
        # The older form.
        (f"{HOSTED_ORDERS}updated", {"approval_decision": "approved"}, "approved", False),
        (f"{HOSTED_ORDERS}updated", {"approval_decision": "Rejected"}, "rejected", False),
        (
            f"{HOSTED_ORDERS}updated",
            {"approval_decision": "pending", "approval_deadline": DEADLINE},
            "pending",
            True,
        ),
        # The `decision` of other events means nothing, nor does `pending` without a deadline.
        (f"{HOSTED_ORDERS}updated", {}, "", False),
        (f"{HOSTED_ORDERS}updated", {"decision": "approved", "approval_deadline": DEADLINE}, "", False),
        (f"{HOSTED_ORDERS}updated", {"approval_decision": "pending"}, "", False),
        (f"{HOSTED_ORDERS}updated", {"approval_decision": "perhaps"}, "", False),
        (f"{HOSTED_ORDERS}deleted", {"approval_decision": "rejected"}, "", False),
        (f"{TRANSFER}postponed", {}, "", False),
    ],
)
def test_each_form_of_a_transfer_is_parsed(kind: str, more: dict[str, Any], decision: str, *, asks: bool) -> None:
    seen = parse(event(kind=kind, **more))
    assert (seen.decision, seen.asks_for_approval) == (decision, asks)


@pytest.mark.parametrize("deadline", [DEADLINE, float(DEADLINE)])
def test_a_deadline_is_an_instant(deadline: float) -> None:
    seen = parse(event(approval_deadline=deadline))
    assert seen.approval_deadline == datetime.fromtimestamp(DEADLINE, UTC)


@pytest.mark.parametrize(
    "deadline", [None, True, "soon", "1900000000", -1, 0, 1e30, DEADLINE * 1000, [], {"a": 1}, math.nan, math.inf]
)
def test_an_impossible_deadline_is_none(deadline: object) -> None:
    assert parse(event(kind=f"{TRANSFER}approval_requested", approval_deadline=deadline)).approval_deadline is None


def test_a_creation_is_recognized() -> None:
    assert parse(event(kind=f"{HOSTED_ORDERS}created")).is_creation
    assert not parse(event()).is_creation


@pytest.mark.parametrize("order_id", ["' OR ExecutionStatus = 'Running", "x" * 200, "", "..", "a b"])
def test_an_id_that_could_change_a_query_is_left_out(order_id: str) -> None:
    assert parse(event(order_id=order_id)).order_id == ""


def test_numbers_are_distinct_us_numbers_and_at_most_200() -> None:
    many = [f"+1512555{n:04}" for n in range(300)]
    assert parse(event(numbers=["+442071838750", "' OR", *many, *many])).numbers == many[:200]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"7",
        b"[]",
        b"null",
        b'"text"',
        b"{",
        b"\xff\xfe",
        b"\x00",
        b'{"data": ' * 50_000,
        b"[" * 100_000,
        b'{"data": {"id": %b}}' % (b"9" * 5_000),
    ],
)
def test_another_body_is_not_an_event(body: bytes) -> None:
    with pytest.raises(NotAnEvent):
        parse(body)


def test_half_a_character_empties_only_its_field() -> None:
    """JSON can hold half a UTF-16 character, and the text of a message may have one; a log cannot hold it."""
    assert parse(b'{"data": {"event_type": "message.received", "text": "\\ud83d"}}').event_type == "message.received"
    assert parse(event(event_id="e-\ud83d")).id == ""


@given(DATA | JSON)
def test_any_object_can_be_parsed(data: object) -> None:
    seen = parse(json.dumps({"data": data}).encode())
    assert all(number.startswith("+1") for number in seen.numbers)
    assert "'" not in seen.order_id
