"""A slow delivery goes on in the background, within limits, and its loss is logged."""

import asyncio
import dataclasses

import pytest
import structlog
from structlog.testing import capture_logs
from temporalio.service import RPCError, RPCStatusCode

from inbound import deliveries
from inbound.counts import Counts, WebhookOutcome
from inbound.deliveries import HINTS, TRANSFERS, Deliveries, DeliveryLimits
from inbound.faults import Overloaded
from inbound.retry import RetryPolicy
from tests.inbound.webhook_sender import until

SOON = 0.02
NO_LINE = 86_400.0
"""Seconds between two lines of the counts: none may come in another test."""


class World:
    """A Temporal that fails, hangs or accepts an event."""

    def __init__(self, limits: DeliveryLimits = HINTS, *, give_up_after: float = 60.0, accounts: int = 1) -> None:
        retries = RetryPolicy(give_up_after, first_pause=0.01, longest_pause=0.02)
        self.deliveries = Deliveries(dataclasses.replace(limits, retries=retries), Counts(NO_LINE), accounts)
        self.tries = 0
        self.at_once = 0
        self.most_at_once = 0
        self.accepted: list[str] = []
        self.hangs = False
        self.fault: Exception | None = None

    async def deliver(self, name: str = "e-1", account: str = "default") -> bool:
        """Deliver one event; whether it was done in time."""

        async def attempt() -> WebhookOutcome:
            self.tries += 1
            self.at_once += 1
            self.most_at_once = max(self.at_once, self.most_at_once)
            try:
                return await self._accept(name)
            finally:
                self.at_once -= 1

        log = structlog.get_logger().bind(event_id=name)
        deadline = asyncio.get_running_loop().time() + SOON
        return await self.deliveries.deliver((account, name), attempt, deadline, log)

    async def _accept(self, name: str) -> WebhookOutcome:
        while self.hangs:  # noqa: ASYNC110 - a test ends it
            await asyncio.sleep(0.001)
        if self.fault:
            raise self.fault
        self.accepted.append(name)
        return WebhookOutcome.SIGNALLED


def unavailable() -> RPCError:
    return RPCError("no connection", RPCStatusCode.UNAVAILABLE, b"")


async def test_a_quick_delivery_is_done_in_time() -> None:
    world = World()
    assert await world.deliver()
    assert world.accepted == ["e-1"]


async def test_a_slow_delivery_goes_on_after_the_response() -> None:
    world = World()
    world.hangs = True
    assert not await world.deliver()
    world.hangs = False
    await until(lambda: world.accepted == ["e-1"])


async def test_a_hint_that_fails_before_the_response_is_not_kept() -> None:
    world = World()
    world.fault = unavailable()
    with pytest.raises(RPCError):
        await world.deliver()
    world.fault = None
    await asyncio.gather(*[asyncio.sleep(0.05)])
    assert (world.tries, world.accepted) == (1, [])


async def test_a_hint_that_fails_after_the_response_is_retried() -> None:
    world = World()
    world.hangs = True
    assert not await world.deliver()
    world.fault, world.hangs = unavailable(), False
    await until(lambda: world.tries > 2)
    world.fault = None
    await until(lambda: world.accepted == ["e-1"])


async def test_an_event_of_a_transfer_is_retried_from_the_first_fault_on() -> None:
    world = World(TRANSFERS)
    world.fault = unavailable()
    assert not await world.deliver()
    world.fault = None
    await until(lambda: world.accepted == ["e-1"])


async def test_an_event_that_comes_again_meanwhile_is_delivered_once() -> None:
    world = World()
    world.hangs = True
    assert await asyncio.gather(*(world.deliver() for _ in range(5))) == [False] * 5
    world.hangs = False
    assert await world.deliver()
    assert (world.tries, world.accepted) == (1, ["e-1"])


async def test_a_flood_of_one_account_shuts_no_other_account_out() -> None:
    world = World(dataclasses.replace(TRANSFERS, max_deliveries=10), accounts=2)
    world.hangs = True
    await asyncio.gather(*(world.deliver(f"e-{number}", "acme") for number in range(5)))
    with pytest.raises(Overloaded):
        await world.deliver("e-5", "acme")
    await world.deliver("e-1", "default")
    world.hangs = False
    await until(lambda: len(world.accepted) == 6)


async def test_deliveries_and_calls_to_temporal_are_limited() -> None:
    world = World(dataclasses.replace(HINTS, max_deliveries=100))
    world.hangs = True
    await asyncio.gather(*(world.deliver(f"e-{number}") for number in range(100)))
    with pytest.raises(Overloaded):
        await world.deliver("one more")
    world.hangs = False
    await until(lambda: len(world.accepted) == 100)
    assert world.most_at_once == deliveries.AT_ONCE
    assert await world.deliver("one more")


async def test_a_delivery_that_never_succeeds_is_lost_and_logged() -> None:
    world = World(give_up_after=0.1)
    world.hangs = True
    with capture_logs() as logs:
        assert not await world.deliver()
        world.fault, world.hangs = unavailable(), False
        await until(lambda: logs)
    [line] = logs
    assert (line["event"], line["log_level"], line["event_id"]) == ("webhook_lost", "error", "e-1")
    assert (line["fault"], line["advice"]) == ("RPCError", HINTS.advice_when_lost)


async def test_a_stop_waits_for_deliveries() -> None:
    world = World()
    world.hangs = True
    await asyncio.gather(*(world.deliver(f"e-{number}") for number in range(100)))
    with capture_logs() as logs:
        stop = asyncio.create_task(world.deliveries.aclose(within=10))
        await asyncio.sleep(0)  # it has begun to wait
        world.hangs = False
        await stop
    assert len(world.accepted) == 100
    assert logs == []


async def test_a_delivery_that_outlasts_the_grace_period_is_lost_and_logged() -> None:
    world = World(TRANSFERS)
    world.hangs = True
    await world.deliver()
    with capture_logs() as logs:
        await world.deliveries.aclose(within=0.05)
    assert [(line["event"], line["advice"]) for line in logs] == [("webhook_lost", TRANSFERS.advice_when_lost)]
    assert world.at_once == 0


async def test_an_unexpected_error_is_logged() -> None:
    world = World()
    world.hangs = True
    with capture_logs() as logs:
        assert not await world.deliver()
        world.fault, world.hangs = KeyError("x"), False
        await until(lambda: logs)
    assert logs[0]["event"] == "webhook_lost"
    assert isinstance(logs[0]["exc_info"], KeyError)
