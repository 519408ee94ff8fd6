"""What the activities need of the world; `worker.py` plugs in the real thing, a test whatever it likes.

Activities import no HTTP library, no store and no PDF reader: a replaying worker loads none of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
    """One Telnyx account; every method raises the errors of `telnyx_api.errors` and nothing else."""

    async def check_eligibility(self, phone_numbers: Sequence[str]) -> list[Eligibility]:
        """Whether each number can be hosted."""

    async def create_order(self, messaging_profile_id: str, phone_numbers: Sequence[str]) -> Order:
        """Place an order; there is no idempotency key."""

    async def list_orders(self, page_number: int = 1, page_size: int = 250) -> OrderPage:
        """One page of the account's orders."""

    async def all_orders(self, on_page: Callable[[int, int], None] | None = None) -> list[Order]:
        """Every order of the account, all pages."""

    async def get_order(self, order_id: str) -> Order:
        """One order as it is now."""

    async def delete_order(self, order_id: str) -> Order:
        """Remove an order and all of its numbers."""

    async def request_codes(self, order_id: str, phone_numbers: Sequence[str], method: str) -> list[CodeRequest]:
        """Text or call each number with a code."""

    async def submit_codes(self, order_id: str, codes: Mapping[str, str]) -> list[CodeResult]:
        """Submit a code for each number."""

    async def upload_documents(self, order_id: str, *, loa: Pdf, bill: Pdf) -> Order:
        """Upload both papers."""

    async def approve_transfer(self, order_id: str, token: str) -> None:
        """As the losing account: let the numbers of an internal transfer go."""

    async def reject_transfer(self, order_id: str, token: str) -> None:
        """As the losing account: keep the numbers."""

    async def all_hosted_numbers(self, *, phone_number: str | None = None) -> list[NumberSettings]:
        """The account's hosted numbers."""

    async def get_profile(self, profile_id: str) -> MessagingProfile:
        """A messaging profile."""


class Accounts(Protocol):
    """The Telnyx accounts that this worker holds keys of."""

    def telnyx(self, account: str) -> Telnyx:
        """The client of an account; raises `StopAccount` when this worker has no key for it."""


class OrderHolders(Protocol):
    """Who else works on an order."""

    async def find_holders(self, order_id: str, *, besides: str) -> list[str]:
        """References of the running requests, besides one, that hold a Telnyx order."""


class WatchedRequests(Protocol):
    """The running requests, as their watches see them."""

    async def query_watched(self, workflow_id: str, run_id: str) -> WatchOrder | None:
        """What a request knows of its order now; None when it watches none, or cannot be asked."""


class AccountWorkflow(Protocol):
    """The workflow of a Telnyx account, which knows more than one request can."""

    async def claim(self, account: str, claim: Claim) -> ClaimResult:
        """Claim numbers for a request; claims of closed requests count no more.

        Raises:
            AccountUnreachable: nobody answers, so nobody knows who holds the numbers.
        """

    async def report_stop(self, trouble: AccountTrouble) -> None:
        """Telnyx refuses the account to a request, which waits from now on."""

    async def report_outage(self, account: str, since: datetime) -> None:
        """Telnyx has not answered since then; never raises, since it is told beside the work."""

    async def find_closed(self, references: Sequence[str]) -> list[str]:
        """Those of these requests that are over, or are not known at all."""


class HeldOrders(Protocol):
    """What the running requests work on."""

    async def find_held(self, account: str) -> RequestHoldings:
        """The orders and the numbers of an account's running requests."""


class NumberHolders(Protocol):
    """Whose numbers they are."""

    async def find_losing(self, asked: ApprovalRequest, *, guess: bool = False) -> list[LosingRequest]:
        """The requests in which wanted numbers are active, but for those of the account that wants them.

        Fails when some of it cannot be told now, unless it may `guess`; asking again later may help.
        """


class Fingerprinter(Protocol):
    """Turns numbers into what may stand in a search attribute."""

    def of(self, phone_number: str) -> str:
        """The fingerprint of a number."""


class Store(Protocol):
    """The document store."""

    async def get(self, reference: str, document: Document) -> bytes:
        """The bytes of a document; raises `UnusableDocument` when it is missing or damaged."""


class BillReading(Protocol):
    """What could be read of a bill."""

    @property
    def missing(self) -> list[str]:
        """The numbers that do not stand in the bill's text."""

    @property
    def readable(self) -> bool:
        """False when the bill has no text to read, such as a scan."""


class PdfGate(Protocol):
    """What a PDF must be before Telnyx sees it."""

    def check(self, content: bytes, name: str) -> None:
        """Raise `UnusableDocument` for anything but a PDF that Telnyx takes."""

    def safe_name(self, name: str) -> str:
        """The file's name without the characters that Telnyx refuses."""

    def numbers_missing_from(self, content: bytes, phone_numbers: Iterable[str]) -> BillReading:
        """Which numbers a bill does not show."""


class Notifier(Protocol):
    """Where news is given out."""

    async def publish(self, news: Notification) -> None:
        """Log it always, and have it delivered where somebody wants it, without waiting for that.

        Raises `NotStarted` within seconds, and nothing else: then it must be published again, or delivered otherwise.
        """


class Recipients(Protocol):
    """Who is to be told, by the worker's settings."""

    def channels_for(self, news: Notification) -> list[str]:
        """The names of the channels for people that want this news."""

    def webhooks_for(self, news: Notification) -> list[str]:
        """The names of the outbound webhooks that want it."""


class Channels(Protocol):
    """The channels for people."""

    async def send(self, name: str, title: str, body: str) -> None:
        """Tell people in plain text; raises `NotTaken`."""


class Webhooks(Protocol):
    """The outbound webhooks for programs."""

    async def post(self, name: str, event_id: str, body: bytes) -> tuple[int, Mapping[str, str]]:
        """Post once, signed; the HTTP status and headers of the answer. Raises `NotTaken` when there is none."""
