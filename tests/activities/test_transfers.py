"""The account that may lose numbers: its people are alerted, and their answer goes to Telnyx once."""

from datetime import UTC, datetime, timedelta

import pytest

from activities.transfers import TransferActivities
from domain.deliveries import NotStarted
from domain.notification import Notification
from domain.transfers import AnswerTransferRequest, ApprovalRequest, Decision, LosingRequest, TransferOutcome
from telnyx_api.accounts import TelnyxAccounts
from tests.activities.stage import BEGINNING, Attempt, Stage

SILENT, NUMBER = "+15005553018", "+12125550101"
ORDER = "23456789-0123-4567-8901-234567890123"
ASKED = ApprovalRequest(
    event_id="e-1",
    account="default",
    order_id=ORDER,
    phone_numbers=[NUMBER],
    deadline=datetime(2030, 1, 2, 3, 4, tzinfo=UTC),
)


class FakeLosingRequests:
    """The requests that lose the numbers."""

    def __init__(self, *losing: LosingRequest) -> None:
        self._losing = list(losing)
        self.asked: list[tuple[str, bool]] = []

    async def find_losing(self, asked: ApprovalRequest, *, guess: bool = False) -> list[LosingRequest]:
        self.asked.append((asked.event_id, guess))
        return self._losing


class FakeNotifier:
    """Keeps what is published. The delivery for one request does not start."""

    def __init__(self, refused: str = "") -> None:
        self.published: list[Notification] = []
        self._refused = refused

    async def publish(self, notification: Notification) -> None:
        if notification.reference == self._refused:
            raise NotStarted(self._refused)
        self.published.append(notification)


async def answer(
    stage: Stage, decision: Decision, order_id: str, token: str, account: str = "default"
) -> tuple[TransferOutcome, str]:
    step = TransferActivities(stage.accounts, FakeLosingRequests(), FakeNotifier()).answer_transfer
    request = AnswerTransferRequest(account=account, order_id=order_id, decision=decision, token=token)
    answered = await Attempt().run(step, request)
    return answered.outcome, answered.sentence


async def asked_for(stage: Stage) -> tuple[str, str]:
    """An order that another account has to approve, and that account's token."""
    order_id = await stage.order(SILENT)
    return order_id, (await stage.orders())[-1]["transfer"]["token"]


@pytest.mark.parametrize(("decision", "becomes"), [("approve", "approved"), ("reject", "rejected")])
async def test_the_answer_reaches_telnyx_and_works_once(stage: Stage, decision: Decision, becomes: str) -> None:
    order_id, token = await asked_for(stage)
    outcome, sentence = await answer(stage, decision, order_id, token)
    assert (outcome, order_id in sentence) == (TransferOutcome.DONE, True)
    assert (await stage.orders())[-1]["transfer"]["decision"] == becomes
    outcome, sentence = await answer(stage, decision, order_id, token)
    assert outcome is TransferOutcome.REFUSED
    assert token not in sentence


async def test_a_wrong_token_is_refused_and_not_shown(stage: Stage) -> None:
    order_id, _ = await asked_for(stage)
    outcome, sentence = await answer(stage, "reject", order_id, "tok-wrong-one")
    assert outcome is TransferOutcome.REFUSED
    assert "tok-wrong-one" not in sentence


@pytest.mark.parametrize("fault", ["500", "reset"])
async def test_without_a_clear_answer_the_result_is_unknown_and_it_is_not_sent_again(stage: Stage, fault: str) -> None:
    order_id, token = await asked_for(stage)
    await stage.faults(fault, calls=["transfer"], rate=1, seed=1)
    outcome, sentence = await answer(stage, "reject", order_id, token)
    assert outcome is TransferOutcome.UNKNOWN
    assert order_id in sentence
    assert len(await stage.calls("POST", "/reject")) == 1


async def test_after_a_rate_limit_the_same_may_be_sent_again(stage: Stage) -> None:
    order_id, token = await asked_for(stage)
    await stage.faults("429", calls=["transfer"], rate=1, seed=1)
    assert (await answer(stage, "reject", order_id, token))[0] is TransferOutcome.NOT_NOW
    await stage.faults()
    assert (await answer(stage, "reject", order_id, token))[0] is TransferOutcome.DONE


async def test_an_account_without_a_key_here_is_refused() -> None:
    step = TransferActivities(TelnyxAccounts({}), FakeLosingRequests(), FakeNotifier()).answer_transfer
    request = AnswerTransferRequest(account="acme", order_id=ORDER, decision="reject", token="t")
    assert (await Attempt().run(step, request)).outcome is TransferOutcome.REFUSED


async def alerts(*losing: LosingRequest) -> list[Notification]:
    notifier = FakeNotifier()
    step = TransferActivities(TelnyxAccounts({}), FakeLosingRequests(*losing), notifier).alert_of_transfer
    assert (await Attempt().run(step, ASKED)).requests == len(losing)
    return notifier.published


async def test_an_alert_has_the_deadline_and_the_commands_and_no_whole_number() -> None:
    [alert] = await alerts(LosingRequest(reference="r-1", account="acme", customer="c-1", phone_numbers=[NUMBER]))
    assert alert.event == "transfer_approval_requested"
    assert (alert.reference, alert.account, alert.customer, alert.numbers) == ("r-1", "acme", "c-1", 1)
    assert (alert.deadline, alert.ends) == (ASKED.deadline, ("…0101",))
    options = f"{ORDER} --token TOKEN --account acme"
    assert alert.command == f"hosted-sms transfer reject {options}"
    assert f"hosted-sms transfer reject {options}" in alert.text
    assert f"hosted-sms transfer approve {options}" in alert.text
    assert "2030-01-02 03:04 UTC" in alert.text
    assert "2125550101" not in alert.model_dump_json()


async def test_a_repeated_event_alerts_each_request_under_the_same_id() -> None:
    one, two = (LosingRequest(reference=name, account="acme", phone_numbers=[NUMBER]) for name in ("r-1", "r-2"))
    first, second = await alerts(one, two), await alerts(one, two)
    assert [alert.event_id for alert in first] == [alert.event_id for alert in second]
    assert first[0].event_id != first[1].event_id


async def test_an_alert_that_could_not_start_comes_back_and_delays_no_other() -> None:
    one, two = (LosingRequest(reference=name, account="acme", phone_numbers=[NUMBER]) for name in ("r-1", "r-2"))
    expected, notifier = await alerts(one, two), FakeNotifier(refused="r-1")
    step = TransferActivities(TelnyxAccounts({}), FakeLosingRequests(one, two), notifier).alert_of_transfer
    alerted = await Attempt().run(step, ASKED)
    assert [*alerted.untold, *notifier.published] == expected
    assert [alert.reference for alert in alerted.untold] == ["r-1"]


@pytest.mark.parametrize(("seconds", "guesses"), [(0, False), (59, False), (60, True), (3600, True)])
async def test_after_a_minute_requests_without_an_answer_are_alerted(seconds: float, *, guesses: bool) -> None:
    requests = FakeLosingRequests()
    await Attempt(at=BEGINNING + timedelta(seconds=seconds)).run(
        TransferActivities(TelnyxAccounts({}), requests, FakeNotifier()).alert_of_transfer, ASKED
    )
    assert requests.asked == [("e-1", guesses)]


async def test_a_transfer_that_concerns_no_request_alerts_no_one() -> None:
    assert await alerts() == []
