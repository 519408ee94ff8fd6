"""What became of an update whose answer this process has no key to read.

The server tells an answer from a refusal without reading either. A refusal before the update was taken is not kept.
"""

from datetime import timedelta

from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.common import RawValue
from temporalio.converter import DataConverter
from temporalio.service import RPCError, RPCStatusCode

from domain import names
from runtime.codec import UndecryptablePayload
from services.errors import NoAnswer, Refused, UnreadableAnswer

_WITHIN = timedelta(seconds=5)


async def meaning(
    client: Client, workflow_id: str, update_id: str, unreadable: UndecryptablePayload
) -> UnreadableAnswer | Refused | NoAnswer:
    """Whether the update was applied or refused; `NoAnswer` when the server does not tell."""
    name = names.reference_of(workflow_id)
    refused = Refused(f"{name} refused this, so nothing was done. The reason cannot be read here. {unreadable}")
    handle = reading_nothing(client).get_workflow_handle(workflow_id)
    try:
        await handle.get_update_handle(update_id, result_type=RawValue).result(rpc_timeout=_WITHIN)
    except WorkflowUpdateFailedError:
        return refused
    except WorkflowUpdateRPCTimeoutOrCancelledError:
        return _not_known(unreadable, update_id)
    except RPCError as error:
        return refused if error.status is RPCStatusCode.NOT_FOUND else _not_known(unreadable, update_id)
    return UnreadableAnswer(name, str(unreadable), update_id)


def reading_nothing(client: Client) -> Client:
    """The same client without keys: it returns payloads as the server has them."""
    config = client.config()
    config["data_converter"] = DataConverter.default
    return Client(**config)


def _not_known(unreadable: UndecryptablePayload, update_id: str) -> NoAnswer:
    return NoAnswer(f"It may have been applied. {unreadable} Then repeat with the same --id {update_id}.")
