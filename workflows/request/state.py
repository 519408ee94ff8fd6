"""Everything a request knows, in one object. Continue-as-new carries it, and the query `progress` shows it.

The state has one owner, the request's context. Steps and message handlers change it through the methods here, so each
kind of change exists once. Field names are a contract: runs of weeks ago carry them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field
from temporalio import workflow

from domain.asks import RULES
from domain.messages import Document, Event, HostingRequest, Message, ResendCodes, SubmitCodes, TelnyxNews
from domain.notification import Notification
from domain.verdicts import Need, Verdict
from domain.vocabulary import AskKind, NumberState, Outcome, Step
from workflows.request.records import AskRecord, NumberRecord, Retry, Round

MAX_EVENTS = 200
MAX_REFUSALS = 50
MAX_NOTIFICATIONS = 50
MAX_WAITING = 100
"""Messages that wait at a time. They are carried to the next run, whose input may have two megabytes.

More updates are refused by their validators. More signals are not carried on, because a run that took a signal must
take it at each replay.
"""
MAX_TEXT = 2000
"""Characters of an event, or of the reason of a number. A message may be of two megabytes."""
MAX_NAME = 200
"""Characters of the sender of an event."""


class State(BaseModel):
    """One request."""

    numbers: dict[str, NumberRecord]
    step: Step = Step.ELIGIBILITY
    outcome: Outcome = Outcome.RUNNING
    eligible_as_of: datetime | None = None
    """When Telnyx last checked the numbers."""
    checked: list[str] = []
    """The numbers of that check. Others may be ordered later, such as those that a person retries."""
    accepted: dict[str, str] = {}
    """Unknown statuses of the check with which a person had these numbers ordered anyway."""
    fingerprints: list[str] = []
    hosted_elsewhere: list[str] = []
    """Numbers that another Telnyx account hosted when they were checked. It may refuse to let them go."""
    rounds: int = 0
    round: Round | None = None
    order_ids: list[str] = []
    statuses_at: datetime | None = None
    """When a status of Telnyx was last read."""
    loa: Document | None = None
    bill: Document | None = None
    loa_since: datetime | None = None
    """When the LOA was handed in. Its age counts from there."""
    bill_looked_at: bool = False
    """True once the refused bill was searched for the ordered numbers."""
    papers_refused: str = ""
    """Why the documents at hand must be replaced before an upload; empty when they need not be."""
    asks: list[AskRecord] = []
    asks_opened: int = 0
    refused_since: datetime | None = None
    """Since when Telnyx refuses the account. Cleared once all other asks got that time back."""
    events: list[Event] = []
    refusals: list[Event] = []
    """Messages that changed nothing. They are kept apart, so that a flood of them leaves the other events."""
    notifications: list[Notification] = []
    """What people and programs were to be told, oldest first. It is there also when no one wanted it."""
    left_behind: list[str] = []
    stopping: str = ""
    """Why the request is being stopped, while its order at Telnyx is removed."""
    unread: list[Annotated[SubmitCodes | TelnyxNews, Field(union_mode="left_to_right")]] = []
    """Signals that arrived while the workflow was about to continue as new."""
    kept: list[ResendCodes] = []
    """Requests for new codes that wait for the account, as codes among the unread do."""

    @classmethod
    def of(cls, request: HostingRequest) -> "State":
        """The state a request starts with, or the one it carried over."""
        if request.carry is not None:
            return cls.model_validate(request.carry)
        return cls(numbers={number: NumberRecord() for number in request.phone_numbers})

    # The numbers

    def in_state(self, *states: NumberState) -> list[str]:
        """The request's numbers in one of these states, in the request's order."""
        return [number for number, record in self.numbers.items() if record.state in states]

    def in_round(self, *states: NumberState) -> list[str]:
        """The numbers of this round in one of these states."""
        return [number for number in self.round_numbers if self.numbers[number].state in states]

    @property
    def round_numbers(self) -> list[str]:
        """The numbers of this round, final or not; none between rounds."""
        return self.round.numbers if self.round else []

    def open_numbers(self) -> list[str]:
        """The numbers that are not final: of the round, or of the request while there is no round."""
        numbers = self.round.numbers if self.round else list(self.numbers)
        return [number for number in numbers if not self.numbers[number].state.is_final]

    def open_in_round(self) -> list[str]:
        """The numbers of the present round that are not final; none between rounds."""
        return self.open_numbers() if self.round else []

    def open_by_state(self) -> dict[NumberState, list[str]]:
        """The numbers of this round that are not final, by what is known of them."""
        grouped: dict[NumberState, list[str]] = {}
        for number in self.open_in_round():
            grouped.setdefault(self.numbers[number].state, []).append(number)
        return grouped

    def to_check(self) -> list[str]:
        """The numbers that are not in an order yet: of the round, or of the request while there is no round."""
        return [number for number in self.open_numbers() if self.numbers[number].state is NumberState.NEW]

    def to_order(self) -> list[str]:
        """The numbers that the next round is for. Those that a person retried get an order of their own."""
        records = self.numbers.items()
        automatic = [n for n, record in records if record.state is NumberState.NEW or record.retry is Retry.AUTOMATIC]
        return automatic or [number for number, record in records if record.retry is Retry.BY_PERSON]

    def to_prove(self) -> list[str]:
        """The numbers of this round whose codes are awaited; none while another account may object to a transfer."""
        return [] if self.owner_decides else self.in_round(NumberState.UNVERIFIED)

    def on_hold(self, kind: AskKind) -> list[str]:
        """The numbers whose order is over and which wait for this ask."""
        return [number for number, record in self.numbers.items() if record.parked is kind]

    def given_up_in_order(self) -> list[str]:
        """The numbers of this round that were given up while its order still holds them."""
        return [number for number in self.in_round(NumberState.GIVEN_UP) if not self.numbers[number].over_at_telnyx]

    @property
    def is_finished(self) -> bool:
        """True when nothing more happens to any number."""
        return all(record.is_finished for record in self.numbers.values())

    @property
    def owner_decides(self) -> bool:
        """Whether another Telnyx account may still object to losing the numbers of the round's order."""
        transfer = self.round.transfer if self.round else None
        return bool(transfer and self.round and not transfer.over and transfer.order_id == self.round.order_id)

    @property
    def waits_for_account(self) -> bool:
        """Whether Telnyx refuses the account itself, so that each call would only be refused again."""
        return any(ask.kind is AskKind.ACCOUNT and ask.chosen is None for ask in self.asks)

    # What happens to numbers

    def apply_verdict(self, verdict: Verdict) -> None:
        """Take over what an activity found out about the numbers."""
        for number, found in verdict.numbers.items():
            if number in self.numbers:
                self.numbers[number].apply(found)
        self._take_statuses(verdict)
        self.release_from_asks([number for number, record in self.numbers.items() if record.state.is_final])

    def _take_statuses(self, verdict: Verdict) -> None:
        """Keep Telnyx's statuses as they were read last. Of numbers that were not read the last ones stay."""
        told = {number: found.status for number, found in verdict.numbers.items() if found.status}
        read = {number: status for number, status in (told | verdict.by_status()).items() if number in self.numbers}
        for number, status in read.items():
            self.numbers[number].take_status(status)
        if read:
            self.statuses_at = workflow.now()

    def give_up(self, numbers: Iterable[str], because: str) -> None:
        """End numbers as given up, also those on hold. Asks about nothing else close."""
        numbers = list(numbers)
        for number in numbers:
            self.numbers[number].give_up(because[:MAX_TEXT])
        self.release_from_asks(numbers)

    def move(self, numbers: Iterable[str], state: NumberState, because: str) -> None:
        """Set the state of numbers after something that we did ourselves."""
        for number in numbers:
            self.numbers[number].state, self.numbers[number].because = state, because

    def finish(self, numbers: Iterable[str], state: NumberState, because: str) -> None:
        """Give numbers a final state by our own decision. Numbers that are final stay as they are."""
        open_ = [number for number in numbers if number in self.numbers and not self.numbers[number].state.is_final]
        self.move(open_, state, because)

    def retry(self, numbers: Iterable[str]) -> None:
        """A person settled the cause: these numbers get an order of their own."""
        for number in numbers:
            self.numbers[number].parked, self.numbers[number].retry = None, Retry.BY_PERSON

    def move_to_new_order(self, numbers: Iterable[str]) -> None:
        """These numbers leave their order, which a person gave up, and get another."""
        numbers = list(numbers)
        self.finish(numbers, NumberState.FAILED, "Its order was given up for a new one.")
        self.retry(numbers)

    def allow_more_codes(self, numbers: Iterable[str]) -> None:
        """Forget how many codes these numbers were sent, so that more may be sent."""
        for number in numbers:
            self.numbers[number].codes_sent = None

    def clear_holds(self) -> None:
        """The request stops: what waits for a person or for another order stays as Telnyx left it."""
        for record in self.numbers.values():
            record.parked, record.retry = None, Retry.NO

    def begin_round(self) -> Round:
        """Start a round with every number that is to be ordered."""
        numbers = self.to_order()
        for number in numbers:
            self.numbers[number].enter_round()
        self.rounds += 1
        self.round = Round(numbers=numbers, may_have_sent=False)
        return self.round

    def hear_refusal(self, news: TelnyxNews) -> None:
        """A webhook may say that the documents of the round's order were refused after their upload."""
        if news.refused_at is not None and self.round is not None and self.round.order_id == news.order_id:
            self.round.hear_refusal(news.refused_at)

    def leave_behind(self, order_id: str, sentence: str) -> None:
        """Remember what stays at Telnyx, and how to remove it: one entry for each order, and an event."""
        self.left_behind = [left for left in self.left_behind if not order_id or order_id not in left]
        self.left_behind.append(sentence)
        self.record_event(f"Left at Telnyx: {sentence}")

    # Asks and events

    def release_from_asks(self, numbers: list[str]) -> None:
        """Take finished numbers out of all asks but the one that holds them. An ask about no number closes."""
        for ask in self.asks:
            ask.numbers = [n for n in ask.numbers if n not in numbers or self.numbers[n].parked is ask.kind]
        self.asks = [ask for ask in self.asks if ask.numbers]

    def same_need(self, need: Need) -> AskRecord | None:
        """The open ask that wants the same as a need, if there is one."""
        of_kind = [ask for ask in self.asks if ask.kind is need.kind and ask.topic == need.topic]
        if RULES[need.kind].one_at_a_time:
            return of_kind[0] if of_kind else None
        return next((ask for ask in of_kind if ask.guidance == need.guidance), None)

    def record_event(self, what: str, by: str = "") -> None:
        """Remember something for people to read; the oldest events go first."""
        self.events = [*self.events[-(MAX_EVENTS - 1) :], _event(what, by)]

    def record_refusal(self, what: str, by: str) -> None:
        """Remember a message that changed nothing, and its sender; the oldest refusals go first."""
        self.refusals = [*self.refusals[-(MAX_REFUSALS - 1) :], _event(what, by)]

    def record_notification(self, notification: Notification) -> None:
        """Remember what people and programs are told. Where each number stands is in the state already."""
        self.notifications = [*self.notifications[-(MAX_NOTIFICATIONS - 1) :], notification.without_numbers()]

    def carry_unread(self, messages: Sequence[Message]) -> None:
        """Take along the oldest messages that are left when the workflow continues as new."""
        carried = [message for message in messages if isinstance(message, SubmitCodes | TelnyxNews | ResendCodes)]
        for message in carried[MAX_WAITING:]:
            by = getattr(message, "by", "")
            self.record_refusal(f"Refused, since {MAX_WAITING} messages waited already: {type(message).__name__}.", by)
        self.unread = [one for one in carried[:MAX_WAITING] if isinstance(one, SubmitCodes | TelnyxNews)]
        self.kept = [one for one in carried[:MAX_WAITING] if isinstance(one, ResendCodes)]

    @property
    def all_events(self) -> list[Event]:
        """The newest events, with the messages that changed nothing among them."""
        return sorted([*self.events, *self.refusals], key=lambda event: event.at)[-MAX_EVENTS:]


def _event(what: str, by: str) -> Event:
    return Event(at=workflow.now(), what=what[:MAX_TEXT], by=by[:MAX_NAME])
