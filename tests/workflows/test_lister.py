"""The lister of an account notices what changes at Telnyx, so that a request's own watch rarely looks."""

import time

import pytest

from domain import names
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


async def _until_watch_pauses(stage: Stage, workflow_id: str, *, attempts: int) -> None:
    async def most_attempts() -> int:
        found = (await stage.client.get_workflow_handle(workflow_id).describe()).raw_description.pending_activities
        return max((one.attempt for one in found if one.activity_type.name == names.WATCH_ACTIVITY), default=0)

    await until(most_attempts, lambda made: made > attempts)
