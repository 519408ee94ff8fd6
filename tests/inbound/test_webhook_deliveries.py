"""What Temporal does not take in time is delivered in the background, within bounds, and never lost in silence."""

import asyncio
import dataclasses

import pytest
import structlog
from structlog.testing import capture_logs
from temporalio.service import RPCError, RPCStatusCode

from inbound import deliveries
from inbound.deliveries import HINTS, TRANSFERS, Deliveries, DeliveryLimits
from inbound.rate_limit import Overloaded
from inbound.tally import Outcome, Tally
from tests.inbound.sending import until

SOON = 0.02


class World:
    """A Temporal that fails, hangs or takes what it is told."""

    def __init__(self, patience: DeliveryLimits = HINTS) -> None:
        self.deliveries = Deliveries(patience, Tally())
        self.tries = 0
        self.at_once = 0
        self.most_at_once = 0
        self.taken: list[str] = []
        self.hangs = False
        self.fault: Exception | None = None

    async def tell(self, name: str = "e-1") -> bool:
        """Delivers one event; whether it was done in time."""

        async def deliver() -> Outcome:
            self.tries += 1
            self.at_once += 1
            self.most_at_once = max(self.at_once, self.most_at_once)
            try:
                return await self._take(name)
            finally:
                self.at_once -= 1

        log = structlog.get_logger().bind(event_id=name)
        deadline = asyncio.get_running_loop().time() + SOON
        return await self.deliveries.in_time(("default", name), deliver, deadline, log)

    async def _take(self, name: str) -> Outcome:
        while self.hangs:  # noqa: ASYNC110 - a test ends it
            await asyncio.sleep(0.001)
        if self.fault:
            raise self.fault
        self.taken.append(name)
        return Outcome.SIGNALLED


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(deliveries, "LONGEST_PAUSE", 0.02)


def unavailable() -> RPCError:
    return RPCError("no connection", RPCStatusCode.UNAVAILABLE, b"")


async def test_what_is_taken_at_once_is_done_in_time() -> None:
    world = World()
    assert await world.tell()
    assert world.taken == ["e-1"]


async def test_what_takes_longer_goes_on_after_the_answer() -> None:
    world = World()
    world.hangs = True
    assert not await world.tell()
    world.hangs = False
    await until(lambda: world.taken == ["e-1"])


async def test_a_hint_that_fails_before_its_answer_is_left_to_telnyx() -> None:
    world = World()
    world.fault = unavailable()
    with pytest.raises(RPCError):
        await world.tell()
    world.fault = None
    await asyncio.gather(*[asyncio.sleep(0.05)])
    assert (world.tries, world.taken) == (1, [])


async def test_a_hint_that_fails_after_its_answer_is_tried_again() -> None:
    world = World()
    world.hangs = True
    assert not await world.tell()
    world.fault, world.hangs = unavailable(), False
    await until(lambda: world.tries > 2)
    world.fault = None
    await until(lambda: world.taken == ["e-1"])


async def test_news_of_a_transfer_are_tried_again_from_the_first_fault_on() -> None:
    world = World(TRANSFERS)
    world.fault = unavailable()
    assert not await world.tell()
    world.fault = None
    await until(lambda: world.taken == ["e-1"])


async def test_an_event_that_comes_again_meanwhile_is_delivered_once() -> None:
    world = World()
    world.hangs = True
    assert await asyncio.gather(*(world.tell() for _ in range(5))) == [False] * 5
    world.hangs = False
    assert await world.tell()
    assert (world.tries, world.taken) == (1, ["e-1"])


async def test_there_are_never_more_than_may_be_and_few_call_temporal_at_once() -> None:
    world = World(dataclasses.replace(HINTS, most=100))
    world.hangs = True
    await asyncio.gather(*(world.tell(f"e-{number}") for number in range(100)))
    with pytest.raises(Overloaded):
        await world.tell("one more")
    world.hangs = False
    await until(lambda: len(world.taken) == 100)
    assert world.most_at_once == deliveries.AT_ONCE
    assert await world.tell("one more")


async def test_what_temporal_never_takes_is_given_up_and_said() -> None:
    world = World(dataclasses.replace(HINTS, tried_for=0.1))
    world.hangs = True
    with capture_logs() as logs:
        assert not await world.tell()
        world.fault, world.hangs = unavailable(), False
        await until(lambda: logs)
    [line] = logs
    assert (line["event"], line["log_level"], line["event_id"]) == ("webhook_lost", "error", "e-1")
    assert (line["reason"], line["fault"]) == ("it was tried for long enough", "RPCError")
    assert line["advice"] == HINTS.when_lost


async def test_told_to_stop_it_lets_what_is_under_way_finish() -> None:
    world = World()
    world.hangs = True
    await asyncio.gather(*(world.tell(f"e-{number}") for number in range(100)))
    with capture_logs() as logs:
        stop = asyncio.create_task(world.deliveries.aclose(within=10))
        await asyncio.sleep(0)  # it has begun to wait
        world.hangs = False
        await stop
    assert len(world.taken) == 100
    assert logs == []


async def test_what_does_not_finish_in_the_grace_period_is_given_up_and_said() -> None:
    world = World(TRANSFERS)
    world.hangs = True
    await world.tell()
    with capture_logs() as logs:
        await world.deliveries.aclose(within=0.05)
    assert [(line["event"], line["reason"]) for line in logs] == [("webhook_lost", "the process stops")]
    assert world.at_once == 0


async def test_an_error_that_nobody_foresaw_is_not_lost_in_silence() -> None:
    world = World()
    world.hangs = True
    with capture_logs() as logs:
        assert not await world.tell()
        world.fault, world.hangs = KeyError("x"), False
        await until(lambda: logs)
    assert logs[0]["event"] == "webhook_lost"
    assert isinstance(logs[0]["exc_info"], KeyError)
