"""How each request of a run ended, and a wrong case as a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.messages import Progress
from tools.chaos.plan import Planned
from tools.chaos.tally import Record
from tools.chaos.truth import Life

COMPLETED = "COMPLETED"
UNKNOWN = "unknown to the server"
_ORDER_NOT_KNOWN = "whose id is not known"
"""Part of the product's sentence about an order that may have been placed and could not be looked for."""


@dataclass(frozen=True)
class Case:
    """One thing that is wrong."""

    reference: str
    seen: str
    phone_number: str = ""
    order_id: str = ""

    def __str__(self) -> str:
        where = " ".join(part for part in (self.reference, self.phone_number, self.order_id) if part)
        return f"{where}: {self.seen}"


@dataclass(frozen=True)
class End:
    """The state of one request at the end of a run."""

    planned: Planned
    record: Record
    status: str
    """Of its workflow, such as `COMPLETED`."""
    shown: Progress | None
    """What `show` returns; None if the request is unknown."""
    problems: str = ""
    """What the server reports of workflow tasks that keep failing."""

    @property
    def left_behind(self) -> str:
        """What the request says it left behind at Telnyx."""
        return " ".join(self.shown.left_behind) if self.shown else ""

    def admits(self, life: Life) -> bool:
        """Whether the request says that it left this order behind, by its id or as one whose id it does not know."""
        if life.order_id in self.left_behind:
            return True
        known = self.shown is not None and life.order_id in self.shown.order_ids
        ours = life.phone_number in self.planned.phone_numbers
        return ours and not known and _ORDER_NOT_KNOWN in self.left_behind


def holders(ends: Iterable[End]) -> dict[str, str]:
    """The reference of the request that names an order as its own, by order id."""
    return {order_id: end.planned.reference for end in ends if end.shown for order_id in end.shown.order_ids}


def shared(ends: Iterable[End]) -> set[str]:
    """Numbers that more than one request asks for."""
    wanted = [number for end in ends for number in end.planned.phone_numbers]
    return {number for number in wanted if wanted.count(number) > 1}
