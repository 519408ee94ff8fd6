"""Which request holds a number, and what is remembered of it: the rules without a server."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.accounts import Claim, ClaimResult
from workflows.account.claims import Claims

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
A, B, C = "aaaaaaa", "bbbbbbb", "ccccccc"
FIRST, SECOND = "0190-run-of-the-first", "0190-run-of-the-other"


def _claim(reference: str, *fingerprints: str, run: str = FIRST, void: tuple[str, ...] = ()) -> Claim:
    return Claim(reference=reference, workflow_run_id=run, fingerprints=list(fingerprints), void=list(void))


@pytest.fixture
def claims() -> Claims:
    """The request r-1 claimed A just now."""
    claims = Claims()
    claims.take(_claim("r-1", A), NOW)
    return claims


def test_a_request_may_claim_again_and_more(claims: Claims) -> None:
    assert claims.take(_claim("r-1", A, B), NOW) == ClaimResult(granted=True)
    assert claims.numbers == 2


def test_a_refused_claim_still_takes_the_free_numbers(claims: Claims) -> None:
    assert claims.take(_claim("r-2", A, B), NOW) == ClaimResult(granted=False, holders={A: "r-1"})
    assert claims.take(_claim("r-3", B), NOW).holders == {B: "r-2"}


def test_a_void_claim_loses_only_the_numbers_that_are_asked_for() -> None:
    claims = Claims()
    claims.take(_claim("r-1", A, B), NOW - 2 * HOUR)
    assert claims.take(_claim("r-2", A, void=("r-1",)), NOW) == ClaimResult(granted=True)
    assert claims.take(_claim("r-3", B), NOW).holders == {B: "r-1"}


@pytest.mark.parametrize(("ago", "moved"), [(timedelta(minutes=59), True), (HOUR, False)])
@pytest.mark.parametrize("reference", ["r-1", "r-2"])
def test_a_number_that_another_run_claimed_within_the_hour_has_moved(
    reference: str, ago: timedelta, *, moved: bool
) -> None:
    claims = Claims()
    claims.take(_claim("r-1", A), NOW - ago)
    assert claims.take(_claim(reference, A, run=SECOND, void=("r-1",)), NOW).moved is moved


def test_a_move_is_reported_for_an_hour_since_an_answer_may_be_lost(claims: Claims) -> None:
    for minutes, moved in ((1, True), (30, True), (62, False)):
        assert claims.take(_claim("r-1", A, run=SECOND), NOW + timedelta(minutes=minutes)).moved is moved


def test_a_number_that_the_next_run_claims_later_has_moved_too() -> None:
    """A request that was started again may order its numbers one after the other."""
    claims = Claims()
    claims.take(_claim("r-1", A, B), NOW)
    claims.take(_claim("r-1", C, run=SECOND), NOW + timedelta(minutes=1))
    assert claims.take(_claim("r-1", B, run=SECOND), NOW + timedelta(minutes=59)).moved


def test_claims_are_the_same_after_a_new_run_began(claims: Claims) -> None:
    carried = Claims.model_validate(claims.model_dump(mode="json"))
    assert carried.take(_claim("r-2", A), NOW).holders == {A: "r-1"}
    assert carried.take(_claim("r-1", A, run=SECOND), NOW).moved


def test_closed_requests_are_forgotten_except_those_of_the_last_hour() -> None:
    claims = Claims()
    claims.take(_claim("old", A), NOW - 2 * HOUR)
    claims.take(_claim("alive", B), NOW - 2 * HOUR)
    claims.take(_claim("new", C), NOW)
    asked = claims.stale_claims(NOW, 10)
    assert asked == ["old", "alive"]
    claims.forget(["old"], asked, NOW)
    assert claims.take(_claim("r", A, B, C), NOW).holders == {B: "alive", C: "new"}


def test_a_closed_request_that_was_started_again_meanwhile_keeps_its_claims() -> None:
    claims = Claims()
    claims.take(_claim("r-1", A), NOW - 2 * HOUR)
    asked = claims.stale_claims(NOW, 10)
    claims.take(_claim("r-1", A, run=SECOND), NOW)
    claims.forget(asked, asked, NOW)
    assert claims.take(_claim("r-2", A), NOW).holders == {A: "r-1"}


def test_twenty_thousand_numbers_fit_into_one_payload() -> None:
    """The server takes 2 MB. These are requests of five numbers, all of the last hour."""
    claims = Claims()
    for place in range(4000):
        numbers = [f"{place:04d}{number:03d}" for number in range(5)]
        claims.take(_claim(f"order-2026-11-{place:08d}", *numbers), NOW)
    assert claims.numbers == 20_000
    assert len(claims.model_dump_json()) < 500_000
