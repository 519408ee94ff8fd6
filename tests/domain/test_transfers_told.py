"""Internal transfers in words: the wait of the one side, and the alert to the other."""

from datetime import UTC, datetime

from domain.transfers import (
    ApprovalRequest,
    LosingRequest,
    TransferOutcome,
    alert_text,
    answer_command,
    need_of_transfer,
    unknown_result,
)
from domain.vocabulary import AskKind, ChoiceKind

A, B = "+12125550101", "+12125550102"
UNTIL = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)
ASKED = ApprovalRequest(event_id="evt_1", account="acme", order_id="order-9", phone_numbers=[A, B], deadline=UNTIL)
LOSING = LosingRequest(reference="acme-1", account="acme", phone_numbers=[A, B])


def test_the_wait_for_an_objection_ends_by_itself_and_can_be_cut_short() -> None:
    need = need_of_transfer([A, B], UNTIL)
    assert (need.kind, need.numbers, need.deadline) == (AskKind.TRANSFER, [A, B], UNTIL)
    assert "until 26 November 2026 17:30 UTC" in need.guidance
    assert [choice.choice for choice in need.choices] == [ChoiceKind.GO_ON, ChoiceKind.GIVE_UP]


def test_the_alert_names_the_request_the_deadline_and_both_commands_but_no_whole_number() -> None:
    text = alert_text(ASKED, LOSING)
    assert "…0101, …0102 of the request acme-1 (order order-9)" in text
    assert "Without an objection until 26 November 2026 17:30 UTC" in text
    assert "To keep them: hosted-sms transfer reject order-9 --token TOKEN --account acme\n" in text
    assert "To let them go: hosted-sms transfer approve order-9 --token TOKEN --account acme\n" in text
    assert A not in text


def test_the_command_names_the_account_that_loses_the_numbers() -> None:
    other = LOSING.model_copy(update={"account": "other"})
    assert answer_command("reject", ASKED, other).endswith("--account other")


def test_an_answer_of_which_nobody_knows_is_neither_done_nor_refused() -> None:
    told = unknown_result("order-9", "Telnyx did not answer.")
    assert told.outcome is TransferOutcome.UNKNOWN
    assert told.sentence.startswith("Telnyx did not answer. So nobody knows")
    assert "order order-9" in told.sentence
