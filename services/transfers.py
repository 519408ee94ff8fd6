"""Gives Telnyx the answer of an account that may lose numbers by an internal transfer."""

from datetime import timedelta

from temporalio.client import Client

from domain import names
from domain.transfers import ANSWER_WORKFLOW, AnswerTransferRequest, TransferOutcome, TransferResult, unknown_result
from services import preflight
from services.errors import NoAnswer, Refused

ANSWER_LIMIT = timedelta(seconds=30)
"""A little longer than the worker takes to give up on Telnyx."""


async def answer(client: Client, request: AnswerTransferRequest, *, limit: timedelta = ANSWER_LIMIT) -> TransferResult:
    """Gives Telnyx the answer of the account that may lose numbers, once: it uses the token up.

    Raises:
        Refused: Telnyx refuses it, or what was given cannot be right.
        NoAnswer: no worker runs, Telnyx does not take it now, or nobody knows whether Telnyx has the answer.
    """
    if not names.is_reference(request.order_id):
        raise Refused(f"{request.order_id!r} is no order id: copy it from Telnyx's notification.")
    if not request.token:
        raise Refused("The token is empty: copy it from Telnyx's notification to the account.")
    await preflight.see_worker(client)
    try:
        answered = await preflight.run_short(client, ANSWER_WORKFLOW, request, TransferResult, limit)
    except NoAnswer as error:
        raise NoAnswer(unknown_result(request.order_id, str(error)).sentence) from None
    if answered.outcome == TransferOutcome.REFUSED:
        raise Refused(answered.sentence)
    if answered.outcome != TransferOutcome.DONE:
        raise NoAnswer(answered.sentence)
    return answered
