"""Short workflows for an account that may lose numbers by an internal transfer."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from domain.printable import line
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
from workflows.received import takes
from workflows.telnyx_queue import telnyx_call

_SHOWN = 64  # signs of an id in a summary, of which the server keeps 400 bytes

with workflow.unsafe.imports_passed_through():
    from activities.transfers import TransferActivities


@workflow.defn(name=ALERT_WORKFLOW)
class AlertOfTransfer:
    """Notify the owners of numbers that another account wants to take; one workflow for each event of Telnyx."""

    @workflow.run
    @takes(ApprovalRequest)
    async def run(self, asked: ApprovalRequest) -> TransferAlertResult:
        """Search all requests, closed ones too, for as long as it takes."""
        alerted: TransferAlertResult = await workflow.execute_activity_method(
            TransferActivities.alert_of_transfer,
            asked,
            summary=f"notify the owners of numbers that the order {line(asked.order_id, _SHOWN)} may take",
            **activity_options.LOSING_REQUESTS.options(),
        )
        for news in alerted.untold:
            await deliver(news)
        return alerted


@workflow.defn(name=ANSWER_WORKFLOW)
class AnswerTransfer:
    """Sends Telnyx the answer of the account that may lose numbers."""

    @workflow.run
    @takes(AnswerTransferRequest)
    async def run(self, request: AnswerTransferRequest) -> TransferResult:
        """Send the answer once. When its outcome is unknown, say so; it is never sent again by itself."""
        try:
            return await workflow.execute_activity_method(
                TransferActivities.answer_transfer,
                request,
                summary=f"{request.decision} the transfer by the order {line(request.order_id, _SHOWN)}",
                **telnyx_call(request.account),
                **activity_options.ONCE.options(),
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
        return unknown_result(request.order_id, "The worker did not say how it went")
