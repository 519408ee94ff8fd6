"""Log lines of a command. Most commands write none, so what formats them is loaded with the first line."""

import logging
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtime.settings import Settings


class FirstLine(logging.Handler):
    """Replaces itself by the log of all processes when the first line comes, and gives it that line."""

    def __init__(self, settings: "Settings") -> None:
        super().__init__()
        self._settings = settings

    def emit(self, record: logging.LogRecord) -> None:
        """Writes the line, unless the log leaves out lines of its level."""
        from runtime import logs

        logs.configure(self._settings, sys.stderr)
        logger = logging.getLogger(record.name)
        if logger.isEnabledFor(record.levelno):
            logger.handle(record)


def configure(settings: "Settings") -> None:
    """Sends all log lines to stderr, since the answer of the command goes to stdout."""
    logging.basicConfig(handlers=[FirstLine(settings)], level=settings.log_level, force=True)
