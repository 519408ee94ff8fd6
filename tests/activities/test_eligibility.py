"""Step 1: which numbers may be ordered."""

import pytest

from activities.eligibility import EligibilityActivities
from activities.inventory import FEW
from domain.activity_io import CheckEligibility, EligibilityVerdict
from domain.vocabulary import AskKind, Next, NumberState
from runtime.fingerprints import Fingerprints
from simulator.settings import NEVER_KNOWN_PROFILE
from telnyx_api.errors import OutcomeUnknown
from tests.activities.stage import PROFILE, A, Attempt, B, C, Stage, need_of, seconds, states_of

WIRELESS, HERE_ALREADY, NOT_CHECKED, BILLING = "+15005550003", "+15005550006", "+15005550008", "+15005550011"
CLOSED, UNKNOWN, HOSTED_ELSEWHERE = "+15005550012", "+15005553015", "+15005553018"
FINGERPRINTS = Fingerprints(b"f" * 32)


def activities(stage: Stage) -> EligibilityActivities:
    return EligibilityActivities(stage.accounts, FINGERPRINTS)


def work(*numbers: str, profile: str = PROFILE, all_or_nothing: bool = False) -> CheckEligibility:
    return CheckEligibility(
        account="default", messaging_profile_id=profile, phone_numbers=list(numbers), all_or_nothing=all_or_nothing
    )


async def check(stage: Stage, *numbers: str, profile: str = PROFILE) -> EligibilityVerdict:
    return await Attempt().run(activities(stage).check_eligibility, work(*numbers, profile=profile))


async def test_good_numbers_go_on_and_the_others_are_left_out(stage: Stage) -> None:
    verdict = await check(stage, A, WIRELESS, B)
    assert verdict.next is Next.GO_ON
    assert states_of(verdict) == {A: NumberState.NEW, WIRELESS: NumberState.LEFT_OUT, B: NumberState.NEW}


async def test_all_or_nothing_stops_when_one_number_is_left_out(stage: Stage) -> None:
    asked = work(A, WIRELESS, all_or_nothing=True)
    verdict = await Attempt().run(activities(stage).check_eligibility, asked)
    assert verdict.next is Next.STOP


async def test_the_time_of_the_check_is_the_servers(stage: Stage) -> None:
    attempt = Attempt()
    verdict = await attempt.run(activities(stage).check_eligibility, work(A))
    assert verdict.checked_at == attempt.environment.info.started_time


async def test_a_question_before_the_check_has_no_time_of_a_check(stage: Stage) -> None:
    assert (await check(stage, A, profile=NEVER_KNOWN_PROFILE)).checked_at is None


async def test_an_unknown_status_that_a_person_accepted_goes_on(stage: Stage) -> None:
    asked = work(A, UNKNOWN).model_copy(update={"accepted": {UNKNOWN: "number_is_under_review"}})
    verdict = await Attempt().run(activities(stage).check_eligibility, asked)
    assert verdict.next is Next.GO_ON


async def test_a_profile_that_telnyx_does_not_know_is_a_question_before_any_check(stage: Stage) -> None:
    verdict = await check(stage, A, profile=NEVER_KNOWN_PROFILE)
    assert verdict.next is Next.ASK
    assert NEVER_KNOWN_PROFILE in need_of(verdict).guidance
    assert not await stage.calls("POST")


async def test_a_profile_that_was_found_is_not_looked_up_again(stage: Stage) -> None:
    step = activities(stage).check_eligibility
    for _ in range(2):
        await Attempt().run(step, work(A))
    assert len(await stage.calls("GET", f"/messaging_profiles/{PROFILE}")) == 1


@pytest.mark.parametrize("profile", ["", "..", "not an id/at all"])
async def test_a_profile_id_that_cannot_be_one_is_a_question(stage: Stage, profile: str) -> None:
    assert (await check(stage, A, profile=profile)).next is Next.ASK


@pytest.mark.parametrize("number", [NOT_CHECKED, BILLING])
async def test_a_check_that_telnyx_could_not_make_is_repeated_before_a_person_is_asked(
    stage: Stage, number: str
) -> None:
    step, pauses = activities(stage).check_eligibility, []
    attempt = Attempt(50)  # after a night in which Telnyx did not answer
    for _ in range(3):
        failure = await attempt.fails(step, work(A, number))
        assert failure.type == "NotCheckedYet"
        pauses.append(round(seconds(failure), -1))
        attempt = attempt.next()
    assert pauses == [30, 60, 90]
    verdict = await attempt.run(step, work(A, number))
    assert verdict.next is Next.ASK
    assert need_of(verdict).numbers == [number]


async def test_a_closed_account_is_a_question_at_once(stage: Stage) -> None:
    verdict = await check(stage, A, CLOSED)
    assert verdict.next is Next.ASK
    assert need_of(verdict).kind is AskKind.ACCOUNT


async def test_an_unknown_status_is_a_question_that_names_it(stage: Stage) -> None:
    verdict = await check(stage, A, UNKNOWN)
    assert verdict.next is Next.ASK
    assert "'number_is_under_review'" in need_of(verdict).guidance


async def test_a_number_of_this_accounts_inventory_is_active(stage: Stage) -> None:
    await stage.control(f"numbers/{C}", {"in_inventory": True})
    verdict = await check(stage, A, C)
    assert verdict.next is Next.GO_ON
    assert verdict.numbers[C].state is NumberState.ACTIVE


@pytest.mark.parametrize(("count", "calls"), [(FEW, FEW), (FEW + 1, 1)])
async def test_many_numbers_are_looked_for_in_the_whole_inventory(stage: Stage, count: int, calls: int) -> None:
    numbers = [f"+1212555{place:04}" for place in range(count)]
    for number in numbers[1:]:
        await stage.control(f"numbers/{number}", {"in_inventory": True})
    await stage.control(f"numbers/{numbers[0]}", {"eligible_status": "NUMBER_CAN_NOT_BE_ACTIVE_IN_YOUR_ACCOUNT"})
    verdict = await check(stage, *numbers)
    active = [number for number, state in states_of(verdict).items() if state is NumberState.ACTIVE]
    assert active == numbers[1:]
    assert len(await stage.calls("GET", "/v2/messaging_hosted_numbers")) == calls


async def test_a_number_that_the_inventory_does_not_hold_is_left_out(stage: Stage) -> None:
    verdict = await check(stage, A, HERE_ALREADY)
    assert verdict.numbers[HERE_ALREADY].state is NumberState.LEFT_OUT
    assert "number_can_not_be_active_in_your_account" in verdict.numbers[HERE_ALREADY].because


async def test_every_answer_has_the_sorted_fingerprints_of_all_numbers(stage: Stage) -> None:
    expected = sorted(FINGERPRINTS.of(number) for number in (A, B, WIRELESS))
    assert (await check(stage, A, B, WIRELESS)).fingerprints == expected
    await stage.faults("401", calls=["eligibility"])
    assert (await check(stage, A, B, WIRELESS)).fingerprints == expected


@pytest.mark.parametrize("call", ["profile", "eligibility"])
async def test_a_refused_key_is_a_question_about_the_account(stage: Stage, call: str) -> None:
    await stage.faults("401", calls=[call])
    assert need_of(await check(stage, A)).kind is AskKind.ACCOUNT


@pytest.mark.parametrize("call", ["profile", "eligibility"])
@pytest.mark.parametrize("kind", ["500", "reset", "timeout_after_commit"])
async def test_a_call_without_an_answer_is_tried_again(stage: Stage, call: str, kind: str) -> None:
    await stage.faults(kind, calls=[call], delay=1.0)
    failure = await Attempt().fails(activities(stage).check_eligibility, work(A))
    assert failure.type == OutcomeUnknown.__name__
    assert not failure.non_retryable


@pytest.mark.parametrize("wanted", [True, False])
async def test_a_number_of_another_account_goes_on_only_if_a_transfer_is_wanted(stage: Stage, *, wanted: bool) -> None:
    asked = work(A, HOSTED_ELSEWHERE).model_copy(update={"internal_transfer": wanted})
    verdict = await Attempt().run(activities(stage).check_eligibility, asked)
    assert verdict.next is Next.GO_ON
    assert verdict.hosted_elsewhere == [HOSTED_ELSEWHERE] * wanted
    assert verdict.numbers[HOSTED_ELSEWHERE].state is (NumberState.NEW if wanted else NumberState.LEFT_OUT)
    assert verdict.fingerprints
