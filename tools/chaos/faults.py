"""Injects the planned faults into the installation, and restarts or restores what they hit."""

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
from tools.chaos.plan import Fault, FaultKind, Plan
from tools.chaos.tally import Tally
from tools.chaos.telnyx_faults import TelnyxFaults
from tools.demo.processes import DemoFailed

_RESUMED_WITHIN = 30.0
_RESETS_TRIED = 120
_WORKS_AT_LEAST = 3.0
"""Seconds that a worker runs before it is killed again. Without a minimum it would do nothing on a slow machine."""
_MET_WITHIN = 15.0
"""Further seconds that the document store stays unavailable until a person has noticed it."""


class FaultInjector:
    """Injects the faults of a plan."""

    def __init__(self, installation: Installation, client: Client, plan: Plan, people: People, tally: Tally) -> None:
        self._installation = installation
        self._client = client
        self._plan = plan
        self._people = people
        self._tally = tally
        self._telnyx_faults = TelnyxFaults(installation.telnyx, plan.seed)
        self._workers = [asyncio.Lock() for _ in installation.workers]
        self._server = asyncio.Lock()
        self._store = asyncio.Lock()

    async def inject_all(self) -> None:
        """Inject all faults, each at its time. Everything is back when this returns."""
        began = time.monotonic()
        await self._telnyx_faults.set_usual()
        async with asyncio.TaskGroup() as group:
            for fault in self._plan.faults:
                group.create_task(self._inject_at(began, fault))
            group.create_task(asyncio.sleep(self._plan.fault_seconds))
        await self._telnyx_faults.clear()

    async def restart_what_ended(self) -> None:
        """Restart what ended without a fault of the plan, as a supervisor does. Runs until cancelled."""
        while True:
            await asyncio.sleep(1)
            for which, lock in enumerate(self._workers):
                if not lock.locked():
                    async with lock:
                        await self._restart_if_ended(
                            self._installation.workers[which].must_run,
                            partial(self._installation.restart_worker, which),
                        )
            await self._restart_if_ended(self._installation.webhooks.must_run, self._installation.restart_webhooks)

    async def _restart_if_ended(self, look: Callable[[], None], start: Callable[[], None]) -> None:
        try:
            look()
        except DemoFailed as ended:
            self._tally.ended_by_themselves[str(ended)] += 1
            await asyncio.to_thread(start)

    async def _inject_at(self, began: float, fault: Fault) -> None:
        await asyncio.sleep(began + fault.at - time.monotonic())
        match fault.kind:
            case FaultKind.WORKER:
                await self._kill_worker(fault)
            case FaultKind.SERVER:
                await self._kill_server(fault)
            case FaultKind.STORE:
                await self._take_store_away(fault)
            case FaultKind.RESET:
                await self._reset(fault)
            case FaultKind.ACCOUNT:
                await self._refuse_account(fault)
            case FaultKind.LATE_ORDER | FaultKind.NOT_FOUND:
                self._tally.faults[fault.kind] += await self._telnyx_faults.inject(fault)

    async def _kill_worker(self, fault: Fault) -> None:
        which = fault.number % len(self._workers)
        async with self._workers[which]:
            await asyncio.to_thread(self._installation.kill_worker, which)
            self._tally.record_death("worker")
            self._tally.faults[fault.kind] += 1
            await asyncio.sleep(fault.lasts)
            await asyncio.to_thread(self._installation.restart_worker, which)
            self._tally.record_return("worker")
            await asyncio.sleep(_WORKS_AT_LEAST)

    async def _kill_server(self, fault: Fault) -> None:
        async with self._server:
            acknowledged = self._tally.acknowledged()
            await asyncio.to_thread(self._installation.kill_server)
            self._tally.record_death("Temporal server")
            self._tally.faults[fault.kind] += 1
            await asyncio.sleep(fault.lasts)
            await asyncio.to_thread(self._installation.restart_server)
            self._tally.record_return("Temporal server")
            known = [reference for reference in acknowledged if await self._is_known(reference)]
            self._tally.known_after_restart.append((len(known), len(acknowledged)))

    async def _is_known(self, reference: str) -> bool:
        try:
            await self._client.get_workflow_handle(names.workflow_id(reference)).describe()
        except RPCError:
            return False
        return True

    async def _take_store_away(self, fault: Fault) -> None:
        async with self._store:
            self._tally.store_missed.clear()
            self._installation.hide_store()
            try:
                await asyncio.sleep(fault.lasts)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._tally.store_missed.wait(), _MET_WITHIN)
            finally:
                self._installation.restore_store()
            self._tally.faults[fault.kind] += self._tally.store_missed.is_set()
            self._tally.record_return("document store")

    async def _refuse_account(self, fault: Fault) -> None:
        """Let Telnyx refuse some calls, as with a revoked key, until the owner of the account resumes it."""
        started = datetime.now(UTC)
        self._tally.resumed.clear()
        if await self._telnyx_faults.inject(fault):
            self._tally.faults[fault.kind] += 1
            with contextlib.suppress(TimeoutError):  # a single refused call may not stop the account
                await asyncio.wait_for(self._tally.resumed.wait(), _RESUMED_WITHIN)
        self._tally.stops.append((started, datetime.now(UTC)))

    async def _reset(self, fault: Fault) -> None:
        """Reset one of the running requests to an earlier workflow task."""
        which, how_far = fault.share
        for _ in range(_RESETS_TRIED):
            running = sorted(ref for ref, row in self._people.board.items() if row.outcome == Outcome.RUNNING)
            if running and await self._reset_one(running[int(which * len(running))], how_far):
                self._tally.faults[fault.kind] += 1
                return
            await asyncio.sleep(0.5)

    async def _reset_one(self, reference: str, how_far: float) -> bool:
        """Returns whether it was reset. A request that has just ended cannot be."""
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
