"""Changes of a state. Each returns another state, and leaves the one it is given as it was."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.explorer.world import Attempt, Flight, World, reference


class Move(NamedTuple):
    """What happened."""

    what: str
    worker: int | None = None
    request: int | None = None
    about: str = ""

    def __str__(self) -> str:
        request = "" if self.request is None else f"{reference(self.request)}: "
        worker = "" if self.worker is None else f" [worker {self.worker + 1}]"
        about = f" {self.about}" if self.about else ""
        return f"{request}{self.what}{about}{worker}"


Moves = Iterator[tuple[Move, World]]


def with_request(world: World, at: int, **changes: Any) -> World:
    requests = list(world.requests)
    requests[at] = requests[at]._replace(**changes)
    return world._replace(requests=tuple(requests))


def with_worker(world: World, at: int, **changes: Any) -> World:
    workers = list(world.workers)
    workers[at] = workers[at]._replace(**changes)
    return world._replace(workers=tuple(workers))


def with_attempt(world: World, at: int, attempt: Attempt) -> World:
    """The world in which a worker has this attempt, in place of the one in the same slot."""
    others = [one for one in world.workers[at].attempts if one.slot != attempt.slot]
    return with_worker(world, at, attempts=tuple(sorted([*others, attempt], key=lambda one: one.slot)))


def with_flight(world: World, flight: Flight) -> World:
    """The world in which an order is on its way, in place of what was known of it."""
    others = [one for one in world.flights if one.order != flight.order]
    return world._replace(flights=tuple(sorted([*others, flight])))


def spend(world: World, what: str) -> World:
    """One thing less may happen."""
    return world._replace(left=world.left._replace(**{what: getattr(world.left, what) - 1}))
