"""A run passes only when nothing is wrong and enough was done; what it tells fits a terminal and names each case."""

import io
from collections import Counter

import pytest
from rich.console import Console

from chaos import plan, report
from chaos.judge import Case, Judgement
from chaos.plan import Blow
from chaos.run import Outcome
from chaos.tally import Tally

PLAN = plan.drawn(25, 1)
ALL_BLOWS = Counter(str(strike.blow) for strike in PLAN.strikes)
CASE = Case("r-1", "was active, and became deleted at 12:00:02", "+13125554001", "o-1")
KINDS = ("lost", "doubled", "untrue", "switched_off", "asks")


def outcome(wrong: str = "", *, blows: Counter[str] = ALL_BLOWS, faults: int = 100, cases: int = 1) -> Outcome:
    tally = Tally(blows=blows, answers=Counter(codes=50), known_after_restart=[(3, 3), (25, 25)])
    judgement = Judgement(**{kind: [CASE] * cases if kind == wrong else [] for kind in KINDS})
    return Outcome(PLAN, tally, judgement, None, Counter({"500": faults}), 100.0)


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
    assert not outcome(faults=0).passed


def test_everything_that_is_told_fits_eighty_columns() -> None:
    assert max(map(len, told(outcome("lost", cases=50)).splitlines())) <= 80
