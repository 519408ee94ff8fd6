"""Recorded histories as files, and the commands in them: what the workflow told the server to do, in order.

A file holds one event in each line. It is plain text, since it has only test numbers. Stack traces are left out: no
replay reads them, and they name folders of the machine that recorded.
"""

import json
import re
from pathlib import Path
from typing import Any

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

FOLDER = Path(__file__).parent / "histories"
COMMANDS = Path(__file__).parent / "commands.txt"
OLD = ".until-"
"""Part of the file name of a history that the present workflow would not produce any more."""

_OF_A_COMMAND = "workflow_task_completed_event_id"
_SUFFIX = re.compile("_event_attributes$|^workflow_execution_")


def read(path: Path) -> WorkflowHistory:
    """A recorded history."""
    return from_text(path.read_text())


def from_text(text: str) -> WorkflowHistory:
    """A history from what `to_text` made of it."""
    events = WorkflowHistory.from_json("", text).events
    return WorkflowHistory(events[0].workflow_execution_started_event_attributes.workflow_id, events)


def to_text(history: WorkflowHistory) -> str:
    """A history as it is written to a file."""
    events = _without_stack_traces(history.to_json_dict()["events"])
    return '{"events": [\n' + ",\n".join(json.dumps(event) for event in events) + "\n]}\n"


def _without_stack_traces(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _without_stack_traces(value) for name, value in part.items() if name != "stackTrace"}
    return [_without_stack_traces(value) for value in part] if isinstance(part, list) else part


def current() -> dict[str, Path]:
    """The files of the histories that the present workflow produces, by story."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.json")) if OLD not in path.stem}


def format_commands(by_story: dict[str, list[str]]) -> str:
    """The page `commands.txt`: every story with its commands."""
    stories = sorted(by_story.items())
    return "\n".join(line for story, done in stories for line in (story, *(f"    {command}" for command in done), ""))


def parse_commands(page: str) -> dict[str, list[str]]:
    """The commands by story, from a page that `format_commands` made."""
    stories = [block.splitlines() for block in page.split("\n\n") if block.strip()]
    return {story.strip(): [command.strip() for command in done] for story, *done in stories}


def commands(history: WorkflowHistory) -> list[str]:
    """What the workflow told the server to do, in order, without timeouts, summaries and contents."""
    return [command for event in history.events if (command := _command(event))]


def _command(event: HistoryEvent) -> str:
    """The command that an event records. Empty when it records none."""
    name = str(event.WhichOneof("attributes"))
    attributes = getattr(event, name)
    if _OF_A_COMMAND not in attributes.DESCRIPTOR.fields_by_name and "update" not in name:
        return ""
    return " ".join([_SUFFIX.sub("", _SUFFIX.sub("", name)).replace("_", " "), *_details(attributes)])


def _details(attributes: Any) -> list[str]:
    """What distinguishes commands of the same kind."""
    match type(attributes).__name__.removesuffix("EventAttributes"):
        case "ActivityTaskScheduled":
            queues = {"-telnyx": "(Telnyx)", "-looks": "(looks)"}
            where = [label for ending, label in queues.items() if attributes.task_queue.name.endswith(ending)]
            details = [attributes.activity_type.name, *where]
        case "UpsertWorkflowSearchAttributes":
            details = sorted(attributes.search_attributes.indexed_fields)
        case "WorkflowExecutionUpdateAccepted":
            details = [attributes.accepted_request.input.name]
        case "MarkerRecorded":
            details = [attributes.marker_name.removeprefix("core_").replace("_", " "), *_marked(attributes)]
        case "StartChildWorkflowExecutionInitiated":
            details = [attributes.workflow_type.name]
        case "SignalExternalWorkflowExecutionInitiated":
            details = [attributes.signal_name]
        case _:
            details = []
    return details


def _marked(attributes: Any) -> list[str]:
    """The local activity or the patch that a marker stands for."""
    parts = [attributes.details[name] for name in ("data", "patch-data") if name in attributes.details]
    facts = [json.loads(payload.data) for part in parts for payload in part.payloads]
    return [fact[name] for fact in facts for name in ("activity_type", "id") if name in fact]
