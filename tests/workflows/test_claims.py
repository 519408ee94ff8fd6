"""Whose a number is, and what is remembered of it: the rules without a server."""

from datetime import UTC, datetime, timedelta

from domain.accounts import Claim, ClaimResult
from workflows.account.claims import Claims

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
A, B, C = "aaaaaaa", "bbbbbbb", "ccccccc"
FIRST, SECOND = "0190-run-of-the-first", "0190-run-of-the-other"


def _claim(reference: str, *fingerprints: str, run: str = FIRST, void: tuple[str, ...] = ()) -> Claim:
    return Claim(reference=reference, workflow_run_id=run, fingerprints=list(fingerprints), void=list(void))


def test_a_request_may_claim_again_and_more() -> None:
    claims = Claims()
    assert claims.take(_claim("r-1", A), NOW) == ClaimResult(granted=True)
    assert claims.take(_claim("r-1", A, B), NOW) == ClaimResult(granted=True)
    assert claims.numbers == 2


def test_the_free_ones_of_a_refused_claim_are_the_claimants() -> None:
    claims = Claims()
    claims.take(_claim("r-1", A), NOW)
    assert claims.take(_claim("r-2", A, B), NOW) == ClaimResult(granted=False, holders={A: "r-1"})
    assert claims.take(_claim("r-3", B), NOW).holders == {B: "r-2"}


def test_a_void_claim_loses_only_what_is_asked_for() -> None:
    claims = Claims()
    claims.take(_claim("r-1", A, B), NOW - 2 * HOUR)
    assert claims.take(_claim("r-2", A, void=("r-1",)), NOW) == ClaimResult(granted=True)
    assert claims.take(_claim("r-3", B), NOW).holders == {B: "r-1"}


def test_what_another_run_claimed_within_the_hour_has_moved() -> None:
    for ago, moved in ((timedelta(minutes=59), True), (HOUR, False)):
        claims = Claims()
        claims.take(_claim("r-1", A), NOW - ago)
        assert claims.take(_claim("r-1", A, run=SECOND), NOW).moved is moved
        claims = Claims()
        claims.take(_claim("r-1", A), NOW - ago)
        assert claims.take(_claim("r-2", A, run=SECOND, void=("r-1",)), NOW).moved is moved


def test_a_move_is_said_for_an_hour_since_an_answer_may_be_lost() -> None:
    claims = Claims()
    claims.take(_claim("r-1", A), NOW)
    for minutes, moved in ((1, True), (30, True), (62, False)):
        assert claims.take(_claim("r-1", A, run=SECOND), NOW + timedelta(minutes=minutes)).moved is moved


def test_a_number_that_the_next_run_asks_for_later_has_moved_too() -> None:
    """A request that was started again may order its numbers one after the other."""
    claims = Claims()
    claims.take(_claim("r-1", A, B), NOW)
    late = NOW + timedelta(minutes=59)
    claims.take(_claim("r-1", C, run=SECOND), NOW + timedelta(minutes=1))
    assert claims.take(_claim("r-1", B, run=SECOND), late).moved


def test_claims_are_the_same_after_a_new_run_began() -> None:
    claims = Claims()
    claims.take(_claim("r-1", A), NOW)
    carried = Claims.model_validate(claims.model_dump(mode="json"))
    assert carried.take(_claim("r-2", A), NOW).holders == {A: "r-1"}
    assert carried.take(_claim("r-1", A, run=SECOND), NOW).moved


def test_closed_requests_are_forgotten_but_for_those_of_the_last_hour() -> None:
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
    """The server takes 2 MB; these are requests of five numbers, all of the last hour."""
    claims = Claims()
    for place in range(4000):
        numbers = [f"{place:04d}{number:03d}" for number in range(5)]
        claims.take(_claim(f"order-2026-11-{place:08d}", *numbers), NOW)
    assert claims.numbers == 20_000
    assert len(claims.model_dump_json()) < 500_000
