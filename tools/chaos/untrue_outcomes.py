"""Whether what an ended request says, of itself and of each number, is what became of it at Telnyx.

The words of Telnyx stand here once more, apart from the tables of the program that is judged.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from domain.eligibility_statuses import EligibilityKind
from domain.messages import NumberProgress, Progress
from domain.vocabulary import NumberState, Outcome
from tools.chaos.ends import COMPLETED, Case, End, holders, shared
from tools.chaos.plan import kind_of
from tools.chaos.truth import Life, by_number

_FINAL = {state for state in NumberState if state.is_final}
_SUCCESS, _DELETED, _REJECTED = "successful", "deleted", "failed_carrier_rejected"
_SAYS_LITTLE = {"", "failed", _DELETED}
"""Words by which a number ended that leave the reason to its order."""
_HOSTED_BEFORE = ("This account hosts the number already", "was hosted in this account before")
"""How a request says that it found a number active which it did not activate, as after a reset or beside a rival."""


def untrue(ends: Iterable[End], lives: Sequence[Life], orders: AbstractSet[str]) -> Iterator[Case]:
    """Ended requests whose outcome, or whose word for one of their numbers, is not the truth.

    `orders` are the ids of all that there were at Telnyx: one that named no number has no life of a number.
    """
    ends = list(ends)
    numbers, rivals, held = by_number(lives), shared(ends), holders(ends)
    for end in ends:
        if end.status == COMPLETED and end.shown is not None:
            yield from _of_the_whole(end, end.shown, orders)
            for row in end.shown.numbers:
                found = numbers.get(row.phone_number, [])
                of_number = _Number(end, end.shown, row, found, held, is_shared=row.phone_number in rivals)
                if wrong := of_number.wrong():
                    seen = f"is shown as {row.state} ({row.status}), but {wrong}"
                    yield Case(end.planned.reference, seen, row.phone_number, of_number.order_id)


def _of_the_whole(end: End, shown: Progress, orders: AbstractSet[str]) -> Iterator[Case]:
    reference, fitting = end.planned.reference, _fitting(end, shown)
    if shown.outcome not in fitting:
        yield Case(reference, f"ended {shown.outcome}, but {' or '.join(fitting)} would be true")
    if [row.phone_number for row in shown.numbers] != list(end.planned.phone_numbers):
        yield Case(reference, "not each of its numbers has one outcome")
    for order_id in set(shown.order_ids) - orders:
        yield Case(reference, "names an order that Telnyx never had", order_id=order_id)


def _fitting(end: End, shown: Progress) -> list[str]:
    """The outcomes that would be true; never `expired`, since no deadline is as short as a run."""
    active = [row.state == NumberState.ACTIVE for row in shown.numbers]
    if any(active):
        return [Outcome.ACTIVE if all(active) else Outcome.PARTLY_ACTIVE]
    if not end.record.tried_to_cancel and not end.record.cancelled:
        return [Outcome.NOT_ACTIVE]
    return [Outcome.CANCELLED] if _cancelled_in_time(end, shown) else [Outcome.NOT_ACTIVE, Outcome.CANCELLED]


def _cancelled_in_time(end: End, shown: Progress) -> bool:
    """Whether a cancel was answered, and the request had not ended by itself before."""
    ended = max((event.at for event in shown.events if event.what.startswith("Ended")), default=None)
    at = end.record.cancelled_at
    return end.record.cancelled and (ended is None or at is None or at < ended)


@dataclass
class _Number:
    """What is shown of one number of an ended request, and its lives in truth."""

    end: End
    shown: Progress
    row: NumberProgress
    lives: Sequence[Life]
    held: Mapping[str, str]
    """Which request holds which order."""
    is_shared: bool
    """Whether another request wanted it too."""

    @property
    def own(self) -> list[Life]:
        """Its lives in the request's orders, in their order."""
        return sorted(
            (life for life in self.lives if life.order_id in self.shown.order_ids),
            key=lambda life: self.shown.order_ids.index(life.order_id),
        )

    @property
    def order_id(self) -> str:
        """The newest order that held it."""
        found = self.own or self.lives
        return found[-1].order_id if found else ""

    def wrong(self) -> str:
        """What is wrong with what is shown; empty when it is true."""
        state = self.row.state
        if state not in _FINAL:
            return "that is no end"
        if state == NumberState.ACTIVE:
            return self._wrongly_active()
        if there := self._still_there():
            return there
        if state in {NumberState.FAILED, NumberState.REJECTED}:
            return self._another_end(self.own[-1]) if self.own else self._without_order()
        return "" if self._has_a_reason(state) else "nobody and nothing ended it"

    def _wrongly_active(self) -> str:
        if not any(life.active for life in self.lives):
            return "it is not active at Telnyx"
        found_so = any(sentence in self.row.because for sentence in _HOSTED_BEFORE)
        if not found_so and not any(life.active for life in self.own):
            return "it is active in no order of this request"
        return "" if found_so or self.row.status == _SUCCESS else f"its last word is {_SUCCESS}"

    def _still_there(self) -> str:
        """An order nobody knows is a case of its own, and a rival's order is the rival's."""
        for life in self.lives:
            ours = life.order_id in self.shown.order_ids or (not self.is_shared and life.order_id in self.held)
            if ours and not self.end.owns_up_to(life):
                if life.active:
                    return "it is active at Telnyx"
                if life.over is None:
                    return "its order is still live, and nothing is said of it"
        return ""

    def _another_end(self, newest: Life) -> str:
        """How the number ended in its newest order, when that is not what is shown."""
        word = newest.end_word
        if word in {"", _DELETED} and (newest.deleted_by_us or newest.over is None):
            return "" if self._is_a_persons else "nobody ended it but this program"
        by_order = newest.order_word == "carrier_rejected" and word in _SAYS_LITTLE
        rejected = word == _REJECTED or by_order
        if rejected is not (self.row.state == NumberState.REJECTED):
            return f"its last word is {word or newest.order_word}"
        return "" if word in {"", self.row.status} else f"its last word is {word}"

    def _without_order(self) -> str:
        """An order may leave a number out, which it then gets by another order, unless somebody cancels before."""
        return "" if self._is_a_persons and self.shown.order_ids else "it was in no order of this request"

    @property
    def _is_a_persons(self) -> bool:
        """Whether the person behind the request ended it."""
        record = self.end.record
        stopped = (record.cancelled or record.tried_to_cancel) and self.shown.outcome != Outcome.NOT_ACTIVE
        return stopped or self.row.phone_number in record.gave_up

    def _has_a_reason(self, state: str) -> bool:
        if state == NumberState.GIVEN_UP:
            return self._is_a_persons
        refused = kind_of(self.row.phone_number) is not EligibilityKind.ORDER
        return refused or self.is_shared or self.end.planned.all_or_nothing
