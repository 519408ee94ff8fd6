"""Proves that a list is rightly empty: "nothing was found" must not hide that nothing could be found."""

from temporalio.client import Client

from runtime.fingerprints import Fingerprints
from services import fingerprint_key, server_state
from services.errors import Refused
from workflows import search_attributes as attributes


async def prove_set_up(client: Client) -> None:
    """Raises Refused when the namespace lacks a search attribute: no request can be in it, so it is the wrong one."""
    query = " AND ".join(f"{key.name} IS NULL" for key in attributes.ALL)
    await server_state.first_workflows(client, query, 1)


async def prove_no_number(client: Client, fingerprints: Fingerprints) -> None:
    """Raises Refused or UndecryptablePayload when a number might be there and not be found by its fingerprint."""
    compared = await fingerprint_key.compare(client, fingerprints)
    if compared.other:
        raise Refused(f"{fingerprint_key.sentence(compared)} Remedy: {fingerprint_key.REMEDY}.")
    if compared.unreadable and not compared.same:
        raise compared.unreadable[0]
