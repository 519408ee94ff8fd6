"""What one can ask of an import: to begin, show, follow, list, pause, resume and stop it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Unpack

from pydantic import BaseModel
from temporalio.client import (
    Client,
    WorkflowExecution,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowFailureError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError

from domain import command_hints, delays, names
from domain.imports import (
    CONTINUE_UPDATE,
    IMPORT_WORKFLOW_TYPE,
    PAUSE_UPDATE,
    STOP_UPDATE,
    ImportLane,
    ImportProgress,
    ImportStatus,
    OpenImport,
    PauseImport,
    ResumeImport,
    StopImport,
    import_reference,
)
from domain.markdown import escape
from domain.messages import Answer
from domain.text import count
from services import import_plan, parsing, pending_failures, queries, server_state, updates
from services.errors import NoAnswer, Refused, UnknownReference
from services.orders_file import Line
from services.start import Starter
from services.updates import Sending

_LISTED = 100
_ASKED_AT_ONCE = 10
_OVER = WorkflowExecutionStatus.COMPLETED


class ImportBegun(BaseModel):
    """The import that runs or has ended now; `already` when it existed before."""

    import_id: str
    workflow_id: str
    already: bool = False


async def begin(starter: Starter, lines: Sequence[Line], *, by: str = "") -> ImportBegun:
    """Begins the import of checked lines. The same lines again are the same import, whether it runs or is done.

    One that was stopped, or in which rows failed, begins again: then it starts what does not exist yet.

    Raises:
        Refused: a PDF changed since it was checked.
        NoAnswer, DocumentStoreUnavailable: nothing was begun.
    """
    id_ = import_plan.import_id(lines)
    begun = ImportBegun(import_id=id_, workflow_id=names.workflow_id(import_reference(id_)))
    if await _needs_nothing(starter.client, id_):
        return begun.model_copy(update={"already": True})
    lanes = await import_plan.store(starter.store, id_, lines)
    await _start(starter, OpenImport(import_id=id_, lanes=lanes, by=by), begun.workflow_id)
    return begun


async def _needs_nothing(client: Client, id_: str) -> bool:
    """Whether an import runs, or has started every row."""
    try:
        found = await show(client, id_)
    except UnknownReference:
        return False
    status = ImportStatus(found.status)
    return not status.is_final or (status is ImportStatus.DONE and not found.failed)


async def _start(starter: Starter, given: OpenImport, workflow_id: str) -> None:
    try:
        with server_state.server_faults():
            await starter.client.start_workflow(
                IMPORT_WORKFLOW_TYPE,
                given,
                id=workflow_id,
                task_queue=starter.queue,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary=_summary(given.lanes, given.by),
                rpc_timeout=server_state.SERVER_LIMIT,
            )
    except RPCError as error:
        raise server_state.fault(error) from None


def _summary(lanes: Sequence[ImportLane], by: str) -> str:
    requests = sum(lane.requests for lane in lanes)
    return f"Import of {count(requests, 'request')}{f' by {escape(by[:40])}' if by else ''}"


async def show(client: Client, id_: str, *, within: float = delays.WORKER_WITHIN) -> ImportProgress:
    """Where an import stands; `partial` when no worker answered within so many seconds.

    Raises:
        UnknownReference: there is no such import.
        Refused: the import itself was refused.
        NoAnswer: the server does not answer.
    """
    found = await server_state.describe_owner(client, import_reference(parsing.import_id(id_)))
    return await _shown(client, found, within)


async def _shown(
    client: Client, found: WorkflowExecution | WorkflowExecutionDescription, within: float
) -> ImportProgress:
    handle: Any = client.get_workflow_handle(found.id, run_id=found.run_id)
    if found.status is _OVER:
        return await _result(handle)
    if found.status is not WorkflowExecutionStatus.RUNNING:
        return _partial(found, ImportStatus.TERMINATED)
    answer = await queries.ask(handle, names.PROGRESS_QUERY, ImportProgress, within)
    if answer is None:
        return _partial(found, ImportStatus.RUNNING)
    if not isinstance(found, WorkflowExecutionDescription) or answer.because:
        return answer
    return answer.model_copy(update={"because": await pending_failures.last(client, found)})


async def _result(handle: Any) -> ImportProgress:
    try:
        with server_state.server_faults():
            return ImportProgress.model_validate(await handle.result(rpc_timeout=server_state.SERVER_LIMIT))
    except WorkflowFailureError as error:
        raise Refused(str(error.cause)) from None


def _partial(found: WorkflowExecution, status: ImportStatus) -> ImportProgress:
    id_ = found.id.removeprefix(names.workflow_id(import_reference("")))
    ended = found.close_time if status.is_final else None
    return ImportProgress(import_id=id_, status=status, begun=found.start_time, ended=ended, partial=True)


async def follow(
    client: Client, id_: str, on_progress: Callable[[ImportProgress], None], *, every: float = 1.0
) -> ImportProgress:
    """Waits for the end of an import, and tells where it stands now and then.

    Raises:
        NoAnswer: no worker answered for a while. The import goes on.
    """
    silent = 0.0
    while True:
        found = await show(client, id_)
        if ImportStatus(found.status).is_final:
            return found
        silent = silent + every + delays.WORKER_WITHIN if found.partial else 0.0
        if silent >= delays.COMMAND_WAITS:
            raise NoAnswer(f"No worker answers. The import goes on: `{command_hints.show_import(id_)}` shows it.")
        if not found.partial:
            on_progress(found)
        await asyncio.sleep(every)


async def list_imports(client: Client) -> AsyncIterator[ImportProgress]:
    """Yields the newest run of each import, open ones first.

    Raises:
        NoAnswer: the server does not answer.
    """
    query = f"WorkflowType = '{IMPORT_WORKFLOW_TYPE}' AND ExecutionStatus != 'ContinuedAsNew'"
    runs = {found.id: found for found in reversed(await server_state.first_workflows(client, query, _LISTED))}
    newest = list(reversed(runs.values()))
    for first in range(0, len(newest), _ASKED_AT_ONCE):
        some = newest[first : first + _ASKED_AT_ONCE]
        for shown in await asyncio.gather(*(_shown(client, one, delays.WORKER_WITHIN) for one in some)):
            yield shown


async def pause(client: Client, id_: str, *, by: str, **sending: Unpack[Sending]) -> Answer:
    """Starts no more requests of an import until it is resumed. Raises as `stop`."""
    return await _send(client, id_, PAUSE_UPDATE, PauseImport(by=by), **sending)


async def resume(client: Client, id_: str, *, by: str, **sending: Unpack[Sending]) -> Answer:
    """Goes on with a paused import. Raises as `stop`."""
    return await _send(client, id_, CONTINUE_UPDATE, ResumeImport(by=by), **sending)


async def stop(client: Client, id_: str, *, by: str, **sending: Unpack[Sending]) -> Answer:
    """Ends an import. What it started goes on.

    Raises:
        Refused: it has ended, or there is none.
        NoAnswer: no worker answered. The message may still be applied.
    """
    return await _send(client, id_, STOP_UPDATE, StopImport(by=by), **sending)


async def _send(
    client: Client, id_: str, update: str, message: PauseImport | ResumeImport | StopImport, **sending: Unpack[Sending]
) -> Answer:
    reference = import_reference(parsing.import_id(id_))
    try:
        return await updates.send_to(client, names.workflow_id(reference), update, message, **sending)
    except RPCError:
        await server_state.describe_owner(client, reference)  # raises when there is none
        raise Refused(f"The import has ended: see `{command_hints.show_import(id_)}`.") from None
