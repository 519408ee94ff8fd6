"""Deletes an order without ever switching off a number that works."""

import asyncio
from collections.abc import Sequence

from temporalio import activity

from activities.order_state import judge, read_order, snapshot
from activities.ports import Accounts
from activities.telnyx_failures import PERSON_NEEDED, let_temporal_retry
from domain import delays
from domain.activity_io import DeleteOrder, DeletionVerdict
from domain.names import DELETE_ACTIVITY
from domain.order_snapshot import OrderSnapshot, numbers_at_risk, open_numbers
from domain.order_statuses import OrderKind
from domain.read_statuses import group_statuses
from domain.text import join_some
from domain.vocabulary import Next
from telnyx_api.errors import Conflict, NotFound


class DeleteOrderActivities:
    """Deletes orders."""

    def __init__(self, accounts: Accounts, pauses: Sequence[float] = delays.DELETE_PAUSES) -> None:
        self._accounts = accounts
        self._pauses = pauses

    @activity.defn(name=DELETE_ACTIVITY)
    async def delete_order(self, work: DeleteOrder) -> DeletionVerdict:
        """Read an order, and delete it if that is safe.

        Telnyx deletes an order with all its numbers. Whether that switches off an active one is unknown
        (docs/telnyx.md §1, §11). So an order stays in which a number is active or may become active, has an unknown
        status, or belongs to another request. `left_behind` says what stays and how to remove it.
        """
        try:
            async with let_temporal_retry():
                return await self._delete_despite_conflicts(work)
        except PERSON_NEEDED as error:
            return DeletionVerdict(
                next=Next.STOP,
                because=str(error),
                order_id=work.order_id,
                left_behind=f"Order {work.order_id} could not be deleted. {error} Delete it in the Telnyx portal.",
            )

    async def _delete_despite_conflicts(self, work: DeleteOrder) -> DeletionVerdict:
        """Read and delete the order again after a refusal that may pass.

        A conflict says that the order is just being changed. A 404 may say that the order is gone, or come from a
        proxy while it is still there (docs/telnyx.md §11).
        """
        for pause in self._pauses:
            try:
                return await self._delete(work)
            except (Conflict, NotFound):
                await asyncio.sleep(pause)
        return await self._delete(work)

    async def _delete(self, work: DeleteOrder) -> DeletionVerdict:
        telnyx = self._accounts.telnyx(work.account)
        order = await read_order(telnyx, work.order_id)
        verdict = DeletionVerdict(**dict(judge(order, work)))
        if order.kind is OrderKind.DELETED:  # that is what was wanted, so no number failed by it
            return verdict.model_copy(update={"numbers": {}, "deleted": True, "statuses": _statuses_after(order, work)})
        if order.kind is not None and order.kind.is_terminal and order.kind is not OrderKind.DONE:
            return verdict
        if strangers := sorted(set(order.numbers) - set(work.ours)):
            return verdict.model_copy(update={"left_behind": _explain_strangers(order, strangers)})
        if numbers_at_risk(order):
            return verdict.model_copy(update={"left_behind": _explain_risk(order, open_numbers(order, work.states()))})
        reply = snapshot(await telnyx.delete_order(work.order_id))
        return verdict.model_copy(update={"deleted": True, "statuses": _statuses_after(reply, work)})


def _statuses_after(reply: OrderSnapshot, work: DeleteOrder) -> dict[str, list[str]]:
    """What Telnyx says of the numbers of an order that it just deleted. A status from before no longer holds."""
    said = reply.numbers if reply.kind is OrderKind.DELETED else {}
    return group_statuses({number: said.get(number, "") for number in work.states()})


def _explain_strangers(order: OrderSnapshot, strangers: list[str]) -> str:
    return (
        f"Order {order.order_id} ({order.status or 'no status'}) was not deleted, because it also names numbers that do"
        f" not belong to this request: {join_some(strangers)}. Remove what you do not want in the Telnyx portal."
    )


def _explain_risk(order: OrderSnapshot, unwanted: list[str]) -> str:
    """What stays at Telnyx and how to remove it; empty for an order that succeeded and holds nothing unwanted."""
    if order.status == "successful" and not unwanted:
        return ""
    kept = [_with_status(order, number) for number in numbers_at_risk(order) if number not in unwanted]
    why = f"that could switch off {join_some(kept)}" if kept else "Telnyx has not finished it"
    stay = f" These numbers stay in it: {join_some(_with_status(order, one) for one in unwanted)}." if unwanted else ""
    return (
        f"Order {order.order_id} ({order.status or 'no status'}) was not deleted, because {why}.{stay} Once Telnyx has"
        " finished the order, remove what you do not want in the Telnyx portal."
    )


def _with_status(order: OrderSnapshot, number: str) -> str:
    return f"{number} ({order.numbers[number] or 'no status'})" if number in order.numbers else number
