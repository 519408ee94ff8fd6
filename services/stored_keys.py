"""Finds with which keys the stored payloads were encrypted, and whether this process can read them."""

from collections.abc import Iterable, Mapping

from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowExecution
from temporalio.service import RPCError

from domain import names
from runtime.codec import ENCODING, KEY_ID, UndecryptablePayload
from runtime.connection import converter_of
from services import server_state

_LOOKED_AT = 200
_READ_AT_MOST = 20
"""Runs whose first event is read, since their memo holds nothing encrypted, as of those that programs start."""
_TYPES = (names.WORKFLOW_TYPE, names.ACCOUNT_WORKFLOW_TYPE, names.NOTIFICATION_WORKFLOW_TYPE)
_QUERY = f"WorkflowType IN {_TYPES}"

Stored = Mapping[str, tuple[str, Payload]]
"""By the id of each key: the workflow id of a run, and a payload of it that was encrypted with the key."""


async def find(client: Client) -> Stored:
    """Looks through the newest runs.

    Raises:
        Refused, NoAnswer: the server refuses the list, or does not answer.
    """
    found: dict[str, tuple[str, Payload]] = {}
    plain: list[WorkflowExecution] = []
    for run in await server_state.first_workflows(client, _QUERY, _LOOKED_AT):
        encrypted = _encrypted(run.raw_info.memo.fields.values())
        _keep(found, run, encrypted)
        if not encrypted:
            plain.append(run)
    for run in plain[:_READ_AT_MOST]:
        _keep(found, run, _encrypted(await _input(client, run)))
    return found


async def unreadable(client: Client, stored: Stored) -> list[str]:
    """A sentence for each key with which this process cannot read what is stored."""
    sentences = []
    for workflow_id, payload in stored.values():
        try:
            await converter_of(client, workflow_id).decode([payload])
        except UndecryptablePayload as error:
            sentences.append(f"{names.reference_of(workflow_id)} cannot be read. {error}")
    return sentences


async def _input(client: Client, run: WorkflowExecution) -> Iterable[Payload]:
    handle = client.get_workflow_handle(run.id, run_id=run.run_id)
    try:
        with server_state.server_faults():
            async for event in handle.fetch_history_events(page_size=1, rpc_timeout=server_state.SERVER_LIMIT):
                return event.workflow_execution_started_event_attributes.input.payloads
    except RPCError:  # NOT_FOUND: forgotten by the server just now
        pass
    return []


def _encrypted(payloads: Iterable[Payload]) -> list[Payload]:
    return [payload for payload in payloads if payload.metadata.get("encoding") == ENCODING]


def _keep(found: dict[str, tuple[str, Payload]], run: WorkflowExecution, payloads: Iterable[Payload]) -> None:
    for payload in payloads:
        found.setdefault(payload.metadata.get(KEY_ID, b"").decode(errors="replace"), (run.id, payload))
