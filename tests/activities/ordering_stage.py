"""Placing orders on the stage: what the activity is given, and who else is at work on an order."""

from collections.abc import Mapping

from activities.ordering import OrderingActivities
from domain.work import OrderVerdict, PlaceOrder
from tests.activities.stage import ORDERS, PROFILE, Attempt, Stage

QUARANTINE = 120.0


class Holders:
    """Which running requests hold which order."""

    def __init__(self, held: Mapping[str, list[str]] | None = None) -> None:
        self._held = dict(held or {})

    async def holders_of(self, order_id: str, *, besides: str) -> list[str]:
        return [reference for reference in self._held.get(order_id, []) if reference != besides]


def ordering(stage: Stage) -> OrderingActivities:
    return OrderingActivities(stage.accounts, Holders(), QUARANTINE)


def held_by(stage: Stage, order_id: str, *references: str) -> OrderingActivities:
    return OrderingActivities(stage.accounts, Holders({order_id: list(references)}), QUARANTINE)


def work(*numbers: str, adopt: str = "", started_afresh: bool = False) -> PlaceOrder:
    return PlaceOrder(
        reference="r-1",
        account="default",
        messaging_profile_id=PROFILE,
        phone_numbers=list(numbers),
        adopt=adopt,
        started_afresh=started_afresh,
    )


async def place(stage: Stage, *numbers: str, adopt: str = "") -> OrderVerdict:
    return await Attempt().run(ordering(stage).place_order, work(*numbers, adopt=adopt))


async def posts(stage: Stage) -> int:
    return len(await stage.calls("POST", ORDERS))
