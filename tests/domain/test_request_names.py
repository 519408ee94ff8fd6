"""The names by which a request is found."""

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
def test_what_cannot_be_a_folder_and_an_id_is_no_reference(text: str) -> None:
    assert not names.is_reference(text)


def test_a_reference_that_begins_like_an_id_is_kept_whole() -> None:
    assert names.reference_of(names.workflow_id("hosting-1")) == "hosting-1"


def test_the_names_of_the_contract_never_change() -> None:
    assert (names.WORKFLOW_TYPE, names.LOCAL_QUEUE, names.TELNYX_QUEUE) == (
        "HostNumbers",
        "hosted-sms",
        "hosted-sms-telnyx",
    )
    assert {
        names.PHONE_NUMBERS,
        names.NEEDS,
        names.ORDER_IDS,
        names.STEP,
        names.OUTCOME,
        names.ACCOUNT,
        names.CUSTOMER,
        names.DEADLINE,
    } == {
        "HostingPhoneNumbers",
        "HostingNeeds",
        "HostingOrderIds",
        "HostingStep",
        "HostingOutcome",
        "HostingAccount",
        "HostingCustomer",
        "HostingDeadline",
    }


def test_a_reference_that_would_be_an_accounts_workflow_belongs_to_accounts() -> None:
    assert names.account_workflow_id("acme") == names.workflow_id("account-acme") == "hosting-account-acme"
    assert names.is_reserved_for_accounts("account-acme")
    assert not names.is_reserved_for_accounts("acme-account-1")
