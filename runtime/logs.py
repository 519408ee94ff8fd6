"""Log lines: readable on a terminal, JSON elsewhere, and never with a secret or a whole phone number in them.

Our own lines and those of the libraries (Temporal's SDK, the web server) take the same way, so that redaction holds for
all. A line has an event in snake_case, which is never renamed, and ids as fields.
"""

import logging
import sys
from typing import TextIO

import structlog
import temporalio.activity
import temporalio.workflow
from structlog.typing import EventDict, Processor, WrappedLogger

from runtime.redaction import mask, redact_named
from runtime.settings import Settings

__all__ = ["configure", "mask", "redaction"]

_QUIET = {
    "pypdf": logging.ERROR,  # warns about each oddity of a stranger's file
    "httpx": logging.WARNING,  # one line per call, with phone numbers in addresses
    "aiohttp": logging.WARNING,
    "apprise": logging.CRITICAL,  # names addresses, which hold secrets; we say ourselves what was not taken
    "urllib3": logging.ERROR,  # apprise's HTTP client: the same
    "uvicorn.error": logging.WARNING,  # its ordinary talk; each process says itself that it started
}


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Sends all log lines to standard output, or to `stream` (a command that prints its answer takes stderr).

    May be called again; the last call holds.
    """
    out = stream if stream is not None else sys.stdout
    common = _common()
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*common[:-2], structlog.stdlib.ExtraAdder(), *common[-2:]],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(settings, out)],
        )
    )
    logging.basicConfig(handlers=[handler], level=settings.log_level, force=True)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)
    _quieten_temporal()
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *common,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def redaction(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The processor that makes a whole log line fit to be written; runs after exceptions have become text."""
    for name, value in event.items():
        if not name.startswith("_"):  # structlog's own, removed before rendering
            event[name] = redact_named(name, value)
    return event


def _common() -> list[Processor]:
    """What every line goes through, ours or a library's; the last two must stay last."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redaction,
    ]


def _renderer(settings: Settings, out: TextIO) -> Processor:
    on_terminal = settings.log_format == "auto" and out.isatty()
    if on_terminal or settings.log_format == "console":
        return structlog.dev.ConsoleRenderer(colors=on_terminal)
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _quieten_temporal() -> None:
    """Temporal's ids become fields of a line instead of being pasted into its text."""
    temporalio.activity.logger.activity_info_on_message = False
    temporalio.workflow.logger.workflow_info_on_message = False
