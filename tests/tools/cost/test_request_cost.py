"""What one request without problems costs at the Temporal server, counted as `make bench` counts it.

Actions are exact: they follow from what the workflow asks for. Calls, workflow tasks and events depend on whether the
server hands two results over in one workflow task or in two. So the best of several requests counts, which is the same
on an idle machine and on a busy one, and `SPLIT` is the tolerance for a machine on which every one of them is split.
"""

from pathlib import Path

import pytest

from tools.bench.counted import count_design
from tools.bench.results import Counts

pytestmark = pytest.mark.server

REQUESTS = 3
CALLS, WORKFLOW_TASKS, EVENTS, ACTIONS = 30, 7, 46, 18
SPLIT = Counts(calls={"PollWorkflowTaskQueue": 1, "RespondWorkflowTaskCompleted": 1}, events=3)
"""What one more workflow task costs."""


async def test_a_request_without_problems_stays_within_its_limits(tmp_path: Path) -> None:
    found, _ = await count_design("ours", tmp_path, REQUESTS)
    assert found.total_actions <= ACTIONS, found
    assert found.total_calls <= CALLS + SPLIT.total_calls, found
    assert found.workflow_tasks <= WORKFLOW_TASKS + SPLIT.workflow_tasks, found
    assert found.events <= EVENTS + SPLIT.events, found
