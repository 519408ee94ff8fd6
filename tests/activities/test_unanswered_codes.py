"""A code that Telnyx did not answer about may have been sent: it counts, and delays the next one like any other."""

import asyncio
from datetime import datetime, timedelta

import pytest

import domain.heartbeats
from activities import heartbeats
from activities.ownership import OwnershipActivities
from domain.activity_io import CodeHistory, CodeRequestVerdict, RequestCodes
from domain.code_limits import CodeLimits, need_of_lost_codes
from domain.contact_hours import ZONES
from domain.vocabulary import AskKind, Next, NumberState
from tests.activities.stage import A, Attempt, B, Stage, current, need_of, seconds

LIMITS = CodeLimits(spacing=timedelta(seconds=60), at_most=3)
MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 11, 24, 12, tzinfo=ZONES["Central"])


class CodeRequest:
    """The attempts of one request for codes."""

    def __init__(self, stage: Stage, order_id: str, *numbers: str, at: datetime = NOON, hours: str = "") -> None:
        order = current(order_id, dict.fromkeys(numbers, NumberState.UNVERIFIED))
        self.work = RequestCodes(**dict(order), phone_numbers=list(numbers), contact_hours=hours)
        self._stage = stage
        self._step = OwnershipActivities(stage.accounts, LIMITS).request_codes
        self._attempt = Attempt(at=at)

    async def fails(self, type_: str, *, next_after: timedelta | None = None) -> None:
        """An attempt fails. The next one follows after the delay that this one asks for, or after another time."""
        failure = await self._attempt.fails(self._step, self.work)
        assert failure.type == type_
        self._attempt = self._attempt.next(next_after or timedelta(seconds=seconds(failure)))

    async def answers(self) -> CodeRequestVerdict:
        return await self._attempt.run(self._step, self.work)

    async def waits(self, *, next_after: timedelta | None = None) -> CodeRequestVerdict:
        """Codes may have been sent. The workflow remembers that, and asks again when it may, or after another time."""
        verdict = await self.answers()
        assert (verdict.next, verdict.need) == (Next.WAIT, None)
        assert verdict.not_before is not None
        self.work = self.work.model_copy(
            update={"earlier": self.work.earlier | verdict.counts, "unanswered": verdict.unanswered}
        )
        began = self._attempt.environment.info.started_time
        self._attempt = Attempt(at=began + next_after if next_after else verdict.not_before)
        return verdict

    async def dies(self, *, next_after: timedelta) -> None:
        """The worker dies after it asked Telnyx, and another worker repeats the activity."""
        await self.answers()
        self._attempt = self._attempt.next(next_after)

    async def count_sent(self, number: str) -> int:
        return len(await self._stage.inbox(number))

    async def lose_answers(self, *calls: str) -> None:
        """From now on Telnyx does what these calls ask, and its answers are lost."""
        await self._stage.faults("timeout_after_commit", delay=0, calls=calls or ["request_codes"])


async def test_unanswered_codes_are_as_many_as_others_and_then_support_is_asked(stage: Stage) -> None:
    request = CodeRequest(stage, await stage.order(A), A)
    await request.lose_answers()
    for times in range(3):
        waiting = await request.waits()
        assert waiting.not_before == NOON + (times + 1) * LIMITS.spacing
        assert waiting.unanswered == list(waiting.numbers) == [A]
    verdict = await request.answers()
    assert await request.count_sent(A) == 3
    assert verdict.next is Next.GO_ON, "a code that arrived may be submitted"
    assert (verdict.sent, verdict.counts[A].times) == ([], 3)
    assert verdict.need == need_of_lost_codes([A], [A])


async def test_an_answer_after_a_lost_one_counts_both_codes_and_has_the_time_of_the_last(stage: Stage) -> None:
    request = CodeRequest(stage, await stage.order(A, B), A, B)
    await request.lose_answers()
    await request.waits(next_after=5 * MINUTE)
    await stage.faults()
    verdict = await request.answers()
    counted = CodeHistory(times=2, last=NOON + 5 * MINUTE)
    assert (verdict.sent, verdict.counts, verdict.unanswered) == ([A, B], {A: counted, B: counted}, [])
    assert (verdict.need, verdict.unsent) == (None, [])


async def test_codes_of_earlier_activities_count_as_well(stage: Stage) -> None:
    request = CodeRequest(stage, await stage.order(A, B), A, B)
    request.work = request.work.model_copy(update={"earlier": {A: CodeHistory(times=2, last=NOON - MINUTE)}})
    await request.lose_answers()
    await request.waits()
    await stage.faults()
    verdict = await request.answers()
    assert (await request.count_sent(A), await request.count_sent(B)) == (1, 2)
    assert {number: counted.times for number, counted in verdict.counts.items()} == {A: 3, B: 2}
    assert (need_of(verdict).numbers, verdict.unsent) == ([A], [])


async def test_a_rate_limit_counts_as_no_code(stage: Stage) -> None:
    request = CodeRequest(stage, await stage.order(A), A)
    await stage.faults("429", calls=["request_codes"])
    for _ in range(6):
        await request.fails("TryLater")
    await stage.faults()
    verdict = await request.answers()
    assert verdict.counts[A].times == await request.count_sent(A) == 1


async def test_a_code_counts_that_a_dead_worker_may_have_had_sent(stage: Stage) -> None:
    request = CodeRequest(stage, await stage.order(A), A)
    await request.lose_answers()
    await request.dies(next_after=timedelta(seconds=2))
    await stage.faults()
    verdict = await request.waits()
    assert (verdict.sent, verdict.not_before) == ([A], NOON + LIMITS.spacing)
    assert await request.count_sent(A) == 1
    assert (await request.answers()).counts[A].times == 2


async def test_no_second_code_is_sent_during_an_outage(stage: Stage) -> None:
    request = CodeRequest(stage, await stage.order(A), A)
    await request.lose_answers("request_codes", "get")
    await request.waits()
    for _ in range(10):
        await request.fails("OutcomeUnknown")
    assert await request.count_sent(A) == 1
    await stage.faults()
    assert (await request.answers()).counts[A].times == await request.count_sent(A) == 2


async def test_a_refusal_after_a_lost_answer_keeps_the_count(stage: Stage) -> None:
    request = CodeRequest(stage, await stage.order(A), A)
    await request.lose_answers()
    await request.waits()
    await stage.faults("401", calls=["request_codes"])
    verdict = await request.answers()
    assert need_of(verdict).kind is AskKind.ACCOUNT
    assert (verdict.sent, verdict.counts) == ([], {A: CodeHistory(times=1, last=NOON)})


async def test_the_contact_hours_apply_to_each_attempt(stage: Stage) -> None:
    before_closing = NOON.replace(hour=16, minute=59, second=30)
    request = CodeRequest(stage, await stage.order(A), A, at=before_closing, hours="9-17")
    await stage.faults("429", calls=["request_codes"])
    await request.fails("TryLater", next_after=MINUTE)
    await stage.faults()
    verdict = await request.answers()
    assert verdict.not_before == NOON.replace(hour=9) + timedelta(days=1)
    assert (verdict.sent, await request.count_sent(A)) == ([], 0)


async def test_the_heartbeats_of_a_long_call_keep_the_last_note_or_leave_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(domain.heartbeats, "INTERVAL", timedelta(milliseconds=1))
    attempt = Attempt(2, ["the last note"])
    left: list[object] = []

    async def run_long_call(*note: object) -> None:
        attempt.beats = 0
        async with heartbeats.send_heartbeats(*note):
            while attempt.beats < 2:  # noqa: ASYNC110 - the test waits for heartbeats
                await asyncio.sleep(0.001)
        left.extend(attempt.left)

    await attempt.environment.run(run_long_call)
    await attempt.environment.run(run_long_call, "its own")
    assert left == ["the last note", "its own"]
