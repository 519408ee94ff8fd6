"""The stories whose histories are kept: one for each way through a request. Each takes the same way every time.

A story's request has the story's name as its reference.
"""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from temporalio.testing import WorkflowEnvironment

from domain import names
from domain.imports import IMPORT_WORKFLOW_TYPE
from domain.transfers import ALERT_WORKFLOW, ANSWER_WORKFLOW
from tests.replay import account_stories, import_stories, short_stories, unusual_stories, usual_stories
from tests.workflows.busy_server import busy
from tests.workflows.receivers import channel, channels_file, receiving, webhook
from tests.workflows.stage import Stage

RunStory = Callable[[Stage, str], Awaitable[None]]


@asynccontextmanager
async def program(*statuses: int, people: bool = False) -> AsyncIterator[Mapping[str, Any]]:
    """An outbound webhook that answers with these statuses first, and a channel if people are notified, too."""
    with tempfile.TemporaryDirectory() as folder:
        async with receiving(*statuses) as receiver:
            tables = [channel(receiver, "chat", 'name = "team"')] if people else []
            path = channels_file(Path(folder), *tables, webhook(receiver, 'name = "program"'))
            yield {"channels": path}


@dataclass(frozen=True)
class StorySpec:
    """One story, and what it needs.

    Attributes:
        run: runs it on a stage, with a reference, to its end.
        types: the first workflow's history is kept of each of these workflow types. The first type names the file.
        settings: the settings in which the workers differ from the usual ones.
        receivers: opens the receivers of notifications and gives the settings that name them.
        server: changes the Temporal server that the workers use.
        events_in_a_run: after how many events the server suggests to continue as new.
    """

    run: RunStory
    types: tuple[str, ...] = (names.WORKFLOW_TYPE,)
    settings: Mapping[str, Any] = field(default_factory=dict)
    receivers: Callable[[], AbstractAsyncContextManager[Mapping[str, Any]]] = lambda: nullcontext({})
    server: Callable[[WorkflowEnvironment], Any] = lambda server: server
    events_in_a_run: int = 1000


BOTH = (names.WORKFLOW_TYPE, names.ACCOUNT_WORKFLOW_TYPE)
ACCOUNT = (names.ACCOUNT_WORKFLOW_TYPE,)
IMPORT = (IMPORT_WORKFLOW_TYPE,)
REMINDED = {"remind_after": 2.0, "escalate_at_reminder": 1}
RARELY = {"poll_interval": 3600.0}
PEOPLE_AND_PROGRAM, PROGRAM_IS_GONE = partial(program, people=True), partial(program, 410)

STORIES: Mapping[str, StorySpec] = {
    "happy": StorySpec(usual_stories.happy),
    "wrong-code-and-resend": StorySpec(usual_stories.wrong_code_and_resend),
    "codes-by-signal": StorySpec(usual_stories.codes_by_signal),
    "papers-missing": StorySpec(usual_stories.documents_missing),
    "papers-refused": StorySpec(usual_stories.documents_refused),
    "partial-success": StorySpec(usual_stories.partial_success),
    "timed-out": StorySpec(usual_stories.timed_out),
    "rejected-and-retried": StorySpec(usual_stories.rejected_and_retried),
    "joins-an-ask": StorySpec(usual_stories.joins_an_ask),
    "given-up": StorySpec(usual_stories.given_up),
    "cancelled-in-codes": StorySpec(usual_stories.cancelled_in_codes),
    "cancelled-in-review": StorySpec(usual_stories.cancelled_in_review),
    "cancelled-while-ordering": StorySpec(unusual_stories.cancelled_while_ordering),
    "expired": StorySpec(usual_stories.expired, settings={"ask_deadline": 2.0}),
    "codes-do-not-arrive": StorySpec(usual_stories.codes_do_not_arrive, settings={"codes_at_most": 1}),
    "reminded": StorySpec(usual_stories.reminded, settings=REMINDED),
    "review-late": StorySpec(usual_stories.review_late, settings={"review_late_after": 1.0}),
    "deleted-in-portal": StorySpec(usual_stories.deleted_in_portal),
    "unknown-word-answered": StorySpec(usual_stories.unknown_status_answered),
    "order-adopted": StorySpec(unusual_stories.order_adopted),
    "refused-at-create": StorySpec(unusual_stories.refused_at_create),
    "telnyx-in-trouble": StorySpec(unusual_stories.telnyx_in_trouble),
    "hinted": StorySpec(unusual_stories.hinted, settings=RARELY),
    "continued-as-new": StorySpec(usual_stories.continued_as_new, events_in_a_run=60),
    "transfer-agreed": StorySpec(unusual_stories.transfer_agreed),
    "transfer-not-wanted": StorySpec(unusual_stories.transfer_not_wanted),
    "news-of-others": StorySpec(unusual_stories.news_of_others),
    "stopped-account": StorySpec(unusual_stories.stopped_account, types=BOTH),
    "number-of-another-request": StorySpec(unusual_stories.number_of_another_request, types=ACCOUNT),
    "account-continued-as-new": StorySpec(account_stories.continued_as_new, types=ACCOUNT, events_in_a_run=30),
    "account-silent-and-stopped": StorySpec(account_stories.silent_and_stopped, types=ACCOUNT, settings=REMINDED),
    "account-wakes-in-batches": StorySpec(account_stories.wakes_in_batches, types=ACCOUNT),
    "account-trouble-of-another": StorySpec(account_stories.trouble_of_another, types=ACCOUNT),
    "account-heals": StorySpec(account_stories.heals, types=ACCOUNT),
    "numbers-checked": StorySpec(short_stories.numbers_checked, types=("CheckNumbers",)),
    "profile-looked-at": StorySpec(short_stories.profile_looked_at, types=("Preflight",)),
    "worker-probed": StorySpec(short_stories.worker_probed, types=("ProbeWorker",)),
    "orphans-looked-for": StorySpec(short_stories.orphans_looked_for, types=("FindOrphans",)),
    "documents-forgotten": StorySpec(short_stories.documents_forgotten, types=("ForgetDocuments",)),
    "imported": StorySpec(import_stories.imported, types=IMPORT),
    "import-paused-and-stopped": StorySpec(
        import_stories.paused_and_stopped, types=IMPORT, settings={"import_under_way": 1}
    ),
    "import-continued-as-new": StorySpec(
        import_stories.continued_as_new, types=IMPORT, settings={"import_under_way": 1}, events_in_a_run=50
    ),
    "news-told": StorySpec(
        short_stories.notified, types=(names.NOTIFICATION_WORKFLOW_TYPE,), receivers=PEOPLE_AND_PROGRAM
    ),
    "news-given-up": StorySpec(
        short_stories.notified, types=(names.NOTIFICATION_WORKFLOW_TYPE,), receivers=PROGRAM_IS_GONE
    ),
    "news-not-begun": StorySpec(usual_stories.happy, receivers=PEOPLE_AND_PROGRAM, server=busy),
    "transfer-alerted": StorySpec(short_stories.transfer_alerted, types=(ALERT_WORKFLOW,)),
    "transfer-answered": StorySpec(short_stories.transfer_answered, types=(ANSWER_WORKFLOW,)),
}
"""By name, which also names the file of the history."""
