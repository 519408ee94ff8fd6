"""How an outage of Telnyx is noticed, attempt by attempt."""

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


class Outbound(ActivityOutboundInterceptor):
    """The end of the chain: what the attempt finds in its heartbeat, and where it leaves more."""

    def __init__(self, attempt: Attempt) -> None:
        self._environment = attempt.environment

    def info(self) -> activity.Info:
        return self._environment.info

    def heartbeat(self, *details: Any) -> None:
        self._environment.on_heartbeat(*details)


class FakeActivity(ActivityInboundInterceptor):
    """Ends with a failure of a type or without one, after a heartbeat with these details or with none."""

    def __init__(self, failure: str, leaves: Sequence[Any] | None) -> None:
        self._failure = failure
        self._leaves = leaves
        self.found: Sequence[Any] = ()

    def init(self, outbound: ActivityOutboundInterceptor) -> None:
        self._outbound = outbound

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - the name is the SDK's
        self.found = list(self._outbound.info().heartbeat_details)
        if self._leaves is not None:
            self._outbound.heartbeat(*self._leaves)
        if self._failure:
            raise ApplicationError("no", type=self._failure)
        return input.args[0]


class Attempts:
    """The attempts of one activity, at the instants that a test names."""

    def __init__(self) -> None:
        self._account_workflow = FakeAccountWorkflow()
        self._attempt = Attempt()

    async def run(
        self, at: datetime, failure: str, *, waited: timedelta = timedelta(), leaves: Sequence[Any] | None = ()
    ) -> Sequence[Any]:
        """Run an attempt that waited so long for a worker. Returns what the activity found in its heartbeat."""
        self._attempt.change_info(scheduled_time=BEGAN, current_attempt_scheduled_time=at - waited, started_time=at)
        inner = FakeActivity(failure, leaves)
        interceptor = OutageInterceptor(self._account_workflow, HOUR).intercept_activity(inner)
        interceptor.init(Outbound(self._attempt))
        work = ExecuteActivityInput(fn=lambda: None, args=[WORK], executor=None, headers={})
        running = self._attempt.environment.run(interceptor.execute_activity, work)
        if failure:
            with pytest.raises(ApplicationError, match="no"):
                await running
        else:
            assert await running == WORK
        self._attempt = self._attempt.next()
        return inner.found

    @property
    def outages(self) -> list[tuple[str, datetime]]:
        """The outages that were reported."""
        return self._account_workflow.outages

    @property
    def because(self) -> str:
        """What was reported last to have come instead of an answer."""
        return self._account_workflow.because

    @property
    def left(self) -> list[Any]:
        """The details of the last heartbeat, with the note."""
        return self._attempt.left


@pytest.mark.parametrize("failure", ["TryLater", "OutcomeUnknown"])
async def test_an_outage_is_reported_after_an_hour_and_not_before(failure: str) -> None:
    attempts = Attempts()
    for minutes in (0, 20, 59):
        await attempts.run(BEGAN + timedelta(minutes=minutes), failure)
    assert not attempts.outages
    await attempts.run(BEGAN + HOUR, failure)
    assert attempts.outages == [("acme", BEGAN)]
    assert attempts.because == "no"


async def test_time_before_the_first_failure_does_not_count() -> None:
    attempts = Attempts()
    for hours in range(24):
        await attempts.run(BEGAN + timedelta(hours=hours), "NoNews")
    failed_at = BEGAN + timedelta(hours=24)
    await attempts.run(failed_at, "TryLater")
    await attempts.run(failed_at + timedelta(minutes=59), "OutcomeUnknown")
    assert not attempts.outages
    await attempts.run(failed_at + HOUR, "TryLater")
    assert attempts.outages == [("acme", failed_at)]


async def test_an_answer_ends_the_outage() -> None:
    attempts = Attempts()
    for minutes, failure in ((0, "TryLater"), (50, "NoNews"), (70, "TryLater"), (120, "TryLater")):
        await attempts.run(BEGAN + timedelta(minutes=minutes), failure)
    assert not attempts.outages


async def test_days_without_a_worker_are_no_outage() -> None:
    attempts = Attempts()
    await attempts.run(BEGAN + timedelta(days=3), "TryLater", waited=timedelta(days=3))
    assert not attempts.outages


async def test_days_without_a_worker_after_a_failure_are_no_outage() -> None:
    attempts = Attempts()
    await attempts.run(BEGAN, "OutcomeUnknown")
    back = BEGAN + timedelta(days=3)
    await attempts.run(back, "TryLater", waited=timedelta(days=2, hours=23))
    assert not attempts.outages
    await attempts.run(back + HOUR, "TryLater")
    assert attempts.outages == [("acme", back)]


@pytest.mark.parametrize("failure", ["", "NoNews", "Quarantine", "AccountUnreachable"])
async def test_other_ends_of_an_attempt_are_no_outage(failure: str) -> None:
    attempts = Attempts()
    await attempts.run(BEGAN + timedelta(hours=5), failure)
    assert not attempts.outages


async def test_an_activity_finds_its_own_details_in_the_heartbeat_without_the_note() -> None:
    attempts = Attempts()
    assert await attempts.run(BEGAN, "TryLater", leaves=[1, "quiet"]) == []
    assert await attempts.run(BEGAN + HOUR, "TryLater", leaves=None) == [1, "quiet"]
    assert attempts.outages == [("acme", BEGAN)]
    assert await attempts.run(BEGAN + 2 * HOUR, "NoNews", leaves=None) == [1, "quiet"]
    assert attempts.left == [1, "quiet"], "the note is removed"


async def test_the_last_details_of_an_attempt_stay_when_the_note_changes() -> None:
    attempts = Attempts()
    await attempts.run(BEGAN, "OutcomeUnknown", leaves=[1, "nothing sent"])
    await attempts.run(BEGAN + timedelta(minutes=5), "OutcomeUnknown", leaves=[2, "quiet"])
    assert await attempts.run(BEGAN + HOUR, "TryLater") == [2, "quiet"]
    assert attempts.outages == [("acme", BEGAN)]
