"""Where an activity is tried: the simulator over HTTP, the real client, and attempts as Temporal makes them."""

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
from domain.verdicts import Need, Verdict
from domain.vocabulary import NumberState
from telnyx_api.accounts import TelnyxAccounts
from telnyx_api.client import TelnyxClient

In = TypeVar("In")
Out = TypeVar("Out")
Step = Callable[[In], Awaitable[Out]]

PROFILE = "11111111-1111-4111-8111-111111111111"
A, B, C = "+12125550101", "+12125550102", "+12125550103"
ORDERS = "/v2/messaging_hosted_number_orders"
NO_ORDER = "00000000-0000-4000-8000-000000000001"
"""An id that Telnyx does not know."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Attempt:
    """One attempt of an activity. It knows of earlier attempts only what the last one left in its heartbeat."""

    def __init__(self, number: int = 1, found: Sequence[Any] = (), at: datetime = BEGINNING) -> None:
        self.environment = ActivityEnvironment()
        self.change_info(attempt=number, heartbeat_details=list(found), started_time=at)
        self.beats = 0
        self._delay = timedelta()
        self.left: list[Any] = list(found)
        self.environment.on_heartbeat = self._keep

    def change_info(self, **fields: Any) -> None:
        """Change what the activity learns of itself."""
        self.environment.info = dataclasses.replace(self.environment.info, **fields)

    def _keep(self, *details: Any) -> None:
        self.beats += 1
        self.left = list(details)  # a heartbeat replaces the one before, as on the server

    async def run(self, step: Step[In, Out], work: In) -> Out:
        """What the activity answers in this attempt."""
        began = time.monotonic()
        try:
            return await self.environment.run(step, work)
        except ApplicationError as failure:
            took = timedelta(seconds=time.monotonic() - began)
            self._delay = took + (failure.next_retry_delay or timedelta())
            raise

    async def fails(self, step: Step[In, Out], work: In) -> ApplicationError:
        """The failure by which the activity asks to be tried again."""
        try:
            answer = await self.run(step, work)
        except ApplicationError as failure:
            return failure
        raise AssertionError(f"expected a failure, but the answer was {answer!r}")

    def next(self, after: timedelta | None = None) -> "Attempt":
        """The attempt that follows: after the delay that this one asked for, or after another time."""
        info = self.environment.info
        return Attempt(info.attempt + 1, self.left, info.started_time + (self._delay if after is None else after))

    def after_a_crash(self) -> "Attempt":
        """The attempt that follows when the last heartbeat was lost with its worker."""
        return Attempt(self.environment.info.attempt + 1)


def seconds(failure: ApplicationError) -> float:
    """The delay that a failed activity asks for."""
    assert failure.next_retry_delay is not None
    return failure.next_retry_delay.total_seconds()


def need_of(verdict: Verdict) -> Need:
    """What a verdict asks of a person."""
    assert verdict.need is not None
    return verdict.need


def states_of(verdict: Verdict) -> dict[str, NumberState]:
    """The states of a verdict's numbers."""
    return {number: found.state for number, found in verdict.numbers.items()}


class Stage:
    """The simulated Telnyx, as the activities see it and from outside."""

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
        """Set the faults of the simulator. Without kinds there are none."""
        await self.control("faults", {"kinds": kinds, **options})

    async def order(self, *numbers: str, profile: str = PROFILE) -> str:
        """Place an order outside of the activities, and return its id."""
        return (await self.telnyx.create_order(profile, numbers)).id

    async def set_status(
        self, order_id: str, order: str | None = None, numbers: Mapping[str, str | None] | None = None
    ) -> None:
        """Change the status of an order and of its numbers, as Telnyx or the carrier does. None removes a number."""
        await self.control(f"orders/{order_id}/status", {"order": order, "numbers": dict(numbers or {})})

    async def orders(self) -> list[dict[str, Any]]:
        """Every order that was ever created."""
        found: list[dict[str, Any]] = await self.control("orders")
        return found

    async def calls(self, method: str = "", path: str = "") -> list[dict[str, Any]]:
        """The API calls of a method whose path ends so, oldest first."""
        calls = await self.control("calls")
        return [call for call in calls if method in {call["method"], ""} and call["path"].endswith(path)]

    async def inbox(self, number: str) -> list[dict[str, Any]]:
        """The codes that a number was sent."""
        found: list[dict[str, Any]] = await self.control(f"inbox?phone_number=%2B{number[1:]}")
        return found

    async def codes(self, order_id: str, *numbers: str) -> dict[str, str]:
        """Have codes sent, and read the newest ones."""
        await self.telnyx.request_codes(order_id, numbers, "sms")
        return {number: str((await self.inbox(number))[-1]["code"]) for number in numbers}

    async def verified_order(self, *numbers: str) -> str:
        """Place an order and verify its numbers."""
        order_id = await self.order(*numbers)
        await self.telnyx.submit_codes(order_id, await self.codes(order_id, *numbers))
        return order_id


class FakeLiveRequest:
    """A request that knows something of its order, or does not answer."""

    def __init__(self, known: WatchOrder | None = None) -> None:
        self.known = known
        self.queries = 0

    async def query_watched(self, _workflow_id: str, _run_id: str) -> WatchOrder | None:
        self.queries += 1
        return self.known


class OneAccount:
    """Accounts that all have the same client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def telnyx(self, _account: str) -> Telnyx:
        client: Telnyx = self._client
        return client


class FailingTelnyx:
    """A client whose every call ends in the same error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*_args: object, **_options: object) -> Any:
            raise self._error

        return call


def current(order_id: str, known: Mapping[str, NumberState], *, papers_given: bool = False) -> CurrentOrder:
    """An order with what is known of its numbers."""
    grouped: dict[NumberState, list[str]] = {}
    for number, state in known.items():
        grouped.setdefault(state, []).append(number)
    return CurrentOrder(account="default", order_id=order_id, known=grouped, papers_given=papers_given)
