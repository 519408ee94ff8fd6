"""Whose turn it is to get the list of a worker, as `Turns` of the product says."""

from telnyx_api.shared_reading import Turns
from tests.explorer.changes import with_worker
from tests.explorer.shared import Readings, turns_of
from tests.explorer.world import NO_READING, Attempt, World


def ask_for_list(world: World, at: int, slot: int) -> World:
    """The world in which an attempt asked for the list. The reading begins at once, unless one is under way."""
    worker = world.workers[at]
    turns = turns_of(worker.asking, worker.served)
    turns.ask(slot)
    return begin_reading(with_worker(world, at, asking=(*worker.asking, slot)), at, turns)


def begin_reading(world: World, at: int, turns: Turns[int]) -> World:
    """The world in which those wait and those are served whom `turns` says."""
    worker, begins = world.workers[at], bool(turns.begin())
    served = tuple(turns.end())
    asking = tuple(slot for slot in worker.asking if slot not in served)
    reading = Readings.BEGUN if begins else worker.reading
    return with_worker(world, at, asking=asking, served=served, reading=reading)


def leave(world: World, at: int, attempt: Attempt) -> World:
    """The world without an attempt. A reading that has lost its last one ends."""
    worker = world.workers[at]
    others = tuple(one for one in worker.attempts if one.slot != attempt.slot)
    asking, served = (tuple(one for one in some if one != attempt.slot) for some in (worker.asking, worker.served))
    turns = turns_of(worker.asking, worker.served)
    world = with_worker(world, at, attempts=others, asking=asking, served=served)
    if not turns.leave(attempt.slot):
        return world
    turns.end()
    return begin_reading(with_worker(world, at, reading=NO_READING), at, turns)
