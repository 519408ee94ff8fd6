"""A malformed, unsigned, replayed, huge or non-JSON webhook is refused, and its reason is logged."""

import time
from collections.abc import AsyncIterator, Callable
from functools import partial

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from structlog.testing import capture_logs

from inbound.receiver import Receiver
from inbound.signature import TOLERANCE
from inbound.webhook import MAX_BODY_BYTES
from tests.inbound.webhook_sender import NUMBER, PUBLIC, URL, RecordedRequests, event, sender, signed

STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
NOT_JSON = [b"", b"not json", b"[]", b"null", b"\xff\xfe", b'{"data": ', b"payload=1&event=2"]


@pytest.fixture
def requests() -> RecordedRequests:
    return RecordedRequests("hosting-a")


@pytest.fixture
async def telnyx(requests: RecordedRequests) -> AsyncIterator[httpx.AsyncClient]:
    receiver = Receiver({"default": PUBLIC}, requests)
    async with sender(receiver) as client:
        yield client
    await receiver.aclose()


def _headers(**changed: str | None) -> dict[str, str]:
    """The headers of a valid event, with some changed or left out."""
    names = {"at": "telnyx-timestamp", "signature": "telnyx-signature-ed25519"}
    headers: dict[str, str | None] = {**signed(event()), **{names[key]: value for key, value in changed.items()}}
    return {name: value for name, value in headers.items() if value is not None}


HUGE = event().ljust(MAX_BODY_BYTES + 1)
Headers = Callable[[], dict[str, str]]
"""Made when the test runs, because a signature is valid for five minutes."""

REFUSED: dict[str, tuple[bytes, Headers, int, str]] = {
    "unsigned": (event(), dict, 403, "signature or its time is missing"),
    "without a signature": (event(), lambda: _headers(signature=None), 403, "signature or its time is missing"),
    "without a time": (event(), lambda: _headers(at=None), 403, "signature or its time is missing"),
    "signed without base64": (event(), lambda: _headers(signature="*" * 88), 403, "not base64"),
    **{
        f"signed with {len(signature)} characters": (
            event(),
            partial(_headers, signature=signature),
            403,
            "does not match",
        )
        for signature in ("", "AAAA", "A" * 84, "A" * 4096)
    },
    "signed by a stranger": (event(), lambda: signed(event(), key=STRANGER), 403, "does not match"),
    "signed for another body": (event("e-2"), lambda: signed(event("e-1")), 403, "does not match"),
    "signed without a valid time": (event(), lambda: _headers(at="yesterday"), 403, "not in Unix seconds"),
    "signed at another time": (event(), lambda: _headers(at=str(int(time.time()) - 5)), 403, "does not match"),
    "huge": (HUGE, lambda: signed(HUGE), 413, "more than 262,144 bytes"),
    **{f"not JSON {body!r}": (body, partial(signed, body), 400, "not a JSON object") for body in NOT_JSON},
}


@pytest.mark.parametrize(("body", "headers", "status", "reason"), REFUSED.values(), ids=list(REFUSED))
async def test_a_bad_webhook_is_refused_and_its_reason_is_logged(  # noqa: PLR0917, PLR0913 - one case each
    telnyx: httpx.AsyncClient, requests: RecordedRequests, body: bytes, headers: Headers, status: int, reason: str
) -> None:
    with capture_logs() as logs:
        response = await telnyx.post(URL, content=body, headers=headers())
    assert (response.status_code, response.content) == (status, b"")
    assert [(line["event"], line["status"]) for line in logs] == [("webhook_refused", status)]
    assert reason in logs[0]["reason"]
    assert NUMBER not in str(logs)
    assert (requests.searches, requests.hints) == (0, [])


@pytest.mark.parametrize("ago", [TOLERANCE + 10, 86_400], ids=["five minutes ago", "yesterday"])
async def test_a_valid_webhook_replayed_later_is_refused(
    telnyx: httpx.AsyncClient, requests: RecordedRequests, ago: int
) -> None:
    with capture_logs() as logs:
        response = await telnyx.post(URL, content=event(), headers=signed(event(), time.time() - ago))
    assert response.status_code == 403
    assert "seconds old" in logs[0]["reason"]
    assert requests.hints == []


async def test_a_valid_webhook_replayed_at_once_is_ignored(
    telnyx: httpx.AsyncClient, requests: RecordedRequests
) -> None:
    headers = signed(event())
    with capture_logs() as logs:
        responses = [await telnyx.post(URL, content=event(), headers=headers) for _ in range(2)]
    assert [response.status_code for response in responses] == [200, 200], (
        "any other status would make Telnyx send it again"
    )
    assert [line["event"] for line in logs] == ["webhook_signalled", "webhook_ignored"]
    assert logs[1]["reason"] == "it came before"
    assert requests.events == ["e-1"]


async def test_another_event_with_a_known_id_is_ignored(telnyx: httpx.AsyncClient, requests: RecordedRequests) -> None:
    for body in (event("e-1"), event("e-1", order_id="another-order")):
        assert (await telnyx.post(URL, content=body, headers=signed(body))).status_code == 200
    assert requests.events == ["e-1"]


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"data": null}', b'{"data": {"event_type": 7}}', b'{"data": {"payload": []}}'],
    ids=lambda body: body.decode(),
)
async def test_a_malformed_event_is_ignored(telnyx: httpx.AsyncClient, requests: RecordedRequests, body: bytes) -> None:
    with capture_logs() as logs:
        response = await telnyx.post(URL, content=body, headers=signed(body))
    assert response.status_code == 200
    assert [(line["event"], line["reason"]) for line in logs] == [("webhook_ignored", "not about hosted numbers")]
    assert requests.hints == []
