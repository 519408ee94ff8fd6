"""How the command ends: wrong usage, refusals before a server is asked, a server that is away, signals."""

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import cli
from commands import overview
from tests import limits
from tests.commands.conftest import Command

ROOT = Path(__file__).parents[2]


def _process(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command, with arguments of these tests
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        env={**os.environ, **variables},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=limits.WAIT,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["show"],
        ["show", "a", "b"],
        ["show", "a", "--nonsense"],
        ["start", "--reference", "r"],
        ["resend", "r", "--method", "pigeon"],
        ["start", "--reference", "r", "--profile", "p", "--number", "+15125550100", "--needed-by", "soon"],
    ],
)
def test_wrong_usage_ends_with_2_and_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1


def test_with_json_an_error_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["show", "--json"]) == 2
    assert "REFERENCE" in json.loads(capsys.readouterr().err)["error"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["check", "office"], "'office'"),
        (["check", "5125550100", "+15125550100"], "+15125550100"),
        (["codes", "r", "+15125550100=12a"], "+15125550100"),
        (["codes", "r"], "code"),
        (["codes", "r", "--from-file", "/nowhere/codes"], "/nowhere/codes"),
        (["codes", "r", "--from-file", "/"], "folder"),
        (["documents", "r"], "LOA"),
        (["documents", "r", "--loa", "/nowhere.pdf"], "/nowhere.pdf"),
        (["documents", "r", "--loa", "/"], "folder"),
        (["give-up", "r", "12"], "'12'"),
        (["retry", "r", "12"], "'12'"),
        (["answer", "a b", "ask", "wait"], "'a b'"),
        (["show", "a b"], "'a b'"),
        (["show", "\u202aa\u00a0b\u202c"], "'a b'"),
        (["answer", "'a\u2014b c", "ask", "wait"], "'a-b c'"),
        (["start", "--reference", "a b", "--profile", "p", "--number", "5125550100"], "'a b'"),
        (["import", "/nowhere.csv"], "/nowhere.csv"),
        (["events", "list", "--since", "yesterday"], "'yesterday'"),
        (["explain", "gobbledygook"], "'gobbledygook'"),
    ],
)
def test_a_refusal_ends_with_1_before_any_server_is_asked(
    arguments: list[str], named: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")

    assert cli.run(arguments) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert named in captured.err


def test_a_document_far_over_the_limit_is_refused_unread(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (tmp_path / "huge.pdf").open("wb") as file:
        file.truncate(11 * 1024 * 1024)

    assert cli.run(["documents", "r", "--loa", str(tmp_path / "huge.pdf")]) == 1
    assert "5 MB" in capsys.readouterr().err


def test_explain_needs_no_server(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")

    assert cli.run(["explain", "PENDING", "--json"]) == 0
    explained = json.loads(capsys.readouterr().out)
    assert {one["table"] for one in explained} >= {"order", "number"}
    assert set(explained[0]) == {"table", "word", "meaning", "whose_move", "guidance"}


@pytest.mark.parametrize("word", cli.COMMANDS)
def test_every_command_explains_itself_at_80_columns(
    word: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert cli.run([*word.split(), "--help"]) == 0
    own_page = capsys.readouterr().out
    assert f"Usage: hosted-sms {word}" in own_page
    assert "--json" in own_page
    assert cli.run([*word.split()[:-1], "--help"]) == 0
    sentence = overview.sentence(cli.COMMANDS[word])
    assert sentence in own_page
    listed = capsys.readouterr().out.splitlines()
    assert any(line.rstrip(" │").endswith(f" {sentence}") for line in listed)  # on one line of the overview
    assert max(map(len, listed)) <= 80


@pytest.mark.parametrize("word", ["codes", "resend", "documents", "retry", "give-up", "cancel", "answer"])
def test_a_command_that_changes_a_request_takes_by_and_id(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    cli.run([word, "--help"])

    help_page = capsys.readouterr().out
    assert "--by" in help_page
    assert "--id" in help_page


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
@pytest.mark.server
def test_what_a_terminal_cannot_show_is_replaced_and_what_a_program_reads_is_escaped(encoding: str) -> None:
    """A request's page has such characters; printing it would take a server."""
    print_them = "import cli; cli.run(['--version']); print('“…”'); cli.run(['explain', '“漢”', '--json'])"
    ended = subprocess.run(  # noqa: S603 - our own line
        [sys.executable, "-c", print_them],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        cwd=ROOT,
        capture_output=True,
        encoding=encoding,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1] == '"..."'
    assert "'漢'" in json.loads(ended.stderr)["error"]


def test_a_cancel_that_a_person_does_not_confirm_asks_no_server(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = io.StringIO("no\n")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    monkeypatch.setenv("HOSTED_SMS_PLAINTEXT", "1")

    assert cli.run(["cancel", "r"]) == 1
    assert "Nothing was changed" in capsys.readouterr().err
    assert cli.run(["cancel", "r", "--yes"]) == 3
    assert cli.run(["cancel", "r", "--json"]) == 3


@pytest.mark.usefixtures("environment")
@pytest.mark.server
def test_a_missing_setting_is_one_sentence_and_1() -> None:
    ended = _process("show", "r", HOSTED_SMS_KEYS="")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "HOSTED_SMS_KEYS" in ended.stderr


@pytest.mark.usefixtures("environment")
@pytest.mark.server
def test_a_server_that_is_away_is_3() -> None:
    ended = _process("show", "r", "--json", TEMPORAL_ADDRESS="127.0.0.1:1")

    assert ended.returncode == 3
    assert "127.0.0.1:1" in json.loads(ended.stderr)["error"]


@pytest.mark.usefixtures("environment")
@pytest.mark.server
def test_an_address_that_can_be_none_is_1_and_one_sentence() -> None:
    ended = _process("list", TEMPORAL_ADDRESS="localhost:99999")

    assert ended.returncode == 1
    assert "localhost:99999" in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.usefixtures("environment", "client")
async def test_the_process_leaves_with_its_own_code() -> None:
    """Several times, since the SDK aborts only now and then."""
    ends = [await asyncio.to_thread(_process, "show", "nobody") for _ in range(4)]

    assert [ended.returncode for ended in ends] == [1] * 4
    assert all("'nobody'" in ended.stderr for ended in ends)


@pytest.mark.usefixtures("environment", "client")
@pytest.mark.server
async def test_a_reader_that_closes_the_output_is_no_fault() -> None:
    line = f"{sys.executable} {ROOT / 'cli.py'} explain pending | true; exit ${{PIPESTATUS[0]}}"

    ended = await asyncio.to_thread(subprocess.run, ["bash", "-c", line], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.usefixtures("environment")
@pytest.mark.server
async def test_an_interrupt_ends_a_watch_with_130(hosted_sms: Command, reference: str, number: str) -> None:
    await hosted_sms("start", "--reference", reference, "--profile", "p", "--number", number)
    process = await asyncio.create_subprocess_exec(  # in a terminal: what runs in the background ignores interrupts
        "env", "--default-signal=INT", sys.executable, str(ROOT / "cli.py"), "show", reference, "--watch", "--json",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert json.loads(await process.stdout.readline())["reference"] == reference

    process.send_signal(signal.SIGINT)

    assert await process.wait() == 130


@pytest.mark.server
async def test_a_closed_stderr_changes_no_exit_code() -> None:
    reader, writer = os.pipe()
    os.close(reader)

    ended = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "cli.py"), "explain", "gobbledygook", stderr=writer
    )
    os.close(writer)

    assert await ended.wait() == 1


@pytest.mark.server
@pytest.mark.parametrize("source", [["-"], ["--from-file", "-"]], ids=str)
async def test_codes_from_standard_input_are_refused_without_being_shown(source: list[str]) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "cli.py"), "codes", "r", *source,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip

    out, err = await process.communicate(b"+15125550100=12x45\n")

    assert (process.returncode, out) == (1, b"")
    assert b"+15125550100" in err
    assert b"12x45" not in err


@pytest.mark.parametrize("option", ["--jsn", "-x", "--jsn=1"])
def test_a_misspelled_option_is_not_taken_for_a_code(capsys: pytest.CaptureFixture[str], option: str) -> None:
    assert cli.run(["codes", "r", "+15125550100=12345", option]) == 2

    assert "Unknown option" in (error := capsys.readouterr().err)
    assert "12345" not in error


@pytest.mark.server
def test_codes_that_are_typed_at_a_terminal_are_asked_for() -> None:
    typist, terminal = os.openpty()
    command = [sys.executable, str(ROOT / "cli.py"), "codes", "r", "-"]
    os.write(typist, b"+15125550100=12x45\n\x04")
    done = subprocess.run(command, stdin=terminal, capture_output=True, timeout=limits.WAIT, check=False)  # noqa: S603 - our own program
    os.close(typist)
    os.close(terminal)

    assert (done.returncode, done.stdout) == (1, b"")
    assert b"Ctrl-D" in done.stderr
    assert b"12x45" not in done.stderr
