"""The process that opens PDFs of strangers: `python -m runtime.pdf_child`, started by `runtime.pdf_process`.

It holds no key, writes no file, and has little memory. It takes one job after the other from standard input: a line of
JSON, then the file. It answers each with a line of JSON. It ends when its standard input does.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from typing import Any, BinaryIO

from runtime.pdf_numbers import numbers_in
from runtime.pdf_opening import condition_of
from runtime.pdf_text import read_text

READY = b"ready\n"
_MEMORY = 600_000_000
"""Of address space. The worst files within the limits of `runtime.pdf_reader` take half of it."""
_LIMITS = {resource.RLIMIT_AS: _MEMORY, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0}


def main() -> None:
    """Serve jobs until standard input ends."""
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # no library can write between the answers
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # a stopping worker finishes its work, and then ends this process
    for limit, value in _LIMITS.items():
        with suppress(OSError, ValueError):  # this system does not have the limit, or a lower one
            resource.setrlimit(limit, (value, value))
    _answer(answers, READY)
    while header := jobs.readline():
        job = json.loads(header)
        _answer(answers, json.dumps(work(job, jobs.read(job["size"]))).encode() + b"\n")


def work(job: dict[str, Any], content: bytes) -> dict[str, Any]:
    """The answer to a job: the condition of a PDF, or which of some numbers its text shows."""
    if job["about"] == "condition":
        return {"condition": condition_of(content)}
    return bill(content, job["numbers"])


def bill(content: bytes, numbers: Iterable[str]) -> dict[str, Any]:
    """What the text of a bill shows; `found` holds those of the given ten-digit numbers that it shows."""
    reading = read_text(content)
    found = numbers_in(reading.text)
    return asdict(reading) | {"text": bool(reading.text.strip()), "found": [one for one in numbers if one in found]}


def _answer(answers: BinaryIO, line: bytes) -> None:
    answers.write(line)
    answers.flush()


if __name__ == "__main__":
    main()
