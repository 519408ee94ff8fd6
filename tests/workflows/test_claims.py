"""Which request holds a number, and what is remembered of it: the rules without a server."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.accounts import Claim, ClaimResult
from workflows.account.claims import Claims, Holder
from workflows.account.packing import pack, unpack

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
    for minutes, moved_at in ((1, 1), (30, 1), (62, None)):
        answer = claims.take(_claim("r-1", A, run=SECOND), NOW + timedelta(minutes=minutes))
        assert answer.moved is (moved_at is not None)
        assert answer.moved_at == (NOW + timedelta(minutes=moved_at) if moved_at else None)


def test_a_number_that_the_next_run_claims_later_has_moved_too() -> None:
    """A request that was started again may order its numbers one after the other."""
    claims = Claims()
    claims.take(_claim("r-1", A, B), NOW)
    claims.take(_claim("r-1", C, run=SECOND), NOW + timedelta(minutes=1))
    assert claims.take(_claim("r-1", B, run=SECOND), NOW + timedelta(minutes=59)).moved


def _next_run(claims: Claims, now: datetime) -> Claims:
    carried = Claims()
    carried.fill(unpack(pack(claims.lists(now))))
    return carried


def test_claims_are_the_same_after_a_new_run_began(claims: Claims) -> None:
    claims.take(_claim("r-2", B, C), NOW)
    claims.take(_claim("r-2", B, run=SECOND), NOW + timedelta(minutes=1))
    for minutes in (2, 59):
        carried = _next_run(claims, NOW + timedelta(minutes=minutes))
        assert (carried.holders, carried.left) == (claims.holders, claims.left)
    assert carried.take(_claim("r-3", A, B), NOW).holders == {A: "r-1", B: "r-2"}


def test_of_a_claim_of_long_ago_only_its_holder_goes_into_the_next_run(claims: Claims) -> None:
    """The run of such a claim decides nothing any more: what it sent has long arrived."""
    claims.take(_claim("r-1", B, run=SECOND), NOW)
    later = _next_run(claims, NOW + HOUR)
    assert later.left == {}
    assert later.holders == {"r-1": Holder([A, B])}
    assert later.take(_claim("r-2", A, B), NOW + HOUR).holders == {A: "r-1", B: "r-1"}
    assert not later.take(_claim("r-1", A, run="0190-run-of-the-third"), NOW + HOUR).moved


def test_closed_requests_are_forgotten_except_those_of_the_last_hour() -> None:
    claims = Claims()
    claims.take(_claim("old", A), NOW - 2 * HOUR)
    claims.take(_claim("alive", B), NOW - 2 * HOUR)
    claims.take(_claim("new", C), NOW)
    asked = claims.stale_claims(NOW, 10)
    assert asked == ["alive", "old"]
    claims.forget(["old"], NOW)
    assert claims.take(_claim("r", A, B, C), NOW).holders == {B: "alive", C: "new"}


def test_each_look_for_closed_requests_goes_on_where_the_last_one_ended() -> None:
    claims = Claims()
    for place in range(5):
        claims.take(_claim(f"r-{place}", f"{place:07d}"), NOW - 2 * HOUR)
    seen = [[""]]
    for _ in range(3):
        seen.append(claims.stale_claims(NOW, len("r-0r-1"), after=seen[-1][-1]))
    assert seen[1:] == [["r-0", "r-1"], ["r-2", "r-3"], ["r-4", "r-0"]]


def test_a_closed_request_that_was_started_again_meanwhile_keeps_its_claims() -> None:
    claims = Claims()
    claims.take(_claim("r-1", A), NOW - 2 * HOUR)
    asked = claims.stale_claims(NOW, 10)
    claims.take(_claim("r-1", A, run=SECOND), NOW)
    claims.forget(asked, NOW)
    assert claims.take(_claim("r-2", A), NOW).holders == {A: "r-1"}


@pytest.mark.parametrize("texts", [[], ["", "a", "abc"], ["x" * 5000, "a"], ["a ", " a"], ["\ud800", "é", '"\\\n']])
def test_packed_lists_are_the_same_afterward(texts: list[str]) -> None:
    assert unpack(pack([texts, [A, B], [""]])) == [texts, [A, B], [""]]
