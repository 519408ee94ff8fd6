"""The people behind the requests: each starts one request and answers its asks until it ends.

They use the services of the command `hosted-sms`, and repeat an update with the same id if there was no answer.
"""

import asyncio
import random
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError

from commands.files import PdfFile
from domain import names
from domain.messages import Cancel, Message, Options, Progress, ReplaceDocuments
from domain.vocabulary import Outcome, Step
from runtime.document_errors import DocumentError
from services import server_state, submit_documents, updates
from services.errors import NoAnswer, Refused, ServiceError
from services.hosted_sms import HostedSms
from services.prepare import NewRequest, prepare
from services.request_list import Row
from simulator.statuses import FINAL_NUMBER_STATUSES, FINAL_ORDER_STATUSES
from tools.chaos.answers import BY, Person, Reply
from tools.chaos.plan import Plan, Planned
from tools.chaos.tally import Record, Tally
from tools.demo.documents import documents_of
from tools.demo.processes import DemoFailed
from tools.demo.telnyx_side import TelnyxSide

LISTS_EVERY = 1.0
BY_SIGNAL = "codes by signal"
_AT_ONCE = 8
"""Calls at the same time. There are many people, but the machine is small."""
_REPEATS = 3
_PUSHED_AFTER = 20.0
"""Seconds after which someone acts on an order that stops forever."""
_LOAS = ("plain", "late-docs")

Clock = Callable[[], float]


class People:
    """All people, and the board on which they see what is asked."""

    def __init__(self, hosted_sms: HostedSms, telnyx: TelnyxSide, plan: Plan, tally: Tally) -> None:
        self._hosted_sms = hosted_sms
        self._telnyx = telnyx
        self._plan = plan
        self._tally = tally
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._began = time.monotonic()
        self._handsets: Mapping[str, str] = {}
        self.board: dict[str, Row] = {}
        """The newest list of requests, by reference."""
        self.faults_over = False
        """Whether the faults are over. From then on everyone replies at once."""

    @property
    def ended(self) -> int:
        """How many requests have ended, according to the board."""
        return sum(row.outcome != Outcome.RUNNING for row in self.board.values())

    async def live(self) -> None:
        """Play all people, until all requests have ended."""
        looking = asyncio.create_task(self._look())
        try:
            async with asyncio.TaskGroup() as group:
                for planned in self._plan.requests:
                    group.create_task(self._live(planned), name=planned.reference)
        finally:
            looking.cancel()

    async def _look(self) -> None:
        while True:
            try:
                async for row in self._hosted_sms.list():
                    self.board[row.reference] = row
                self._handsets = await asyncio.to_thread(self._telnyx.newest_codes)
            except (ServiceError, DemoFailed):
                self._tally.unanswered += 1
            await asyncio.sleep(LISTS_EVERY)

    async def _live(self, planned: Planned) -> None:
        record = self._tally.records[planned.reference] = Record()
        # Each person has separate random numbers, which therefore do not depend on what others do.
        dice = random.Random(f"{self._plan.seed}:{planned.reference}")  # noqa: S311 - repeatable on purpose
        person = Person(planned, record, dice)
        await asyncio.sleep(planned.starts_at)
        await self._start(planned, record)
        since = time.monotonic()
        while True:
            await asyncio.sleep(planned.behavior.pace)
            row = self.board.get(planned.reference)
            if row is not None and row.outcome != Outcome.RUNNING:
                if await self._is_over(planned.reference):
                    return
            elif row is not None:
                async with self._gate:
                    await self._attend(person, row, time.monotonic() - since)

    async def _is_over(self, reference: str) -> bool:
        """Whether it has ended. Just after a reset the list may show only the run that the reset ended."""
        try:
            found = await server_state.describe(self._hosted_sms.client, reference)
        except ServiceError:
            return False
        return found.status is not WorkflowExecutionStatus.RUNNING

    async def _start(self, planned: Planned, record: Record) -> None:
        prepared = await prepare(_new_request(planned))
        preflight = planned.preflight
        while not record.acknowledged:
            try:
                async with self._gate:
                    await self._hosted_sms.start(prepared, preflight=preflight)
                record.acknowledged = True
            except (ServiceError, DocumentError) as error:
                self._count_unanswered(error)
                preflight = False
                await asyncio.sleep(planned.behavior.pace)

    def _count_unanswered(self, error: Exception) -> None:
        self._tally.unanswered += 1
        if isinstance(error, DocumentError):
            self._tally.store_missed.set()

    async def _attend(self, person: Person, row: Row, age: float) -> None:
        """Do what is due at one look of a person at their request."""
        planned, record = person.planned, person.record
        due = planned.behavior.cancels_after
        if due is not None and age >= due and not record.cancelled:
            await self._cancel(person)
        elif row.needs:
            await self._answer(person)
        elif planned.never_ends and row.step == Step.REVIEW and age >= _PUSHED_AFTER:
            await self._push(person)

    async def _answer(self, person: Person) -> None:
        progress = await self._shown(person.planned.reference)
        for ask in progress.asks if progress is not None else []:
            for reply in person.replies(ask, self._handsets, faults_over=self.faults_over):
                await self._send_reply(person, reply, ask.kind)

    async def _shown(self, reference: str) -> Progress | None:
        try:
            progress = await self._hosted_sms.show(reference)
        except (ServiceError, RPCError):
            self._tally.unanswered += 1
            return None
        return None if progress.partial else progress

    async def _cancel(self, person: Person) -> None:
        record = person.record
        record.tried_to_cancel = True
        reference = person.planned.reference
        if person.planned.behavior.bluntly:
            try:
                await self._hosted_sms.client.get_workflow_handle(names.workflow_id(reference)).cancel()
            except RPCError:
                return  # the next look tries again
            self._tally.answers["Temporal's own cancel"] += 1
        elif not await self._send_reply(person, Reply(Cancel(why="changed my mind", by=BY)), "cancel"):
            return
        record.cancelled, record.cancelled_at = True, datetime.now(UTC)

    async def _push(self, person: Person) -> None:
        """Act on an order that stops forever: Telnyx continues it, or the person cancels."""
        record, now = person.record, time.monotonic()
        if record.pushed_at is not None and now - record.pushed_at < _PUSHED_AFTER:
            return
        by_hand = person.planned.by_hand and record.pushed_at is None
        record.pushed_at = now
        if by_hand:
            await asyncio.to_thread(self._decide, person.planned)
        else:
            await self._cancel(person)

    def _decide(self, planned: Planned) -> None:
        for order in self._telnyx.orders():
            rows = {row["phone_number"]: row["status"] for row in order["phone_numbers"]}
            ours = set(rows) & set(planned.phone_numbers)
            if ours and order["uploads"] and order["status"] not in FINAL_ORDER_STATUSES:
                good = {number: "successful" for number, status in rows.items() if status not in FINAL_NUMBER_STATUSES}
                self._telnyx.decide(order["id"], "successful", good)
                self._tally.answers["Telnyx's own hand"] += 1

    async def _send_reply(self, person: Person, reply: Reply, about: str) -> bool:
        """Send a reply. Returns whether it was accepted; a signal counts as accepted."""
        reference = person.planned.reference
        accepted = False
        try:
            message = reply.message or await self._store_documents(person)
            if reply.by_signal:
                handle = self._hosted_sms.client.get_workflow_handle(names.workflow_id(reference))
                await handle.signal(updates.CODES_SIGNAL, message)
                about, accepted = BY_SIGNAL, True
            else:
                accepted = await self._sent(reference, message)
        except Refused:  # the ask was answered already, or the request has ended
            pass
        except (ServiceError, DocumentError, RPCError) as error:
            self._count_unanswered(error)
            return False
        if accepted:
            self._tally.answers[about] += 1
        else:
            self._tally.refusals += 1
        return accepted

    async def _sent(self, reference: str, message: Message) -> bool:
        """Send an update, repeated with the same id if there is no answer. Returns whether it was accepted."""
        update_id = str(uuid.uuid4())
        for _ in range(_REPEATS):
            try:
                answer = await self._hosted_sms.send(reference, message, update_id=update_id)
            except NoAnswer:
                self._tally.unanswered += 1
            else:
                return answer.accepted
        raise NoAnswer(f"{reference} did not answer {type(message).__name__} {_REPEATS} times.")

    async def _store_documents(self, person: Person) -> ReplaceDocuments:
        """Store documents that differ from the previous ones."""
        loa, bill = (PdfFile(path) for path in documents_of(_LOAS[person.record.documents_submitted % 2]))
        checked = await submit_documents.check(loa, bill)
        handed_in = await self._hosted_sms.store_documents(person.planned.reference, checked)
        return ReplaceDocuments(loa=handed_in.loa, bill=handed_in.bill, by=BY)


def _new_request(planned: Planned) -> NewRequest:
    loa, bill = (PdfFile(path) for path in documents_of("plain")) if planned.documents else (None, None)
    options = Options(all_or_nothing=planned.all_or_nothing, internal_transfer=planned.internal_transfer)
    return NewRequest(
        planned.reference, planned.profile, planned.phone_numbers, loa=loa, bill=bill, options=options, by=BY
    )
