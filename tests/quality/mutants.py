"""Plants faults in `domain/` one by one and names those that no test notices: `python -m tests.quality.mutants`.

It fails when a fault survives that `equivalent.py` does not explain, and when an explanation there is out of date.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence

from tests.quality.equivalent import EQUIVALENT
from tests.quality.faults import Fault, enumerations, faults
from tests.quality.judging import ROOT, SURVIVED, UNSEEN, get_ready, judge, judges_of

TESTS = sorted((ROOT / "tests/domain").glob("test_*.py"))
AT_ONCE = os.cpu_count() or 1


def all_faults(only: Sequence[str] = ()) -> list[Fault]:
    """Every fault of every file of the domain, or of the named ones."""
    files = sorted((ROOT / "domain").glob("*.py"))
    enums = enumerations(files)
    return [fault for file in files if not only or file.stem in only for fault in faults(file, enums)]


def judged(planted: Iterable[Fault], at_once: int = AT_ONCE) -> Iterator[tuple[Fault, int]]:
    """Each fault with what its tests made of it, as they come."""
    tests = {module: judges_of(module, TESTS) for module in {fault.module for fault in planted}}
    at_work: dict[int, Fault] = {}
    for fault in planted:
        while len(at_work) >= at_once:
            yield _next_verdict(at_work)
        at_work[judge(fault.module, fault.code, tests[fault.module])] = fault
    while at_work:
        yield _next_verdict(at_work)


def _next_verdict(at_work: dict[int, Fault]) -> tuple[Fault, int]:
    child, status = os.waitpid(-1, 0)
    return at_work.pop(child), os.waitstatus_to_exitcode(status)


def main(only: Sequence[str] = ()) -> int:
    """Print the score and the survivors; 0 when each of those is explained, and every explanation is of one of them."""
    begun = time.monotonic()
    get_ready()
    if not _sound():
        return _refused("The tests fail without any fault: nothing can be measured.")
    verdicts = [_shown(fault, verdict) for fault, verdict in judged(all_faults(only))]
    unseen = [fault.name for fault, verdict in verdicts if verdict == UNSEEN]
    if unseen or not verdicts:
        return _refused(f"No test imports what was planted: {', '.join(unseen) or only}.")
    survived = [fault for fault, verdict in verdicts if verdict == SURVIVED]
    _tell(len(verdicts), survived, time.monotonic() - begun)
    gone = set() if only else set(EQUIVALENT) - {fault.name for fault in survived}
    if gone:
        return _refused("No survivors any more, take them out of equivalent.py:", *sorted(gone))
    return 1 if any(fault.name not in EQUIVALENT for fault in survived) else 0


def _sound() -> bool:
    """Whether the tests pass when the module that is put before them is the one that stands in the file."""
    file = ROOT / "domain/status_table.py"
    judge("domain.status_table", compile(file.read_text(), str(file), "exec"), TESTS)
    return os.waitstatus_to_exitcode(os.waitpid(-1, 0)[1]) == SURVIVED


def _shown(fault: Fault, verdict: int) -> tuple[Fault, int]:
    if verdict == SURVIVED and fault.name not in EQUIVALENT:
        where = f"{fault.module.replace('.', '/')}.py:{fault.line}"
        print(f"{where}  {fault.name}", flush=True)  # noqa: T201 - what this command is for
    return fault, verdict


def _tell(planted: int, survived: Sequence[Fault], seconds: float) -> None:
    equal = sum(fault.name in EQUIVALENT for fault in survived)
    noticed = planted - len(survived)
    score = 100 * noticed / (planted - equal)
    print(  # noqa: T201 - as above
        f"{noticed} of {planted} faults noticed, {equal} more change nothing that anybody could notice (equivalent.py),"
        f" {len(survived) - equal} survived: {score:.1f} % ({seconds / 60:.1f} minutes).",
    )


def _refused(*lines: str) -> int:
    print(*lines, sep="\n", file=sys.stderr)  # noqa: T201 - as above
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
