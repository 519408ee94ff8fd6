"""Messages of an account's workflow: claims of numbers, the account's stop, and outages of Telnyx.

`hosting-account-<name>` is one workflow for each Telnyx account. The account's requests write to it, and so does the
person who fixed the account.
"""

from datetime import datetime

from pydantic import Field, JsonValue

from domain.free_text import Name, Sentences
from domain.messages import Event, Message

CLAIM_MANY_UPDATE = "claim_many"
"""Claims numbers of an account for several requests at once."""


class AccountUnreachable(Exception):  # noqa: N818 - its name is the failure type, which is part of the contract
    """The account's workflow did not answer, so it is unknown who holds a number; another try may succeed."""


class OpenAccount(Message):
    """Starts an account's workflow; the first message to it does that."""

    account: str
    carry: dict[str, JsonValue] | None = None
    """What it knew when it continued as new; no other caller sets it."""


class Claim(Message):
    """A request is about to order numbers: from now on they are its own, until it is closed."""

    reference: str
    workflow_run_id: str
    fingerprints: list[str]
    void: list[str] = Field(default_factory=list)
    """References that were named as holders and are closed. Their claims no longer count."""


class ClaimResult(Message):
    """Who holds the numbers now. The request gets those that are free in any case, also when others are not."""

    granted: bool
    """True when the request holds all of them."""
    holders: dict[str, str] = Field(default_factory=dict)
    """Of each number that another request holds: the reference of that request, by the number's fingerprint."""
    moved: bool = False
    """True when another run claimed one of them within the last hour: a call of that run may still be on its way."""
    moved_at: datetime | None = None
    """When the last of them moved; None when none did within the last hour."""
    no_room: Sentences = ""
    """Why the request got none of them: the account's workflow holds as many claims as it can."""


class ManyClaims(Message):
    """Claims that came at the same time. Each is answered by itself."""

    claims: list[Claim]


class ManyClaimResults(Message):
    """The answers, in the order of the claims."""

    results: list[ClaimResult]


class AccountTrouble(Message):
    """Telnyx refused the account itself to a request. That request waits from now on."""

    account: str
    workflow_id: str
    because: Sentences
    at: datetime
    """When the refused call was made. A refusal from before a resume says nothing about the account now."""


class AccountSilence(Message):
    """Telnyx has not answered an activity for a long time."""

    since: datetime
    because: Sentences = ""
    """What came instead of its answer, with the HTTP status if there was one."""


class ProbeAccount(Message):
    """Telnyx refuses the account: it is asked now and then whether it still does."""

    account: str
    failed_trials: int = 0
    """How often Telnyx took a probe and then refused a request. Each time the probes begin later."""


class ResumeAccount(Message):
    """A person says that the account works again: all its requests go on."""

    by: Name = ""


class OpenRequests(Message):
    """Requests of an account that hold claims."""

    references: list[str]
    account: str = ""


class ClosedRequests(Message):
    """Those of them that are closed, so that their claims are void."""

    references: list[str]


class AccountProgress(Message):
    """Where an account stands."""

    account: Name
    stopped: bool = False
    since: datetime | None = None
    """When it was stopped."""
    because: Sentences = ""
    """What Telnyx said."""
    heals: bool = False
    """True when a stopped account resumes by itself once Telnyx accepts it again."""
    waiting: list[Name] = Field(default_factory=list)
    """References of the requests that wait for the account, or are just being resumed."""
    silent_since: datetime | None = None
    """When Telnyx stopped answering; None while it answers."""
    silent_because: Sentences = ""
    """What came last instead of its answer."""
    requests: int = 0
    """How many requests hold numbers. A closed one counts until its claims are dropped."""
    numbers: int = 0
    events: list[Event] = Field(default_factory=list)
    listed_at: datetime | None = None
    """When the list of the account's orders was read last. Null: never, or no order is under watch now."""
    listing_trouble: Sentences = ""
    """Why the list could not be read when it was tried last. The requests then look at their orders themselves."""
    partial: bool = False
    """True when no worker answered and only what the Temporal server knows is here."""
