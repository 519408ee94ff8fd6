"""The activities that place and find orders, on the stage."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from temporalio import activity

from activities.ordering.find import FindOrderActivities
from activities.ordering.place import OrderTimes, PlaceOrderActivities
from activities.ports import Accounts, AccountWorkflow, OrderHolders
from domain.accounts import AccountTrouble, AccountUnreachable, Claim, ClaimResult
from domain.activity_io import FindOrder, PlacementVerdict, PlaceOrder
from tests.activities.stage import ORDERS, PROFILE, Attempt, Stage

QUARANTINE = 120.0


class FakeHolders:
    """Which running requests hold which order."""

    def __init__(self, held: Mapping[str, list[str]] | None = None) -> None:
        self._held = dict(held or {})

    async def find_holders(self, order_id: str, *, besides: str) -> list[str]:
        return [reference for reference in self._held.get(order_id, []) if reference != besides]


class FakeAccountWorkflow:
    """Answers each claim as told, and records what is reported."""

    def __init__(self, held: Mapping[str, str] | None = None, *, moved: bool = False, reachable: bool = True) -> None:
        self._held = dict(held or {})
        self.moved = moved
        self._moved_at: datetime | None = None
        self.no_room = ""
        self.reachable = reachable
        self.claims: list[Claim] = []
        self.outages: list[tuple[str, datetime]] = []

    async def claim(self, _account: str, claim: Claim) -> ClaimResult:
        self.claims.append(claim)
        if not self.reachable:
            raise AccountUnreachable("The account's workflow did not answer.")
        if self.no_room:
            return ClaimResult(granted=False, no_room=self.no_room)
        held = {one: self._held[one] for one in claim.fingerprints if one in self._held}
        if self.moved and self._moved_at is None:
            self._moved_at = activity.info().started_time
        return ClaimResult(granted=not held, holders=held, moved=self.moved, moved_at=self._moved_at)

    async def report_stop(self, trouble: AccountTrouble) -> None:
        raise AssertionError(trouble)

    async def report_outage(self, account: str, since: datetime, because: str = "") -> None:
        self.outages.append((account, since))
        self.because = because

    async def find_closed(self, references: Sequence[str], account: str = "") -> list[str]:
        raise AssertionError(references, account)


class LastDigits:
    """Fingerprints that a reader can read."""

    def of(self, phone_number: str) -> str:
        return phone_number[-4:]


class OrderSteps:
    """The activities that place an order and look for one."""

    def __init__(
        self,
        accounts: Accounts,
        holders: OrderHolders | None = None,
        account_workflow: AccountWorkflow | None = None,
        quarantine: float = QUARANTINE,
    ) -> None:
        holders, account_workflow = holders or FakeHolders(), account_workflow or FakeAccountWorkflow()
        times = OrderTimes(quarantine, watch_after=300.0)
        placement = PlaceOrderActivities(accounts, holders, account_workflow, LastDigits(), times)
        self.place_order = placement.place_order
        self.find_order = FindOrderActivities(accounts, holders, quarantine).find_order


def ordering(stage: Stage, account_workflow: AccountWorkflow | None = None) -> OrderSteps:
    return OrderSteps(stage.accounts, account_workflow=account_workflow)


def held_by(stage: Stage, order_id: str, *references: str) -> OrderSteps:
    """The activities while other requests hold an order. No claim is answered: the search must work without one."""
    holders = FakeHolders({order_id: list(references)})
    return OrderSteps(stage.accounts, holders)


def work(*numbers: str, adopt: str = "", started_afresh: bool = False) -> PlaceOrder:
    return PlaceOrder(
        reference="r-1",
        account="default",
        messaging_profile_id=PROFILE,
        phone_numbers=list(numbers),
        adopt=adopt,
        started_afresh=started_afresh,
    )


def search(*numbers: str, forgotten: bool = False) -> FindOrder:
    return FindOrder(
        reference="r-1",
        account="default",
        messaging_profile_id=PROFILE,
        phone_numbers=list(numbers),
        forgotten=forgotten,
    )


async def place(stage: Stage, *numbers: str, adopt: str = "") -> PlacementVerdict:
    return await Attempt().run(ordering(stage).place_order, work(*numbers, adopt=adopt))


async def count_posts(stage: Stage) -> int:
    return len(await stage.calls("POST", ORDERS))
