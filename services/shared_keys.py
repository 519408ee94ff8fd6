"""Whether the key of a process that opens nothing of others is right: no one else's, and known to the workers."""

import uuid
from datetime import timedelta

from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from domain import names
from domain.checks import WorkerProbe
from domain.messages import Document
from runtime.key_ids import key_ids
from runtime.settings import Settings
from services import stored_keys
from services.errors import ServiceError
from services.unreadable_answers import reading_nothing

_LIMIT = timedelta(seconds=10)
_REFUSED = "Refused"
_NO_DOCUMENT = Document(sha256="0" * 64, size=0, name="probe")


async def shared_with_requests(client: Client, settings: Settings) -> list[str]:
    """The ids of the keys of this process with which requests, accounts or notifications were sealed recently.

    Empty when there is none, without keys, and when the server does not tell.
    """
    ours = key_ids(settings)
    if not ours:
        return []
    try:
        stored = await stored_keys.find(client)
    except (ServiceError, RPCError):
        return []
    return [key_id for key_id in ours if key_id in stored]


async def is_unknown_to_workers(client: Client) -> bool:
    """Whether a worker refuses what this process seals. False when none answers.

    The server itself tells whether a workflow failed, so the answer need not be read.
    """
    probe = WorkerProbe(reference="probe.of.a.key", document=_NO_DOCUMENT, text="")
    workflow_id = f"probeworker-{uuid.uuid4()}"
    try:
        await client.start_workflow(
            "ProbeWorker", probe, id=workflow_id, task_queue=names.LOCAL_QUEUE, execution_timeout=_LIMIT
        )
        await reading_nothing(client).get_workflow_handle(workflow_id, result_type=RawValue).result()
    except WorkflowFailureError as error:
        return isinstance(error.cause, ApplicationError) and error.cause.type == _REFUSED
    except RPCError:
        return False
    return False
