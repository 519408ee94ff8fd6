"""A webhook that is unsigned, replayed, huge or not JSON is refused, and the log names the reason."""

import time
from collections.abc import Callable
from functools import partial

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from structlog.testing import capture_logs

from inbound.receiver import Receiver
from inbound.signature import TOLERANCE
from inbound.webhook import MAX_BODY_BYTES
from tests.inbound.webhook_sender import NUMBER, PUBLIC, URL, RecordedRequests, event, sender, signed

STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
HUGE = event().ljust(MAX_BODY_BYTES + 1)
NOT_JSON = [b"", b"not json", b"[]", b"null", b"\xff\xfe", b'{"data": ', b"payload=1&event=2"]
Headers = Callable[[], dict[str, str]]
"""Made when the test runs, because a signature is valid for five minutes."""

REFUSED: dict[str, tuple[bytes, Headers, int, str]] = {
    "unsigned": (event(), dict, 403, "missing"),
    "signed by a stranger": (event(), lambda: signed(event(), key=STRANGER), 403, "does not match"),
    "signed for another body": (event("e-2"), lambda: signed(event("e-1")), 403, "does not match"),
    "replayed": (event(), lambda: signed(event(), time.time() - TOLERANCE - 10), 403, "seconds old"),
    "huge": (HUGE, lambda: signed(HUGE), 413, "262,144"),
    **{f"not JSON {body!r}": (body, partial(signed, body), 400, "JSON") for body in NOT_JSON},
}


@pytest.mark.parametrize(("body", "headers", "status", "reason"), REFUSED.values(), ids=list(REFUSED))
async def test_a_bad_webhook_is_refused_and_the_log_names_the_reason(
    body: bytes, headers: Headers, status: int, reason: str
) -> None:
    requests = RecordedRequests("hosting-a")
    async with sender(Receiver({"default": PUBLIC}, requests)) as telnyx:
        with capture_logs() as logs:
            response = await telnyx.post(URL, content=body, headers=headers())
    assert (response.status_code, response.content) == (status, b"")
    assert [(line["event"], line["status"]) for line in logs] == [("webhook_refused", status)]
    assert reason in logs[0]["reason"]
    assert NUMBER not in str(logs)
    assert (requests.searches, requests.hints) == (0, [])
