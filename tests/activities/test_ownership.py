"""Step 3: Telnyx sends codes, and the codes that people read out are submitted to it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from activities.ownership import OwnershipActivities
from domain.activity_io import CodeHistory, CodeRequestVerdict, CodesVerdict, RequestCodes, TryCodes
from domain.code_limits import CODES_LOST, CodeLimits
from domain.contact_hours import ZONES
from domain.messages import Code, NumberResult
from domain.verdicts import Verdict
from domain.vocabulary import CodeOutcome, Next, NumberState
from telnyx_api.errors import OutcomeUnknown
from telnyx_api.replies import CodeResult
from tests.activities.stage import NO_ORDER, A, Attempt, B, OneAccount, Stage, current, need_of, states_of

LIMITS = CodeLimits(spacing=timedelta(seconds=60), at_most=3)
NOON = datetime(2026, 11, 24, 12, tzinfo=ZONES["Central"])
CANNOT_BE_SENT, ALREADY = "+15005553006", "+15005553008"


def activities(stage: Stage) -> OwnershipActivities:
    return OwnershipActivities(stage.accounts, LIMITS)


def to_request(order_id: str, *numbers: str, **more: Any) -> RequestCodes:
    order = current(order_id, dict.fromkeys(numbers, NumberState.UNVERIFIED))
    return RequestCodes(**dict(order), phone_numbers=list(numbers), **more)


async def request(stage: Stage, order_id: str, *numbers: str, **more: Any) -> CodeRequestVerdict:
    return await Attempt(at=NOON).run(activities(stage).request_codes, to_request(order_id, *numbers, **more))


def to_submit(order_id: str, codes: Mapping[str, str]) -> TryCodes:
    entries = [Code(phone_number=number, code=code) for number, code in codes.items()]
    return TryCodes(**dict(current(order_id, dict.fromkeys(codes, NumberState.UNVERIFIED))), codes=entries)


async def submit(stage: Stage, order_id: str, codes: Mapping[str, str]) -> CodesVerdict:
    return await Attempt().run(activities(stage).submit_codes, to_submit(order_id, codes))


async def call(stage: Stage, name: str, order_id: str) -> Verdict:
    """Request a code for one number, or submit one."""
    if name == "submit_codes":
        return await submit(stage, order_id, {A: "12345"})
    return await request(stage, order_id, A)


def results(verdict: CodesVerdict) -> dict[str, str]:
    return {entry.phone_number: entry.result for entry in verdict.results}


BOTH_CALLS = pytest.mark.parametrize("name", ["request_codes", "submit_codes"])


@pytest.mark.parametrize("method", ["sms", "call"])
async def test_a_code_reaches_the_number_by_the_chosen_method(stage: Stage, method: str) -> None:
    verdict = await request(stage, await stage.order(A), A, method=method)
    assert (verdict.next, verdict.unsent) == (Next.GO_ON, [])
    assert states_of(verdict) == {A: NumberState.UNVERIFIED}
    assert [entry["method"] for entry in await stage.inbox(A)] == [method]


async def test_a_number_that_telnyx_cannot_send_a_code_to_is_named_beside_one_that_it_can(stage: Stage) -> None:
    verdict = await request(stage, await stage.order(A, CANNOT_BE_SENT), A, CANNOT_BE_SENT)
    assert (verdict.next, verdict.unsent) == (Next.GO_ON, [CANNOT_BE_SENT])
    assert verdict.numbers[A].because != verdict.numbers[CANNOT_BE_SENT].because


async def test_a_right_code_verifies_its_number_beside_a_wrong_one(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    right = await stage.codes(order_id, A, B)
    wrong = "00000" if right[B] != "00000" else "11111"
    verdict = await submit(stage, order_id, {A: right[A], B: wrong})
    assert verdict.next is Next.GO_ON
    assert results(verdict) == {A: CodeOutcome.VERIFIED, B: CodeOutcome.REJECTED}
    assert states_of(verdict) == {A: NumberState.VERIFIED, B: NumberState.UNVERIFIED}


async def test_a_code_that_is_submitted_again_after_a_lost_answer_verifies_its_number(stage: Stage) -> None:
    order_id = await stage.order(A)
    work = to_submit(order_id, await stage.codes(order_id, A))
    await stage.faults("timeout_after_commit", calls=["submit_codes"], times=1, delay=1.0)
    step, first = activities(stage).submit_codes, Attempt()
    failure = await first.fails(step, work)
    assert failure.type == OutcomeUnknown.__name__
    verdict = await first.next().run(step, work)
    assert results(verdict) == {A: CodeOutcome.ALREADY_VERIFIED}
    assert states_of(verdict) == {A: NumberState.VERIFIED}


async def test_a_number_that_needs_no_code_is_verified(stage: Stage) -> None:
    verdict = await submit(stage, await stage.order(ALREADY), {ALREADY: "12345"})
    assert results(verdict) == {ALREADY: CodeOutcome.ALREADY_VERIFIED}


class ScriptedTelnyx:
    """A client that answers every submission with the same statuses."""

    def __init__(self, *rows: tuple[str, str]) -> None:
        self._rows = rows

    async def submit_codes(self, _order_id: str, _codes: object) -> list[CodeResult]:
        return [CodeResult(phone_number=number, status=status) for number, status in self._rows]


@pytest.mark.parametrize(
    ("number", "status"),
    [(A, "accepted"), (A, ""), (A, "verified_maybe"), (A, "pending"), (B, "verified")],
)
async def test_only_a_known_success_for_the_same_number_verifies_it(number: str, status: str) -> None:
    step = OwnershipActivities(OneAccount(ScriptedTelnyx((number, status))), LIMITS).submit_codes
    verdict = await Attempt().run(step, to_submit("order-1", {A: "12345"}))
    assert verdict.results == [NumberResult(phone_number=A, result=CodeOutcome.REJECTED)]
    assert states_of(verdict) == {A: NumberState.UNVERIFIED}
    assert number == B or status in verdict.numbers[A].because
    assert number == B or status in verdict.because, "an unknown status reaches the person who handed the code in"


@BOTH_CALLS
@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("failed", NumberState.FAILED),
        ("deleted", NumberState.FAILED),
        ("carrier_rejected", NumberState.REJECTED),
        ("", NumberState.FAILED),
    ],
    ids=["failed", "deleted", "rejected", "unknown order"],
)
async def test_codes_for_an_order_that_has_ended_report_how_it_ended(
    stage: Stage, name: str, status: str, state: NumberState
) -> None:
    order_id = await stage.order(A) if status else NO_ORDER
    if status:
        await stage.set_status(order_id, status)
    verdict = await call(stage, name, order_id)
    assert (verdict.next, states_of(verdict)) == (Next.GO_ON, {A: state})


@BOTH_CALLS
@pytest.mark.parametrize("failing", [[], ["get"]], ids=["order is fine", "order cannot be read"])
async def test_a_refusal_that_the_order_does_not_explain_is_a_question(
    stage: Stage, name: str, failing: list[str]
) -> None:
    order_id = await stage.order(A)
    await stage.faults("422", calls=[name, *failing], pointer="/phone_numbers/0")
    verdict = await call(stage, name, order_id)
    assert verdict.next is Next.ASK
    assert need_of(verdict).numbers == [A]
    assert "/phone_numbers/0" in need_of(verdict).guidance


async def test_a_question_after_a_refusal_leaves_out_numbers_that_are_active_by_now(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    codes = await stage.codes(order_id, A, B)
    await stage.set_status(order_id, numbers={A: "successful"})
    await stage.faults("422", calls=["submit_codes"])
    verdict = await submit(stage, order_id, codes)
    assert verdict.next is Next.ASK
    assert verdict.numbers[A].state is NumberState.ACTIVE
    assert need_of(verdict).numbers == [B]


async def test_a_refused_key_is_a_question_without_the_code(stage: Stage) -> None:
    order_id = await stage.order(A)
    await stage.faults("401", calls=["submit_codes"])
    verdict = await submit(stage, order_id, {A: "70412"})
    assert verdict.next is Next.ASK
    assert "70412" not in verdict.model_dump_json()


@pytest.mark.parametrize("kind", ["429", "500", "reset"])
async def test_a_submission_that_fails_for_now_is_tried_again_and_shows_no_code(stage: Stage, kind: str) -> None:
    order_id = await stage.order(A)
    await stage.faults(kind, calls=["submit_codes"])
    failure = await Attempt().fails(activities(stage).submit_codes, to_submit(order_id, {A: "12345"}))
    assert not failure.non_retryable
    assert "12345" not in str(failure)


async def test_a_rate_limit_on_codes_is_tried_again(stage: Stage) -> None:
    order_id = await stage.order(A)
    await stage.faults("429", calls=["request_codes"])
    failure = await Attempt().fails(activities(stage).request_codes, to_request(order_id, A))
    assert not failure.non_retryable


async def test_a_second_code_within_a_minute_is_not_sent_and_the_answer_names_the_time(stage: Stage) -> None:
    earlier = {A: CodeHistory(times=1, last=NOON - timedelta(seconds=20))}
    verdict = await request(stage, await stage.order(A), A, earlier=earlier)
    assert (verdict.next, verdict.sent) == (Next.WAIT, [])
    assert "2026-11-24 18:00:40 UTC" in verdict.because
    assert not await stage.inbox(A)


async def test_a_number_without_a_recent_code_is_sent_one_beside_a_number_with_one(stage: Stage) -> None:
    earlier = {A: CodeHistory(times=1, last=NOON - timedelta(seconds=20))}
    verdict = await request(stage, await stage.order(A, B), A, B, earlier=earlier)
    assert verdict.sent == [B]
    assert (len(await stage.inbox(A)), len(await stage.inbox(B))) == (0, 1)


async def test_after_too_many_codes_support_is_asked_and_the_other_number_is_sent_one(stage: Stage) -> None:
    earlier = {A: CodeHistory(times=3, last=NOON - timedelta(hours=1))}
    order_id = await stage.order(A, B)
    verdict = await request(stage, order_id, A, B, earlier=earlier)
    need = need_of(verdict)
    assert verdict.sent == [B]
    assert (need.kind, need.topic, need.numbers) == ("support", CODES_LOST, [A])
    alone = await request(stage, order_id, A, earlier=earlier)
    assert (alone.next, alone.sent) == (Next.GO_ON, []), "earlier codes may still be submitted"
    assert need_of(alone).numbers == [A]
    assert not await stage.inbox(A)


@pytest.mark.parametrize(("hours", "sent"), [("9-17", True), ("9-17 Pacific", True), ("13-20", False)])
async def test_codes_are_sent_within_the_contact_hours_only(stage: Stage, hours: str, *, sent: bool) -> None:
    verdict = await request(stage, await stage.order(A), A, contact_hours=hours)
    assert bool(verdict.sent) is sent
    assert (verdict.not_before is None) is sent
    assert len(await stage.inbox(A)) == int(sent)
