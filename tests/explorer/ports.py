"""What an activity reaches, played back: each call gets the next recorded answer, and the first without one is the
attempt's next step."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, NoReturn

from activities.ordering.find import FindOrderActivities
from activities.ordering.place import OrderTimes, PlaceOrderActivities
from adapters.account_workflow import TemporalAccountWorkflow
from domain.accounts import Claim, ClaimResult
from telnyx_api.errors import Conflict, OutcomeUnknown, TryLater
from telnyx_api.replies import HostedNumber, Order

PROFILE = "profile"
QUARANTINE = 120.0
STARTED = datetime(2026, 1, 1, tzinfo=UTC)
"""When every attempt begins. What others did before counts from there."""
Numbers = tuple[str, ...]
Listed = tuple[str, Numbers]
"""An order as the list shows it: its id and its numbers."""


class Call(NamedTuple):
    """What an attempt wants of the world: the name of the call, and what it says."""

    name: str
    said: tuple[Any, ...] = ()


class Told(NamedTuple):
    """An answer, and whether this attempt's worker stood still before it came."""

    answer: Any
    late: bool = False


LOST, LATER, CONFLICT = "lost", "later", "conflict"
"""Answers that are failures: none came, Telnyx refuses for now, Telnyx has such an order."""


class Suspended(Exception):  # noqa: N818 - no error: the attempt waits here
    """Ends a playback at the first call that has no answer yet."""


class Playback:
    """The answers that an attempt got so far, in their order."""

    def __init__(self, told: Sequence[Told]) -> None:
        self._told: Iterator[Told] = iter(told)
        self.call: asyncio.Future[Call] = asyncio.get_running_loop().create_future()
        self.stood_still = False
        """Whether the worker stood still so far."""

    async def ask(self, name: str, *said: Any) -> Any:
        told = next(self._told, None)
        if told is None:
            self._suspend(Call(name, said))
        self.stood_still = self.stood_still or told.late
        return told.answer

    def _suspend(self, call: Call) -> NoReturn:
        self.call.set_result(call)
        raise Suspended


class PlayedTelnyx:
    """The port `Telnyx`, as far as an order is placed or looked for."""

    def __init__(self, playback: Playback) -> None:
        self._playback = playback

    async def all_orders(self, *, named: Iterable[str]) -> list[Order]:
        answer = await self._playback.ask("list", tuple(sorted(named)))
        if answer == LATER:
            raise TryLater("The list cannot be read.")
        return [_order(*listed) for listed in answer]

    async def create_order(self, profile: str, numbers: Sequence[str]) -> Order:
        answer = await self._playback.ask("create", tuple(numbers))
        if answer == LOST:
            raise OutcomeUnknown("No answer came.")
        if answer == LATER:
            raise TryLater("Too many requests.")
        if answer == CONFLICT:
            raise Conflict("Telnyx has an order with this number.")
        return _order(answer, tuple(numbers), profile)

    async def find_hosted_number(self, _number: str) -> list[Any]:
        return []


class PlayedAccount(TemporalAccountWorkflow):
    """The real adapter, whose two calls to the Temporal server are played back."""

    def __init__(self, playback: Playback) -> None:
        super().__init__(client=None)  # type: ignore[arg-type]  # only the two methods below would use it
        self._playback = playback

    async def _claim(self, _account: str, claim: Claim) -> ClaimResult:
        said = (claim.reference, claim.workflow_run_id, tuple(claim.fingerprints), tuple(claim.void))
        answer = await self._playback.ask("claim", *said)
        if answer == LOST:
            raise TimeoutError
        return ClaimResult.model_validate_json(answer)

    async def find_closed(self, references: Iterable[str], account: str = "") -> list[str]:  # noqa: ARG002 - of the port
        return list(await self._playback.ask("closed", tuple(dict.fromkeys(references))))


class PlayedHolders:
    """The port `OrderHolders`."""

    def __init__(self, playback: Playback) -> None:
        self._playback = playback

    async def find_holders(self, order_id: str, *, besides: str) -> list[str]:
        return list(await self._playback.ask("holders", order_id, besides))


class _OneAccount:
    def __init__(self, playback: Playback) -> None:
        self._telnyx = PlayedTelnyx(playback)

    def telnyx(self, _account: str) -> Any:
        return self._telnyx


class _NumberItself:
    def of(self, phone_number: str) -> str:
        return phone_number


def activities_on(playback: Playback) -> tuple[Any, Any]:
    """The real activities `place_order` and `find_order` on played back ports."""
    accounts: Any = _OneAccount(playback)
    holders = PlayedHolders(playback)
    times = OrderTimes(QUARANTINE, watch_after=300.0)
    placing = PlaceOrderActivities(accounts, holders, PlayedAccount(playback), _NumberItself(), times)
    return placing.place_order, FindOrderActivities(accounts, holders, QUARANTINE).find_order


def _order(order_id: str, numbers: Numbers, profile: str = PROFILE) -> Order:
    rows = [HostedNumber(phone_number=number, status="pending") for number in numbers]
    return Order(id=order_id, messaging_profile_id=profile, status="pending", phone_numbers=rows)
