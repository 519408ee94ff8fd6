"""`python -m tools.demo`: a whole installation on this machine takes thirteen numbers through the five steps.

With `--stay` it keeps running afterwards, with one request that waits for a person, until Ctrl-C.
"""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

from runtime.private_files import keep_private
from tools.demo import after, documents, story
from tools.demo.narrator import Narrator
from tools.demo.person import Person
from tools.demo.processes import DemoFailed
from tools.demo.stack import Stack

ROOT = Path(__file__).parents[2]
RUNS = ROOT / ".run"
_STOPPED = 130


def play(stack: Stack, narrator: Narrator) -> None:
    """Import the CSV, answer what the requests ask, and compare their ends with the story."""
    narrator.heading("Import seven requests from a CSV file")
    for reference, about in story.ABOUT.items():
        narrator.event(reference, about)
    stack.receive_webhooks(*documents.profiles())
    narrator.command(["hosted-sms", "import", "tools/demo/examples/orders.csv"])
    narrator.reply(stack.hosted_sms("import", "tools/demo/examples/orders.csv").out)
    narrator.heading("Answer what the requests ask, with the commands that you would type")
    references = list(story.ABOUT)
    person = Person(
        stack, narrator, documents=story.documents_when_asked(), mistypes=[story.MISTYPED], settles=[story.REJECTED]
    )
    person.work(references)
    shown = stack.hosted_sms.show(references)
    orders = stack.telnyx.orders()
    story.check(shown, orders)
    narrator.heading("How every number ended")
    narrator.table(shown)
    narrator.plain("\n" + "\n".join(story.epilogue(orders)))


def run(folder: Path, narrator: Narrator, *, stay: bool) -> None:
    """Start the installation, play the story and, if `stay`, keep running until Ctrl-C."""
    narrator.heading("Start Temporal, a simulated Telnyx, and the three programs of Hosted SMS")
    with Stack(folder) as stack:
        try:
            narrator.event("installation", f"runs. Temporal's UI: {stack.ui}")
            _play_or_report(stack, narrator, stay=stay)
            if stay:
                after.stay(stack, narrator, RUNS / "env")
        except DemoFailed as error:
            error.add_note(stack.tails())
            raise
    if not stay:
        narrator.plain(
            f"\nEvery number ended as expected, after {narrator.seconds:.0f} seconds. `make up` keeps it running."
        )


def _play_or_report(stack: Stack, narrator: Narrator, *, stay: bool) -> None:
    """Play the story. If `stay`, a failed story is only reported, so that one can look at what is running."""
    try:
        play(stack, narrator)
    except DemoFailed as error:
        if not stay:
            raise
        stack.must_run()
        narrator.failed(str(error), "")


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Exit code 0 if everything ended as expected, 1 if not, 130 after an interrupt before the end."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo", description=__doc__)
    parser.add_argument("--stay", action="store_true", help="keep running afterwards, until Ctrl-C")
    stay = parser.parse_args().stay
    keep_private()
    signal.signal(signal.SIGTERM, _stop)
    narrator = Narrator()
    RUNS.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=time.strftime("%H%M%S-"), dir=RUNS))
    try:
        run(folder, narrator, stay=stay)
    except DemoFailed as error:
        narrator.failed(str(error), "\n".join(getattr(error, "__notes__", [])))
        return 1  # the folder with the logs is kept
    except KeyboardInterrupt:
        shutil.rmtree(folder, ignore_errors=True)
        return _STOPPED
    shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
