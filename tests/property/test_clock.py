"""A clock that stands still: an error names what holds it, or the server is known to be stuck."""

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
from tests.property.clock import STUCK_LOOKS, Clock, ServerStuck
from tests.property.invariants import has_lost_activity
from tests.property.open_work import OpenWork
from tests.workflows.waiting import until

pytestmark = pytest.mark.server

LOOK = 0.05
HOUR = 3600.0


class Waiting:
    """An activity that ends when `may_end` is set, by a failure if it `fails`."""

    fails = False

    def __init__(self) -> None:
        self.begun, self.may_end = asyncio.Event(), asyncio.Event()

    @activity.defn
    async def waits(self) -> None:
        self.begun.set()
        await self.may_end.wait()
        if self.fails:
            raise ApplicationError("not yet")


@activity.defn
async def tried_again() -> None:
    await asyncio.sleep(2 * LOOK)
    raise ApplicationError("not yet", next_retry_delay=timedelta(minutes=1))


@workflow.defn
class Caller:
    """Calls an activity until it is signalled to stop."""

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
    """A workflow task of it always fails."""

    @workflow.run
    async def run(self) -> None:
        raise RuntimeError


@dataclass
class ClockTest:
    """A server with its worker, and the clock of both."""

    server: WorkflowEnvironment
    clock: Clock
    waiting: Waiting

    async def calls(self, name: str, queue: str = "q") -> WorkflowHandle[Caller, None]:
        return await self.server.client.start_workflow(Caller.run, args=[name, queue], id=f"w-{name}", task_queue="q")

    async def stops(self, caller: WorkflowHandle[Caller, None]) -> None:
        """Have it cancel its activity, and wait until the server did that."""

        async def pending() -> int:
            return len((await caller.describe()).raw_description.pending_activities)

        await until(pending)  # a caller that is stopped in its first task calls nothing at all
        await caller.signal(Caller.stop)
        await until(pending, lambda count: count == 0)


@pytest.fixture
async def it() -> AsyncIterator[ClockTest]:
    """A server for each test, since a clock that the server holds without a reason is never released."""
    work, waiting = OpenWork(), Waiting()
    path = str(Path(sys.executable).parent / "temporal-test-server")
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=path, interceptors=[work]
    ) as server:
        work.client = server.client
        async with Worker(
            server.client,
            task_queue="q",
            workflows=[Caller, Failing],
            activities=[waiting.waits, tried_again],
            workflow_runner=UnsandboxedWorkflowRunner(),
        ):
            yield ClockTest(server, Clock(server, work, look_every=LOOK), waiting)


async def test_the_server_is_stuck_after_an_activity_was_cancelled_before_a_worker_took_it(it: ClockTest) -> None:
    await it.stops(await it.calls("tried_again", queue="without-worker"))
    with pytest.raises(ServerStuck):
        await it.clock.advance(HOUR)


async def test_the_server_is_stuck_after_an_activity_outlived_its_workflow(it: ClockTest) -> None:
    caller = await it.calls("waits")
    await it.waiting.begun.wait()
    await caller.terminate()
    it.waiting.may_end.set()
    with pytest.raises(ServerStuck):
        await it.clock.advance(HOUR)


async def test_the_server_loses_a_cancelled_activity_that_would_be_tried_again(it: ClockTest) -> None:
    caller = await it.calls("waits")
    await it.waiting.begun.wait()
    await caller.signal(Caller.stop)
    await until(caller.fetch_history, has_lost_activity)  # it still runs, and only its cancel is recorded
    it.waiting.fails = True
    it.waiting.may_end.set()

    async def pending() -> int:
        return len((await caller.describe()).raw_description.pending_activities)

    await until(pending, lambda count: count == 0)
    assert has_lost_activity(await caller.fetch_history())


async def test_an_activity_that_never_ends_is_named(it: ClockTest) -> None:
    await it.calls("waits")
    with pytest.raises(TimeoutError, match="waits of w-waits"):
        await it.clock.advance(HOUR)


async def test_an_activity_that_no_worker_takes_is_named(it: ClockTest) -> None:
    await it.calls("tried_again", queue="without-worker")
    with pytest.raises(TimeoutError, match=r"tried_again.* of w-tried_again"):
        await it.clock.advance(HOUR)


async def test_a_workflow_whose_tasks_fail_is_named(it: ClockTest) -> None:
    await it.server.client.start_workflow(Failing.run, id="w-failing", task_queue="q")
    with pytest.raises(TimeoutError, match="w-failing"):
        await it.clock.advance(HOUR)


async def test_a_clock_that_moves_may_take_its_time(it: ClockTest) -> None:
    await it.calls("tried_again")
    begun = asyncio.get_running_loop().time()
    await it.clock.advance(HOUR)
    assert asyncio.get_running_loop().time() - begun > LOOK * STUCK_LOOKS
    assert it.clock.elapsed == HOUR


async def test_an_activity_cancelled_between_two_attempts_holds_nothing(it: ClockTest) -> None:
    caller = await it.calls("tried_again")
    await it.clock.advance(90)
    await it.stops(caller)
    await it.clock.advance(HOUR)


async def test_a_sleep_releases_a_clock_that_the_server_holds_without_a_reason(it: ClockTest) -> None:
    await it.stops(await it.calls("tried_again", queue="without-worker"))
    before = await it.server.get_current_time()
    await skipped_time.sleep(it.server, HOUR, stuck_after=timedelta(seconds=1))
    await skipped_time.sleep(it.server, HOUR)  # and its count is right from then on
    assert await it.server.get_current_time() - before >= timedelta(hours=2)
