"""The names that are part of the contract, and references."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import names

REFERENCES = st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True).filter(lambda text: text.strip("."))


@given(REFERENCES)
def test_a_reference_is_read_back_from_its_workflow_id(reference: str) -> None:
    assert names.is_reference(reference)
    assert names.workflow_id(reference) == f"hosting-{reference}"
    assert names.reference_of(names.workflow_id(reference)) == reference


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a" * 65,
        "a b",
        "a/b",
        "a~b",
        "ä",
        "a\n",
        ".",  # a reference names a folder of the document store
        "..",
    ],
)
def test_a_text_that_cannot_be_a_folder_and_an_id_is_no_reference(text: str) -> None:
    assert not names.is_reference(text)


def test_a_reference_that_begins_like_an_id_is_kept_whole() -> None:
    assert names.reference_of(names.workflow_id("hosting-1")) == "hosting-1"


def test_the_names_of_the_contract_never_change() -> None:
    assert {name: value for name, value in vars(names).items() if name.isupper() and not name.startswith("_")} == {
        "WORKFLOW_TYPE": "HostNumbers",
        "NOTIFICATION_WORKFLOW_TYPE": "TellPeople",
        "ACCOUNT_WORKFLOW_TYPE": "HostingAccount",
        "LOCAL_QUEUE": "hosted-sms",
        "TELNYX_QUEUE": "hosted-sms-telnyx",
        "LOOKS_QUEUE": "hosted-sms-looks",
        "WATCH_ACTIVITY": "watch_order",
        "DELETE_ACTIVITY": "delete_order",
        "FIND_ACTIVITY": "find_order",
        "PROGRESS_QUERY": "progress",
        "WATCHED_QUERY": "watched",
        "NOTIFICATIONS_QUERY": "notifications",
        "CLAIM_UPDATE": "claim",
        "RESUME_UPDATE": "resume",
        "STOP_SIGNAL": "trouble",
        "SILENCE_SIGNAL": "silent",
        "PHONE_NUMBERS": "HostingPhoneNumbers",
        "NEEDS": "HostingNeeds",
        "ORDER_IDS": "HostingOrderIds",
        "STEP": "HostingStep",
        "OUTCOME": "HostingOutcome",
        "ACCOUNT": "HostingAccount",
        "CUSTOMER": "HostingCustomer",
        "DEADLINE": "HostingDeadline",
        "MEMO_DIGEST": "content",
        "MEMO_NOTIFICATION": "news",
        "MEMO_FAILED": "failed",
        "MAX_NUMBERS": 200,
    }
    assert names.telnyx_queue("other") == "other-telnyx"
    assert names.looks_queue("other") == "other-looks"
    assert names.notification_workflow_id("evt_1") == "news-evt_1"


def test_a_reference_that_would_make_an_accounts_workflow_id_is_reserved() -> None:
    assert names.account_workflow_id("acme") == names.workflow_id("account-acme") == "hosting-account-acme"
    assert names.is_reserved_for_accounts("account-acme")
    assert not names.is_reserved_for_accounts("acme-account-1")
