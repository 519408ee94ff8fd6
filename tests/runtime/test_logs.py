"""Log lines of our code and of libraries have one form and one stream, and hold no secret."""

import io
import json
import logging
from typing import Any

import pytest
import structlog

from commands import late_logs
from runtime.logs import configure
from runtime.settings import Settings
from tests.strangers import INJECTION, is_harmless_page

pytestmark = pytest.mark.usefixtures("logging_restored")


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_event_level_time_and_fields() -> None:
    out = io.StringIO()
    configure(Settings(), out)
    structlog.get_logger("worker").info("order_created", order_id="o-1", phone_number="+15125550100")
    (line,) = lines(out)
    assert line.pop("at").endswith("Z")
    assert line == {
        "event": "order_created",
        "level": "info",
        "logger": "worker",
        "order_id": "o-1",
        "phone_number": "…0100",
    }


def test_a_line_of_a_library_has_the_same_form() -> None:
    out = io.StringIO()
    configure(Settings(), out)
    logging.getLogger("temporalio.worker").warning(
        "Failed %s", "+15125550100", extra={"api_key": "KEYsesame", "run": "r-1"}
    )
    (line,) = lines(out)
    assert (line["event"], line["run"], line["api_key"]) == ("Failed …0100", "r-1", "***")


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_traceback_shows_a_secret(log_format: str) -> None:
    out = io.StringIO()
    configure(Settings(log_format="json" if log_format == "json" else "console"), out)
    try:
        raise ValueError("KEY0123sesame for +15125550100, code='12345'")  # noqa: TRY301 - the test needs a traceback
    except ValueError:
        structlog.get_logger().exception("step_failed")
        logging.getLogger("library").exception("it broke")
    written = out.getvalue()
    assert written.count("Traceback") == 2
    assert written.count("…0100") >= 2
    for secret in ("sesame", "5125550100", "12345"):
        assert secret not in written


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_line_is_forged_and_nothing_moves_a_cursor(log_format: str) -> None:
    out = io.StringIO()
    configure(Settings(log_format="json" if log_format == "json" else "console"), out)
    structlog.get_logger().info("step_done", why=INJECTION, inner={"by": [INJECTION]})
    logging.getLogger("library").warning("It says %s", INJECTION)
    written = out.getvalue()
    assert is_harmless_page(written)
    assert written.count("\n") == 2
    assert written.count("evil.example") >= 3
    if log_format == "json":
        said, library = lines(out)
        assert (said["why"], library["event"]) == (INJECTION, f"It says {INJECTION}")


def test_bound_context_is_redacted() -> None:
    out = io.StringIO()
    configure(Settings(), out)
    with structlog.contextvars.bound_contextvars(token="sesame", reference="acme-1"):
        structlog.get_logger().info("step_done")
    (line,) = lines(out)
    assert (line["token"], line["reference"]) == ("***", "acme-1")


def test_lines_are_readable_on_a_terminal_and_json_elsewhere() -> None:
    terminal, pipe = Terminal(), io.StringIO()
    for stream in (terminal, pipe):
        configure(Settings(), stream)
        structlog.get_logger().info("step_done")
    assert not terminal.getvalue().startswith("{")
    assert "step_done" in terminal.getvalue()
    assert pipe.getvalue().startswith("{")


def test_a_line_below_the_level_is_left_out() -> None:
    out = io.StringIO()
    configure(Settings(log_level="WARNING"), out)
    structlog.get_logger().info("step_done")
    logging.getLogger("library").info("chatter")
    structlog.get_logger().warning("step_late")
    assert [line["event"] for line in lines(out)] == ["step_late"]


def test_after_two_configurations_a_line_is_written_once() -> None:
    first, second = io.StringIO(), io.StringIO()
    configure(Settings(), first)
    configure(Settings(), second)
    structlog.get_logger().info("step_done")
    assert first.getvalue() == ""
    assert len(lines(second)) == 1


def test_requests_of_the_http_client_are_not_logged() -> None:
    out = io.StringIO()
    configure(Settings(), out)
    logging.getLogger("httpx").info("HTTP Request: GET /v2/messaging_hosted_numbers/%2B15125550100")
    assert out.getvalue() == ""


def test_the_log_of_a_command_begins_with_its_first_line(capsys: pytest.CaptureFixture[str]) -> None:
    late_logs.configure(Settings(log_format="json", log_level="WARNING"))
    logging.getLogger("temporalio").info("left out")
    logging.getLogger("pypdf").warning("left out, since this library is talkative")
    for _ in range(2):
        logging.getLogger("runtime.codec").warning("plain_payload_accepted", extra={"code": "12345"})
    out, err = capsys.readouterr()
    found = [json.loads(line) for line in err.splitlines()]
    assert [(line["event"], line["code"]) for line in found] == [("plain_payload_accepted", "***")] * 2
    assert out == ""
