"""A timer is always started, also for an instant that has passed: a replay may see another time at that place."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio import workflow

from workflows.activity_options import seconds_until

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "now", lambda: NOW)


@pytest.mark.parametrize("late", [timedelta(), timedelta(seconds=1), timedelta(days=3)])
def test_an_instant_that_has_passed_is_waited_for_as_well(late: timedelta) -> None:
    assert 0 < (seconds_until(NOW - late) or 0) < 1


def test_an_instant_to_come_is_waited_for_until_then_and_none_without_a_limit() -> None:
    assert (seconds_until(NOW + timedelta(hours=1)), seconds_until(None)) == (3600.0, None)
