"""The lister of an account notices what changes at Telnyx, so that a request's own watch rarely looks."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from domain import names
from services import accounts
from tests.workflows.stage import Stage
from tests.workflows.waiting import until

A = "+12125550101"


@pytest.mark.settings(poll_interval=1.0)
async def test_a_change_is_noticed_within_the_poll_interval_and_a_little_more(stage: Stage) -> None:
    story = await stage.in_review(A)
    await _until_watch_pauses(stage, story.handle.id, attempts=5)  # the next poll of its own comes after 16 seconds
    began = time.monotonic()
    await stage.approve(A)
    await story.handle.result()
    assert time.monotonic() - began < 8


@pytest.mark.settings(poll_interval=1.0)
async def test_an_account_tells_when_its_list_was_read_and_why_it_could_not_be(stage: Stage) -> None:
    await stage.in_review(A)
    began = datetime.now(UTC)
    shown = await until(lambda: accounts.show(stage.client, stage.account), lambda one: one.listed_at is not None)
    assert shown.listed_at is not None
    assert abs(shown.listed_at - began) < timedelta(seconds=60)
    assert stage.account not in await accounts.unlisted(stage.client)
    await stage.faults(kinds=["500"])
    await until(lambda: accounts.show(stage.client, stage.account), lambda one: one.listing_trouble)
    assert "500" in (await accounts.unlisted(stage.client))[stage.account]


async def _until_watch_pauses(stage: Stage, workflow_id: str, *, attempts: int) -> None:
    async def most_attempts() -> int:
        found = (await stage.client.get_workflow_handle(workflow_id).describe()).raw_description.pending_activities
        return max((one.attempt for one in found if one.activity_type.name == names.WATCH_ACTIVITY), default=0)

    await until(most_attempts, lambda made: made > attempts)
