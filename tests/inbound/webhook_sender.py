"""A sender of webhooks for tests: a key pair, signed headers, events, and requests that record their hints."""

import asyncio
import base64
import json
import time
from collections.abc import Callable, Sequence

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.messages import TelnyxNews
from domain.transfers import ApprovalRequest
from inbound.events import HOSTED_ORDERS, Event
from inbound.receiver import Receiver
from tests import limits
from webhooks import create_app

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"t" * 32)
PUBLIC = PRIVATE.public_key().public_bytes_raw()
ORDER = "0c1b7a52-6a0e-4d8b-9c34-5b7a2f10c001"
NUMBER = "+15125550101"
URL = "/telnyx/default"


def signed(body: bytes, at: float | None = None, key: Ed25519PrivateKey = PRIVATE) -> dict[str, str]:
    """The headers of a body, signed at `at` (Unix seconds) or now."""
    timestamp = str(int(time.time() if at is None else at))
    signature = base64.b64encode(key.sign(f"{timestamp}|".encode() + body)).decode()
    return {"telnyx-timestamp": timestamp, "telnyx-signature-ed25519": signature}


def event(
    event_id: str = "e-1", order_id: str = ORDER, numbers: Sequence[str] = (NUMBER,), kind: str = "", **more: object
) -> bytes:
    """The body of an event about an order of hosted numbers; `more` is added to its payload."""
    rows = [{"value": number, "status": "pending"} for number in numbers]
    data = {
        "id": event_id,
        "event_type": kind or f"{HOSTED_ORDERS}updated",
        "record_type": "event",
        "payload": {"order_id": order_id, "order_status": "pending", "numbers": rows, "decision": "pending", **more},
    }
    return json.dumps({"data": data}).encode()


class RecordedRequests:
    """Running requests that record their hints and alerts. They may hang, or fail with `fault`."""

    def __init__(self, *running: str) -> None:
        self.running = list(running)
        self.hints: list[tuple[str, TelnyxNews]] = []
        self.alerts: list[ApprovalRequest] = []
        self.searches = 0
        self.accounts: list[str] = []
        self.fault: Exception | None = None
        self.hangs = False

    async def find(self, account: str, _event: Event) -> list[str]:
        self.searches += 1
        self.accounts.append(account)
        await self._fail()
        return self.running

    async def send_hint(self, workflow_id: str, hint: TelnyxNews) -> bool:
        await self._fail()
        self.hints.append((workflow_id, hint))
        return workflow_id in self.running

    async def start_alert(self, request: ApprovalRequest) -> None:
        await self._fail()
        self.alerts.append(request)

    async def _fail(self) -> None:
        while self.hangs:  # noqa: ASYNC110 - a test ends it
            await asyncio.sleep(0.005)
        if self.fault is not None:
            raise self.fault

    @property
    def events(self) -> list[str]:
        """The event ids of the hints."""
        return [hint.event_id for _, hint in self.hints]


def sender(receiver: Receiver) -> httpx.AsyncClient:
    """A client of the public process, without a network."""
    transport = httpx.ASGITransport(app=create_app(receiver))
    return httpx.AsyncClient(transport=transport, base_url="http://webhooks.example")


async def until(condition: Callable[[], object], within: float = limits.WAIT) -> None:
    """Wait until a condition is true."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - a plain list has no event to wait for
            await asyncio.sleep(0.005)
