"""Log lines: readable on a terminal, JSON elsewhere, and never with a secret or a whole phone number.

Our lines and those of libraries (Temporal's SDK, the web server) take the same way, so all of them are redacted. A line
has an event in snake_case, which is never renamed, and ids as fields.
"""

import json
import logging
import sys
from typing import Any, TextIO

import structlog
import temporalio.activity
import temporalio.workflow
from structlog.typing import EventDict, Processor, WrappedLogger

from domain.printable import escape_json, printable, printable_lines
from runtime import terminals
from runtime.redaction import redact_named
from runtime.settings import Settings

_OF_SEVERAL_LINES = {"exception", "stack"}
_LIBRARY_LEVELS = {
    "pypdf": logging.ERROR,  # warns about each oddity of a file
    "httpx": logging.WARNING,  # logs each URL, which holds phone numbers
    "aiohttp": logging.WARNING,
    "apprise": logging.CRITICAL,  # logs addresses, which hold secrets; our own lines name the channel that failed
    "urllib3": logging.ERROR,  # apprise's HTTP client logs addresses, too
    "uvicorn.error": logging.ERROR,  # logs starts, stops and each malformed request, which our own lines do
}


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Send all log lines to standard output, or to `stream`: a command that prints its answer uses stderr.

    It may be called again; the last call counts.
    """
    out = stream if stream is not None else sys.stdout
    terminals.accept_any_text(out)
    logging.basicConfig(handlers=[_handler(settings, out)], level=settings.log_level, force=True)
    for name, level in _LIBRARY_LEVELS.items():
        logging.getLogger(name).setLevel(level)
    # Temporal's ids become fields of a line instead of a part of its text.
    temporalio.activity.logger.activity_info_on_message = False
    temporalio.workflow.logger.workflow_info_on_message = False
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_common_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _handler(settings: Settings, out: TextIO) -> logging.Handler:
    """Formats the lines of libraries as ours, and renders both."""
    common = _common_processors()
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*common[:-2], structlog.stdlib.ExtraAdder(), *common[-2:]],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(settings, out)],
        )
    )
    return handler


def _redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Redacts every field of a line; runs after exceptions have become text."""
    for name, value in event.items():
        if not name.startswith("_"):  # structlog's own fields, removed before rendering
            event[name] = redact_named(name, value)
    return event


def _show(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Make every text printable for a person. Only a traceback has lines of its own."""
    for name, value in event.items():
        if isinstance(value, str):  # anything else is rendered by its repr, which escapes
            event[name] = printable_lines(value) if name in _OF_SEVERAL_LINES else printable(value)
    return event


def _dump(event: EventDict, **options: Any) -> str:
    return escape_json(json.dumps(event, **options))


def _common_processors() -> list[Processor]:
    """The processors of every line, ours or a library's. The last two must stay last."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _redact,
    ]


def _renderers(settings: Settings, out: TextIO) -> list[Processor]:
    """How a line becomes text, in which nothing moves a cursor and nothing makes a line of its own."""
    on_terminal = settings.log_format == "auto" and out.isatty()
    if on_terminal or settings.log_format == "console":
        return [_show, structlog.dev.ConsoleRenderer(colors=on_terminal)]
    return [structlog.processors.JSONRenderer(_dump, ensure_ascii=not terminals.writes_unicode(out))]
