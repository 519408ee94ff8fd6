"""Step 3: Telnyx sends each number a code, people read the codes out, and Telnyx checks them."""

from contextlib import suppress

from temporalio import activity

from activities.code_verdicts import (
    await_unanswered,
    explain_unknown_codes,
    hold_back,
    judge_code,
    next_time_for_unanswered,
    report_requested,
    with_counts,
)
from activities.heartbeats import send_heartbeats
from activities.order_state import judge, read_order
from activities.ports import Accounts, Telnyx
from activities.telnyx_failures import PERSON_NEEDED, ask_person, let_temporal_retry, retry_later
from domain.activity_io import CodeRequestVerdict, CodesVerdict, CurrentOrder, RequestCodes, TryCodes
from domain.code_limits import CodeLimits, CodePlan, count_attempt, plan_codes
from domain.contact_hours import parse_contact_hours
from domain.messages import NumberResult
from domain.verdicts import NumberVerdict, Verdict
from domain.vocabulary import Next
from telnyx_api.errors import Conflict, FixInput, NotFound, OutcomeUnknown, TelnyxError, TryLater
from telnyx_api.replies import CodeRequest

_ORDER_MAY_EXPLAIN = (FixInput, NotFound, Conflict)
"""Refusals of codes for an order that may have ended, or that someone changed in the portal."""


class OwnershipActivities:
    """Requests and submits ownership codes."""

    def __init__(self, accounts: Accounts, limits: CodeLimits) -> None:
        self._accounts = accounts
        self._limits = limits

    @activity.defn(name="request_codes")
    async def request_codes(self, given: RequestCodes) -> CodeRequestVerdict:
        """Have the numbers texted or called, within our own limits and the contact hours.

        A request without an answer may have sent a code, so it counts as sent: the next code waits as long as after any
        other, and the last one allowed is the last. Such a request is not retried here, since only the newest code is
        right and the one before may be on its way to a person.
        """
        work = _restore(given)
        at, hours = activity.info().started_time, parse_contact_hours(work.contact_hours)
        plan = plan_codes(work.phone_numbers, work.earlier, at, self._limits, hours)
        if next_at := next_time_for_unanswered(plan, work):
            return with_counts(await_unanswered(work, next_at), work, given)
        if not plan.now:
            return with_counts(hold_back(plan, work), work, given)
        verdict, counted = await self._request(work, plan)
        return with_counts(verdict, counted, given)

    async def _request(self, work: RequestCodes, plan: CodePlan) -> tuple[CodeRequestVerdict, RequestCodes]:
        """The verdict, and the work with what was sent by now."""
        at = activity.info().started_time
        requested = count_attempt(work, plan.now, at)
        try:
            if work.unanswered:
                await self._wait_for_telnyx(work)
            replies = await self._send(work, requested, plan.now)
        except OutcomeUnknown:
            return await_unanswered(requested, at + self._limits.spacing), requested
        except PERSON_NEEDED as error:
            explained = await self._explain(error, work, "send the codes")
            return CodeRequestVerdict(**dict(explained), order_id=work.order_id), work
        return report_requested(replies, plan, work), requested

    async def _wait_for_telnyx(self, work: RequestCodes) -> None:
        """Fail while Telnyx does not answer: through an outage no second code may be sent."""
        async with let_temporal_retry():
            await self._accounts.telnyx(work.account).get_order(work.order_id)

    async def _send(self, work: RequestCodes, requested: RequestCodes, numbers: list[str]) -> list[CodeRequest]:
        """Ask Telnyx for the codes. The note says that they may have been sent, in case this worker dies."""
        async with send_heartbeats(requested):
            try:
                return await self._accounts.telnyx(work.account).request_codes(work.order_id, numbers, work.method)
            except TryLater as error:
                activity.heartbeat(work)  # nothing was sent
                raise retry_later(error) from None

    @activity.defn(name="submit_codes")
    async def submit_codes(self, work: TryCodes) -> CodesVerdict:
        """Submit codes. A wrong code is an answer, and a right one may be submitted twice: Telnyx says so then."""
        try:
            async with let_temporal_retry():
                telnyx = self._accounts.telnyx(work.account)
                codes = {entry.phone_number: entry.code for entry in work.codes}
                replies = await telnyx.submit_codes(work.order_id, codes)
        except PERSON_NEEDED as error:
            return CodesVerdict(**dict(await self._explain(error, work, "take the codes")))
        statuses = {reply.phone_number: reply.status for reply in replies}
        judged = {number: judge_code(statuses.get(number, "")) for number in codes}
        results = [NumberResult(phone_number=number, result=result) for number, (result, _) in judged.items()]
        numbers = {number: verdict for number, (_, verdict) in judged.items()}
        unknown = explain_unknown_codes({number: statuses.get(number, "") for number in codes})
        return CodesVerdict(next=Next.GO_ON, because=unknown, numbers=numbers, results=results)

    async def _explain(self, error: TelnyxError, work: CurrentOrder, action: str) -> Verdict:
        """What the order itself says when Telnyx refuses, else a question to a person about the open numbers."""
        found: dict[str, NumberVerdict] = {}
        if isinstance(error, _ORDER_MAY_EXPLAIN):
            with suppress(*PERSON_NEEDED):  # an order that cannot be read explains nothing
                verdict = await _judge_order(self._accounts.telnyx(work.account), work)
                if verdict.next in {Next.GO_ON, Next.AGAIN}:
                    return verdict
                found = verdict.numbers
        ended = {number for number, verdict in found.items() if verdict.state.is_final}
        return ask_person(error, action, sorted(work.states().keys() - ended)).model_copy(update={"numbers": found})


def _restore(given: RequestCodes) -> RequestCodes:
    """The work as the last attempt left it."""
    left = activity.info().heartbeat_details
    return RequestCodes.model_validate(left[0]) if left else given


async def _judge_order(telnyx: Telnyx, work: CurrentOrder) -> Verdict:
    async with let_temporal_retry():
        order = judge(await read_order(telnyx, work.order_id), work)
    return Verdict(**{name: getattr(order, name) for name in Verdict.model_fields})
