"""Codes whose answer is lost may have been sent: they count, and the next comes no sooner than any other would."""

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
from tests.activities.stage import A, Attempt, B, Stage, in_hand, seconds

RESTRAINT = CodeLimits(spacing=timedelta(seconds=60), at_most=3)
MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 11, 24, 12, tzinfo=ZONES["Central"])


class Asking:
    """The attempts of one request for codes."""

    def __init__(self, stage: Stage, order_id: str, *numbers: str, at: datetime = NOON, hours: str = "") -> None:
        known = in_hand(order_id, dict.fromkeys(numbers, NumberState.UNVERIFIED))
        self.work = RequestCodes(**dict(known), phone_numbers=list(numbers), contact_hours=hours)
        self._stage = stage
        self._step = OwnershipActivities(stage.accounts, RESTRAINT).request_codes
        self._attempt = Attempt(at=at)

    async def fails(self, type_: str, *, next_after: timedelta | None = None) -> float:
        """An attempt fails; how many seconds later the next is wanted, which is when it comes unless said otherwise."""
        failure = await self._attempt.fails(self._step, self.work)
        assert failure.type == type_
        self._attempt = self._attempt.next(next_after or timedelta(seconds=seconds(failure)))
        return seconds(failure)

    async def answers(self) -> CodeRequestVerdict:
        return await self._attempt.run(self._step, self.work)

    async def waits(self, *, next_after: timedelta | None = None) -> CodeRequestVerdict:
        """Codes may have been sent: the request remembers that, and asks again when it may, unless said otherwise."""
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
        """The worker dies after it asked Telnyx, and another one takes the work up."""
        await self.answers()
        self._attempt = self._attempt.next(next_after)

    async def sent_to(self, number: str) -> int:
        return len(await self._stage.control(f"inbox?phone_number=%2B{number[1:]}"))

    async def lose_answers(self, *calls: str) -> None:
        """From now on these calls do what they are to do, and nobody learns of it."""
        await self._stage.faults("timeout_after_commit", delay=0, calls=calls or ["request_codes"])


async def test_no_more_codes_are_sent_than_any_number_is_and_support_is_asked(stage: Stage) -> None:
    asking = Asking(stage, await stage.order(A), A)
    await asking.lose_answers()
    for times in range(3):
        waiting = await asking.waits()
        assert waiting.not_before == NOON + (times + 1) * RESTRAINT.spacing
        assert waiting.unanswered == [A]
    verdict = await asking.answers()
    assert await asking.sent_to(A) == 3
    assert verdict.next is Next.GO_ON, "a code that came may be handed in"
    assert (verdict.sent, verdict.counts[A].times) == ([], 3)
    assert verdict.need == need_of_lost_codes([A], [A])


async def test_an_answer_after_lost_ones_tells_how_many_codes_there_were_and_when_the_last_was(stage: Stage) -> None:
    asking = Asking(stage, await stage.order(A, B), A, B)
    await asking.lose_answers()
    await asking.waits(next_after=5 * MINUTE)
    await stage.faults()
    verdict = await asking.answers()
    counted = CodeHistory(times=2, last=NOON + 5 * MINUTE)
    assert (verdict.sent, verdict.counts, verdict.unanswered) == ([A, B], {A: counted, B: counted}, [])
    assert verdict.need is None
    assert "texted" in verdict.numbers[A].because


async def test_codes_sent_before_count_besides(stage: Stage) -> None:
    asking = Asking(stage, await stage.order(A, B), A, B)
    asking.work = asking.work.model_copy(update={"earlier": {A: CodeHistory(times=2, last=NOON - MINUTE)}})
    await asking.lose_answers()
    await asking.waits()
    await stage.faults()
    verdict = await asking.answers()
    assert (await asking.sent_to(A), await asking.sent_to(B)) == (1, 2)
    assert {number: counted.times for number, counted in verdict.counts.items()} == {A: 3, B: 2}
    assert verdict.need is not None
    assert verdict.need.numbers == [A]
    assert "texted" in verdict.numbers[B].because


async def test_what_telnyx_refuses_for_now_counts_as_nothing(stage: Stage) -> None:
    asking = Asking(stage, await stage.order(A), A)
    await stage.faults("429", calls=["request_codes"])
    for _ in range(6):
        await asking.fails("TryLater")
    await stage.faults()
    verdict = await asking.answers()
    assert verdict.counts[A].times == await asking.sent_to(A) == 1


async def test_a_worker_that_dies_may_have_had_a_code_sent(stage: Stage) -> None:
    """What it left says so, although it never learned of an answer."""
    asking = Asking(stage, await stage.order(A), A)
    await asking.lose_answers()
    await asking.dies(next_after=timedelta(seconds=2))
    await stage.faults()
    verdict = await asking.waits()
    assert (verdict.sent, verdict.not_before) == ([A], NOON + RESTRAINT.spacing)
    assert await asking.sent_to(A) == 1
    assert (await asking.answers()).counts[A].times == 2


async def test_through_an_outage_no_code_is_sent_after_the_first(stage: Stage) -> None:
    asking = Asking(stage, await stage.order(A), A)
    await asking.lose_answers("request_codes", "get")
    await asking.waits()
    for _ in range(10):
        await asking.fails("OutcomeUnknown")
    assert await asking.sent_to(A) == 1
    await stage.faults()
    assert (await asking.answers()).counts[A].times == await asking.sent_to(A) == 2


async def test_a_refusal_after_a_lost_answer_forgets_no_code(stage: Stage) -> None:
    asking = Asking(stage, await stage.order(A), A)
    await asking.lose_answers()
    await asking.waits()
    await stage.faults("401", calls=["request_codes"])
    verdict = await asking.answers()
    assert verdict.need is not None
    assert verdict.need.kind is AskKind.ACCOUNT
    assert (verdict.sent, verdict.counts) == ([], {A: CodeHistory(times=1, last=NOON)})


async def test_contact_hours_are_those_of_the_attempt_not_of_the_wish(stage: Stage) -> None:
    before_closing = NOON.replace(hour=16, minute=59, second=30)
    asking = Asking(stage, await stage.order(A), A, at=before_closing, hours="9-17")
    await stage.faults("429", calls=["request_codes"])
    await asking.fails("TryLater", next_after=MINUTE)
    await stage.faults()
    verdict = await asking.answers()
    assert verdict.not_before == NOON.replace(hour=9) + timedelta(days=1)
    assert (verdict.sent, await asking.sent_to(A)) == ([], 0)


async def test_a_beat_in_a_long_call_leaves_what_was_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain.heartbeats, "INTERVAL", timedelta(milliseconds=1))
    attempt = Attempt(2, ["what the last attempt left"])
    left: list[object] = []

    async def call_for_long(*note: object) -> None:
        attempt.beats = 0
        async with heartbeats.send_heartbeats(*note):
            while attempt.beats < 2:  # noqa: ASYNC110 - the beats are what is waited for
                await asyncio.sleep(0.001)
        left.extend(attempt.left)

    await attempt.environment.run(call_for_long)
    await attempt.environment.run(call_for_long, "its own")
    assert left == ["what the last attempt left", "its own"]
