"""Whether an ended request tells the truth about itself and each of its numbers.

This file has its own copy of Telnyx's statuses, because it judges the tables of the program.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from activities.ordering.refusals import ALREADY_HOSTED
from domain.eligibility_statuses import EligibilityKind
from domain.messages import NumberProgress, Progress
from domain.vocabulary import NumberState, Outcome
from tools.chaos.ends import COMPLETED, Case, End, holders, shared
from tools.chaos.plan import kind_of
from tools.chaos.truth import Life, by_number

_FINAL = {state for state in NumberState if state.is_final}
_SUCCESS, _DELETED, _REJECTED = "successful", "deleted", "failed_carrier_rejected"
_NAMES_NO_REASON = {"", "failed", _DELETED}
"""Final statuses of a number whose reason is the status of its order."""
_HOSTED_BEFORE = (ALREADY_HOSTED, "was hosted in this account before")
"""Parts of the product's sentences about a number that it found active, for example after a reset."""


def untrue(ends: Iterable[End], lives: Sequence[Life], orders: AbstractSet[str]) -> Iterator[Case]:
    """Ended requests whose outcome or whose state of a number is not true.

    `orders` are the ids of all orders at Telnyx, also of those without numbers.
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
        yield Case(reference, "does not show each of its numbers once")
    for order_id in set(shown.order_ids) - orders:
        yield Case(reference, "names an order that Telnyx never had", order_id=order_id)


def _fitting(end: End, shown: Progress) -> list[str]:
    """The outcomes that would be true. `expired` is not among them, because no run is as long as a deadline."""
    active = [row.state == NumberState.ACTIVE for row in shown.numbers]
    if any(active):
        return [Outcome.ACTIVE if all(active) else Outcome.PARTLY_ACTIVE]
    if not end.record.tried_to_cancel and not end.record.cancelled:
        return [Outcome.NOT_ACTIVE]
    return [Outcome.CANCELLED] if _cancelled_in_time(end, shown) else [Outcome.NOT_ACTIVE, Outcome.CANCELLED]


def _cancelled_in_time(end: End, shown: Progress) -> bool:
    """Whether a cancel was answered before the request ended."""
    ended = max((event.at for event in shown.events if event.what.startswith("Ended")), default=None)
    at = end.record.cancelled_at
    return end.record.cancelled and (ended is None or at is None or at < ended)


@dataclass
class _Number:
    """The state that a request shows for one number, and the number's lives at Telnyx."""

    end: End
    shown: Progress
    row: NumberProgress
    lives: Sequence[Life]
    held: Mapping[str, str]
    """The reference of the request that holds an order, by order id."""
    is_shared: bool
    """Whether another request asks for it, too."""

    @property
    def own(self) -> list[Life]:
        """Its lives in the request's orders, oldest first."""
        return sorted(
            (life for life in self.lives if life.order_id in self.shown.order_ids),
            key=lambda life: self.shown.order_ids.index(life.order_id),
        )

    @property
    def order_id(self) -> str:
        """The newest order with this number."""
        found = self.own or self.lives
        return found[-1].order_id if found else ""

    def wrong(self) -> str:
        """Why the state is not true; empty if it is."""
        state = self.row.state
        if state not in _FINAL:
            return "that is not a final state"
        if state == NumberState.ACTIVE:
            return self._wrongly_active()
        if there := self._still_there():
            return there
        if state in {NumberState.FAILED, NumberState.REJECTED}:
            return self._another_end(self.own[-1]) if self.own else self._without_order()
        return "" if self._has_a_reason(state) else "nothing ended it"

    def _wrongly_active(self) -> str:
        if not any(life.active for life in self.lives):
            return "it is not active at Telnyx"
        found_so = any(sentence in self.row.because for sentence in _HOSTED_BEFORE)
        if not found_so and not any(life.active for life in self.own):
            return "it is active in no order of this request"
        return "" if found_so or self.row.status == _SUCCESS else f"its last status is {_SUCCESS}"

    def _still_there(self) -> str:
        """Orders without a request are judged elsewhere, and a rival's order with the rival."""
        for life in self.lives:
            ours = life.order_id in self.shown.order_ids or (not self.is_shared and life.order_id in self.held)
            if ours and not self.end.admits(life):
                if life.active:
                    return "it is active at Telnyx"
                if life.over is None:
                    return "its order is still live, and the request does not say so"
        return ""

    def _another_end(self, newest: Life) -> str:
        """How the number ended in its newest order, if that differs from its state."""
        status = newest.end_status
        if status in {"", _DELETED} and (newest.deleted_by_us or newest.over is None):
            return "" if self._ended_by_person else "only this program ended it"
        by_order = newest.order_status == "carrier_rejected" and status in _NAMES_NO_REASON
        rejected = status == _REJECTED or by_order
        if rejected is not (self.row.state == NumberState.REJECTED):
            return f"its last status is {status or newest.order_status}"
        return "" if status in {"", self.row.status} else f"its last status is {status}"

    def _without_order(self) -> str:
        """A number that an order leaves out gets another order, unless a person cancels before."""
        return "" if self._ended_by_person and self.shown.order_ids else "it was in no order of this request"

    @property
    def _ended_by_person(self) -> bool:
        """Whether the person behind the request gave it up or cancelled."""
        record = self.end.record
        stopped = (record.cancelled or record.tried_to_cancel) and self.shown.outcome != Outcome.NOT_ACTIVE
        return stopped or self.row.phone_number in record.gave_up

    def _has_a_reason(self, state: str) -> bool:
        if state == NumberState.GIVEN_UP:
            return self._ended_by_person
        refused = kind_of(self.row.phone_number) is not EligibilityKind.ORDER
        return refused or self.is_shared or self.end.planned.all_or_nothing
