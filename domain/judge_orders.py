"""What a Telnyx order, as read just now, means for the numbers of a round.

The order's word and each number's word are looked up in their tables; this module only settles how the two and what
is already known go together:

1. A number's own final word wins; only a deleted order overrules it, since Telnyx then removes its numbers too.
2. An open number word (`pending` above all) never takes back what is known, it only lets the order's word speak.
3. A word without a row, a number that the order no longer names, and one that is still open in an order that is done,
   is a question to a person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.messages import Choice, Need, NumberVerdict, Verdict
from domain.number_statuses import NUMBERS, NumberKind
from domain.order_statuses import ORDERS, REFUSED_DOCUMENT, OrderKind
from domain.status_table import StatusRow
from domain.text import join_some
from domain.vocabulary import AskKind, ChoiceKind, Next, NumberState

Known = Mapping[str, NumberState]
"""The numbers of a round that are still under way, each with what is known of it."""

_ODD_CHOICES = [
    Choice(choice=ChoiceKind.WAIT, sentence="Keep watching the order; ask again only when the word changes."),
    Choice(choice=ChoiceKind.GO_ON, sentence="Telnyx confirmed that these numbers are active: count them so."),
    Choice(choice=ChoiceKind.GIVE_UP, sentence="Give these numbers up."),
]


@dataclass(frozen=True)
class OrderSnapshot:
    """A Telnyx order as read at the edge: its word, and the word of each number it names (casefolded)."""

    order_id: str
    status: str
    numbers: Mapping[str, str]


def judge_order(seen: OrderSnapshot, known: Known, *, documents_given: bool) -> Verdict:
    """Turn an order into a verdict over the numbers still under way.

    Args:
        seen: the order as read just now.
        known: what the request knows of each of its numbers in this order.
        documents_given: whether the papers went up since they were last asked for.

    Returns:
        `go_on` or `again` when every number is final, `ask` for papers or about an odd word, else `wait`.
        `numbers` holds every number of `known` that was still under way.
    """
    row = ORDERS.get(seen.status)
    under_way = {number: state for number, state in known.items() if not state.is_final}
    numbers = {number: _judge_number(number, state, seen, row, documents_given) for number, state in under_way.items()}
    if all(verdict.state.is_final for verdict in numbers.values()):
        again = any(verdict.next is Next.AGAIN for verdict in numbers.values())
        return Verdict(next=Next.AGAIN if again else Next.GO_ON, because="Every number is settled.", numbers=numbers)
    if row is None:
        return _odd_order(seen, numbers)
    if row.kind is OrderKind.DOCUMENTS:
        return _papers(row, numbers)
    contradicted = row.kind is OrderKind.DONE  # the order is done, but this number is not
    odd = [n for n in numbers if (contradicted or _is_odd(n, seen)) and not numbers[n].state.is_final]
    if odd:
        return _odd_numbers(odd, numbers)
    return Verdict(next=Next.WAIT, because=_order_sentence(row), numbers=numbers)


def is_live(seen: OrderSnapshot, phone_number: str) -> bool:
    """Whether this order still has a claim on a number; what is not understood is taken for a claim."""
    if phone_number not in seen.numbers:
        return False
    order, number = ORDERS.get(seen.status), NUMBERS.get(seen.numbers[phone_number])
    order_ended = order is not None and order.kind.is_terminal
    number_ended = number is not None and number.kind in _ENDED
    return not (order_ended or number_ended)


def numbers_at_risk(seen: OrderSnapshot) -> list[str]:
    """The numbers that a DELETE of this order could switch off, or of which it cannot be told."""
    harmless = _ENDED | {NumberKind.OPEN, NumberKind.VERIFIED}
    order = ORDERS.get(seen.status)
    if order is None or order.kind is OrderKind.DONE or seen.status == "provisioning":
        return sorted(seen.numbers) or ["numbers that it does not name"]
    return sorted(number for number, word in seen.numbers.items() if _kind(word) not in harmless)


def open_numbers(seen: OrderSnapshot, phone_numbers: Iterable[str]) -> list[str]:
    """Those of these numbers that the order names, and that have by their own word neither ended nor become active."""
    settled = _ENDED | {NumberKind.ACTIVE}
    named = (number for number in phone_numbers if number in seen.numbers)
    return sorted(number for number in named if _kind(seen.numbers[number]) not in settled)


_ENDED = {NumberKind.CLOSED, NumberKind.FIXABLE, NumberKind.REJECTED, NumberKind.TIMED_OUT}


def _kind(word: str) -> NumberKind | None:
    row = NUMBERS.get(word)
    return row.kind if row else None


def _is_odd(number: str, seen: OrderSnapshot) -> bool:
    return seen.numbers.get(number, "") not in NUMBERS


def _order_sentence(row: StatusRow[OrderKind]) -> str:
    return f"The order {row.meaning} ({row.status})."


def _judge_number(
    number: str,
    known: NumberState,
    seen: OrderSnapshot,
    order: StatusRow[OrderKind] | None,
    documents_given: bool,  # noqa: FBT001 - passed on from judge_order, where it is named
) -> NumberVerdict:
    word = seen.numbers.get(number, "")
    if order is not None and order.kind is OrderKind.DELETED:
        return NumberVerdict(state=NumberState.FAILED, status=word, because=_by_order(order))
    row = NUMBERS.get(word)
    if row is None:
        return _judge_odd(number, known, seen)
    if row.kind in _FINAL_STATES and not (order and word == _NO_REASON and order.kind in _ENDED_BY_ORDER):
        next_ = _NEW_ORDER.get(row.kind, Next.WAIT)
        because = f"The number {row.meaning} ({word}). {row.guidance}"
        return NumberVerdict(state=_FINAL_STATES[row.kind], status=word, because=because, next=next_)
    return _judge_open(row, known, order, documents_given)


def _judge_odd(number: str, known: NumberState, seen: OrderSnapshot) -> NumberVerdict:
    """A number without a word that is understood; one that the order names is in the order, whatever its word."""
    if number not in seen.numbers:
        return NumberVerdict(state=known, because="The order no longer names this number.")
    word = seen.numbers[number]
    state = NumberState.UNVERIFIED if known is NumberState.NEW else known
    said = f"Telnyx says {word!r} of this number" if word else "The order names this number without a status"
    return NumberVerdict(state=state, status=word, because=f"{said}, which is not understood.")


_ENDED_BY_ORDER = {OrderKind.REJECTED: NumberState.REJECTED, OrderKind.CLOSED: NumberState.FAILED}
"""What becomes of a number by the end of its order, when its own word does not say more."""

_NO_REASON = "failed"
"""Telnyx's one word that ends a number without a why: the order that ended with it may give one."""

_FINAL_STATES = {
    NumberKind.ACTIVE: NumberState.ACTIVE,
    NumberKind.REJECTED: NumberState.REJECTED,
    NumberKind.CLOSED: NumberState.FAILED,
    NumberKind.FIXABLE: NumberState.FAILED,
    NumberKind.TIMED_OUT: NumberState.FAILED,
}

_NEW_ORDER = {NumberKind.TIMED_OUT: Next.AGAIN, NumberKind.FIXABLE: Next.ASK}
"""Whether a new order is the remedy: by itself, or once a person says so."""


def _judge_open(
    row: StatusRow[NumberKind],
    known: NumberState,
    order: StatusRow[OrderKind] | None,
    documents_given: bool,  # noqa: FBT001 - as above
) -> NumberVerdict:
    """A number whose own word is open, or gives no reason: what is known, moved on by its word, then by the order's."""
    state = NumberState.UNVERIFIED if known is NumberState.NEW else known
    if row.kind is NumberKind.VERIFIED and state is NumberState.UNVERIFIED:
        state = NumberState.VERIFIED
    if row.kind is NumberKind.IN_REVIEW:
        state = NumberState.IN_REVIEW
    kind = order.kind if order else None
    if order and kind in _ENDED_BY_ORDER:
        return NumberVerdict(state=_ENDED_BY_ORDER[kind], status=row.status, because=_by_order(order))
    if kind in {OrderKind.IN_REVIEW, OrderKind.DONE}:
        state = NumberState.IN_REVIEW
    if kind is OrderKind.DOCUMENTS and state is NumberState.IN_REVIEW:
        state = NumberState.VERIFIED
    if kind is OrderKind.OPEN and documents_given and state is NumberState.VERIFIED:
        state = NumberState.IN_REVIEW
    if kind is OrderKind.DONE:
        because = f"Telnyx says that the order is done, but {row.status!r} of this number."
        return NumberVerdict(state=state, status=row.status, because=because)
    return NumberVerdict(state=state, status=row.status, because=_STATE_SENTENCES[state].format(word=row.status))


_STATE_SENTENCES = {
    NumberState.UNVERIFIED: "Its ownership code is awaited ({word}).",
    NumberState.VERIFIED: "Its ownership is proved; the papers are next ({word}).",
    NumberState.IN_REVIEW: "Telnyx and the losing carrier are at work on it ({word}).",
}


def _by_order(order: StatusRow[OrderKind]) -> str:
    return f"{_order_sentence(order)} {order.guidance}"


def _papers(row: StatusRow[OrderKind], numbers: dict[str, NumberVerdict]) -> Verdict:
    waiting = [number for number, verdict in numbers.items() if not verdict.state.is_final]
    refused = REFUSED_DOCUMENT.get(row.status, "")
    need = Need(kind=AskKind.DOCUMENTS, numbers=waiting, guidance=_by_order(row), refused=refused)
    return Verdict(next=Next.ASK, because=_order_sentence(row), need=need, numbers=numbers)


def _odd_order(seen: OrderSnapshot, numbers: dict[str, NumberVerdict]) -> Verdict:
    said = f"says {seen.status!r} of" if seen.status else "names no status for"
    because = f"Telnyx {said} the order {seen.order_id}, which is not understood."
    waiting = [number for number, verdict in numbers.items() if not verdict.state.is_final]
    guidance = f"{because} Look the order up at Telnyx, then say what to do."
    need = Need(kind=AskKind.CHOICE, numbers=waiting, guidance=guidance, choices=_ODD_CHOICES)
    return Verdict(next=Next.ASK, because=because, need=need, numbers=numbers)


def _odd_numbers(odd: list[str], numbers: dict[str, NumberVerdict]) -> Verdict:
    because = " ".join(dict.fromkeys(numbers[number].because for number in odd))
    guidance = f"{because} Look these numbers up at Telnyx, then say what to do: {join_some(odd)}."
    need = Need(kind=AskKind.CHOICE, numbers=odd, guidance=guidance, choices=_ODD_CHOICES)
    return Verdict(next=Next.ASK, because=because, need=need, numbers=numbers)
