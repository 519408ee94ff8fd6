"""The review by Telnyx and the carrier, in three equal parts: documents, carrier, activation."""

import asyncio
from collections.abc import Awaitable, Callable

from simulator.background import Background
from simulator.behavior import Behavior
from simulator.lifecycle import Lifecycle
from simulator.state import Order, OrderedNumber, World
from simulator.statuses import DOCUMENTS_REFUSED, FINAL_NUMBER_STATUSES, UPLOAD_STATUSES

Sleep = Callable[[float], Awaitable[None]]
"""Waits for so many seconds."""

ALL_NUMBERS_END = {
    "carrier_rejected": "failed_carrier_rejected",
    "ineligible_carrier": "failed_ineligible_carrier",
    "compliance_review_failed": "failed",
    "failed": "failed",
    "deleted": "deleted",
}
"""What becomes of the numbers of an order that ends as a whole. With every other status they stay as they are."""


class Reviewer:
    """Reviews each order in a task of its own, until a person takes over through the control surface."""

    def __init__(
        self, world: World, lifecycle: Lifecycle, background: Background, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._world = world
        self._lifecycle = lifecycle
        self._background = background
        self._sleep = sleep
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start_review(self, order: Order) -> None:
        """Start the review, unless it is running or the owner of a number must still agree."""
        waits_for_owner = order.transfer is not None and order.transfer.decision == "pending"
        if order.id not in self._tasks and not waits_for_owner:
            self._begin(order)

    def await_owner(self, order: Order) -> None:
        """Let the owner of the number answer in the background."""
        self._background.start(self._owner_answers(order))

    def decide_transfer(self, order: Order, decision: str, event: str = "") -> None:
        """Carry out the decision: a rejected order fails, an approved one is reviewed when its documents are there."""
        self._lifecycle.decide_transfer(order, decision, event)
        if decision == "rejected":
            self._lifecycle.change(order, "failed", dict.fromkeys(order.numbers, "failed_number_already_hosted"))
        elif order.uploads:
            self.start_review(order)

    def stop(self, order: Order) -> None:
        """End the review, because a person decides from here."""
        task = self._tasks.pop(order.id, None)
        if task is not None:
            task.cancel()

    def _begin(self, order: Order) -> None:
        async def until_done() -> None:
            try:
                await self._review(order)
            finally:
                if self._tasks.get(order.id) is asyncio.current_task():
                    del self._tasks[order.id]

        self._tasks[order.id] = self._background.start(until_done())

    async def _a_third(self) -> None:
        await self._sleep(self._world.settings.review_seconds / 3)

    async def _review(self, order: Order) -> None:
        ends = self._ends(order)
        await self._a_third()
        if not self._read_documents(order, ends):
            return
        await self._a_third()
        if ends is not None and ends != "provisioning":
            status = ALL_NUMBERS_END.get(ends)
            self._lifecycle.change(order, ends, dict.fromkeys(order.numbers, status) if status else {})
            return
        self._lifecycle.change(order, "provisioning", self._provisioned(order))
        await self._a_third()
        if ends is None:
            self._activate(order)

    def _read_documents(self, order: Order, ends: str | None) -> bool:
        """Check the documents; true when the order goes on to the carrier."""
        refused = ends if ends in DOCUMENTS_REFUSED else self._first_refusal(order)
        if refused is not None:
            self._lifecycle.change(order, refused)
        elif ends != "pending":
            self._lifecycle.change(order, "loa_file_successful")
        return refused is None and ends not in {"pending", "loa_file_successful"}

    def _ends(self, order: Order) -> str | None:
        return next((b.order_ends for b in self._behaviors(order) if b.order_ends), None)

    def _first_refusal(self, order: Order) -> str | None:
        if len(order.uploads) > 1:
            return None
        return next((b.first_documents for b in self._behaviors(order) if b.first_documents), None)

    def _behaviors(self, order: Order) -> list[Behavior]:
        return [self._world.behavior(phone_number) for phone_number in order.numbers]

    def _provisioned(self, order: Order) -> dict[str, str | None]:
        stay = {"pending", "ownership_successful"}
        return {
            number.phone_number: "provisioning"
            for number in _in_review(order)
            if number.verified and self._world.behavior(number.phone_number).number_ends not in stay
        }

    def _activate(self, order: Order) -> None:
        ends: dict[str, str | None] = {n.phone_number: self._number_ends(n) for n in _in_review(order)}
        statuses = [ends.get(phone_number) or n.status for phone_number, n in order.numbers.items()]
        self._lifecycle.change(order, _order_status(statuses), ends)

    def _number_ends(self, number: OrderedNumber) -> str:
        if not number.verified:
            return "failed_ownership_verification"
        behavior = self._world.behavior(number.phone_number)
        before = self._world.endings[number.phone_number]
        self._world.endings[number.phone_number] += 1
        over = behavior.bad_endings is not None and before >= behavior.bad_endings
        return "successful" if over else behavior.number_ends

    async def _owner_answers(self, order: Order) -> None:
        owner = next((b.owner for b in self._behaviors(order) if b.owner), None)
        if owner == "says nothing":
            await self._sleep(self._world.settings.transfer_seconds)
        else:
            await self._a_third()
        if order.transfer is None or order.transfer.decision != "pending" or order.status not in UPLOAD_STATUSES:
            return
        silent = "internal_transfer_auto_approved" if owner == "says nothing" else ""
        self.decide_transfer(order, "rejected" if owner == "rejects" else "approved", silent)


def _in_review(order: Order) -> list[OrderedNumber]:
    return [number for number in order.numbers.values() if number.status not in FINAL_NUMBER_STATUSES]


def _order_status(statuses: list[str]) -> str:
    """The order's final status from those of its numbers; for a mixture it is not documented (docs/telnyx.md §11)."""
    if any(status not in FINAL_NUMBER_STATUSES for status in statuses):
        return "provisioning"
    return "successful" if "successful" in statuses else "failed"
