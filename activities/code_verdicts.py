"""What it means for numbers that codes were requested, held back or submitted."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.activity_io import CodeRequestVerdict, RequestCodes
from domain.code_limits import CodePlan, need_of_lost_codes
from domain.text import clause, format_utc, join_some
from domain.verdicts import Need, NumberVerdict
from domain.vocabulary import CodeOutcome, Next, NumberState
from telnyx_api.replies import CodeRequest

_CODE_STATUSES = {CodeOutcome.VERIFIED, CodeOutcome.ALREADY_VERIFIED, CodeOutcome.REJECTED}
"""What Telnyx may answer about a code (docs/telnyx.md §1)."""


def next_time_for_unanswered(plan: CodePlan, work: RequestCodes) -> datetime | None:
    """When all numbers whose last request had no answer may be sent another code; None when they may now."""
    times = [plan.too_soon[number] for number in work.unanswered if number in plan.too_soon]
    return max(times, default=None)


def await_unanswered(work: RequestCodes, next_at: datetime) -> CodeRequestVerdict:
    """Wait for codes that Telnyx may have sent, until others may be sent."""
    because = (
        f"Telnyx did not answer whether it sent codes to {join_some(work.unanswered)}. They may still arrive."
        f" Others can be sent from {format_utc(next_at, seconds=True)} on."
    )
    return CodeRequestVerdict(
        next=Next.WAIT, because=because, numbers=_unanswered(work), not_before=next_at, unanswered=work.unanswered
    )


def with_counts(verdict: CodeRequestVerdict, work: RequestCodes, given: RequestCodes) -> CodeRequestVerdict:
    """Add how many codes the unanswered numbers may have been sent, in all and by the attempts of this activity.

    Args:
        verdict: to add to.
        work: with the count by now.
        given: with the count before the first attempt.
    """
    counts = {number: work.earlier[number] for number in work.unanswered}
    sent = [number for number, count in counts.items() if count != given.earlier.get(number)]
    return verdict.model_copy(update={"sent": sent, "counts": counts})


def hold_back(plan: CodePlan, work: RequestCodes) -> CodeRequestVerdict:
    """Send no code now: outside the contact hours, right after the last code, or after too many of them."""
    if plan.not_before is not None:
        next_at = format_utc(plan.not_before)
        because = f"Codes are sent only in the contact hours {work.contact_hours}, next at {next_at}."
        waiting = NumberVerdict(state=NumberState.UNVERIFIED, because=because)
        numbers = dict.fromkeys(work.phone_numbers, waiting)
        return CodeRequestVerdict(next=Next.WAIT, because=because, numbers=numbers, not_before=plan.not_before)
    if plan.exhausted:
        because = f"No code sent to {join_some(plan.exhausted)} was accepted. Only Telnyx support can help now."
        return CodeRequestVerdict(next=Next.GO_ON, because=because, numbers=_unanswered(work), need=_need(plan, work))
    earliest = format_utc(min(plan.too_soon.values()), seconds=True)
    because = f"A code was sent a moment ago. Wait for it. Another can be sent from {earliest} on."
    return CodeRequestVerdict(next=Next.WAIT, because=because)


def report_requested(replies: Sequence[CodeRequest], plan: CodePlan, work: RequestCodes) -> CodeRequestVerdict:
    """Say for each number whether Telnyx sent the code."""
    numbers = {reply.phone_number: _judge_request(reply, work.method) for reply in replies}
    wanted = {number: verdict for number, verdict in numbers.items() if number in work.phone_numbers}
    unsent = [reply.phone_number for reply in replies if reply.error is not None]
    need = _need(plan, work) if plan.exhausted else None
    return CodeRequestVerdict(
        next=Next.GO_ON, numbers=_unanswered(work) | wanted, order_id=work.order_id, unsent=unsent, need=need
    )


def judge_code(status: str) -> tuple[CodeOutcome, NumberVerdict]:
    """Judge Telnyx's answer about a code. A status that is no known success proves nothing."""
    if status in {CodeOutcome.VERIFIED, CodeOutcome.ALREADY_VERIFIED}:
        because = f"Its code was accepted ({status})."
        return CodeOutcome(status), NumberVerdict(state=NumberState.VERIFIED, because=because)
    because = f"Its code was not accepted ({status or 'no answer'}). Submit the newest code, or have another one sent."
    return CodeOutcome.REJECTED, NumberVerdict(state=NumberState.UNVERIFIED, because=because)


def explain_unknown_codes(statuses: Mapping[str, str]) -> str:
    """What Telnyx answered about codes that no table knows, for the person who handed them in; empty for none."""
    unknown = {number: status for number, status in statuses.items() if status and status not in _CODE_STATUSES}
    return " ".join(
        f"Telnyx answered {status!r} about {number}, which this program does not know."
        for number, status in unknown.items()
    )


def _judge_request(reply: CodeRequest, method: str) -> NumberVerdict:
    sent = "Telnyx called it to read out a code." if method == "call" else "Telnyx texted it a code."
    because = sent if reply.error is None else f"Telnyx could not send it a code: {clause(reply.error)}."
    return NumberVerdict(state=NumberState.UNVERIFIED, because=because)


def _unanswered(work: RequestCodes) -> dict[str, NumberVerdict]:
    """Numbers that may have been sent a code, which can be submitted when it arrives."""
    because = "Telnyx did not answer whether it sent a code. One may still arrive."
    return dict.fromkeys(work.unanswered, NumberVerdict(state=NumberState.UNVERIFIED, because=because))


def _need(plan: CodePlan, work: RequestCodes) -> Need:
    return need_of_lost_codes(plan.exhausted, [number for number in plan.exhausted if number in work.unanswered])
