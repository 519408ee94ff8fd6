"""The sentences of internal transfers: the wait of one account, and the alert to the other."""

from datetime import UTC, datetime

from domain.transfers import (
    ALERT_WORKFLOW,
    ANSWER_WORKFLOW,
    APPROVED,
    PENDING,
    REJECTED,
    WINDOW,
    ApprovalRequest,
    LosingRequest,
    TransferOutcome,
    alert_text,
    alert_workflow_id,
    answer_command,
    need_of_transfer,
    unknown_result,
)
from domain.vocabulary import AskKind, ChoiceKind

A, B = "+12125550101", "+12125550102"
UNTIL = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)
ASKED = ApprovalRequest(event_id="evt_1", account="acme", order_id="order-9", phone_numbers=[A, B], deadline=UNTIL)
LOSING = LosingRequest(reference="acme-1", account="acme", phone_numbers=[A, B])


def test_the_names_and_the_window_never_change() -> None:
    assert (ALERT_WORKFLOW, ANSWER_WORKFLOW) == ("AlertOfTransfer", "AnswerTransfer")
    assert alert_workflow_id("acme", "evt_1") == "transfer-alert-acme:evt_1"
    assert (PENDING, APPROVED, REJECTED) == ("pending", "approved", "rejected")
    assert WINDOW.total_seconds() == 72 * 3600


def test_the_wait_for_an_objection_ends_by_itself_and_can_be_cut_short() -> None:
    need = need_of_transfer([A, B], UNTIL)
    assert (need.kind, need.numbers, need.deadline) == (AskKind.TRANSFER, [A, B], UNTIL)
    assert "2026-11-26 17:30 UTC" in need.guidance
    assert [choice.choice for choice in need.choices] == [ChoiceKind.GO_ON, ChoiceKind.GIVE_UP]


def test_the_alert_names_the_request_the_deadline_and_both_commands_but_no_whole_number() -> None:
    text = alert_text(ASKED, LOSING)
    named = ["…0101, …0102", "acme-1", "order-9", "2026-11-26 17:30 UTC"]
    commands = [
        f"hosted-sms transfer {answer} order-9 --token TOKEN --account acme" for answer in ("reject", "approve")
    ]
    assert [part for part in named if part not in text] == []
    assert [line.partition(": ")[2] for line in text.splitlines()[1:3]] == commands
    assert A not in text


def test_the_command_names_the_account_that_may_lose_the_numbers() -> None:
    other = LOSING.model_copy(update={"account": "other"})
    assert answer_command("reject", ASKED, other).endswith("--account other")


def test_an_answer_that_telnyx_may_have_is_neither_done_nor_refused() -> None:
    result = unknown_result("order-9", "Telnyx did not answer.")
    assert result.outcome is TransferOutcome.UNKNOWN
    assert result.sentence.startswith("Telnyx did not answer. ")
    assert "order-9" in result.sentence
