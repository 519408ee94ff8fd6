"""Every change of an order: it is added to the history, updates the inventory and sends a webhook."""

import time
from collections.abc import Callable, Mapping, Sequence

from simulator.state import Order, OrderedNumber, Transfer, World, now

VERIFIED = frozenset({"ownership_successful", "provisioning", "successful"})
"""Statuses that only a verified number has. `pending` makes a number unverified again."""

Announce = Callable[[Order, str], None]
"""Sends the profile's webhook an event about an order."""


class Lifecycle:
    """Creates, changes and deletes orders; nothing else changes an order."""

    def __init__(self, world: World, announce: Announce) -> None:
        self._world = world
        self._announce = announce

    def create(self, profile_id: str | None, phone_numbers: Sequence[str]) -> Order:
        """Create a pending order. The same numbers may be ordered again: nothing here prevents a duplicate."""
        numbers = {phone_number: self._ordered(phone_number) for phone_number in phone_numbers}
        order = Order(self._world.new_id(), profile_id, numbers, created=time.monotonic())
        self._world.orders[order.id] = order
        order.record("created")
        self._announce(order, "created")
        if any(self._world.behavior(phone_number).owner for phone_number in numbers):
            self._open_transfer(order)
        return order

    def _ordered(self, phone_number: str) -> OrderedNumber:
        verified = self._world.behavior(phone_number).verified_before
        status = "ownership_successful" if verified else "pending"
        return OrderedNumber(self._world.new_id(), phone_number, status, verified=verified)

    def _open_transfer(self, order: Order) -> None:
        deadline = int(time.time() + self._world.settings.transfer_seconds)
        order.transfer = Transfer(token=self._world.new_id(), deadline=deadline)
        order.record("internal transfer detected; the owner is asked")
        self._announce(order, "internal_transfer_detected")
        self._announce(order, "internal_transfer_approval_requested")

    def change(self, order: Order, status: str | None = None, numbers: Mapping[str, str | None] | None = None) -> None:
        """Set the status of the order and of some of its numbers; None takes a number out of the order."""
        for phone_number, own in (numbers or {}).items():
            self._change_number(order, phone_number, own)
        if status is not None and status != order.status:
            order.status = status
            order.record(f"order {status}")
        order.updated_at = now()
        self._announce(order, "deleted" if status == "deleted" else "updated")

    def _change_number(self, order: Order, phone_number: str, status: str | None) -> None:
        number = order.numbers[phone_number]
        if status is None:
            del order.numbers[phone_number]
        else:
            number.status = status
            number.verified = status in VERIFIED or (number.verified and status != "pending")
        if status == "successful":
            self._world.activate(phone_number, order.messaging_profile_id, order.id)
        else:
            self._world.switch_off(phone_number, order.id)
        order.record(f"number …{phone_number[-4:]} {'taken out of the order' if status is None else status}")

    def verify(self, order: Order, number: OrderedNumber) -> None:
        """Mark a number as verified: its correct code was submitted."""
        number.verified = True
        self.change(order, numbers={number.phone_number: "ownership_successful"})

    def delete(self, order: Order) -> None:
        """Delete the order with all of its numbers; active numbers are switched off."""
        if order.transfer is not None and order.transfer.decision == "pending":
            self.decide_transfer(order, "rejected")
        self.change(order, "deleted", dict.fromkeys(order.numbers, "deleted"))

    def decide_transfer(self, order: Order, decision: str, event: str = "") -> None:
        """Record how the internal transfer was decided, by the owner or by the owner's silence."""
        if order.transfer is not None:
            order.transfer.decision = decision
            order.record(f"internal transfer {decision}")
            self._announce(order, event or f"internal_transfer_{decision}")
