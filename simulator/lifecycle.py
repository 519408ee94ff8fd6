"""The one door through which an order changes: writes its history, keeps the inventory right, tells the webhook."""

import time
from collections.abc import Callable, Mapping, Sequence

from simulator.state import Order, OrderedNumber, Transfer, World

VERIFIED = frozenset({"ownership_successful", "provisioning", "successful"})
"""Words that only a number with proved ownership has; `pending` takes the proof back."""

Announce = Callable[[Order, str], None]
"""Tells the profile's webhook of an event of an order."""


class Lifecycle:
    """Creates, changes and deletes orders. Every change, whoever makes it, goes through here."""

    def __init__(self, world: World, announce: Announce) -> None:
        self._world = world
        self._announce = announce

    def create(self, profile_id: str | None, phone_numbers: Sequence[str]) -> Order:
        """A new pending order. The same numbers may be ordered again: nothing here prevents a duplicate."""
        numbers = {phone_number: self._ordered(phone_number) for phone_number in phone_numbers}
        order = Order(self._world.new_id(), profile_id, numbers, created=time.monotonic())
        self._world.orders[order.id] = order
        order.record("created")
        self._announce(order, "created")
        if any(self._world.behavior(phone_number).owner for phone_number in numbers):
            self._open_transfer(order)
        return order

    def _ordered(self, phone_number: str) -> OrderedNumber:
        proved = self._world.behavior(phone_number).verified_before
        status = "ownership_successful" if proved else "pending"
        return OrderedNumber(self._world.new_id(), phone_number, status, verified=proved)

    def _open_transfer(self, order: Order) -> None:
        deadline = int(time.time() + self._world.settings.transfer_seconds)
        order.transfer = Transfer(token=self._world.new_id(), deadline=deadline)
        order.record("internal transfer detected, the owner was asked")
        self._announce(order, "internal_transfer_detected")
        self._announce(order, "internal_transfer_approval_requested")

    def change(self, order: Order, status: str | None = None, numbers: Mapping[str, str | None] | None = None) -> None:
        """Gives the order and some of its numbers new words; None takes a number out of the order."""
        for phone_number, word in (numbers or {}).items():
            self._change_number(order, phone_number, word)
        if status is not None and status != order.status:
            order.status = status
            order.record(f"order {status}")
        self._announce(order, "deleted" if status == "deleted" else "updated")

    def _change_number(self, order: Order, phone_number: str, word: str | None) -> None:
        number = order.numbers[phone_number]
        if word is None:
            del order.numbers[phone_number]
        else:
            number.status = word
            number.verified = word in VERIFIED or (number.verified and word != "pending")
        if word == "successful":
            self._world.activate(phone_number, order.messaging_profile_id, order.id)
        else:
            self._world.switch_off(phone_number, order.id)
        order.record(f"number …{phone_number[-4:]} {'taken out of the order' if word is None else word}")

    def verify(self, order: Order, number: OrderedNumber) -> None:
        """The right code was handed in: ownership is proved."""
        number.verified = True
        self.change(order, numbers={number.phone_number: "ownership_successful"})

    def delete(self, order: Order) -> None:
        """Removes the order and all of its numbers; numbers that were active are switched off."""
        if order.transfer is not None and order.transfer.decision == "pending":
            self.decide_transfer(order, "rejected")
        self.change(order, "deleted", dict.fromkeys(order.numbers, "deleted"))

    def decide_transfer(self, order: Order, decision: str, event: str = "") -> None:
        """The owner, or silence, decided the internal transfer."""
        if order.transfer is not None:
            order.transfer.decision = decision
            order.record(f"internal transfer {decision}")
            self._announce(order, event or f"internal_transfer_{decision}")
