"""What a request's workflow passes to its activities and gets back: exactly one model each way.

An answer that decides what the workflow does is a `Verdict`, plus what only that step knows.
"""

from datetime import datetime

from pydantic import Field

from domain.free_text import Sentences
from domain.messages import Code, Document, Message, NumberResult
from domain.notification import Notification
from domain.verdicts import Verdict
from domain.vocabulary import AskKind, NumberState

# Eligibility


class CheckEligibility(Message):
    """Check numbers before they are ordered."""

    account: str
    messaging_profile_id: str
    phone_numbers: list[str]
    all_or_nothing: bool = False
    internal_transfer: bool = False
    accepted: dict[str, str] = Field(default_factory=dict)
    """Unknown statuses with which a person wants numbers ordered anyway, by number."""
    asked_at: datetime | None = None
    """When the workflow asked. It counts as the time of a check by a local activity, which has no time of the server's.
    """


class EligibilityVerdict(Verdict):
    """What may be ordered, and the fingerprints by which the request is found."""

    checked_at: datetime | None = None
    """When Telnyx was asked; a question about its answer may stay open for weeks. None: Telnyx was not asked."""
    fingerprints: list[str] = Field(default_factory=list)
    hosted_elsewhere: list[str] = Field(default_factory=list)
    """Numbers that may be ordered although another Telnyx account hosts them; that account may object."""


# The order


class PlaceOrder(Message):
    """Make sure that exactly one order holds these numbers."""

    reference: str
    account: str
    messaging_profile_id: str
    phone_numbers: list[str]
    adopt: str = ""
    """The order that a person chose among the candidates."""
    all_or_nothing: bool = False
    """Order nothing when Telnyx refuses one of the numbers."""
    started_afresh: bool = False
    """True when this run does not know what an earlier run sent, for instance after a reset."""
    checked_until: datetime | None = None
    """After this instant the eligibility check is too old: the numbers are checked again instead of ordered."""


class FindOrder(Message):
    """Look once more for an order that may have been placed before the request was stopped."""

    reference: str
    account: str
    messaging_profile_id: str
    phone_numbers: list[str]
    forgotten: bool = False
    """True when the run was reset. Then an order that it placed before may have ended by now."""
    may_have_sent: bool = True
    """False when the request sent no order. Then every order that is found belongs to others."""


class OrderVerdict(Verdict):
    """What an order means; `order_id` is empty when there is no order yet."""

    order_id: str = ""
    digest: str = ""
    """What was reported about the order; the watch reports nothing until it changes."""


class PlacementVerdict(OrderVerdict):
    """Which order the numbers are in, if any."""

    may_be_ours: bool = False
    """True when orders with the numbers are there, or may be, that are to be looked for before the round is over."""
    may_have_sent: bool = True
    """False when the activity sent no order of which it is unknown what became of it."""
    watch_after: float = Field(default=0.0, allow_inf_nan=False)
    """Seconds for which no one has to watch the order: it was placed just now, and what it becomes is our own doing."""
    not_taken: dict[str, Sentences] = Field(default_factory=dict)
    """Open orders with numbers of the request that are not its order, by id: why each stays, and how to remove it."""


class CurrentOrder(Message):
    """The order of a round, and what is known of its numbers that are still under way."""

    account: str
    order_id: str
    known: dict[NumberState, list[str]]
    papers_given: bool = False
    """Whether the documents were uploaded since Telnyx last asked for them."""

    def states(self) -> dict[str, NumberState]:
        """Map each number to its known state."""
        return {number: state for state, numbers in self.known.items() for number in numbers}


class WatchOrder(CurrentOrder):
    """Watch an order until it means something else than what is known."""

    digest: str = ""
    known_refusal: str = ""
    """What of the order refused the documents before the present ones, see `activities.refused_documents`."""
    refused_again: bool = False
    """True once a webhook said that Telnyx refused the documents after they were uploaded."""
    review_since: datetime | None = None
    """When the review began. None when there is no review, or when its lateness was already reported."""
    transfer_of: list[str] = Field(default_factory=list)
    """The numbers that the order was placed for, while a webhook's report of a transfer that the request did not opt in
    to is to be checked. Empty when there is none."""


class WatchVerdict(OrderVerdict):
    """What changed since what was known."""

    late_since: datetime | None = None
    """When a review that still goes on should have ended."""
    refusal_over: bool = False
    """True when the refusal that was known before the upload counts no more: another one is new."""
    transfer_doubt: str = ""
    """Why nothing is given up for the reported transfer: the order, as it was read, contradicts it."""
    told: WatchOrder | None = None
    """What the order was compared with; None when that is the activity's own input. A request may know more by then."""


class UploadVerdict(OrderVerdict):
    """What an order means right after an upload."""

    known_refusal: str = ""
    """What of it still refuses the last documents. It says nothing about the new ones."""


class DeleteOrder(CurrentOrder):
    """Delete an order if that is safe."""

    ours: list[str]
    """Every number of the request. An order with any other number does not belong to the request alone."""


class DeletionVerdict(OrderVerdict):
    """What a deletion did."""

    deleted: bool = False
    left_behind: Sentences = ""
    """What could not be removed, and how to remove it."""


# Ownership codes


class CodeHistory(Message):
    """How many codes a number was sent in this order, and when the last one was sent."""

    times: int
    last: datetime


class RequestCodes(CurrentOrder):
    """Have Telnyx send a code to each of these numbers, by SMS or by a call."""

    phone_numbers: list[str]
    method: str = "sms"
    contact_hours: str = ""
    earlier: dict[str, CodeHistory] = Field(default_factory=dict)
    """What the numbers were sent before, including what an earlier attempt without an answer may have sent."""
    unanswered: list[str] = Field(default_factory=list)
    """Numbers for which Telnyx was asked last, but did not answer whether it sent a code."""


class CodeRequestVerdict(OrderVerdict):
    """Which numbers were sent a code."""

    sent: list[str] = Field(default_factory=list)
    """Numbers for which Telnyx was asked now, with or without an answer."""
    counts: dict[str, CodeHistory] = Field(default_factory=dict)
    """What each of these has been sent by now."""
    unsent: list[str] = Field(default_factory=list)
    """Those of them to which Telnyx could not send a code."""
    unanswered: list[str] = Field(default_factory=list)
    """Those of them for which Telnyx did not answer whether it sent a code."""
    not_before: datetime | None = None
    """When to ask again: when the request's contact hours begin, or when another code may be sent."""


class TryCodes(CurrentOrder):
    """Submit the codes that were read out."""

    codes: list[Code]


class CodesVerdict(Verdict):
    """What became of each submitted code."""

    results: list[NumberResult] = Field(default_factory=list)


# Documents


class UploadDocuments(CurrentOrder):
    """Upload the LOA and the bill to the order."""

    reference: str
    loa: Document
    bill: Document


class CheckDocuments(Message):
    """Check that documents are in the store and can be uploaded."""

    reference: str
    phone_numbers: list[str]
    loa: Document | None = None
    bill: Document | None = None


class DocumentCheckResult(Message):
    """Whether the documents passed the check, and what a person should know."""

    accepted: bool
    sentence: Sentences
    warning: Sentences = ""
    """What Telnyx may refuse although the check passed."""


class ForgetDocuments(Message):
    """Delete the documents of requests that ended long enough ago."""

    now: datetime


class ForgetDocumentsResult(Message):
    """How much was deleted."""

    requests: int
    documents: int


# Asks


class PlanAsk(Message):
    """An ask that is about to be opened or planned again; the plan's deadline goes into its notification."""

    kind: AskKind
    now: datetime
    ends: datetime | None = None
    """Its deadline, if that is known already."""
    news: Notification | None = None
    """The notification to publish; None for none."""


class AskPlan(Message):
    """When to remind people of an ask, and when it expires; without a deadline it never does."""

    reminders: list[datetime]
    deadline: datetime | None = None
    escalate_at: datetime | None = None
    """When a second recipient is notified because no answer has come."""
    untold: Notification | None = None
    """The notification, if its delivery could not be started."""
