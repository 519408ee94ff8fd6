"""`python -m tests.quality.mutants` plants faults in `domain/`, one by one, and prints those that no test notices.

It fails if a fault survives without an explanation in `equivalent.py`, and if an explanation there is out of date.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence

from tests.quality.equivalent import EQUIVALENT
from tests.quality.faults import Fault, enumerations, faults
from tests.quality.trials import ROOT, SURVIVED, UNSEEN, find_tests, import_libraries, start_trial

TESTS = sorted((ROOT / "tests/domain").glob("test_*.py"))
AT_ONCE = os.cpu_count() or 1


def all_faults(only: Sequence[str] = ()) -> list[Fault]:
    """List every fault of every file of the domain, or of the named files."""
    files = sorted((ROOT / "domain").glob("*.py"))
    enums = enumerations(files)
    return [fault for file in files if not only or file.stem in only for fault in faults(file, enums)]


def verdicts_on(planted: Iterable[Fault], at_once: int = AT_ONCE) -> Iterator[tuple[Fault, int]]:
    """Give each fault with its verdict, in the order in which the trials end."""
    tests = {module: find_tests(module, TESTS) for module in {fault.module for fault in planted}}
    running: dict[int, Fault] = {}
    for fault in planted:
        while len(running) >= at_once:
            yield _next_verdict(running)
        running[start_trial(fault.module, fault.code, tests[fault.module])] = fault
    while running:
        yield _next_verdict(running)


def _next_verdict(running: dict[int, Fault]) -> tuple[Fault, int]:
    child, status = os.waitpid(-1, 0)
    return running.pop(child), os.waitstatus_to_exitcode(status)


def main(only: Sequence[str] = ()) -> int:
    """Print the score and the survivors; 0 if exactly the explained faults survive."""
    begun = time.monotonic()
    import_libraries()
    if not _sound():
        return _refused("The tests fail without any fault, so nothing can be measured.")
    verdicts = [_shown(fault, verdict) for fault, verdict in verdicts_on(all_faults(only))]
    unseen = [fault.name for fault, verdict in verdicts if verdict == UNSEEN]
    if unseen or not verdicts:
        return _refused(f"No test imports what was planted: {', '.join(unseen) or only}.")
    survived = [fault for fault, verdict in verdicts if verdict == SURVIVED]
    _tell(len(verdicts), survived, time.monotonic() - begun)
    gone = set() if only else set(EQUIVALENT) - {fault.name for fault in survived}
    if gone:
        return _refused("These faults no longer survive. Remove them from equivalent.py:", *sorted(gone))
    return 1 if any(fault.name not in EQUIVALENT for fault in survived) else 0


def _sound() -> bool:
    """Say whether the tests pass when the planted module is the one in the file."""
    file = ROOT / "domain/status_table.py"
    start_trial("domain.status_table", compile(file.read_text(), str(file), "exec"), TESTS)
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
        f"{noticed} of {planted} faults noticed, {equal} more change nothing that a test could notice (equivalent.py),"
        f" {len(survived) - equal} survived: {score:.1f} % ({seconds / 60:.1f} minutes).",
    )


def _refused(*lines: str) -> int:
    print(*lines, sep="\n", file=sys.stderr)  # noqa: T201 - as above
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
