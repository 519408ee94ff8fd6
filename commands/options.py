"""Arguments and options that several commands share."""

import getpass
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter, Token

from domain.delays import COMMAND_WAITS
from domain.pasted_text import clean

if TYPE_CHECKING:
    from services.updates import Sending

EMPTY = Parameter(show_default=False)
"""An option whose default is empty, so that help does not print it."""
FLAG = Parameter(negative="", show_default=False)
"""An option without a value."""


def _cleaned(_type: object, tokens: Sequence[Token]) -> str:
    return clean(tokens[0].value)


PASTED = Parameter(converter=_cleaned)
"""A text that people copy from elsewhere and that is no free text: an id, a word, a token."""

Reference = Annotated[str, PASTED, Parameter(help="Reference of the request.")]
Numbers = Annotated[list[str], Parameter(help="Numbers in any US spelling.")]
Account = Annotated[str, PASTED, Parameter(help="Name of the Telnyx account in the settings.")]
Why = Annotated[str, EMPTY, Parameter(help="The reason, kept in the request's events.")]
By = Annotated[str, EMPTY, Parameter(help="Who asks. Default: the user of this system.")]
Loa = Annotated[Path | None, Parameter(help="The signed letter of authorization, a PDF of at most 5 MB.")]
Bill = Annotated[Path | None, Parameter(help="A bill that shows the numbers, a PDF of at most 5 MB.")]


@Parameter(name="*")
@dataclass(frozen=True)
class Output:
    """How a command answers."""

    json: Annotated[bool, FLAG, Parameter(name="--json", help="Answer as JSON, for programs.")] = False


@Parameter(name="*")
@dataclass(frozen=True)
class Change(Output):
    """Who changes something, and how the answer is awaited."""

    by: By = ""
    id: Annotated[
        str,
        EMPTY,
        PASTED,
        Parameter(name="--id", help="Id of this intention: repeating a command with the same id changes nothing."),
    ] = ""
    within: Annotated[float, Parameter(help="Seconds to wait for the answer.")] = COMMAND_WAITS

    def who(self) -> str:
        """The name for the request's events."""
        return self.by or system_user()

    def sending(self) -> "Sending":
        """The keyword arguments of the verb that makes the change."""
        return {"update_id": self.id, "within": self.within}


TEXT = Output()
CHANGE = Change()


def system_user() -> str:
    """The user that runs this command; a container's user may have no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"uid {os.getuid()}"
