"""Takes one webhook: proves it, reads it, gives the hint to the request it is about, and says what Telnyx is answered.

Exactly 200 ends Telnyx's tries, so only a fault of Temporal's is answered 503. Whoever cannot prove to be Telnyx is
refused with the same answer whatever was wrong: the reason stands in the log alone. A webhook is a hint: one that is
lost costs a delay until the request's own next poll, never more.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime

import structlog

from domain.messages import TelnyxNews
from domain.transfers import WINDOW, ApprovalRequested
from inbound.events import Event, NotAnEvent, read
from inbound.pacing import Overloaded, Pacing
from inbound.recent import Recent
from inbound.routing import TEMPORAL_FAULTS, Requests
from inbound.signature import NotProven, prove

MAX_BODY_BYTES = 256 * 1024
ANSWER_WITHIN = 1.5
"""Seconds until an answer is given, body included; Telnyx waits for 2 (Telnyx facts §6)."""
MOST_AT_ONCE = 64
"""Proven webhooks that wait for Temporal at the same time; beyond that Telnyx is told to come back."""

OK, BAD_REQUEST, FORBIDDEN, TOO_SLOW, TOO_LARGE, COME_BACK = 200, 400, 403, 408, 413, 503

_log = structlog.get_logger(__name__)


class Refused(Exception):  # noqa: N818 - named for the answer
    """This webhook is not taken; holds the HTTP status and the reason for the log."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Receiver:
    """Where all webhooks of all accounts come in."""

    def __init__(
        self,
        keys: Mapping[str, bytes],
        requests: Requests,
        pacing: Pacing | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Plugs the parts together.

        Args:
            keys: the public key of each account that has one, 32 bytes.
            requests: the running requests.
            pacing: how often a request is told; the usual pace by default.
            clock: gives Unix seconds.
        """
        self._keys = keys
        self._requests = requests
        self._pacing = pacing or Pacing(requests)
        self._clock = clock
        self._recent = Recent()
        self._in_work = 0

    async def take(self, account: str, headers: Mapping[str, str], body: AsyncIterator[bytes]) -> int:
        """Deals with one webhook and gives the HTTP status to answer; never raises for anything that was sent."""
        deadline = asyncio.get_running_loop().time() + ANSWER_WITHIN
        try:
            raw = await _whole(body, deadline)
            event = self._proven(account, headers, raw)
        except Refused as refused:
            _log.warning("webhook_refused", account=account[:64], status=refused.status, reason=str(refused))
            return refused.status
        if not event.concerns_hosting:
            _log.info("webhook_ignored", account=account, reason="not about hosted numbers")
            return OK
        if event.is_creation:
            _log.info("webhook_ignored", account=account, event_id=event.id, reason="a new order is watched anyway")
            return OK
        return await self._deliver((account, event.id or hashlib.sha256(raw).hexdigest()), event, deadline)

    async def aclose(self) -> None:
        """Gives away the hints that were put off."""
        await self._pacing.aclose()

    def _proven(self, account: str, headers: Mapping[str, str], raw: bytes) -> Event:
        key = self._keys.get(account)
        if key is None:
            raise Refused(FORBIDDEN, "no public key is known for this account")
        signature, timestamp = headers.get("telnyx-signature-ed25519"), headers.get("telnyx-timestamp")
        try:
            prove(key, signature, timestamp, raw, self._clock())
            return read(raw)
        except NotProven as error:
            raise Refused(FORBIDDEN, str(error)) from None
        except NotAnEvent as error:
            raise Refused(BAD_REQUEST, str(error)) from None

    async def _deliver(self, key: tuple[str, str], event: Event, deadline: float) -> int:
        """Tells whom it concerns; an event that failed is not remembered, so that its repeat is taken."""
        log = _log.bind(account=key[0], event_id=event.id, event_type=event.event_type, order_id=event.order_id)
        if key in self._recent:
            log.info("webhook_ignored", reason="it came before")
            return OK
        if self._in_work >= MOST_AT_ONCE:
            log.warning("webhook_deferred", reason="too many at once")
            return COME_BACK
        self._in_work += 1
        try:
            async with asyncio.timeout_at(deadline):
                await self._alert(key, event, log)
                await self._tell(event, log)
        except (*TEMPORAL_FAULTS, Overloaded) as error:
            log.warning("webhook_deferred", reason=type(error).__name__)
            return COME_BACK
        finally:
            self._in_work -= 1
        self._recent.add(key)
        return OK

    async def _alert(self, key: tuple[str, str], event: Event, log: structlog.stdlib.BoundLogger) -> None:
        """Has those told who may lose numbers; whether any of them is ours is found out elsewhere, in good time."""
        if not (event.asks_for_approval and event.order_id and event.numbers):
            return
        asked = ApprovalRequested(
            event_id=key[1],
            account=key[0],
            order_id=event.order_id,
            phone_numbers=event.numbers,
            deadline=event.approval_deadline or datetime.fromtimestamp(self._clock(), UTC) + WINDOW,
        )
        await self._requests.alert(asked)
        log.info("webhook_approval_asked")

    async def _tell(self, event: Event, log: structlog.stdlib.BoundLogger) -> None:
        news = TelnyxNews(
            event_id=event.id,
            event_type=event.event_type,
            order_id=event.order_id,
            decision=event.decision,
            approval_deadline=event.approval_deadline if event.decision else None,
        )
        told = {one: await self._pacing.tell(one, news) for one in await self._requests.concerned_by(event)}
        for workflow_id, how in told.items():
            if how != "gone":
                log.info("webhook_signalled", workflow_id=workflow_id, put_off=how == "put_off")
        if all(how == "gone" for how in told.values()):
            log.info("webhook_orphan")


async def _whole(body: AsyncIterator[bytes], deadline: float) -> bytes:
    """Reads a body as it comes, and no more of it than may be."""
    raw = bytearray()
    try:
        async with asyncio.timeout_at(deadline):
            async for chunk in body:
                raw += chunk
                if len(raw) > MAX_BODY_BYTES:
                    raise Refused(TOO_LARGE, f"the body has more than {MAX_BODY_BYTES:,} bytes")
    except TimeoutError:
        raise Refused(TOO_SLOW, "the body did not come in time") from None
    return bytes(raw)
