"""The Temporal worker: plugs the parts together and runs its three queues until it is stopped.

It is the only process that holds Telnyx keys. It starts only when every setting is right, Temporal answers and the
search attributes exist.
"""

from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from typing import Any

import structlog
from temporalio.worker import Worker

from activities.accounts import AccountActivities
from activities.asks import AskActivities
from activities.check_numbers import CheckActivities
from activities.delete_order import DeleteOrderActivities
from activities.documents import DocumentActivities
from activities.eligibility import EligibilityActivities
from activities.forget_documents import ForgetDocumentsActivities
from activities.imports import ImportActivities
from activities.listings import Listings
from activities.notifications import NotificationActivities
from activities.ordering.find import FindOrderActivities
from activities.ordering.place import OrderTimes, PlaceOrderActivities
from activities.orphans import OrphanActivities
from activities.outage_interceptor import OutageInterceptor
from activities.ownership import OwnershipActivities
from activities.probe_account import ProbeActivities
from activities.transfers import TransferActivities
from activities.watch_list import WatchListActivities
from activities.watch_order import WatchOrderActivities
from activities.worker_probe import WorkerProbeActivities
from adapters.order_holders import TemporalOrderHolders
from adapters.parts import Parts
from domain import delays
from domain.names import LOCAL_QUEUE, looks_queue, telnyx_queue
from runtime import pdf_gate
from runtime.connection import connect, for_worker
from runtime.document_errors import DocumentStoreUnavailable
from runtime.document_store import DocumentStore
from runtime.key_ids import key_ids, webhook_key_ids
from runtime.metrics import temporal_runtime
from runtime.payload_gate import PayloadGate
from runtime.process import leave, serve, stop_signal
from runtime.proxies import proxy_for
from runtime.query_guard import QueryGuard
from runtime.refusals import Refusals
from runtime.sealed_inputs import SealedInputs
from runtime.settings import Settings
from runtime.workflow_runner import workflow_runner
from services.errors import ServiceError
from services.startup_checks import check_recipients, check_search_attributes
from telnyx_api.accounts import TelnyxAccounts
from telnyx_api.client import TelnyxClient
from workflows.registry import WORKFLOWS

BUILD = version("hosted-sms")
"""The build id, short because most events of a history hold it. The SDK's own, a hash, is 5 % of a history."""

WORK_AT_ONCE = 500
"""Activities of one queue at a time. Each is a task that waits, so they cost little. A bulk of orders waits for lists
and claims, uploads take minutes (`activities.call_places` bounds those), and a code still finds a free slot."""
LOOKS_AT_ONCE = 100
"""Activities of the queue of looks at a time. A watch that waits for others of its account holds a slot for seconds."""

log = structlog.get_logger(__name__)
Activity = Callable[..., Any]


def own_queue_activities(parts: Parts) -> list[Activity]:
    """The activities that only the workflows' own queue has. None of them calls Telnyx."""
    asks = AskActivities(parts.settings.ask_times, parts.notifier)
    account = AccountActivities(parts.account_workflow)
    forgetting = ForgetDocumentsActivities(parts.store, parts.closed_requests, parts.settings.documents_kept_days)
    notifications = NotificationActivities(parts.recipients, parts.channels, parts.webhooks)
    imports = ImportActivities(
        parts.store, parts.request_starter, parts.settings.import_under_way, parts.settings.import_pace
    )
    probe = WorkerProbeActivities(parts.store, parts.fingerprints, parts.client.identity, key_ids(parts.settings))
    return [
        asks.plan_ask,
        asks.notify,
        account.report_account_stop,
        account.closed_requests,
        TransferActivities(parts.accounts, parts.losing_requests, parts.notifier).alert_of_transfer,
        DocumentActivities(parts.accounts, parts.store, pdf_gate).check_documents,
        forgetting.forget_documents,
        imports.start_requests,
        notifications.find_addressees,
        notifications.tell_channel,
        notifications.post_webhook,
        probe.probe_worker,
    ]


def request_activities(parts: Parts) -> list[Activity]:
    """The activities that call Telnyx for a request.

    The queue of calls has them for accounts with a rate limit, the workflows' own queue for all others.
    """
    accounts, settings, fingerprints = parts.accounts, parts.settings, parts.fingerprints
    times = OrderTimes(settings.create_quarantine, watch_after=min(delays.WATCH_AFTER, settings.poll_interval))
    placement = PlaceOrderActivities(accounts, parts.holders, parts.account_workflow, fingerprints, times)
    search = FindOrderActivities(accounts, parts.holders, settings.create_quarantine)
    ownership = OwnershipActivities(accounts, settings.code_limits)
    return [
        EligibilityActivities(accounts, fingerprints).check_eligibility,
        placement.place_order,
        search.find_order,
        ownership.request_codes,
        ownership.submit_codes,
        DocumentActivities(accounts, parts.store, pdf_gate).upload_documents,
        DeleteOrderActivities(accounts).delete_order,
    ]


def face_activities(parts: Parts) -> list[Activity]:
    """The activities that call Telnyx for a face, which are few: the queue of calls is right for every account."""
    checks = CheckActivities(parts.accounts)
    return [
        checks.check_numbers,
        checks.preflight,
        TransferActivities(parts.accounts, parts.losing_requests, parts.notifier).answer_transfer,
        OrphanActivities(parts.accounts, parts.held_orders, parts.fingerprints).find_orphans,
    ]


def look_activities(parts: Parts) -> list[Activity]:
    """The activities of the looks queue. Each of them reads now and then whether something changed at Telnyx."""
    accounts, settings = parts.accounts, parts.settings
    listings = Listings(settings.poll_interval)
    watch = WatchOrderActivities(accounts, parts.live_requests, listings, settings.calendar, settings.review_limit)
    lister = WatchListActivities(accounts, parts.watched_orders, parts.watch_hints, listings)
    return [lister.watch_list, watch.watch_order, ProbeActivities(accounts).probe_account]


def workers(parts: Parts) -> list[Worker]:
    """The three workers of one process: workflows and their work, calls of limited accounts, and looks at Telnyx."""
    settings = parts.settings
    rules, refusals = settings.payload_rules, Refusals(parts.client)
    client = for_worker(parts.client, webhook_key_ids(settings))
    build = partial(Worker, client, build_id=BUILD, graceful_shutdown_timeout=settings.shutdown_limit)
    guard = QueryGuard(PayloadGate(workflow_runner(sandbox=settings.workflow_sandbox), rules, refusals))
    sealed = SealedInputs(rules, refusals)
    outages = OutageInterceptor(parts.account_workflow, settings.outage_limit)
    of_requests = request_activities(parts)
    requests = build(
        task_queue=parts.queue,
        workflows=WORKFLOWS,
        activities=[*own_queue_activities(parts), *of_requests],
        max_concurrent_activities=WORK_AT_ONCE,
        interceptors=[sealed, outages],
        workflow_runner=guard,
        max_cached_workflows=settings.max_cached_workflows,
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=delays.STICKY_TIMEOUT),
    )
    guard.serve(requests)
    calls = build(
        task_queue=telnyx_queue(parts.queue),
        activities=[*of_requests, *face_activities(parts)],
        max_concurrent_activities=WORK_AT_ONCE,
        interceptors=[sealed, outages],
    )
    looks = build(
        task_queue=looks_queue(parts.queue),
        activities=look_activities(parts),
        max_concurrent_activities=LOOKS_AT_ONCE,
        interceptors=[sealed, outages],
    )
    return [requests, calls, looks]


def telnyx_accounts(settings: Settings) -> TelnyxAccounts:
    """A client for each Telnyx account of the settings."""
    return TelnyxAccounts(
        {
            name: TelnyxClient(
                one.api_key.get_secret_value(),
                one.base_url,
                read_timeout=settings.telnyx_timeout,
                proxy=proxy_for(one.base_url),
            )
            for name, one in settings.telnyx_accounts().items()
        }
    )


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; running activities then have the grace period to finish."""
    accounts = telnyx_accounts(settings)
    check_recipients(settings)
    webhook_key_ids(settings)  # a wrong id shows before any network
    client = await connect(settings, runtime=temporal_runtime(settings))
    await check_search_attributes(client)
    stop = stop_signal()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(accounts.aclose)
        store = DocumentStore.from_url(settings.document_store)
        for worker in workers(Parts(client, settings, accounts, TemporalOrderHolders(client), store)):
            await stack.enter_async_context(worker)
        log.info("worker_started", namespace=client.namespace, queue=LOCAL_QUEUE)
        await stop.wait()
        log.info("worker_stopping", grace_seconds=settings.grace_period)
    log.info("worker_stopped")


def main() -> int:
    """Exit code 0 after a stop, 2 when a setting is missing or wrong, 3 when Temporal does not answer."""
    return serve(run, refused=(ServiceError, DocumentStoreUnavailable))


if __name__ == "__main__":
    leave(main())
