"""What the activities need from outside. `worker.py` plugs the adapters in, and tests plug in fakes.

Activities import no HTTP library, no document store and no PDF reader, so a worker that only replays loads none.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.accounts import AccountTrouble, Claim, ClaimResult
from domain.activity_io import WatchOrder
from domain.checks import RequestHoldings
from domain.messages import Document
from domain.notification import Notification
from domain.transfers import ApprovalRequest, LosingRequest
from telnyx_api.files import Pdf
from telnyx_api.replies import CodeRequest, CodeResult, Eligibility, MessagingProfile, NumberSettings, Order, OrderPage


class Telnyx(Protocol):
    """One Telnyx account. Every method raises the errors of `telnyx_api.errors` and no others."""

    async def check_eligibility(self, phone_numbers: Sequence[str]) -> list[Eligibility]:
        """Check whether each number can be hosted."""

    async def create_order(self, messaging_profile_id: str, phone_numbers: Sequence[str]) -> Order:
        """Place an order. Telnyx has no idempotency key."""

    async def list_orders(self, page_number: int = 1, page_size: int = 250) -> OrderPage:
        """List one page of the account's orders."""

    async def all_orders(self, *, named: Iterable[str] | None = None) -> list[Order]:
        """List every order of the account as of a moment after the call, or those with one of these ids or numbers."""

    async def get_order(self, order_id: str) -> Order:
        """Read one order as it is now."""

    async def delete_order(self, order_id: str) -> Order:
        """Delete an order with all of its numbers."""

    async def request_codes(self, order_id: str, phone_numbers: Sequence[str], method: str) -> list[CodeRequest]:
        """Text or call each number with a code."""

    async def submit_codes(self, order_id: str, codes: Mapping[str, str]) -> list[CodeResult]:
        """Submit a code for each number."""

    async def upload_documents(self, order_id: str, *, loa: Pdf, bill: Pdf) -> Order:
        """Upload both documents to an order."""

    async def approve_transfer(self, order_id: str, token: str) -> None:
        """Let the numbers of an internal transfer go, as the losing account."""

    async def reject_transfer(self, order_id: str, token: str) -> None:
        """Keep the numbers of an internal transfer, as the losing account."""

    async def all_hosted_numbers(self, *, named: Iterable[str] | None = None) -> list[NumberSettings]:
        """List the account's hosted numbers as of a moment after the call, or those among these numbers."""

    async def find_hosted_number(self, phone_number: str) -> list[NumberSettings]:
        """Look one hosted number up."""

    async def get_profile(self, profile_id: str) -> MessagingProfile:
        """Read a messaging profile."""


class Accounts(Protocol):
    """The Telnyx accounts that this worker holds keys of."""

    def telnyx(self, account: str) -> Telnyx:
        """Return the client of an account; raises `StopAccount` when this worker has no key for it."""


class OrderHolders(Protocol):
    """Which running request holds an order."""

    async def find_holders(self, order_id: str, *, besides: str) -> list[str]:
        """Find the references of the running requests, besides one, that hold an order."""


class LiveRequests(Protocol):
    """The running requests, for their watches."""

    async def query_watched(self, workflow_id: str, run_id: str) -> WatchOrder | None:
        """Ask a request what it knows of its order now; None when it watches none or does not answer."""


class AccountWorkflow(Protocol):
    """The workflow of a Telnyx account, which its requests share."""

    async def claim(self, account: str, claim: Claim) -> ClaimResult:
        """Claim numbers for a request. Claims of closed requests do not count.

        Raises:
            AccountUnreachable: the workflow does not answer, so it is unknown who holds the numbers.
        """

    async def report_stop(self, trouble: AccountTrouble) -> None:
        """Report that Telnyx refuses the account to a request, which waits from now on."""

    async def report_outage(self, account: str, since: datetime, because: str = "") -> None:
        """Report that Telnyx has not answered since an instant, and what came instead of its answer.

        Never raises: a report must not fail the work.
        """

    async def find_closed(self, references: Sequence[str], account: str = "") -> list[str]:
        """Find those of these requests of an account that are over, or that the server does not know."""


class HeldOrders(Protocol):
    """What the running requests hold."""

    async def find_held(self, account: str) -> RequestHoldings:
        """Find the orders and the numbers of an account's running requests."""

    async def find_left(self, reference: str) -> list[str]:
        """Ask a running request what it left at Telnyx: one sentence for each order. Empty when it does not answer."""


class WatchedOrders(Protocol):
    """The orders that running requests wait for."""

    async def find_watched(self, account: str) -> dict[str, str]:
        """Find the orders of an account's running requests: order id to workflow id. Raises `NotHinted`."""


class WatchHints(Protocol):
    """Hints to running requests that their order is worth reading now."""

    async def send(self, account: str, order_id: str, workflow_id: str, *, mark: str, is_change: bool) -> bool:
        """Make a request read its order, unless its watch has read it with this mark. True when it was hinted.

        A request whose watch has not begun is hinted only about a change: its watch begins soon.

        Raises:
            NotHinted: another try may succeed.
        """


class LosingRequests(Protocol):
    """The requests whose active numbers another account wants."""

    async def find_losing(self, asked: ApprovalRequest, *, guess: bool = False) -> list[LosingRequest]:
        """Find the requests in which wanted numbers are active, except those of the account that wants them.

        Fails when a request does not answer now; asking again later may help. With `guess` such a request counts as
        one that may lose its numbers.
        """


class Fingerprinter(Protocol):
    """Turns phone numbers into what a search attribute may hold."""

    def of(self, phone_number: str) -> str:
        """Return the fingerprint of a number."""


class Store(Protocol):
    """The document store."""

    async def get(self, reference: str, document: Document) -> bytes:
        """Read the bytes of a document; raises `UnusableDocument` when it is missing or damaged."""


class BillReading(Protocol):
    """What the text of a bill shows."""

    @property
    def missing(self) -> list[str]:
        """The numbers that the text does not show."""

    @property
    def readable(self) -> bool:
        """False when the bill has no text, like a scan."""

    @property
    def pages(self) -> int:
        """How many pages the bill has."""

    @property
    def pages_read(self) -> int:
        """How many of them gave text."""

    @property
    def in_part(self) -> bool:
        """Whether some pages gave no text, so that a missing number may stand there."""


class PdfGate(Protocol):
    """Checks a PDF before Telnyx sees it."""

    def check(self, content: bytes, name: str) -> None:
        """Raise `UnusableDocument` unless this is a PDF that Telnyx takes."""

    def safe_name(self, name: str) -> str:
        """Return a file's name without the characters that Telnyx refuses."""

    def numbers_missing_from(self, content: bytes, phone_numbers: Iterable[str]) -> BillReading:
        """Find out which numbers a bill does not show."""


class Notifier(Protocol):
    """Where notifications are published."""

    async def publish(self, notification: Notification) -> None:
        """Log a notification, and start its delivery where someone wants it, without waiting for that to end.

        Raises:
            NotStarted: within seconds. Publish the same notification again, or deliver it in another way.
        """


class Recipients(Protocol):
    """Who wants which notification, by the worker's settings."""

    def channels_for(self, news: Notification) -> list[str]:
        """Return the names of the channels that want a notification."""

    def webhooks_for(self, news: Notification) -> list[str]:
        """Return the names of the outbound webhooks that want it."""


class Channels(Protocol):
    """The channels for people."""

    async def send(self, name: str, title: str, body: str) -> None:
        """Send plain text to a channel; raises `NotTaken`."""


class Webhooks(Protocol):
    """The outbound webhooks for programs."""

    async def post(self, name: str, event_id: str, body: bytes) -> tuple[int, Mapping[str, str]]:
        """Post a signed body once, and return the HTTP status and headers of the answer; raises `NotTaken`."""
