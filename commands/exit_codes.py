"""The exit code of each ending of a command."""

from collections.abc import Mapping

from services.endings import Ending

EXIT_CODES: Mapping[Ending, int] = {
    Ending.DONE: 0,
    Ending.REFUSED: 1,
    Ending.FAULT: 1,
    Ending.NO_ANSWER: 3,
}
"""Wrong usage is 2 and an interrupt is 130: neither reaches a service."""
