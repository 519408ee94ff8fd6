"""The third step: have each number texted or called, and hand Telnyx the codes that people read out."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from temporalio import activity

from activities.heartbeats import send_heartbeats
from activities.order_state import judge, read_order
from activities.ports import Accounts, Telnyx
from activities.telnyx_failures import PERSON_NEEDED, ask_person, let_temporal_retry, retry_later
from domain.activity_io import CodeRequestVerdict, CodesVerdict, CurrentOrder, RequestCodes, TryCodes
from domain.code_limits import CodeLimits, CodePlan, count_attempt, need_of_lost_codes, plan_codes
from domain.contact_hours import parse_contact_hours
from domain.messages import NumberResult
from domain.text import join_some
from domain.verdicts import Need, NumberVerdict, Verdict
from domain.vocabulary import CodeOutcome, Next, NumberState
from telnyx_api.errors import Conflict, FixInput, NotFound, OutcomeUnknown, TryLater
from telnyx_api.replies import CodeRequest

_LOOK_FIRST = (FixInput, NotFound, Conflict)
"""Refusals that the order itself may explain: it may have ended, or been changed in the portal."""


class OwnershipActivities:
    """Requests and submits ownership codes."""

    def __init__(self, accounts: Accounts, limits: CodeLimits) -> None:
        self._accounts = accounts
        self._limits = limits

    @activity.defn(name="request_codes")
    async def request_codes(self, work: RequestCodes) -> CodeRequestVerdict:
        """Have the numbers texted or called, as often as our own restraint and the contact hours allow.

        A number that Telnyx refuses to send to says why. A try whose answer is lost may have sent a code, so it counts
        as one: the next comes no sooner than another code may be sent, and none comes after the last. Meanwhile nothing
        is retried here: a code that came may be handed in, and only the newest is right.
        """
        given, work, at = work, _as_left(work), activity.info().started_time
        sending = plan_codes(
            work.phone_numbers, work.earlier, at, self._limits, parse_contact_hours(work.contact_hours)
        )
        if free := [sending.too_soon[number] for number in work.unanswered if number in sending.too_soon]:
            return _counted(_perhaps_sent(work, max(free)), work, given)
        if not sending.now:
            return _counted(_held_back(sending, work), work, given)
        asked = count_attempt(work, sending.now, at)
        try:
            if work.unanswered:
                await self._see_that_telnyx_answers(work)
            replies = await self._send(work, asked, sending.now)
        except OutcomeUnknown:
            return _counted(_perhaps_sent(asked, at + self._limits.spacing), asked, given)
        except PERSON_NEEDED as error:
            explained = await self._explained(error, work, "send the codes")
            return _counted(CodeRequestVerdict(**dict(explained), order_id=work.order_id), work, given)
        return _counted(_asked_for(replies, sending, work), asked, given)

    async def _see_that_telnyx_answers(self, work: RequestCodes) -> None:
        """Through an outage the order is read again and again, and no code after the first may have been sent."""
        async with let_temporal_retry():
            await self._accounts.telnyx(work.account).get_order(work.order_id)

    async def _send(self, work: RequestCodes, asked: RequestCodes, numbers: list[str]) -> list[CodeRequest]:
        """Ask for the codes; that they may have been sent is noted first, in case this worker dies."""
        async with send_heartbeats(asked):
            try:
                return await self._accounts.telnyx(work.account).request_codes(work.order_id, numbers, work.method)
            except TryLater as error:
                activity.heartbeat(work)  # nothing was sent
                raise retry_later(error) from None

    @activity.defn(name="submit_codes")
    async def submit_codes(self, work: TryCodes) -> CodesVerdict:
        """Submit codes; a wrong one is an answer. Submitting the same again is safe: Telnyx then says so."""
        try:
            async with let_temporal_retry():
                telnyx = self._accounts.telnyx(work.account)
                codes = {entry.phone_number: entry.code for entry in work.codes}
                replies = await telnyx.submit_codes(work.order_id, codes)
        except PERSON_NEEDED as error:
            return CodesVerdict(**dict(await self._explained(error, work, "take the codes")))
        words = {reply.phone_number: reply.status for reply in replies}
        told = {number: _judged_code(words.get(number, "")) for number in codes}
        results = [NumberResult(phone_number=number, result=result) for number, (result, _) in told.items()]
        numbers = {number: verdict for number, (_, verdict) in told.items()}
        return CodesVerdict(next=Next.GO_ON, numbers=numbers, results=results)

    async def _explained(self, error: Exception, work: CurrentOrder, doing: str) -> Verdict:
        """What the order itself says when Telnyx refuses, else a question to a person about what is still open."""
        seen: dict[str, NumberVerdict] = {}
        if isinstance(error, _LOOK_FIRST):
            with suppress(*PERSON_NEEDED):  # an order that cannot be read explains nothing
                verdict = await self._judged(self._accounts.telnyx(work.account), work)
                if verdict.next in {Next.GO_ON, Next.AGAIN}:
                    return verdict
                seen = verdict.numbers
        open_ = sorted(number for number in work.states() if number not in seen or not seen[number].state.is_final)
        assert isinstance(error, PERSON_NEEDED)  # noqa: S101 - narrows the type for the reader and mypy
        return ask_person(error, doing, open_).model_copy(update={"numbers": seen})

    async def _judged(self, telnyx: Telnyx, work: CurrentOrder) -> Verdict:
        async with let_temporal_retry():
            order = judge(await read_order(telnyx, work.order_id), work)
        return Verdict(**{name: getattr(order, name) for name in Verdict.model_fields})


def _as_left(work: RequestCodes) -> RequestCodes:
    """The work as the attempt before left it."""
    left = activity.info().heartbeat_details
    return RequestCodes.model_validate(left[0]) if left else work


def _perhaps_sent(work: RequestCodes, next_at: datetime) -> CodeRequestVerdict:
    """Codes that may have been sent are waited for, until the next may be sent."""
    because = (
        f"Telnyx was asked to send codes to {join_some(work.unanswered)} and did not answer, so they may have come: the"
        f" next may be sent from {_instant(next_at)} on."
    )
    return CodeRequestVerdict(
        next=Next.WAIT, because=because, numbers=_silent(work), not_before=next_at, unanswered=work.unanswered
    )


def _counted(verdict: CodeRequestVerdict, work: RequestCodes, given: RequestCodes) -> CodeRequestVerdict:
    """The verdict with what may have been sent by now: in all, and of that by an attempt of this work."""
    counts = {number: work.earlier[number] for number in work.unanswered}
    sent = [number for number, counted in counts.items() if counted != given.earlier.get(number)]
    return verdict.model_copy(update={"sent": sent, "counts": counts})


def _held_back(sending: CodePlan, work: RequestCodes) -> CodeRequestVerdict:
    """Nothing is sent now: at night, a moment after the last code, or after too many of them."""
    if sending.not_before is not None:
        because = f"Codes go out within the contact hours {work.contact_hours}: next at {_instant(sending.not_before)}."
        told = NumberVerdict(state=NumberState.UNVERIFIED, because=because)
        numbers = dict.fromkeys(work.phone_numbers, told)
        return CodeRequestVerdict(next=Next.WAIT, because=because, numbers=numbers, not_before=sending.not_before)
    if sending.exhausted:
        because = f"Enough codes were sent to {join_some(sending.exhausted)}: support is asked why none arrives."
        return CodeRequestVerdict(next=Next.GO_ON, because=because, numbers=_silent(work), need=_lost(sending, work))
    earliest = min(sending.too_soon.values())
    because = f"A code was sent a moment ago: wait for it, another may be sent from {_instant(earliest)} on."
    return CodeRequestVerdict(next=Next.WAIT, because=because)


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%d %B %H:%M:%S} UTC"


def _asked_for(replies: Sequence[CodeRequest], sending: CodePlan, work: RequestCodes) -> CodeRequestVerdict:
    numbers = {reply.phone_number: _sent(reply, work.method) for reply in replies}
    wanted = {number: told for number, told in numbers.items() if number in work.phone_numbers}
    unsent = [reply.phone_number for reply in replies if reply.error is not None]
    need = _lost(sending, work) if sending.exhausted else None
    return CodeRequestVerdict(
        next=Next.GO_ON, numbers=_silent(work) | wanted, order_id=work.order_id, unsent=unsent, need=need
    )


def _lost(sending: CodePlan, work: RequestCodes) -> Need:
    return need_of_lost_codes(sending.exhausted, [number for number in sending.exhausted if number in work.unanswered])


def _silent(work: RequestCodes) -> dict[str, NumberVerdict]:
    """What is known of numbers that may have been sent a code; whoever got one may hand it in."""
    because = "Telnyx was asked to send it a code and did not answer: one may have come."
    return dict.fromkeys(work.unanswered, NumberVerdict(state=NumberState.UNVERIFIED, because=because))


def _sent(reply: CodeRequest, method: str) -> NumberVerdict:
    how = "called" if method == "call" else "texted"
    because = f"Telnyx {how} a code to it." if reply.error is None else f"Telnyx could not send a code: {reply.error}."
    return NumberVerdict(state=NumberState.UNVERIFIED, because=because)


def _judged_code(word: str) -> tuple[CodeOutcome, NumberVerdict]:
    """A word that is no known success is no proof of ownership, so the number stays where it was."""
    if word in {CodeOutcome.VERIFIED, CodeOutcome.ALREADY_VERIFIED}:
        return CodeOutcome(word), NumberVerdict(state=NumberState.VERIFIED, because=f"Its code was accepted ({word}).")
    because = f"Its code was not accepted ({word or 'no answer'}): read out the newest code, or have it sent again."
    return CodeOutcome.REJECTED, NumberVerdict(state=NumberState.UNVERIFIED, because=because)
