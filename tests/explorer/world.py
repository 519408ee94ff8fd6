"""A state of the world: Telnyx, the account's claims, the requests on the Temporal server, and two workers.

Every state is a tuple of small values, so that states can be compared. Where an object of the product holds part of it
(a reading, the claims, an attempt), the state has a number that stands for it.
"""

from enum import IntEnum
from typing import NamedTuple

from tests.explorer.attempts import Note
from tests.explorer.ports import Numbers

NEVER = 1000
"""Ticks that never pass."""
NO_READING = -1


class Phase(IntEnum):
    """Where a request is."""

    AT_WORK = 0
    """Its activity is under way, or waits for its next attempt."""
    ASKED = 1
    """A person is asked."""
    HOLDS = 2
    """It has an order."""
    TERMINATED = 3
    GIVEN_UP = 4
    """Closed after a person gave the numbers up, and after its last look."""
    IN_TROUBLE = 5
    """Its last look ended with an error: a person is told to look in the portal."""

    @property
    def is_closed(self) -> bool:
        return self >= Phase.TERMINATED


class Waiting(NamedTuple):
    """An attempt that the server hands to a worker next. It may do so at any time, also before its delay is over."""

    is_first: bool
    note: Note | None


class Request(NamedTuple):
    """A request, as the Temporal server and its workflow know it."""

    phase: Phase = Phase.AT_WORK
    run: int = 1
    finds: bool = False
    """Whether it looks for its order once more, instead of placing it."""
    afresh: bool = False
    waiting: Waiting | None = Waiting(is_first=True, note=None)
    order: str = ""
    unsure: bool = False
    """Whether its last answer said that an order with its numbers may be there."""
    sent: bool = False
    """Whether this run may have sent an order."""
    posts: int = 0
    named: Numbers = ()
    """Orders that its people were told about at its end."""


class Attempt(NamedTuple):
    """An attempt that lives on a worker."""

    slot: int
    request: int
    run: int
    mind: int
    is_current: bool = True
    """False when the server waits for it no more."""
    late: bool = False
    """Whether its worker stood still since it was told something."""
    ticks_left: int = NEVER
    """Until the news of its run's end must have reached it."""
    post: str = ""
    """The order that it sent."""


class Worker(NamedTuple):
    """A worker process, with at most one reading of the list."""

    attempts: tuple[Attempt, ...] = ()
    asking: tuple[int, ...] = ()
    """Slots whose attempts wait for the next reading."""
    served: tuple[int, ...] = ()
    reading: int = NO_READING


class Flight(NamedTuple):
    """An order that was sent, and that the list does not show yet."""

    order: str
    ticks_left: int
    is_sure: bool = False
    """Whether Telnyx said that it has the order."""


class Left(NamedTuple):
    """How much may still happen."""

    mishaps: int
    ticks: int
    changes: int
    """Of entries of others in Telnyx's list."""


class World(NamedTuple):
    """Everything."""

    left: Left
    listed: tuple[str, ...]
    flights: tuple[Flight, ...]
    claims: int
    requests: tuple[Request, ...]
    workers: tuple[Worker, ...]


class Scenario(NamedTuple):
    """A world's beginning, and what may happen in it."""

    name: str
    requests: tuple[Numbers, ...]
    left: Left
    mishaps: frozenset[str]
    changes: frozenset[str] = frozenset({"insert", "delete"})
    entries: int = 0
    """Entries of others that Telnyx lists at the beginning."""
    quarantine: int = 1
    """In ticks."""
    slow_claims: bool = False
    """Whether something may happen between the beginning of an attempt and its claim."""
    places: tuple[str, ...] = ("end",)
    """Where an order may appear in the list, `front` or `end`. On a list of one page it makes no difference."""
    runs: int = 2
    """The most runs of one request."""

    def begin(self) -> World:
        return World(
            self.left,
            tuple(f"x{entry}" for entry in range(self.entries)),
            (),
            0,
            (Request(),) * len(self.requests),
            (Worker(),) * 2,
        )

    def numbers_of(self, order: str) -> Numbers:
        """The numbers of an order. An order of others has none of ours."""
        return self.requests[owner(order)] if order.startswith("R") else ()


def reference(request: int) -> str:
    return f"R{request + 1}"


def owner(order: str) -> int:
    """The request that sent an order."""
    return int(order[1:].partition(".")[0]) - 1
