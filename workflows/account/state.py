"""Everything that a Telnyx account's workflow knows, in one object that continue-as-new carries."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, PrivateAttr, model_validator

from domain import delays
from domain.accounts import AccountProgress, AccountTrouble, OpenAccount
from domain.free_text import Name, Sentences
from domain.freshness import OUTAGE_LASTS, RELAPSE_WITHIN
from domain.messages import Event
from domain.names import reference_of
from domain.notification import Notification, NotificationEvent
from domain.text import format_utc
from workflows.account.claims import Claims
from workflows.account.packing import pack, packed_size, unpack

MAX_EVENTS = 50
MAX_REFUSALS = 20
MAX_NOTIFICATIONS = 20
MAX_TEXT, MAX_NAME = 2000, 200
"""Characters of an event and of its sender. A message may be of two megabytes."""


class Stop(BaseModel):
    """Telnyx refuses the account itself. There is one question, however many requests wait."""

    since: datetime
    because: Sentences
    reminders: list[datetime] = []
    escalate_at: datetime | None = None
    """The reminder that also goes to a second recipient, once."""
    told: bool = False
    heals: bool = False
    """Whether Telnyx is asked now and then whether it accepts the account again."""
    trial_since: datetime | None = None
    """When one request went on alone, after Telnyx answered; None while there is no trial."""
    failed_trials: int = 0

    @property
    def trial_ends(self) -> datetime | None:
        """When the trial has shown that Telnyx accepts the account."""
        return self.trial_since + timedelta(seconds=delays.TRIAL_LASTS) if self.trial_since else None

    def fails_trial(self, trouble: AccountTrouble) -> bool:
        """Whether a call that was made during the trial was refused. That ends the trial."""
        if self.trial_since is None or trouble.at <= self.trial_since:
            return False
        self.trial_since, self.failed_trials, self.because = None, self.failed_trials + 1, trouble.because
        return True

    def remind(self, now: datetime) -> NotificationEvent:
        """The event of a reminder that is due. Reminders that were missed are not sent later."""
        self.reminders = [at for at in self.reminders if at > now]
        if self.escalate_at is None or self.escalate_at > now:
            return NotificationEvent.ASK_REMINDER
        self.escalate_at = None
        return NotificationEvent.ASK_ESCALATED


class Outage(BaseModel):
    """Telnyx does not answer."""

    since: datetime
    last_report: datetime
    because: Sentences = ""
    """What came last instead of an answer."""
    told: bool = False
    over: bool = False


class AccountState(BaseModel):
    """One Telnyx account."""

    claims: Claims = Claims()
    stop: Stop | None = None
    waiting: list[str] = []
    """Workflow ids of the requests that wait for the account."""
    waking: list[str] = []
    """Workflow ids of the requests that are to be woken because it works again."""
    resumed_at: datetime | None = None
    resumed_by: Name = ""
    resume_told: bool = True
    healed_at: datetime | None = None
    """When it last resumed by itself; None after a person resumed it."""
    failed_trials: int = 0
    """Of the stop that ended then. A relapse goes on from there."""
    next_batch: datetime | None = None
    outage: Outage | None = None
    is_listed: bool = False
    """Whether the list of orders is to be read for the requests under way."""
    claimed_since_listing: bool = False
    """Whether numbers were claimed since the lister began. One that ends then begins again."""
    events: list[Event] = []
    notifications: list[Notification] = []
    """What people and programs were to be told, oldest first. It is there also when no one wanted it."""
    full_since: datetime | None = None
    """When a claim was first refused because no more fit; None since one was granted again."""
    looked_until: str = ""
    """The last request that was checked for its end. The next look goes on behind it."""
    packed: str = ""
    """On the way into the next run: the claims and who waits, which may be very many."""
    _carried: int = PrivateAttr(default=0)
    refusals: list[Event] = []
    """Signals that could not be used, apart from the other events, so that a flood of them leaves those."""

    @classmethod
    def of(cls, account: OpenAccount) -> "AccountState":
        """The state an account starts with, or the one it carried over."""
        return cls() if account.carry is None else cls.model_validate(account.carry)

    @model_validator(mode="after")
    def _unpack(self) -> "AccountState":
        if self.packed:
            self._carried, (self.waiting, self.waking, *claims) = packed_size(self.packed), unpack(self.packed)
            self.claims.fill(claims)
            self.packed = ""
        return self

    def carry(self, now: datetime) -> dict[str, Any]:
        """What the next run needs, as JSON."""
        packed = pack([self.waiting, self.waking, *self.claims.lists(now)])
        short = self.model_copy(update={"claims": Claims(), "waiting": [], "waking": [], "packed": packed})
        return short.model_dump(mode="json")

    @property
    def carried_size(self) -> int:
        """Bytes of what was packed when this run began."""
        return self._carried

    def record_event(self, at: datetime, what: str, by: str = "") -> None:
        """Remember something for people to read."""
        self.events = [*self.events[-(MAX_EVENTS - 1) :], Event(at=at, what=what[:MAX_TEXT], by=by[:MAX_NAME])]

    def record_refusal(self, at: datetime, what: str, by: str) -> None:
        """Remember a signal that changed nothing, and its sender."""
        self.refusals = [*self.refusals[-(MAX_REFUSALS - 1) :], Event(at=at, what=what[:MAX_TEXT], by=by[:MAX_NAME])]

    def record_notification(self, notification: Notification) -> None:
        """Remember what people and programs are told."""
        self.notifications = [*self.notifications[-(MAX_NOTIFICATIONS - 1) :], notification]

    @property
    def all_events(self) -> list[Event]:
        """The newest events, with the refused signals among them."""
        return sorted([*self.events, *self.refusals], key=lambda event: event.at)[-MAX_EVENTS:]

    # The stop

    def on_trouble(self, trouble: AccountTrouble, now: datetime) -> None:
        """A request met the stop. The first one opens the question, each further one only waits.

        A call that was refused before the last resume says nothing about the account now: that request goes on at once.
        """
        if self.stop is None and self.resumed_at is not None and trouble.at <= self.resumed_at:
            self.waking = _with(self.waking, trouble.workflow_id)
            return
        if self.stop is None:
            self.stop = Stop(since=now, because=trouble.because, failed_trials=self._count_failed_trials(now))
            self.waiting, self.waking, self.next_batch = [*self.waiting, *self.waking], [], None
            self.record_event(now, f"Stopped. {trouble.because}")
        elif self.stop.fails_trial(trouble):
            self.record_event(now, f"Telnyx still refuses {reference_of(trouble.workflow_id)}. {trouble.because}")
        self.waiting = _with(self.waiting, trouble.workflow_id)

    def resume(self, now: datetime, by: str) -> int:
        """A person says that the account works again. Returns how many requests are to be woken."""
        self.healed_at = None
        return self._go_on(now, f"Resumed. Requests that go on: {len(self.waiting) + len(self.waking)}.", by)

    def heal(self, now: datetime) -> None:
        """A trial showed that the account works again."""
        self.healed_at, self.failed_trials = now, self.stop.failed_trials if self.stop else 0
        self._go_on(now, "Telnyx accepts the account again: it resumed by itself.")

    def _go_on(self, now: datetime, what: str, by: str = "") -> int:
        self.stop, self.resumed_at, self.resumed_by, self.resume_told = None, now, by, False
        self.waking, self.waiting, self.next_batch = [*self.waking, *self.waiting], [], None
        self.record_event(now, what, by)
        return len(self.waking)

    def _count_failed_trials(self, now: datetime) -> int:
        """A stop soon after the account resumed by itself means that this was a failed trial, too."""
        is_relapse = self.healed_at is not None and now - self.healed_at < RELAPSE_WITHIN
        return self.failed_trials + 1 if is_relapse else 0

    @property
    def trial_ends(self) -> datetime | None:
        """When the trial of the stop, if there is one, has shown that Telnyx accepts the account."""
        return self.stop.trial_ends if self.stop else None

    # The outage

    def on_outage_report(self, since: datetime, now: datetime, because: Sentences = "") -> None:
        """An activity gets no answer. It belongs to the known outage unless that was over before it began."""
        if self.outage is not None and since <= self.outage.last_report:
            self.outage.since = min(self.outage.since, since)
            self.outage.last_report, self.outage.over, self.outage.because = now, False, because
        else:
            self.outage = Outage(since=since, last_report=now, because=because)
            self.record_event(now, f"Telnyx has not answered since {format_utc(since)}. {because}".strip())

    @property
    def outage_ends(self) -> datetime | None:
        """When the outage is over, unless it is reported again."""
        return self.outage.last_report + OUTAGE_LASTS if self.outage and not self.outage.over else None

    def progress(self, account: str) -> AccountProgress:
        """Where the account stands."""
        silent = self.outage is not None and not self.outage.over
        return AccountProgress(
            account=account,
            stopped=self.stop is not None,
            since=self.stop.since if self.stop else None,
            because=self.stop.because if self.stop else "",
            heals=self.stop is not None and self.stop.heals,
            waiting=[reference_of(one) for one in [*self.waiting, *self.waking]],
            silent_since=self.outage.since if self.outage and silent else None,
            silent_because=self.outage.because if self.outage and silent else "",
            requests=len(self.claims.holders),
            numbers=self.claims.numbers,
            events=self.all_events,
        )


def _with(ids: list[str], one: str) -> list[str]:
    return ids if one in ids else [*ids, one]
