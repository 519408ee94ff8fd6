"""A run passes only when nothing is wrong and enough was done; what it tells fits a terminal and names each case."""

import io
from collections import Counter

import pytest
from rich.console import Console

from tests.tools.chaos.histories import at
from tools.chaos import plan, report
from tools.chaos.ends import Case
from tools.chaos.judge import Judgement
from tools.chaos.outcome import Outcome, share_failed
from tools.chaos.people import BY_SIGNAL
from tools.chaos.plan import Blow, Plan
from tools.chaos.recovery import Recovery
from tools.chaos.tally import Tally
from tools.chaos.telnyx_faults import ALL_KINDS

PLAN = plan.drawn(25, 1)
ALL_BLOWS = Counter(str(strike.blow) for strike in PLAN.strikes)
CASE = Case("r-1", "was active, and became deleted at 12:00:02", "+13125554001", "o-1")
KINDS = ("lost", "doubled", "untrue", "switched_off", "asks")


LARGE = plan.drawn(200, 1)
EVERY_FAULT = Counter(dict.fromkeys(ALL_KINDS, 3))
WORST = Recovery(61.5, "Temporal server", at(5), "chaos-0012, place_order", 1234)


def outcome(  # noqa: PLR0913 - the parts of a run of which one is wrong
    wrong: str = "",
    *,
    of: Plan = PLAN,
    blows: Counter[str] = ALL_BLOWS,
    faults: Counter[str] = EVERY_FAULT,
    answers: tuple[str, ...] = ("codes", BY_SIGNAL),
    share: float = 0.2,
    cases: int = 1,
) -> Outcome:
    tally = Tally(blows=blows, answers=Counter(dict.fromkeys(answers, 5)), known_after_restart=[(3, 3), (25, 25)])
    judgement = Judgement(**{kind: [CASE] * cases if kind == wrong else [] for kind in KINDS})
    return Outcome(of, tally, judgement, WORST, WORST, faults, share, 100.0)


def told(one: Outcome) -> str:
    written = io.StringIO()
    report.tell(Console(file=written, width=80, highlight=False, markup=False), one)
    return written.getvalue()


def test_a_run_without_a_case_passes() -> None:
    assert outcome().passed
    assert "All of it as it should be: seed 1" in told(outcome())


@pytest.mark.parametrize("kind", KINDS)
def test_one_case_of_any_kind_fails_the_run_and_is_named(kind: str) -> None:
    one = outcome(kind)
    assert not one.passed
    text = " ".join(told(one).split())
    assert "r-1 +13125554001 o-1: was active, and became deleted at 12:00:02" in text
    assert "It did not hold: seed 1" in text


@pytest.mark.parametrize("blow", Blow)
def test_a_run_in_which_a_blow_never_took_place_fails(blow: Blow) -> None:
    one = outcome(blows=Counter({name: count for name, count in ALL_BLOWS.items() if name != blow}))
    assert not one.passed
    assert f"no {blow} took place" in told(one)


def test_a_run_without_a_fault_fails() -> None:
    assert not outcome(faults=Counter()).passed


@pytest.mark.parametrize("kind", sorted(ALL_KINDS))
def test_a_large_run_in_which_one_kind_of_fault_never_struck_fails(kind: str) -> None:
    faults = Counter({name: count for name, count in EVERY_FAULT.items() if name != kind})
    one = outcome(of=LARGE, faults=faults)
    assert not one.passed
    assert f"no fault {kind} took place" in told(one)
    assert outcome(faults=faults).passed, "a small run cannot meet every kind"


def test_a_large_run_without_a_bare_signal_or_with_too_few_failed_calls_fails() -> None:
    assert outcome(of=LARGE).passed
    assert not outcome(of=LARGE, answers=("codes",)).passed
    assert not outcome(of=LARGE, share=0.14).passed


def test_the_share_of_failed_calls_is_that_of_the_storm() -> None:
    calls = [
        {"at": at(second).isoformat(), "status": status} for second, status in enumerate([200, None, 500, 404, 422])
    ]
    assert share_failed(calls, at(4)) == 0.75
    assert share_failed([], at(4)) == 0.0


def test_everything_that_is_told_fits_eighty_columns() -> None:
    assert max(map(len, told(outcome("lost", cases=50)).splitlines())) <= 80
