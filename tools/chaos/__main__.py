"""`python -m tools.chaos`: injects faults into a whole installation while requests run, and judges how they ended.

Exit code 0 if nothing was lost, doubled, untrue, deleted or left open, 1 if something was, 130 after an interrupt.
"""

import argparse
import asyncio
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

from rich.console import Console
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from runtime.private_files import keep_private
from tools.chaos import existing_orders, plan, report
from tools.chaos.installation import Installation
from tools.chaos.outcome import Outcome
from tools.chaos.run import play
from tools.demo.processes import DemoFailed

RUNS = Path(__file__).parents[2] / ".run"
_WIDTH = 80
_STOPPED = 130


def run(console: Console, options: argparse.Namespace, folder: Path) -> Outcome:
    """Start an installation, run the plan of a seed on it, and end all its processes.

    Raises:
        DemoFailed: a process did not start.
    """
    drawn = plan.draw(options.requests, options.seed)
    console.print(
        f"Seed {options.seed}: {options.requests} requests, {drawn.fault_seconds:.0f} seconds of faults, then none. "
        f"Workers: {options.workers}. Orders there before: {options.existing}."
    )
    with Installation(folder, options.workers, options.existing) as installation:
        return asyncio.run(play(installation, drawn, console.print))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.chaos", description=__doc__)
    parser.add_argument("--requests", type=int, default=200, help="how many requests (200)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same plan (1)")
    parser.add_argument("--workers", type=int, default=2, choices=range(1, 9), help="how many workers (2)", metavar="N")
    parser.add_argument("--existing", type=int, default=0, help="how many orders the account has before (0)")
    options = parser.parse_args()
    if not 0 <= options.existing <= existing_orders.MOST:
        parser.error(f"--existing: at most {existing_orders.MOST}")
    return options


def _stop(_number: int, _frame: FrameType | None) -> None:
    signal.raise_signal(signal.SIGINT)


def _cpu_seconds() -> float:
    """CPU time of this process and of all that it started. Unlike the duration, it does not grow on a busy machine."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _quiet_core() -> None:
    """Silence the SDK's core, which logs each retry while the server is down."""
    errors_alone = TelemetryFilter(core_level="ERROR", other_level="ERROR")
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter=errors_alone))))


def main() -> int:
    """Play one run. Its folder is kept if the run did not pass, because the logs show the cause."""
    options = _options()
    keep_private()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell disables it for background jobs
    _quiet_core()
    console = Console(width=_WIDTH, highlight=False, markup=False, emoji=False)
    RUNS.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=time.strftime("chaos-%H%M%S-"), dir=RUNS))
    try:
        outcome = run(console, options, folder)
    except DemoFailed as error:
        console.print("\n".join([*getattr(error, "__notes__", []), f"The run failed: {error}"]))
        return 1
    except KeyboardInterrupt:
        shutil.rmtree(folder, ignore_errors=True)
        return _STOPPED
    report.print_outcome(console, outcome)
    console.print(f"All processes together took {_cpu_seconds():.0f} seconds of processor time.")
    if outcome.passed:
        shutil.rmtree(folder, ignore_errors=True)
        return 0
    console.print(f"Logs and database: {folder.relative_to(RUNS.parent)}")
    return 1


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # the SDK sometimes aborts when the interpreter shuts down
