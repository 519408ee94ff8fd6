"""What activities leave in their heartbeats for the next attempt, found out by letting them fail."""

import dataclasses
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from unittest import mock

from pydantic import BaseModel
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ActivityOutboundInterceptor

from telnyx_api.replies import Order
from tests.golden import ours, shapes

_NUMBER = "+12125550101"
_ORDER = {"account": "default", "order_id": "o", "known": {"unverified": [_NUMBER]}}
_WANTED = {"reference": "r", "account": "default", "messaging_profile_id": "p", "phone_numbers": [_NUMBER]}
_FOUND = Order.model_validate(
    {"id": "o", "status": "pending", "phone_numbers": [{"phone_number": _NUMBER, "status": "pending"}]}
)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+\+00:00")
# What goes wrong at Telnyx, and the activity that it happens to.
_TRIED = {
    "nothing sent": ("place_order", _WANTED, {"all_orders": "TryLater"}),
    "outcome unknown": ("place_order", _WANTED, {"all_orders": "", "create_order": "OutcomeUnknown"}),
    "conflict": ("place_order", _WANTED, {"all_orders": "", "create_order": "Conflict"}),
    "codes requested": ("request_codes", _ORDER | {"phone_numbers": [_NUMBER]}, {"request_codes": "TryLater"}),
    "no news": ("watch_order", _ORDER, {"get_order": "an order"}),
    "request knows more": ("watch_order", _ORDER, {"get_order": "StopAccount"}),
}


def _client() -> Any:
    """A Temporal client behind which the account grants each claim, and the request knows more than its watch."""
    client = mock.MagicMock()

    async def granted(*_args: Any, result_type: Any, **_options: Any) -> Any:
        return result_type(granted=True)

    async def known(*_args: Any, result_type: Any, **_options: Any) -> Any:
        return result_type.model_validate(_ORDER | {"digest": "later"})

    client.execute_update_with_start_workflow = granted
    client.get_workflow_handle.return_value.query = known
    return client


def _telnyx(calls: dict[str, str]) -> Any:
    """A Telnyx client whose calls fail by an error, or find an order or nothing."""
    telnyx = mock.AsyncMock()
    for name, error in calls.items():
        getattr(telnyx, name).side_effect = ours.TELNYX_ERRORS[error]("no") if error in ours.TELNYX_ERRORS else None
        getattr(telnyx, name).return_value = _FOUND if error == "an order" else []
    return telnyx


async def facts() -> list[str]:
    """The notes in heartbeats: values as JSON, objects by their fields."""
    found = [line for what in _TRIED for line in await _notes(what)]
    return [*found, *await _silence()]


async def _notes(what: str) -> list[str]:
    name, work, calls = _TRIED[what]
    accounts = mock.Mock()
    accounts.telnyx.return_value = _telnyx(calls)
    all_activities = [one for made in ours.registered(_client(), accounts) for one in made["activities"]]
    step = next(one for one in all_activities if activity._Definition.must_from_callable(one).name == name)
    (kind,) = activity._Definition.must_from_callable(step).arg_types or []
    environment, left = ActivityEnvironment(), list[str]()
    # The first look of a watch leaves nothing.
    environment.info = dataclasses.replace(environment.info, attempt=2 if name == "watch_order" else 1)
    environment.on_heartbeat = lambda *details: left.extend(_written(f"heartbeat of {name}, {what}", details))
    try:
        await environment.run(step, kind.model_validate(work))  # type: ignore[attr-defined]
    except ApplicationError as failure:
        left.append(f"heartbeat of {name}, {what}, then fails: {failure.type}")
    return left


def _written(title: str, details: Sequence[Any]) -> Iterator[str]:
    for place, detail in enumerate(details):
        if isinstance(detail, BaseModel):
            yield from shapes.lines(f"{title} [{place}]", type(detail))
        else:
            yield f"{title} [{place}]: {_INSTANT.sub('INSTANT', json.dumps(detail))}"


class _Fails(ActivityInboundInterceptor):
    def __init__(self) -> None:
        pass

    def init(self, outbound: ActivityOutboundInterceptor) -> None:
        pass

    async def execute_activity(self, _input: Any) -> Any:
        raise ApplicationError("no", type="TryLater")


class _Keeps(ActivityOutboundInterceptor):
    def __init__(self) -> None:
        self.left: list[str] = []

    def info(self) -> activity.Info:
        return ActivityEnvironment().info

    def heartbeat(self, *details: Any) -> None:
        self.left += _written("heartbeat behind every other, no answer", details)


async def _silence() -> list[str]:
    """The note that the interceptor of calls to Telnyx leaves when Telnyx does not answer."""
    [interceptors, *_] = [
        made["interceptors"] for made in ours.registered(_client(), mock.Mock()) if "workflows" not in made
    ]
    server, listener = _Keeps(), _Fails()
    for interceptor in interceptors:
        listener = interceptor.intercept_activity(listener)
    listener.init(server)
    try:
        await listener.execute_activity(mock.Mock(args=[]))
    except ApplicationError:
        return server.left
    raise AssertionError("The interceptor swallowed the failure.")
