"""The stories whose histories are kept: one for each way through a request, told so that they always go the same way.

A story's request has the story's name as its reference.
"""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from temporalio.testing import WorkflowEnvironment

from domain import names
from domain.transfers import ALERT_WORKFLOW, ANSWER_WORKFLOW
from tests.replay import account_plays, odd_plays, short_plays, usual_plays
from tests.workflows.busy_front import busy
from tests.workflows.receivers import channel, channels_file, receiving, webhook
from tests.workflows.stage import Stage

Play = Callable[[Stage, str], Awaitable[None]]


@asynccontextmanager
async def nobody_to_tell() -> AsyncIterator[Mapping[str, Any]]:
    """No channel and no outbound webhook: no settings of their own."""
    yield {}


@asynccontextmanager
async def people_and_a_program() -> AsyncIterator[Mapping[str, Any]]:
    """A channel and an outbound webhook, and the settings that name them."""
    with tempfile.TemporaryDirectory() as folder:
        async with receiving() as receiver:
            tables = channel(receiver, "chat", 'name = "team"'), webhook(receiver, 'name = "program"')
            yield {"channels": channels_file(Path(folder), *tables)}


@asynccontextmanager
async def a_program_that_is_gone() -> AsyncIterator[Mapping[str, Any]]:
    """An outbound webhook whose receiver says that nobody listens there any more."""
    with tempfile.TemporaryDirectory() as folder:
        async with receiving(410) as receiver:
            yield {"channels": channels_file(Path(folder), webhook(receiver, 'name = "program"'))}


def as_it_is(server: WorkflowEnvironment) -> Any:
    """A Temporal server that takes whatever it is asked for."""
    return server


@dataclass(frozen=True)
class Told:
    """One story.

    Attributes:
        play: plays it on a stage, for a reference, to its end.
        types: the workflow types of which the first workflow's history is kept; the first type gives the file its name.
        settings: what the worker's settings differ in.
        listeners: who is told of what happens, with the settings that name them.
        front: the server as the workers meet it.
        events_in_a_run: after how many events the server suggests to continue as new.
    """

    play: Play
    types: tuple[str, ...] = (names.WORKFLOW_TYPE,)
    settings: Mapping[str, Any] = field(default_factory=dict)
    listeners: Callable[[], AbstractAsyncContextManager[Mapping[str, Any]]] = nobody_to_tell
    front: Callable[[WorkflowEnvironment], Any] = as_it_is
    events_in_a_run: int = 1000


BOTH = (names.WORKFLOW_TYPE, names.ACCOUNT_WORKFLOW_TYPE)
ACCOUNT = (names.ACCOUNT_WORKFLOW_TYPE,)
REMINDED = {"remind_after": 2.0, "escalate_at_reminder": 1}
RARELY = {"poll_interval": 3600.0}

STORIES: Mapping[str, Told] = {
    "happy": Told(usual_plays.happy),
    "wrong-code-and-resend": Told(usual_plays.wrong_code_and_resend),
    "codes-by-signal": Told(usual_plays.codes_by_signal),
    "papers-missing": Told(usual_plays.papers_missing),
    "papers-refused": Told(usual_plays.papers_refused),
    "partial-success": Told(usual_plays.partial_success),
    "timed-out": Told(usual_plays.timed_out),
    "rejected-and-retried": Told(usual_plays.rejected_and_retried),
    "joins-an-ask": Told(usual_plays.joins_an_ask),
    "given-up": Told(usual_plays.given_up),
    "cancelled-in-codes": Told(usual_plays.cancelled_in_codes),
    "cancelled-in-review": Told(usual_plays.cancelled_in_review),
    "cancelled-while-ordering": Told(odd_plays.cancelled_while_ordering),
    "expired": Told(usual_plays.expired, settings={"ask_deadline": 2.0}),
    "codes-do-not-arrive": Told(usual_plays.codes_do_not_arrive, settings={"codes_at_most": 1}),
    "reminded": Told(usual_plays.reminded, settings=REMINDED),
    "review-late": Told(usual_plays.review_late, settings={"review_late_after": 1.0}),
    "deleted-in-portal": Told(usual_plays.deleted_in_portal),
    "unknown-word-answered": Told(usual_plays.unknown_word_answered),
    "order-adopted": Told(odd_plays.order_adopted),
    "refused-at-create": Told(odd_plays.refused_at_create),
    "telnyx-in-trouble": Told(odd_plays.telnyx_in_trouble),
    "hinted": Told(odd_plays.hinted, settings=RARELY),
    "continued-as-new": Told(usual_plays.continued_as_new, events_in_a_run=60),
    "transfer-agreed": Told(odd_plays.transfer_agreed),
    "transfer-not-wanted": Told(odd_plays.transfer_not_wanted),
    "stopped-account": Told(odd_plays.stopped_account, types=BOTH),
    "number-of-another-request": Told(odd_plays.number_of_another_request, types=ACCOUNT),
    "account-continued-as-new": Told(account_plays.continued_as_new, types=ACCOUNT, events_in_a_run=30),
    "account-silent-and-stopped": Told(account_plays.silent_and_stopped, types=ACCOUNT, settings=REMINDED),
    "account-wakes-in-batches": Told(account_plays.wakes_in_batches, types=ACCOUNT),
    "numbers-checked": Told(short_plays.numbers_checked, types=("CheckNumbers",)),
    "profile-looked-at": Told(short_plays.profile_looked_at, types=("Preflight",)),
    "orphans-looked-for": Told(short_plays.orphans_looked_for, types=("FindOrphans",)),
    "documents-forgotten": Told(short_plays.documents_forgotten, types=("ForgetDocuments",)),
    "news-told": Told(short_plays.news_told, types=(names.NOTIFICATION_WORKFLOW_TYPE,), listeners=people_and_a_program),
    "news-given-up": Told(
        short_plays.news_told, types=(names.NOTIFICATION_WORKFLOW_TYPE,), listeners=a_program_that_is_gone
    ),
    "news-not-begun": Told(usual_plays.happy, listeners=people_and_a_program, front=busy),
    "transfer-alerted": Told(short_plays.transfer_alerted, types=(ALERT_WORKFLOW,)),
    "transfer-answered": Told(short_plays.transfer_answered, types=(ANSWER_WORKFLOW,)),
}
"""By name, which is also the name of the file with the history."""
