"""What a person is asked before numbers are ordered: about who holds them, and about orders that are there already."""

from collections.abc import Sequence

from activities.telnyx_failures import AGAIN, GIVE_UP
from domain.activity_io import PlacementVerdict, PlaceOrder
from domain.messages import Choice, Need
from domain.text import join_some
from domain.vocabulary import AskKind, ChoiceKind, Next
from telnyx_api.replies import Order


def about_holders(holders: dict[str, str]) -> PlacementVerdict:
    """Ask about the numbers that other requests hold, and about no others: those go on when these are given up."""
    by_reference: dict[str, list[str]] = {}
    for number, reference in holders.items():
        by_reference.setdefault(reference, []).append(number)
    held = "; ".join(
        f"{join_some(numbers)} by the request {reference} (`hosted-sms show {reference}`)"
        for reference, numbers in by_reference.items()
    )
    because = f"A number can be in one live request only, and is held already: {held}."
    guidance = f"{because} Nothing was ordered. Wait until that request has ended and answer `again`, or give these up."
    need = Need(kind=AskKind.CHOICE, numbers=list(holders), guidance=guidance, choices=[AGAIN, GIVE_UP])
    return PlacementVerdict(next=Next.ASK, because=because, need=need)


def about_orders(claims: Sequence[Order], work: PlaceOrder, why: str = "") -> PlacementVerdict:
    """Ask which of the orders that are there already is the request's own; one that fits can be taken over.

    `why` says why one that fits is somebody else's.
    """
    adoptable = [
        order for order in claims if {row.phone_number for row in order.phone_numbers} == set(work.phone_numbers)
    ]
    choices = [
        Choice(choice=ChoiceKind.ADOPT, sentence=f"Take the order {order.id} over.", order_id=order.id)
        for order in adoptable
    ]
    guidance = (
        f"{candidates(claims)}{why} Nothing was ordered. Delete what is not wanted in the Telnyx portal and"
        " answer `again`, take one over, or give the numbers up."
    )
    need = Need(kind=AskKind.CHOICE, numbers=work.phone_numbers, guidance=guidance, choices=[*choices, AGAIN, GIVE_UP])
    return PlacementVerdict(next=Next.ASK, because=candidates(claims), need=need, may_be_ours=not why)


def about_conflict(said: str, work: PlaceOrder) -> PlacementVerdict:
    """Ask about what Telnyx says is there already, though no list of orders shows it; it may be the request's own.

    `said` is Telnyx's refusal.
    """
    guidance = (
        f"{said} No open order of the account names these numbers, neither at once nor after a while. Look in the"
        " Telnyx portal for what holds them, then answer `again`, or give the numbers up."
    )
    need = Need(kind=AskKind.CHOICE, numbers=work.phone_numbers, guidance=guidance, choices=[AGAIN, GIVE_UP])
    return PlacementVerdict(next=Next.ASK, because=said, need=need, may_be_ours=True)


def candidates(orders: Sequence[Order]) -> str:
    """The orders in one sentence: id, status and count of numbers of the first few."""
    named = ", ".join(f"{order.id} ({order.status}, {len(order.phone_numbers)} numbers)" for order in orders[:5])
    more = f" and {len(orders) - 5} more" if len(orders) > 5 else ""  # noqa: PLR2004 - five are enough to look at
    return f"Telnyx already has open orders with some of these numbers: {named}{more}."
