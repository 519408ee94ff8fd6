"""How attempts go on: one step of the product, in one state of the world."""

from datetime import timedelta
from typing import Any

from tests.explorer.attempts import Attempts, Begun, Done, Failed, Job
from tests.explorer.changes import Move, Moves, with_attempt, with_flight, with_request, with_worker
from tests.explorer.ports import LATER, LOST, QUARANTINE, Call
from tests.explorer.shared import Ledger, Readings, turns_of
from tests.explorer.turns import ask_for_list, begin_reading, leave
from tests.explorer.world import NO_READING, Attempt, Flight, Phase, Scenario, Waiting, World, reference


class Product:
    """Everything that is ours: it moves attempts, workers and claims, with the real code."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        tick = timedelta(seconds=QUARANTINE / scenario.quarantine)
        self.attempts = Attempts(tick)
        self.readings = Readings()
        self.ledger = Ledger(tick)

    def moves(self, world: World) -> Moves:
        """What attempts and workers can do next, without any mishap."""
        for number in range(len(world.requests)):
            yield from self._begin_attempt(world, number)
        for at, worker in enumerate(world.workers):
            for attempt in worker.attempts:
                yield from self._answers(world, at, attempt)
            if worker.reading != NO_READING:
                yield Move("the next page of the list is read", at), self.turn_page(world, at)

    # Attempts

    def _begin_attempt(self, world: World, number: int) -> Moves:
        request = world.requests[number]
        if request.waiting is None:
            return
        name = reference(number)
        job = Job(
            request.finds,
            name,
            f"run-{name}-{request.run}",
            self.scenario.requests[number],
            request.afresh,
            request.sent,
        )
        mind = self.attempts.begin(Begun(job, *request.waiting))
        begun = with_request(world, number, waiting=None)
        for at, worker in enumerate(world.workers):
            taken = {one.slot for one in worker.attempts}
            slot = next(slot for slot in range(len(taken) + 1) if slot not in taken)
            attempt = Attempt(slot, number, request.run, mind)
            yield Move("an attempt begins", at, number), self._go_on(begun, at, attempt)

    def tell(self, world: World, at: int, attempt: Attempt, answer: Any) -> World:
        """The world after an attempt was told something, and did what follows without another answer."""
        mind = self.attempts.tell(attempt.mind, answer, late=attempt.late)
        return self._go_on(world, at, attempt._replace(mind=mind, late=False))

    def _go_on(self, world: World, at: int, attempt: Attempt) -> World:
        step = self.attempts.next(attempt.mind)
        if not isinstance(step, Call):
            return self._end(leave(world, at, attempt), attempt, step)
        if step.name == "holders":
            return self.tell(world, at, attempt, self._holders(world, *step.said))
        if step.name == "create":
            return self._send(world, at, attempt)
        if step.name == "closed":
            return self.tell(world, at, attempt, self._closed(world, *step.said))
        if step.name == "claim" and not (step.said[-1] or self.scenario.slow_claims):
            after, answer = self.claim(world, step)
            return self.tell(after, at, attempt, answer)
        world = with_attempt(world, at, attempt)
        return ask_for_list(world, at, attempt.slot) if step.name == "list" else world

    def _closed(self, world: World, references: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in references if world.requests[int(name[1:]) - 1].phase.is_closed)

    def _holders(self, world: World, order: str, besides: str) -> tuple[str, ...]:
        found = (
            reference(at) for at, one in enumerate(world.requests) if one.order == order and not one.phase.is_closed
        )
        return tuple(name for name in found if name != besides)

    def _send(self, world: World, at: int, attempt: Attempt) -> World:
        posts = world.requests[attempt.request].posts + 1
        order = f"{reference(attempt.request)}.{attempt.run}.{posts}"
        world = with_request(world, attempt.request, posts=posts)
        world = with_flight(world, Flight(order, self.scenario.quarantine))
        return with_attempt(world, at, attempt._replace(post=order))

    def _end(self, world: World, attempt: Attempt, step: Failed | Done) -> World:
        """What the server and the workflow do with the end of an attempt. They ignore one that they gave up."""
        if not attempt.is_current:
            return world
        if isinstance(step, Done):
            return self._obey(world, attempt.request, step)
        if step.is_final:
            return with_request(world, attempt.request, phase=Phase.IN_TROUBLE)
        return with_request(world, attempt.request, waiting=Waiting(is_first=False, note=step.note))

    def _obey(self, world: World, number: int, answer: Done) -> World:
        """What the workflow does with an answer."""
        request = world.requests[number]
        if request.finds:  # the order that is found is deleted
            listed = tuple(order for order in world.listed if order != answer.order_id)
            return with_request(world._replace(listed=listed), number, phase=Phase.GIVEN_UP, named=answer.named)
        if answer.order_id:
            return with_request(world, number, phase=Phase.HOLDS, order=answer.order_id)
        assert answer.is_asked
        if "give up" not in self.scenario.mishaps:  # only then does it matter what the answer says of orders
            return with_request(world, number, phase=Phase.ASKED)
        sent = request.sent or answer.may_have_sent
        return with_request(world, number, phase=Phase.ASKED, unsure=answer.may_be_ours, sent=sent)

    # Answers

    def _answers(self, world: World, at: int, attempt: Attempt) -> Moves:
        step = self.attempts.next(attempt.mind)
        assert isinstance(step, Call)
        if step.name == "claim":
            after, answer = self.claim(world, step)
            yield Move("the account answers the claim", at, attempt.request), self.tell(after, at, attempt, answer)
        elif step.name == "create":
            yield from self._answer_post(world, at, attempt)

    def claim(self, world: World, step: Call) -> tuple[World, str]:
        """The world in which the account took a claim, and its answer."""
        claims, answer = self.ledger.take(world.claims, *step.said)
        return world._replace(claims=claims), answer

    def _answer_post(self, world: World, at: int, attempt: Attempt) -> Moves:
        order, told = attempt.post, attempt._replace(post="")
        flight = next((one for one in world.flights if one.order == order), None)
        if flight is None and order not in world.listed:
            lost = self.tell(world, at, told, LOST)
            yield Move("no answer comes, and no order either", at, attempt.request, order), lost
            return
        sure = with_flight(world, flight._replace(is_sure=True)) if flight else world
        yield Move("Telnyx answers with the order", at, attempt.request, order), self.tell(sure, at, told, order)

    # Readings

    def turn_page(self, world: World, at: int) -> World:
        """One more page is read. At the end of a whole list everyone who is served goes on."""
        number = self.readings.turn_page(world.workers[at].reading, world.listed)
        reading = self.readings.of(number)
        if not reading.is_over:
            return with_worker(world, at, reading=number)
        if not reading.is_whole:
            return with_worker(world, at, reading=Readings.BEGUN)
        return self.serve(world, at, tuple(sorted(reading.found)))

    def serve(self, world: World, at: int, found: tuple[str, ...] | None) -> World:
        """End a reading: everyone whom it serves gets what was found, or the failure."""
        worker = world.workers[at]
        turns = turns_of(worker.asking, worker.served)
        slots = turns.end()
        served = [one for one in worker.attempts if one.slot in slots]
        world = with_worker(world, at, served=(), reading=NO_READING)
        world = begin_reading(world, at, turns)
        for attempt in served:
            answer = LATER if found is None else self._about(attempt, found)
            world = self.tell(world, at, attempt, answer)
        return world

    def _about(self, attempt: Attempt, found: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        ours = set(self.scenario.requests[attempt.request])
        named = ((order, self.scenario.numbers_of(order)) for order in found)
        return tuple((order, numbers) for order, numbers in named if not ours.isdisjoint(numbers))
