"""Whether a process that is meant to open nothing of others has a key with which others seal."""

from temporalio.client import Client
from temporalio.service import RPCError

from runtime.key_ids import key_ids
from runtime.settings import Settings
from services import stored_keys
from services.errors import ServiceError


async def shared_with_requests(client: Client, settings: Settings) -> list[str]:
    """The ids of the keys of this process with which requests, accounts or notifications were sealed lately.

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
