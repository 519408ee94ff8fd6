"""Everything a request knows, in one object: it is what continue-as-new carries and what a query shows."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel

from domain.messages import Choice, Document, Event, HostingRequest, Need, NumberVerdict, SubmitCodes
from domain.vocabulary import AskKind, Next, NumberState, Outcome, Step

MAX_EVENTS = 200
MAX_AUTOMATIC_ORDERS = 1
"""New orders that a number gets by itself when it timed out at the carrier (Telnyx facts §5)."""


class NumberRecord(BaseModel):
    """What is known of one number."""

    state: NumberState = NumberState.NEW
    status: str = ""
    because: str = "It has not been checked yet."
    again: bool = False
    """True when a new order is the remedy."""
    automatic_orders: int = 0


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
    from_watch: bool = False
    """True when the order's own word raised it, so that the order's next word settles it."""
    chosen: Choice | None = None

    @property
    def next_due(self) -> datetime | None:
        """When to look at the ask again: its next reminder, else its deadline."""
        return self.reminders[0] if self.reminders else self.deadline


class Round(BaseModel):
    """One Telnyx order and the numbers that it is for."""

    numbers: list[str]
    order_id: str = ""
    may_have_order: bool = False
    """True while an order may be on its way whose id is not known."""
    codes_requested: bool = False
    papers_given: bool = False
    digest: str = ""
    """What of the order was last put to a person."""


class State(BaseModel):
    """One request."""

    numbers: dict[str, NumberRecord]
    step: Step = Step.ELIGIBILITY
    outcome: Outcome = Outcome.RUNNING
    eligibility_checked: bool = False
    fingerprints: list[str] = []
    rounds: int = 0
    round: Round | None = None
    order_ids: list[str] = []
    loa: Document | None = None
    bill: Document | None = None
    papers_refused: str = ""
    """Why the papers at hand must be replaced before they go up (again); empty when they need not."""
    asks: list[AskRecord] = []
    asks_opened: int = 0
    events: list[Event] = []
    left_behind: list[str] = []
    stopping: str = ""
    """Why the request is being stopped, while what it has at Telnyx is removed."""
    unread: list[SubmitCodes] = []
    """Signals that came while the workflow was about to continue as new."""

    @classmethod
    def of(cls, request: HostingRequest) -> "State":
        """The state a request starts with, or the one it carried over."""
        if request.carry is not None:
            return cls.model_validate(request.carry)
        numbers = {number: NumberRecord() for number in request.phone_numbers}
        return cls(numbers=numbers, loa=request.loa, bill=request.bill)

    # The numbers

    def in_state(self, *states: NumberState) -> list[str]:
        """The request's numbers in one of these states, in the request's order."""
        return [number for number, record in self.numbers.items() if record.state in states]

    def waiting(self, *states: NumberState) -> list[str]:
        """The numbers of this round in one of these states."""
        return [number for number in self.round_numbers if self.numbers[number].state in states]

    @property
    def round_numbers(self) -> list[str]:
        """The numbers of this round, final or not; none between rounds."""
        return self.round.numbers if self.round else []

    def under_way(self) -> dict[NumberState, list[str]]:
        """The numbers of this round that are not final, by what is known of them."""
        grouped: dict[NumberState, list[str]] = {}
        for number in self.round_numbers:
            state = self.numbers[number].state
            if not state.is_final:
                grouped.setdefault(state, []).append(number)
        return grouped

    def unsettled(self) -> list[str]:
        """The numbers that are not final: of the round, or of the request while there is no round."""
        numbers = self.round.numbers if self.round else list(self.numbers)
        return [number for number in numbers if not self.numbers[number].state.is_final]

    def to_order(self) -> list[str]:
        """The numbers that the next round is for: new ones, and those that time-outs gave another try."""
        return [
            number
            for number, record in self.numbers.items()
            if record.state is NumberState.NEW or (record.again and record.automatic_orders < MAX_AUTOMATIC_ORDERS)
        ]

    def learn(self, number: str, told: NumberVerdict) -> None:
        """Take over what an activity says of a number; an active one is never touched again."""
        record = self.numbers.get(number)
        if record is None or record.state is NumberState.ACTIVE or record.state is NumberState.GIVEN_UP:
            return
        record.state, record.because = told.state, told.because or record.because
        record.status = told.status or record.status
        record.again = told.next is Next.AGAIN

    def move(self, numbers: Iterable[str], state: NumberState, because: str) -> None:
        """Move numbers on by what we did ourselves."""
        for number in numbers:
            self.numbers[number].state, self.numbers[number].because = state, because

    def end(self, numbers: Iterable[str], state: NumberState, because: str) -> None:
        """Settle numbers by our own decision; final ones stay as they are."""
        for number in numbers:
            record = self.numbers.get(number)
            if record is not None and not record.state.is_final:
                record.state, record.because, record.again = state, because, False

    # The round

    def begin_round(self) -> Round:
        """Start a round with every number that is to be ordered."""
        numbers = self.to_order()
        for number in numbers:
            record = self.numbers[number]
            record.automatic_orders += 1 if record.again else 0
            record.state, record.again = NumberState.NEW, False
        self.rounds += 1
        self.round = Round(numbers=numbers)
        return self.round

    # The papers

    def papers_wanted(self) -> str:
        """What is missing or must be replaced before an upload, as guidance; empty when nothing is."""
        missing = [name for name, document in (("LOA", self.loa), ("bill", self.bill)) if document is None]
        if self.papers_refused:
            return self.papers_refused
        if missing:
            return (
                f"Hand in the {' and the '.join(missing)} as PDF: the LOA signed and dated within 30 days in the exact"
                " name of the account holder, the bill last month's and showing every number."
            )
        return ""

    # What happened

    def note(self, at: datetime, what: str, by: str = "") -> None:
        """Remember something for people to read."""
        self.events = [*self.events[-(MAX_EVENTS - 1) :], Event(at=at, what=what, by=by)]

    def same_need(self, need: Need) -> AskRecord | None:
        """The open ask that wants the same as a need, if any; codes and papers are wanted once at a time."""
        of_kind = [ask for ask in self.asks if ask.kind is need.kind]
        if need.kind in {AskKind.CODES, AskKind.DOCUMENTS}:
            return of_kind[0] if of_kind else None
        return next((ask for ask in of_kind if ask.guidance == need.guidance), None)
