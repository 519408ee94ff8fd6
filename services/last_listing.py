"""What the Temporal server keeps of the lister of an account: when it read the list last, and why it could not."""

from contextlib import suppress

from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import Client, WorkflowExecutionDescription
from temporalio.converter import DataConverter

from domain.accounts import AccountProgress
from domain.heartbeats import split_outage_note
from domain.listing import LISTER_ACTIVITY, ListingNote, read_listing_note
from runtime.codec import UndecryptablePayload
from runtime.connection import converter_of

_READ = "Listed"
"""The failure by which a lister that read the list asks for the next reading."""


async def add_last_listing(
    client: Client, found: WorkflowExecutionDescription, progress: AccountProgress
) -> AccountProgress:
    """The progress of an account with its last listing. Without a lister it stays as it is."""
    converter = converter_of(client, found.id)
    for one in found.raw_description.pending_activities:
        if one.activity_type.name == LISTER_ACTIVITY:
            note, trouble = await _read_note(converter, one), await _read_trouble(converter, one)
            progress = progress.model_copy(update={"listed_at": note.at, "listing_trouble": trouble})
    return progress


async def _read_note(converter: DataConverter, pending: PendingActivityInfo) -> ListingNote:
    with suppress(UndecryptablePayload, ValueError):
        details = await converter.decode(pending.heartbeat_details.payloads)
        return read_listing_note(split_outage_note(details)[0])
    return ListingNote()


async def _read_trouble(converter: DataConverter, pending: PendingActivityInfo) -> str:
    """Why the last reading failed; empty when it did not."""
    failure = pending.last_failure
    if not pending.HasField("last_failure") or failure.application_failure_info.type == _READ:
        return ""
    with suppress(UndecryptablePayload):
        return str(getattr(await converter.decode_failure(failure), "message", ""))
    return "The reason is encrypted with a key that this process does not have."
