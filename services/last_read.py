"""What the Temporal server keeps of the activities of a request, without an event and without a worker.

An ordinary step of a review wakes no request. Its watch leaves what it read in its heartbeat (`domain.watch_note`). The
request itself may know something newer, from another call. And while the last calls of a request keep failing, the
server knows why.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import Client, WorkflowExecutionDescription
from temporalio.converter import DataConverter

from domain import names
from domain.heartbeats import split_outage_note
from domain.messages import Event, NumberProgress, Progress
from domain.read_statuses import replace_status
from domain.text import count
from domain.vocabulary import NumberState
from domain.watch_note import WatchNote, split_watch_note
from runtime.codec import UndecryptablePayload
from runtime.connection import converter_of

_TRIED = {
    names.DELETE_ACTIVITY: "The order is not deleted yet",
    names.FIND_ACTIVITY: "It is not known yet whether an order was placed",
}
"""The activities that are tried for a day while a request ends, and what their failures mean."""

_READ_SAME = "NoNews"
"""The failure of a poll that read the order and found nothing new."""

_OPEN = frozenset(state for state in NumberState if not state.is_final)
"""The sentence about a number in one of these names its present status; about a final one, what ended it."""


async def add_last_read(client: Client, found: WorkflowExecutionDescription, progress: Progress) -> Progress:
    """The progress with the statuses that were read last, and with the failures of what is still tried."""
    pending = found.raw_description.pending_activities
    converter = converter_of(client, found.id)
    shown = _with_last_read(progress, await read_note(converter, pending))
    failing = [
        await _failing(converter, one) for one in pending if one.activity_type.name in _TRIED and one.attempt > 1
    ]
    return shown.model_copy(update={"events": [*shown.events, *failing]})


async def read_note(converter: DataConverter, pending: Iterable[PendingActivityInfo]) -> WatchNote | None:
    """The note of the watch of a request, `at` the last poll; None when there is none, or when it cannot be read."""
    for one in pending:
        payloads = one.heartbeat_details.payloads
        if one.activity_type.name == names.WATCH_ACTIVITY and payloads:
            with suppress(UndecryptablePayload, ValueError):
                details = await converter.decode(payloads)
                note = split_watch_note(split_outage_note(details)[0])[1]
                return note and note.model_copy(update={"at": max(note.at, _last_poll(one) or note.at)})
    return None


def _last_poll(pending: PendingActivityInfo) -> datetime | None:
    """When the last poll read what the note says; None when it read nothing. A poll repeats no note."""
    reason, ended = pending.last_failure.application_failure_info.type, pending.last_attempt_complete_time
    return ended.ToDatetime(UTC) if reason == _READ_SAME and ended.seconds else None


def _with_last_read(progress: Progress, note: WatchNote | None) -> Progress:
    """The progress with the statuses of the note, unless the request knows newer ones."""
    if note is None or (progress.statuses_at is not None and note.at < progress.statuses_at):
        return progress
    read = note.by_number()
    numbers = [_read_as(number, read.get(number.phone_number, number.status)) for number in progress.numbers]
    return progress.model_copy(update={"numbers": numbers, "statuses_at": note.at})


def _read_as(number: NumberProgress, status: str) -> NumberProgress:
    because = replace_status(number.because, number.status, status) if number.state in _OPEN else number.because
    return number.model_copy(update={"status": status, "because": because})


async def _failing(converter: DataConverter, pending: PendingActivityInfo) -> Event:
    """An event that says why an activity failed last. It is only shown, and is in no history."""
    reason = ""
    with suppress(UndecryptablePayload):
        reason = f" {getattr(await converter.decode_failure(pending.last_failure), 'message', '')}"
    tried = f"{_TRIED[pending.activity_type.name]}, tried {count(pending.attempt - 1, 'time')}.{reason}"
    return Event(at=_last_instant(pending), what=tried)


def _last_instant(pending: PendingActivityInfo) -> datetime:
    """When the last attempt was. A server does not tell each of these times in each state of an activity."""
    times = (pending.last_started_time, pending.last_attempt_complete_time, pending.scheduled_time)
    return next((time.ToDatetime(UTC) for time in times if time.seconds), datetime.now(UTC))
