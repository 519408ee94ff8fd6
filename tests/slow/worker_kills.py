"""Brings a request into each step, kills the worker there, starts another one, and lets every request end."""

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
    """A moment at which the worker is killed: during a call to Telnyx, or between two calls."""

    call: str
    path: str = ""
    fault: str = "slow"

    @property
    def reference(self) -> str:
        """The reference of the request in this step."""
        return f"killed-{self.call}-{self.fault}".replace("_", "-")


ORDERS = "/messaging_hosted_number_orders"
POLL = Step("get")
REVIEW = Step("review")
AT_THE_START = (
    Step("eligibility", "/eligibility_numbers_check"),
    Step("create", ORDERS),
    Step("create", ORDERS, "timeout_after_commit"),
    Step("request_codes", "/verification_codes"),
)
AFTER_THE_CODE = (Step("submit_codes", "/validation_codes"), Step("upload", "/actions/file_upload"))
STEPS = (POLL, *AT_THE_START, *AFTER_THE_CODE, REVIEW)
POLLS_BEFORE = 6  # each is an attempt, and the pause after a lost attempt must not grow with their number


def number_of(step: Step) -> str:
    """The number of the request in this step. Each request has its own."""
    return f"+1512555{200 + STEPS.index(step):04d}"


class WorkerKills:
    """One installation whose worker is killed."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def start(self, step: Step) -> None:
        """Start a request with its documents. It needs a person only for its code."""
        loa, bill = documents_of("plain")
        number = ["--number", number_of(step)]
        documents = ["--loa", str(loa), "--bill", str(bill)]
        self.stack.hosted_sms("start", "--reference", step.reference, "--profile", PROFILE, *number, *documents)

    def kill_in(self, step: Step, begin: Callable[[], object]) -> None:
        """Begin something, kill the worker while Telnyx delays the call, and start another worker."""
        before = len(self.stack.telnyx.calls())
        self.stack.telnyx.faults(step.fault, rate=1, calls=[step.call], times=1, delay=HELD_FOR)
        begin()
        until(f"The call {step.call}", lambda: self._held(step, before) or None)
        self.stack.telnyx.faults()
        self.restart()

    def restart(self) -> None:
        """Kill the worker without warning, and start another one."""
        self.stack.worker.kill()
        self.stack.start_worker()

    def submit_code(self, step: Step) -> int:
        """Submit the code on the handset. Returns the exit code."""
        code = until("A text", lambda: self.stack.telnyx.newest_code(number_of(step)))
        return self.stack.hosted_sms.run("codes", step.reference, f"{number_of(step)}={code}").code

    def until_asked(self, step: Step) -> None:
        """Wait until the request asks for its code."""
        until("A question", lambda: "codes" in self.row(step.reference)["needs"] or None)

    def until_step(self, step: Step, name: str) -> None:
        """Wait until the request is in a step."""
        until(f"The step {name}", lambda: self.row(step.reference)["step"] == name or None)

    def row(self, reference: str) -> dict[str, Any]:
        """The row of a request in the list, which needs no worker."""
        return next(row for row in self.stack.hosted_sms.json("list") if row["reference"] == reference)

    def finish_all(self) -> None:
        """Answer all asks for codes until all requests have ended. A code that was accepted before is refused."""
        by_reference = {step.reference: step for step in STEPS}

        rows: list[dict[str, Any]] = []

        def ended() -> bool | None:
            rows[:] = self.stack.hosted_sms.json("list")
            for row in rows:
                if "codes" in row["needs"]:
                    self.submit_code(by_reference[row["reference"]])
            return all(row["outcome"] != "running" for row in rows) or None

        until("The end of all requests", ended, progress=lambda: list(rows))

    def until_polled(self, times: int) -> None:
        """Wait until orders were polled so many times."""
        until(f"{times} polls", lambda: len(self._polls()) >= times or None)

    def _held(self, step: Step, since: int) -> list[dict[str, Any]]:
        """The calls of this kind since then without an answer."""
        calls = self._polls(since) if step is POLL else self._posts(step.path, since)
        return [call for call in calls if call["status"] is None]

    def _polls(self, since: int = 0) -> list[dict[str, Any]]:
        calls = self.stack.telnyx.calls()[since:]
        return [call for call in calls if call["method"] == "GET" and f"{ORDERS}/" in call["path"]]

    def _posts(self, path: str, since: int) -> list[dict[str, Any]]:
        calls = self.stack.telnyx.calls()[since:]
        return [call for call in calls if call["method"] == "POST" and call["path"].endswith(path)]


def kill_in_each_step(kills: WorkerKills) -> None:
    """Kill the worker once in each step, each time with another request."""
    kills.start(POLL)
    kills.until_asked(POLL)
    kills.until_polled(POLLS_BEFORE)
    kills.kill_in(POLL, lambda: None)
    for step in AT_THE_START:
        kills.kill_in(step, partial(kills.start, step))
    for step in AFTER_THE_CODE:
        _kill_after_code(kills, step)
    kills.stack.telnyx.change_settings(review_seconds=LONG_REVIEW)
    kills.start(REVIEW)
    kills.until_asked(REVIEW)
    kills.submit_code(REVIEW)
    kills.until_step(REVIEW, "review")
    kills.restart()


def _kill_after_code(kills: WorkerKills, step: Step) -> None:
    """Kill the worker while the command of the person runs."""
    kills.start(step)
    kills.until_asked(step)
    with ThreadPoolExecutor(1) as person:
        kills.kill_in(step, partial(person.submit, kills.submit_code, step))
