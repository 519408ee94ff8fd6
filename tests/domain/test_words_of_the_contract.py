"""Words and defaults that programs outside were written against: none of them ever changes."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest

from domain import accounts, activity_io, checks, messages, names, notification, transfers, verdicts
from domain.messages import Message
from domain.notification import NotificationEvent
from domain.vocabulary import AskKind, ChoiceKind, CodeOutcome, Next, NumberState, Outcome, Step

NUMBER = "+12125550101"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "written"),
    [
        (Step, "eligibility order codes documents review done"),
        (Outcome, "running active partly_active not_active cancelled expired"),
        (NumberState, "new left_out unverified verified in_review active rejected failed given_up"),
        (Next, "go_on wait ask again stop"),
        (AskKind, "codes documents carrier choice transfer account support"),
        (CodeOutcome, "verified rejected already_verified not_asked"),
        (ChoiceKind, "again wait give_up go_on order_anew adopt"),
        (transfers.TransferOutcome, "done refused not_now unknown"),
        (
            NotificationEvent,
            """ask_opened ask_reminder ask_escalated request_ended numbers_active review_late account_stopped
            account_resumed telnyx_silent transfer_approval_requested""",
        ),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_closed_set_has_exactly_the_words_that_are_written_down(words: type[StrEnum], written: str) -> None:
    assert [str(word) for word in words] == written.split()


def test_a_number_is_final_when_its_round_can_do_nothing_more_for_it() -> None:
    final = {state for state in NumberState if state.is_final}
    assert final == {"left_out", "active", "rejected", "failed", "given_up"}


@pytest.mark.parametrize(
    ("message", "defaults"),
    [
        (
            messages.HostingRequest(reference="r", messaging_profile_id="p", phone_numbers=[]),
            {"account": "default", "customer": "", "loa": None, "bill": None, "by": "", "carry": None},
        ),
        (
            messages.Options(),
            {
                "all_or_nothing": False,
                "verification_method": "sms",
                "internal_transfer": False,
                "contact_hours": "",
                "needed_by": None,
                "campaign_id": None,
            },
        ),
        (messages.ResendCodes(), {"phone_numbers": [], "method": "sms", "by": ""}),
        (verdicts.Need(), {"kind": AskKind.SUPPORT, "topic": "", "at": None, "deadline": None}),
        (verdicts.NumberVerdict(state=NumberState.NEW), {"status": "", "because": "", "next": Next.WAIT}),
        (messages.NumberProgress(phone_number=NUMBER), {"state": "new", "status": "", "because": ""}),
        (
            messages.Progress(reference="r"),
            {
                "account": "default",
                "outcome": "running",
                "step": "eligibility",
                "round": 0,
                "order_ids": [],
                "left_behind": [],
                "partial": False,
            },
        ),
        (
            notification.Notification(event="ask_opened"),
            {"account": "default", "numbers": 0, "ends": (), "programs_only": False},
        ),
        (checks.CheckRequest(phone_numbers=[]), {"account": "default"}),
        (checks.PreflightRequest(), {"account": "default", "messaging_profile_id": ""}),
        (checks.OrphansRequest(), {"account": "default"}),
        (checks.Orphan(order_id="o", status="pending", numbers=1), {"reference": ""}),
        (checks.OrphansReport(open_orders=0, orphans=[]), {"unnamed": []}),
        (transfers.TransferAlertResult(requests=1), {"untold": []}),
        (activity_io.AskPlan(reminders=[], deadline=NOW), {"escalate_at": None, "untold": None}),
        (
            accounts.AccountProgress(account="acme"),
            {"stopped": False, "waiting": [], "requests": 0, "numbers": 0, "events": [], "partial": False},
        ),
        (accounts.Claim(reference="r", workflow_run_id="w", fingerprints=[]), {"void": []}),
        (accounts.ClaimResult(granted=False), {"holders": {}, "moved": False}),
        (transfers.AnswerTransferRequest(order_id="o", decision="approve", token="t"), {"account": "default"}),
        (
            activity_io.CheckEligibility(account="a", messaging_profile_id="p", phone_numbers=[]),
            {"all_or_nothing": False, "internal_transfer": False, "accepted": {}},
        ),
        (
            activity_io.PlaceOrder(reference="r", account="a", messaging_profile_id="p", phone_numbers=[]),
            {"adopt": "", "all_or_nothing": False, "started_afresh": False, "checked_until": None},
        ),
        (activity_io.CurrentOrder(account="a", order_id="o", known={}), {"papers_given": False}),
        (
            activity_io.RequestCodes(account="a", order_id="o", known={}, phone_numbers=[]),
            {"method": "sms", "contact_hours": "", "earlier": {}, "unanswered": []},
        ),
        (
            activity_io.EligibilityVerdict(next=Next.GO_ON),
            {"fingerprints": [], "hosted_elsewhere": [], "checked_at": None},
        ),
        (activity_io.CodeRequestVerdict(next=Next.GO_ON), {"sent": [], "unsent": [], "counts": {}, "not_before": None}),
        (activity_io.CodesVerdict(next=Next.GO_ON), {"results": []}),
        (
            activity_io.DeletionVerdict(next=Next.GO_ON),
            {"deleted": False, "left_behind": "", "order_id": "", "digest": ""},
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Message) else "",
)
def test_what_is_left_out_means_what_it_always_meant(message: Message, defaults: dict[str, Any]) -> None:
    assert {name: getattr(message, name) for name in defaults} == defaults


def test_the_names_by_which_others_find_workflows_and_the_watch_never_change() -> None:
    assert names.WATCH_ACTIVITY == "watch_order"
    assert (names.NOTIFICATION_WORKFLOW_TYPE, names.ACCOUNT_WORKFLOW_TYPE) == ("TellPeople", "HostingAccount")
    assert (transfers.ALERT_WORKFLOW, transfers.ANSWER_WORKFLOW) == ("AlertOfTransfer", "AnswerTransfer")
    assert (names.notification_workflow_id("evt_1"), transfers.alert_workflow_id("evt_1")) == (
        "news-evt_1",
        "transfer-alert-evt_1",
    )
    assert (names.MEMO_DIGEST, names.MEMO_NOTIFICATION, names.MEMO_FAILED) == ("content", "news", "failed")


def test_a_request_holds_at_most_two_hundred_numbers_and_a_number_has_72_hours() -> None:
    assert names.MAX_NUMBERS == 200
    assert transfers.WINDOW.total_seconds() == 72 * 3600
    assert (transfers.PENDING, transfers.APPROVED, transfers.REJECTED) == ("pending", "approved", "rejected")


def test_a_token_never_stands_in_a_repr() -> None:
    answer = transfers.AnswerTransferRequest(order_id="o", decision="reject", token="tok-70412")
    assert "70412" not in repr(answer) + str(answer)
