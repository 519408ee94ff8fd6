"""What the workflow hands to its activities and gets back: exactly one model each way.

Every answer that a workflow acts on is a `Verdict`, with what only that step knows added to it.
"""

from datetime import datetime

from pydantic import Field

from domain.messages import Code, Document, Message, NumberResult, Verdict
from domain.notification import Notification
from domain.vocabulary import AskKind, NumberState


class CheckEligibility(Message):
    """Check numbers before they are ordered."""

    account: str
    messaging_profile_id: str
    phone_numbers: list[str]
    all_or_nothing: bool = False
    internal_transfer: bool = False
    accepted: dict[str, str] = Field(default_factory=dict)
    """Words that are not understood, with which a person wants these numbers ordered all the same."""


class EligibilityVerdict(Verdict):
    """What may be ordered, and the fingerprints under which the request is found."""

    checked_at: datetime | None = None
    """When Telnyx was asked; people may take weeks to answer a question about it. None: it never came to that."""
    fingerprints: list[str] = Field(default_factory=list)
    hosted_elsewhere: list[str] = Field(default_factory=list)
    """What may be ordered although another Telnyx account hosts it, which may object."""


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
    """True when this run does not know what an earlier one sent (a reset, for instance)."""
    checked_until: datetime | None = None
    """When it is too long ago that the numbers were checked; they are not ordered then, but checked again."""


class FindOrder(Message):
    """Look once more for an order that may have been placed before the request was stopped."""

    reference: str
    account: str
    messaging_profile_id: str
    phone_numbers: list[str]
    forgotten: bool = False
    """True when the run was reset, so that an order that it placed before may be over by now."""


class OrderVerdict(Verdict):
    """What an order means; `order_id` is empty when there is none yet."""

    order_id: str = ""
    digest: str = ""
    """What of the order was reported, so that the watch stays silent until it changes."""


class PlacementVerdict(OrderVerdict):
    """Which order the numbers are in, if any."""

    may_be_ours: bool = False
    """True when there are orders of which only a person can say whether the request placed one of them."""


class CurrentOrder(Message):
    """The order of a round and what is known of its numbers still under way."""

    account: str
    order_id: str
    known: dict[NumberState, list[str]]
    papers_given: bool = False

    def states(self) -> dict[str, NumberState]:
        """The known state of each number."""
        return {number: state for state, numbers in self.known.items() for number in numbers}


class WatchOrder(CurrentOrder):
    """Watch an order until it means something else than what is known."""

    digest: str = ""
    review_since: datetime | None = None
    """When the review began; None when there is none, or when people know already that it is late."""


class WatchVerdict(OrderVerdict):
    """What changed since the watch was told what is known."""

    late_since: datetime | None = None
    """When a review that goes on still should have been over."""
    told: WatchOrder | None = None
    """What it compared the order with, where that is not what it was started with: the request's own later word."""


class CodeHistory(Message):
    """What a number was sent in this order."""

    times: int
    last: datetime


class RequestCodes(CurrentOrder):
    """Have Telnyx text or call these numbers with a code each."""

    phone_numbers: list[str]
    method: str = "sms"
    contact_hours: str = ""
    earlier: dict[str, CodeHistory] = Field(default_factory=dict)
    """What the numbers were sent before, and what an unanswered try of this work may have sent them."""
    unanswered: list[str] = Field(default_factory=list)
    """Those for which Telnyx was asked last without a word whether a code was sent."""


class CodeRequestVerdict(OrderVerdict):
    """Which numbers were sent a code."""

    sent: list[str] = Field(default_factory=list)
    """Those for which Telnyx was asked now, whether its answer came or not."""
    counts: dict[str, CodeHistory] = Field(default_factory=dict)
    """What each of these was sent by now."""
    unsent: list[str] = Field(default_factory=list)
    """Those of them to which Telnyx could not send."""
    unanswered: list[str] = Field(default_factory=list)
    """Those of which nobody knows whether the last one was sent."""
    not_before: datetime | None = None
    """When to ask again: when the request's contact hours begin, or when another code may be sent."""


class TryCodes(CurrentOrder):
    """Submit the codes that somebody read out."""

    codes: list[Code]


class CodesVerdict(Verdict):
    """What became of each submitted code."""

    results: list[NumberResult] = Field(default_factory=list)


class UploadDocuments(CurrentOrder):
    """Upload LOA and bill to the order."""

    reference: str
    loa: Document
    bill: Document


class CheckDocuments(Message):
    """See whether handed-in documents are in the store and fit to be uploaded."""

    reference: str
    phone_numbers: list[str]
    loa: Document | None = None
    bill: Document | None = None


class DocumentCheckResult(Message):
    """Whether the documents passed the gate, and what a person should know either way."""

    accepted: bool
    sentence: str
    warning: str = ""
    """What Telnyx may refuse although the gate let it pass."""


class DeleteOrder(CurrentOrder):
    """Remove an order where that is safe."""

    ours: list[str]
    """Every number of the request: an order that names another one is not the request's alone."""


class DeletionVerdict(OrderVerdict):
    """What a deletion did: `left_behind` says what could not be removed and how to remove it."""

    deleted: bool = False
    left_behind: str = ""


class PlanAsk(Message):
    """An ask about to be opened, or planned anew, with the news of it; the plan adds the deadline."""

    kind: AskKind
    now: datetime
    ends: datetime | None = None
    """Its deadline, where that is known already."""
    news: Notification | None = None
    """None: nobody is told."""


class AskPlan(Message):
    """When to remind of an ask next, and when it expires; without a deadline it never does."""

    reminders: list[datetime]
    deadline: datetime | None = None
    escalate_at: datetime | None = None
    """When a second recipient is told that nobody answered."""
    untold: Notification | None = None
    """The news of the ask, when its delivery could not be begun."""


class ForgetDocuments(Message):
    """Delete the documents of requests that ended long enough ago."""

    now: datetime


class ForgetDocumentsResult(Message):
    """What was deleted."""

    requests: int
    documents: int
