"""`python -m tools.demo`: a whole installation on this machine takes thirteen numbers through the five steps.

With `--stay` it goes on running afterwards, with one request that waits for a person, until Ctrl-C.
"""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

from tools.demo import after, documents, story
from tools.demo.narrator import Telling
from tools.demo.person import Person
from tools.demo.processes import DemoFailed
from tools.demo.stack import Stack

ROOT = Path(__file__).parents[2]
RUNS = ROOT / ".run"
_STOPPED = 130


def play(stack: Stack, telling: Telling) -> None:
    """Imports the CSV, answers what is asked, and compares the end with the story."""
    telling.chapter("A CSV of seven requests goes in")
    for reference, about in story.ABOUT.items():
        telling.happened(reference, about)
    stack.bring_webhooks(*documents.profiles())
    telling.command(["hosted-sms", "import", "tools/demo/examples/orders.csv"])
    telling.answer(stack.hosted_sms("import", "tools/demo/examples/orders.csv").out)
    telling.chapter("Whoever is needed is asked; you would type the same")
    references = list(story.ABOUT)
    person = Person(stack, telling, drawer=story.drawer(), mistypes=[story.MISTYPED], settles=[story.REJECTED])
    person.work(references)
    shown = stack.hosted_sms.show(references)
    orders = stack.telnyx.orders()
    story.must_have_come_true(shown, orders)
    telling.chapter("How it ended")
    telling.table(shown)
    telling.plain("\n" + "\n".join(story.epilogue(orders)))


def run(folder: Path, telling: Telling, *, stay: bool) -> None:
    """Starts the installation, plays the story and, if wanted, stays."""
    telling.chapter("Starting Temporal, a simulated Telnyx, the console, the webhooks and a worker")
    with Stack(folder) as stack:
        try:
            telling.happened("installation", f"runs; Temporal's UI is at {stack.ui}")
            _play_or_tell(stack, telling, stay=stay)
            if stay:
                after.stay(stack, telling, RUNS / "env")
        except DemoFailed as error:
            error.add_note(stack.tails())
            raise
    if not stay:
        telling.plain(f"\nAll of it as it should be, in {telling.seconds:.0f} seconds. `make up` keeps it running.")


def _play_or_tell(stack: Stack, telling: Telling, *, stay: bool) -> None:
    """Play the story. An installation that stays up stays up although its story failed: someone wants to look at it."""
    try:
        play(stack, telling)
    except DemoFailed as error:
        if not stay:
            raise
        stack.must_run()
        telling.failed(str(error), "")


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Exit code 0 when everything ended as it should, 1 when not, 130 when it was stopped before its end."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo", description=__doc__)
    parser.add_argument("--stay", action="store_true", help="go on running afterwards, until Ctrl-C")
    stay = parser.parse_args().stay
    signal.signal(signal.SIGTERM, _stop)
    telling = Telling()
    RUNS.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=time.strftime("%H%M%S-"), dir=RUNS))
    try:
        run(folder, telling, stay=stay)
    except DemoFailed as error:
        telling.failed(str(error), "\n".join(getattr(error, "__notes__", [])))
        return 1  # the folder stays, for whoever looks for the cause
    except KeyboardInterrupt:
        shutil.rmtree(folder, ignore_errors=True)
        return _STOPPED
    shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
