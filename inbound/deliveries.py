"""Delivers webhooks to Temporal, before the response to Telnyx or in the background.

Telnyx waits two seconds, and Temporal may need longer. So a delivery goes on after the response and is retried when it
fails. Limits bound how many there are, how many call Temporal at once, and how long each is retried. A lost delivery is
logged (docs/decisions/0012).
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from inbound.counts import Counts, WebhookOutcome
from inbound.faults import Overloaded
from inbound.retry import RetryPolicy, retry

AT_ONCE = 64
"""How many deliveries call Temporal at the same time. The others wait."""

_Key = tuple[str, str]
"""The account, and the event's id."""
_Deliver = Callable[[], Awaitable[WebhookOutcome]]


@dataclass(frozen=True)
class DeliveryLimits:
    """How many deliveries are kept, and for how long."""

    max_deliveries: int
    """Deliveries in progress, of all accounts. More are refused, and Telnyx comes back. Each has 20 KB at most."""
    retries: RetryPolicy
    keep_at_once: bool
    """Whether a delivery that fails before the response is kept, too. Otherwise Telnyx sends its webhook again."""
    advice_when_lost: str
    """For the log."""


HINTS = DeliveryLimits(1_000, RetryPolicy(120.0), keep_at_once=False, advice_when_lost="the next poll finds the change")
"""Webhooks about something that Telnyx's API shows as well. After two minutes a poll of the request is good enough."""
TRANSFERS = DeliveryLimits(
    1_000,
    RetryPolicy(86_400.0),
    keep_at_once=True,
    advice_when_lost="Telnyx reports it nowhere else: look in the Telnyx portal for this order's transfer",
)
"""Webhooks about internal transfers. The losing account has 72 hours to object, so a day of retries makes sense."""


@dataclass(eq=False)
class _Delivery:
    kept: bool
    """Whether Telnyx does not send its webhook again. Then it is retried, and a loss is logged."""
    log: structlog.stdlib.BoundLogger
    fault: str = ""
    task: asyncio.Task[WebhookOutcome] = field(init=False)

    def on_fault(self, fault: Exception) -> None:
        self.fault = type(fault).__name__
        if not self.kept:
            raise fault


class Deliveries:
    """The deliveries in progress, one for each event."""

    def __init__(self, limits: DeliveryLimits, counts: Counts, accounts: int = 1) -> None:
        """Each of so many accounts has an equal share of the deliveries, so that none shuts the others out."""
        self._limits = limits
        self._share = max(1, limits.max_deliveries // accounts)
        self._counts = counts
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._in_progress: dict[_Key, _Delivery] = {}

    async def deliver(self, key: _Key, deliver: _Deliver, deadline: float, log: structlog.stdlib.BoundLogger) -> bool:
        """Deliver an event, or join the delivery of the same event. After the deadline it goes on in the background.

        Returns:
            Whether it was done by the deadline, a time of the event loop's clock.

        Raises:
            Overloaded: too many deliveries of its account are in progress.
            FAULTS: Temporal does not answer as it should, and the delivery is not kept.
        """
        delivery = self._in_progress.get(key) or self._start(key, deliver, log)
        await asyncio.wait({delivery.task}, timeout=deadline - asyncio.get_running_loop().time())
        if not delivery.task.done():
            delivery.kept = True
            return False
        delivery.task.result()
        return True

    async def aclose(self, within: float) -> None:
        """Wait up to `within` seconds for the deliveries in progress, then cancel the rest."""
        tasks = [delivery.task for delivery in self._in_progress.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=within)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, key: _Key, deliver: _Deliver, log: structlog.stdlib.BoundLogger) -> _Delivery:
        if sum(account == key[0] for account, _ in self._in_progress) >= self._share:
            raise Overloaded
        delivery = self._in_progress[key] = _Delivery(self._limits.keep_at_once, log)
        delivery.task = asyncio.create_task(retry(self._in_slot(deliver), self._limits.retries, delivery.on_fault))
        delivery.task.add_done_callback(lambda task: self._on_done(self._in_progress.pop(key), task))
        return delivery

    def _in_slot(self, deliver: _Deliver) -> _Deliver:
        async def attempt() -> WebhookOutcome:
            async with self._slots:
                return await deliver()

        return attempt

    def _on_done(self, delivery: _Delivery, task: asyncio.Task[WebhookOutcome]) -> None:
        """Count a success and log a loss. When the delivery was not kept, the response says that it failed."""
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is None:
            self._counts.add(task.result())
        elif delivery.kept:
            self._counts.add(WebhookOutcome.LOST)
            _log_loss(delivery, error, self._limits.advice_when_lost)


def _log_loss(delivery: _Delivery, error: BaseException, advice: str) -> None:
    known = {asyncio.CancelledError: "the process stops", TimeoutError: "it was retried for long enough"}
    delivery.log.error(
        "webhook_lost",
        reason=known.get(type(error), "it failed unexpectedly"),
        fault=delivery.fault or "no answer",
        advice=advice,
        exc_info=None if type(error) in known else error,
    )
