"""The people behind the requests: each starts one, answers what it asks and sees it through to its end.

They use what the command `hosted-sms` uses, over the same client, and repeat with the same id when nobody answered.
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
from tools.chaos.answers import BY, Person, Said
from tools.chaos.plan import Plan, Planned
from tools.chaos.tally import Record, Tally
from tools.demo.documents import papers_of
from tools.demo.processes import DemoFailed
from tools.demo.telnyx_side import TelnyxSide

LOOKS_EVERY = 1.0
BY_SIGNAL = "codes by signal"
_AT_ONCE = 8
"""Answers in flight: people are many, but the machine is small."""
_REPEATS = 3
_PUSHED_AFTER = 20.0
"""Seconds after which somebody goes on with an order that stops for ever."""
_LOAS = ("plain", "late-papers")

Clock = Callable[[], float]


class People:
    """All of them, and the board on which they see what is asked."""

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
        self.calm = False
        """Whether the storm is over: nobody hesitates then."""

    @property
    def ended(self) -> int:
        """How many requests have ended, as the board shows."""
        return sum(row.outcome != Outcome.RUNNING for row in self.board.values())

    async def live(self) -> None:
        """Sees every request through; over when all have ended."""
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
            await asyncio.sleep(LOOKS_EVERY)

    async def _live(self, planned: Planned) -> None:
        record = self._tally.records[planned.reference] = Record()
        # Each person has dice of their own, so that nobody's luck hangs on what others do.
        dice = random.Random(f"{self._plan.seed}:{planned.reference}")  # noqa: S311 - repeatable on purpose
        person = Person(planned, record, dice)
        await asyncio.sleep(planned.starts_at)
        await self._start(planned, record)
        since = time.monotonic()
        while True:
            await asyncio.sleep(planned.temper.pace)
            row = self.board.get(planned.reference)
            if row is not None and row.outcome != Outcome.RUNNING:
                if await self._is_over(planned.reference):
                    return
            elif row is not None:
                async with self._gate:
                    await self._attend(person, row, time.monotonic() - since)

    async def _is_over(self, reference: str) -> bool:
        """Whether it runs no more: just after a reset a list may know only the run that the reset ended."""
        try:
            found = await server_state.describe(self._hosted_sms.client, reference)
        except ServiceError:
            return False
        return found.status is not WorkflowExecutionStatus.RUNNING

    # Starting

    async def _start(self, planned: Planned, record: Record) -> None:
        prepared = await prepare(_new_request(planned))
        preflight = planned.preflight
        while not record.acknowledged:
            try:
                async with self._gate:
                    await self._hosted_sms.start(prepared, preflight=preflight)
                record.acknowledged = True
            except (ServiceError, DocumentError) as error:
                self._unanswered(error)
                preflight = False
                await asyncio.sleep(planned.temper.pace)

    def _unanswered(self, error: Exception) -> None:
        self._tally.unanswered += 1
        if isinstance(error, DocumentError):
            self._tally.store_missed.set()

    # Seeing it through

    async def _attend(self, person: Person, row: Row, age: float) -> None:
        """One look of a person at their request."""
        planned, record = person.planned, person.record
        due = planned.temper.cancels_after
        if due is not None and age >= due and not record.cancelled:
            await self._cancel(person)
        elif row.needs:
            await self._answer(person)
        elif planned.never_ends and row.step == Step.REVIEW and age >= _PUSHED_AFTER:
            await self._push(person)

    async def _answer(self, person: Person) -> None:
        progress = await self._shown(person.planned.reference)
        for ask in progress.asks if progress is not None else []:
            for said in person.says(ask, self._handsets, calm=self.calm):
                await self._say(person, said, ask.kind)

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
        if person.planned.temper.bluntly:
            try:
                await self._hosted_sms.client.get_workflow_handle(names.workflow_id(reference)).cancel()
            except RPCError:
                return  # tried again at the next look
            self._tally.answers["Temporal's own cancel"] += 1
        elif not await self._say(person, Said(Cancel(why="changed my mind", by=BY)), "cancel"):
            return
        record.cancelled, record.cancelled_at = True, datetime.now(UTC)

    async def _push(self, person: Person) -> None:
        """Somebody goes on with an order that stops for ever: Telnyx itself, or the person cancels."""
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
                good = {number: "successful" for number, word in rows.items() if word not in FINAL_NUMBER_STATUSES}
                self._telnyx.decide(order["id"], "successful", good)
                self._tally.answers["Telnyx's own hand"] += 1

    # Saying

    async def _say(self, person: Person, said: Said, about: str) -> bool:
        """Whether it was accepted, or at least sent by a signal."""
        reference = person.planned.reference
        accepted = False
        try:
            message = said.message or await self._papers(person)
            if said.by_signal:
                handle = self._hosted_sms.client.get_workflow_handle(names.workflow_id(reference))
                await handle.signal(updates.CODES_SIGNAL, message)
                about, accepted = BY_SIGNAL, True
            else:
                accepted = await self._sent(reference, message)
        except Refused:  # settled meanwhile, or the request is over
            pass
        except (ServiceError, DocumentError, RPCError) as error:
            self._unanswered(error)
            return False
        if accepted:
            self._tally.answers[about] += 1
        else:
            self._tally.refusals += 1
        return accepted

    async def _sent(self, reference: str, message: Message) -> bool:
        """Whether it was accepted; when nobody answers, the same is said again under the same id."""
        update_id = str(uuid.uuid4())
        for _ in range(_REPEATS):
            try:
                answer = await self._hosted_sms.send(reference, message, update_id=update_id)
            except NoAnswer:
                self._tally.unanswered += 1
            else:
                return answer.accepted
        raise NoAnswer(f"{reference} did not answer {type(message).__name__} {_REPEATS} times.")

    async def _papers(self, person: Person) -> ReplaceDocuments:
        """Hands papers in, other ones each time."""
        loa, bill = (PdfFile(path) for path in papers_of(_LOAS[person.record.papers_handed_in % 2]))
        checked = await submit_documents.check(loa, bill)
        handed_in = await self._hosted_sms.store_documents(person.planned.reference, checked)
        return ReplaceDocuments(loa=handed_in.loa, bill=handed_in.bill, by=BY)


def _new_request(planned: Planned) -> NewRequest:
    loa, bill = (PdfFile(path) for path in papers_of("plain")) if planned.papers else (None, None)
    options = Options(all_or_nothing=planned.all_or_nothing, internal_transfer=planned.internal_transfer)
    return NewRequest(
        planned.reference, planned.profile, planned.phone_numbers, loa=loa, bill=bill, options=options, by=BY
    )
