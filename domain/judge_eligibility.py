"""What Telnyx's eligibility check means for a request: one verdict over all its numbers."""

from collections.abc import Mapping, Sequence

from domain.eligibility_answers import EligibilityAnswer, Finding
from domain.eligibility_statuses import EligibilityKind
from domain.messages import Choice
from domain.text import count, join_some
from domain.verdicts import Need, NumberVerdict, Verdict
from domain.vocabulary import AskKind, ChoiceKind, Next, NumberState

Verdicts = dict[str, NumberVerdict]

_AGAIN = Choice(choice=ChoiceKind.AGAIN, sentence="Check these numbers again.")
_GIVE_UP = Choice(choice=ChoiceKind.GIVE_UP, sentence="Leave these numbers out.")
_GO_ON = Choice(choice=ChoiceKind.GO_ON, sentence="Order these numbers anyway.")

_QUESTIONS = (
    (EligibilityKind.ACCOUNT, Next.ASK),
    (EligibilityKind.BILLING, Next.WAIT),
    (EligibilityKind.RETRY, Next.WAIT),
    (None, Next.ASK),
)
"""The most general question comes first: a closed account, a check to repeat, then a status that no table knows."""


def judge_eligibility(  # noqa: PLR0913 - what Telnyx said, what is true of this account, and what the request chose
    answers: Mapping[str, EligibilityAnswer],
    phone_numbers: Sequence[str],
    *,
    active_here: frozenset[str] = frozenset(),
    claimed_here: frozenset[str] = frozenset(),
    accepted: Mapping[str, str] | None = None,
    all_or_nothing: bool = False,
    internal_transfer: bool = False,
) -> Verdict:
    """Turn Telnyx's answers into one verdict.

    Args:
        answers: what Telnyx said, by number.
        phone_numbers: the numbers that were checked, in the request's order.
        active_here: numbers found in this account's inventory of hosted numbers.
        claimed_here: numbers found in an open order of this account.
        accepted: unknown statuses with which a person wants numbers ordered anyway, by number.
        all_or_nothing: stop when one number cannot be hosted.
        internal_transfer: also order numbers that another Telnyx account hosts; that account may object.

    Returns:
        `wait` when a number is to be checked again later (`need` is what to ask if that does not help), `ask` when a
        person must decide, `stop` when no number is left to order, else `go_on`. All or nothing stops before anything
        is asked, because no answer could get a number ordered.
    """
    findings = [Finding(number, answers.get(number)) for number in phone_numbers]
    numbers = {
        finding.phone_number: _transfer(finding)
        if internal_transfer and finding.kind is EligibilityKind.TRANSFER
        else _judge_number(finding, active_here, claimed_here)
        for finding in findings
    }
    if all_or_nothing and (out := [number for number in numbers if numbers[number].state is NumberState.LEFT_OUT]):
        because = f"The request is all or nothing, and {len(out)} of {count(len(numbers), 'number')} cannot be hosted."
        return Verdict(next=Next.STOP, because=because, numbers=numbers)
    undecided = [finding for finding in findings if not finding.is_accepted(accepted or {})]
    return _first_question(undecided, numbers) or _without_question(numbers)


def _judge_number(finding: Finding, active_here: frozenset[str], claimed_here: frozenset[str]) -> NumberVerdict:
    state, because, number = NumberState.NEW, finding.because, finding.phone_number
    match finding.kind:
        case EligibilityKind.LEFT_OUT | EligibilityKind.TRANSFER:
            state, because = NumberState.LEFT_OUT, finding.advice
        case EligibilityKind.CHECK_INVENTORY if number in active_here:
            state = NumberState.ACTIVE
            because = f"The number was hosted in this account before this request ({finding.status})."
        case EligibilityKind.CHECK_INVENTORY:
            state = NumberState.LEFT_OUT
            because += " But it is not among the account's hosted numbers: ask Telnyx support."
        case EligibilityKind.CHECK_ORDERS if number not in claimed_here:
            state = NumberState.LEFT_OUT
            because += " But no open order of this account has it: ask Telnyx support."
    return NumberVerdict(state=state, status=finding.status, because=because)


def _transfer(finding: Finding) -> NumberVerdict:
    because = f"{finding.because} It is ordered anyway. The other account then has 72 hours to object."
    return NumberVerdict(state=NumberState.NEW, status=finding.status, because=because)


def _first_question(undecided: Sequence[Finding], numbers: Verdicts) -> Verdict | None:
    for kind, next_ in _QUESTIONS:
        if asked := [finding for finding in undecided if finding.kind is kind]:
            return Verdict(next=next_, because=asked[0].because, need=_need(asked), numbers=numbers)
    return None


def _need(asked: Sequence[Finding]) -> Need:
    """Ask about numbers of one kind; the guidance names the status of each."""
    first, numbers = asked[0], [finding.phone_number for finding in asked]
    if first.kind is None:
        because = " ".join(dict.fromkeys(finding.because for finding in asked))
        guidance = f"{because} Look these numbers up at Telnyx, then choose what to do: {join_some(numbers)}."
        return Need(kind=AskKind.CHOICE, numbers=numbers, guidance=guidance, choices=[_AGAIN, _GO_ON, _GIVE_UP])
    about_account = first.kind in {EligibilityKind.ACCOUNT, EligibilityKind.BILLING}
    kind = AskKind.ACCOUNT if about_account else AskKind.CHOICE
    return Need(kind=kind, numbers=numbers, guidance=first.advice, choices=[_AGAIN, _GIVE_UP])


def _without_question(numbers: Verdicts) -> Verdict:
    to_order = [number for number, verdict in numbers.items() if verdict.state is NumberState.NEW]
    if not to_order:
        return Verdict(next=Next.STOP, because="No number is left to order.", numbers=numbers)
    because = f"{len(to_order)} of {count(len(numbers), 'number')} can be hosted."
    return Verdict(next=Next.GO_ON, because=because, numbers=numbers)
