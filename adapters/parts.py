"""The parts of a worker: six are given, the others follow from them."""

from dataclasses import dataclass
from functools import cached_property

from temporalio.client import Client

from activities.ports import Accounts, OrderHolders, WatchedOrders
from adapters.account_workflow import TemporalAccountWorkflow
from adapters.closed_requests import ClosedRequests
from adapters.live_requests import LiveRequests
from adapters.losing_requests import LosingRequests
from adapters.notifier import TemporalNotifier
from adapters.order_holders import TemporalOrderHolders
from adapters.request_starter import TemporalRequestStarter
from adapters.watched_orders import TemporalWatchedOrders, TemporalWatchHints
from domain.names import LOCAL_QUEUE
from runtime.apprise_channels import AppriseChannels
from runtime.document_store import DocumentStore
from runtime.fingerprints import Fingerprints
from runtime.outbound_webhooks import OutboundWebhooks
from runtime.recipients import Recipients
from runtime.settings import Settings
from services.start import Starter


@dataclass(frozen=True)
class Parts:
    """What plugs into the ports of the activities."""

    client: Client
    settings: Settings
    accounts: Accounts
    holders: OrderHolders
    store: DocumentStore
    queue: str = LOCAL_QUEUE
    watched: WatchedOrders | None = None
    """Where the orders under watch are found; None: in the search attributes of the running requests."""

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """Turns phone numbers into what a search attribute may hold."""
        return Fingerprints.from_settings(self.settings)

    @cached_property
    def recipients(self) -> Recipients:
        """The people and programs that are notified."""
        return self.settings.recipients()

    @cached_property
    def channels(self) -> AppriseChannels:
        """The channels for people."""
        return AppriseChannels(self.recipients.channels, self.settings.plain_addresses)

    @cached_property
    def webhooks(self) -> OutboundWebhooks:
        """The outbound webhooks for programs."""
        return OutboundWebhooks(self.recipients.webhooks)

    @cached_property
    def notifier(self) -> TemporalNotifier:
        """Starts the delivery of a notification."""
        return TemporalNotifier(self.client, self.queue, wanted=self.recipients.has_recipient_for)

    @cached_property
    def account_workflow(self) -> TemporalAccountWorkflow:
        """The workflows of the Telnyx accounts."""
        return TemporalAccountWorkflow(self.client, self.queue)

    @cached_property
    def live_requests(self) -> LiveRequests:
        """What the running requests know of their orders."""
        return LiveRequests(self.client)

    @cached_property
    def watched_orders(self) -> WatchedOrders:
        """The orders that running requests wait for."""
        return self.watched or TemporalWatchedOrders(self.client)

    @cached_property
    def watch_hints(self) -> TemporalWatchHints:
        """Makes requests read their orders."""
        return TemporalWatchHints(self.client)

    @cached_property
    def held_orders(self) -> TemporalOrderHolders:
        """The orders of an account's running requests."""
        return TemporalOrderHolders(self.client)

    @cached_property
    def closed_requests(self) -> ClosedRequests:
        """Which requests ended long ago."""
        return ClosedRequests(self.client)

    @cached_property
    def request_starter(self) -> TemporalRequestStarter:
        """Starts the requests of an import."""
        limited = self.settings.accounts_with_limit
        starter = Starter(self.client, self.fingerprints, self.store, queue=self.queue, limited_accounts=limited)
        return TemporalRequestStarter(starter)

    @cached_property
    def losing_requests(self) -> LosingRequests:
        """The requests whose active numbers another account wants."""
        return LosingRequests(self.client, self.fingerprints)
