"""Counts what happened in a run, so that a run without faults does not count as passed."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True)
class Moment:
    """When something went away or came back."""

    what: str
    at: datetime


@dataclass
class Record:
    """What the person behind a request did. The program may have applied it even without an answer."""

    acknowledged: bool = False
    """The start was answered, so the request must not be lost."""
    gave_up: set[str] = field(default_factory=set)
    """Numbers that the person gave up, by any command or choice."""
    tried_to_cancel: bool = False
    cancelled: bool = False
    """The cancel was answered, so it must hold unless the request had ended before."""
    cancelled_at: datetime | None = None
    """When it was answered."""
    documents_submitted: int = 0
    tries: Counter[str] = field(default_factory=Counter)
    """How often the person tried each thing."""
    waited: bool = False
    pushed_at: float | None = None
    """When someone acted on an order that stops forever (monotonic time)."""


@dataclass
class Tally:
    """The counts of a run."""

    faults: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    """By kind of ask, or by what was done without being asked."""
    refusals: int = 0
    """Answers that were refused, such as a code that came too late."""
    unanswered: int = 0
    """How often a person got no answer in time."""
    started_again: Counter[str] = field(default_factory=Counter)
    ended_by_themselves: Counter[str] = field(default_factory=Counter)
    known_after_restart: list[tuple[int, int]] = field(default_factory=list)
    """After each restart of the server: how many acknowledged requests it still knew, out of how many."""
    deaths: list[Moment] = field(default_factory=list)
    returns: list[Moment] = field(default_factory=list)
    stops: list[tuple[datetime, datetime]] = field(default_factory=list)
    """When the account was stopped, from the first refused call to the resume."""
    faults_over_since: datetime = field(default_factory=lambda: datetime.max.replace(tzinfo=UTC))
    """When the last fault was over."""
    resumed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the owner resumes the account."""
    store_missed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a person meets an unavailable document store."""
    records: dict[str, Record] = field(default_factory=dict)

    def record_death(self, what: str) -> None:
        """Record that something was killed now."""
        self.deaths.append(Moment(what, datetime.now(UTC)))

    def record_return(self, what: str) -> None:
        """Record that something is back now."""
        self.started_again[what] += 1
        self.returns.append(Moment(what, datetime.now(UTC)))

    def acknowledged(self) -> list[str]:
        """The references whose start was answered."""
        return [reference for reference, record in self.records.items() if record.acknowledged]
