"""Creates the schedules on the Temporal server. Creating them again changes nothing."""

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleRange,
    ScheduleSpec,
)

from domain import names
from services import server_state

FORGET_DOCUMENTS = "hosted-sms-forget-documents"
_AT_NIGHT = ScheduleCalendarSpec(hour=[ScheduleRange(4)], minute=[ScheduleRange(30)], comment="every night, UTC")


async def ensure(client: Client) -> list[str]:
    """Creates the schedules that are missing and returns their ids.

    Raises:
        NoAnswer: the server does not answer.
    """
    action = ScheduleActionStartWorkflow("ForgetDocuments", id=FORGET_DOCUMENTS, task_queue=names.LOCAL_QUEUE)
    schedule = Schedule(action=action, spec=ScheduleSpec(calendars=[_AT_NIGHT]))
    try:
        with server_state.server_faults():
            await client.create_schedule(FORGET_DOCUMENTS, schedule, rpc_timeout=server_state.SERVER_LIMIT)
    except ScheduleAlreadyRunningError:
        return []
    return [FORGET_DOCUMENTS]
