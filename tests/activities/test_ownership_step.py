"""The third step: codes are sent, and what people read out is handed to Telnyx."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from activities.ownership import OwnershipActivities
from domain.activity_io import CodeHistory, CodeRequestVerdict, CodesVerdict, RequestCodes, TryCodes
from domain.code_limits import CODES_LOST, CodeLimits
from domain.contact_hours import ZONES
from domain.messages import Code, NumberResult
from domain.vocabulary import CodeOutcome, Next, NumberState
from telnyx_api.errors import OutcomeUnknown
from telnyx_api.replies import CodeResult
from tests.activities.stage import A, Attempt, B, OneClient, Stage, in_hand

if TYPE_CHECKING:
    from domain.verdicts import Verdict

RESTRAINT = CodeLimits(spacing=timedelta(seconds=60), at_most=3)
NOON = datetime(2026, 11, 24, 12, tzinfo=ZONES["Central"])
CANNOT_BE_SENT, ALREADY = "+15005553006", "+15005553008"


def wrong(code: str) -> str:
    return "00000" if code != "00000" else "11111"


async def request(
    stage: Stage,
    order_id: str,
    *numbers: str,
    method: str = "sms",
    known: NumberState = NumberState.UNVERIFIED,
    **more: Any,
) -> CodeRequestVerdict:
    work = RequestCodes(
        **dict(in_hand(order_id, dict.fromkeys(numbers, known))),
        phone_numbers=list(numbers),
        method=method,
        **more,
    )
    return await Attempt(at=NOON).run(OwnershipActivities(stage.accounts, RESTRAINT).request_codes, work)


def codes_work(order_id: str, codes: dict[str, str]) -> TryCodes:
    entries = [Code(phone_number=number, code=code) for number, code in codes.items()]
    return TryCodes(**dict(in_hand(order_id, dict.fromkeys(codes, NumberState.UNVERIFIED))), codes=entries)


async def submit(stage: Stage, order_id: str, codes: dict[str, str]) -> CodesVerdict:
    return await Attempt().run(OwnershipActivities(stage.accounts, RESTRAINT).submit_codes, codes_work(order_id, codes))


def results(verdict: CodesVerdict) -> dict[str, str]:
    return {entry.phone_number: entry.result for entry in verdict.results}


@pytest.mark.parametrize(("method", "said"), [("sms", "texted"), ("call", "called")])
async def test_a_code_reaches_the_handset_by_the_chosen_way(stage: Stage, method: str, said: str) -> None:
    verdict = await request(stage, await stage.order(A), A, method=method)
    assert verdict.next is Next.GO_ON
    assert verdict.numbers[A].state is NumberState.UNVERIFIED
    assert said in verdict.numbers[A].because
    inbox = (await stage.outside.get("/_simulator/inbox", params={"phone_number": A})).json()
    assert [entry["method"] for entry in inbox] == [method]


async def test_an_error_for_one_number_within_a_success_is_told_for_that_number(stage: Stage) -> None:
    verdict = await request(stage, await stage.order(A, CANNOT_BE_SENT), A, CANNOT_BE_SENT)
    assert verdict.next is Next.GO_ON
    assert "texted" in verdict.numbers[A].because
    assert "could not send a code" in verdict.numbers[CANNOT_BE_SENT].because


async def test_right_codes_prove_ownership(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    verdict = await submit(stage, order_id, await stage.codes(order_id, A, B))
    assert verdict.next is Next.GO_ON
    assert results(verdict) == {A: CodeOutcome.VERIFIED, B: CodeOutcome.VERIFIED}
    assert {told.state for told in verdict.numbers.values()} == {NumberState.VERIFIED}


async def test_a_wrong_code_is_an_answer_beside_a_right_one(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    codes = await stage.codes(order_id, A, B)
    verdict = await submit(stage, order_id, {A: codes[A], B: wrong(codes[B])})
    assert results(verdict) == {A: CodeOutcome.VERIFIED, B: CodeOutcome.REJECTED}
    assert verdict.numbers[B].state is NumberState.UNVERIFIED


async def test_a_code_handed_in_again_after_a_lost_answer_still_proves_ownership(stage: Stage) -> None:
    order_id = await stage.order(A)
    codes = await stage.codes(order_id, A)
    await stage.faults("timeout_after_commit", calls=["submit_codes"], times=1, delay=1.0)
    first = Attempt()
    step = OwnershipActivities(stage.accounts, RESTRAINT).submit_codes
    failure = await first.fails(step, codes_work(order_id, codes))
    assert failure.type == OutcomeUnknown.__name__
    verdict = await first.next().run(step, codes_work(order_id, codes))
    assert results(verdict) == {A: CodeOutcome.ALREADY_VERIFIED}
    assert verdict.numbers[A].state is NumberState.VERIFIED


async def test_a_number_that_needs_no_proof_is_verified(stage: Stage) -> None:
    verdict = await submit(stage, await stage.order(ALREADY), {ALREADY: "12345"})
    assert results(verdict) == {ALREADY: CodeOutcome.ALREADY_VERIFIED}


class Answering:
    """A client that answers every code with the same words."""

    def __init__(self, *rows: tuple[str, str]) -> None:
        self._rows = rows

    async def submit_codes(self, _order_id: str, _codes: object) -> list[CodeResult]:
        return [CodeResult(phone_number=number, status=word) for number, word in self._rows]


@pytest.mark.parametrize("word", ["accepted", "", "verified_maybe", "pending"])
async def test_a_word_that_is_no_known_success_is_no_proof(word: str) -> None:
    activities = OwnershipActivities(OneClient(Answering((A, word))), RESTRAINT)  # type: ignore[arg-type]  # one call is all it needs
    verdict = await Attempt().run(activities.submit_codes, codes_work("order-1", {A: "12345"}))
    assert results(verdict) == {A: CodeOutcome.REJECTED}
    assert verdict.numbers[A].state is NumberState.UNVERIFIED
    assert (word or "no answer") in verdict.numbers[A].because


async def test_an_answer_about_another_number_proves_nothing() -> None:
    activities = OwnershipActivities(OneClient(Answering((B, "verified"))), RESTRAINT)  # type: ignore[arg-type]  # as above
    verdict = await Attempt().run(activities.submit_codes, codes_work("order-1", {A: "12345"}))
    assert verdict.results == [NumberResult(phone_number=A, result=CodeOutcome.REJECTED)]
    assert set(verdict.numbers) == {A}


@pytest.mark.parametrize("word", ["failed", "deleted", "carrier_rejected"])
async def test_codes_for_an_ended_order_tell_how_it_ended(stage: Stage, word: str) -> None:
    order_id = await stage.order(A)
    await stage.portal(order_id, word)
    state = NumberState.REJECTED if word == "carrier_rejected" else NumberState.FAILED
    submitted = await submit(stage, order_id, {A: "12345"})
    requested = await request(stage, order_id, A)
    assert submitted.results == []
    assert (submitted.next, submitted.numbers[A].state) == (Next.GO_ON, state)
    assert (requested.next, requested.numbers[A].state) == (Next.GO_ON, state)


async def test_codes_for_an_order_that_is_gone_are_a_verdict_and_no_error(stage: Stage) -> None:
    gone = "00000000-0000-4000-8000-000000000001"
    assert (await submit(stage, gone, {A: "12345"})).numbers[A].state is NumberState.FAILED
    assert (await request(stage, gone, A)).numbers[A].state is NumberState.FAILED


async def test_a_refusal_that_the_order_does_not_explain_is_a_question(stage: Stage) -> None:
    order_id = await stage.order(A)
    await stage.faults("422", calls=["request_codes", "submit_codes"], pointer="/phone_numbers/0")
    for verdict in (await submit(stage, order_id, {A: "12345"}), await request(stage, order_id, A)):
        assert verdict.next is Next.ASK
        assert verdict.need is not None
        assert verdict.need.numbers == [A]
        assert "/phone_numbers/0" in verdict.need.guidance


async def test_a_refused_key_is_a_question_that_holds_no_code(stage: Stage) -> None:
    order_id = await stage.order(A)
    await stage.faults("401", calls=["submit_codes"])
    verdict = await submit(stage, order_id, {A: "70412"})
    assert verdict.next is Next.ASK
    assert "70412" not in verdict.model_dump_json()


@pytest.mark.parametrize("kind", ["429", "500", "reset"])
async def test_codes_that_waiting_may_bring_through_are_handed_in_again(stage: Stage, kind: str) -> None:
    order_id = await stage.order(A)
    await stage.faults(kind, calls=["submit_codes"])
    step = OwnershipActivities(stage.accounts, RESTRAINT).submit_codes
    failure = await Attempt().fails(step, codes_work(order_id, {A: "12345"}))
    assert not failure.non_retryable
    assert "12345" not in str(failure)


async def test_codes_that_telnyx_refuses_to_send_for_now_are_asked_for_again(stage: Stage) -> None:
    order = in_hand(await stage.order(A), {A: NumberState.UNVERIFIED})
    await stage.faults("429", calls=["request_codes"])
    step = OwnershipActivities(stage.accounts, RESTRAINT).request_codes
    failure = await Attempt().fails(step, RequestCodes(**dict(order), phone_numbers=[A]))
    assert not failure.non_retryable


async def _sent_to(stage: Stage, number: str) -> int:
    return len((await stage.outside.get("/_simulator/inbox", params={"phone_number": number})).json())


async def test_a_second_code_within_a_minute_is_not_sent_and_the_sentence_says_when_it_may(stage: Stage) -> None:
    earlier = {A: CodeHistory(times=1, last=NOON - timedelta(seconds=20))}
    verdict = await request(stage, await stage.order(A), A, earlier=earlier)
    assert (verdict.next, verdict.sent) == (Next.WAIT, [])
    assert "24 November 18:00:40 UTC" in verdict.because
    assert await _sent_to(stage, A) == 0


async def test_who_was_sent_none_lately_is_sent_one_beside_who_was(stage: Stage) -> None:
    earlier = {A: CodeHistory(times=1, last=NOON - timedelta(seconds=20))}
    verdict = await request(stage, await stage.order(A, B), A, B, earlier=earlier)
    assert verdict.sent == [B]
    assert (await _sent_to(stage, A), await _sent_to(stage, B)) == (0, 1)


async def test_after_too_many_codes_support_is_asked_and_the_other_number_is_sent_one(stage: Stage) -> None:
    earlier = {A: CodeHistory(times=3, last=NOON - timedelta(hours=1))}
    order_id = await stage.order(A, B)
    verdict = await request(stage, order_id, A, B, earlier=earlier)
    assert verdict.sent == [B]
    assert verdict.need is not None
    assert (verdict.need.kind, verdict.need.topic, verdict.need.numbers) == ("support", CODES_LOST, [A])
    alone = await request(stage, order_id, A, earlier=earlier)
    assert alone.next is Next.GO_ON, "support is asked beside the codes that came, and does not hold them up"
    assert alone.need is not None
    assert alone.sent == []
    assert await _sent_to(stage, A) == 0


@pytest.mark.parametrize(("hours", "sent"), [("9-17", True), ("9-17 Pacific", True), ("13-20", False)])
async def test_codes_go_out_within_the_contact_hours_alone(stage: Stage, hours: str, sent: bool) -> None:  # noqa: FBT001 - a column of the table
    verdict = await request(stage, await stage.order(A), A, contact_hours=hours)
    assert bool(verdict.sent) is sent
    assert (verdict.not_before is None) is sent
    assert await _sent_to(stage, A) == int(sent)


@pytest.mark.parametrize("call", ["request_codes", "submit_codes"])
async def test_a_refusal_that_the_order_cannot_explain_is_a_question(stage: Stage, call: str) -> None:
    order_id = await stage.order(A)
    await stage.faults("422", calls=[call, "get"])
    if call == "submit_codes":
        verdict: Verdict = await submit(stage, order_id, {A: "12345"})
    else:
        verdict = await request(stage, order_id, A)
    assert verdict.next is Next.ASK
    assert verdict.need is not None
    assert "Telnyx refused to" in verdict.need.guidance


async def test_what_the_order_says_beside_a_refusal_is_not_forgotten(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    codes = await stage.codes(order_id, A, B)
    await stage.portal(order_id, numbers={A: "successful"})
    await stage.faults("422", calls=["submit_codes"])
    verdict = await submit(stage, order_id, codes)
    assert verdict.next is Next.ASK
    assert verdict.numbers[A].state is NumberState.ACTIVE
    assert verdict.need is not None
    assert verdict.need.numbers == [B]
