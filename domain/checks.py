"""What the short workflows answer that look at Telnyx on behalf of a face, which holds no Telnyx key."""

from pydantic import Field

from domain.messages import Message


class CheckRequest(Message):
    """Numbers to check without ordering anything."""

    account: str = "default"
    phone_numbers: list[str]


class NumberCheck(Message):
    """Whether one number can be hosted, and why not."""

    phone_number: str
    eligible: bool
    status: str
    because: str


class CheckReport(Message):
    """The checked numbers in the order of the request."""

    numbers: list[NumberCheck]


class PreflightRequest(Message):
    """An account and a messaging profile, before a request is started with them."""

    account: str = "default"
    messaging_profile_id: str = ""
    """Empty: only the account's key is tried."""


class PreflightReport(Message):
    """Whether account and profile can be used; `sentence` says what to do when not."""

    ok: bool
    sentence: str
    webhook_url: str | None = None
    webhook_sentence: str = ""
    """What to know about the profile's webhook; lost or missing webhooks only slow a request down."""


class OrphansRequest(Message):
    """An account whose open orders are compared with the running requests."""

    account: str = "default"


class RequestHoldings(Message):
    """What the running requests of an account work on."""

    order_ids: set[str]
    """Every order that one of them names."""
    fingerprints: dict[str, str]
    """The fingerprint of each of their numbers, and the reference of the request."""


class Orphan(Message):
    """An open order at Telnyx that no running request names."""

    order_id: str
    status: str
    numbers: int
    reference: str = ""
    """A running request with a number of this order: it may be placing it just now, or be asking whose it is."""


class OrphansReport(Message):
    """The open orders that nobody looks after."""

    open_orders: int
    orphans: list[Orphan]
    unnamed: list[Orphan] = Field(default_factory=list)
    """Those that a running request does not name, or not yet, although it works on a number of theirs."""
