"""Internal transfers, for the account that may lose numbers: its people are alerted, and Telnyx gets their answer."""

import hashlib
from datetime import timedelta

import structlog
from temporalio import activity

from activities.ports import Accounts, LosingRequests, Notifier
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

_GUESS_AFTER = timedelta(minutes=1)
"""The alert must not wait any longer for requests that do not answer."""
_ADVICE = "The token is in Telnyx's own notification to the losing account. It works once, within 72 hours."


class TransferActivities:
    """Alerts the people who may lose numbers, and gives Telnyx their answer."""

    def __init__(self, accounts: Accounts, losing_requests: LosingRequests, notifier: Notifier) -> None:
        self._accounts = accounts
        self._losing_requests = losing_requests
        self._notifier = notifier

    @activity.defn(name="alert_of_transfer")
    async def alert_of_transfer(self, asked: ApprovalRequest) -> TransferAlertResult:
        """Alert each request in which a wanted number is active, also one that ended long ago. No call to Telnyx.

        An alert whose delivery could not start comes back: the workflow delivers it. The numbers may be lost in 72
        hours, and there is no reminder.
        """
        guess = activity.info().started_time - activity.info().scheduled_time >= _GUESS_AFTER
        losing = await self._losing_requests.find_losing(asked, guess=guess)
        alerts = [_alert(asked, one) for one in losing]
        unsent = [alert for alert in alerts if not await self._publish(alert)]
        if not losing:
            log.info("transfer_concerns_nobody", account=asked.account, order_id=asked.order_id)
        return TransferAlertResult(
            requests=len(losing), untold=unsent, alerts=[alert.without_numbers() for alert in alerts]
        )

    async def _publish(self, alert: Notification) -> bool:
        """False when the delivery could not start."""
        try:
            await self._notifier.publish(alert)
        except NotStarted:
            return False
        return True

    @activity.defn(name="answer_transfer")
    async def answer_transfer(self, request: AnswerTransferRequest) -> TransferResult:
        """Give Telnyx the losing account's answer, once: the token works only once (docs/telnyx.md §1)."""
        approved = request.decision == "approve"
        try:
            telnyx = self._accounts.telnyx(request.account)
            answer = telnyx.approve_transfer if approved else telnyx.reject_transfer
            await answer(request.order_id, request.token)
        except OutcomeUnknown as error:
            return unknown_result(request.order_id, str(error))
        except TryLater as error:
            return TransferResult(outcome=TransferOutcome.NOT_NOW, sentence=f"{error} Send the same again later.")
        except TelnyxError as error:
            return TransferResult(outcome=TransferOutcome.REFUSED, sentence=f"{error} {_ADVICE}")
        log.info("transfer_answered", account=request.account, order_id=request.order_id, decision=request.decision)
        result = "approved. The numbers go to the other account" if approved else "rejected. The numbers stay"
        sentence = f"The transfer by the order {request.order_id} is {result}."
        return TransferResult(outcome=TransferOutcome.DONE, sentence=sentence)


def _alert(asked: ApprovalRequest, losing: LosingRequest) -> Notification:
    """The id is the same for every repetition of the event, so that a request is alerted once.

    It holds the account: no event of another account can stand in the way of an alert.
    """
    origin = f"{asked.account}\n{asked.event_id}\n{losing.reference}"
    return Notification(
        event=NotificationEvent.TRANSFER_APPROVAL_REQUESTED,
        event_id=f"evt_{hashlib.sha256(origin.encode()).hexdigest()[:32]}",
        reference=losing.reference,
        account=losing.account,
        customer=losing.customer,
        at=activity.info().scheduled_time,
        numbers=len(losing.phone_numbers),
        ends=losing.phone_numbers,
        per_number=losing.per_number,
        deadline=asked.deadline,
        text=alert_text(asked, losing),
        command=answer_command("reject", asked, losing),
    )
