"""A malformed, unsigned, replayed, huge or non-JSON webhook: refused, logged with the reason, and nothing is told."""

import base64
import time
from collections.abc import AsyncIterator, Callable
from functools import partial

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from structlog.testing import capture_logs

from inbound.receiver import MAX_BODY_BYTES, Receiver
from inbound.signature import TOLERANCE
from tests.inbound.sending import NUMBER, PUBLIC, URL, Remembering, event, sender, signed

STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
NOT_JSON = [b"", b"not json", b"[]", b"null", b"\xff\xfe", b'{"data": ', b"payload=1&event=2"]


@pytest.fixture
def requests() -> Remembering:
    return Remembering("hosting-a")


@pytest.fixture
async def telnyx(requests: Remembering) -> AsyncIterator[httpx.AsyncClient]:
    kept = Receiver({"default": PUBLIC}, requests)
    async with sender(kept) as client:
        yield client
    await kept.aclose()


def _headers(**changed: str | None) -> dict[str, str]:
    """The headers of an honest event, some of them changed or left out."""
    names = {"at": "telnyx-timestamp", "signature": "telnyx-signature-ed25519"}
    headers: dict[str, str | None] = {**signed(event()), **{names[key]: value for key, value in changed.items()}}
    return {name: value for name, value in headers.items() if value is not None}


HUGE = event().ljust(MAX_BODY_BYTES + 1)
Headers = Callable[[], dict[str, str]]
"""Made when the test runs: a signature is good for five minutes."""

REFUSED: dict[str, tuple[bytes, Headers, int, str]] = {
    "unsigned": (event(), dict, 403, "signature or its time is missing"),
    "without a signature": (event(), lambda: _headers(signature=None), 403, "signature or its time is missing"),
    "without a time": (event(), lambda: _headers(at=None), 403, "signature or its time is missing"),
    "signed in no base64": (event(), lambda: _headers(signature="*" * 88), 403, "not base64"),
    "signed too shortly": (event(), lambda: _headers(signature="AAAA"), 403, "does not fit"),
    "signed by a stranger": (event(), lambda: signed(event(), key=STRANGER), 403, "does not fit"),
    "signed for another body": (event("e-2"), lambda: signed(event("e-1")), 403, "does not fit"),
    "signed at no time": (event(), lambda: _headers(at="yesterday"), 403, "not in Unix seconds"),
    "signed at another time": (event(), lambda: _headers(at=str(int(time.time()) - 5)), 403, "does not fit"),
    "huge": (HUGE, lambda: signed(HUGE), 413, "more than 262,144 bytes"),
    **{f"not JSON {body!r}": (body, partial(signed, body), 400, "not a JSON object") for body in NOT_JSON},
}


@pytest.mark.parametrize(("body", "headers", "status", "reason"), REFUSED.values(), ids=list(REFUSED))
async def test_it_is_refused_and_logged_with_the_reason_and_reaches_nobody(  # noqa: PLR0917, PLR0913 - one case each
    telnyx: httpx.AsyncClient, requests: Remembering, body: bytes, headers: Headers, status: int, reason: str
) -> None:
    with capture_logs() as logs:
        answer = await telnyx.post(URL, content=body, headers=headers())
    assert (answer.status_code, answer.content) == (status, b"")
    assert [(line["event"], line["status"]) for line in logs] == [("webhook_refused", status)]
    assert reason in logs[0]["reason"]
    assert NUMBER not in str(logs)
    assert (requests.searches, requests.told) == (0, [])


@pytest.mark.parametrize("ago", [TOLERANCE + 10, 86_400], ids=["five minutes ago", "yesterday"])
async def test_an_honest_webhook_replayed_later_is_refused(
    telnyx: httpx.AsyncClient, requests: Remembering, ago: int
) -> None:
    with capture_logs() as logs:
        answer = await telnyx.post(URL, content=event(), headers=signed(event(), time.time() - ago))
    assert answer.status_code == 403
    assert "seconds old" in logs[0]["reason"]
    assert requests.told == []


async def test_an_honest_webhook_replayed_at_once_is_told_only_once_and_logged(
    telnyx: httpx.AsyncClient, requests: Remembering
) -> None:
    headers = signed(event())
    with capture_logs() as logs:
        answers = [await telnyx.post(URL, content=event(), headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], "or Telnyx would send it again and again"
    assert [line["event"] for line in logs] == ["webhook_signalled", "webhook_ignored"]
    assert logs[1]["reason"] == "it came before"
    assert requests.events == ["e-1"]


async def test_an_event_signed_anew_under_an_id_that_came_before_is_told_only_once(
    telnyx: httpx.AsyncClient, requests: Remembering
) -> None:
    for body in (event("e-1"), event("e-1", order_id="another-order")):
        assert (await telnyx.post(URL, content=body, headers=signed(body))).status_code == 200
    assert requests.events == ["e-1"]


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"data": null}', b'{"data": {"event_type": 7}}', b'{"data": {"payload": []}}'],
    ids=lambda body: body.decode(),
)
async def test_a_malformed_object_is_no_event_of_ours_and_reaches_nobody(
    telnyx: httpx.AsyncClient, requests: Remembering, body: bytes
) -> None:
    with capture_logs() as logs:
        answer = await telnyx.post(URL, content=body, headers=signed(body))
    assert answer.status_code == 200
    assert [(line["event"], line["reason"]) for line in logs] == [("webhook_ignored", "not about hosted numbers")]
    assert requests.told == []


async def test_a_signature_of_another_size_is_refused_like_a_wrong_one(telnyx: httpx.AsyncClient) -> None:
    for size in (0, 1, 63, 65, 4096):
        headers = _headers(signature=base64.b64encode(b"x" * size).decode())
        assert (await telnyx.post(URL, content=event(), headers=headers)).status_code == 403
