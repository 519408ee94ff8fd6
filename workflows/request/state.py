"""Everything a request knows, in one object: it is what continue-as-new carries and what a query shows."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, Field

from domain.messages import (
    Document,
    Event,
    HostingRequest,
    Need,
    NumberVerdict,
    ResendCodes,
    SubmitCodes,
    TelnyxNews,
)
from domain.vocabulary import AskKind, Next, NumberState, Outcome, Step
from workflows.request.records import AskRecord, NumberRecord, Retry, Round

CHECK_GOOD_FOR = timedelta(days=1)
"""Whether a number can be hosted may change until it is ordered (Telnyx facts §11)."""
LOA_GOOD_FOR = timedelta(days=30)
"""After its signature (Telnyx facts §9); we know only when it was handed in."""
MAX_EVENTS = 200
ONE_AT_A_TIME = {AskKind.CODES, AskKind.DOCUMENTS, AskKind.CARRIER, AskKind.SUPPORT, AskKind.TRANSFER, AskKind.ACCOUNT}
"""Asks that are one task, whose numbers come and go; each other question is an ask of its own."""
MAX_AUTOMATIC_ORDERS = 1
"""New orders that a number gets by itself when it timed out at the carrier (Telnyx facts §5)."""


class State(BaseModel):
    """One request."""

    numbers: dict[str, NumberRecord]
    step: Step = Step.ELIGIBILITY
    outcome: Outcome = Outcome.RUNNING
    eligible_as_of: datetime | None = None
    """When Telnyx last said what can be hosted."""
    checked: list[str] = []
    """The numbers of which it said so: others may be ordered later, such as those that a person retries."""
    accepted: dict[str, str] = {}
    """Words of the check that nobody understands, with which a person had these numbers ordered all the same."""
    fingerprints: list[str] = []
    hosted_elsewhere: list[str] = []
    """Numbers that another Telnyx account hosted when they were checked, and which it may refuse to let go."""
    rounds: int = 0
    round: Round | None = None
    order_ids: list[str] = []
    loa: Document | None = None
    bill: Document | None = None
    loa_since: datetime | None = None
    """When the LOA was handed in: its age counts from there."""
    bill_looked_at: bool = False
    """Whether the refused bill was searched for the ordered numbers."""
    papers_refused: str = ""
    """Why the papers at hand must be replaced before they go up (again); empty when they need not."""
    asks: list[AskRecord] = []
    asks_opened: int = 0
    refused_since: datetime | None = None
    """Since when Telnyx refuses the account, until all other asks were given that time back."""
    events: list[Event] = []
    left_behind: list[str] = []
    stopping: str = ""
    """Why the request is being stopped, while what it has at Telnyx is removed."""
    unread: list[Annotated[SubmitCodes | TelnyxNews, Field(union_mode="left_to_right")]] = []
    """Signals that came while the workflow was about to continue as new."""
    kept: list[ResendCodes] = []
    """Wishes for new codes that wait for the account, as codes do among the unread."""

    @classmethod
    def of(cls, request: HostingRequest, now: datetime) -> "State":
        """The state a request starts with, or the one it carried over."""
        if request.carry is not None:
            return cls.model_validate(request.carry)
        state = cls(numbers={number: NumberRecord() for number in request.phone_numbers})
        state.take_papers(now, request.loa, request.bill)
        return state

    @property
    def checked_until(self) -> datetime | None:
        """When what Telnyx said of the numbers to be ordered is too old; None while it was not asked about them all."""
        if self.eligible_as_of is None or not set(self.to_check()) <= set(self.checked):
            return None
        return self.eligible_as_of + CHECK_GOOD_FOR

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

    def to_check(self) -> list[str]:
        """The numbers that are not in an order yet: of the round, or of the request while there is no round."""
        return [number for number in self.open_numbers() if self.numbers[number].state is NumberState.NEW]

    def under_way(self) -> dict[NumberState, list[str]]:
        """The numbers of this round that are not final, by what is known of them."""
        grouped: dict[NumberState, list[str]] = {}
        for number in self.round_numbers:
            state = self.numbers[number].state
            if not state.is_final:
                grouped.setdefault(state, []).append(number)
        return grouped

    def open_in_round(self) -> list[str]:
        """The numbers of the round under way that are not final; none between rounds."""
        return self.open_numbers() if self.round else []

    def open_numbers(self) -> list[str]:
        """The numbers that are not final: of the round, or of the request while there is no round."""
        numbers = self.round.numbers if self.round else list(self.numbers)
        return [number for number in numbers if not self.numbers[number].state.is_final]

    @property
    def owner_decides(self) -> bool:
        """Whether another Telnyx account may still object to losing the numbers of the round's order."""
        transfer = self.round.transfer if self.round else None
        return bool(transfer and self.round and not transfer.over and transfer.order_id == self.round.order_id)

    @property
    def waits_for_account(self) -> bool:
        """Whether Telnyx refuses the account itself, so that calling it now would only be refused again."""
        return any(ask.kind is AskKind.ACCOUNT and ask.chosen is None for ask in self.asks)

    def to_prove(self) -> list[str]:
        """The numbers of this round whose codes are awaited; none while another account may object to a transfer."""
        return [] if self.owner_decides else self.waiting(NumberState.UNVERIFIED)

    def to_order(self) -> list[str]:
        """The numbers that the next round is for; those that a person retried get an order of their own."""
        records = self.numbers.items()
        by_itself = [
            number for number, record in records if record.state is NumberState.NEW or record.retry is Retry.AUTOMATIC
        ]
        return by_itself or [number for number, record in records if record.retry is Retry.BY_PERSON]

    def parked(self, kind: AskKind) -> list[str]:
        """The numbers whose order is over and which wait for a person."""
        return [number for number, record in self.numbers.items() if record.parked is kind]

    def given_up_in_order(self) -> list[str]:
        """The numbers of this round that were given up while its order still holds them."""
        return [number for number in self.waiting(NumberState.GIVEN_UP) if not self.numbers[number].over_at_telnyx]

    def learn(self, number: str, told: NumberVerdict) -> None:
        """Take over what an activity says of a number; an active one is never touched again."""
        record = self.numbers.get(number)
        if record is None or record.state is NumberState.ACTIVE:
            return
        if record.state is NumberState.GIVEN_UP:
            if told.state is NumberState.ACTIVE:
                record.state, record.status = told.state, told.status
                record.because = f"{told.because} That was before it could be taken out. {record.because}"
            return
        record.state, record.because = told.state, told.because or record.because
        record.status = told.status or record.status
        record.over_at_telnyx = told.state in {NumberState.REJECTED, NumberState.FAILED}
        if told.next is Next.AGAIN and record.automatic_orders < MAX_AUTOMATIC_ORDERS:
            record.retry, record.automatic_orders = Retry.AUTOMATIC, record.automatic_orders + 1
        elif told.next is Next.AGAIN or (told.next is Next.ASK and told.state is NumberState.FAILED):
            record.parked = AskKind.SUPPORT
        elif told.state is NumberState.REJECTED:
            record.parked = AskKind.CARRIER

    def move(self, numbers: Iterable[str], state: NumberState, because: str) -> None:
        """Move numbers on by what we did ourselves."""
        for number in numbers:
            self.numbers[number].state, self.numbers[number].because = state, because

    def end(self, numbers: Iterable[str], state: NumberState, because: str) -> None:
        """Settle numbers by our own decision; final ones stay as they are."""
        for number in numbers:
            record = self.numbers.get(number)
            if record is not None and not record.state.is_final:
                record.state, record.because = state, because

    def give_up(self, numbers: Iterable[str], because: str) -> None:
        """Settle numbers as given up, those that wait for a person included."""
        for number in numbers:
            record = self.numbers[number]
            if not record.is_finished:
                before = f" Before: {record.because}" if record.parked else ""
                record.state, record.because = NumberState.GIVEN_UP, because + before
                record.parked, record.retry = None, Retry.NO

    def retry(self, numbers: Iterable[str]) -> None:
        """A person settled it: these numbers get an order of their own."""
        for number in numbers:
            self.numbers[number].parked, self.numbers[number].retry = None, Retry.BY_PERSON

    def order_anew(self, numbers: Iterable[str]) -> None:
        """These numbers leave their order, which a person gave up, and get another."""
        numbers = list(numbers)
        self.end(numbers, NumberState.FAILED, "Its order was given up for a new one.")
        self.retry(numbers)

    def allow_more_codes(self, numbers: Iterable[str]) -> None:
        """A person says that more codes may be sent to these numbers."""
        for number in numbers:
            self.numbers[number].codes_sent = None

    def clear_holds(self) -> None:
        """The request stops: what waits for a person, or for another order, stays as Telnyx left it."""
        for record in self.numbers.values():
            record.parked, record.retry = None, Retry.NO

    # The round

    def begin_round(self) -> Round:
        """Start a round with every number that is to be ordered."""
        numbers = self.to_order()
        for number in numbers:
            record = self.numbers[number]
            record.state, record.retry, record.over_at_telnyx = NumberState.NEW, Retry.NO, False
            record.codes_sent, record.unreachable = None, False
        self.rounds += 1
        self.round = Round(numbers=numbers)
        return self.round

    # The papers

    def refuse_papers(self, guidance: str) -> None:
        """The papers at hand must not go up (again) as they are."""
        self.papers_refused, self.bill_looked_at = guidance, False

    def papers_go_up(self) -> None:
        """Remember which papers Telnyx gets."""
        if self.round is not None:
            self.round.uploaded = self._papers_at_hand()

    def has_other_papers(self, refused: str) -> bool:
        """Whether other papers are at hand than those that went up; another of the refused one, where it is named."""
        uploaded = self.round.uploaded if self.round else {}
        at_hand = self._papers_at_hand()
        return any(at_hand.get(name) != sha256 for name, sha256 in uploaded.items() if refused in {"", name})

    def _papers_at_hand(self) -> dict[str, str]:
        return {name: document.sha256 for name, document in (("loa", self.loa), ("bill", self.bill)) if document}

    def take_papers(self, at: datetime, loa: Document | None, bill: Document | None) -> None:
        """Papers were handed in; what is absent stays as it was."""
        self.loa, self.bill = loa or self.loa, bill or self.bill
        self.loa_since = at if loa else self.loa_since
        self.papers_refused = ""

    def papers_wanted(self, now: datetime) -> str:
        """What is missing or must be replaced before an upload, as guidance; empty when nothing is."""
        missing = [name for name, document in (("LOA", self.loa), ("bill", self.bill)) if document is None]
        if self.papers_refused:
            return self.papers_refused
        if self.loa and self.loa_since and now - self.loa_since > LOA_GOOD_FOR:
            return (
                f"The LOA was handed in on {self.loa_since:%d %B %Y}, more than {LOA_GOOD_FOR.days} days ago: hand in"
                " one that is signed and dated anew."
            )
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
        of_kind = [ask for ask in self.asks if ask.kind is need.kind and ask.topic == need.topic]
        if need.kind in ONE_AT_A_TIME:
            return of_kind[0] if of_kind else None
        return next((ask for ask in of_kind if ask.guidance == need.guidance), None)
