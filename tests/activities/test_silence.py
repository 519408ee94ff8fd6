"""How it is noticed that Telnyx has not answered for long, attempt by attempt."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from activities.silence import SilenceInterceptor
from domain.work import WatchOrder
from tests.activities.ordering_stage import Desk
from tests.activities.stage import Attempt

WORK = WatchOrder(account="acme", order_id="o", known={})
BEGAN = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Ends(ActivityInboundInterceptor):
    """The activity: it ends as it is told to."""

    def __init__(self, type_: str) -> None:
        self._type = type_

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - the name is the SDK's
        activity.heartbeat()  # as every call does that takes a while
        if self._type:
            raise ApplicationError("no", type=self._type)
        return input.args[0]


class Listening:
    """The attempts of one activity, at the instants that a test names."""

    def __init__(self, kind: str) -> None:
        self.desk = Desk()
        self.kind = kind
        self._attempt = Attempt()

    async def attempt(self, at: datetime, type_: str) -> None:
        environment = self._attempt.environment
        environment.info = dataclasses.replace(
            environment.info, activity_type=self.kind, scheduled_time=BEGAN, started_time=at
        )
        listener = SilenceInterceptor(self.desk, HOUR).intercept_activity(Ends(type_))
        work = ExecuteActivityInput(fn=_nothing, args=[WORK], executor=None, headers={})
        if type_:
            with pytest.raises(ApplicationError, match="no"):
                await environment.run(listener.execute_activity, work)
        else:
            assert await environment.run(listener.execute_activity, work) == WORK
        self._attempt = self._attempt.next()


def _nothing() -> None:
    """What the input names as the activity."""


@pytest.mark.parametrize("type_", ["TryLater", "OutcomeUnknown"])
@pytest.mark.parametrize("kind", ["watch_order", "request_codes"])
async def test_nobody_is_told_before_the_hour_is_over(kind: str, type_: str) -> None:
    listening = Listening(kind)
    for minutes in (0, 20, 59):
        await listening.attempt(BEGAN + timedelta(minutes=minutes), type_)
    assert not listening.desk.silences
    await listening.attempt(BEGAN + HOUR, type_)
    assert listening.desk.silences == [("acme", BEGAN)]


async def test_a_watch_counts_from_the_first_failure_after_its_last_answer() -> None:
    listening = Listening("watch_order")
    for hours in range(24):
        await listening.attempt(BEGAN + timedelta(hours=hours), "NoNews")
    ceased = BEGAN + timedelta(hours=24)
    await listening.attempt(ceased, "TryLater")
    await listening.attempt(ceased + timedelta(minutes=59), "OutcomeUnknown")
    assert not listening.desk.silences
    await listening.attempt(ceased + HOUR, "TryLater")
    assert listening.desk.silences == [("acme", ceased)]


async def test_an_answer_ends_the_silence() -> None:
    listening = Listening("watch_order")
    for minutes, type_ in ((0, "TryLater"), (50, "NoNews"), (70, "TryLater"), (120, "TryLater")):
        await listening.attempt(BEGAN + timedelta(minutes=minutes), type_)
    assert not listening.desk.silences


@pytest.mark.parametrize("type_", ["", "NoNews", "Quarantine", "AccountUnreachable"])
async def test_what_has_other_reasons_is_no_silence(type_: str) -> None:
    listening = Listening("place_order")
    await listening.attempt(BEGAN + timedelta(hours=5), type_)
    assert not listening.desk.silences


async def test_the_notes_of_an_order_being_placed_stay_as_they_are() -> None:
    """They say what may have been sent, which matters more."""
    left: list[Any] = []
    attempt = Attempt(2, [1, "quiet"])
    attempt.environment.info = dataclasses.replace(attempt.environment.info, activity_type="place_order")
    attempt.environment.on_heartbeat = lambda *details: left.append(details)
    listener = SilenceInterceptor(Desk(), HOUR).intercept_activity(Ends("TryLater"))
    work = ExecuteActivityInput(fn=_nothing, args=[WORK], executor=None, headers={})
    with pytest.raises(ApplicationError):
        await attempt.environment.run(listener.execute_activity, work)
    assert left == [()], "the activity's own heartbeat and none besides"
