"""Nothing that strangers write moves the cursor, colors or hides anything on a terminal, or makes a line of its own."""

import asyncio
import json
import os
import pty
import re
import shlex
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from commands import answers, printer, rendering
from domain import command_hints
from domain.messages import Answer, AskView, Choice, Event, NumberProgress, NumberResult, Progress
from domain.printable import printable
from services import orders_file
from services.errors import BadFile
from services.request_list import Row
from tests.commands.conftest import Command
from tests.strangers import INJECTION, is_harmless_page

AT = datetime(2026, 12, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
COLORS = re.compile("\x1b\\[[0-9;]*m")
"""What rich itself writes to a terminal."""
# Writes to a stream of the process. Pages are generated for the repository, and the counter writes numbers.
WRITES = re.compile(r".*(?:\bsys\.std(?:out|err)\.write\(|\bprint\(|\.print\().*")
MAY_WRITE = {
    "runtime/terminals.py",
    "runtime/process_secrets.py",
    "runtime/settings_page.py",
    "domain/message_schema.py",
    "domain/statuses_page.py",
    "simulator/__main__.py",
    "commands/printer.py",
}


def forged(text: str) -> list[str]:
    """Lines that look like ours and are not."""
    return [line for line in text.splitlines() if line.startswith(("Outcome", "# Outcome"))]


def assert_harmless(printed: str) -> None:
    plain = COLORS.sub("", printed).replace("\r\n", "\n")
    assert "[2J" in plain  # the text itself is there
    assert is_harmless_page(plain), ascii(plain)


@pytest.fixture
def hostile() -> Progress:
    """A request in which everything is hostile, as if no model had cleaned it."""
    choice = Choice.model_construct(choice=INJECTION, sentence=INJECTION, order_id=INJECTION)
    ask = AskView.model_construct(
        id=INJECTION, kind=INJECTION, numbers=[INJECTION], guidance=INJECTION, choices=[choice]
    )
    row = NumberProgress.model_construct(
        phone_number="+15125550100", state=INJECTION, status=INJECTION, because=INJECTION
    )
    event = Event.model_construct(at=AT, what=INJECTION, by=INJECTION)
    every: dict[str, Any] = dict.fromkeys(("reference", "account", "customer", "step"), INJECTION)
    return Progress.model_construct(
        **every, outcome="running", numbers=[row], asks=[ask], events=[event], left_behind=[INJECTION], order_ids=["o"]
    )


def test_every_way_to_the_terminal_is_harmless_whatever_it_is_given(
    hostile: Progress,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    subtests: pytest.Subtests,
) -> None:
    cells: dict[str, Any] = {name: INJECTION for name in Row.model_fields if name not in {"needs", "deadline"}}
    row = Row.model_construct(**cells, needs=[INJECTION], deadline=None)
    refused = Answer.model_construct(accepted=False, sentence=INJECTION, numbers=[])
    taken = Answer.model_construct(
        accepted=True,
        sentence=INJECTION,
        numbers=[NumberResult.model_construct(phone_number=INJECTION, result=INJECTION)],
    )
    ways: dict[str, Any] = {
        "show": lambda: printer.render(rendering.progress(hostile)),
        "list": lambda: printer.render(rendering.rows([row])),
        "refused": lambda: answers.show(refused, as_json=False),
        "taken": lambda: answers.show(taken, as_json=False),
        "wrapped": lambda: printer.write_wrapped(INJECTION, indent=2),
        "warning": lambda: printer.warn([INJECTION]),
        "json": lambda: printer.dump(hostile),
        "line of json": lambda: printer.dump_line(refused),
        "reason as json": lambda: printer.fail(INJECTION, as_json=True),
        "fault": lambda: printer.fault(ValueError(printable(INJECTION))),
    }
    for way, write in ways.items():
        with subtests.test(way=way):
            write()
            printed = capsys.readouterr()
            assert_harmless(printed.out + printed.err)
    # What a process receives is a model that was read. Then no text in it has lines of its own either.
    monkeypatch.setenv("COLUMNS", "20000")
    printer.render(rendering.progress(Progress.model_validate(hostile.model_dump(warnings=False))))
    answers.show(Answer.model_validate(refused.model_dump()), as_json=False)
    printed = capsys.readouterr()
    assert forged(printed.out + printed.err) == []


def test_json_says_the_same_as_before(capsys: pytest.CaptureFixture[str]) -> None:
    answer = Answer.model_construct(accepted=True, sentence=INJECTION, numbers=[])
    printer.dump(answer)
    assert json.loads(capsys.readouterr().out)["sentence"] == INJECTION


async def test_a_request_of_strangers_on_a_real_terminal(
    hosted_sms: Command, environment: dict[str, str], reference: str, number: str
) -> None:
    words = ["--profile", "p-1", "--number", number, "--customer", "[Acme] <b> é", "--by", INJECTION]
    assert (await hosted_sms("start", "--reference", reference, *words)).code == 0
    for arguments in (["show", reference], ["list", "--customer", "[Acme] <b> é"], ["show", INJECTION[:70]]):
        code, printed = await asyncio.to_thread(on_a_terminal, arguments, environment)
        plain = COLORS.sub("", printed).replace("\r\n", "\n")
        assert (code, is_harmless_page(plain), forged(plain)) == (arguments[-1] == INJECTION[:70], True, []), plain
        assert max(map(len, plain.split("\n"))) <= 80 or arguments[-1].startswith("\x1b")


def on_a_terminal(arguments: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Run the command on a terminal of its own, and return its exit code and all that it wrote."""
    ours, theirs = pty.openpty()
    command = [sys.executable, str(ROOT / "cli.py"), *arguments]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | environment
    ) as process:
        os.close(theirs)
        written = b""
        with suppress(OSError):  # the terminal closes with its process
            while piece := os.read(ours, 65536):
                written += piece
        os.close(ours)
    return process.returncode, written.decode()


def test_nothing_writes_to_a_terminal_but_by_the_one_function() -> None:
    rooms = (
        "commands",
        "services",
        "runtime",
        "domain",
        "inbound",
        "adapters",
        "activities",
        "workflows",
        "telnyx_api",
    )
    files = [*ROOT.glob("*.py"), *(path for room in rooms for path in (ROOT / room).rglob("*.py"))]
    writing = {str(path.relative_to(ROOT)): WRITES.findall(path.read_text()) for path in files}
    assert {path: found for path, found in writing.items() if found and path not in MAY_WRITE} == {}
    of_numbers = [
        found for found in writing["commands/printer.py"] if "self._done" in found or found.endswith('"\\n")')
    ]
    assert [found for found in writing["commands/printer.py"] if "Shown(" not in found] == of_numbers


@pytest.mark.parametrize("reference", ["-x", "--help", "-"])
async def test_a_printed_command_means_the_reference_whatever_it_looks_like(
    hosted_sms: Command, reference: str
) -> None:
    # Earlier versions started such requests. Today each start refuses the reference.
    for command in (command_hints.show(reference), *command_hints.answering(reference, "a-1", "documents")[:1]):
        program, *words = shlex.split(command.replace("LOA.pdf", "/dev/null").replace("BILL.pdf", "/dev/null"))
        ended = await hosted_sms(*words)
        assert (program, ended.code) == ("hosted-sms", 1)
    ended = await hosted_sms("start", f"--reference={reference}", "--profile", "p-1", "--number", "+15125550100")
    assert (ended.code, reference in ended.err) == (1, True)


async def test_a_file_and_its_cells_make_no_line_of_their_own() -> None:
    header = "reference,messaging_profile_id,phone_numbers,loa,bill,customer\n"
    for row in (f'"{INJECTION}",p,512 555 0100,,', f'r,p,512 555 0100,,,"{INJECTION}"', "-x,p,512 555 0100,,"):
        with pytest.raises(BadFile) as refused:
            await orders_file.read(
                (header + row.replace('b"', "b")).encode(), INJECTION, lambda _: pytest.fail("no PDF")
            )
        assert is_harmless_page(str(refused.value))
        assert forged(str(refused.value)) == []
