"""The messages, the names and the limits of an import: many requests that are started from one file.

`hosting-import-<id>` is one workflow for each file. What is to be started stands in the document store, in pages of
lines, since the lines hold whole phone numbers. The workflow holds where it is in them.
"""

import re
from datetime import datetime
from enum import StrEnum

from pydantic import Field, JsonValue

from domain.free_text import Line, Name, Sentences
from domain.messages import Document, Event, HostingRequest, Message

IMPORT_WORKFLOW_TYPE = "ImportRequests"
START_ACTIVITY = "start_requests"
PAUSE_UPDATE = "pause"
CONTINUE_UPDATE = "resume"
STOP_UPDATE = "stop"

PAGE = 500
"""Requests in one page of a plan. The largest page, of requests with 200 numbers, is well below a document's limit."""
BATCH = 50
"""Requests that one activity starts."""
MOST_REQUESTS = 50_000
MOST_FAILURES = 1000
"""An import with so many failed rows ends. What is wrong is wrong with the file or the installation."""

_ID = re.compile(r"[0-9a-f]{12}")
_OF_IMPORTS = "import-"


class RowRefused(Exception):  # noqa: N818 - named for what happened to the row
    """The request of a row cannot be started as it is."""


class RowUnanswered(Exception):  # noqa: N818 - named for what happened to the row
    """A service did not answer, so the request may exist or not. Another try may succeed."""


def import_reference(import_id: str) -> str:
    """The name under which an import lies in the document store. No request may have it as its reference."""
    return _OF_IMPORTS + import_id


def is_import_id(text: str) -> bool:
    """Say whether a text may be the id of an import: 12 digits of 0-9 and a-f."""
    return _ID.fullmatch(text) is not None


def is_reserved_for_imports(reference: str) -> bool:
    """Say whether a reference would make the workflow id of an import."""
    return reference.startswith(_OF_IMPORTS) and is_import_id(reference.removeprefix(_OF_IMPORTS))


class ImportStatus(StrEnum):
    """Where an import stands."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    """Nothing more is started, and what was begun is still counted."""
    DONE = "done"
    """Each row was started, or failed for good."""
    STOPPED = "stopped"
    """It ended before it reached each row."""
    TERMINATED = "terminated"
    """Someone ended it at the server, so it has no result."""

    @property
    def is_final(self) -> bool:
        """Whether nothing more is started."""
        return self in {ImportStatus.DONE, ImportStatus.STOPPED, ImportStatus.TERMINATED}


class PlannedRow(Message):
    """One line of a plan: a request that is ready to be started, and its row in the file."""

    row: int
    request: HostingRequest


class ImportLane(Message):
    """The requests of one Telnyx account. Each account has its own bound, so each has its own place in the plan."""

    account: str
    requests: int
    pages: list[Document]
    """The plan in the document store: JSON Lines of `PlannedRow`, `PAGE` of them in each page but the last."""


class OpenImport(Message):
    """Starts the workflow of an import."""

    import_id: str
    lanes: list[ImportLane]
    by: Name = ""
    carry: dict[str, JsonValue] | None = None
    """What it knew when it continued as new; no other caller sets it."""


class PauseImport(Message):
    """Start no more requests until the import is resumed."""

    by: Name = ""


class ResumeImport(Message):
    """Go on with a paused import."""

    by: Name = ""


class StopImport(Message):
    """End an import. What it started goes on."""

    by: Name = ""


class RecentStart(Message):
    """Requests that were started a moment ago, which the server's lists may not show yet."""

    at: datetime
    requests: int


class StartRows(Message):
    """Start some requests of one page of a plan."""

    import_id: str
    account: str
    page: Document
    lines: list[int]
    """Which lines of the page, counted from 0."""
    begun: datetime
    """When the import began. A request that is older existed already."""
    recent: list[RecentStart] = Field(default_factory=list)


class FailedRow(Message):
    """A row that cannot be started as it is."""

    row: int
    reference: str
    error: Line


class StartedRows(Message):
    """What became of the lines of a `StartRows`."""

    tried: int
    """The first so many lines were tried. For the others there was no room."""
    started: int = 0
    already: int = 0
    failed: list[FailedRow] = Field(default_factory=list)
    unanswered: list[int] = Field(default_factory=list)
    """Lines for which a service did not answer. They are to be tried again."""
    because: Sentences = ""
    """What came instead of an answer."""
    under_way: int = 0
    """Requests of the account in the steps `eligibility` and `order`."""


class AccountImport(Message):
    """Where the import stands with the requests of one Telnyx account."""

    account: Name
    requests: int
    done: int = 0
    waiting: int = 0
    """Rows for which a service did not answer. They are tried again."""
    because: Sentences = ""
    """Why the last of them waits."""
    under_way: int = 0
    """Requests of the account in the steps `eligibility` and `order`, when the import last looked."""


class ImportProgress(Message):
    """Where an import stands, and its result."""

    import_id: str
    status: str
    """`running`, `paused`, `stopping`, `done`, `stopped` or `terminated`."""
    by: Name = ""
    requests: int = 0
    started: int = 0
    already: int = 0
    """Requests that existed before the import began."""
    failed: int = 0
    waiting: int = 0
    """Rows for which a service did not answer. They are tried again."""
    because: Sentences = ""
    """Why it was stopped, or why nothing is started now."""
    per_minute: float | None = Field(default=None, allow_inf_nan=False)
    """Rows a minute, as of recently; None while that is not known."""
    seconds_left: int | None = None
    """About how long it still takes at this rate."""
    begun: datetime | None = None
    ended: datetime | None = None
    accounts: list[AccountImport] = Field(default_factory=list)
    failures: list[FailedRow] = Field(default_factory=list)
    events: list[Event] = Field(default_factory=list)
    partial: bool = False
    """True when no worker answered and only what the Temporal server knows is here."""

    @property
    def done(self) -> int:
        """Rows that need nothing more."""
        return self.started + self.already + self.failed
