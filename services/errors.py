"""What a face (command, REST, console) can be told instead of an answer; each text is a sentence for a person.

ServiceError
├── Refused               it cannot be done as asked: change what is asked
│   ├── BadFile           a file of orders has mistakes: one sentence each
│   ├── UnknownReference  there is no such request
│   └── Finished          the request is closed: nothing can be said to it any more
└── NoAnswer              a service or worker did not answer in time: ask again
"""

from collections.abc import Sequence


class ServiceError(Exception):
    """The root of the tree; never raised itself."""


class Refused(ServiceError):  # noqa: N818 - named for what happened to the person who asked
    """It cannot be done as asked, and nothing was changed."""


class BadFile(Refused):
    """A file of orders has mistakes; nothing of it was started.

    `mistakes` holds one sentence for each, naming row, column and remedy.
    """

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


class UnknownReference(Refused):
    """No request goes by this reference."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"There is no request {reference!r}: `hosted-sms list` shows the references that exist.")


class Finished(Refused):
    """The request has ended, so it takes no more messages."""

    def __init__(self, reference: str, how: str) -> None:
        super().__init__(
            f"{reference} has ended ({how}) and takes no more messages: see `hosted-sms show {reference}`."
        )


class NoAnswer(ServiceError):  # noqa: N818 - named for what happened to the person who asked
    """A service or worker did not answer in time; what was asked may still be done."""
