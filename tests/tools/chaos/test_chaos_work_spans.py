"""The work of a request is read from its history, without the waits that belong to the design."""

import dataclasses
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from simulator.test_numbers import ROWS
from tests.tools.chaos.histories import at
from tools.chaos import plan
from tools.chaos.work_spans import WorkSpan, spans_in

PLANNED = dataclasses.replace(plan.draw(1, 1).requests[0], reference="r-1", phone_numbers=("+13125554001",))
NOT_CHECKED = next(row.phone_number for row in ROWS if row.name == "NUMBER_CAN_NOT_BE_VALIDATED")


def event(event_id: int, kind: str, seconds: float, **attributes: Any) -> HistoryEvent:
    fields: Any = {f"{kind.lower()}_event_attributes": attributes}
    made = HistoryEvent(event_id=event_id, event_type=EventType.Value(f"EVENT_TYPE_{kind}"), **fields)
    made.event_time.FromDatetime(at(seconds))
    return made


def activity(event_id: int, name: str, since: float, until: float, end: str = "COMPLETED") -> list[HistoryEvent]:
    return [
        event(event_id, "ACTIVITY_TASK_SCHEDULED", since, activity_type={"name": name}),
        event(event_id + 1, f"ACTIVITY_TASK_{end}", until, scheduled_event_id=event_id),
    ]


def test_a_workflow_task_and_an_activity_last_from_their_scheduling_to_their_end() -> None:
    history = [
        event(2, "WORKFLOW_TASK_SCHEDULED", 1),
        event(4, "WORKFLOW_TASK_COMPLETED", 3, scheduled_event_id=2),
        *activity(5, "place_order", 3, 20),
        *activity(8, "request_codes", 20, 30, end="FAILED"),
        *activity(11, "upload_documents", 30, 50, end="TIMED_OUT"),
        *activity(14, "delete_order", 50, 51, end="CANCELED"),
        event(20, "ACTIVITY_TASK_SCHEDULED", 60, activity_type={"name": "place_order"}),
    ]
    assert spans_in(PLANNED, history) == [
        WorkSpan("r-1", "the workflow itself", at(1), at(3)),
        WorkSpan("r-1", "place_order", at(3), at(20)),
        WorkSpan("r-1", "request_codes", at(20), at(30)),
        WorkSpan("r-1", "upload_documents", at(30), at(50)),
        WorkSpan("r-1", "delete_order", at(50), at(51)),
    ]


def test_a_watch_and_a_check_that_telnyx_cannot_make_are_no_work() -> None:
    history = [*activity(5, "watch_order", 3, 99), *activity(8, "check_eligibility", 3, 250)]
    assert [work.what for work in spans_in(PLANNED, history)] == ["check_eligibility"]
    slow = dataclasses.replace(PLANNED, phone_numbers=(NOT_CHECKED,))
    assert spans_in(slow, history) == []
