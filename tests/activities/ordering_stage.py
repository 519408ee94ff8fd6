"""Placing orders on the stage: what the activity is given, and who else is at work on an order."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from activities.ordering.place import OrderingActivities
from activities.ports import Accounts, AccountWorkflow, OrderHolders
from domain.accounts import AccountTrouble, AccountUnreachable, Claim, ClaimResult
from domain.activity_io import OrderVerdict, PlaceOrder
from tests.activities.stage import ORDERS, PROFILE, Attempt, Stage

QUARANTINE = 120.0


class Holders:
    """Which running requests hold which order."""

    def __init__(self, held: Mapping[str, list[str]] | None = None) -> None:
        self._held = dict(held or {})

    async def find_holders(self, order_id: str, *, besides: str) -> list[str]:
        return [reference for reference in self._held.get(order_id, []) if reference != besides]


class HostedSms:
    """The account's workflow as one claimant sees it: it answers what it is told to, and remembers what it heard."""

    def __init__(self, held: Mapping[str, str] | None = None, *, moved: bool = False, reachable: bool = True) -> None:
        self._held = dict(held or {})
        self.moved = moved
        self.reachable = reachable
        self.claims: list[Claim] = []
        self.silences: list[tuple[str, datetime]] = []

    async def claim(self, _account: str, claim: Claim) -> ClaimResult:
        self.claims.append(claim)
        if not self.reachable:
            raise AccountUnreachable("The account's workflow did not answer.")
        held = {one: self._held[one] for one in claim.fingerprints if one in self._held}
        return ClaimResult(granted=not held, holders=held, moved=self.moved)

    async def report_stop(self, trouble: AccountTrouble) -> None:
        raise AssertionError(trouble)

    async def report_outage(self, account: str, since: datetime) -> None:
        self.silences.append((account, since))

    async def find_closed(self, references: Sequence[str]) -> list[str]:
        raise AssertionError(references)


class Endings:
    """Fingerprints that a reader can read."""

    def of(self, phone_number: str) -> str:
        return phone_number[-4:]


def activities(
    accounts: Accounts,
    holders: OrderHolders | None = None,
    desk: AccountWorkflow | None = None,
    quarantine: float = QUARANTINE,
) -> OrderingActivities:
    """The ordering of any accounts."""
    return OrderingActivities(accounts, holders or Holders(), desk or HostedSms(), Endings(), quarantine)


def ordering(stage: Stage, desk: AccountWorkflow | None = None) -> OrderingActivities:
    return activities(stage.accounts, desk=desk)


def held_by(stage: Stage, order_id: str, *references: str) -> OrderingActivities:
    return activities(stage.accounts, Holders({order_id: list(references)}))


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
