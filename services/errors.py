"""What a caller of `HostedSms`, such as the command, gets instead of an answer. Each text is a sentence for a person.

ServiceError
├── Refused               it cannot be done as asked: change what is asked
│   ├── BadFile           a file of requests has mistakes: one sentence for each
│   ├── OtherContent      a request of this reference exists with other content
│   ├── AccountRefused    Telnyx refuses the account, so nothing that is asked is at fault
│   ├── UnknownReference  there is no such request
│   ├── NoHostingRequest  it was started with something else, so no worker can ever read it
│   └── Finished          the request has ended and takes no more messages
└── NoAnswer              a service or worker did not answer in time: ask again
    ├── WorkerSilent      no worker runs, or none answered
    ├── UnreadableAnswer  it was done, and this process has no key for the answer
    └── FailingWorker     a worker fails on the request or account again and again

`services/endings.py` tells for every error how a call ended.
"""

import shlex
from collections.abc import Sequence

from domain import command_hints


class ServiceError(Exception):
    """The root of the tree, never raised itself."""


class Refused(ServiceError):  # noqa: N818 - named for what happened to the person who asked
    """It cannot be done as asked, and nothing was changed."""


class BadFile(Refused):
    """A file of requests has mistakes, and none of its requests was started.

    `mistakes` holds one sentence for each, with row, column and remedy.
    """

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


class OtherContent(Refused):
    """A request of this reference exists with other content; the text names the difference.

    `documents` holds the hashes of the documents that it was started with.
    """

    def __init__(self, sentence: str, *, documents: Sequence[str]) -> None:
        super().__init__(sentence)
        self.documents = documents


class AccountRefused(Refused):
    """Telnyx refuses the account itself, for instance its key. Nothing in what was asked is wrong."""


class UnknownReference(Refused):
    """No request has this reference."""

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"There is no request {reference!r}, or the Temporal server has forgotten it since it ended: `hosted-sms "
            "list` shows the references that exist."
        )


class NoHostingRequest(Refused):
    """A workflow with the id of a request was not started with a hosting request."""

    def __init__(self, workflow_id: str) -> None:
        super().__init__(
            f"{workflow_id} was not started with a hosting request: terminate it with "
            f"`temporal workflow terminate -w {shlex.quote(workflow_id)}` and start it with `hosted-sms start`."
        )


class Finished(Refused):
    """The request has ended, so it takes no more messages."""

    def __init__(self, reference: str, how: str) -> None:
        command = command_hints.show(reference)
        super().__init__(f"{reference} has ended ({how}) and takes no more messages: see `{command}`.")


class NoAnswer(ServiceError):  # noqa: N818 - named for what happened to the person who asked
    """A service or worker did not answer in time. What was asked may still be done."""


class WorkerSilent(NoAnswer):
    """No worker runs, or none answered. `what` is that alone, as a sentence without its end."""

    def __init__(self, what: str, remedy: str = "start one with `python worker.py`, and try again") -> None:
        super().__init__(f"{what}: see `hosted-sms doctor`, {remedy}.")
        self.what = what


class UnreadableAnswer(NoAnswer):
    """What was asked was done. The answer was encrypted with a key that this process does not have."""

    def __init__(self, name: str, why: str, update_id: str) -> None:
        super().__init__(
            f"It was applied: {name} took this and answered. What it answered, for instance that a code was wrong, "
            f"cannot be read here. {why} Then repeat with the same --id {update_id} to read it; nothing is done twice."
        )


class FailingWorker(NoAnswer):
    """A worker fails on a request or an account again and again, so it takes nothing now."""

    def __init__(self) -> None:
        super().__init__(
            "A worker fails on this again and again, so nothing was done: `hosted-sms doctor` names the cause and what "
            "to do."
        )
