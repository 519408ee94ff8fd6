"""The work of each request, with its start and end, read from the workflow histories after a run.

A request without an order leaves no trace of its own at Telnyx, but its history shows what it waited for.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.service import RPCError

from domain import names
from tools.chaos.plan import SLOW_CHECKS, Plan, Planned, kind_of

_AT_ONCE = 10
_WAITS_BY_DESIGN = frozenset({"watch_order"})
"""Activities whose end depends on Telnyx: they poll until something has changed there."""
_SLOW = "check_eligibility"
"""Waits for minutes if Telnyx could not make the check."""


@dataclass(frozen=True)
class WorkSpan:
    """A workflow task or an activity, from its scheduling to its end."""

    reference: str
    what: str
    since: datetime
    until: datetime


async def read_work_spans(client: Client, plan: Plan) -> list[WorkSpan]:
    """All work of a run that ended. Work that a reset discarded does not count."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def of(planned: Planned) -> list[WorkSpan]:
        async with gate:
            try:
                handle = client.get_workflow_handle(names.workflow_id(planned.reference))
                return spans_in(planned, [event async for event in handle.fetch_history_events()])
            except RPCError:
                return []  # a request that the server does not know counts as lost elsewhere

    found = await asyncio.gather(*(of(planned) for planned in plan.requests))
    return [work for one in found for work in one]


def spans_in(planned: Planned, history: Sequence[HistoryEvent]) -> list[WorkSpan]:
    """The work in one history."""
    begun: dict[int, tuple[str, datetime]] = {}
    found = []
    for event in history:
        at = event.event_time.ToDatetime(tzinfo=UTC)
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            begun[event.event_id] = event.activity_task_scheduled_event_attributes.activity_type.name, at
        elif event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED:
            begun[event.event_id] = "the workflow itself", at
        elif (scheduled := _ends(event)) in begun:
            what, since = begun.pop(scheduled)
            found.append(WorkSpan(planned.reference, what, since, at))
    return [work for work in found if not _waits_by_design(work, planned.phone_numbers)]


def _ends(event: HistoryEvent) -> int:
    """The id of the event that scheduled what ends here; 0 if nothing ends here."""
    match event.event_type:
        case EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
            return event.activity_task_completed_event_attributes.scheduled_event_id
        case EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED:
            return event.activity_task_failed_event_attributes.scheduled_event_id
        case EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
            return event.activity_task_timed_out_event_attributes.scheduled_event_id
        case EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED:
            return event.activity_task_canceled_event_attributes.scheduled_event_id
        case EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            return event.workflow_task_completed_event_attributes.scheduled_event_id
    return 0


def _waits_by_design(work: WorkSpan, phone_numbers: Iterable[str]) -> bool:
    slow = work.what == _SLOW and any(kind_of(number) in SLOW_CHECKS for number in phone_numbers)
    return slow or work.what in _WAITS_BY_DESIGN
