"""Receives one webhook: verifies and parses it, sends the hint to its request, and chooses the response to Telnyx.

Only a 200 ends Telnyx's tries. Telnyx gets it also when Temporal is slow, and the delivery goes on. It gets 503 when
Temporal fails, when too much is in progress, and while Temporal does not have an event of a transfer: a lost hint only
delays a request until its next poll, but Telnyx reports a transfer nowhere else (docs/decisions/0012). A sender that
cannot prove to be Telnyx gets the same response for every reason. Only the log names the reason.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from functools import partial

import structlog

from domain import delays
from domain.messages import TelnyxNews
from domain.transfers import WINDOW, ApprovalRequest
from inbound.counts import Counts, WebhookOutcome
from inbound.deliveries import HINTS, TRANSFERS, Deliveries
from inbound.events import Event
from inbound.faults import FAULTS
from inbound.line_limit import LineLimit
from inbound.rate_limit import RateLimit, Sent
from inbound.recent_events import RecentEvents
from inbound.running_requests import Requests
from inbound.unknown_paths import UnknownPaths
from inbound.webhook import Refused, Webhook, read_body, verify_webhook

OK, COME_BACK = 200, 503

_NOT_YET = "Temporal does not have it yet; it is still being tried"

_log = structlog.get_logger(__name__)


class Receiver:
    """Receives the webhooks of all accounts."""

    def __init__(
        self,
        keys: Mapping[str, bytes],
        requests: Requests,
        rate_limit: RateLimit | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Build the parts.

        Args:
            keys: the public key of each account that has one, 32 bytes.
            requests: the running requests.
            rate_limit: how often a request gets a hint.
            clock: returns Unix seconds.
        """
        self._keys = keys
        self._requests = requests
        self._counts = Counts()
        self._rate_limit = rate_limit or RateLimit(requests, counts=self._counts)
        accounts = max(1, len(keys))
        self._hints = Deliveries(HINTS, self._counts, accounts)
        self._transfers = Deliveries(TRANSFERS, self._counts, accounts)
        self._unknown_paths = UnknownPaths(self._counts)
        self._refusals = LineLimit()
        self._clock = clock
        self._recent = RecentEvents()

    async def receive(self, account: str, headers: Mapping[str, str], body: AsyncIterator[bytes]) -> int:
        """The HTTP status of the response to one webhook. Nothing that is sent makes it raise."""
        deadline = asyncio.get_running_loop().time() + delays.WEBHOOK_RESPONSE
        try:
            raw = await read_body(body, deadline)
            webhook = verify_webhook(self._keys, account, headers, raw, self._clock())
        except Refused as refused:
            if self._refusals.allows_line():
                _log.warning("webhook_refused", account=account[:64], status=refused.status, reason=str(refused))
            self._counts.add(WebhookOutcome.REFUSED)
            return refused.status
        if ignored := self._reason_to_ignore(webhook):
            outcome, reason = ignored
            webhook.log.info("webhook_ignored", reason=reason)
            self._counts.add(outcome)
            return OK
        return await self._respond(webhook, deadline)

    def refuse_path(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """Count a request for a path or with a method that does not exist, and log the first one of each."""
        self._unknown_paths.add(method, path, headers)

    async def aclose(self, within: float = 0.0) -> None:
        """Give the deliveries in progress `within` seconds, then send the postponed hints."""
        await asyncio.gather(self._hints.aclose(within), self._transfers.aclose(within))
        await self._rate_limit.aclose()
        self._counts.log()

    def _reason_to_ignore(self, webhook: Webhook) -> tuple[WebhookOutcome, str] | None:
        if not webhook.event.concerns_hosting:
            return WebhookOutcome.ELSEWHERE, "not about hosted numbers"
        if webhook.event.is_creation:
            return WebhookOutcome.CREATION, "a new order is watched anyway"
        return (WebhookOutcome.REPEAT, "it came before") if webhook.key in self._recent else None

    async def _respond(self, webhook: Webhook, deadline: float) -> int:
        """Deliver a webhook, and respond at the deadline even when that is still in progress."""
        is_transfer = bool(webhook.event.decision)
        deliveries = self._transfers if is_transfer else self._hints
        try:
            if await deliveries.deliver(webhook.key, partial(self._deliver, webhook), deadline, webhook.log):
                return OK
        except FAULTS as error:
            return self._defer(webhook, type(error).__name__)
        if is_transfer:
            return self._defer(webhook, _NOT_YET)
        webhook.log.warning("webhook_kept", reason=_NOT_YET)
        self._counts.add(WebhookOutcome.KEPT)
        return OK

    def _defer(self, webhook: Webhook, reason: str) -> int:
        webhook.log.warning("webhook_deferred", reason=reason)
        self._counts.add(WebhookOutcome.COME_BACK)
        return COME_BACK

    async def _deliver(self, webhook: Webhook) -> WebhookOutcome:
        """One attempt. Only a delivered event is remembered, so that its repeat is delivered after a failure."""
        await self._start_alert(webhook)
        outcome = await self._send_hints(webhook)
        self._recent.add(webhook.key)
        return outcome

    async def _start_alert(self, webhook: Webhook) -> None:
        """Notify the owners of numbers that another account wants; a workflow finds out which of them are ours.

        They may belong to other accounts than the event. So nothing but an alert follows.
        """
        event, (_, event_id) = webhook.event, webhook.key
        if not (event.asks_for_approval and event.order_id and event.numbers):
            return
        request = ApprovalRequest(
            event_id=event_id,
            account=webhook.account,
            order_id=event.order_id,
            phone_numbers=event.numbers,
            deadline=_earliest(event.approval_deadline, webhook.received + WINDOW),
        )
        await self._requests.start_alert(request)
        webhook.log.info("webhook_approval_asked")

    async def _send_hints(self, webhook: Webhook) -> WebhookOutcome:
        hint = _hint(webhook.account, webhook.event)
        found = await self._requests.find(webhook.account, webhook.event)
        sent = {one: await self._rate_limit.send(one, hint) for one in found}
        needed = {workflow_id: when for workflow_id, when in sent.items() if when is not Sent.NOT_NEEDED}
        for workflow_id, when in needed.items():
            webhook.log.info("webhook_signalled", workflow_id=workflow_id, put_off=when is Sent.LATER)
        if needed:
            return WebhookOutcome.SIGNALLED
        webhook.log.info("webhook_orphan")
        return WebhookOutcome.ORPHAN


def _earliest(named: datetime | None, last: datetime) -> datetime:
    """When the time to object ends. No one may be told that there is more of it than Telnyx gives."""
    return min(named, last) if named else last


def _hint(account: str, event: Event) -> TelnyxNews:
    return TelnyxNews(
        account=account,
        event_id=event.id,
        event_type=event.event_type,
        order_id=event.order_id,
        decision=event.decision,
        approval_deadline=event.approval_deadline if event.decision else None,
        verified=event.verified,
        refused_at=event.refused_at,
    )
