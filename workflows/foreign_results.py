"""Recognizes a result of an activity that no worker of ours gave: the worker puts a failure in its place."""

from temporalio.exceptions import ActivityError, ApplicationError

from domain.unreadable import FOREIGN_RESULT


def is_foreign_result(error: BaseException | None) -> bool:
    """Whether this failure stands for such a result. It says nothing of what the activity did."""
    cause = error.cause if isinstance(error, ActivityError) else None
    return isinstance(cause, ApplicationError) and cause.type == FOREIGN_RESULT
