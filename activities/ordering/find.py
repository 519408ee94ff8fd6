"""The last look for an order that a stopped request may have placed."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.heartbeats import send_heartbeats
from activities.inventory import find_hosted
from activities.ordering.attempts import Attempts
from activities.ordering.not_taken import explain_not_taken, explain_unclear
from activities.ordering.open_orders import is_exact, judge_placed, list_open_orders
from activities.ordering.questions import describe_orders
from activities.ports import Accounts, OrderHolders
from activities.telnyx_failures import PERSON_NEEDED
from domain.activity_io import FindOrder, PlacementVerdict
from domain.names import FIND_ACTIVITY
from domain.text import join_some
from domain.vocabulary import Next
from telnyx_api.replies import Order


class FindOrderActivities:
    """Looks for an order and changes nothing."""

    def __init__(self, accounts: Accounts, holders: OrderHolders, quarantine: float) -> None:
        """`quarantine` is how many seconds after it was sent an order may still arrive at Telnyx."""
        self._accounts = accounts
        self._holders = holders
        self._quarantine = quarantine

    @activity.defn(name=FIND_ACTIVITY)
    async def find_order(self, work: FindOrder) -> PlacementVerdict:
        """Find the order that an interrupted attempt placed. That there is none counts only after the quarantine.

        Raises:
            ApplicationError: final, when it cannot be told whether an order is the request's.
        """
        attempts = Attempts(self._quarantine)
        async with send_heartbeats():
            try:
                return await self._find(work, attempts)
            except PERSON_NEEDED as error:
                raise _cannot_tell(str(error)) from None

    async def _find(self, work: FindOrder, attempts: Attempts) -> PlacementVerdict:
        orders = await list_open_orders(self._accounts.telnyx(work.account), work, attempts)
        if not work.may_have_sent:  # an order for exactly these numbers is not ours, and must not be deleted as ours
            others = explain_not_taken(await self._unheld(orders, work), work)
            return PlacementVerdict(next=Next.STOP, because="No order was placed.", not_taken=others)
        exact = [order for order in orders if is_exact(order, work)]
        if len(exact) == 1 and not await self._holders.find_holders(exact[0].id, besides=work.reference):
            others = explain_not_taken(orders, work, taken=exact[0].id)
            return judge_placed(exact[0], work).model_copy(update={"not_taken": others})
        if not attempts.has_waited:
            raise attempts.wait_out_quarantine()
        if orders:
            not_taken = explain_unclear(await self._unheld(orders, work), work)
            return PlacementVerdict(next=Next.STOP, because=describe_orders(orders), not_taken=not_taken)
        if work.forgotten and (hosted := await self._find_hosted(work, attempts)):
            raise _cannot_tell(f"This account already hosts {join_some(hosted)}.")
        return PlacementVerdict(next=Next.STOP, because="No order was placed.")

    async def _unheld(self, orders: list[Order], work: FindOrder) -> list[Order]:
        """The orders that no other running request looks after."""
        return [order for order in orders if not await self._holders.find_holders(order.id, besides=work.reference)]

    async def _find_hosted(self, work: FindOrder, attempts: Attempts) -> list[str]:
        """The numbers that the account hosts: an order that succeeded is no longer an open one."""
        with attempts.let_temporal_retry():
            return await find_hosted(self._accounts.telnyx(work.account), work.phone_numbers)


def _cannot_tell(sentence: str) -> ApplicationError:
    return ApplicationError(sentence, type="CannotTell", non_retryable=True)
