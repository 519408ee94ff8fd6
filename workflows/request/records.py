"""What a request remembers of each number, each ask and each round."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from domain.activity_io import CodeHistory
from domain.messages import Choice
from domain.vocabulary import AskKind, NumberState


class Retry(StrEnum):
    """Why a number gets another order."""

    NO = ""
    AUTOMATIC = "automatic"
    BY_PERSON = "by_person"


class NumberRecord(BaseModel):
    """What is known of one number."""

    state: NumberState = NumberState.NEW
    status: str = ""
    because: str = "It has not been checked yet."
    retry: Retry = Retry.NO
    """Whether the number goes into another order, and on whose word."""
    automatic_orders: int = 0
    parked: AskKind | None = None
    """The ask that it waits for although its order is over: the carrier's consent, or Telnyx support."""
    codes_sent: CodeHistory | None = None
    """What it was sent in this order."""
    unreachable: bool = False
    """True when Telnyx could not send the last code."""
    over_at_telnyx: bool = False
    """True when its order holds it no more."""

    @property
    def is_finished(self) -> bool:
        """True when nothing more happens to the number in this request."""
        return self.state.is_final and self.parked is None and self.retry is Retry.NO


class AskRecord(BaseModel):
    """Something awaited from a person."""

    id: str
    kind: AskKind
    numbers: list[str]
    guidance: str
    choices: list[Choice] = []
    since: datetime
    reminders: list[datetime] = []
    deadline: datetime | None = None
    escalate_at: datetime | None = None
    """When a second recipient is told, once."""
    topic: str = ""
    """What tells it from others of its kind, see `domain.messages.Need`."""
    from_watch: bool = False
    """True when the order's own word raised it, so that the order's next word settles it."""
    chosen: Choice | None = None

    @property
    def next_due(self) -> datetime | None:
        """When to look at the ask again: at its next reminder, to escalate it, or at its deadline."""
        return min((at for at in (*self.reminders[:1], self.escalate_at, self.deadline) if at), default=None)


class TransferWait(BaseModel):
    """The time in which another Telnyx account, which hosts an order's numbers, may object to losing them."""

    order_id: str
    until: datetime
    decision: str
    """`pending`, `approved` or `rejected`, as webhooks told it; only the order itself ends its numbers."""
    over: bool = False
    """True once the codes may be asked for."""


class Round(BaseModel):
    """One Telnyx order and the numbers that it is for."""

    numbers: list[str]
    order_id: str = ""
    may_have_order: bool = False
    """True while there may be an order of the round whose id is not known."""
    codes_requested: bool = False
    unanswered: list[str] = []
    """Numbers of which nobody knows whether the last code was sent."""
    papers_given: bool = False
    uploaded: dict[str, str] = {}
    """The sha256 of the LOA and of the bill that went up last."""
    digest: str = ""
    """What of the order was last put to a person."""
    transfer: TransferWait | None = None
    review_since: datetime | None = None
    """When the review under way began: our papers went up, or somebody's in the portal."""
    late_since: datetime | None = None
    """When the review should have been over; set once people were told that it is late."""

    def review_begins(self, now: datetime) -> None:
        """The papers are with Telnyx and the losing carrier, from now on."""
        self.review_since, self.late_since = now, None

    def review_ends(self) -> None:
        """The papers were refused."""
        self.papers_given, self.review_since, self.late_since = False, None, None
