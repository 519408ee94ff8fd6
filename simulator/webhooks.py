"""Signed webhooks to the profile's URL, with repeats, losses and a wrong order (docs/telnyx.md §6)."""

import asyncio
import base64
import json
import os
import time
from collections import deque
from pathlib import Path
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from simulator.background import Background
from simulator.settings import Settings
from simulator.state import Order, Profile, World, now

EVENT_PREFIX = "messaging_hosted_numbers_orders."
TRIES_PER_URL = 3
ANSWER_WITHIN = aiohttp.ClientTimeout(total=2)
FIRST_BACKOFF = 0.2
"""Seconds before the second attempt; doubled before the third."""

REORDER_DELAY = 0.5
"""Seconds that a reordered event is held back, so that later events overtake it."""

HTTP_OK = 200
ORGANIZATION = "6a0c5a2e-5d0a-4a5e-9f6e-3a1d8f6b7c10"
MAX_DELIVERIES = 50_000


class Webhooks:
    """Signs and delivers events in the background: three attempts for each URL, then the event is lost."""

    def __init__(self, world: World, background: Background) -> None:
        self._world = world
        self._background = background
        self._key = signing_key(world.settings)
        self._session: aiohttp.ClientSession | None = None
        self.deliveries: deque[dict[str, Any]] = deque(maxlen=MAX_DELIVERIES)

    @property
    def public_key(self) -> str:
        """The key that checks the signatures: 32 bytes in base64, as the portal shows it."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def announce(self, order: Order, event: str) -> None:
        """Send an event about an order as it is now. Without a URL on the profile nothing is sent."""
        if order.messaging_profile_id is None:
            return
        profile = self._world.profile(order.messaging_profile_id)
        if not profile.webhook_url:
            return
        body = json.dumps({"data": self._event(order, event)}).encode()
        fault = self._world.faults.draw("webhook")
        kind = fault.kind if fault else ""
        if kind == "drop_webhook":
            self._record(body, profile.webhook_url, 0, "dropped")
            return
        held = (fault.delay or REORDER_DELAY) if fault and kind == "reorder_webhook" else 0.0
        for _ in range(2 if kind == "duplicate_webhook" else 1):
            self._background.start(self._deliver(profile, body, held))

    def _event(self, order: Order, event: str) -> dict[str, Any]:
        transfer = order.transfer
        return {
            "id": self._world.new_id(),
            "event_type": EVENT_PREFIX + event,
            "occurred_at": now(),
            "record_type": "event",
            "payload": {
                "order_id": order.id,
                "order_status": order.status,
                "profile_id": order.messaging_profile_id,
                "user_id": ORGANIZATION,
                "numbers": [{"value": n.phone_number, "status": n.status} for n in order.numbers.values()],
                "decision": transfer.decision if transfer else "pending",
                "approval_deadline": transfer.deadline if transfer else None,
            },
        }

    async def _deliver(self, profile: Profile, body: bytes, held: float) -> None:
        if held:
            await asyncio.sleep(held)
        for url in filter(None, (profile.webhook_url, profile.webhook_failover_url)):
            for attempt in range(1, TRIES_PER_URL + 1):
                if await self._post(url, body, attempt):
                    return
                await asyncio.sleep(FIRST_BACKOFF * 2 ** (attempt - 1))

    async def _post(self, url: str, body: bytes, attempt: int) -> bool:
        """Make one attempt; only an answer of exactly 200 counts, a redirect does not."""
        try:
            options: dict[str, Any] = {"allow_redirects": False, "timeout": ANSWER_WITHIN}
            async with self._http().post(url, data=body, headers=self._headers(body), **options) as reply:
                outcome: int | str = reply.status
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            outcome = type(error).__name__
        self._record(body, url, attempt, outcome)
        return outcome == HTTP_OK

    def _headers(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(time.time()))
        signature = self._key.sign(timestamp.encode() + b"|" + body)
        return {
            "content-type": "application/json",
            "telnyx-timestamp": timestamp,
            "telnyx-signature-ed25519": base64.b64encode(signature).decode(),
        }

    def _record(self, body: bytes, url: str, attempt: int, outcome: int | str) -> None:
        event = json.loads(body)["data"]
        self.deliveries.append(
            {
                "at": now(),
                "event_id": event["id"],
                "event_type": event["event_type"],
                "order_id": event["payload"]["order_id"],
                "url": url,
                "attempt": attempt,
                "outcome": outcome,
            }
        )

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    async def close(self) -> None:
        """Close the connections to the receivers of webhooks."""
        if self._session is not None:
            await self._session.close()


def signing_key(settings: Settings) -> Ed25519PrivateKey:
    """The key that signs webhooks: a new one, or the one in the file (32 bytes in base64), created if missing."""
    path = settings.webhook_key_file
    if path is None:
        return Ed25519PrivateKey.generate()
    try:
        if not path.exists():
            _write_key(path, Ed25519PrivateKey.generate())
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_text().strip(), validate=True))
    except OSError as error:
        raise SystemExit(f"The webhook key file {path} cannot be used ({error.strerror}); choose another.") from None
    except ValueError:
        raise SystemExit(
            f"{path} does not hold a webhook key (32 bytes in base64); remove it to create a new one."
        ) from None


def _write_key(path: Path, key: Ed25519PrivateKey) -> None:
    """Write a key into a new file, which no one but its owner can open at any time."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(base64.b64encode(key.private_bytes_raw()).decode() + "\n")
