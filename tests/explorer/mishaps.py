"""What goes wrong: lost answers, workers that die or stand still, and people who end a request from outside."""

from tests.explorer.changes import Move, Moves, spend, with_attempt, with_request, with_worker
from tests.explorer.ports import CONFLICT, LATER, LOST, Call
from tests.explorer.steps import Product
from tests.explorer.turns import leave
from tests.explorer.world import NEVER, NO_READING, Attempt, Flight, Phase, Request, Waiting, Worker, World

MISHAPS = frozenset(
    {
        "lose answer",
        "lose claim",
        "fail list",
        "refuse",
        "conflict",
        "die",
        "stand still",
        "terminate",
        "reset",
        "give up",
    }
)


def mishaps(product: Product, world: World) -> Moves:
    """What goes wrong, while mishaps are left."""
    if not world.left.mishaps:
        return
    allowed, spent = product.scenario.mishaps, spend(world, "mishaps")
    for at, worker in enumerate(world.workers):
        for attempt in worker.attempts:
            yield from _bad_answers(product, spent, at, attempt)
        if "fail list" in allowed and worker.reading != NO_READING:
            yield Move("the list cannot be read", at), product.serve(spent, at, None)
        if "die" in allowed and worker.attempts:
            yield Move("the worker dies", at), _lose_attempts(with_worker(spent, at, **Worker()._asdict()), worker)
        if "stand still" in allowed and worker.attempts:
            still = tuple(
                one._replace(is_current=False, late=True, ticks_left=NEVER) for one in worker.attempts if not one.post
            )
            yield (
                Move("the worker stands still, and the server gives its attempts up", at),
                _lose_attempts(with_worker(spent, at, attempts=still), worker),
            )
    for number, request in enumerate(world.requests):
        yield from _ends(product, spent, number, request)


def _bad_answers(product: Product, world: World, at: int, attempt: Attempt) -> Moves:
    step, allowed, number = product.attempts.next(attempt.mind), product.scenario.mishaps, attempt.request
    assert isinstance(step, Call)
    if step.name == "claim" and "lose claim" in allowed:
        yield Move("the claim is lost", at, number), product.tell(world, at, attempt, LOST)
        taken, _ = product.claim(world, step)
        yield Move("the claim is taken, and its answer is lost", at, number), product.tell(taken, at, attempt, LOST)
    if step.name != "create":
        return
    told, flight = attempt._replace(post=""), _flight(world, attempt.post)
    if "lose answer" in allowed and (flight or attempt.post in world.listed):
        yield Move("Telnyx's answer is lost", at, number, attempt.post), product.tell(world, at, told, LOST)
    if flight is None:
        return
    without = world._replace(flights=tuple(one for one in world.flights if one is not flight))
    if "refuse" in allowed:
        yield Move("Telnyx refuses for now", at, number, attempt.post), product.tell(without, at, told, LATER)
    if "conflict" in allowed and _rivals(product, world, attempt.post):
        refused = product.tell(without, at, told, CONFLICT)
        yield Move("Telnyx says that it has an order", at, number, attempt.post), refused


def _flight(world: World, order: str) -> Flight | None:
    return next((one for one in world.flights if one.order == order), None)


def _rivals(product: Product, world: World, order: str) -> list[str]:
    """Other orders with one of the numbers, which Telnyx has or is about to have."""
    numbers = set(product.scenario.numbers_of(order))
    others = [*world.listed, *(flight.order for flight in world.flights)]
    return [one for one in others if one != order and not numbers.isdisjoint(product.scenario.numbers_of(one))]


def _lose_attempts(world: World, worker: Worker) -> World:
    for attempt in worker.attempts:
        if attempt.is_current:
            world = with_request(world, attempt.request, waiting=Waiting(is_first=False, note=None))
    return world


def _ends(product: Product, world: World, number: int, request: Request) -> Moves:
    """A person ends a run from outside, or gives up."""
    allowed = product.scenario.mishaps
    if "terminate" in allowed and not request.phase.is_closed:
        ended = with_request(world, number, phase=Phase.TERMINATED, waiting=None, order="")
        yield Move("the request is terminated", request=number), _end_run(product, ended, number)
    if "reset" in allowed and request.run < product.scenario.runs:
        begun = Request(run=request.run + 1, afresh=True, posts=request.posts)
        reset = with_request(world, number, **begun._asdict())
        yield Move("the request is reset", request=number), _end_run(product, reset, number)
    if "give up" in allowed and not request.finds:
        yield from _give_up(world, number, request)


def _give_up(world: World, number: int, request: Request) -> Moves:
    """A person gives the numbers up. The request looks for an order that may be its own, and only for such a one."""
    given_up = Move("a person gives up", request=number)
    if request.waiting or (request.phase is Phase.ASKED and (request.unsure or request.afresh)):
        yield given_up, _look_once_more(world, number, request)
    elif request.phase is Phase.ASKED:
        yield given_up, with_request(world, number, phase=Phase.GIVEN_UP)


def _look_once_more(world: World, number: int, request: Request) -> World:
    sent = request.sent or request.afresh or request.phase is Phase.AT_WORK
    waiting = Waiting(is_first=True, note=None)
    return with_request(world, number, phase=Phase.AT_WORK, finds=True, waiting=waiting, sent=sent)


def _end_run(product: Product, world: World, number: int) -> World:
    """Attempts of a run that ended live until a heartbeat tells them. One that has sent its order does no more."""
    limit = product.scenario.quarantine
    for at, worker in enumerate(world.workers):
        for attempt in worker.attempts:
            if attempt.request == number and attempt.is_current:
                ended = attempt._replace(is_current=False, ticks_left=limit)
                world = leave(world, at, attempt) if attempt.post else with_attempt(world, at, ended)
    return world
