"""What a request remembers of each number, each ask and each round. Field names are carried from run to run."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from domain.activity_io import CodeHistory
from domain.free_text import Sentences
from domain.messages import Choice
from domain.read_statuses import replace_status
from domain.verdicts import NumberVerdict
from domain.vocabulary import AskKind, Next, NumberState

MAX_AUTOMATIC_ORDERS = 1
"""New orders that a number gets by itself after a timeout at the carrier (docs/telnyx.md §5)."""


class Retry(StrEnum):
    """Why a number gets another order."""

    NO = ""
    AUTOMATIC = "automatic"
    BY_PERSON = "by_person"


class NumberRecord(BaseModel):
    """What is known of one number."""

    state: NumberState = NumberState.NEW
    status: str = ""
    because: Sentences = "It has not been checked yet."
    retry: Retry = Retry.NO
    """Whether the number goes into another order, and who decided it."""
    automatic_orders: int = 0
    parked: AskKind | None = None
    """The number is on hold: its order is over, and it waits for this ask (the carrier's consent, or support)."""
    codes_sent: CodeHistory | None = None
    """The codes that were sent to it in this order."""
    proof: str = ""
    """A fingerprint of the code that proved it in this order."""
    unreachable: bool = False
    """True when Telnyx could not send the last code."""
    over_at_telnyx: bool = False
    """True when its order no longer holds it."""

    @property
    def is_finished(self) -> bool:
        """True when nothing more happens to the number in this request."""
        return self.state.is_final and self.parked is None and self.retry is Retry.NO

    def apply(self, verdict: NumberVerdict) -> None:
        """Take over what Telnyx says of the number. An active number never changes again."""
        if self.state is NumberState.ACTIVE:
            return
        if self.state is NumberState.GIVEN_UP:
            self._apply_after_giving_up(verdict)
            return
        self.state, self.because = verdict.state, verdict.because or self.because
        self.over_at_telnyx = verdict.state in {NumberState.REJECTED, NumberState.FAILED}
        self._plan_retry(verdict)

    def take_status(self, status: str) -> None:
        """Keep the status that was read last. The sentence about a final number names the one that ended it."""
        if not self.state.is_final:
            self.because = replace_status(self.because, self.status, status)
        self.status = status

    def _apply_after_giving_up(self, verdict: NumberVerdict) -> None:
        """Telnyx may have activated the number before it could be taken out of the order. Then it is active."""
        if verdict.state is NumberState.ACTIVE:
            self.state = verdict.state
            self.because = f"{verdict.because} That was before it could be taken out. {self.because}"

    def _plan_retry(self, verdict: NumberVerdict) -> None:
        """Order the number again by itself, or put it on hold until a person decides."""
        if verdict.next is Next.AGAIN and self.automatic_orders < MAX_AUTOMATIC_ORDERS:
            self.retry, self.automatic_orders = Retry.AUTOMATIC, self.automatic_orders + 1
        elif verdict.next is Next.AGAIN or (verdict.next is Next.ASK and verdict.state is NumberState.FAILED):
            self.parked = AskKind.SUPPORT
        elif verdict.state is NumberState.REJECTED:
            self.parked = AskKind.CARRIER

    def give_up(self, because: str) -> None:
        """End the number by a decision of ours, also when it is on hold. A finished number stays as it is."""
        if not self.is_finished:
            before = f" Before: {self.because}" if self.parked else ""
            self.state, self.because = NumberState.GIVEN_UP, because + before
            self.parked, self.retry = None, Retry.NO

    def enter_round(self) -> None:
        """Start over in a new order."""
        self.state, self.retry, self.over_at_telnyx = NumberState.NEW, Retry.NO, False
        self.codes_sent, self.unreachable, self.proof = None, False, ""


class AskRecord(BaseModel):
    """Something awaited from a person."""

    id: str
    kind: AskKind
    numbers: list[str]
    guidance: Sentences
    choices: list[Choice] = []
    since: datetime
    reminders: list[datetime] = []
    deadline: datetime | None = None
    escalate_at: datetime | None = None
    """When a second recipient is told, once."""
    topic: str = ""
    """What tells it from others of its kind, see `domain.verdicts.Need`."""
    from_watch: bool = False
    """True when the order's status raised it, so that the order's next status closes it."""
    chosen: Choice | None = None

    @property
    def next_due(self) -> datetime | None:
        """When to look at the ask again: at its next reminder, its escalation or its deadline."""
        return min((at for at in (*self.reminders[:1], self.escalate_at, self.deadline) if at), default=None)


class TransferWait(BaseModel):
    """The time in which another Telnyx account, which hosts an order's numbers, may object to losing them."""

    order_id: str
    until: datetime
    decision: str
    """`pending`, `approved` or `rejected`, as webhooks reported it. Only the order itself ends its numbers."""
    over: bool = False
    """True once the codes may be asked for."""
    unconfirmed: bool = False
    """True while the order is to be read for it: a webhook reported it, and the request did not opt in."""


class Round(BaseModel):
    """One Telnyx order and the numbers that it is for."""

    numbers: list[str]
    order_id: str = ""
    may_have_order: bool = False
    """True while there may be an order of the round whose id is not known."""
    may_have_sent: bool = True
    """False as long as no order was sent for the round."""
    watch_from: datetime | None = None
    """When the watch of an order that was just placed begins at the latest. None once it began, and for all others."""
    codes_requested: bool = False
    unanswered: list[str] = []
    """Numbers for which it is unknown whether the last code was sent."""
    papers_given: bool = False
    """True once the documents were uploaded to the order."""
    uploaded: dict[str, str] = {}
    """The sha256 of the LOA and of the bill that were uploaded last."""
    digest: str = ""
    """What of the order a person was asked about last."""
    known_refusal: str = ""
    """What of the order refused the documents before the present ones. It may still stand after the upload."""
    refused_again: bool = False
    """True once a webhook said that Telnyx refused the present documents."""
    transfer: TransferWait | None = None
    review_since: datetime | None = None
    """When the present review began: at our upload, or at an upload in the portal."""
    late_since: datetime | None = None
    """When the review should have been over. Set once people were told that it is late."""

    @property
    def has_unconfirmed_transfer(self) -> bool:
        """Whether the order is to be read before anything is given up for a transfer that a webhook reported."""
        return self.transfer is not None and self.transfer.unconfirmed

    def begin_review(self, now: datetime) -> None:
        """Telnyx and the losing carrier have the documents from now on."""
        self.review_since, self.late_since, self.refused_again = now, None, False

    def hear_refusal(self, at: datetime) -> None:
        """A webhook says that Telnyx refused the documents at an instant. Only the order itself is believed."""
        if self.known_refusal and self.review_since is not None and at > self.review_since:
            self.refused_again = True

    def end_review(self) -> None:
        """The documents were refused."""
        self.papers_given, self.review_since, self.late_since = False, None, None
        self.known_refusal, self.refused_again = "", False
