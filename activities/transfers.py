"""Internal transfers as the side that may lose numbers meets them: hearing of one in time, and answering Telnyx."""

import hashlib

import structlog
from temporalio import activity

from activities.ports import Accounts, Notifier, NumberHolders
from domain.deliveries import NotStarted
from domain.notification import Notification, NotificationEvent
from domain.transfers import (
    AnswerTransferRequest,
    ApprovalRequest,
    LosingRequest,
    TransferAlertResult,
    TransferOutcome,
    TransferResult,
    alert_text,
    answer_command,
    unknown_result,
)
from telnyx_api.errors import OutcomeUnknown, TelnyxError, TryLater

log = structlog.get_logger(__name__)

_TRIES_BEFORE_GUESSING = 5
"""About a minute of waiting for requests that do not answer; the alert must not wait for them for ever."""
_ADVICE = "The token stands in Telnyx's own notification to the losing account, and works once within 72 hours."


class TransferActivities:
    """Tells whoever may lose numbers, and gives Telnyx that account's answer."""

    def __init__(self, accounts: Accounts, holders: NumberHolders, notifier: Notifier) -> None:
        self._accounts = accounts
        self._holders = holders
        self._notifier = notifier

    @activity.defn(name="alert_of_transfer")
    async def alert_of_transfer(self, asked: ApprovalRequest) -> TransferAlertResult:
        """Alert every request in which a wanted number is active, also one that ended long ago; local work.

        An alert that could not be begun comes back, for the workflow to deliver: the numbers may be lost in 72 hours,
        and nothing reminds of it.
        """
        losing = await self._holders.find_losing(asked, guess=activity.info().attempt >= _TRIES_BEFORE_GUESSING)
        alerts = [_news(asked, one) for one in losing]
        untold = [news for news in alerts if not await self._is_given_out(news)]
        if not losing:
            log.info("transfer_concerns_nobody", account=asked.account, order_id=asked.order_id)
        return TransferAlertResult(requests=len(losing), untold=untold)

    async def _is_given_out(self, news: Notification) -> bool:
        try:
            await self._notifier.publish(news)
        except NotStarted:
            return False
        return True

    @activity.defn(name="answer_transfer")
    async def answer_transfer(self, request: AnswerTransferRequest) -> TransferResult:
        """Give Telnyx the losing account's answer, once: the token is used up by it (Telnyx facts §1)."""
        try:
            telnyx = self._accounts.telnyx(request.account)
            answer = telnyx.approve_transfer if request.decision == "approve" else telnyx.reject_transfer
            await answer(request.order_id, request.token)
        except OutcomeUnknown as error:
            return unknown_result(request.order_id, str(error))
        except TryLater as error:
            return TransferResult(outcome=TransferOutcome.NOT_NOW, sentence=f"{error} Send the same again in a while.")
        except TelnyxError as error:
            return TransferResult(outcome=TransferOutcome.REFUSED, sentence=f"{error} {_ADVICE}")
        log.info("transfer_answered", account=request.account, order_id=request.order_id, decision=request.decision)
        word = "approved: the numbers go" if request.decision == "approve" else "rejected: the numbers stay"
        sentence = f"The transfer by the order {request.order_id} is {word}."
        return TransferResult(outcome=TransferOutcome.DONE, sentence=sentence)


def _news(asked: ApprovalRequest, losing: LosingRequest) -> Notification:
    place = f"{asked.event_id}\n{losing.reference}"
    return Notification(
        event=NotificationEvent.TRANSFER_APPROVAL_REQUESTED,
        event_id=f"evt_{hashlib.sha256(place.encode()).hexdigest()[:32]}",
        reference=losing.reference,
        account=losing.account,
        customer=losing.customer,
        at=activity.info().scheduled_time,
        numbers=len(losing.phone_numbers),
        ends=losing.phone_numbers,
        deadline=asked.deadline,
        text=alert_text(asked, losing),
        command=answer_command("reject", asked, losing),
    )
