"""Options that several commands share, and the answer to who is asking under which id."""

import getpass
import os
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter


@Parameter(name="*")
@dataclass(frozen=True)
class Output:
    """How a command answers."""

    json: Annotated[bool, Parameter(name="--json", negative="", help="Answer as JSON, for programs.")] = False


@Parameter(name="*")
@dataclass(frozen=True)
class Change(Output):
    """Who changes a request, and under which id."""

    by: Annotated[str, Parameter(help="Who asks; the user of this system when not given.")] = ""
    id: Annotated[
        str, Parameter(name="--id", help="Id of this intention: the same id again changes nothing and answers alike.")
    ] = ""
    within: Annotated[float, Parameter(help="Seconds to wait for the answer.")] = 20.0

    def who(self) -> str:
        """The name that stands in the request's events."""
        return self.by or system_user()


TEXT = Output()
ANONYMOUS = Change()


def system_user() -> str:
    """The name of whoever runs this; a container's user may have none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"uid {os.getuid()}"
