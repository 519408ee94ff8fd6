"""What Telnyx's eligibility check means for a request: the verdict over all its numbers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.eligibility_statuses import ELIGIBILITY, EligibilityKind
from domain.messages import Choice, Need, NumberVerdict, Verdict
from domain.status_table import StatusRow
from domain.text import join_some
from domain.vocabulary import AskKind, ChoiceKind, Next, NumberState

_AGAIN = Choice(choice=ChoiceKind.AGAIN, sentence="Check these numbers again.")
_GIVE_UP = Choice(choice=ChoiceKind.GIVE_UP, sentence="Leave these numbers out.")
_GO_ON = Choice(choice=ChoiceKind.GO_ON, sentence="Order these numbers anyway.")


@dataclass(frozen=True)
class EligibilityAnswer:
    """Telnyx's answer on one number, as read at the edge."""

    eligible: bool
    status: str
    detail: str = ""


@dataclass(frozen=True)
class _Finding:
    """One number with the class its answer falls into; None when no row fits."""

    phone_number: str
    answer: EligibilityAnswer | None
    row: StatusRow[EligibilityKind] | None

    @property
    def kind(self) -> EligibilityKind | None:
        return self.row.kind if self.row else None

    @property
    def status(self) -> str:
        """Telnyx's raw word, if it said one."""
        return self.answer.status if self.answer else ""

    def is_accepted(self, accepted: Mapping[str, str]) -> bool:
        """Whether a person has seen this very word, which no table knows, and wants the number ordered."""
        return self.row is None and accepted.get(self.phone_number) == self.status

    @property
    def because(self) -> str:
        """A sentence with Telnyx's raw word."""
        if self.answer is None:
            return "Telnyx's eligibility check did not answer for this number."
        flag = f"(eligible: {str(self.answer.eligible).lower()})"
        if not self.answer.status:
            return f"Telnyx's eligibility check answered for this number without a word {flag}."
        if self.row is None:
            return f"Telnyx answered {self.answer.status!r} {flag}, which is not understood."
        detail = "" if self.answer.eligible else self.answer.detail.strip().rstrip(".")
        detail = f" {detail}." if detail else ""
        return f"The number {self.row.meaning} ({self.answer.status}).{detail}"


def judge_eligibility(  # noqa: PLR0913 - what Telnyx said, what is so here, and what the request chose
    answers: Mapping[str, EligibilityAnswer],
    phone_numbers: Sequence[str],
    *,
    active_here: frozenset[str] = frozenset(),
    claimed_here: frozenset[str] = frozenset(),
    accepted: Mapping[str, str] | None = None,
    all_or_nothing: bool = False,
    internal_transfer: bool = False,
) -> Verdict:
    """Turn the answers for the asked numbers into one verdict.

    Args:
        answers: what Telnyx said, by number.
        phone_numbers: what was asked, in the request's order.
        active_here: numbers found in this account's own inventory of hosted numbers.
        claimed_here: numbers found in an open order of this account.
        accepted: the words that are not understood with which a person had numbers ordered all the same, by number.
        all_or_nothing: stop when one number cannot be hosted.
        internal_transfer: order also what another Telnyx account hosts, which its owner may refuse.

    Returns:
        `wait` when some number is to be checked again later (with the need to ask once patience is over), `ask`
        when a person must decide, `stop` when nothing is left to order, else `go_on`. All or nothing stops before
        anything else: whatever a person answered about another number, nothing would be ordered.
    """
    findings = [_find(number, answers.get(number)) for number in phone_numbers]
    numbers = {finding.phone_number: _number_verdict(finding, active_here, claimed_here) for finding in findings}
    if internal_transfer:
        numbers |= {found.phone_number: _to_be_transferred(found) for found in findings if found.kind is _TRANSFER}
    if all_or_nothing and (out := _left_out(numbers)):
        because = f"All or nothing was asked for, and {len(out)} of {len(numbers)} numbers cannot be hosted."
        return Verdict(next=Next.STOP, because=because, numbers=numbers)
    by_kind: dict[EligibilityKind | None, list[_Finding]] = defaultdict(list)
    for finding in findings:
        if not finding.is_accepted(accepted or {}):
            by_kind[finding.kind].append(finding)
    for kind, next_ in _PRECEDENCE:
        if by_kind[kind]:
            need = _need(by_kind[kind])
            return Verdict(next=next_, because=by_kind[kind][0].because, need=need, numbers=numbers)
    return _without_questions(numbers)


_TRANSFER = EligibilityKind.TRANSFER

_PRECEDENCE = (
    (EligibilityKind.ACCOUNT, Next.ASK),
    (EligibilityKind.BILLING, Next.WAIT),
    (EligibilityKind.RETRY, Next.WAIT),
    (None, Next.ASK),
)
"""What holds everything up comes first: an account that is closed, a check to repeat, then a word to ask about."""


def hosted_elsewhere(answers: Mapping[str, EligibilityAnswer]) -> list[str]:
    """The numbers that another Telnyx account hosts, so that an order for them is an internal transfer."""
    return [number for number, answer in answers.items() if _find(number, answer).kind is _TRANSFER]


def _find(phone_number: str, answer: EligibilityAnswer | None) -> _Finding:
    if answer is None:
        return _Finding(phone_number, None, None)
    row = ELIGIBILITY.get(answer.status)
    contradicts = row is not None and (row.kind is EligibilityKind.ORDER) != answer.eligible
    return _Finding(phone_number, answer, None if contradicts else row)


def _number_verdict(finding: _Finding, active_here: frozenset[str], claimed_here: frozenset[str]) -> NumberVerdict:
    status, state, because = finding.status, NumberState.NEW, finding.because
    if finding.row is not None and finding.kind in {EligibilityKind.LEFT_OUT, _TRANSFER}:
        state, because = NumberState.LEFT_OUT, f"{because} {finding.row.guidance}"
    elif finding.kind is EligibilityKind.CHECK_INVENTORY and finding.phone_number in active_here:
        state, because = NumberState.ACTIVE, f"The number was hosted in this account before this request ({status})."
    elif finding.kind is EligibilityKind.CHECK_INVENTORY:
        state = NumberState.LEFT_OUT
        because += " It is not among the account's hosted numbers, though: ask Telnyx support."
    elif finding.kind is EligibilityKind.CHECK_ORDERS and finding.phone_number not in claimed_here:
        state = NumberState.LEFT_OUT
        because += " No open order of this account holds it, though: ask Telnyx support."
    return NumberVerdict(state=state, status=status, because=because)


def _to_be_transferred(finding: _Finding) -> NumberVerdict:
    because = f"{finding.because} It is ordered all the same; that account then has 72 hours to object."
    return NumberVerdict(state=NumberState.NEW, status=finding.status, because=because)


def _need(findings: list[_Finding]) -> Need:
    first = findings[0]
    numbers = [finding.phone_number for finding in findings]
    if first.row is None:
        guidance = f"{first.because} Look these numbers up at Telnyx, then say what to do: {join_some(numbers)}."
        return Need(kind=AskKind.CHOICE, numbers=numbers, guidance=guidance, choices=[_AGAIN, _GO_ON, _GIVE_UP])
    about_account = first.kind in {EligibilityKind.ACCOUNT, EligibilityKind.BILLING}
    kind = AskKind.ACCOUNT if about_account else AskKind.CHOICE
    guidance = f"{first.because} {first.row.guidance}"
    return Need(kind=kind, numbers=numbers, guidance=guidance, choices=[_AGAIN, _GIVE_UP])


def _left_out(numbers: Mapping[str, NumberVerdict]) -> list[str]:
    return [number for number, verdict in numbers.items() if verdict.state is NumberState.LEFT_OUT]


def _without_questions(numbers: dict[str, NumberVerdict]) -> Verdict:
    to_order = [number for number, verdict in numbers.items() if verdict.state is NumberState.NEW]
    if not to_order:
        return Verdict(next=Next.STOP, because="No number is left to order.", numbers=numbers)
    because = f"{len(to_order)} of {len(numbers)} numbers can be hosted."
    return Verdict(next=Next.GO_ON, because=because, numbers=numbers)
