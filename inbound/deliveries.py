"""Sees what a webhook tells delivered to Temporal: in time for the answer, or in the background.

Telnyx waits two seconds, Temporal may take longer. So a delivery outlives its answer and is tried again when it fails.
How many there are, how many call Temporal at once and how long each is tried is bounded, and what is given up is logged
(docs/decisions/0012).
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from inbound.rate_limit import Overloaded
from inbound.routes import TEMPORAL_FAULTS
from inbound.tally import Outcome, Tally

AT_ONCE = 64
"""Deliveries that call Temporal at the same time; the others wait for their turn."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
"""Seconds until a delivery that failed is tried again; each pause is twice the one before."""

FAULTS = (*TEMPORAL_FAULTS, Overloaded)
"""What a later try may be spared."""

_Key = tuple[str, str]
_Deliver = Callable[[], Awaitable[Outcome]]


@dataclass(frozen=True)
class DeliveryLimits:
    """How much is kept, and for how long."""

    most: int
    """Deliveries under way; beyond that Telnyx is told to come back. One takes at most some 20 KB, its numbers."""
    tried_for: float
    """Seconds until a delivery is given up."""
    from_the_start: bool
    """Whether one that fails before its webhook is answered is kept too; else it is left to Telnyx's next try."""
    when_lost: str
    """What then follows, for the log."""


HINTS = DeliveryLimits(1_000, 120.0, from_the_start=False, when_lost="the next poll finds what it told")
"""News that can be read at Telnyx as well; after two minutes the requests' own polls must do."""
TRANSFERS = DeliveryLimits(
    1_000,
    86_400.0,
    from_the_start=True,
    when_lost="Telnyx tells it nowhere else: look in the Telnyx portal what becomes of this order's transfer",
)
"""News of internal transfers; who may lose numbers has 72 hours to object, so a day is spent on telling them."""


@dataclass(eq=False)
class _Delivery:
    kept: bool
    """Whether nobody but us sees to it; then it is tried again, and its end is logged."""
    log: structlog.stdlib.BoundLogger
    fault: str = ""
    task: asyncio.Task[Outcome] = field(init=False)


class Deliveries:
    """The deliveries under way, one for each event."""

    def __init__(self, patience: DeliveryLimits, tally: Tally) -> None:
        self._patience = patience
        self._tally = tally
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._under_way: dict[_Key, _Delivery] = {}

    async def in_time(self, key: _Key, deliver: _Deliver, deadline: float, log: structlog.stdlib.BoundLogger) -> bool:
        """Delivers, or joins the delivery of the same event; what is not done in time goes on in the background.

        Returns:
            Whether it was done by the deadline, a time of the loop's clock.

        Raises:
            Overloaded: too many are under way.
            FAULTS: Temporal does not answer as it should, and the delivery is not kept.
        """
        delivery = self._under_way.get(key) or self._begin(key, deliver, log)
        await asyncio.wait({delivery.task}, timeout=deadline - asyncio.get_running_loop().time())
        if not delivery.task.done():
            delivery.kept = True
            return False
        delivery.task.result()
        return True

    async def aclose(self, within: float) -> None:
        """Lets what is under way go on for that many seconds, and gives up the rest."""
        tasks = [delivery.task for delivery in self._under_way.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=within)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, key: _Key, deliver: _Deliver, log: structlog.stdlib.BoundLogger) -> _Delivery:
        if len(self._under_way) >= self._patience.most:
            raise Overloaded
        delivery = self._under_way[key] = _Delivery(self._patience.from_the_start, log)
        delivery.task = asyncio.create_task(self._see_through(delivery, deliver))
        delivery.task.add_done_callback(lambda task: self._ended(self._under_way.pop(key), task))
        return delivery

    async def _see_through(self, delivery: _Delivery, deliver: _Deliver) -> Outcome:
        pause = FIRST_PAUSE
        async with asyncio.timeout(self._patience.tried_for):
            while True:
                try:
                    async with self._turn:
                        return await deliver()
                except FAULTS as error:
                    delivery.fault = type(error).__name__
                    if not delivery.kept:
                        raise
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def _ended(self, delivery: _Delivery, task: asyncio.Task[Outcome]) -> None:
        """Counts what was delivered and logs what was lost; what is not kept, its answer tells of."""
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is None:
            self._tally.add(task.result())
        elif delivery.kept:
            self._tally.add(Outcome.LOST)
            known = {asyncio.CancelledError: "the process stops", TimeoutError: "it was tried for long enough"}
            delivery.log.error(
                "webhook_lost",
                reason=known.get(type(error), "it failed in a way that nobody foresaw"),
                fault=delivery.fault or "no answer",
                advice=self._patience.when_lost,
                exc_info=None if type(error) in known else error,
            )
