"""Drives requests into each step, kills the worker there, starts it again, and lets every request come to its end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from tools.demo.documents import documents_of
from tools.demo.processes import until
from tools.demo.stack import Stack

PROFILE = "3f1b8c52-6a0e-4d8b-9c34-5b7a2f10c0ff"
HELD_FOR = 3.0
LONG_REVIEW = 25.0
"""Seconds: a list must show the step before it is over, and a command takes seconds on a slow machine."""


@dataclass(frozen=True)
class Step:
    """A moment at which the worker is killed: in the midst of a call to Telnyx, or between two of them."""

    call: str
    path: str = ""
    fault: str = "slow"

    @property
    def reference(self) -> str:
        """The request that is hit there."""
        return f"killed-{self.call}-{self.fault}".replace("_", "-")


ORDERS = "/messaging_hosted_number_orders"
LOOK = Step("get")
REVIEW = Step("review")
AT_THE_START = (
    Step("eligibility", "/eligibility_numbers_check"),
    Step("create", ORDERS),
    Step("create", ORDERS, "timeout_after_commit"),
    Step("request_codes", "/verification_codes"),
)
AFTER_THE_CODE = (Step("submit_codes", "/validation_codes"), Step("upload", "/actions/file_upload"))
STEPS = (LOOK, *AT_THE_START, *AFTER_THE_CODE, REVIEW)
LOOKS_BEFORE = 6  # each counts as an attempt, and the pause after a lost attempt grows with their number


def number_of(step: Step) -> str:
    """The number of the request that is hit there; each request has one of its own."""
    return f"+1512555{200 + STEPS.index(step):04d}"


class Battering:
    """One installation, whose worker gets killed."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def start(self, step: Step) -> None:
        """Starts a request with its papers; it needs a person only for its code."""
        loa, bill = documents_of("plain")
        number = ["--number", number_of(step)]
        papers = ["--loa", str(loa), "--bill", str(bill)]
        self.stack.hosted_sms("start", "--reference", step.reference, "--profile", PROFILE, *number, *papers)

    def kill_in(self, step: Step, begin: Callable[[], object]) -> None:
        """Begins something, kills the worker while the call is held at Telnyx, and starts another one."""
        before = len(self.stack.telnyx.calls())
        self.stack.telnyx.faults(step.fault, rate=1, calls=[step.call], times=1, delay=HELD_FOR)
        begin()
        until(f"The call {step.call}", lambda: self._held(step, before) or None)
        self.stack.telnyx.faults()
        self.restart()

    def restart(self) -> None:
        """Kills the worker as a power cut does and starts another one."""
        self.stack.worker.kill()
        self.stack.start_worker()

    def hand_in_code(self, step: Step) -> int:
        """Hands in what the handset shows; the exit code."""
        code = until("A text", lambda: self.stack.telnyx.newest_code(number_of(step)))
        return self.stack.hosted_sms.run("codes", step.reference, f"{number_of(step)}={code}").code

    def until_asked(self, step: Step) -> None:
        """Waits until the request asks for its code."""
        until("A question", lambda: "codes" in self.row(step.reference)["needs"] or None)

    def until_step(self, step: Step, name: str) -> None:
        """Waits until the request is at a step."""
        until(f"The step {name}", lambda: self.row(step.reference)["step"] == name or None)

    def row(self, reference: str) -> dict[str, Any]:
        """The request as the list shows it, for which no worker is needed."""
        return next(row for row in self.stack.hosted_sms.json("list") if row["reference"] == reference)

    def finish_all(self, within: float) -> None:
        """Answers whoever asks for a code until all requests have ended; a code that is in already is refused."""
        by_reference = {step.reference: step for step in STEPS}

        def ended() -> bool | None:
            rows = self.stack.hosted_sms.json("list")
            for row in rows:
                if "codes" in row["needs"]:
                    self.hand_in_code(by_reference[row["reference"]])
            return all(row["outcome"] != "running" for row in rows) or None

        until("The end of all requests", ended, within)

    def until_looked_at(self, times: int) -> None:
        """Waits until orders were looked at so many times."""
        until(f"{times} looks", lambda: len(self._looks()) >= times or None)

    def _held(self, step: Step, since: int) -> list[dict[str, Any]]:
        """The calls of this kind since then that have no answer yet."""
        calls = self._looks(since) if step is LOOK else self._posts(step.path, since)
        return [call for call in calls if call["status"] is None]

    def _looks(self, since: int = 0) -> list[dict[str, Any]]:
        calls = self.stack.telnyx.calls()[since:]
        return [call for call in calls if call["method"] == "GET" and f"{ORDERS}/" in call["path"]]

    def _posts(self, path: str, since: int) -> list[dict[str, Any]]:
        calls = self.stack.telnyx.calls()[since:]
        return [call for call in calls if call["method"] == "POST" and call["path"].endswith(path)]


def batter(battering: Battering) -> None:
    """Kills the worker once in each step, each time of another request."""
    battering.start(LOOK)
    battering.until_asked(LOOK)
    battering.until_looked_at(LOOKS_BEFORE)
    battering.kill_in(LOOK, lambda: None)
    for step in AT_THE_START:
        battering.kill_in(step, partial(battering.start, step))
    for step in AFTER_THE_CODE:
        _kill_after_code(battering, step)
    battering.stack.telnyx.dials(review_seconds=LONG_REVIEW)
    battering.start(REVIEW)
    battering.until_asked(REVIEW)
    battering.hand_in_code(REVIEW)
    battering.until_step(REVIEW, "review")
    battering.restart()


def _kill_after_code(battering: Battering, step: Step) -> None:
    """The person's command goes on while the worker dies."""
    battering.start(step)
    battering.until_asked(step)
    with ThreadPoolExecutor(1) as person:
        battering.kill_in(step, partial(person.submit, battering.hand_in_code, step))
