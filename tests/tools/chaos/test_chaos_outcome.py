"""A run passes only if nothing is wrong and every planned kind of fault occurred. Its report names each wrong case."""

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
from tools.chaos.plan import FaultKind, Plan
from tools.chaos.recovery import Recovery
from tools.chaos.tally import Tally
from tools.chaos.telnyx_faults import ALL_KINDS

SMALL, LARGE = plan.draw(25, 1), plan.draw(200, 1)
PLANNED = Counter(str(fault.kind) for fault in SMALL.faults)
ALL_CALLS = Counter(dict.fromkeys(ALL_KINDS, 3))
CASE = Case("r-1", "was active, and became deleted at 12:00:02", "+13125554001", "o-1")
KINDS = ("lost", "doubled", "untrue", "switched_off", "asks")
WAIT = Recovery(61.5, "Temporal server", at(5), "chaos-0012, place_order", 1234)


def outcome(  # noqa: PLR0913 - the parts of a run, of which one is wrong
    wrong: str = "",
    *,
    of: Plan = SMALL,
    faults: Counter[str] = PLANNED,
    calls: Counter[str] = ALL_CALLS,
    answers: tuple[str, ...] = ("codes", BY_SIGNAL),
    share: float = 0.2,
    cases: int = 1,
) -> Outcome:
    tally = Tally(faults=faults, answers=Counter(dict.fromkeys(answers, 5)), known_after_restart=[(3, 3), (25, 25)])
    judgement = Judgement(**{kind: [CASE] * cases if kind == wrong else [] for kind in KINDS})
    return Outcome(of, tally, judgement, WAIT, WAIT, calls, share, 100.0)


def without(counts: Counter[str], kind: str) -> Counter[str]:
    return Counter({name: count for name, count in counts.items() if name != kind})


def printed(one: Outcome) -> str:
    written = io.StringIO()
    report.print_outcome(Console(file=written, width=80, highlight=False, markup=False), one)
    return written.getvalue()


def test_a_small_and_a_large_run_without_a_case_pass() -> None:
    assert outcome().passed
    assert outcome(of=LARGE).passed


@pytest.mark.parametrize("kind", KINDS)
def test_one_case_of_any_kind_fails_the_run_and_is_named_within_80_columns(kind: str) -> None:
    one = outcome(kind, cases=50)
    assert not one.passed
    text = printed(one)
    assert str(CASE) in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("kind", FaultKind)
def test_a_run_without_a_planned_kind_of_fault_fails(kind: FaultKind) -> None:
    [sentence] = outcome(faults=without(PLANNED, kind)).missing
    assert kind in sentence


@pytest.mark.parametrize("kind", sorted(ALL_KINDS))
def test_only_a_large_run_must_have_every_kind_of_failed_call(kind: str) -> None:
    calls = without(ALL_CALLS, kind)
    [sentence] = outcome(of=LARGE, calls=calls).missing
    assert kind in sentence
    assert outcome(calls=calls).passed


def test_a_run_without_a_failed_call_or_a_large_one_with_too_few_or_without_a_signal_fails() -> None:
    assert not outcome(calls=Counter()).passed
    assert not outcome(of=LARGE, share=0.14).passed
    assert not outcome(of=LARGE, answers=("codes",)).passed


def test_the_share_of_failed_calls_ends_with_the_faults() -> None:
    calls = [
        {"at": at(second).isoformat(), "status": status} for second, status in enumerate([200, None, 500, 404, 422])
    ]
    assert (share_failed(calls, at(4)), share_failed([], at(4))) == (0.75, 0.0)
