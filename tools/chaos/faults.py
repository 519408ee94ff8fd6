"""Strikes the installation as planned, and brings back what was struck."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, ResetReapplyType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError

from domain import names
from domain.vocabulary import Outcome
from tools.chaos.installation import Installation
from tools.chaos.people import People
from tools.chaos.plan import Blow, Plan, Strike
from tools.chaos.tally import Tally
from tools.chaos.telnyx_faults import Weather
from tools.demo.processes import DemoFailed

_RESUMED_WITHIN = 30.0
_RESETS_TRIED = 120
_WORKS_AT_LEAST = 3.0
"""Seconds between the return of a worker and its next death: on a slow machine it would else never do anything."""
_MET_WITHIN = 15.0
"""Seconds that the document store stays away longer, when nobody has met that yet."""


class Storm:
    """The blows of a plan."""

    def __init__(self, site: Installation, client: Client, plan: Plan, people: People, tally: Tally) -> None:
        self._site = site
        self._client = client
        self._plan = plan
        self._people = people
        self._tally = tally
        self._weather = Weather(site.telnyx, plan.seed)
        self._workers = (asyncio.Lock(), asyncio.Lock())
        self._server = asyncio.Lock()
        self._store = asyncio.Lock()

    async def rage(self) -> None:
        """Strikes until the storm is over, and brings everything back."""
        began = time.monotonic()
        await self._weather.usual()
        async with asyncio.TaskGroup() as group:
            for strike in self._plan.strikes:
                group.create_task(self._strike_at(began, strike))
            group.create_task(asyncio.sleep(self._plan.storm_seconds))
        await self._weather.calm()

    async def keep_alive(self) -> None:
        """Starts anew whatever ended without being struck, as a supervisor does; never over."""
        while True:
            await asyncio.sleep(1)
            for which, lock in enumerate(self._workers):
                if not lock.locked():
                    async with lock:
                        await self._again(self._site.workers[which].must_run, partial(self._site.bring_worker, which))
            await self._again(self._site.webhooks.must_run, self._site.bring_webhooks_process)

    async def _again(self, look: Callable[[], None], start: Callable[[], None]) -> None:
        try:
            look()
        except DemoFailed as ended:
            self._tally.ended_by_themselves[str(ended)] += 1
            await asyncio.to_thread(start)

    async def _strike_at(self, began: float, strike: Strike) -> None:
        await asyncio.sleep(began + strike.at - time.monotonic())
        match strike.blow:
            case Blow.WORKER:
                await self._strike_worker(strike)
            case Blow.SERVER:
                await self._strike_server(strike)
            case Blow.STORE:
                await self._strike_store(strike)
            case Blow.RESET:
                await self._reset(strike)
            case Blow.ACCOUNT:
                await self._refuse_account(strike)
            case Blow.LATE_ORDER | Blow.NOT_FOUND:
                self._tally.blows[strike.blow] += await self._weather.spell(strike)

    async def _strike_worker(self, strike: Strike) -> None:
        async with self._workers[strike.figure]:
            await asyncio.to_thread(self._site.kill_worker, strike.figure)
            self._tally.is_gone("worker")
            self._tally.blows[strike.blow] += 1
            await asyncio.sleep(strike.lasts)
            await asyncio.to_thread(self._site.bring_worker, strike.figure)
            self._tally.is_back("worker")
            await asyncio.sleep(_WORKS_AT_LEAST)

    async def _strike_server(self, strike: Strike) -> None:
        async with self._server:
            acknowledged = self._tally.acknowledged()
            await asyncio.to_thread(self._site.kill_server)
            self._tally.is_gone("Temporal server")
            self._tally.blows[strike.blow] += 1
            await asyncio.sleep(strike.lasts)
            await asyncio.to_thread(self._site.bring_server)
            self._tally.is_back("Temporal server")
            known = [reference for reference in acknowledged if await self._is_known(reference)]
            self._tally.known_after_restart.append((len(known), len(acknowledged)))

    async def _is_known(self, reference: str) -> bool:
        try:
            await self._client.get_workflow_handle(names.workflow_id(reference)).describe()
        except RPCError:
            return False
        return True

    async def _strike_store(self, strike: Strike) -> None:
        async with self._store:
            self._tally.store_missed.clear()
            self._site.hide_store()
            try:
                await asyncio.sleep(strike.lasts)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._tally.store_missed.wait(), _MET_WITHIN)
            finally:
                self._site.show_store()
            self._tally.blows[strike.blow] += self._tally.store_missed.is_set()
            self._tally.is_back("document store")

    async def _refuse_account(self, strike: Strike) -> None:
        """Telnyx refuses some calls as it does with a revoked key; a person notices and resumes."""
        started = datetime.now(UTC)
        self._tally.resumed.clear()
        if await self._weather.spell(strike):
            self._tally.blows[strike.blow] += 1
            with contextlib.suppress(TimeoutError):  # when only one met it whom it did not stop, there is no resume
                await asyncio.wait_for(self._tally.resumed.wait(), _RESUMED_WITHIN)
        self._tally.stops.append((started, datetime.now(UTC)))

    async def _reset(self, strike: Strike) -> None:
        """Resets one of the requests that run now to one of its earlier workflow tasks."""
        which, how_far = strike.share
        for _ in range(_RESETS_TRIED):
            running = sorted(ref for ref, row in self._people.board.items() if row.outcome == Outcome.RUNNING)
            if running and await self._reset_one(running[int(which * len(running))], how_far):
                self._tally.blows[strike.blow] += 1
                return
            await asyncio.sleep(0.5)

    async def _reset_one(self, reference: str, how_far: float) -> bool:
        """Whether it could be reset; a request that has just ended cannot."""
        handle = self._client.get_workflow_handle(names.workflow_id(reference))
        done = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
        try:
            run_id = (await handle.describe()).run_id
            events = self._client.get_workflow_handle(handle.id, run_id=run_id).fetch_history_events()
            tasks = [event.event_id async for event in events if event.event_type == done]
            await self._client.workflow_service.reset_workflow_execution(
                ResetWorkflowExecutionRequest(
                    namespace=self._client.namespace,
                    workflow_execution=WorkflowExecution(workflow_id=handle.id, run_id=run_id),
                    reason="chaos",
                    workflow_task_finish_event_id=tasks[int(how_far * len(tasks))],
                    request_id=str(uuid.uuid4()),
                    reset_reapply_type=ResetReapplyType.RESET_REAPPLY_TYPE_ALL_ELIGIBLE,
                )
            )
        except (RPCError, IndexError):
            return False
        return True
