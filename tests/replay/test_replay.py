"""Requests that began under older code go on under the present one: recorded histories replay."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

import worker
from adapters.parts import Parts
from runtime.workflow_runner import workflow_runner
from tests.replay import histories
from tests.replay.record import RECORDER
from tests.replay.stories import STORIES
from tests.replay.variants import OneTimerMore, OneTimerMorePatched
from tests.workflows.stage import SETTINGS
from workflows.host_numbers import HostNumbers
from workflows.registry import WORKFLOWS

RECORDED = sorted(histories.FOLDER.glob("*.json"))
OTHERS = [workflow for workflow in WORKFLOWS if workflow is not HostNumbers]
MOST_BYTES = 150_000
FOREIGN = re.compile(r"KEY_|Bearer|Traceback|site-packages|/home/|/root/|/tmp/|localhost|127\.0\.0\.1")
CALLED = re.compile("(?:activity task scheduled|local activity) ([a-z_]+)")
DATA = re.compile(r'"data": "([^"]*)"')
NUMBER = re.compile(r"\+1\d{10}")

each = pytest.mark.parametrize("path", RECORDED, ids=[path.stem for path in RECORDED])


async def failure(history: WorkflowHistory, *instead: type) -> Exception | None:
    """Why a history does not replay in the worker's sandbox. None when it does."""
    workflows = [*OTHERS, *instead] if instead else [*WORKFLOWS]
    replayer = Replayer(
        workflows=workflows,
        workflow_runner=workflow_runner(sandbox=True),
        data_converter=pydantic_data_converter,
    )
    return (await replayer.replay_workflow(history, raise_on_replay_failure=False)).replay_failure


def everything_in(part: Any) -> Iterator[str]:
    """Every text in a history, with payloads decoded."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "data" and isinstance(value, str):
                yield base64.b64decode(value).decode()
            else:
                yield from everything_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from everything_in(value)
    else:
        yield str(part)


@each
async def test_a_recorded_history_replays(path: Path) -> None:
    why = await failure(histories.read(path))
    assert why is None, f"{path.name}: {why}. See docs/decisions/0008-changing-a-workflow.md."


def test_every_story_has_its_history_and_every_history_its_story() -> None:
    assert {name.partition(".")[0] for name in histories.current()} == set(STORIES)


def test_every_workflow_of_the_worker_is_replayed() -> None:
    starts = [histories.read(path).events[0].workflow_execution_started_event_attributes for path in RECORDED]
    registered = {workflow._Definition.must_from_class(one).name for one in WORKFLOWS}
    assert {start.workflow_type.name for start in starts} == registered


def test_every_activity_of_the_worker_is_called_in_a_history() -> None:
    client: Any = SimpleNamespace(identity="test")
    unused: Any = None
    parts = Parts(client, SETTINGS, unused, unused, unused)
    lists = (worker.own_queue_activities, worker.request_activities, worker.face_activities, worker.look_activities)
    activities = [one for offers in lists for one in offers(parts)]
    offered = {activity._Definition.must_from_callable(one).name for one in activities}
    assert set(CALLED.findall(histories.COMMANDS.read_text())) == offered


async def test_a_workflow_with_one_command_more_does_not_replay() -> None:
    why = await failure(histories.read(histories.current()["happy"]), OneTimerMore)
    assert isinstance(why, NondeterminismError)


async def test_the_same_change_under_a_patch_replays() -> None:
    assert await failure(histories.read(histories.current()["happy"]), OneTimerMorePatched) is None


@pytest.mark.parametrize("activity", ["place_order", "request_codes", "upload_documents"])
async def test_a_history_that_called_another_activity_does_not_replay(activity: str) -> None:
    text = histories.current()["happy"].read_text()
    altered = text.replace(f'{{"name": "{activity}"}}', '{"name": "do_something_else"}')
    assert altered != text
    assert isinstance(await failure(histories.from_text(altered)), NondeterminismError)


async def test_a_request_that_began_with_a_number_outside_the_plan_replays() -> None:
    """`+1` and any ten digits could be ordered once. No recorded history has such a number, so one is altered."""
    text = histories.current()["happy"].read_text()
    altered = DATA.sub(lambda data: f'"data": "{_with_another_exchange(data[1])}"', text)
    assert altered != text
    assert await failure(histories.from_text(altered)) is None


def _with_another_exchange(payload: str) -> str:
    return base64.b64encode(base64.b64decode(payload).replace(b"+1512555", b"+1512155")).decode()


@each
def test_a_history_is_small_and_names_neither_secrets_nor_machines(path: Path) -> None:
    assert path.stat().st_size < MOST_BYTES
    texts = list(everything_in(json.loads(path.read_text())))
    assert not [text for text in texts if FOREIGN.search(text)]
    assert {number[:8] for text in texts for number in NUMBER.findall(text)} <= {"+1512555", "+1500555"}
    identities = set(re.findall(r'"identity": "([^"]*)"', path.read_text()))
    assert identities <= {RECORDER, "history-service"}, "the usual identity names process and machine"
