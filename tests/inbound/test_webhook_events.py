"""Any JSON object is an event, with whatever can be read in it; nothing else is."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbound.events import HOSTED_ORDERS, NotAnEvent, read
from tests.inbound.sending import NUMBER, ORDER, event

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
# Every place where the schema has a field, with anything in it.
ROW = st.dictionaries(st.sampled_from(["value", "status"]), JSON)
PAYLOAD = st.dictionaries(
    st.sampled_from(["order_id", "numbers", "decision", "approval_decision", "approval_deadline"]),
    JSON | st.lists(ROW | JSON),
)
DATA = st.dictionaries(st.sampled_from(["id", "event_type", "payload"]), JSON | PAYLOAD)


def test_an_event_gives_its_order_and_its_numbers() -> None:
    seen = read(event("e-7"))
    assert (seen.id, seen.order_id, seen.numbers, seen.concerns_hosting) == ("e-7", ORDER, [NUMBER], True)


@pytest.mark.parametrize(
    "kind", ["message.received", "messaging_hosted_numbers", "", "Messaging_Hosted_Numbers_Orders."]
)
def test_other_events_of_the_profile_do_not_concern_hosting(kind: str) -> None:
    assert not read(json.dumps({"data": {"event_type": kind}}).encode()).concerns_hosting


@pytest.mark.parametrize(
    "body", [b"{}", b'{"data": null}', b'{"data": []}', b'{"data": {}}', b'{"data": {"payload": 7}}']
)
def test_every_field_may_be_missing(body: bytes) -> None:
    seen = read(body)
    assert (seen.id, seen.event_type, seen.order_id, seen.numbers) == ("", "", "", [])


DEADLINE = 1_900_000_000
TRANSFER = f"{HOSTED_ORDERS}internal_transfer_"


@pytest.mark.parametrize(
    ("kind", "more", "decision", "asks"),
    [
        # The five events; their own `decision` need not be there.
        (f"{TRANSFER}detected", {}, "pending", False),
        (f"{TRANSFER}approval_requested", {"approval_deadline": DEADLINE}, "pending", True),
        (f"{TRANSFER}approved", {"decision": "approved"}, "approved", False),
        (f"{TRANSFER}auto_approved", {}, "approved", False),
        (f"{TRANSFER}rejected", {"decision": "rejected"}, "rejected", False),
        # The older shape.
        (f"{HOSTED_ORDERS}updated", {"approval_decision": "approved"}, "approved", False),
        (f"{HOSTED_ORDERS}updated", {"approval_decision": "Rejected"}, "rejected", False),
        (
            f"{HOSTED_ORDERS}updated",
            {"approval_decision": "pending", "approval_deadline": DEADLINE},
            "pending",
            True,
        ),
        # On ordinary events `decision` means nothing, nor does `pending` without a deadline.
        (f"{HOSTED_ORDERS}updated", {}, "", False),
        (f"{HOSTED_ORDERS}updated", {"decision": "approved", "approval_deadline": DEADLINE}, "", False),
        (f"{HOSTED_ORDERS}updated", {"approval_decision": "pending"}, "", False),
        (f"{HOSTED_ORDERS}updated", {"approval_decision": "perhaps"}, "", False),
        (f"{HOSTED_ORDERS}deleted", {"approval_decision": "rejected"}, "", False),
        (f"{TRANSFER}postponed", {}, "", False),
    ],
)
def test_each_shape_of_a_transfers_news_is_read(kind: str, more: dict[str, Any], decision: str, *, asks: bool) -> None:
    seen = read(event(kind=kind, **more))
    assert (seen.decision, seen.asks_for_approval) == (decision, asks)


@pytest.mark.parametrize("deadline", [DEADLINE, float(DEADLINE)])
def test_a_deadline_is_an_instant(deadline: float) -> None:
    seen = read(event(approval_deadline=deadline))
    assert seen.approval_deadline == datetime.fromtimestamp(DEADLINE, UTC)


@pytest.mark.parametrize("deadline", [None, True, "soon", "1900000000", -1, 0, 1e30, DEADLINE * 1000, [], {"a": 1}])
def test_what_cannot_be_a_deadline_is_none(deadline: object) -> None:
    assert read(event(kind=f"{TRANSFER}approval_requested", approval_deadline=deadline)).approval_deadline is None


@pytest.mark.parametrize("deadline", [b"NaN", b"Infinity", b"1e999"])
def test_a_deadline_that_is_no_number_at_all_breaks_nothing(deadline: bytes) -> None:
    body = event(approval_deadline=DEADLINE).replace(str(DEADLINE).encode(), deadline)
    assert read(body).approval_deadline is None


def test_a_creation_is_known_as_such() -> None:
    assert read(event(kind=f"{HOSTED_ORDERS}created")).is_creation
    assert not read(event()).is_creation


@pytest.mark.parametrize("order_id", ["' OR ExecutionStatus = 'Running", "x" * 200, "", "..", "a b"])
def test_what_may_not_stand_in_a_query_is_no_order_id(order_id: str) -> None:
    assert read(event(order_id=order_id)).order_id == ""


def test_numbers_are_us_numbers_once_each_and_never_more_than_a_request_may_have() -> None:
    many = [f"+1512{n:07}" for n in range(300)]
    assert read(event(numbers=["+442071838750", "' OR", *many, *many])).numbers == many[:200]


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
    ],
)
def test_what_is_no_json_object_is_no_event(body: bytes) -> None:
    with pytest.raises(NotAnEvent):
        read(body)


def test_half_a_character_spoils_only_the_field_it_stands_in() -> None:
    """JSON can hold it, a log cannot; the text of a message that comes to the same address may well have one."""
    assert read(b'{"data": {"event_type": "message.received", "text": "\\ud83d"}}').event_type == "message.received"
    assert read(event(event_id="e-\ud83d")).id == ""


@given(DATA | JSON)
def test_whatever_stands_in_an_object_can_be_read(data: object) -> None:
    seen = read(json.dumps({"data": data}).encode())
    assert all(number.startswith("+1") for number in seen.numbers)
    assert "'" not in seen.order_id


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_an_event_or_no_event(body: bytes) -> None:
    try:
        read(body)
    except NotAnEvent as error:
        assert str(error) == "the body is not a JSON object"  # noqa: PT017 - either way is right
