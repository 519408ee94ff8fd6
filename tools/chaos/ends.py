"""How each request of a run ended, by what can be asked of it; and how something that is wrong is told."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.messages import Progress
from tools.chaos.plan import Planned
from tools.chaos.tally import Record
from tools.chaos.truth import Life

COMPLETED = "COMPLETED"
UNKNOWN = "unknown to the server"
_ORDER_NOT_KNOWN = "whose id is not known"
"""Stands in the sentence about an order that may have been placed, and that nobody could look for."""


@dataclass(frozen=True)
class Case:
    """One thing that is wrong: whose, which number in which order, and what was seen."""

    reference: str
    seen: str
    phone_number: str = ""
    order_id: str = ""

    def __str__(self) -> str:
        where = " ".join(part for part in (self.reference, self.phone_number, self.order_id) if part)
        return f"{where}: {self.seen}"


@dataclass(frozen=True)
class End:
    """How one request stood when the run was over."""

    planned: Planned
    record: Record
    status: str
    """Of its workflow, such as `COMPLETED`."""
    shown: Progress | None
    """What `show` says; None when nobody knows the request."""
    trouble: str = ""
    """What the server says of workflow tasks that fail again and again."""

    @property
    def left_behind(self) -> str:
        """What it says that it left at Telnyx."""
        return " ".join(self.shown.left_behind) if self.shown else ""

    def owns_up_to(self, life: Life) -> bool:
        """Whether it says that it left this order: by its id, or as one of these numbers whose id it does not know."""
        if life.order_id in self.left_behind:
            return True
        known = self.shown is not None and life.order_id in self.shown.order_ids
        ours = life.phone_number in self.planned.phone_numbers
        return ours and not known and _ORDER_NOT_KNOWN in self.left_behind


def holders(ends: Iterable[End]) -> dict[str, str]:
    """By order: the request that names it as its own."""
    return {order_id: end.planned.reference for end in ends if end.shown for order_id in end.shown.order_ids}


def shared(ends: Iterable[End]) -> set[str]:
    """Numbers that two requests wanted."""
    wanted = [number for end in ends for number in end.planned.phone_numbers]
    return {number for number in wanted if wanted.count(number) > 1}
