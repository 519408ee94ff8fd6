"""Where an activity is tried: the simulator over HTTP, the real client, and attempts as the server would make them.

An attempt finds what the one before it left in its heartbeat, and nothing of what that one knew besides.
"""

import dataclasses
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.ports import Telnyx
from domain.activity_io import CurrentOrder, WatchOrder
from domain.vocabulary import NumberState
from telnyx_api.accounts import TelnyxAccounts
from telnyx_api.client import TelnyxClient

In = TypeVar("In")
Out = TypeVar("Out")
Step = Callable[[In], Awaitable[Out]]

PROFILE = "11111111-1111-4111-8111-111111111111"
A, B, C = "+12125550101", "+12125550102", "+12125550103"
ORDERS = "/v2/messaging_hosted_number_orders"
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Attempt:
    """One attempt of an activity, with what it left behind."""

    def __init__(self, number: int = 1, found: Sequence[Any] = (), at: datetime = BEGINNING) -> None:
        self.environment = ActivityEnvironment()
        self.environment.info = dataclasses.replace(
            self.environment.info, attempt=number, heartbeat_details=list(found), started_time=at
        )
        self.beats = 0
        self._asked = timedelta()
        self.left: list[Any] = list(found)
        self.environment.on_heartbeat = self._keep

    def _keep(self, *details: Any) -> None:
        self.beats += 1
        self.left = list(details)  # as the server does: the last heartbeat replaces what was there

    async def run(self, step: Step[In, Out], work: In) -> Out:
        """What the activity answers in this attempt."""
        began = time.monotonic()
        try:
            return await self.environment.run(step, work)
        except ApplicationError as failure:
            took = timedelta(seconds=time.monotonic() - began)
            self._asked = took + (failure.next_retry_delay or timedelta())
            raise

    async def fails(self, step: Step[In, Out], work: In) -> ApplicationError:
        """The failure by which the activity asks to be tried again."""
        try:
            answer = await self.run(step, work)
        except ApplicationError as failure:
            return failure
        raise AssertionError(f"expected a failure, but the answer was {answer!r}")

    def next(self, after: timedelta | None = None) -> "Attempt":
        """The attempt that follows this one: when it asked for that, or so much later."""
        info = self.environment.info
        return Attempt(info.attempt + 1, self.left, info.started_time + (self._asked if after is None else after))

    def after_a_crash(self) -> "Attempt":
        """The attempt after this one when its worker died: the heartbeats so far are all that is left."""
        return Attempt(self.environment.info.attempt + 1, ())


def seconds(failure: ApplicationError) -> float:
    """How long a failed activity asks to wait before it is tried again."""
    assert failure.next_retry_delay is not None
    return failure.next_retry_delay.total_seconds()


class Stage:
    """The simulated Telnyx from both sides: as the activities see it, and in truth."""

    def __init__(self, telnyx: TelnyxClient, outside: httpx.AsyncClient) -> None:
        self.telnyx = telnyx
        self.outside = outside
        self.accounts = TelnyxAccounts({"default": telnyx})

    async def control(self, path: str, body: Mapping[str, object] | None = None) -> Any:
        """A call of the control surface: POST with a body, GET without."""
        url = f"/_simulator/{path}"
        reply = await (self.outside.get(url) if body is None else self.outside.post(url, json=body))
        assert reply.status_code == 200, reply.text
        return reply.json()

    async def faults(self, *kinds: str, **options: object) -> None:
        """Puts faults in force; without kinds nothing goes wrong any more."""
        await self.control("faults", {"kinds": kinds, **options})

    async def order(self, *numbers: str, profile: str = PROFILE) -> str:
        """An order that somebody else placed; its id."""
        return (await self.telnyx.create_order(profile, numbers)).id

    async def portal(
        self, order_id: str, order: str | None = None, numbers: Mapping[str, str | None] | None = None
    ) -> None:
        """Somebody acts in the portal, at Telnyx or at the carrier."""
        await self.control(f"orders/{order_id}/status", {"order": order, "numbers": dict(numbers or {})})

    async def truth(self) -> list[dict[str, Any]]:
        """Every order that was ever made."""
        found: list[dict[str, Any]] = await self.control("orders")
        return found

    async def calls(self, method: str, path: str = "") -> list[dict[str, Any]]:
        """The API calls of a method whose path ends so."""
        calls = await self.control("calls")
        return [call for call in calls if call["method"] == method and call["path"].endswith(path)]

    async def codes(self, order_id: str, *numbers: str) -> dict[str, str]:
        """The codes that the handsets show after they were asked for."""
        await self.telnyx.request_codes(order_id, numbers, "sms")
        newest = {}
        for number in numbers:
            shown = (await self.outside.get("/_simulator/inbox", params={"phone_number": number})).json()
            newest[number] = str(shown[-1]["code"])
        return newest

    async def verified_order(self, *numbers: str) -> str:
        """An order whose numbers are proved."""
        order_id = await self.order(*numbers)
        await self.telnyx.submit_codes(order_id, await self.codes(order_id, *numbers))
        return order_id


class Knowing:
    """A request that knows something of its order, or cannot be asked."""

    def __init__(self, known: WatchOrder | None = None) -> None:
        self.known = known
        self.asked = 0

    async def query_watched(self, _workflow_id: str, _run_id: str) -> WatchOrder | None:
        """What it knows."""
        self.asked += 1
        return self.known


class OneClient:
    """Accounts of which every name leads to the same client."""

    def __init__(self, client: Telnyx) -> None:
        self._client = client

    def telnyx(self, _account: str) -> Telnyx:
        """The client."""
        return self._client


class Failing:
    """A client whose every call ends in the same error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*_args: object, **_options: object) -> Any:
            raise self._error

        return call


def in_hand(order_id: str, known: Mapping[str, NumberState], *, papers_given: bool = False) -> CurrentOrder:
    """An order with what is known of its numbers."""
    grouped: dict[NumberState, list[str]] = {}
    for number, state in known.items():
        grouped.setdefault(state, []).append(number)
    return CurrentOrder(account="default", order_id=order_id, known=grouped, papers_given=papers_given)
