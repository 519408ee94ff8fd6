"""The eligibility check: a number's format, the inventory, the control surface and the test numbers decide."""

import re
from collections.abc import Sequence

from simulator.state import World
from simulator.statuses import ELIGIBLE

US_NUMBER = re.compile(r"\+1\d{10}", re.ASCII)
FOREIGN_NUMBER = re.compile(r"\+[2-9]\d{6,14}", re.ASCII)

DETAILS = {
    ELIGIBLE: "The number can be hosted.",
    "NUMBER_CAN_NOT_BE_REPEATED": "The number is repeated in the request.",
    "NUMBER_IS_NOT_IN_E164_FORMAT": "The number is not in E.164 format.",
    "NUMBER_IS_NOT_A_US_NUMBER": "The number is not a US number.",
    "NUMBER_CAN_NOT_BE_ACTIVE_IN_YOUR_ACCOUNT": "The number is already active in your account.",
}


def check(world: World, phone_numbers: Sequence[str]) -> list[dict[str, str | bool]]:
    """Answer for every number, in the order of the request; a repeated number is refused at its second place."""
    rows: list[dict[str, str | bool]] = []
    seen: set[str] = set()
    for phone_number in phone_numbers:
        status = "NUMBER_CAN_NOT_BE_REPEATED" if phone_number in seen else status_of(world, phone_number)
        seen.add(phone_number)
        rows.append(
            {
                "phone_number": phone_number,
                "eligible": status.upper() == ELIGIBLE,
                "eligible_status": status,
                "detail": DETAILS.get(status, "The number cannot be hosted."),
            }
        )
    return rows


def status_of(world: World, phone_number: str) -> str:
    """The status of one number; what the control surface set goes before the table of test numbers."""
    if not US_NUMBER.fullmatch(phone_number):
        foreign = FOREIGN_NUMBER.fullmatch(phone_number)
        return "NUMBER_IS_NOT_A_US_NUMBER" if foreign else "NUMBER_IS_NOT_IN_E164_FORMAT"
    if phone_number in world.inventory:
        return "NUMBER_CAN_NOT_BE_ACTIVE_IN_YOUR_ACCOUNT"
    override = world.overrides.get(phone_number)
    if override is not None and override.eligible_status is not None:
        return override.eligible_status
    return world.behavior(phone_number).eligible_status


def orderable(world: World, phone_number: str) -> bool:
    """Say whether an order with this number is accepted: it is eligible, or a transfer of the test numbers."""
    status, behavior = status_of(world, phone_number), world.behavior(phone_number)
    return status.upper() == ELIGIBLE or (behavior.orderable and status == behavior.eligible_status)
