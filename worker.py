"""The Temporal worker: plugs the parts together and runs both queues until it is told to stop.

The only process that holds Telnyx keys. It starts only when every setting is right, Temporal answers and the search
attributes exist: a workflow that met an unknown one would be stuck for ever.
"""

import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from importlib.metadata import version
from typing import Any

import structlog
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.accounts import AccountActivities
from activities.asks import AskActivities
from activities.check_numbers import CheckActivities
from activities.delete_order import DeleteOrderActivities
from activities.documents import DocumentActivities
from activities.eligibility import EligibilityActivities
from activities.forget_documents import ForgetDocumentsActivities
from activities.notifications import NotificationActivities
from activities.ordering.place import OrderingActivities
from activities.orphans import OrphanActivities
from activities.outage_interceptor import OutageInterceptor
from activities.ownership import OwnershipActivities
from activities.ports import AccountWorkflow, Notifier, OrderHolders
from activities.transfers import TransferActivities
from activities.watch_order import WatchOrderActivities
from adapters.account_workflow import TemporalAccountWorkflow
from adapters.closed_requests import ClosedRequests
from adapters.live_requests import LiveRequests
from adapters.losing_requests import LosingRequests
from adapters.notifier import TemporalNotifier
from adapters.order_holders import TemporalOrderHolders
from domain.ask_times import AskTimes
from domain.calendar import Calendar
from domain.code_limits import CodeLimits
from domain.names import LOCAL_QUEUE
from runtime import pdf_gate
from runtime.apprise_channels import AppriseChannels
from runtime.channels import Recipients
from runtime.connection import connect
from runtime.documents import DocumentStore
from runtime.fingerprints import Fingerprints
from runtime.metrics import temporal_runtime
from runtime.outbound_webhooks import OutboundWebhooks
from runtime.process import leave, serve
from runtime.query_guard import QueryGuard
from runtime.settings import Settings, SettingsError
from services.errors import ServiceError
from services.setup import missing_attributes
from telnyx_api.accounts import TelnyxAccounts
from telnyx_api.client import TelnyxClient
from workflows.check_numbers import CheckNumbers, FindOrphans, Preflight
from workflows.forget_documents import ForgetDocumentsDaily
from workflows.host_numbers import HostNumbers
from workflows.hosting_account import HostingAccount
from workflows.tell_people import TellPeople
from workflows.transfers import AlertOfTransfer, AnswerTransfer

WORKFLOWS = (
    HostNumbers,
    HostingAccount,
    CheckNumbers,
    Preflight,
    FindOrphans,
    ForgetDocumentsDaily,
    TellPeople,
    AlertOfTransfer,
    AnswerTransfer,
)
BUILD = version("hosted-sms")
"""Stands in three of four events; the SDK's own, a hash of all code, would be a twentieth of a history."""
GIVEN_UP_AFTER = timedelta(seconds=5)
"""How long the next step of a request waits for a worker that died before another one takes the request over. The SDK's
ten seconds are ten in which a person gets no answer; a worker that is merely busy loses no more than a replay."""
PASSED_THROUGH = (
    "domain",
    "activities",
    "telnyx_api",
    "pydantic",
    "structlog",
    "workflows.account.state",
    "workflows.account.claims",
    "workflows.activity_options",
    "workflows.request.records",
    "workflows.search_attributes",
    "workflows.request.state",
)
"""Pure, plain data, or never run inside a workflow, so that a run in the sandbox need not load them anew."""

log = structlog.get_logger(__name__)


def telnyx_accounts(settings: Settings) -> TelnyxAccounts:
    """A client for each account of the settings."""
    return TelnyxAccounts(
        {
            name: TelnyxClient(
                account.api_key.get_secret_value(), account.base_url, read_timeout=settings.telnyx_timeout
            )
            for name, account in settings.telnyx_accounts().items()
        },
    )


Activity = Callable[..., Any]


def activities(  # noqa: PLR0913, PLR0917 - the parts that are plugged together
    client: Client,
    settings: Settings,
    accounts: TelnyxAccounts,
    holders: OrderHolders,
    store: DocumentStore,
    bulletin: Notifier,
    desk: AccountWorkflow,
) -> tuple[Sequence[Activity], Sequence[Activity]]:
    """The activities of the worker's own queue, and those of the Telnyx queue."""
    documents = DocumentActivities(accounts, store, pdf_gate)
    asking = AskActivities(ask_times(settings), bulletin)
    fingerprints = Fingerprints.from_settings(settings)
    account = AccountActivities(desk)
    ordering = OrderingActivities(accounts, holders, desk, fingerprints, settings.create_quarantine)
    restraint = CodeLimits(timedelta(seconds=settings.code_spacing), settings.codes_at_most)
    ownership = OwnershipActivities(accounts, restraint)
    interval, late_after = settings.poll_interval, timedelta(seconds=settings.review_late_after)
    watching = WatchOrderActivities(accounts, LiveRequests(client), interval, calendar(settings), late_after)
    checks = CheckActivities(accounts)
    transfers = TransferActivities(accounts, LosingRequests(client, fingerprints), bulletin)
    forgetting = ForgetDocumentsActivities(store, ClosedRequests(client), settings.documents_kept_days)
    local: list[Activity] = [
        documents.check_documents,
        asking.plan_ask,
        asking.notify,
        account.report_account_stop,
        account.closed_requests,
        transfers.alert_of_transfer,
        forgetting.forget_documents,
    ]
    telnyx: list[Activity] = [
        EligibilityActivities(accounts, fingerprints).check_eligibility,
        ordering.place_order,
        ordering.find_order,
        ownership.request_codes,
        ownership.submit_codes,
        documents.upload_documents,
        watching.watch_order,
        DeleteOrderActivities(accounts).delete_order,
        checks.check_numbers,
        checks.preflight,
        transfers.answer_transfer,
        OrphanActivities(accounts, TemporalOrderHolders(client), fingerprints).find_orphans,
    ]
    return local, telnyx


def workers(  # noqa: PLR0913, PLR0917 - the parts that are plugged together
    client: Client,
    settings: Settings,
    accounts: TelnyxAccounts,
    holders: OrderHolders,
    store: DocumentStore,
    queue: str = LOCAL_QUEUE,
) -> list[Worker]:
    """The two workers of one process: workflows with their local work, and every call to Telnyx."""
    recipients = settings.recipients()
    bulletin = TemporalNotifier(client, queue, wanted=recipients.anybody_for)
    desk = TemporalAccountWorkflow(client, queue)
    local, telnyx = activities(client, settings, accounts, holders, store, bulletin, desk)
    silence = OutageInterceptor(desk, timedelta(seconds=settings.silence_after))
    grace = timedelta(seconds=settings.grace_period)
    guard = QueryGuard(runner(settings))
    requests = Worker(
        client,
        task_queue=queue,
        workflows=WORKFLOWS,
        activities=[*local, *telling(recipients)],
        workflow_runner=guard,
        max_cached_workflows=settings.max_cached_workflows,
        sticky_queue_schedule_to_start_timeout=GIVEN_UP_AFTER,
        build_id=BUILD,
        graceful_shutdown_timeout=grace,
    )
    guard.serve(requests)
    calls = Worker(
        client,
        task_queue=f"{queue}-telnyx",
        activities=telnyx,
        interceptors=[silence],
        build_id=BUILD,
        graceful_shutdown_timeout=grace,
    )
    return [requests, calls]


def runner(settings: Settings) -> WorkflowRunner:
    """What runs the workflows: without the sandbox unless it is wanted (docs/decisions/0010)."""
    if not settings.workflow_sandbox:
        return UnsandboxedWorkflowRunner()
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


def telling(recipients: Recipients) -> list[Activity]:
    """The activities that deliver news; a channel or webhook that cannot work is refused here, at the start."""
    people, programs = AppriseChannels(recipients.channels), OutboundWebhooks(recipients.webhooks)
    tell = NotificationActivities(recipients, people, programs)
    return [tell.find_addressees, tell.tell_channel, tell.post_webhook]


def calendar(settings: Settings) -> Calendar:
    """When people work."""
    opens, closes = settings.opening_hours or (0, 0)
    return Calendar(opens, closes, settings.closed_dates)


def ask_times(settings: Settings) -> AskTimes:
    """When people are reminded, and until when they may answer."""
    return AskTimes(
        calendar(settings),
        remind_after=timedelta(seconds=settings.remind_after),
        deadline_after=timedelta(seconds=settings.ask_deadline) if settings.ask_deadline else None,
        escalate_at_reminder=settings.escalate_at_reminder,
    )


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; activities under way then have the grace period to finish."""
    accounts = telnyx_accounts(settings)
    _see_channels(settings)
    client = await connect(settings, runtime=temporal_runtime(settings))
    await _see_search_attributes(client)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(accounts.aclose)
        store = DocumentStore.from_url(settings.document_store)
        for worker in workers(client, settings, accounts, TemporalOrderHolders(client), store):
            await stack.enter_async_context(worker)
        log.info("worker_started", namespace=client.namespace, queue=LOCAL_QUEUE)
        await stop.wait()
        log.info("worker_stopping", grace_seconds=settings.grace_period)
    log.info("worker_stopped")


def _see_channels(settings: Settings) -> None:
    """Refuse a channel that cannot work before anybody is called."""
    recipients = settings.recipients()
    recipients.refuse_unknown_accounts(settings.telnyx_accounts())
    telling(recipients)


async def _see_search_attributes(client: Client) -> None:
    try:
        missing = await missing_attributes(client)
    except RPCError:
        log.warning("search_attributes_not_checked", advice="run hosted-sms doctor")
        return
    if missing:
        names = ", ".join(key.name for key in missing)
        raise SettingsError(
            f"The namespace {client.namespace!r} lacks the search attributes {names}: run hosted-sms setup."
        )


def main() -> int:
    """Exit code 0 after a stop, 2 when a setting is missing or wrong, 3 when Temporal does not answer."""
    return serve(run, refused=(ServiceError,))


if __name__ == "__main__":
    leave(main())
