"""Gives Telnyx the answer of an account that may lose numbers by an internal transfer."""

from datetime import timedelta

from temporalio.client import Client

from domain import names
from domain.transfers import ANSWER_WORKFLOW, AnswerTransferRequest, TransferOutcome, TransferResult, unknown_result
from runtime.codec import UndecryptablePayload
from services import short_workflows
from services.errors import NoAnswer, Refused

ANSWER_LIMIT = timedelta(seconds=30)
"""A little longer than the worker takes to give up on Telnyx."""


async def answer(client: Client, request: AnswerTransferRequest, *, limit: timedelta = ANSWER_LIMIT) -> TransferResult:
    """Gives Telnyx the answer once, which uses the token up.

    Raises:
        Refused: Telnyx refuses the answer, or the order id or the token is malformed.
        NoAnswer: no worker runs, Telnyx does not take the answer now, or it is not known whether Telnyx has it. It is
            not known either when this process has no key for the worker's report.
    """
    if not names.is_reference(request.order_id):
        raise Refused(f"{request.order_id!r} is no order id: copy it from Telnyx's notification.")
    if not request.token:
        raise Refused("The token is empty: copy it from Telnyx's notification to the account.")
    await short_workflows.require_worker(client)
    try:
        result = await short_workflows.run(client, ANSWER_WORKFLOW, request, TransferResult, limit)
    except (NoAnswer, UndecryptablePayload) as error:
        raise NoAnswer(unknown_result(request.order_id, str(error)).sentence) from None
    if result.outcome == TransferOutcome.REFUSED:
        raise Refused(result.sentence)
    if result.outcome != TransferOutcome.DONE:
        raise NoAnswer(result.sentence)
    return result
