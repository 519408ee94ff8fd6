"""The signature of outbound webhooks against the receivers' library, and the codec endpoint against any body."""

import base64
import json
import time
from typing import Any

import httpx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from console import create_app
from runtime.outbound_webhooks import sign
from runtime.settings import Settings
from tests.fuzz.oddities import JSON, PLAIN, drawn

SECRETS = st.binary(min_size=24, max_size=64).map(lambda raw: "whsec_" + base64.b64encode(raw).decode())
IDS = st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True)
BODIES = JSON.map(lambda value: json.dumps({"data": value}).encode())


@drawn(120)
@given(secret=SECRETS, event_id=IDS, body=BODIES)
def test_a_receiver_verifies_everything_we_sign(secret: str, event_id: str, body: bytes) -> None:
    headers = sign(secret, event_id, int(time.time()), body)
    verified = Verifier(secret).verify(body, headers)
    assert json.dumps(verified) == json.dumps(json.loads(body))


@drawn(120)
@given(
    secret=SECRETS,
    other=SECRETS,
    event_id=IDS,
    body=BODIES,
    change=st.sampled_from(["body", "id", "time", "secret", "signature"]),
    late=st.sampled_from([-400, 400]) | st.integers(-300, 300).filter(bool),
)
def test_a_receiver_refuses_every_change(  # noqa: PLR0913 - one argument for each thing drawn
    *, secret: str, other: str, event_id: str, body: bytes, change: str, late: int
) -> None:
    assume(secret != other)
    now = int(time.time())
    headers = sign(secret, event_id, now, body)
    if change == "body":
        body = b" " + body
    elif change == "id":
        headers["webhook-id"] += "x"
    elif change == "time":
        headers["webhook-timestamp"] = str(now + late)
    elif change == "secret":
        headers = sign(other, event_id, now, body)
    else:
        headers["webhook-signature"] = "v1," + base64.b64encode(b"x" * 32).decode()
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body, headers)


PAYLOADS = st.fixed_dictionaries(
    {}, optional={"metadata": st.dictionaries(PLAIN, PLAIN | JSON, max_size=2) | JSON, "data": PLAIN | JSON}
)
CODEC_BODIES = (
    st.binary(max_size=60)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.lists(PAYLOADS | JSON, max_size=3).map(lambda rows: json.dumps({"payloads": rows}).encode())
)


@drawn(100)
@given(body=CODEC_BODIES, path=st.sampled_from(["encode", "decode"]))
async def test_the_codec_endpoint_responds_to_any_body(body: bytes, path: str) -> None:
    settings = Settings(keys="k:" + base64.b64encode(b"k" * 32).decode())
    transport = httpx.ASGITransport(app=create_app(settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://console.test") as client:
        response = await client.post(f"/{path}", content=body)
    assert response.status_code in {200, 400}
    content: Any = response.json()
    assert response.status_code == 200 or content["detail"].endswith(".")
