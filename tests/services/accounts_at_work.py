"""The workflow of a Telnyx account on a worker of its own, with requests that only wait for the account."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.accounts import AccountActivities
from activities.asks import AskActivities
from activities.probe_account import ProbeActivities
from adapters.account_workflow import TemporalAccountWorkflow
from domain import names
from domain.accounts import AccountProgress, AccountTrouble, Claim, ClaimResult
from domain.ask_times import AskTimes
from domain.calendar import Calendar
from domain.messages import AccountResumed
from domain.notification import Notification
from services import accounts
from telnyx_api.errors import StopAccount
from telnyx_api.replies import OrderPage, Page
from workflows.hosting_account import HostingAccount

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@workflow.defn(name=names.WORKFLOW_TYPE)
class Waiting:
    """A request that does nothing but end when its account is resumed. A trial does not end it."""

    def __init__(self) -> None:
        self.by: str | None = None

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.by is not None)
        return self.by or ""

    @workflow.signal
    async def account_resumed(self, message: AccountResumed) -> None:
        self.by = None if message.trial else message.by


Request = WorkflowHandle[Waiting, str]


class Board:
    """A notifier that keeps what is published."""

    def __init__(self) -> None:
        self.notifications: list[Notification] = []

    async def publish(self, notification: Notification) -> None:
        self.notifications.append(notification)

    def events(self) -> list[str]:
        return [one.event for one in self.notifications]


class ProbedTelnyx:
    """A Telnyx that only probes call, of one account."""

    def __init__(self) -> None:
        self.refuses = True
        self.probes: list[datetime] = []
        """When it was called, by the server's clock."""

    def telnyx(self, _account: str) -> Any:
        return self

    async def list_orders(self, page_number: int = 1, page_size: int = 250) -> OrderPage:
        assert (page_number, page_size) == (1, 1)
        self.probes.append(activity.info().started_time)
        if self.refuses:
            raise StopAccount("10009 refused.")
        return OrderPage(orders=[], page=Page())


class AccountStage:
    """An account of its own, its requests, and the notifications to people."""

    def __init__(self, client: Client, queue: str, board: Board) -> None:
        self.telnyx = ProbedTelnyx()
        self.client = client
        self.queue = queue
        self.board = board
        self.account = f"a-{uuid.uuid4().hex[:10]}"
        self.workflow = TemporalAccountWorkflow(client, queue)

    @property
    def entity(self) -> "WorkflowHandle[object, object]":
        return self.client.get_workflow_handle(names.account_workflow_id(self.account))

    async def request(self) -> Request:
        """A live request."""
        reference = f"r-{uuid.uuid4().hex[:10]}"
        return await self.client.start_workflow(Waiting.run, id=names.workflow_id(reference), task_queue=self.queue)

    async def claim(self, request: Request, *fingerprints: str) -> ClaimResult:
        """What the account answers to a request's claim."""
        claim = Claim(
            reference=names.reference_of(request.id),
            workflow_run_id=request.first_execution_run_id or "",
            fingerprints=list(fingerprints),
        )
        return await self.workflow.claim(self.account, claim)

    async def trouble(self, request: Request, at: datetime | None = None) -> None:
        """A request met the account's stop."""
        now = datetime.now(UTC) + timedelta(seconds=1)
        said = AccountTrouble(account=self.account, workflow_id=request.id, because="10009 refused.", at=at or now)
        await self.workflow.report_stop(said)

    async def resume(self, by: str = "me") -> str:
        answer = await accounts.resume(self.client, self.account, by=by, update_id=str(uuid.uuid4()))
        return answer.sentence

    async def look(self) -> AccountProgress:
        return await accounts.show(self.client, self.account)

    async def leave(self, *requests: Request) -> None:
        """End what would live on without a worker. Its timers would stop a skipping clock for other tests."""
        await self.entity.terminate()
        for request in requests:
            await request.terminate()


@asynccontextmanager
async def accounts_at_work(client: Client, queue: str | None = None) -> AsyncIterator[AccountStage]:
    """A worker for one account. All hours are working hours."""
    board, queue = Board(), queue or f"q-{uuid.uuid4().hex[:10]}"
    stage = AccountStage(client, queue, board)
    asking = AskActivities(AskTimes(Calendar(0, 0), timedelta(days=1), escalate_at_reminder=3), board)
    reports = AccountActivities(stage.workflow)
    probing = Worker(
        client,
        task_queue=names.looks_queue(queue),
        activities=[ProbeActivities(stage.telnyx).probe_account],
    )
    acting = Worker(
        client,
        task_queue=queue,
        workflows=[HostingAccount, Waiting],
        activities=[asking.plan_ask, asking.notify, reports.report_account_stop, reports.closed_requests],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with probing, acting:
        yield stage
