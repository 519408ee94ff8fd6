"""Imports on a real server: from a file's lines to requests, whatever happens on the way."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio import activity
from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError, WorkflowHandle
from temporalio.service import RPCError

from adapters.request_starter import TemporalRequestStarter
from domain import names
from domain.activity_io import ForgetDocumentsResult
from domain.imports import (
    ImportProgress,
    ImportStatus,
    OpenImport,
    PlannedRow,
    RowRefused,
    RowUnanswered,
    import_reference,
)
from runtime.connection import converter_of
from runtime.fingerprints import Fingerprints
from services import bulk_import, imports, server_state
from services.documents import PdfBytes
from services.errors import Refused, UnknownReference
from services.orders_file import Line
from services.prepare import NewRequest, PreparedRequest, prepare
from services.start import Starter
from tests.workflows.stage import Stage, pdf
from tests.workflows.telnyx_side import PROFILE
from tests.workflows.waiting import until

# Loading the sandbox costs each request a second, so only the tests with few rows use it. At the end of a test a worker
# does not wait for what its requests still do.
pytestmark = pytest.mark.settings(import_under_way=10_000, workflow_sandbox=False, grace_period=1)
in_the_sandbox = pytest.mark.settings(workflow_sandbox=True)
LATER = datetime.now(UTC) + timedelta(days=1)


@dataclass
class Desk:
    """Someone who imports files on a stage."""

    stage: Stage
    numbers: Iterator[int]
    begun: list[str] = field(default_factory=list)

    @property
    def starter(self) -> Starter:
        return Starter(self.stage.client, Fingerprints(b"f" * 32), self.stage.store, queue=self.stage.queue)

    async def lines(self, count: int, **fields: Any) -> list[Line]:
        """So many requests of one number each, in rows from 2 on."""
        name = uuid.uuid4().hex[:8]
        return [Line(row, await self.prepared(f"{name}-{row}", **fields)) for row in range(2, count + 2)]

    async def prepared(self, reference: str, **fields: Any) -> PreparedRequest:
        number = f"+1512555{next(self.numbers):04d}"
        given = {"account": self.stage.account, "messaging_profile_id": PROFILE, "phone_numbers": [number], **fields}
        return await prepare(NewRequest(reference=reference, **given))

    async def begin(self, lines: list[Line]) -> imports.ImportBegun:
        begun = await imports.begin(self.starter, lines, by="me")
        self.begun += [one.prepared.request.reference for one in lines] + [import_reference(begun.import_id)]
        return begun

    async def show(self, import_id: str) -> ImportProgress:
        return await imports.show(self.stage.client, import_id)

    async def until(self, import_id: str, good: Callable[[ImportProgress], object]) -> ImportProgress:
        return await until(lambda: self.show(import_id), good, every=0.1)

    async def ended(self, import_id: str) -> ImportProgress:
        return await self.until(import_id, lambda seen: ImportStatus(seen.status).is_final)

    async def exist(self, lines: list[Line]) -> list[int]:
        """The rows whose requests exist."""
        found = []
        for one in lines:
            with suppress(Refused):
                await server_state.describe(self.stage.client, one.prepared.request.reference)
                found.append(one.row)
        return found


@pytest.fixture
async def desk(stage: Stage) -> AsyncIterator[Desk]:
    desk = Desk(stage, iter(range(3000, 9999)))
    yield desk
    for reference in desk.begun:
        with suppress(RPCError):
            await stage.client.get_workflow_handle(names.workflow_id(reference)).terminate()


class Hands:
    """The hands of a worker that starts requests: they may fail, stop before they tell, or be counted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tried: list[str] = []
        self.fail: dict[str, Exception] = {}
        """What happens once instead of a start, by the end of the reference."""
        self.die_after: dict[str, Exception] = {}
        """What happens once after a start."""
        self.closed = asyncio.Event()
        self.closed.set()
        self.hold = False
        """Whether each start waits until its batch is cancelled."""
        start = TemporalRequestStarter.start

        async def hands(one: TemporalRequestStarter, planned: PlannedRow, of: str, begun: datetime) -> bool:
            reference = planned.request.reference
            self.tried.append(reference)
            await self.closed.wait()
            if self.hold:
                await activity.wait_for_cancelled()
            self._happen(self.fail, reference)
            started = await start(one, planned, of, begun)
            self._happen(self.die_after, reference)
            return started

        monkeypatch.setattr(TemporalRequestStarter, "start", hands)

    async def seen(self) -> bool:
        """Whether a start was tried."""
        return bool(self.tried)

    @staticmethod
    def _happen(what: dict[str, Exception], reference: str) -> None:
        for end in [end for end in what if reference.endswith(end)]:
            raise what.pop(end)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of four lines, batches of three, and two starts at once, so that few rows have many of them.

    The sandbox loads the modules of workflows again, so it does not see these.
    """
    for module in ("workflows.imports.lane", "workflows.import_requests", "services.import_plan"):
        monkeypatch.setattr(f"{module}.PAGE", 4)
    monkeypatch.setattr("workflows.imports.lane.BATCH", 3)
    monkeypatch.setattr("activities.imports.AT_ONCE", 2)


@pytest.mark.usefixtures("short_pages")
async def test_every_row_is_started_with_its_documents_and_the_same_file_is_the_same_import(desk: Desk) -> None:
    loa = PdfBytes("loa.pdf", pdf())
    lines = await desk.lines(10, loa=loa, customer="c-1")
    begun = await desk.begin(lines)
    done = await desk.ended(begun.import_id)
    assert (done.status, done.started, done.already, done.failed, done.waiting) == ("done", 10, 0, 0, 0)
    assert await desk.exist(lines) == [one.row for one in lines]
    document = lines[0].prepared.request.loa
    assert document is not None
    assert await desk.stage.store.has(lines[9].prepared.request.reference, document)

    again = await desk.begin(lines)
    checked = await bulk_import.check(desk.starter, lines)
    results = await bulk_import.results(desk.starter, checked, await desk.ended(again.import_id))
    assert (again.already, again.import_id) == (True, begun.import_id)
    assert {(result.already, result.error) for result in results} == {(True, None)}
    other = await desk.lines(10)
    assert (await desk.begin(other)).import_id != begun.import_id


@in_the_sandbox
async def test_a_row_whose_reference_has_other_content_fails_alone(desk: Desk, hands: Hands) -> None:
    """Someone takes the reference between the check of the file and the start."""
    lines = await desk.lines(3)
    hands.closed.clear()
    begun = await desk.begin(lines)
    await until(hands.seen)
    await desk.starter.start(await desk.prepared(lines[1].prepared.request.reference))
    hands.closed.set()
    done = await desk.ended(begun.import_id)
    assert (done.status, done.started, [one.row for one in done.failures]) == ("done", 2, [3])
    assert lines[1].prepared.request.phone_numbers[0] not in done.failures[0].error
    checked = [bulk_import.CheckedLine(one) for one in lines]
    errors = {result.row for result in await bulk_import.results(desk.starter, checked, done) if result.error}
    assert errors == {3}
    assert not (await desk.begin(lines)).already, "with a failed row the file begins again"


@pytest.mark.usefixtures("short_pages")
async def test_rows_without_an_answer_are_tried_again_and_the_others_do_not_wait(desk: Desk, hands: Hands) -> None:
    lines = await desk.lines(4)
    hands.fail = {"-2": RowUnanswered("away"), "-3": RowUnanswered("away")}
    begun = await desk.begin(lines)
    waiting = await desk.until(begun.import_id, lambda seen: seen.waiting)
    assert (waiting.waiting, waiting.because) == (2, "away")
    done = await desk.ended(begun.import_id)
    assert (done.status, done.started, done.failed, done.waiting, done.because) == ("done", 4, 0, 0, "")
    assert [one[-2:] for one in hands.tried] == ["-2", "-3", "-4", "-5", "-2", "-3"], "the others did not wait"


async def test_a_store_that_is_away_leaves_a_row_without_an_answer(desk: Desk) -> None:
    loa = PdfBytes("loa.pdf", pdf())
    [line] = await desk.lines(1, loa=loa)
    parts = desk.stage.workers.parts
    desk.stage.store.away = True
    planned = PlannedRow(row=2, request=line.prepared.request)
    with pytest.raises(RowUnanswered):
        await parts.request_starter.start(planned, import_reference("0" * 12), datetime.now(UTC))
    desk.stage.store.away = False
    with pytest.raises(RowRefused):  # the store answers, and has no such document
        await parts.request_starter.start(planned, import_reference("0" * 12), datetime.now(UTC))
    assert await desk.exist([line]) == []


async def test_a_worker_that_dies_between_start_and_report_loses_no_row_and_starts_none_twice(
    desk: Desk, hands: Hands
) -> None:
    lines = await desk.lines(12)
    hands.die_after = {"-4": RuntimeError("killed")}
    begun = await desk.begin(lines)
    done = await desk.ended(begun.import_id)
    assert (done.started, done.already, done.failed) == (12, 0, 0)
    assert len(hands.tried) > 12
    runs = [
        [run.run_id async for run in desk.stage.client.list_workflows(f"WorkflowId = '{names.workflow_id(reference)}'")]
        for reference in {line.prepared.request.reference for line in lines}
    ]
    assert [len(found) for found in runs] == [1] * 12


@pytest.mark.usefixtures("short_pages")
async def test_a_client_and_all_workers_may_go_and_come_back(desk: Desk, hands: Hands) -> None:
    lines = await desk.lines(10)
    hands.closed.clear()
    begun = await desk.begin(lines)
    await until(hands.seen)
    hands.closed.set()
    await desk.stage.workers.stop()
    await desk.stage.workers.start()
    assert (await desk.ended(begun.import_id)).started == 10


@pytest.mark.usefixtures("short_pages")
async def test_an_import_is_paused_resumed_and_stopped(desk: Desk, hands: Hands) -> None:
    """Each interrupt comes within a batch of three, while its first two rows are started."""
    client, lines = desk.stage.client, await desk.lines(9)
    hands.hold = True
    id_ = (await desk.begin(lines)).import_id
    await until(hands.seen)
    with pytest.raises(Refused):
        await imports.resume(client, id_, by="me")
    assert (await imports.pause(client, id_, by="me")).accepted
    with pytest.raises(Refused):
        await imports.pause(client, id_, by="me")
    paused = await desk.until(id_, lambda seen: seen.done)  # what was begun is counted
    assert (paused.status, paused.done, paused.seconds_left) == ("paused", len(await desk.exist(lines)), None)
    assert paused.done == 2
    await desk.starter.start(await desk.prepared(f"by-hand-{id_}"))  # held up by nothing
    assert len(await desk.exist(lines)) == paused.done

    hands.tried.clear()
    assert (await imports.resume(client, id_, by="you")).accepted
    await until(hands.seen)
    assert (await imports.stop(client, id_, by="you")).accepted
    stopped = await desk.ended(id_)
    started = len(await desk.exist(lines))
    assert (stopped.status, stopped.started) == ("stopped", started)
    assert started == 4
    assert [(event.by, event.what) for event in stopped.events][-1] == ("you", "The import was stopped.")
    checked = [bulk_import.CheckedLine(one) for one in lines]
    results = await bulk_import.results(desk.starter, checked, stopped)
    assert sum(result.error is None for result in results) == started
    for verb in (imports.pause, imports.resume, imports.stop):
        with pytest.raises(Refused):
            await verb(client, id_, by="me")

    hands.hold = False
    assert not (await desk.begin(lines)).already
    assert (await desk.ended(id_)).already == started
    assert [one.status async for one in imports.list_imports(client) if one.import_id == id_] == ["done"]


@pytest.mark.usefixtures("short_pages")
async def test_temporals_own_cancel_stops_an_import(desk: Desk, hands: Hands) -> None:
    hands.hold = True
    lines = await desk.lines(9)
    begun = await desk.begin(lines)
    await until(hands.seen)
    await desk.stage.client.get_workflow_handle(begun.workflow_id).cancel()
    stopped = await desk.ended(begun.import_id)
    assert (stopped.status, stopped.started, len(await desk.exist(lines))) == ("stopped", 2, 2)


@pytest.mark.settings(import_under_way=10)
async def test_no_more_is_under_way_than_the_setting_says_and_a_request_by_hand_is_not_held_up(desk: Desk) -> None:
    """Telnyx does not answer, so what is started stays where it is."""
    await desk.stage.faults(kinds=["503"])
    lines = await desk.lines(15)
    other = [*await desk.lines(3, account="other"), *lines]
    begun = await desk.begin([Line(row, one.prepared) for row, one in enumerate(other, 2)])
    seen = await desk.until(begun.import_id, lambda seen: seen.started == 13 and "at most 10" in seen.because)
    assert [(one.account, one.done) for one in seen.accounts] == [("other", 3), (desk.stage.account, 10)]
    starter = desk.stage.workers.parts.request_starter
    by_hand = await desk.stage.request("+15125550150")
    assert (await by_hand.look()).step == "eligibility"
    await desk.stage.faults()
    seen_under_way: list[int] = []

    async def look() -> ImportProgress:
        seen_under_way.append(await starter.count_under_way(desk.stage.account, LATER))
        return await desk.show(begun.import_id)

    done = await until(look, lambda seen: ImportStatus(seen.status).is_final)
    assert (done.status, done.started) == ("done", 18)
    assert max(seen_under_way) <= 11, "the bound, and the request by hand"


@pytest.mark.usefixtures("short_pages")
async def test_an_import_continues_as_new(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server of these tests suggests a new run after 200 events, and a batch makes six."""
    monkeypatch.setattr("workflows.imports.lane.BATCH", 1)
    lines = await desk.lines(40)
    begun = await desk.begin(lines)
    done = await desk.ended(begun.import_id)
    assert (done.started, done.already, done.failed) == (40, 0, 0)
    runs = desk.stage.client.list_workflows(f"WorkflowId = '{begun.workflow_id}'")
    assert {run.status async for run in runs} == {
        WorkflowExecutionStatus.CONTINUED_AS_NEW,
        WorkflowExecutionStatus.COMPLETED,
    }
    assert len(await desk.exist(lines)) == 40


@pytest.mark.settings(documents_kept_days=0, import_under_way=10_000)
async def test_the_plan_is_kept_while_the_import_runs_and_forgotten_afterwards(desk: Desk, hands: Hands) -> None:
    stage = desk.stage
    hands.closed.clear()
    begun = await desk.begin(await desk.lines(1))
    await until(hands.seen)
    assert (await _forget(stage)).documents == 0
    hands.closed.set()
    await desk.ended(begun.import_id)
    assert (await _forget(stage)).documents == 1
    assert import_reference(begun.import_id) not in await stage.store.untouched_since(LATER)


@in_the_sandbox
async def test_a_history_holds_no_number_and_a_start_that_does_not_fit_is_refused(desk: Desk) -> None:
    client, lines = desk.stage.client, await desk.lines(2)
    begun = await desk.begin(lines)
    await desk.ended(begun.import_id)
    handle = client.get_workflow_handle(begun.workflow_id)
    decoded = [str(one) async for one in _decoded(client, handle)]
    numbers = [line.prepared.request.phone_numbers[0] for line in lines]
    assert len(decoded) > 3
    assert not [number for number in numbers for text in decoded if number in text]

    for given in (OpenImport(import_id="x", lanes=[]), OpenImport(import_id="0" * 12, lanes=[])):
        refused = await client.start_workflow(
            "ImportRequests", given, id=f"{begun.workflow_id}-{given.import_id}", task_queue=desk.stage.queue
        )
        with pytest.raises(WorkflowFailureError):
            await refused.result()
    with pytest.raises(Refused):
        await desk.show("unknown")
    with pytest.raises(UnknownReference):
        await desk.show("0" * 12)


async def _decoded(client: Client, handle: WorkflowHandle[Any, Any]) -> AsyncIterator[object]:
    """Every payload of a history, in clear."""
    converter = converter_of(client, handle.id)
    async for event in handle.fetch_history_events():
        for payloads in _payloads(event):
            for one in await converter.decode(payloads):
                yield one


def _payloads(event: HistoryEvent) -> Iterator[list[Payload]]:
    attributes = getattr(event, str(event.WhichOneof("attributes")))
    for name in ("input", "result"):
        if name in attributes.DESCRIPTOR.fields_by_name and attributes.HasField(name):
            yield list(getattr(attributes, name).payloads)


async def _forget(stage: Stage) -> ForgetDocumentsResult:
    report: ForgetDocumentsResult = await stage.client.execute_workflow(
        "ForgetDocuments", id=f"forget-{uuid.uuid4()}", task_queue=stage.queue, result_type=ForgetDocumentsResult
    )
    return report
