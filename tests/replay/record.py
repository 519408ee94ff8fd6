"""Records the histories again: `make histories`, or `python -m tests.replay.record [STORY …]`.

A history whose commands did not change is left alone. Otherwise the old history is kept beside the new one, with the
day in its name, since requests that began under it may still run.
"""

import argparse
import asyncio
import logging
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import structlog
from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from services import setup
from tests.conftest import server_binary
from tests.replay import histories
from tests.replay.stories import STORIES, StorySpec
from tests.workflows.stage import staged

RECORDER = "recorder"
"""The identity in the histories. The default one would name the machine."""


async def run_story(name: str, spec: StorySpec) -> dict[str, WorkflowHistory]:
    """Run a story on a server of its own. Returns its histories by the names of their files."""
    limit = f"limit.historyCount.suggestContinueAsNew={spec.events_in_a_run}"
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=server_binary("temporal"),
        dev_server_extra_args=["--dynamic-config-value", limit],
        dev_server_log_level="never",
        data_converter=pydantic_data_converter,
        identity=RECORDER,
    ) as server:
        await setup.set_up(server.client)
        async with spec.receivers() as more:
            settings = {"keys": None, "working_hours": "always", "code_spacing": 0.0, **spec.settings, **more}
            async with staged(spec.server(server), TemporalOrderHolders(server.client), **settings) as stage:
                await spec.run(stage, name)
        return {file: run for type_ in spec.types for file, run in await _of_type(server.client, name, spec, type_)}


async def _of_type(client: Client, name: str, spec: StorySpec, type_: str) -> list[tuple[str, WorkflowHistory]]:
    """The runs of the first workflow of a type."""
    found = [one async for one in client.list_workflows(f"WorkflowType = '{type_}'")]
    first = min(found, key=lambda one: one.start_time)
    return await _runs(client, name if type_ == spec.types[0] else f"{name}.{type_}", first.id)


async def _runs(client: Client, name: str, workflow_id: str) -> list[tuple[str, WorkflowHistory]]:
    """The history of each run of a workflow, oldest first."""
    found: list[tuple[str, WorkflowHistory]] = []
    run = (await client.get_workflow_handle(workflow_id).fetch_history()).events[0]
    next_run = run.workflow_execution_started_event_attributes.first_execution_run_id
    while next_run:
        history = await client.get_workflow_handle(workflow_id, run_id=next_run).fetch_history()
        found.append((f"{name}.run-{len(found) + 1}" if found else name, history))
        next_run = history.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return found


def keep(name: str, history: WorkflowHistory, folder: Path = histories.FOLDER) -> str:
    """Write a history unless the present one has the same commands. Returns what was done."""
    path = folder / f"{name}.json"
    done = "is new"
    if path.exists():
        if histories.commands(histories.read(path)) == histories.commands(history):
            return "is unchanged"
        old = path.with_name(f"{name}{histories.OLD}{datetime.now(UTC):%Y-%m-%d-%H%M}.json")
        path.rename(old)
        done = f"has new commands; {old.name} stays beside it"
    path.write_text(histories.to_text(history))
    return f"{done}: {len(history.events)} events, {path.stat().st_size:,} bytes"


async def record(stories: Iterable[str]) -> None:
    """Run the stories one after the other, and write their histories and the page of their commands."""
    histories.FOLDER.mkdir(exist_ok=True)
    for story in stories:
        for name, history in (await run_story(story, STORIES[story])).items():
            sys.stdout.write(f"{name:<28} {keep(name, history)}\n")
            sys.stdout.flush()
    by_story = {name: histories.commands(histories.read(path)) for name, path in histories.current().items()}
    histories.COMMANDS.write_text(histories.format_commands(by_story))


def main() -> None:
    """Record the named stories, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.replay.record", description=__doc__)
    parser.add_argument(
        "stories", nargs="*", metavar="STORY", help="the stories to record; all of them unless some are named"
    )
    chosen = parser.parse_args()
    if unknown := set(chosen.stories) - set(STORIES):
        parser.error(f"Unknown stories: {', '.join(sorted(unknown))}. The stories are {', '.join(STORIES)}.")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with suppress(KeyboardInterrupt):
        asyncio.run(record(chosen.stories or STORIES))


if __name__ == "__main__":
    main()
