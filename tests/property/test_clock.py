"""A clock that stands still: what holds it is told, and a server that holds it for nothing is known by that."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import activity, workflow
from temporalio.client import WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from tests import skipped_time
from tests.property.clock import STUCK_LOOKS, Clock, ServerLostItsWay
from tests.property.work import Work

LOOK = 0.05
HOUR = 3600.0


class Waiting:
    """Work that ends when it is told to."""

    def __init__(self) -> None:
        self.begun, self.told = asyncio.Event(), asyncio.Event()

    @activity.defn
    async def ends_when_told(self) -> None:
        self.begun.set()
        await self.told.wait()


@activity.defn
async def tried_again() -> None:
    await asyncio.sleep(2 * LOOK)
    raise ApplicationError("not yet", next_retry_delay=timedelta(minutes=1))


@workflow.defn
class Caller:
    """Calls an activity until it is told to stop."""

    def __init__(self) -> None:
        self._stopped = False

    @workflow.run
    async def run(self, name: str, queue: str) -> None:
        call = workflow.start_activity(name, task_queue=queue, start_to_close_timeout=timedelta(days=1))
        call.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        await workflow.wait_condition(lambda: self._stopped)
        call.cancel()
        await workflow.wait_condition(lambda: False)

    @workflow.signal
    def stop(self) -> None:
        self._stopped = True


@workflow.defn
class Failing:
    """Its worker fails on it."""

    @workflow.run
    async def run(self) -> None:
        raise RuntimeError


@dataclass
class Place:
    """A server with its worker, and the clock of both."""

    server: WorkflowEnvironment
    clock: Clock
    waiting: Waiting

    async def calls(self, name: str, queue: str = "q") -> WorkflowHandle[Caller, None]:
        return await self.server.client.start_workflow(Caller.run, args=[name, queue], id=f"w-{name}", task_queue="q")

    async def stops(self, caller: WorkflowHandle[Caller, None]) -> None:
        """Have it cancel its activity, and wait until the server took that."""
        await self._until(caller, calling=True)  # told to stop in its first task, it would call nothing at all
        await caller.signal(Caller.stop)
        await self._until(caller, calling=False)

    async def _until(self, caller: WorkflowHandle[Caller, None], *, calling: bool) -> None:
        async with asyncio.timeout(20):
            while await _calls_now(caller) != calling:  # noqa: ASYNC110 - the server tells nobody of its activities
                await asyncio.sleep(0.02)


async def _calls_now(caller: WorkflowHandle[Caller, None]) -> bool:
    return bool((await caller.describe()).raw_description.pending_activities)


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    """One of its own for each test: a clock that the server holds for nothing is never let go."""
    work, waiting = Work(), Waiting()
    path = str(Path(sys.executable).parent / "temporal-test-server")
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=path, interceptors=[work]
    ) as server:
        work.client = server.client
        async with Worker(
            server.client,
            task_queue="q",
            workflows=[Caller, Failing],
            activities=[waiting.ends_when_told, tried_again],
            workflow_runner=UnsandboxedWorkflowRunner(),
        ):
            yield Place(server, Clock(server, work, look_every=LOOK), waiting)


async def test_an_activity_cancelled_before_a_worker_took_it_shows_that_the_server_lost_its_way(place: Place) -> None:
    await place.stops(await place.calls("tried_again", queue="nobody works here"))
    with pytest.raises(ServerLostItsWay):
        await place.clock.go_on(HOUR)


async def test_an_activity_that_outlives_its_workflow_shows_that_the_server_lost_its_way(place: Place) -> None:
    caller = await place.calls("ends_when_told")
    await place.waiting.begun.wait()
    await caller.terminate()
    place.waiting.told.set()
    with pytest.raises(ServerLostItsWay):
        await place.clock.go_on(HOUR)


async def test_an_activity_that_never_ends_is_no_fault_of_the_server(place: Place) -> None:
    await place.calls("ends_when_told")
    with pytest.raises(TimeoutError, match="the activity ends_when_told of w-ends_when_told"):
        await place.clock.go_on(HOUR)


async def test_an_activity_that_no_worker_takes_is_no_fault_of_the_server(place: Place) -> None:
    await place.calls("tried_again", queue="nobody works here")
    with pytest.raises(TimeoutError, match="the activity tried_again, which no worker took, of w-tried_again"):
        await place.clock.go_on(HOUR)


async def test_a_workflow_on_which_its_worker_fails_is_no_fault_of_the_server(place: Place) -> None:
    await place.server.client.start_workflow(Failing.run, id="w-failing", task_queue="q")
    with pytest.raises(TimeoutError, match="a workflow task of w-failing"):
        await place.clock.go_on(HOUR)


async def test_a_clock_that_moves_may_take_its_time(place: Place) -> None:
    await place.calls("tried_again")
    begun = asyncio.get_running_loop().time()
    await place.clock.go_on(HOUR)
    assert asyncio.get_running_loop().time() - begun > LOOK * STUCK_LOOKS
    assert place.clock.elapsed == HOUR


async def test_an_activity_cancelled_between_two_attempts_holds_nothing(place: Place) -> None:
    caller = await place.calls("tried_again")
    await place.clock.go_on(90)
    await place.stops(caller)
    await place.clock.go_on(HOUR)


async def test_a_story_on_one_server_goes_on_when_the_server_held_its_clock_for_nothing(place: Place) -> None:
    await place.stops(await place.calls("tried_again", queue="nobody works here"))
    before = await place.server.get_current_time()
    await skipped_time.sleep(place.server, HOUR, stuck_after=timedelta(seconds=1))
    await skipped_time.sleep(place.server, HOUR)  # and its count is right from then on
    assert await place.server.get_current_time() - before >= timedelta(hours=2)
