"""What an activity does when Telnyx does not do what was asked.

    TryLater, OutcomeUnknown ──► the activity fails, and Temporal tries again after a delay
    every other error ─────────► the activity answers with a question to a person, in Telnyx's own words

An activity that changes something at Telnyx never just repeats its call: each attempt first reads the present state.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.heartbeats import send_heartbeats
from domain import delays
from domain.messages import Choice
from domain.verdicts import Need, Verdict
from domain.vocabulary import AskKind, ChoiceKind, Next
from telnyx_api.errors import (
    Conflict,
    FixInput,
    NeedsPerson,
    NotFound,
    OutcomeUnknown,
    StopAccount,
    TelnyxError,
    TryLater,
)

log = structlog.get_logger(__name__)

PERSON_NEEDED = (FixInput, StopAccount, NotFound, Conflict, NeedsPerson)
"""The errors that no waiting fixes."""

AGAIN = Choice(choice=ChoiceKind.AGAIN, sentence="The cause is fixed. Try again.")
GIVE_UP = Choice(choice=ChoiceKind.GIVE_UP, sentence="Give these numbers up.")


@asynccontextmanager
async def let_temporal_retry(*, at_least: float = 0.0) -> AsyncIterator[None]:
    """Call Telnyx in the body: it sends heartbeats, and errors that may pass make Temporal try again.

    `at_least` is the shortest delay before that, in seconds. The errors of `PERSON_NEEDED` pass through.
    """
    async with send_heartbeats():
        try:
            yield
        except (TryLater, OutcomeUnknown) as error:
            raise retry_later(error, at_least=at_least) from None


def retry_later(error: TelnyxError, *, at_least: float = 0.0) -> ApplicationError:
    """The failure by which Temporal tries again after an error of Telnyx.

    The delay is the longest of three: Telnyx's own, `at_least` seconds, and our back-off. Our back-off counts also when
    Telnyx names a delay: when a rate limit ends, every request comes back at once and meets it again.
    """
    info = activity.info()
    log.info(
        "telnyx_call_retried",
        workflow_id=info.workflow_id,
        activity=info.activity_type,
        attempt=info.attempt,
        error=type(error).__name__,
        reason=str(error),
    )
    ours = delays.double_each_attempt(delays.FIRST_RETRY, info.attempt, delays.LONGEST_RETRY)
    theirs = min(error.retry_after or 0.0, delays.LONGEST_TELNYX_DELAY)
    return retry_in(max(at_least, ours, theirs), str(error), type_=type(error).__name__)


def retry_in(seconds: float, because: str, *, type_: str) -> ApplicationError:
    """The failure by which Temporal tries again after so many seconds. It is benign: waiting is no fault."""
    return ApplicationError(
        because,
        type=type_,
        next_retry_delay=timedelta(seconds=seconds),
        category=ApplicationErrorCategory.BENIGN,
    )


def final_failure(error: TelnyxError) -> ApplicationError:
    """The failure of a look-up for a face when waiting does not help. The look-up found out nothing."""
    return ApplicationError(str(error), type=type(error).__name__, non_retryable=True)


def ask_person(error: TelnyxError, action: str, phone_numbers: list[str]) -> Verdict:
    """The question to a person when waiting does not help.

    Args:
        error: what Telnyx answered. Its text has Telnyx's code, title, detail and pointer.
        action: what was tried, such as "place the order".
        phone_numbers: the numbers that wait for it.
    """
    if isinstance(error, StopAccount):
        guidance = f"Telnyx refuses every call for this account until someone fixes the cause. {error}"
        at = activity.info().started_time if activity.in_activity() else None
        need = Need(kind=AskKind.ACCOUNT, numbers=phone_numbers, guidance=guidance, choices=[AGAIN, GIVE_UP], at=at)
    else:
        guidance = f"Telnyx refused to {action}. {error} Fix the cause and answer `again`, or give the numbers up."
        need = Need(kind=AskKind.CHOICE, numbers=phone_numbers, guidance=guidance, choices=[AGAIN, GIVE_UP])
    return Verdict(next=Next.ASK, because=str(error), need=need)
