"""What a Telnyx order, as read just now, means for a round: go on, wait, or ask a person.

A person is asked when Telnyx refused the documents, and about everything that no table explains: an unknown status, a
number that the order no longer lists, and a number that is still open in an order that is complete.
"""

from collections.abc import Mapping, Sequence

from domain.judge_numbers import judge_number
from domain.messages import Choice
from domain.order_snapshot import OrderSnapshot
from domain.order_statuses import REFUSED_DOCUMENT, OrderKind
from domain.status_table import StatusRow
from domain.text import join_some
from domain.verdicts import Need, NumberVerdict, Verdict
from domain.vocabulary import AskKind, ChoiceKind, Next, NumberState

Known = Mapping[str, NumberState]
"""The numbers of a round, each with what the request knows of it."""
Verdicts = Mapping[str, NumberVerdict]

_CHOICES = [
    Choice(choice=ChoiceKind.WAIT, sentence="Keep watching the order. Ask again only if the status changes."),
    Choice(choice=ChoiceKind.GO_ON, sentence="Telnyx confirmed that these numbers are active. Count them as active."),
    Choice(choice=ChoiceKind.GIVE_UP, sentence="Give these numbers up."),
]


def judge_order(order: OrderSnapshot, known: Known, *, documents_given: bool) -> Verdict:
    """Turn an order into a verdict over the numbers that are still under way.

    Args:
        order: the order as read just now.
        known: what the request knows of each of its numbers in this order.
        documents_given: whether the documents were uploaded since Telnyx last asked for them.

    Returns:
        `go_on` or `again` when every number is final, `ask` for documents or about something unknown, else `wait`.
        `numbers` holds every number of `known` that was still under way.
    """
    numbers = {
        number: judge_number(order, number, state, documents_given=documents_given)
        for number, state in known.items()
        if not state.is_final
    }
    waiting = [number for number, verdict in numbers.items() if not verdict.state.is_final]
    if not waiting:
        return _end_round(numbers)
    if order.row is None:
        return _ask_about_order(order, waiting, numbers)
    if order.row.kind is OrderKind.DOCUMENTS:
        return _ask_for_documents(order, order.row, waiting, numbers)
    if unexplained := [number for number in waiting if _is_unexplained(order, number)]:
        return _ask_about_numbers(unexplained, numbers)
    return Verdict(next=Next.WAIT, because=order.row.sentence("order"), numbers=dict(numbers))


def _is_unexplained(order: OrderSnapshot, phone_number: str) -> bool:
    """A number that is still open in an order that is complete contradicts it."""
    return order.number_row(phone_number) is None or order.kind is OrderKind.DONE


def _end_round(numbers: Verdicts) -> Verdict:
    again = any(verdict.next is Next.AGAIN for verdict in numbers.values())
    because = "Every number has its final status."
    return Verdict(next=Next.AGAIN if again else Next.GO_ON, because=because, numbers=dict(numbers))


def _unknown_statuses(order: OrderSnapshot, waiting: Sequence[str], numbers: Verdicts) -> str:
    """What no table knows of the numbers, for a question about the order as a whole; each number of it may differ."""
    sentences: dict[str, list[str]] = {}
    for number in waiting:
        if order.number_row(number) is None:
            sentences.setdefault(numbers[number].because, []).append(number)
    return "".join(f" About {join_some(asked)}: {because}" for because, asked in sentences.items())


def _ask_for_documents(
    order: OrderSnapshot, row: StatusRow[OrderKind], waiting: Sequence[str], numbers: Verdicts
) -> Verdict:
    need = Need(
        kind=AskKind.DOCUMENTS,
        numbers=list(waiting),
        guidance=row.advice("order") + _unknown_statuses(order, waiting, numbers),
        refused=REFUSED_DOCUMENT.get(row.status, ""),
    )
    return Verdict(next=Next.ASK, because=row.sentence("order"), need=need, numbers=dict(numbers))


def _ask_about_order(order: OrderSnapshot, waiting: Sequence[str], numbers: Verdicts) -> Verdict:
    because = (
        f"Telnyx reports the status {order.status!r} for the order {order.order_id}, which this program does not know."
        if order.status
        else f"Telnyx reports no status for the order {order.order_id}."
    )
    because += _unknown_statuses(order, waiting, numbers)
    return _ask_to_choose(because, "Look the order up at Telnyx, then choose what to do.", waiting, numbers)


def _ask_about_numbers(unexplained: Sequence[str], numbers: Verdicts) -> Verdict:
    because = " ".join(dict.fromkeys(numbers[number].because for number in unexplained))
    advice = f"Look these numbers up at Telnyx, then choose what to do: {join_some(unexplained)}."
    return _ask_to_choose(because, advice, unexplained, numbers)


def _ask_to_choose(because: str, advice: str, asked: Sequence[str], numbers: Verdicts) -> Verdict:
    need = Need(kind=AskKind.CHOICE, numbers=list(asked), guidance=f"{because} {advice}", choices=_CHOICES)
    return Verdict(next=Next.ASK, because=because, need=need, numbers=dict(numbers))
