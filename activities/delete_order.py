"""Removing an order without ever switching off a number that works."""

import asyncio
from collections.abc import Sequence

from temporalio import activity

from activities import delays
from activities.order_state import judge, read_order
from activities.ports import Accounts
from activities.telnyx_failures import PERSON_NEEDED, let_temporal_retry
from domain.activity_io import DeleteOrder, DeletionVerdict
from domain.order_snapshot import OrderSnapshot, numbers_at_risk, open_numbers
from domain.order_statuses import ORDERS, OrderKind
from domain.text import join_some
from domain.vocabulary import Next
from telnyx_api.errors import Conflict, NotFound


class DeleteOrderActivities:
    """Deletes orders."""

    def __init__(self, accounts: Accounts, pauses: Sequence[float] = delays.DELETE_PAUSES) -> None:
        self._accounts = accounts
        self._pauses = pauses

    @activity.defn(name="delete_order")
    async def delete_order(self, work: DeleteOrder) -> DeletionVerdict:
        """Delete an order after reading it, unless a number in it is active, being activated, odd or not the request's.

        Telnyx removes an order with all of its numbers, and whether that switches an active one off is unknown
        (Telnyx facts §1, §11). What is left is said in `left_behind`, with how to remove it.
        """
        try:
            async with let_temporal_retry():
                return await self._delete_patiently(work)
        except PERSON_NEEDED as error:
            return DeletionVerdict(
                next=Next.STOP,
                because=str(error),
                order_id=work.order_id,
                left_behind=f"Order {work.order_id} could not be deleted. {error} Delete it in the Telnyx portal.",
            )

    async def _delete_patiently(self, work: DeleteOrder) -> DeletionVerdict:
        """Whoever refuses to delete what was just read is not believed before the order is read again.

        A conflict says that the order is being changed. A 404 may say that it is gone by now, which is what was wanted,
        or come from something in between while the order lives on (Telnyx facts §11).
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
        row = ORDERS.get(order.status)
        if row is not None and row.kind is OrderKind.DELETED:
            # By an attempt whose answer was lost, or by somebody else: either way as wanted, and no number failed.
            return verdict.model_copy(update={"numbers": {}, "deleted": True})
        if row is not None and row.kind.is_terminal and row.kind is not OrderKind.DONE:
            return verdict
        if strangers := sorted(set(order.numbers) - set(work.ours)):
            return verdict.model_copy(update={"left_behind": _not_ours_alone(order, strangers)})
        if numbers_at_risk(order):
            return verdict.model_copy(update={"left_behind": _left(order, open_numbers(order, work.states()))})
        await telnyx.delete_order(work.order_id)
        return verdict.model_copy(update={"deleted": True})


def _not_ours_alone(order: OrderSnapshot, strangers: list[str]) -> str:
    return (
        f"Order {order.order_id} ({order.status or 'no status'}) was left as it is, because it names numbers that are"
        f" not this request's: {join_some(strangers)}. Look it up in the Telnyx portal and remove what is not wanted."
    )


def _left(order: OrderSnapshot, unwanted: list[str]) -> str:
    """What stays at Telnyx and how to remove it; nothing to say of an order in which all is done."""
    if order.status == "successful" and not unwanted:
        return ""
    kept = [number for number in numbers_at_risk(order) if number not in unwanted]
    why = f"because deleting it could switch off {join_some(kept)}" if kept else "since it is not settled"
    stays = f" {join_some(unwanted)} stay(s) in it." if unwanted else ""
    return (
        f"Order {order.order_id} ({order.status or 'no status'}) was left as it is, {why}.{stays} When it is settled,"
        " remove what is not wanted in the Telnyx portal."
    )
