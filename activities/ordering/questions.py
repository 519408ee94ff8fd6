"""What a person is asked before numbers are ordered: who may have them, and which of several orders is meant."""

from collections.abc import Sequence

from activities.ordering.open_orders import numbers_of
from activities.telnyx_failures import AGAIN, GIVE_UP
from domain import command_hints
from domain.activity_io import PlacementVerdict, PlaceOrder
from domain.messages import Choice
from domain.text import count, join_some
from domain.verdicts import Need
from domain.vocabulary import AskKind, ChoiceKind, Next
from telnyx_api.replies import Order

_MOST_ORDERS = 5


def ask_about_holders(holders: dict[str, str]) -> PlacementVerdict:
    """Ask about numbers that other requests hold, each with the holder's reference.

    The question names no other number, so that the others go on when these are given up.
    """
    by_reference: dict[str, list[str]] = {}
    for number, reference in holders.items():
        by_reference.setdefault(reference, []).append(number)
    held = "; ".join(
        f"{reference} holds {join_some(numbers)} (see `{command_hints.show(reference)}`)"
        for reference, numbers in by_reference.items()
    )
    because = f"A number can be in one running request only, and other requests hold some of these: {held}."
    guidance = (
        f"{because} Nothing was ordered. Wait until those requests have ended and answer `again`, or give these"
        " numbers up."
    )
    need = Need(kind=AskKind.CHOICE, numbers=list(holders), guidance=guidance, choices=[AGAIN, GIVE_UP])
    return PlacementVerdict(next=Next.ASK, because=because, need=need)


def ask_about_orders(orders: Sequence[Order], work: PlaceOrder, why: str = "") -> PlacementVerdict:
    """Ask which of the open orders is the request's own. One for exactly these numbers can be taken over.

    `why` says to whom an order belongs that would be the request's own otherwise.
    """
    fitting = [order for order in orders if numbers_of(order) == set(work.phone_numbers)]
    choices = [
        Choice(choice=ChoiceKind.ADOPT, sentence=f"Take over the order {order.id}.", order_id=order.id)
        for order in fitting
    ]
    because, take_over = describe_orders(orders), " take an order over," if fitting else ""
    guidance = (
        f"{because}{why} Nothing was ordered. Delete the orders that you do not want in the Telnyx portal and answer"
        f" `again`,{take_over} or give the numbers up."
    )
    need = Need(kind=AskKind.CHOICE, numbers=work.phone_numbers, guidance=guidance, choices=[*choices, AGAIN, GIVE_UP])
    return PlacementVerdict(next=Next.ASK, because=because, need=need, may_be_ours=not why)


def ask_about_conflict(refusal: str, work: PlaceOrder) -> PlacementVerdict:
    """Ask about an order that Telnyx says to have, in the words of its refusal, but does not list.

    It may be the request's own.
    """
    guidance = (
        f"{refusal} Telnyx lists no open order with these numbers, neither at once nor after a while. Find what holds"
        " them in the Telnyx portal. Then answer `again`, or give the numbers up."
    )
    need = Need(kind=AskKind.CHOICE, numbers=work.phone_numbers, guidance=guidance, choices=[AGAIN, GIVE_UP])
    return PlacementVerdict(next=Next.ASK, because=refusal, need=need, may_be_ours=True)


def describe_orders(orders: Sequence[Order]) -> str:
    """The first few orders in one sentence, with id, status and count of numbers."""
    described = [f"{order.id} ({order.status}, {count(len(order.phone_numbers), 'number')})" for order in orders]
    return f"Telnyx already has open orders with some of these numbers: {join_some(described, _MOST_ORDERS)}."
