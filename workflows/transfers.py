"""Short workflows of the side that may lose numbers by an internal transfer."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from domain.transfers import (
    ALERT_WORKFLOW,
    ANSWER_WORKFLOW,
    AnswerTransferRequest,
    ApprovalRequest,
    TransferAlertResult,
    TransferResult,
    unknown_result,
)
from workflows import activity_options
from workflows.notifications import deliver
from workflows.request.activity_calls import fairness, telnyx_queue

with workflow.unsafe.imports_passed_through():
    from activities.transfers import TransferActivities


@workflow.defn(name=ALERT_WORKFLOW)
class AlertOfTransfer:
    """Finds out whose numbers another account wants, and tells them; one for each event of Telnyx."""

    @workflow.run
    async def run(self, asked: ApprovalRequest) -> TransferAlertResult:
        """Look among all requests, closed ones too, for as long as it takes."""
        alerted: TransferAlertResult = await workflow.execute_activity_method(
            TransferActivities.alert_of_transfer,
            asked,
            summary=f"tell who may lose numbers by the order {asked.order_id}",
            **activity_options.PATIENT_LOOK.options(),
        )
        for news in alerted.untold:
            await deliver(news)
        return alerted


@workflow.defn(name=ANSWER_WORKFLOW)
class AnswerTransfer:
    """Gives Telnyx the answer of the account that may lose numbers."""

    @workflow.run
    async def run(self, request: AnswerTransferRequest) -> TransferResult:
        """Send the answer once; what nobody knows is said, and never tried again by itself."""
        try:
            return await workflow.execute_activity_method(
                TransferActivities.answer_transfer,
                request,
                task_queue=telnyx_queue(),
                priority=fairness(request.account),
                summary=f"{request.decision} the transfer by the order {request.order_id}",
                **activity_options.ONCE.options(),
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
        return unknown_result(request.order_id, "The worker did not say how it went")
