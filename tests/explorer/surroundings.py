"""What happens anyway: orders arrive at Telnyx, people answer, others change the list, and time passes."""

from collections.abc import Iterator

from tests.explorer.changes import Move, Moves, spend, with_request
from tests.explorer.steps import Product
from tests.explorer.turns import leave
from tests.explorer.world import NEVER, Attempt, Phase, Request, Waiting, World


def surroundings(product: Product, world: World) -> Moves:
    """What happens anyway."""
    for flight in world.flights:
        without = world._replace(flights=tuple(one for one in world.flights if one is not flight))
        if "front" in product.scenario.places:
            in_front = without._replace(listed=(flight.order, *world.listed))
            yield Move("the order appears at the front", about=flight.order), in_front
        if "end" in product.scenario.places:
            at_end = without._replace(listed=(*world.listed, flight.order))
            yield Move("the order appears at the end", about=flight.order), at_end
    for number, request in enumerate(world.requests):
        again = Waiting(is_first=True, note=None)
        if request.phase is Phase.ASKED:
            yield (
                Move("a person answers `again`", request=number),
                with_request(world, number, phase=Phase.AT_WORK, waiting=again),
            )
        if request.phase is Phase.TERMINATED and request.run < product.scenario.runs:
            started = Request(run=request.run + 1, posts=request.posts)
            yield Move("the request is started again", request=number), with_request(world, number, **started._asdict())
    if world.left.changes:
        yield from _changes(product, spend(world, "changes"))
    if world.left.ticks and (passed := pass_tick(product, world)):
        yield Move("time passes"), spend(passed, "ticks")


def _changes(product: Product, world: World) -> Moves:
    allowed, listed = product.scenario.changes, world.listed
    new = f"x{product.scenario.entries + world.left.changes}"
    if "insert" in allowed:
        yield Move("an entry of others appears at the front", about=new), world._replace(listed=(new, *listed))
        yield Move("an entry of others appears at the end", about=new), world._replace(listed=(*listed, new))
    for place, entry in enumerate(listed):
        rest = (*listed[:place], *listed[place + 1 :])
        if "delete" in allowed and entry.startswith("x"):
            yield Move("an entry of others disappears", about=entry), world._replace(listed=rest)
        if "move" in allowed:
            yield Move("an entry moves to the front", about=entry), world._replace(listed=(entry, *rest))
            yield Move("an entry moves to the end", about=entry), world._replace(listed=(*rest, entry))


def pass_tick(product: Product, world: World) -> World | None:
    """The world a tick later. None while something must happen before, and when no clock runs."""
    if any(flight.is_sure and flight.ticks_left == 1 for flight in world.flights):
        return None
    for at, attempt in list(_ending(world)):
        world = leave(world, at, attempt)
    flights = tuple(one._replace(ticks_left=one.ticks_left - 1) for one in world.flights if one.ticks_left > 1)
    requests = tuple(_later(request) for request in world.requests)
    workers = tuple(
        worker._replace(attempts=tuple(_nearer_its_end(one) for one in worker.attempts)) for worker in world.workers
    )
    claims = product.ledger.age(world.claims)
    later = world._replace(flights=flights, claims=claims, requests=requests, workers=workers)
    return None if later == world else later


def _ending(world: World) -> Iterator[tuple[int, Attempt]]:
    return ((at, one) for at, worker in enumerate(world.workers) for one in worker.attempts if one.ticks_left == 1)


def _nearer_its_end(attempt: Attempt) -> Attempt:
    return attempt if attempt.ticks_left == NEVER else attempt._replace(ticks_left=attempt.ticks_left - 1)


def _later(request: Request) -> Request:
    waiting = request.waiting
    if waiting is None or waiting.note is None or not waiting.note.ticks:
        return request
    note = waiting.note._replace(ticks=waiting.note.ticks - 1)
    return request._replace(waiting=waiting._replace(note=note))
