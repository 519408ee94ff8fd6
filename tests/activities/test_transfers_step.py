"""The side that may lose numbers: it is alerted with what it can do, and its answer goes to Telnyx once."""

from datetime import UTC, datetime

import pytest

from activities.transfers import TransferActivities
from domain.deliveries import NotStarted
from domain.notification import Notification
from domain.transfers import AnswerTransferRequest, ApprovalRequest, Decision, LosingRequest, TransferOutcome
from telnyx_api.accounts import TelnyxAccounts
from tests.activities.stage import Attempt, Stage

SILENT, NUMBER = "+15005553018", "+12125550101"
ORDER = "23456789-0123-4567-8901-234567890123"
ASKED = ApprovalRequest(
    event_id="e-1",
    account="default",
    order_id=ORDER,
    phone_numbers=[NUMBER],
    deadline=datetime(2030, 1, 2, 3, 4, tzinfo=UTC),
)


class Holders:
    """Requests that lose these numbers."""

    def __init__(self, *losing: LosingRequest) -> None:
        self._losing = list(losing)
        self.asked: list[tuple[str, bool]] = []

    async def find_losing(self, asked: ApprovalRequest, *, guess: bool = False) -> list[LosingRequest]:
        self.asked.append((asked.event_id, guess))
        return self._losing


class Board:
    """A bulletin that only keeps, but for the news of one request, which it cannot take now."""

    def __init__(self, refused: str = "") -> None:
        self.news: list[Notification] = []
        self._refused = refused

    async def publish(self, news: Notification) -> None:
        if news.reference == self._refused:
            raise NotStarted(self._refused)
        self.news.append(news)


async def answer(
    stage: Stage, decision: Decision, order_id: str, token: str, account: str = "default"
) -> tuple[TransferOutcome, str]:
    step = TransferActivities(stage.accounts, Holders(), Board()).answer_transfer
    request = AnswerTransferRequest(account=account, order_id=order_id, decision=decision, token=token)
    answered = await Attempt().run(step, request)
    return answered.outcome, answered.sentence


async def asked_for(stage: Stage) -> tuple[str, str]:
    """An order whose owner is asked, and the owner's token."""
    order_id = await stage.order(SILENT)
    return order_id, (await stage.truth())[-1]["transfer"]["token"]


@pytest.mark.parametrize(("decision", "becomes"), [("approve", "approved"), ("reject", "rejected")])
async def test_the_answer_reaches_telnyx_and_works_once(stage: Stage, decision: Decision, becomes: str) -> None:
    order_id, token = await asked_for(stage)
    outcome, sentence = await answer(stage, decision, order_id, token)
    assert (outcome, becomes in sentence) == (TransferOutcome.DONE, True)
    assert (await stage.truth())[-1]["transfer"]["decision"] == becomes
    outcome, sentence = await answer(stage, decision, order_id, token)
    assert outcome is TransferOutcome.REFUSED
    assert "answered already" in sentence
    assert token not in sentence


async def test_a_wrong_token_is_refused_and_not_repeated_in_the_sentence(stage: Stage) -> None:
    order_id, _ = await asked_for(stage)
    outcome, sentence = await answer(stage, "reject", order_id, "tok-wrong-one")
    assert outcome is TransferOutcome.REFUSED
    assert "works once within 72 hours" in sentence
    assert "tok-wrong-one" not in sentence


@pytest.mark.parametrize("fault", ["500", "reset"])
async def test_without_a_clear_answer_the_result_is_unknown_and_it_is_not_sent_again(stage: Stage, fault: str) -> None:
    order_id, token = await asked_for(stage)
    await stage.faults(fault, calls=["transfer"], rate=1, seed=1)
    outcome, sentence = await answer(stage, "reject", order_id, token)
    assert outcome is TransferOutcome.UNKNOWN
    assert order_id in sentence
    assert len(await stage.calls("POST", "/reject")) == 1


async def test_a_rate_limit_took_nothing_so_the_same_may_be_sent_later(stage: Stage) -> None:
    order_id, token = await asked_for(stage)
    await stage.faults("429", calls=["transfer"], rate=1, seed=1)
    outcome, sentence = await answer(stage, "reject", order_id, token)
    assert outcome is TransferOutcome.NOT_NOW
    assert "Send the same again" in sentence
    await stage.faults()
    assert (await answer(stage, "reject", order_id, token))[0] is TransferOutcome.DONE


async def test_an_account_without_a_key_here_is_refused() -> None:
    step = TransferActivities(TelnyxAccounts({}), Holders(), Board()).answer_transfer
    request = AnswerTransferRequest(account="acme", order_id=ORDER, decision="reject", token="t")
    assert (await Attempt().run(step, request)).outcome is TransferOutcome.REFUSED


async def alerts(*losing: LosingRequest) -> list[Notification]:
    board = Board()
    step = TransferActivities(TelnyxAccounts({}), Holders(*losing), board).alert_of_transfer
    assert (await Attempt().run(step, ASKED)).requests == len(losing)
    return board.news


async def test_an_alert_names_deadline_and_commands_and_no_whole_number() -> None:
    [news] = await alerts(LosingRequest(reference="r-1", account="acme", customer="c-1", phone_numbers=[NUMBER]))
    assert news.event == "transfer_approval_requested"
    assert (news.reference, news.account, news.customer, news.numbers) == ("r-1", "acme", "c-1", 1)
    assert (news.deadline, news.ends) == (ASKED.deadline, ("…0101",))
    options = f"{ORDER} --token TOKEN --account acme"
    assert news.command == f"hosted-sms transfer reject {options}"
    assert f"hosted-sms transfer reject {options}" in news.text
    assert f"hosted-sms transfer approve {options}" in news.text
    assert "02 January 2030 03:04 UTC" in news.text
    assert "2125550101" not in news.model_dump_json()


async def test_the_same_event_alerts_a_request_under_the_same_id_and_another_under_another() -> None:
    one, two = (LosingRequest(reference=name, account="acme", phone_numbers=[NUMBER]) for name in ("r-1", "r-2"))
    first, second = await alerts(one, two), await alerts(one, two)
    assert [news.event_id for news in first] == [news.event_id for news in second]
    assert first[0].event_id != first[1].event_id


async def test_an_alert_that_could_not_be_begun_comes_back_and_holds_up_no_other() -> None:
    one, two = (LosingRequest(reference=name, account="acme", phone_numbers=[NUMBER]) for name in ("r-1", "r-2"))
    expected, board = await alerts(one, two), Board(refused="r-1")
    step = TransferActivities(TelnyxAccounts({}), Holders(one, two), board).alert_of_transfer
    alerted = await Attempt().run(step, ASKED)
    assert [*alerted.untold, *board.news] == expected
    assert [news.reference for news in alerted.untold] == ["r-1"]


@pytest.mark.parametrize(("attempt", "guesses"), [(1, False), (4, False), (5, True), (60, True)])
async def test_requests_that_do_not_answer_delay_an_alert_but_do_not_prevent_it(attempt: int, *, guesses: bool) -> None:
    holders = Holders()
    await Attempt(attempt).run(TransferActivities(TelnyxAccounts({}), holders, Board()).alert_of_transfer, ASKED)
    assert holders.asked == [("e-1", guesses)]


async def test_what_concerns_nobody_alerts_nobody() -> None:
    assert await alerts() == []
