"""What an activity does when Telnyx does not do what was asked.

    TryLater, OutcomeUnknown ──► the activity fails and Temporal tries again, after the delay that Telnyx named
    everything else ───────────► a verdict: a person is asked, in Telnyx's own words

An activity whose call changes something never just repeats it: it reads the present state first.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities import delays
from activities.heartbeats import send_heartbeats
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
"""What no waiting mends."""

AGAIN = Choice(choice=ChoiceKind.AGAIN, sentence="The cause is mended: try again.")
GIVE_UP = Choice(choice=ChoiceKind.GIVE_UP, sentence="Give these numbers up.")


@asynccontextmanager
async def let_temporal_retry(*, at_least: float = 0.0) -> AsyncIterator[None]:
    """Call Telnyx inside this: it heartbeats, and lets Temporal try again whatever waiting may mend.

    What a person must mend passes through.
    """
    async with send_heartbeats():
        try:
            yield
        except (TryLater, OutcomeUnknown) as error:
            raise retry_later(error, at_least=at_least) from None


def retry_later(error: TelnyxError, *, at_least: float = 0.0) -> ApplicationError:
    """The failure by which Temporal tries again: after Telnyx's delay, `at_least` seconds and our own back-off.

    Our own counts too, since a limit that Telnyx lifts in a second may be hit again at once, by every request.
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
    ours = delays.double_each_attempt(delays.FIRST_RETRY_DELAY, info.attempt, delays.LONGEST_RETRY_DELAY)
    theirs = min(error.retry_after or 0.0, delays.LONGEST_TELNYX_DELAY)
    return retry_in(max(at_least, ours, theirs), str(error), type_=type(error).__name__)


def retry_in(seconds: float, because: str, *, type_: str) -> ApplicationError:
    """The benign failure by which Temporal tries the activity again after so many seconds."""
    return ApplicationError(
        because,
        type=type_,
        next_retry_delay=timedelta(seconds=seconds),
        category=ApplicationErrorCategory.BENIGN,
    )


def ask_person(error: TelnyxError, doing: str, phone_numbers: list[str]) -> Verdict:
    """What to ask a person when waiting does not help.

    Args:
        error: what Telnyx answered; its text names Telnyx's code, title, detail and pointer.
        doing: what was tried, such as "place the order".
        phone_numbers: the numbers that wait for it.
    """
    if isinstance(error, StopAccount):
        guidance = f"Nothing of this account works until it is mended. {error}"
        at = activity.info().started_time if activity.in_activity() else None
        need = Need(kind=AskKind.ACCOUNT, numbers=phone_numbers, guidance=guidance, choices=[AGAIN, GIVE_UP], at=at)
    else:
        guidance = f"Telnyx refused to {doing}. {error} Mend the cause, then answer `again`, or give the numbers up."
        need = Need(kind=AskKind.CHOICE, numbers=phone_numbers, guidance=guidance, choices=[AGAIN, GIVE_UP])
    return Verdict(next=Next.ASK, because=str(error), need=need)
