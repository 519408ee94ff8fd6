"""What happened in a run: counted, so that nobody takes a quiet run for a passed one."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True)
class Moment:
    """Something went away, or is back."""

    what: str
    at: datetime


@dataclass
class Record:
    """What the person behind a request did: what is noted here was at least tried, and may have been applied."""

    acknowledged: bool = False
    """The start was answered: from here on the request must not be lost."""
    gave_up: set[str] = field(default_factory=set)
    """Numbers that the person stopped trying for, with whatever words."""
    tried_to_cancel: bool = False
    cancelled: bool = False
    """The cancel was answered: it must hold, unless the request had ended before."""
    cancelled_at: datetime | None = None
    """When it was answered."""
    papers_handed_in: int = 0
    tries: Counter[str] = field(default_factory=Counter)
    """How often the same was tried again."""
    waited: bool = False
    pushed_at: float | None = None
    """When somebody went on with an order that stops for ever."""


@dataclass
class Tally:
    """Everything that is counted."""

    blows: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    """By kind of ask, and by word of those who said something unasked."""
    refusals: int = 0
    """What people said and was refused, such as a code that came too late."""
    unanswered: int = 0
    """How often nobody answered a person in time."""
    started_again: Counter[str] = field(default_factory=Counter)
    ended_by_themselves: Counter[str] = field(default_factory=Counter)
    known_after_restart: list[tuple[int, int]] = field(default_factory=list)
    """After each restart of the server: how many acknowledged requests it still knew, out of how many."""
    deaths: list[Moment] = field(default_factory=list)
    returns: list[Moment] = field(default_factory=list)
    stops: list[tuple[datetime, datetime]] = field(default_factory=list)
    """When the account was stopped, from the first refused call to the resume."""
    calm_since: datetime = field(default_factory=lambda: datetime.max.replace(tzinfo=UTC))
    """When the storm was over."""
    resumed: asyncio.Event = field(default_factory=asyncio.Event)
    """Somebody has just resumed the account."""
    store_missed: asyncio.Event = field(default_factory=asyncio.Event)
    """Somebody has just met a document store that was away."""
    records: dict[str, Record] = field(default_factory=dict)

    def is_gone(self, what: str) -> None:
        """Something was killed just now."""
        self.deaths.append(Moment(what, datetime.now(UTC)))

    def is_back(self, what: str) -> None:
        """Something that was away is back now."""
        self.started_again[what] += 1
        self.returns.append(Moment(what, datetime.now(UTC)))

    def acknowledged(self) -> list[str]:
        """The references whose start was answered."""
        return [reference for reference, record in self.records.items() if record.acknowledged]
