"""What a Telnyx account's workflow is told and answers: claims of numbers, the account's stop, Telnyx's silence.

`hosting-account-<name>` is one workflow for each account. Its requests, and whoever mends the account, write to it.
"""

from datetime import datetime

from pydantic import Field, JsonValue

from domain.messages import Event, Message


class AccountUnreachable(Exception):  # noqa: N818 - named for what happened
    """The account's workflow did not answer, so nobody knows who holds a number; trying again may mend it."""


class OpenAccount(Message):
    """Starts an account's workflow; whoever needs it first does."""

    account: str
    carry: dict[str, JsonValue] | None = None
    """What it knew when it continued as new; never given by anybody else."""


class Claim(Message):
    """A request is about to order numbers: from now on they are its own, until it is closed."""

    reference: str
    workflow_run_id: str
    fingerprints: list[str]
    void: list[str] = Field(default_factory=list)
    """References that were named as holders and are closed: their claims count no more."""


class ClaimResult(Message):
    """Who holds the numbers now; those that are free, or were void, are the claimant's in either case."""

    granted: bool
    """True when all of them are the claimant's."""
    holders: dict[str, str] = Field(default_factory=dict)
    """The reference that holds it, by fingerprint, of each number that is another request's."""
    moved: bool = False
    """True when another run claimed one of them within the last hour: what that run sent may still be on its way."""


class AccountTrouble(Message):
    """Telnyx refused the account itself to a request, which waits from now on."""

    account: str
    workflow_id: str
    because: str
    at: datetime
    """When the refused call was made: what was refused before a resume says nothing about the account now."""


class AccountSilence(Message):
    """Telnyx has not answered an activity for long."""

    since: datetime


class ResumeAccount(Message):
    """The account works again, says a person: all its requests go on."""

    by: str = ""


class OpenRequests(Message):
    """Requests that hold claims."""

    references: list[str]


class ClosedRequests(Message):
    """Those of them that are over, whose claims are void."""

    references: list[str]


class AccountProgress(Message):
    """Where an account stands."""

    account: str
    stopped: bool = False
    since: datetime | None = None
    """Since when it is stopped."""
    because: str = ""
    """Telnyx's own words."""
    waiting: list[str] = Field(default_factory=list)
    """References of the requests that wait for it, or are just being woken."""
    silent_since: datetime | None = None
    """Since when Telnyx has not answered; empty when it answers."""
    requests: int = 0
    """How many requests hold numbers, closed ones included until they are forgotten."""
    numbers: int = 0
    events: list[Event] = Field(default_factory=list)
    partial: bool = False
    """True when no worker answered and this is only what the server itself knows."""
