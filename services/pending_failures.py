"""Why the running activity of a workflow failed last. The server knows it without an event and without a worker."""

from contextlib import suppress

from temporalio.client import Client, WorkflowExecutionDescription

from runtime.codec import UndecryptablePayload
from runtime.connection import converter_of


async def last(client: Client, found: WorkflowExecutionDescription) -> str:
    """The message of the last failure of an activity that is tried again; empty when none failed."""
    converter = converter_of(client, found.id)
    for one in found.raw_description.pending_activities:
        if one.HasField("last_failure"):
            with suppress(UndecryptablePayload):
                return str(getattr(await converter.decode_failure(one.last_failure), "message", ""))
    return ""
