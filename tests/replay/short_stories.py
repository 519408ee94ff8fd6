"""The short workflows, which look something up, notify people or clean up."""

from datetime import UTC, datetime, timedelta

from domain import names
from domain.checks import CheckRequest, OrphansRequest, PreflightRequest, WorkerProbe
from domain.messages import Message
from domain.notification import Notification
from domain.transfers import ALERT_WORKFLOW, ANSWER_WORKFLOW, AnswerTransferRequest, ApprovalRequest
from tests import limits
from tests.replay.usual_stories import ONE, WIRELESS
from tests.workflows.stage import Stage
from tests.workflows.telnyx_side import PROFILE

LIMIT = timedelta(seconds=limits.WAIT)


async def numbers_checked(stage: Stage, _reference: str) -> None:
    await _run(stage, "CheckNumbers", CheckRequest(account=stage.account, phone_numbers=[ONE, WIRELESS]))


async def profile_looked_at(stage: Stage, _reference: str) -> None:
    await _run(stage, "Preflight", PreflightRequest(account=stage.account, messaging_profile_id=PROFILE))


async def worker_probed(stage: Stage, reference: str) -> None:
    document = await stage.store.put(reference, b"probe", "probe")
    await _run(stage, "ProbeWorker", WorkerProbe(reference=reference, document=document, text="probe"))


async def orphans_looked_for(stage: Stage, _reference: str) -> None:
    await _run(stage, "FindOrphans", OrphansRequest(account=stage.account))


async def documents_forgotten(stage: Stage, _reference: str) -> None:
    await _run(stage, "ForgetDocuments")


async def notified(stage: Stage, reference: str) -> None:
    news = Notification(
        event="ask_opened", event_id="evt_1", reference=reference, account=stage.account, text="Read it out."
    )
    await _run(stage, names.NOTIFICATION_WORKFLOW_TYPE, news)


async def transfer_alerted(stage: Stage, _reference: str) -> None:
    deadline = datetime(2040, 1, 2, tzinfo=UTC)
    asked = ApprovalRequest(event_id="e", account=stage.account, order_id="o", phone_numbers=[ONE], deadline=deadline)
    await _run(stage, ALERT_WORKFLOW, asked)


async def transfer_answered(stage: Stage, _reference: str) -> None:
    answer = AnswerTransferRequest(account=stage.account, order_id="o", decision="reject", token="used-up")
    await _run(stage, ANSWER_WORKFLOW, answer)


async def _run(stage: Stage, workflow_type: str, *request: Message) -> None:
    """Run one of the short workflows to its end."""
    await stage.client.execute_workflow(
        workflow_type, *request, id=workflow_type, task_queue=stage.queue, execution_timeout=LIMIT
    )
