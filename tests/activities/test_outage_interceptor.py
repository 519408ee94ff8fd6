"""How it is noticed that Telnyx has not answered for long, attempt by attempt."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ActivityOutboundInterceptor, ExecuteActivityInput

from activities.outage_interceptor import OutageInterceptor
from domain.activity_io import WatchOrder
from tests.activities.ordering_stage import FakeAccountWorkflow
from tests.activities.stage import Attempt

WORK = WatchOrder(account="acme", order_id="o", known={})
BEGAN = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Server(ActivityOutboundInterceptor):
    """What an attempt finds in its heartbeat, and where it leaves more."""

    def __init__(self, attempt: Attempt) -> None:
        self._environment = attempt.environment

    def info(self) -> activity.Info:
        return self._environment.info

    def heartbeat(self, *details: Any) -> None:
        self._environment.on_heartbeat(*details)


class Ends(ActivityInboundInterceptor):
    """The activity: it ends as it is told to, and leaves something in its heartbeat if it is told that."""

    def __init__(self, type_: str, leaves: Sequence[Any] | None) -> None:
        self._type = type_
        self._leaves = leaves
        self.found: Sequence[Any] = ()

    def init(self, outbound: ActivityOutboundInterceptor) -> None:
        self._outbound = outbound

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - the name is the SDK's
        self.found = list(self._outbound.info().heartbeat_details)
        if self._leaves is not None:
            self._outbound.heartbeat(*self._leaves)
        if self._type:
            raise ApplicationError("no", type=self._type)
        return input.args[0]


class Listening:
    """The attempts of one activity, at the instants that a test names."""

    def __init__(self, kind: str = "upload_documents") -> None:
        self.account_workflow = FakeAccountWorkflow()
        self.kind = kind
        self._attempt = Attempt()

    async def attempt(
        self, at: datetime, type_: str, *, waited: timedelta = timedelta(), leaves: Sequence[Any] | None = ()
    ) -> Sequence[Any]:
        """An attempt that waited so long for a worker; what the activity found in its heartbeat."""
        environment = self._attempt.environment
        environment.info = dataclasses.replace(
            environment.info,
            activity_type=self.kind,
            scheduled_time=BEGAN,
            current_attempt_scheduled_time=at - waited,
            started_time=at,
        )
        inner = Ends(type_, leaves)
        listener = OutageInterceptor(self.account_workflow, HOUR).intercept_activity(inner)
        listener.init(Server(self._attempt))
        work = ExecuteActivityInput(fn=_nothing, args=[WORK], executor=None, headers={})
        if type_:
            with pytest.raises(ApplicationError, match="no"):
                await environment.run(listener.execute_activity, work)
        else:
            assert await environment.run(listener.execute_activity, work) == WORK
        self._attempt = self._attempt.next()
        return inner.found

    @property
    def left(self) -> list[Any]:
        """What lies in the heartbeat now, the note included."""
        return self._attempt.left


def _nothing() -> None:
    """What the input names as the activity."""


@pytest.mark.parametrize("type_", ["TryLater", "OutcomeUnknown"])
@pytest.mark.parametrize("kind", ["watch_order", "request_codes"])
async def test_nobody_is_told_before_the_hour_is_over(kind: str, type_: str) -> None:
    listening = Listening(kind)
    for minutes in (0, 20, 59):
        await listening.attempt(BEGAN + timedelta(minutes=minutes), type_)
    assert not listening.account_workflow.silences
    await listening.attempt(BEGAN + HOUR, type_)
    assert listening.account_workflow.silences == [("acme", BEGAN)]


async def test_a_long_life_before_the_first_failure_is_no_silence() -> None:
    listening = Listening("watch_order")
    for hours in range(24):
        await listening.attempt(BEGAN + timedelta(hours=hours), "NoNews")
    ceased = BEGAN + timedelta(hours=24)
    await listening.attempt(ceased, "TryLater")
    await listening.attempt(ceased + timedelta(minutes=59), "OutcomeUnknown")
    assert not listening.account_workflow.silences
    await listening.attempt(ceased + HOUR, "TryLater")
    assert listening.account_workflow.silences == [("acme", ceased)]


async def test_an_answer_ends_the_silence() -> None:
    listening = Listening("watch_order")
    for minutes, type_ in ((0, "TryLater"), (50, "NoNews"), (70, "TryLater"), (120, "TryLater")):
        await listening.attempt(BEGAN + timedelta(minutes=minutes), type_)
    assert not listening.account_workflow.silences


async def test_days_without_a_worker_are_not_telnyx_silence() -> None:
    listening = Listening()
    await listening.attempt(BEGAN + timedelta(days=3), "TryLater", waited=timedelta(days=3))
    assert not listening.account_workflow.silences


async def test_days_without_a_worker_after_a_failure_are_not_telnyx_silence_either() -> None:
    listening = Listening()
    await listening.attempt(BEGAN, "OutcomeUnknown")
    back = BEGAN + timedelta(days=3)
    await listening.attempt(back, "TryLater", waited=timedelta(days=2, hours=23))
    assert not listening.account_workflow.silences
    await listening.attempt(back + HOUR, "TryLater")
    assert listening.account_workflow.silences == [("acme", back)]


@pytest.mark.parametrize("type_", ["", "NoNews", "Quarantine", "AccountUnreachable"])
async def test_what_has_other_reasons_is_no_silence(type_: str) -> None:
    listening = Listening("place_order")
    await listening.attempt(BEGAN + timedelta(hours=5), type_)
    assert not listening.account_workflow.silences


async def test_what_an_activity_leaves_in_its_heartbeat_is_its_own_affair() -> None:
    """Such as what may have been sent: it finds that as it left it, whatever is noted behind it."""
    listening = Listening("place_order")
    assert await listening.attempt(BEGAN, "TryLater", leaves=[1, "quiet"]) == []
    assert await listening.attempt(BEGAN + HOUR, "TryLater", leaves=None) == [1, "quiet"]
    assert listening.account_workflow.silences == [("acme", BEGAN)]
    assert await listening.attempt(BEGAN + 2 * HOUR, "NoNews", leaves=None) == [1, "quiet"]
    assert listening.left == [1, "quiet"], "the note is taken back"


async def test_what_an_activity_leaves_at_its_end_stays_when_the_silence_is_noted() -> None:
    listening = Listening("place_order")
    await listening.attempt(BEGAN, "OutcomeUnknown", leaves=[1, "nothing sent"])
    await listening.attempt(BEGAN + timedelta(minutes=5), "OutcomeUnknown", leaves=[2, "quiet"])
    assert await listening.attempt(BEGAN + HOUR, "TryLater") == [2, "quiet"]
    assert listening.account_workflow.silences == [("acme", BEGAN)]
