"""A PDF that takes too much work ends its own process, and nothing else."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from runtime import pdf_process
from runtime.cpu_limit import OutOfTime, cpu_limit
from runtime.document_errors import DocumentCheckUnavailable
from runtime.pdf_gate import DocumentRefused, check, numbers_missing_from
from runtime.pdf_opening import condition_of
from tests import limits
from tests.runtime.pdf_bombs import BOMBS
from tests.runtime.pdf_pieces import BILL_TEXT, PAGE, with_pages

LETTER = with_pages(PAGE % 5, more=[BILL_TEXT])
CONDITION = {"about": "condition"}
READ_JOB = "import json, os, sys, time; job = json.loads(input()); "


@pytest.fixture(autouse=True)
def own_processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This file's processes are no one else's."""
    monkeypatch.setattr(pdf_process, "_idle", SimpleQueue())
    yield
    pdf_process.close()


def stand_in(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Put a program of ours in the place of the one that opens PDFs."""
    text = f"print('ready', flush=True); {READ_JOB}{program}"
    monkeypatch.setattr(pdf_process, "_COMMAND", (sys.executable, "-c", text))


def the_process() -> pdf_process.PdfProcess:
    """The one that waits for a job."""
    process = pdf_process._idle.get_nowait()
    pdf_process._idle.put(process)
    return process


def ended(process: pdf_process.PdfProcess) -> int:
    return process._process.wait(limits.WAIT)


def test_one_process_takes_one_file_after_the_other() -> None:
    pids = set()
    for content in (LETTER, b"%PDF-1.7 nonsense", LETTER):
        assert pdf_process.ask(CONDITION, content) == {"condition": condition_of(content)}
        pids.add(the_process()._process.pid)
    assert len(pids) == 1


def test_no_process_is_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process, "_MOST_JOBS", 2)
    check(LETTER, "loa.pdf")
    first = the_process()
    check(LETTER, "loa.pdf")
    assert pdf_process._idle.empty()
    assert ended(first) == -signal.SIGKILL
    check(LETTER, "loa.pdf")


def test_a_process_that_somebody_ended_is_replaced() -> None:
    check(LETTER, "loa.pdf")
    before = the_process()
    before._process.kill()
    ended(before)
    check(LETTER, "loa.pdf")
    assert the_process() is not before


def test_a_file_over_which_the_process_ends_is_refused_and_a_bill_counts_as_not_read(
    monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    for title, end in {"crash": "os.abort()", "end": "os._exit(0)", "half an answer": "print('{', end='')"}.items():
        stand_in(monkeypatch, end)
        with subtests.test(title):
            with pytest.raises(DocumentRefused, match="far more work"):
                check(LETTER, "loa.pdf")
            reading = numbers_missing_from(LETTER, ["+15125550100"])
            assert (reading.missing, reading.readable) == (["+15125550100"], False)
    assert pdf_process._idle.empty()


def test_a_machine_that_starts_or_answers_nothing_refuses_no_file(
    monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    monkeypatch.setattr(pdf_process, "_JOB_SECONDS", 0.2)
    stand_in(monkeypatch, "time.sleep(3600)")
    commands = {
        "no answer": pdf_process._COMMAND,
        "no program": ("/nonexistent/python",),
        "no start": (sys.executable, "-c", "0"),
    }
    for title, command in commands.items():
        monkeypatch.setattr(pdf_process, "_COMMAND", command)
        with subtests.test(title), pytest.raises(DocumentCheckUnavailable):
            check(LETTER, "loa.pdf")
    assert pdf_process._idle.empty()


def test_the_process_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOSTED_SMS_KEYS", "TELNYX_API_KEY", "AWS_SECRET_ACCESS_KEY", "ANYTHING_ELSE"):
        monkeypatch.setenv(name, "sesame")
    stand_in(monkeypatch, "print(json.dumps(dict(os.environ)))")
    found = pdf_process.ask(CONDITION, b"")
    assert found is not None
    assert set(found) <= {*pdf_process._KEPT_VARIABLES, "PYTHONPATH", "LC_CTYPE"}
    assert "sesame" not in found.values()


def test_it_outlives_the_signals_that_stop_a_worker_and_ends_with_its_input() -> None:
    check(LETTER, "loa.pdf")
    process = the_process()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        process._process.send_signal(number)
    check(LETTER, "loa.pdf")
    assert the_process() is process
    process._given.close()
    assert ended(process) == 0


def test_a_few_processes_serve_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    started, lock, start = [0], threading.Lock(), pdf_process.PdfProcess

    def count() -> pdf_process.PdfProcess:
        with lock:
            started[0] += 1
        return start()

    monkeypatch.setattr(pdf_process, "PdfProcess", count)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: pdf_process.ask(CONDITION, LETTER), range(40)))
    assert answers == [{"condition": "usable"}] * 40
    assert 1 <= started[0] <= pdf_process._AT_ONCE


def serve(*jobs: tuple[dict[str, Any], bytes], first: str = "") -> tuple[list[dict[str, Any]], int]:
    """The answers of a real process to these jobs, and its return code; `first` changes something in it."""
    code = f"from runtime import cpu_limit, pdf_child, pdf_opening\n{first}\npdf_child.main()"
    given = b"".join(json.dumps({**job, "size": len(content)}).encode() + b"\n" + content for job, content in jobs)
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, input=given, capture_output=True, check=False)  # noqa: S603 - our own line
    return [json.loads(line) for line in done.stdout.splitlines()[1:]], done.returncode


def test_a_file_that_needs_too_much_memory_is_refused_and_the_next_one_is_taken() -> None:
    greedy = """
before = pdf_opening.open_pdf
pdf_opening.open_pdf = lambda content: bytearray(2_000_000_000) if content == b"greedy" else before(content)
"""
    answers, _ = serve((CONDITION, b"greedy"), (CONDITION, LETTER), first=greedy)
    assert answers == [{"condition": "too_much_work"}, {"condition": "usable"}]


def test_the_kernel_ends_a_process_that_no_interruption_reaches() -> None:
    stuck = """
import signal
def stick(content):
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF])
    while True:
        pass
pdf_opening.open_pdf, cpu_limit._GRACE = stick, 1
pdf_child.condition_of = lambda content: pdf_opening.condition_of(content, 0.1)
"""
    assert serve((CONDITION, b""), first=stuck) == ([], -signal.SIGXCPU)


def catch_everything() -> None:
    """Work for ever, as a library that takes no error for its own."""
    while True:
        with suppress(Exception):
            sum(range(1000))


def test_work_is_ended_even_where_every_exception_is_caught() -> None:
    with pytest.raises(OutOfTime), cpu_limit(0.05):
        catch_everything()
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_waiting_takes_nothing_of_the_time() -> None:
    with cpu_limit(0.2):
        time.sleep(0.3)


def test_a_page_that_draws_one_long_form_again_and_again_is_given_up() -> None:
    """1,200 bytes that would take minutes. The pages before it are read."""
    reading = numbers_missing_from(BOMBS["forms"], ["+15125550100"])
    assert (reading.missing, reading.pages_read, reading.pages) == ([], 1, 2)
    check(BOMBS["forms"], "bill.pdf")
    assert numbers_missing_from(LETTER, ["+15125550100"]).missing == []


def test_no_file_ends_the_process_or_holds_up_the_next_one() -> None:
    bill: dict[str, Any] = {"about": "bill", "numbers": ["5125550100"]}
    jobs = [(job, content) for content in [*BOMBS.values(), LETTER] for job in (CONDITION, bill)]
    shortened = """
from runtime.pdf_text import read_text
pdf_child.read_text = lambda content: read_text(content, 0.3)
"""
    answers, code = serve(*jobs, first=shortened)
    assert (len(answers), code) == (len(jobs), 0)
    assert answers[-2:] == [
        {"condition": "usable"},
        {"pages": 1, "pages_read": 1, "text": True, "found": ["5125550100"]},
    ]


def test_its_output_is_the_answers_alone() -> None:
    noisy = """
import os
pdf_child.condition_of = lambda content: [print("x"), os.write(1, b"y"), "usable"][-1]
"""
    assert serve((CONDITION, b""), first=noisy) == ([{"condition": "usable"}], 0)
