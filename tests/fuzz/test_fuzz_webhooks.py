"""Every request to the public port gets one of six responses, and only a verified webhook has an effect."""

import json
from collections.abc import AsyncIterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain import names
from domain.phone_numbers import is_e164_us
from inbound.events import HOSTED_ORDERS
from inbound.receiver import COME_BACK, OK, Receiver
from inbound.webhook import BAD_REQUEST, FORBIDDEN, MAX_BODY_BYTES, TOO_LARGE, TOO_SLOW
from tests.fuzz.oddities import JSON, NASTY, TEXT, drawn
from tests.inbound.webhook_sender import PUBLIC, RecordedRequests, signed

HEADER_NAMES = st.sampled_from(["telnyx-timestamp", "telnyx-signature-ed25519", "content-length", "content-type"])
KINDS = ["updated", "deleted", "internal_transfer_approval_requested", "internal_transfer_rejected"]
NUMBERS = st.from_regex(r"\+1[2-9][0-9]{9}", fullmatch=True) | TEXT | JSON
PAYLOADS = st.fixed_dictionaries(
    {},
    optional={
        "order_id": TEXT | JSON | st.uuids().map(str),
        "numbers": st.lists(NUMBERS.map(lambda number: {"value": number}) | JSON, max_size=5) | JSON,
        "approval_decision": st.sampled_from(["approved", "rejected", "pending"]) | JSON,
        "approval_deadline": st.integers(0, 2**40) | JSON,
    },
)
EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "id": TEXT | JSON,
        "event_type": st.sampled_from([HOSTED_ORDERS + kind for kind in KINDS]) | JSON,
        "payload": PAYLOADS | JSON,
    },
)


async def in_pieces(body: bytes) -> AsyncIterator[bytes]:
    for place in range(0, len(body), 7):
        yield body[place : place + 7]


async def receive(account: str, headers: dict[str, str], body: bytes) -> tuple[int, RecordedRequests]:
    requests = RecordedRequests("hosting-a")
    receiver = Receiver({"default": PUBLIC}, requests)
    status = await receiver.receive(account, headers, in_pieces(body))
    await receiver.aclose()
    return status, requests


@drawn(60)
@given(account=TEXT | st.just("default"), headers=st.dictionaries(HEADER_NAMES, TEXT), body=st.binary(max_size=60))
async def test_an_unsigned_webhook_is_refused_and_has_no_effect(
    account: str, headers: dict[str, str], body: bytes
) -> None:
    status, requests = await receive(account, headers, body)
    assert status == FORBIDDEN
    assert (requests.searches, requests.hints, requests.alerts) == (0, [], [])


@drawn(60)
@given(signature=st.binary(max_size=80).map(lambda raw: raw.hex()) | NASTY, account=st.just("default") | TEXT)
async def test_a_bad_signature_is_refused(signature: str, account: str) -> None:
    body = b'{"data": {}}'
    status, requests = await receive(account, {**signed(body), "telnyx-signature-ed25519": signature}, body)
    assert status == FORBIDDEN
    assert requests.searches == 0


@drawn(150)
@given(event=EVENTS, envelope=st.booleans())
async def test_any_signed_event_gets_200_and_its_hints_are_valid(event: Any, *, envelope: bool) -> None:
    body = json.dumps({"data": event} if envelope else event).encode()
    status, requests = await receive("default", signed(body), body)
    assert status == OK
    for _, hint in requests.hints:
        assert hint.event_type.startswith(HOSTED_ORDERS)
        assert hint.order_id == "" or names.is_reference(hint.order_id)  # it becomes part of a query
        assert hint.decision in {"", "pending", "approved", "rejected"}
    for alert in requests.alerts:
        assert names.is_reference(alert.order_id)
        assert all(map(is_e164_us, alert.phone_numbers))
        assert alert.deadline.tzinfo is not None


@drawn(40)
@given(body=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
async def test_any_signed_bytes_get_a_response(body: bytes) -> None:
    status, _ = await receive("default", signed(body), body)
    assert status in {OK, BAD_REQUEST}


@drawn(5)
@given(piece=st.integers(1, 200_000))
async def test_an_endless_body_is_read_to_its_limit_only(piece: int) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += piece
            yield b"x" * piece

    pieces = endless() if piece > 100 else in_pieces(b"x" * (MAX_BODY_BYTES + 1))
    receiver = Receiver({"default": PUBLIC}, RecordedRequests())
    assert await receiver.receive("default", {}, pieces) in {TOO_LARGE, TOO_SLOW, COME_BACK}
    assert read <= MAX_BODY_BYTES + piece
