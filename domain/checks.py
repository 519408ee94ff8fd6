"""Messages of the short workflows that ask Telnyx for a face such as the command, which holds no Telnyx key."""

from pydantic import Field

from domain.free_text import Name, Sentences
from domain.messages import Document, Message


class CheckRequest(Message):
    """Numbers to check without ordering anything."""

    account: str = "default"
    phone_numbers: list[str]


class NumberCheck(Message):
    """Whether one number can be hosted, and why not."""

    phone_number: str
    eligible: bool
    status: Name
    because: Sentences


class UndecidedNumber(Message):
    """A number of which Telnyx said neither that it can be hosted nor that it cannot, and why."""

    phone_number: str
    status: Name
    because: Sentences


class CheckReport(Message):
    """The checked numbers in the order of the request. A number stands in one of the two lists."""

    numbers: list[NumberCheck]
    not_known: list[UndecidedNumber] = Field(default_factory=list)


class PreflightRequest(Message):
    """An account and a messaging profile, to be checked before a request is started with them."""

    account: str = "default"
    messaging_profile_id: str = ""
    """Empty: only the account's key is tried."""


class PreflightReport(Message):
    """Whether account and profile can be used; if not, `sentence` says what to do."""

    ok: bool
    sentence: Sentences
    account_refused: bool = False
    """True when Telnyx refuses the account, whichever profile is asked for."""
    webhook_url: str | None = None
    webhook_sentence: Sentences = ""
    """What to know about the profile's webhook. Without webhooks a request is slower, but works."""
    warnings: list[Sentences] = Field(default_factory=list)
    """What is wrong with the profile although it can be used, each with what to do."""


class WorkerProbe(Message):
    """What a face left in its document store, and a text, to compare a worker with."""

    reference: str
    document: Document
    text: str


class WorkerProbeReport(Message):
    """What a worker sees of it."""

    sees_document: bool
    fingerprint: str
    """Of the text, with the worker's key."""
    worker: str = ""
    """Which worker answers; empty from an earlier version, which also names no keys."""
    key_ids: list[str] = Field(default_factory=list)
    """The ids of its keys. It encrypts with the first."""


class OrphansRequest(Message):
    """An account whose open orders are compared with the running requests."""

    account: str = "default"


class RequestHoldings(Message):
    """What the running requests of an account work on."""

    order_ids: dict[str, str]
    """The reference of a request by each order that it names."""
    fingerprints: dict[str, str]
    """The reference of a request by the fingerprint of each of its numbers."""


class Orphan(Message):
    """An open order at Telnyx that no running request works on."""

    order_id: Name
    status: Name
    numbers: int
    reference: Name = ""
    """A running request that knows the order, or works on a number of it."""
    at_risk: bool = False
    """True when one of its numbers is active, or may be. To delete the order could switch that number off."""


class OrphansReport(Message):
    """The open orders that no request works on."""

    open_orders: int
    orphans: list[Orphan]
    unnamed: list[Orphan] = Field(default_factory=list)
    """Orders that no running request names, or not yet, although one of them works on a number of the order. It may be
    placing the order now, or asking whose order it is."""
    left: list[Orphan] = Field(default_factory=list)
    """Orders that a running request left at Telnyx: it took another order, or could not delete this one."""
