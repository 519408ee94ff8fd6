"""What is due is waited for by a timer all the same: a replay may have another time right after a local activity."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio import workflow

from workflows.activity_options import seconds_until


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    instant = datetime(2026, 11, 28, 12, tzinfo=UTC)
    monkeypatch.setattr(workflow, "now", lambda: instant)
    return instant


@pytest.mark.parametrize("late", [timedelta(), timedelta(seconds=1), timedelta(days=3)])
def test_an_instant_that_has_passed_is_waited_for_as_well(now: datetime, late: timedelta) -> None:
    seconds = seconds_until(now - late)
    assert seconds is not None
    assert 0 < seconds < 1


def test_an_instant_to_come_is_waited_for_until_then_and_none_for_ever(now: datetime) -> None:
    assert (seconds_until(now + timedelta(hours=1)), seconds_until(None)) == (3600.0, None)
