"""What a webhook tells that the order itself may not show, and whether its request knows it already.

Over REST a verified number may stay `pending` (docs/telnyx.md §2), and documents that are refused a second time leave
the order with the same status. A signal costs the request some events, so it is sent only for what is news.
"""

import asyncio
from collections.abc import Mapping

from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError

from domain import names
from domain.activity_io import WatchOrder
from domain.messages import TelnyxNews
from domain.vocabulary import NumberState
from runtime.codec import UndecryptablePayload
from runtime.watch_polls import RPC_TIMEOUT

_LOOKS, _BETWEEN_LOOKS = 4, 0.7
"""A code that was just handed in verifies a number as well. Its request knows that after a moment."""


async def tells_more(client: Client, workflow_id: str, hint: TelnyxNews) -> bool:
    """Whether the request has to be told something that it does not know.

    When it does not answer, or this process has no key for its answer, it is told.
    """
    if not hint.verified and hint.refused_at is None:
        return False
    for look in range(_LOOKS):
        if look:
            await asyncio.sleep(_BETWEEN_LOOKS)
        try:
            known = await _known(client, workflow_id)
        except (RPCError, WorkflowQueryFailedError, UndecryptablePayload):
            return True
        if known is None or (known.account, known.order_id) != (hint.account, hint.order_id):
            return False
        if _is_new_refusal(hint, known):
            return True
        if not set(hint.verified) & set(_unverified(known.known)):
            return False
    return True


async def _known(client: Client, workflow_id: str) -> WatchOrder | None:
    handle = client.get_workflow_handle(workflow_id)
    answer = await handle.query(names.WATCHED_QUERY, result_type=WatchOrder, rpc_timeout=RPC_TIMEOUT)
    return None if answer is None else WatchOrder.model_validate(answer)


def _is_new_refusal(hint: TelnyxNews, known: WatchOrder) -> bool:
    """Whether the documents that were uploaded last were refused with the status that refused those before."""
    if not known.known_refusal or known.refused_again or hint.refused_at is None or known.review_since is None:
        return False
    return hint.refused_at > known.review_since


def _unverified(known: Mapping[NumberState, list[str]]) -> list[str]:
    return known.get(NumberState.UNVERIFIED, [])
