"""Takes one webhook: proves it, reads it, gives the hint to the request it is about, and says what Telnyx is answered.

Exactly 200 ends Telnyx's tries. It is given also when Temporal is slow, and the delivery goes on; 503 is for a fault of
Temporal's, for too much at once, and for news of a transfer that Temporal does not have yet: a hint that is lost costs
a delay until the request's own next poll, but of a transfer Telnyx tells nowhere else (docs/decisions/0012). Whoever
cannot prove to be Telnyx is refused with the same answer whatever was wrong: the reason stands in the log alone.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from functools import partial

import structlog

from domain.messages import TelnyxNews
from domain.transfers import WINDOW, ApprovalRequest
from inbound.deliveries import FAULTS, HINTS, TRANSFERS, Deliveries
from inbound.events import Event, NotAnEvent, read
from inbound.rate_limit import Pacing
from inbound.recent import Recent
from inbound.routes import Requests
from inbound.signature import NotProven, prove
from inbound.tally import Outcome, Tally

MAX_BODY_BYTES = 256 * 1024
ANSWER_WITHIN = 1.5
"""Seconds until an answer is given, body included; Telnyx waits for 2 (Telnyx facts §6)."""

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
        self._tally = Tally()
        self._pacing = pacing or Pacing(requests, tally=self._tally)
        self._hints, self._transfers = Deliveries(HINTS, self._tally), Deliveries(TRANSFERS, self._tally)
        self._clock = clock
        self._recent = Recent()

    async def take(self, account: str, headers: Mapping[str, str], body: AsyncIterator[bytes]) -> int:
        """Deals with one webhook and gives the HTTP status to answer; never raises for anything that was sent."""
        deadline = asyncio.get_running_loop().time() + ANSWER_WITHIN
        try:
            raw = await _whole(body, deadline)
            event = self._proven(account, headers, raw)
        except Refused as refused:
            _log.warning("webhook_refused", account=account[:64], status=refused.status, reason=str(refused))
            self._tally.add(Outcome.REFUSED)
            return refused.status
        key = (account, event.id or hashlib.sha256(raw).hexdigest())
        log = _log.bind(account=account, event_id=event.id, event_type=event.event_type, order_id=event.order_id)
        if needless := self._needless(key, event):
            outcome, reason = needless
            log.info("webhook_ignored", reason=reason)
            self._tally.add(outcome)
            return OK
        return await self._deliver(key, event, deadline, log)

    async def aclose(self, within: float = 0.0) -> None:
        """Lets deliveries under way go on for that many seconds, then gives away the hints that were put off."""
        await asyncio.gather(self._hints.aclose(within), self._transfers.aclose(within))
        await self._pacing.aclose()
        self._tally.tell()

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

    def _needless(self, key: tuple[str, str], event: Event) -> tuple[Outcome, str] | None:
        """Why an event has nobody to be told, if so."""
        if not event.concerns_hosting:
            return Outcome.ELSEWHERE, "not about hosted numbers"
        if event.is_creation:
            return Outcome.CREATION, "a new order is watched anyway"
        return (Outcome.REPEAT, "it came before") if key in self._recent else None

    async def _deliver(
        self, key: tuple[str, str], event: Event, deadline: float, log: structlog.stdlib.BoundLogger
    ) -> int:
        """Tells whom it concerns, or answers while that is still under way."""
        told_elsewhere = not event.decision
        deliveries = self._hints if told_elsewhere else self._transfers
        came = datetime.fromtimestamp(self._clock(), UTC)
        try:
            if await deliveries.in_time(key, partial(self._hand_on, key, event, came, log), deadline, log):
                return OK
        except FAULTS as error:
            return self._come_back(log, type(error).__name__)
        if not told_elsewhere:
            return self._come_back(log, "Temporal does not have it yet; it is still being tried")
        log.warning("webhook_kept", reason="Temporal does not have it yet; it is still being tried")
        self._tally.add(Outcome.KEPT)
        return OK

    def _come_back(self, log: structlog.stdlib.BoundLogger, reason: str) -> int:
        log.warning("webhook_deferred", reason=reason)
        self._tally.add(Outcome.COME_BACK)
        return COME_BACK

    async def _hand_on(
        self, key: tuple[str, str], event: Event, came: datetime, log: structlog.stdlib.BoundLogger
    ) -> Outcome:
        """One try to tell whom it concerns; an event that failed is not remembered, so that its repeat is taken."""
        await self._alert(key, event, came, log)
        outcome = await self._tell(event, log)
        self._recent.add(key)
        return outcome

    async def _alert(
        self, key: tuple[str, str], event: Event, came: datetime, log: structlog.stdlib.BoundLogger
    ) -> None:
        """Has those told who may lose numbers; whether any of them is ours is found out elsewhere, in good time."""
        if not (event.asks_for_approval and event.order_id and event.numbers):
            return
        asked = ApprovalRequest(
            event_id=key[1],
            account=key[0],
            order_id=event.order_id,
            phone_numbers=event.numbers,
            deadline=event.approval_deadline or came + WINDOW,
        )
        await self._requests.alert(asked)
        log.info("webhook_approval_asked")

    async def _tell(self, event: Event, log: structlog.stdlib.BoundLogger) -> Outcome:
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
        if any(how != "gone" for how in told.values()):
            return Outcome.SIGNALLED
        log.info("webhook_orphan")
        return Outcome.ORPHAN


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
