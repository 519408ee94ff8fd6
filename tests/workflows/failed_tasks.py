"""Which workflow tasks of a run failed, by the history on the server."""

from typing import Any

from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.client import WorkflowHandle

HARMLESS = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND
"""A signal came while a task ended the run. The server has the task done again."""


async def failed_tasks(handle: WorkflowHandle[Any, Any]) -> list[str]:
    """The causes for which workflow tasks failed, in their order, without the harmless one."""
    failed = [
        event.workflow_task_failed_event_attributes.cause
        for event in (await handle.fetch_history()).events
        if event.HasField("workflow_task_failed_event_attributes")
    ]
    return [WorkflowTaskFailedCause.Name(cause) for cause in failed if cause != HARMLESS]
