"""The third step: have each number texted or called, and hand Telnyx the codes that people read out."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from temporalio import activity

from activities.ports import Accounts, Telnyx
from activities.reading import judged, look
from activities.trouble import PERSON_NEEDED, question, retried
from domain.contact_hours import contact_hours
from domain.messages import NumberResult, NumberVerdict, Verdict
from domain.sending_codes import Restraint, Sending, codes_lost, plan_sending
from domain.tables import listed
from domain.vocabulary import CodeOutcome, Next, NumberState
from domain.work import CodesVerdict, OrderInHand, RequestCodes, SendingVerdict, TryCodes
from telnyx_api.errors import Conflict, FixInput, NotFound
from telnyx_api.replies import CodeRequest

_LOOK_FIRST = (FixInput, NotFound, Conflict)
"""Refusals that the order itself may explain: it may have ended, or been changed in the portal."""


class OwnershipActivities:
    """Requests and submits ownership codes."""

    def __init__(self, accounts: Accounts, restraint: Restraint) -> None:
        self._accounts = accounts
        self._restraint = restraint

    @activity.defn(name="request_codes")
    async def request_codes(self, work: RequestCodes) -> SendingVerdict:
        """Have the numbers texted or called, as often as our own restraint and the contact hours allow.

        A number that Telnyx refuses to send to says why. A repetition of a lost attempt sends another code, which does
        no harm: people read out the newest one.
        """
        hours = contact_hours(work.contact_hours)
        sending = plan_sending(work.phone_numbers, work.earlier, work.now, self._restraint, hours)
        if not sending.now:
            return _held_back(sending, work)
        try:
            async with retried():
                telnyx = self._accounts.telnyx(work.account)
                replies = await telnyx.request_codes(work.order_id, sending.now, work.method)
        except PERSON_NEEDED as error:
            return SendingVerdict(**dict(await self._explained(error, work, "send the codes")), order_id=work.order_id)
        return _asked_for(replies, sending, work)

    @activity.defn(name="submit_codes")
    async def submit_codes(self, work: TryCodes) -> CodesVerdict:
        """Submit codes; a wrong one is an answer. Submitting the same again is safe: Telnyx then says so."""
        try:
            async with retried():
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

    async def _explained(self, error: Exception, work: OrderInHand, doing: str) -> Verdict:
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
        return question(error, doing, open_).model_copy(update={"numbers": seen})

    async def _judged(self, telnyx: Telnyx, work: OrderInHand) -> Verdict:
        async with retried():
            order = judged(await look(telnyx, work.order_id), work)
        return Verdict(**{name: getattr(order, name) for name in Verdict.model_fields})


def _held_back(sending: Sending, work: RequestCodes) -> SendingVerdict:
    """Nothing is sent now: at night, a moment after the last code, or after too many of them."""
    if sending.not_before is not None:
        because = f"Codes go out within the contact hours {work.contact_hours}: next at {_instant(sending.not_before)}."
        told = NumberVerdict(state=NumberState.UNVERIFIED, because=because)
        numbers = dict.fromkeys(work.phone_numbers, told)
        return SendingVerdict(next=Next.WAIT, because=because, numbers=numbers, not_before=sending.not_before)
    if sending.exhausted:
        because = f"Enough codes were sent to {listed(sending.exhausted)}: support is asked why none arrives."
        return SendingVerdict(next=Next.ASK, because=because, need=codes_lost(sending.exhausted))
    earliest = min(sending.too_soon.values())
    because = f"A code was sent a moment ago: wait for it, another may be sent from {_instant(earliest)} on."
    return SendingVerdict(next=Next.WAIT, because=because)


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%d %B %H:%M:%S} UTC"


def _asked_for(replies: Sequence[CodeRequest], sending: Sending, work: RequestCodes) -> SendingVerdict:
    numbers = {reply.phone_number: _sent(reply, work.method) for reply in replies}
    wanted = {number: told for number, told in numbers.items() if number in work.phone_numbers}
    unsent = [reply.phone_number for reply in replies if reply.error is not None]
    need = codes_lost(sending.exhausted) if sending.exhausted else None
    return SendingVerdict(
        next=Next.GO_ON, numbers=wanted, order_id=work.order_id, sent=sending.now, unsent=unsent, need=need
    )


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
